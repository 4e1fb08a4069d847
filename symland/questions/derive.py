"""The derivation of a landscape, step by step, each line stated and checked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

from symland import __version__
from symland.checker import Verdict, check
from symland.claims.case import Case
from symland.claims.writing import save_files
from symland.landscape.deep_linear.data import NotDeepLinear, deep_linear
from symland.problem.errors import InputError
from symland.problem.problem import Problem
from symland.questions.answer import Documented
from symland.questions.derivation.deep_linear_landscape import deep_linear_landscape
from symland.questions.derivation.lines import Derivation, verdict_of
from symland.questions.point_json import network_json

__all__ = ["FAMILIES", "Derived", "Files", "derive", "derive_all_shapes", "family_of"]

FAMILIES = ("linear",)
"""Families of networks whose landscape is derived for every width and depth."""


@final
@dataclass(frozen=True)
class Files:
    """A statement and its certificate, and what the checker said of exactly these bytes.

    ``about`` is "problem" (the problem itself) or "shapes" (matrices of all shapes).
    """

    about: str
    statement: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    checked: Verdict = field(repr=False)

    @property
    def established(self) -> list[str]:
        """The claims established, as lines refer to them."""
        return [f"{self.about}: {name}" for name in self.checked.established]

    def to_json(self) -> dict[str, Any]:
        """The pair of files in the document."""
        claims = len(json.loads(self.statement)["claims"])
        return {
            "about": self.about,
            "claims": claims,
            "accepted": self.checked.accepted,
            "reason": self.checked.reason,
            "statement": None,
            "certificate": None,
        }


@final
@dataclass(frozen=True)
class Derived(Documented):
    """A derivation and the files that prove it.

    `verdict` is "certified" if every line is (definitions, hypotheses and textbook facts leave
    nothing open), else the status of the line that is least settled. `files` are the pairs of
    files: one about the problem, one about matrices of all shapes, or only one of them.
    """

    verdict: str
    name: str
    document: dict[str, Any] = field(repr=False)
    files: tuple[Files, ...] = field(default=(), repr=False)

    def save(self, directory: str | Path) -> tuple[Path, ...]:
        """Write the pairs of files, ``NAME-problem.statement.json`` and so on; their paths.

        The files of another question are never overwritten.
        """
        paths: list[Path] = []
        for pair in self.files:
            name = f"{self.name}-{pair.about}"
            paths += save_files(directory, name, pair.statement, pair.certificate)
        return tuple(paths)


def derive(problem: Problem, budget: float = 60, seed: int = 0) -> Derived:
    """Loss, gradient, critical equations and Hessian of a problem, each line checked.

    For a deep linear network the matrix form of every line is certified twice: for all shapes, and
    entry by entry for this problem. For other polynomial networks the backpropagation formulas are
    certified entry by entry. Otherwise they are compared with differentiation in ball arithmetic
    at an exact point, and called ``numerical``.

    Parameters
    ----------
    problem : Problem
    budget : float
        Seconds; what cannot be expanded within it is left ``undecided``.
    seed : int
        Of the exact points at which formulas are evaluated.

    Examples
    --------
    >>> from symland import Dataset, Network, Problem
    >>> answer = derive(Problem(Network((1, 1, 1)), Dataset([[1]], [[2]])))
    >>> answer.verdict, [pair.about for pair in answer.files]
    ('certified', ['problem', 'shapes'])
    """
    start = time.monotonic()
    from symland.questions.derivation.backpropagation import backpropagation
    from symland.questions.derivation.linear_problem import linear_problem

    try:
        linear = deep_linear(problem)
    except NotDeepLinear:
        derivation, case, shapes = *backpropagation(problem, budget, seed), None
    else:
        derivation, case, shapes = linear_problem(problem, linear, budget, seed)
    about = {"problem": problem.name, "network": network_json(problem)}
    return _answer(derivation, case, shapes, f"{problem.name}-derive", about, start, budget, seed)


def derive_all_shapes(family: str = "linear", budget: float = 60, seed: int = 0) -> Derived:
    """The landscape of a family of networks, derived for every width, every depth and all data.

    Raises InputError for a family that is not in `FAMILIES`.

    >>> answer = derive_all_shapes("linear")
    >>> answer.verdict, answer.files[0].checked.accepted
    ('certified', True)
    """
    start = time.monotonic()
    if family not in FAMILIES:
        raise InputError(f"family: got {family!r}, expected one of {', '.join(FAMILIES)}")
    script = deep_linear_landscape()
    sections, proof = script.run(budget, seed)
    title = "The landscape of deep linear networks"
    derivation = Derivation(title, "every width, every depth, all data", sections)
    about = {"problem": None, "family": family}
    return _answer(
        derivation, None, script.files(proof), f"derive-{family}", about, start, budget, seed
    )


def family_of(problem: Problem) -> str:
    """The family in `FAMILIES` to which a problem belongs; InputError, saying why, if to none."""
    try:
        deep_linear(problem)
    except NotDeepLinear as reason:
        raise InputError(
            f"{problem.name}: of no family that is derived for all shapes: {reason}"
        ) from None
    return "linear"


def _answer(
    derivation: Derivation,
    case: Case | None,
    shapes: tuple[bytes, bytes] | None,
    name: str,
    about: dict[str, Any],
    start: float,
    budget: float,
    seed: int,
) -> Derived:
    files = tuple(_files(case, shapes))
    established = [claim for pair in files for claim in pair.established]
    refused = [
        f"{pair.about}: {pair.checked.reason}" for pair in files if not pair.checked.accepted
    ]
    reason = f"the checker did not accept the certificate, {'; '.join(refused)}" if refused else ""
    judged = derivation.judged(established, reason or "no certificate")
    verdict = verdict_of(judged.lines)
    document: dict[str, Any] = {
        "symland": __version__,
        "question": "derive",
        "seed": seed,
        "budget": budget,
        "engines": [],
        "warnings": [reason] if reason else [],
        **about,
        "derivation": judged.to_json(),
        "verdict": verdict,
        "certificates": [pair.to_json() for pair in files],
    }
    document["seconds"] = round(time.monotonic() - start, 3)
    return Derived(verdict, name, document, files)


def _files(case: Case | None, shapes: tuple[bytes, bytes] | None) -> Iterable[Files]:
    if case is not None and case.size:
        statement, certificate = case.statement(), case.certificate()
        yield Files("problem", statement, certificate, check(statement, certificate))
    if shapes is not None:
        yield Files("shapes", *shapes, check(*shapes))
