"""One check by several processes: as if it were one."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import pytest

from symland import Dataset, Network, Problem, Regularizer, critical_set
from symland.checker import check, effort, rules_complete, shares
from symland.checker.shares import in_shares, processes
from symland.checker.verdict import Refused

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")


class Work:
    """Tests 0 to 9, of which some fail; notes which were made in this process."""

    def __init__(self, *failing: int) -> None:
        self.failing, self.made, self.shares = failing, [], []

    def __call__(self, share: int, count: int) -> None:
        self.shares.append((share, count))
        for i in range(10):
            if i % count == share:
                effort.spend(1)
                if i in self.failing:
                    raise Refused(f"test {i}")
                self.made.append(i)


def noted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[Any]:
    """What a function of `os` returns from now on."""
    function, results = getattr(os, name), []

    def noting() -> Any:
        results.append(function())
        return results[-1]

    monkeypatch.setattr(os, name, noting)
    return results


def test_each_process_makes_its_share() -> None:
    work = Work()
    in_shares(work, 3)
    assert work.shares == [(0, 3)]
    assert work.made == [0, 3, 6, 9]
    in_shares(work, 1)
    assert work.shares == [(0, 3), (0, 1)]


@pytest.mark.parametrize("failing", [(0,), (1,), (5,), (9,), (8, 3), (4, 5, 6)])
@pytest.mark.parametrize("count", [1, 2, 3, 10, 12])
def test_refusals_are_those_of_one_process(failing: tuple[int, ...], count: int) -> None:
    with pytest.raises(Refused, match=f"test {min(failing)}"):
        in_shares(Work(*failing), count)


@pytest.mark.parametrize("end", ["exit", "kill", "error", "memory"])
def test_a_process_that_ends_early_is_not_believed(end: str) -> None:
    """Its share is then checked here, with all others."""
    parent, work = os.getpid(), Work()

    def ending(share: int, count: int) -> None:
        if os.getpid() != parent:
            if end == "exit":
                os._exit(0)
            if end == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise MemoryError if end == "memory" else ValueError
        work(share, count)

    in_shares(ending, 2)
    assert work.shares == [(0, 2), (0, 1)]


def test_no_process_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise OSError

    monkeypatch.setattr(os, "fork", fork)
    work = Work()
    in_shares(work, 4)
    assert work.shares == [(0, 1)]


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("failing", [(), (3,)])
def test_the_work_of_all_is_counted_once(count: int, failing: tuple[int, ...]) -> None:
    with effort.bounded(0):
        before = effort.left()
        if failing:
            with pytest.raises(Refused):
                in_shares(Work(*failing), count)
        else:
            in_shares(Work(), count)
        assert before - effort.left() == 3 * (failing[0] + 1 if failing else 10)


def test_no_process_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of its own: other tests of this process may have some that wait for more work."""
    started = noted(monkeypatch, "fork")
    with pytest.raises(KeyboardInterrupt):
        in_shares(_interrupted, 3)
    assert len(started) == 2
    for process in started:
        with pytest.raises(ChildProcessError):
            os.waitpid(process, os.WNOHANG)


def test_where_ends_of_processes_are_ignored() -> None:
    """As after `trap "" CHLD` in a shell."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        work = Work()
        in_shares(work, 3)
        assert work.shares == [(0, 3)]
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_no_pipe_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    opened, closed = noted(monkeypatch, "pipe"), []
    close = os.close
    monkeypatch.setattr(os, "close", lambda file: (closed.append(file), close(file)))

    def fork() -> int:
        raise OSError

    for count in (3, 5):
        in_shares(Work(), count)
        assert len(opened) == count - 1
        assert sorted(closed) == sorted(file for pipe in opened for file in pipe)
        opened.clear()
        closed.clear()
        monkeypatch.setattr(os, "fork", fork)


def test_an_allowance_that_is_enough_for_one_is_enough_for_several() -> None:
    """Each process walks through all, so that together they count more."""

    def work(share: int, count: int) -> None:
        effort.spend(effort.BASE // 6)

    with effort.bounded(0):
        for count in (1, 2, 3):
            effort.reset(effort.BASE)
            in_shares(work, count)


def _interrupted(share: int, count: int) -> None:
    raise KeyboardInterrupt


def test_elsewhere_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= processes() <= shares.MOST
    monkeypatch.setattr(shares.sys, "platform", "darwin")
    assert processes() == 1


@pytest.fixture(scope="module")
def files() -> tuple[bytes, bytes]:
    question = Problem(
        Network([1, 1, 1], "tanh"), Dataset([[1], [2]], [[1], [-1]]), regularizer=Regularizer("1/5")
    )
    found = critical_set(question, box=(-2, 2))
    assert found.statement is not None
    assert found.certificate is not None
    return found.statement, found.certificate


@pytest.mark.parametrize("count", [1, 2, 3])
def test_covers_in_shares(
    files: tuple[bytes, bytes], count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a leaf of each kind made wrong: the same answer, for the same reason, as of one."""
    monkeypatch.setattr(rules_complete, "TOGETHER", 2)
    statement, certificate = files
    steps = json.loads(certificate)
    nodes = steps["steps"][-1]["cover"]
    size = 2
    leaves = [i for i, x in enumerate(nodes) if isinstance(x, list) or x >= size]
    assert len(leaves) > 9

    def answer(by: int, content: Any) -> Any:
        monkeypatch.setattr(rules_complete, "ALONE", 0)
        monkeypatch.setattr(rules_complete, "processes", lambda: by)
        found = check(statement, json.dumps(content).encode())
        return found.accepted, found.reason, found.unreadable

    assert answer(count, steps)[0]
    for i in [*leaves[:4], *leaves[-4:]]:
        kept = nodes[i]
        for wrong in (0, 3, [1, -1], 99, [0]):
            nodes[i] = wrong
            assert answer(count, steps) == answer(1, steps)
        nodes[i] = kept
    for changed in (nodes[:-1], [*nodes, 0], [*nodes, nodes[-1]]):
        steps["steps"][-1]["cover"] = changed
        assert not answer(count, steps)[0]
        assert answer(count, steps) == answer(1, steps)
    steps["steps"][-1]["cover"] = nodes
