"""A theorem file only computes: what would write, start programs or reach out is refused.

This keeps honest files honest. It is no fence against an attacker: theorem files are programs, and
strangers' programs are to be run in a container.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import Any

__all__ = ["Forbidden", "guard"]


class Forbidden(PermissionError):
    """Something that a theorem file may not do."""


_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = {
    **dict.fromkeys(("os.remove", "os.unlink", "os.rmdir", "shutil.rmtree"), "removes"),
    **dict.fromkeys(("os.rename", "os.replace", "shutil.move"), "renames"),
    **dict.fromkeys(
        (
            "os.mkdir",
            "os.link",
            "os.symlink",
            "os.mkfifo",
            "os.mknod",
            "os.truncate",
            "os.chmod",
            "os.chown",
            "os.utime",
            "os.setxattr",
            "shutil.copyfile",
            "shutil.copytree",
            "shutil.make_archive",
            "tempfile.mkstemp",
            "tempfile.mkdtemp",
            "sqlite3.connect",
        ),
        "writes to",
    ),
    **dict.fromkeys(
        (
            "subprocess.Popen",
            "os.system",
            "os.exec",
            "os.fork",
            "os.forkpty",
            "os.posix_spawn",
            "os.spawn",
            "pty.spawn",
        ),
        "starts a program",
    ),
    **dict.fromkeys(
        (
            "socket.connect",
            "socket.bind",
            "socket.sendto",
            "socket.sendmsg",
            "socket.getaddrinfo",
            "socket.getnameinfo",
            "socket.gethostbyname",
            "socket.gethostbyaddr",
            "urllib.Request",
        ),
        "opens a connection",
    ),
    **dict.fromkeys(("os.kill", "os.killpg"), "sends a signal"),
}


def guard(refusals: list[str]) -> None:
    """Refuse, from now on and in this process, all of the above; each refusal is also noted.

    An audit hook cannot be removed, so this is for a process that runs one file and ends.
    """
    active = True

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal active
        if not active or (event != "open" and event not in _REFUSED):
            return
        text = _written(arguments) if event == "open" else _action(event, arguments)
        if text:
            active = False  # what follows may open files to show the error
            refusals.append(text)
            active = True
            raise Forbidden(text)

    sys.addaudithook(hook)
    for name in ("mkfifo", "mknod"):  # Python raises no event for these
        if hasattr(os, name):
            setattr(os, name, partial(sys.audit, f"os.{name}"))


def _written(arguments: tuple[Any, ...]) -> str | None:
    """The refusal of an opening for writing; None for one for reading."""
    path, mode, flags = arguments
    if isinstance(path, int) or os.fspath(path) in (os.devnull, os.fsencode(os.devnull)):
        return None
    writes = any(c in mode for c in "wax+") if isinstance(mode, str) else bool(flags & _WRITING)
    return f"opens {os.fsdecode(path)!r} for writing" if writes else None


def _action(event: str, arguments: tuple[Any, ...]) -> str:
    verb = _REFUSED[event]
    what = arguments[0] if arguments else None
    if verb in ("starts a program", "opens a connection", "sends a signal"):
        return f"{verb} ({event})"
    shown = os.fsdecode(what) if isinstance(what, (str, bytes, os.PathLike)) else event
    return f"{verb} {shown!r}"
