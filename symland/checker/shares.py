"""One check by several processes, where the system can fork.

A check that consists of many tests, each by itself, is made in shares: every process goes through
the files and makes the tests of its own share.  It holds if each process says at its end that its
share does.  Where one does not say so, for whatever reason, all is checked again by one process,
so that what is found, and why files are refused, does not depend on how many there are (but for
files at the very end of their allowance, effort.py: what is kept from before is not counted).
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from . import effort

MOST = 8
HOLDS = b"holds "

Work = Callable[[int, int], None]
Child = tuple[int, int]  # the process, and where it writes to


def processes() -> int:
    """How many there may be: one for each processor that this one may use, on Linux."""
    return min(MOST, len(os.sched_getaffinity(0))) if sys.platform == "linux" else 1


def in_shares(work: Work, count: int) -> None:
    """``work(0, 1)``, which raises `Refused` unless something holds, by ``work(i, count)`` for all
    i < count: these together make its tests.

    >>> in_shares(lambda i, count: None, 2)
    """
    before = effort.left()
    if count < 2 or not _all_hold(work, count):
        effort.reset(before)
        work(0, 1)


def _all_hold(work: Work, count: int) -> bool:
    with _children(work, count) as children:
        if len(children) < count - 1:
            return False
        try:
            work(0, count)
            for _, reads in children:
                with open(reads, "rb", closefd=False) as pipe:
                    said = pipe.read()
                if not said.startswith(HOLDS):
                    return False
                effort.take(int(said[len(HOLDS) :]))
        except Exception:  # what it is, and whether it comes first, one process finds out
            return False
    return True


@contextmanager
def _children(work: Work, count: int) -> Iterator[list[Child]]:
    """Processes for all shares but the first, as many as the system grants; ended afterwards."""
    started: list[Child] = []
    try:
        # An interruption waits until every process is known here; it is this one that ends them.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for i in range(1, count):
                with suppress(OSError):
                    started.append(_start(work, i, count))
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        yield started
    finally:
        for process, reads in started:
            os.close(reads)
            # Where ends of processes are ignored, there may be nothing left of it.
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)


def _start(work: Work, i: int, count: int) -> Child:
    reads, writes = os.pipe()
    with warnings.catch_warnings():
        # Other threads are not there in the new process, which needs none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            process = os.fork()
        except OSError:
            os.close(reads)
            os.close(writes)
            raise
    if process:
        os.close(writes)
        return process, reads
    try:
        before = effort.left()
        work(i, count)
        os.write(writes, HOLDS + str(before - effort.left()).encode())
    finally:
        # At once: nothing that the parent process would do at its end is to be done here.
        os._exit(0)
