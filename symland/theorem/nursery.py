"""A process that has imported everything and forks a worker for each theorem file (Linux).

A fresh process takes longer to import than most files take to run. The nursery imports once; it has
one thread, so that its forks are safe. Each worker is asked for with a link of its own: over it
comes the exit status, and when the other end closes, if only because that process has died, the
worker is killed. The end of the nursery's standard input, the door, ends everything.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

__all__ = ["POSSIBLE", "Nursery"]

POSSIBLE = sys.platform == "linux" and hasattr(os, "memfd_create")
"""Whether this system has all it takes; a fork elsewhere may not be safe."""

_LONGEST = 1 << 16  # bytes of a message; a path has less
_BETWEEN = "\0"  # in no path


class Nursery:
    """The nursery for those who ask it for workers; several threads may.

    -P: modules are not looked for in the user's folder, where a theorem file may be numpy.py.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._errors = _memory()
        self._door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "symland.theorem.nursery"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                env=environment,
            )

    def run(self, arguments: Sequence[str], limit: float) -> subprocess.CompletedProcess[str]:
        """The worker with these arguments, when it has ended.

        Raises subprocess.TimeoutExpired if it was killed after ``limit`` seconds.
        """
        link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with link, _memory() as out, _memory() as err:
            link.settimeout(limit)
            with theirs, suppress(OSError):  # a nursery that has ended
                message = os.fsencode(_BETWEEN.join(arguments))
                given = [theirs.fileno(), out.fileno(), err.fileno()]
                socket.send_fds(self._door, [message], given)
            try:
                status = link.recv(_LONGEST)
            except TimeoutError:
                link.shutdown(socket.SHUT_WR)
                link.settimeout(None)
                link.recv(_LONGEST)  # it is dead
                raise subprocess.TimeoutExpired(list(arguments), limit) from None
            if not status:  # the nursery has ended, or never began
                err, status = self._errors, b"%d" % self._process.wait()
            return subprocess.CompletedProcess(arguments, int(status), _text(out), _text(err))

    def close(self) -> None:
        """Kill all workers and end the nursery; nobody waits for one any more."""
        self._door.close()
        self._process.wait()
        self._errors.close()


def _memory() -> IO[bytes]:
    return open(os.memfd_create("symland"), "w+b")


def _text(file: IO[bytes]) -> str:
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode(errors="replace")


@dataclass(frozen=True)
class _Child:
    """A worker: its process, its link, and a pipe that closes when it ends."""

    pid: int
    link: socket.socket
    pipe: int

    def bury(self) -> None:
        """Send its exit status; it has ended."""
        _, status = os.waitpid(self.pid, 0)
        with self.link, suppress(OSError):  # nobody may be there to hear it
            self.link.send(b"%d" % os.waitstatus_to_exitcode(status))
        os.close(self.pipe)

    def close(self) -> None:
        """Forget it: it is the child of another process."""
        self.link.close()
        os.close(self.pipe)


def _serve(door: socket.socket, children: list[_Child]) -> None:
    """Fork, kill and bury until the door closes."""
    while True:
        watched: list[int | socket.socket] = [
            door,
            *(c.link for c in children),
            *(c.pipe for c in children),
        ]
        ready, _, _ = select.select(watched, [], [])
        for child in list(children):
            if child.pipe in ready:
                child.bury()
                children.remove(child)
            elif child.link in ready:
                os.kill(child.pid, signal.SIGKILL)
        if door in ready:
            message, given, _, _ = socket.recv_fds(door, _LONGEST, 3)
            if not message:
                return
            children.append(_fork(os.fsdecode(message).split(_BETWEEN), given, children))


def _fork(arguments: list[str], given: list[int], others: list[_Child]) -> _Child:
    link, out, err = given
    pipe, open_end = os.pipe()
    pid = os.fork()
    child = _Child(pid, socket.socket(fileno=link), pipe)
    if pid == 0:
        for one in (*others, child):
            one.close()
        _become_worker(arguments, out, err)
    for descriptor in (out, err, open_end):
        os.close(descriptor)
    return child


def _become_worker(arguments: list[str], out: int, err: int) -> None:
    """Run the file in this process, which ends here whatever happens."""
    from symland.theorem.worker import work

    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, standard in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        work(arguments)
    except BaseException:
        traceback.print_exc()
    os._exit(1)


def main() -> None:
    """The nursery itself. Ctrl-C is left to the process that asked, which then closes the door."""
    from symland.theorem.worker import preload

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    preload()
    gc.freeze()  # collections in workers do not copy what they share
    children: list[_Child] = []
    try:
        _serve(socket.socket(fileno=0), children)
    finally:
        for child in children:
            os.kill(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
