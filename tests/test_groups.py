"""What shares a long set-up is tested in one process, however many there are."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from tests.conftest import LONGEST, TOGETHER, pytest_collection_modifyitems


class Worker:
    """A process of pytest-xdist as its scheduler sees it."""

    gateway = SimpleNamespace(id="")
    shutting_down = False

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def send_runtest_some(self, numbers: list[int]) -> None:
        self.numbers += numbers

    def shutdown(self) -> None:
        self.shutting_down = True


def test_a_group_is_handed_out_whole_and_in_the_order_of_the_tests(request):
    names = [f"tests/recount/test_{file}.py::test_{n}[a::b]" for file in "ab" for n in range(4)]
    names += [f"tests/base/test_{file}.py::test_{n}" for file in "cd" for n in range(4)]
    config = SimpleNamespace(getvalue=lambda name: ["2*popen"], option=SimpleNamespace())
    scheduler = request.config.hook.pytest_xdist_make_scheduler(config=config, log=None)
    workers = Worker(), Worker()
    for worker in workers:
        scheduler.add_node(worker)
    for worker in workers:
        scheduler.add_node_collection(worker, names)
    scheduler.schedule()
    assert [worker.numbers for worker in workers] == [[*range(8)], [*range(8, 12)]]
    for number in range(8, 12):
        scheduler.mark_test_complete(workers[1], number)
    assert workers[1].numbers == [*range(8, 16)]


def test_the_longest_are_begun_with_and_all_others_stay_in_their_order():
    assert [one for one in (*TOGETHER, *LONGEST) if not (Path(__file__).resolve().parents[1] / one).exists()] == []
    late = ["tests/base/test_a.py::test_b", "tests/base/test_a.py::test_a", "tests/test_z.py::test_z"]
    early = ["tests/recount/test_recount.py::test_a", f"{LONGEST[0]}::test_b[x]", f"{LONGEST[0]}::test_a[y]"]
    items = [SimpleNamespace(nodeid=name) for name in (*late, *early)]
    pytest_collection_modifyitems(items)
    assert [item.nodeid for item in items] == early + late
