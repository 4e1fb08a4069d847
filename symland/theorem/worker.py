"""The process that runs one theorem file: ``python -m symland.theorem.worker FILE BUDGET SEED``.

It prints one JSON document: ``{"theorems": [...]}`` or ``{"error": "..."}``.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from symland.checker import shares
from symland.theorem.guard import guard
from symland.theorem.library import reference_keys
from symland.theorem.part import Report
from symland.theorem.statement import Citation, TheoremError
from symland.theorem.theorem import Theorem

__all__ = ["preload", "run_file", "work"]

MOST_MEMORY = 2**32
"""Bytes of data that a theorem file may have, where the system can see to it."""


def run_file(path: Path, budget: float, seed: int, refusals: list[str]) -> list[Report]:
    """Run a theorem file and check the theorems it defines.

    Raises TheoremError if it defines none or cites a key that is in no references.bib; everything
    the file raises passes through.
    """
    start = time.monotonic()
    scope: dict[str, Any] = {"__name__": "theorem_file", "__file__": str(path)}
    exec(compile(path.read_bytes(), str(path), "exec"), scope)
    theorems = list(dict.fromkeys(x for x in scope.values() if isinstance(x, Theorem)))
    if not theorems:
        raise TheoremError("defines no theorem, expected theorem = Theorem(...)")
    text = (scope.get("__doc__") or "").strip()
    keys = reference_keys(path.parent)
    reports = []
    for theorem in theorems:
        _check_keys(theorem, keys)
        left = budget - (time.monotonic() - start)
        reports.append(theorem.check(left, seed, text))
    if refusals:
        raise PermissionError(refusals[0])
    return reports


def _check_keys(theorem: Theorem, keys: set[str]) -> None:
    """Every key that the theorem cites is an entry of references.bib."""
    citations = [s for s in theorem.steps if isinstance(s, Citation)]
    citations += [d.citation for d in theorem.dropped if d.citation is not None]
    for key in (theorem.source, *(c.key for c in citations)):
        if key is not None and key not in keys:
            raise TheoremError(f"{theorem.name}: {key!r} is cited, but not in references.bib")


def report_json(report: Report) -> dict[str, Any]:
    """Everything about a report, for the process that asked."""
    files = [
        {
            "part": p.part,
            "name": p.name,
            "statement": p.statement.decode(),
            "certificate": p.certificate.decode(),
        }
        for p in report.parts
        if p.statement is not None and p.certificate is not None
    ]
    return {"entry": report.to_json(), "background": dict(report.background), "files": files}


def _reason(error: BaseException, path: Path, refusals: list[str]) -> str:
    """What went wrong in one line, with the line of the file where there is one."""
    if refusals:
        return f"{refusals[0]}, which a theorem file may not do{_place(error, path)}"
    if isinstance(error, SyntaxError):
        place = f" (line {error.lineno})" if error.lineno else ""
        return f"SyntaxError: {error.msg}{place}"
    shown = "".join(c if c.isprintable() or c.isspace() else "?" for c in str(error))
    text = " ".join(shown.split())
    if isinstance(error, TheoremError):
        return text
    if isinstance(error, MemoryError):
        return f"took more than {MOST_MEMORY / 2**30:g} GiB of memory{_place(error, path)}"
    return f"{type(error).__name__}: {text}{_place(error, path)}".replace(": (", " (")


def _place(error: BaseException, path: Path) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    return f" (line {lines[-1]})" if lines else ""


def _bound_memory() -> None:
    """One file that takes more and more does not bring the machine to a halt."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    with suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard == resource.RLIM_INFINITY or hard > MOST_MEMORY:
            resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, hard))


def work(arguments: list[str]) -> NoReturn:
    """Run the file named and end the process; standard output is kept for the result alone."""
    path, budget, seed = Path(arguments[0]), float(arguments[1]), int(arguments[2])
    result = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.path.append(str(path.resolve().parent))  # last: a name beside the file hides no module
    refusals: list[str] = []
    _bound_memory()
    guard(refusals)
    shares.MOST = 1  # a check that forks would be refused as the file's doing
    document: dict[str, Any]
    try:
        reports = run_file(path, budget, seed, refusals)
        document = {"theorems": [report_json(report) for report in reports]}
    except BaseException as error:
        document = {"error": _reason(error, path, refusals)}
    json.dump(document, result)
    result.flush()
    os._exit(0)  # threads or handlers that the file left behind do not keep the process


def preload() -> None:
    """Import what is loaded late, before writing is refused and before a nursery forks."""
    for module in (
        "numpy",
        "scipy.optimize",
        "symland.claims.all_shapes",
        "symland.questions.classify_linear",
        "symland.questions.classify_polynomial",
        "symland.theorem.checking",
        "symland.theorem.replicated",
        "symland.theorem.representatives",
        "symland.theorem.segment",
    ):
        import_module(module)


if __name__ == "__main__":
    preload()
    work(sys.argv[1:])
