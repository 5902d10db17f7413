"""What shares a long set-up is tested in one process, however many there are."""

from __future__ import annotations

from types import SimpleNamespace


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
