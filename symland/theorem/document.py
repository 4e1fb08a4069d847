"""The JSON document of `symland check` from the results of several theorem files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symland.theorem.part import overall
from symland.theorem.run import FileResult

__all__ = ["check_document"]


def check_document(results: Sequence[FileResult]) -> dict[str, Any]:
    """``theorems`` (an entry a theorem, also of files that failed), ``details`` beside them,
    ``errors``, the overall ``verdict`` and a ``reason`` in one sentence."""
    theorems: list[dict[str, Any]] = []
    details: list[dict[str, Any]] = []
    errors: list[dict[str, str]] = []
    for result in results:
        if result.error is not None:
            theorems.append({"theorem": result.path.stem, "parts": [], "verdict": "undecided"})
            details.append({"file": str(result.path), "seconds": round(result.seconds, 2)})
            errors.append({"file": str(result.path), "error": result.error})
        for one in result.theorems:
            theorems.append(one["entry"])
            details.append(
                {"file": str(result.path), "seconds": round(result.seconds, 2), **one["background"]}
            )
    verdicts = [theorem["verdict"] for theorem in theorems]
    return {
        "theorems": theorems,
        "details": details,
        "errors": errors,
        "verdict": overall(verdicts),
        "reason": _reason(verdicts, len(errors)),
    }


def _reason(verdicts: list[str], failed: int) -> str:
    """How many theorems have which verdict."""
    counts = {v: verdicts.count(v) for v in dict.fromkeys(verdicts)}
    if failed:
        counts["undecided"] -= failed
    texts = [f"{n} {_MEANING.get(v, v)}" for v, n in counts.items() if n]
    texts += [f"{failed} could not be checked"] if failed else []
    return ", ".join(texts)


_MEANING = {
    "certified": "proved for all shapes",
    "cited": "with every line certified or cited",
    "refuted": "refuted in some line",
}
