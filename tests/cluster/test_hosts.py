"""Two hosts with a disk of their own: whatever is done to one of them, the outputs are those of one machine."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from tests.cluster.conftest import SLOW
from tests.cluster.machines import Machine, free_port, hosts, lacking

pytestmark = [pytest.mark.slow]


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two hosts, and this machine with the address by which they know it."""
    if why := lacking():
        pytest.skip(why)
    base = tmp_path_factory.getbasetemp()
    with hosts(tmp_path_factory.mktemp("hosts"), base) as machines:
        here = Machine(tmp_path_factory.mktemp("here") / "machine", machines[0].address.rpartition(".")[0] + ".1")
        try:
            yield here, machines
        finally:
            here.end()


@pytest.fixture
def cluster(two):
    """The address of a scheduler here with a worker on each host, and the machines."""
    here, machines = two
    port = free_port()
    address = f"tcp://{here.address}:{port}"
    here.scheduler(port)
    for machine in machines:
        machine.worker(address)
    yield address, here, machines
    for machine in (*machines, here):
        machine.end()


def published(checkout, start: str = "") -> dict[str, bytes]:
    return {name: content for name, content in checkout.published().items() if name.startswith(start)}


def at_work(checkout, address: str):
    """Begin runs that take a while; return the process when the first of them have been published."""
    words = ("run", "faulty", "-p", "fault", "slow", *SLOW, "--scheduler", address)
    process = checkout.begin(*words)
    said = ""
    while "[2/6]" not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    process.rest = []  # read aside, so that nothing it says can hold it up
    process.reading = threading.Thread(target=lambda: process.rest.append(process.stderr.read()))
    process.reading.start()
    return process


def finished(process, reference, checkout) -> str:
    """See that a batch ends with every report as one machine makes it; return what it said."""
    with process:
        code, said = process.wait(180), process.stdout.read()
        process.reading.join()
    assert code == 0, process.rest
    assert "6 run, 0 current, 0 failed" in said, said
    assert published(checkout, "faulty") == published(reference, "faulty")
    assert not (checkout.reports / ".staging").exists()
    return said


def test_a_batch_on_two_hosts_has_the_bytes_of_one_machine(cluster, reference, checkout):
    address, _, machines = cluster
    told = checkout.ogp("run", "--all", "--scheduler", address)
    assert told.returncode == 0, told.stderr
    assert "5 run, 0 current, 0 failed" in told.stdout
    for notebook in ("events", "members"):
        assert published(checkout, notebook) == published(reference, notebook) != {}
    for machine in machines:  # nothing was published there, and nothing is left of the runs
        assert list(machine.folder.rglob("run.json")) == [] == machine.pids("multiprocessing.forkserver")
        assert list((machine.folder / "scratch").rglob("ogp-analysis-*")) == []
    told = checkout.ogp("run", "--all", "--scheduler", address)
    assert "Nothing changed: 5 runs are current" in told.stdout


def test_a_worker_that_is_killed_loses_and_repeats_nothing(cluster, reference, checkout):
    address, _, machines = cluster
    process = at_work(checkout, address)
    machines[0].kill()  # the whole host: nanny, worker, runs
    finished(process, reference, checkout)


def test_a_slow_worker_holds_up_its_own_run_alone(cluster, reference, checkout):
    address, _, machines = cluster
    process = at_work(checkout, address)
    while process.poll() is None:
        machines[1].kill(number=signal.SIGSTOP)
        time.sleep(0.4)
        machines[1].kill(number=signal.SIGCONT)
        time.sleep(0.1)
    finished(process, reference, checkout)


def test_a_scheduler_that_ends_is_said_and_what_was_published_stays(cluster, reference, checkout):
    address, here, machines = cluster
    process = at_work(checkout, address)
    here.end()
    with process:
        assert process.wait(180) == 1
        process.reading.join()
    assert (
        "the scheduler has ended. Start it again, with its workers, then run again; what is published stays."
        in (process.rest[0])
    )
    here.scheduler(int(address.rpartition(":")[2]))
    for machine in machines:
        machine.end()
        machine.worker(address)
    told = checkout.ogp("run", "faulty", "-p", "fault", "slow", *SLOW, "--scheduler", address)
    assert told.returncode == 0 and " 0 current, 0 failed" not in told.stdout, told.stderr
    assert published(checkout, "faulty") == published(reference, "faulty")


def test_a_host_with_another_version_is_refused_and_the_difference_named(two, reference, checkout):
    here, machines = two
    port = free_port()
    address = f"tcp://{here.address}:{port}"
    here.scheduler(port)
    machines[1].pretend("pandas", "3.0.99")
    file = machines[1].folder / "code" / "ogp_analysis" / "base" / "countries.py"
    text = file.read_text()
    try:
        machines[1].worker(address)
        told = checkout.ogp("run", "members", "--scheduler", address)
        assert told.returncode == 1 and "is refused: its pandas is 3.0.99, and here 3." in told.stderr
        assert told.stderr.strip().endswith("start the worker again.")
        assert not (checkout.reports / "members").exists()

        machines[0].worker(address)  # one that is like this machine does it all
        machines[0].registered()
        told = checkout.ogp("run", "members", "--scheduler", address)
        assert told.returncode == 0 and "its pandas is 3.0.99" in told.stderr
        assert published(checkout, "members") == published(reference, "members")
        assert not list((machines[1].folder / "scratch").rglob("ogp-analysis-*")), "nothing was laid out there"

        machines[1].end()
        [about] = (machines[1].folder / "code").glob("pandas-*")
        (about / "METADATA").unlink()
        about.rmdir()
        machines[0].end()
        file.write_text(text + "\nNOT_ELSEWHERE = 1\n")
        machines[1].worker(address)
        told = checkout.ogp("run", "members", "--force", "--scheduler", address)
        assert told.returncode == 1
        assert "is refused: its code differs from the code here" in told.stderr
    finally:
        file.write_text(text)
        for machine in (*machines, here):
            machine.end()
