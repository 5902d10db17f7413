"""A cluster of processes on this machine: the interface of the pool, the same tables, faults in one sentence."""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import subprocess
import sys
import time
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from ogp_analysis.base import cluster as cluster_module
from ogp_analysis.base import errors
from ogp_analysis.base.cluster import Cluster, difference
from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import ClusterError, MissingExtra, UnknownName, WorkerLost
from ogp_analysis.base.paths import project
from ogp_analysis.base.processes import opened, results
from ogp_analysis.data.sources import delimited
from ogp_analysis.procurement.own_files import cleaning_run, ocds_run
from ogp_analysis.procurement.own_files.cleaning_run import clean_files
from ogp_analysis.publishing.runs.cluster import files
from ogp_analysis.publishing.scans import scan_files
from tests.cluster.conftest import same_tables
from tests.cluster.machines import ROOT, Machine, free_port
from tests.procurement.own_files.test_cleaning_run import ROWS, write
from tests.procurement.own_files.test_contract_rows import release
from tests.publishing.test_scans import HEAD as SCAN_HEAD
from tests.publishing.test_scans import MAP
from tests.publishing.test_scans import ROWS as SCAN_ROWS

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds processes in /proc")


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    made = Machine(tmp_path_factory.mktemp("machine") / "disk")
    yield made
    made.end()


@pytest.fixture(scope="module")
def address(machine) -> str:
    """The address of a scheduler with two workers; none is lost here, so none has a nanny."""
    port = free_port()
    machine.scheduler(port)
    for _ in range(2):
        machine.worker(f"tcp://127.0.0.1:{port}", "--no-nanny")
    return f"tcp://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def cluster(address):
    with Cluster(address, files(project(), ["embedded"])) as made:
        while made.size < 2:
            time.sleep(0.1)
        yield made


def test_a_scheduler_without_workers_is_said_before_it_is_waited_for(tmp_path, caplog):
    port, lonely = free_port(), Machine(tmp_path / "disk")
    try:
        lonely.scheduler(port)
        with pytest.raises(ClusterError, match="has no worker that answers"):
            Cluster(f"tcp://127.0.0.1:{port}", patience=1.0)
    finally:
        lonely.end()
    assert f"tcp://127.0.0.1:{port}: no worker has registered; waiting 1 s for one." in caplog.text


def test_daemons_end_when_the_tests_that_started_them_are_killed(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from tests.cluster.machines import Machine, free_port\n"
        "made, port = Machine(Path(sys.argv[1])), free_port()\n"
        "made.scheduler(port); made.worker(f'tcp://127.0.0.1:{port}'); made.registered()\n"
        "print('there', flush=True); time.sleep(600)"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "disk")]
    there = Machine.__new__(Machine)
    there.folder = tmp_path / "disk"
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as killed:
        assert killed.stdout.readline() == b"there\n"
        assert len(there.pids()) >= 3, "a scheduler, a worker and its nanny"
        killed.kill()
    end = time.monotonic() + 30
    while there.pids() and time.monotonic() < end:
        time.sleep(0.1)
    assert there.pids() == []


def test_it_has_the_interface_of_the_pool(cluster):
    for jobs in (2, cluster):
        with opened(jobs, "ogp_analysis.base.countries") as pool:
            assert pool.size == 2
            asked = ["MEX", "KEN", "PER"] * 4
            assert [
                future.result().iso3 for _, future in results(pool, partial(pool.submit, country), asked, ordered=True)
            ] == asked
            with pytest.raises(UnknownName, match="Ruritania"):
                pool.submit(country, "Ruritania").result()
            with pytest.raises(WorkerLost):
                pool.submit(os._exit, 3).result()
            assert pool.submit(partial(country, "Kenya")).result().iso3 == "KEN"


def test_workers_do_no_work_themselves(cluster, machine):
    daemons = set(machine.pids("distributed.cli"))
    with cluster.pool("") as pool:
        futures = [pool.submit(os.getpid) for _ in range(8)]
        done = {future.result() for future in futures}
    assert len(done) == 8 and not done & daemons


@pytest.fixture
def many(monkeypatch):
    """Every file is large enough for several processes, and has several chunks."""
    for module in (ocds_run, cleaning_run, import_module("ogp_analysis.surveillance.scan")):
        monkeypatch.setattr(module, "_SMALL", 0)
    monkeypatch.setattr(ocds_run, "BLOCK", 16)
    monkeypatch.setattr(delimited, "mended", partial(delimited.mended, size=2_000))


def test_cleaning_gives_the_same_tables_to_the_byte(cluster, many, tmp_path):
    """Of OCDS, releases far apart, packed, damaged, with persons; of CompraNet, repeats far apart.

    That OCDS is the same from several processes of this machine is seen in ``own_files/test_ocds_run.py``.
    """
    firm = {"id": "P", "name": "Juan Pérez"}
    lines = [json.dumps(release(n % 50, id=f"r-{n}")) for n in range(100)] + ['{"ocid"']
    (tmp_path / "many.jsonl").write_text("\n".join(lines), "utf-8")
    odd = [release(90 + n, awards=[{"id": "a", "suppliers": [firm], "value": {"amount": "1,5"}}]) for n in range(9)]
    (tmp_path / "more.json.gz").write_bytes(gzip.compress(json.dumps({"releases": odd}).encode()))
    # The first piece of a text is never less than 64 KiB.
    rows = [row[:3] + [f"C-{n % 70}"] + row[4:] for n in range(250) for row in ROWS]
    table = write(tmp_path / "contratos.csv", rows)
    packed = [tmp_path / "many.jsonl", tmp_path / "more.json.gz"]
    for kind, given, ways in (("ocds", packed, (1, cluster)), ("compranet", [table], (1, 2, cluster))):
        places = [tmp_path / f"{kind}-{number}" for number, _ in enumerate(ways)]
        done = [clean_files(given, kind, out, csv=True, jobs=jobs) for out, jobs in zip(places, ways, strict=True)]
        assert all(one == done[0] for one in done) and {one.what for one in done[0]} == {"cleaned"}
        assert [same_tables(places[0], place) for place in places[1:]] == [[]] * (len(ways) - 1)
        assert sum(one.merged + one.set_aside for one in done[0]) > 0


def test_a_scan_gives_the_same_hits_to_the_byte(cluster, many, tmp_path):
    file = tmp_path / "own.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([SCAN_HEAD, *SCAN_ROWS * 5])
    outs = [tmp_path / name for name in ("one", "cluster")]
    for out, jobs in zip(outs, (1, cluster), strict=True):
        found = scan_files([file], out, columns=MAP, language="es", jobs=jobs)
        assert found.scan.probable > 0
    assert same_tables(*outs) == []


@pytest.mark.slow
def test_commands_take_the_address(address, tmp_path):
    table = write(tmp_path / "contratos.csv")
    for name in ("clean", "scan"):
        out = [tmp_path / f"{name}-{where}" for where in ("here", "there")]
        for folder, more in zip(out, ((), ("--scheduler", address)), strict=True):
            words = [name, "--as", "compranet", str(table), "--out", str(folder), *more]
            told = subprocess.run(
                [sys.executable, "-m", "ogp_analysis", *words], cwd=ROOT, capture_output=True, text=True
            )
            assert told.returncode == 0, told.stderr
        assert same_tables(*out) == []


@pytest.mark.parametrize(
    ("scheduler", "said"),
    [
        ("tcp://127.0.0.1:1", "nobody answers"),
        ("nonsense://x", "unknown address scheme"),
        ("tls://127.0.0.1:1", "TLS"),
    ],
)
def test_an_address_that_is_of_no_use_is_one_sentence(scheduler, said, monkeypatch):
    monkeypatch.setattr(cluster_module, "_ANSWER", 1.0)
    with pytest.raises(ClusterError, match="is not a Dask scheduler that can be used") as refused:
        Cluster(scheduler)
    assert said in str(refused.value)


def test_a_cluster_without_workers_is_one_sentence(machine):
    port = free_port()
    machine.scheduler(port)
    with pytest.raises(ClusterError, match="the cluster has no worker"):
        Cluster(f"tcp://127.0.0.1:{port}", patience=0.5)


def test_without_the_extra_one_sentence_names_it(monkeypatch):
    monkeypatch.setattr(errors, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'ogp-analysis\[cluster\]'"):
        Cluster("tcp://127.0.0.1:1")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"Python": "3.11.2", "code": "1"}, ""),
        ({"Python": "3.12.0", "code": "1"}, "its Python is 3.12.0, and here 3.11.2"),
        ({"Python": "3.12.0", "code": "2"}, "its Python is 3.12.0, and here 3.11.2 (1 more differ)"),
        ({"code": "1"}, "its Python is not installed, and here 3.11.2"),
        ({"Python": "3.11.2", "code": "2"}, "its code differs from the code here"),
    ],
)
def test_the_difference_is_named(other, said):
    assert difference({"Python": "3.11.2", "code": "1"}, other) == said


def certificates(folder: Path) -> dict[str, str]:
    """Make an authority and one certificate of it; return the settings of Dask that name them for every role."""
    folder.mkdir()
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj"]
    ca = ["-CA", "ca.pem", "-CAkey", "ca-key.pem"]
    for words in (
        [*new, "/CN=authority", "-keyout", "ca-key.pem", "-out", "ca.pem"],
        [*new, "/CN=machine", "-keyout", "key.pem", "-out", "cert.pem", *ca],
    ):
        subprocess.run(words, cwd=folder, check=True, capture_output=True)
    start = "DASK_DISTRIBUTED__COMM__TLS__"
    named = {f"{start}CA_FILE": "ca.pem"}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        named |= {f"{start}{role}__CERT": "cert.pem", f"{start}{role}__KEY": "key.pem"}
    found = {name: str(folder / file) for name, file in named.items()}
    return {**found, "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True"}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("openssl"), reason="makes certificates with openssl")
def test_with_certificates_it_works_over_tls_and_without_them_not(tmp_path):
    settings = certificates(tmp_path / "certificates")
    machine, port = Machine(tmp_path / "disk"), free_port()
    machine.more = settings
    table = write(tmp_path / "contratos.csv")
    command = [sys.executable, "-m", "ogp_analysis", "clean", "--as", "compranet", str(table), "--out", "OUT"]
    command += ["--scheduler", f"tls://127.0.0.1:{port}"]
    try:
        machine.scheduler(port, "--protocol", "tls")
        machine.worker(f"tls://127.0.0.1:{port}")
        told = [
            subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=machine.environment() | one)
            for one in ({}, dict.fromkeys(settings, ""))
        ]
    finally:
        machine.end()
    assert told[0].returncode == 0 and "cleaned" in told[0].stdout, told[0].stderr
    assert told[1].returncode == 1 and "is not a Dask scheduler that can be used" in told[1].stderr
    assert "Traceback" not in told[1].stderr


RECIPE = """
if __name__ == "__main__":
    from pathlib import Path
    from distributed import LocalCluster
    from ogp_analysis.procurement.own_files.cleaning_run import clean_files
    from ogp_analysis.base.cluster import Cluster
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local:
        with Cluster(local.scheduler_address) as cluster:
            [done] = clean_files([Path("contratos.csv")], "compranet", Path("out"), jobs=cluster)
    print(done.what, done.kept)
"""


@pytest.mark.slow
def test_the_recipe_with_a_local_cluster(tmp_path):
    write(tmp_path / "contratos.csv")
    (tmp_path / "recipe.py").write_text(RECIPE)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_CONFIG": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    told = subprocess.run([sys.executable, "recipe.py"], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert told.stdout == "cleaned 2\n", told.stderr
