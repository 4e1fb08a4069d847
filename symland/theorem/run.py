"""Running theorem files: each in a process of its own, several at a time, with a time limit."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symland.claims.writing import save_files
from symland.theorem.fresh_processes import FreshProcesses
from symland.theorem.nursery import POSSIBLE, Nursery
from symland.theorem.part import file_slug

__all__ = ["FileResult", "run_files"]

GRACE = 10.0
"""Seconds beyond the budget after which a file is stopped; the budget stops the searches."""


@dataclass(frozen=True)
class FileResult:
    """What came of one theorem file: its theorems, or the error that stopped it."""

    path: Path
    seconds: float
    theorems: list[dict[str, Any]] = field(default_factory=list)
    error: str | None = None

    def save(self, directory: str | Path) -> list[str]:
        """Write the files of all parts; returns the paths of the statements."""
        saved = []
        for theorem in self.theorems:
            for one in theorem["files"]:
                name = f"{theorem['entry']['theorem']}-{one['part']}-{file_slug(one['name'])}"
                statement, _ = save_files(
                    directory, name, one["statement"].encode(), one["certificate"].encode()
                )
                saved.append(str(statement))
        return saved


def run_files(
    paths: Sequence[Path],
    budget: float = 60.0,
    seed: int = 0,
    finished: Callable[[FileResult], None] | None = None,
    jobs: int | None = None,
) -> list[FileResult]:
    """Check theorem files; the results in the order of the paths.

    ``budget`` is the time each file has for its searches. ``finished`` is called as each file
    ends. One file that fails or hangs does not touch the others.
    """
    with closing(_processes()) as processes:

        def one(path: Path) -> FileResult:
            result = _run(path, budget, seed, processes)
            if finished is not None:
                finished(result)
            return result

        with ThreadPoolExecutor(jobs or min(4, max(2, os.cpu_count() or 2))) as pool:
            try:
                return list(pool.map(one, paths))
            except BaseException:
                processes.close()
                pool.shutdown(wait=True, cancel_futures=True)
                raise


def _processes() -> Nursery | FreshProcesses:
    """What starts the processes."""
    return (Nursery if POSSIBLE else FreshProcesses)(_environment())


def _run(path: Path, budget: float, seed: int, processes: Nursery | FreshProcesses) -> FileResult:
    start, limit = time.monotonic(), budget + GRACE
    try:
        ended = processes.run([str(path), str(budget), str(seed)], limit)
    except subprocess.TimeoutExpired:
        seconds = time.monotonic() - start
        reason = f"took longer than {limit:g} seconds and was stopped"
        return FileResult(path, seconds, error=f"{path}: {reason}")
    return _read(path, time.monotonic() - start, ended.stdout, ended.stderr, ended.returncode)


def _read(path: Path, seconds: float, out: str, err: str, status: int) -> FileResult:
    try:
        document = json.loads(out)
    except ValueError:
        last = (err.strip().splitlines() or ["no output"])[-1]
        return FileResult(path, seconds, error=f"{path}: ended with status {status}: {last}")
    if "error" in document:
        return FileResult(path, seconds, error=f"{path}: {document['error']}")
    return FileResult(path, seconds, theorems=document["theorems"])


def _environment() -> dict[str, str]:
    """The package is found, no bytecode is written, one thread a process, no random hashes."""
    package = str(Path(__file__).parents[2])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    fixed = {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **fixed}
