"""A fresh process for each theorem file, where no nursery can fork it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence

__all__ = ["FreshProcesses"]


class FreshProcesses:
    """Processes that run `symland.theorem.worker`; several threads may ask for one.

    -P: modules are not looked for in the user's folder, where a theorem file may be numpy.py.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._running: set[subprocess.Popen[str]] = set()

    def run(self, arguments: Sequence[str], limit: float) -> subprocess.CompletedProcess[str]:
        """The worker with these arguments, when it has ended.

        Raises subprocess.TimeoutExpired if it was killed after ``limit`` seconds.
        """
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "symland.theorem.worker", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=self._environment,
        )
        self._running.add(process)
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        finally:
            self._running.discard(process)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def close(self) -> None:
        """Kill all workers; nobody waits for one any more."""
        for process in list(self._running):
            process.kill()
