"""A case: the statement and the certificate of one question, growing claim by claim.

Nothing here is believed. What a case says is true only if the checker accepts the two files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from symland.checker import Verdict, check
from symland.exact.number_field import AlgebraicNumber
from symland.exact.rational_matrix import as_fmpq
from symland.exact.real_roots import Interval
from symland.problem.problem import Problem

__all__ = ["Case", "matrix_json", "scalar_json"]

Json = dict[str, Any]


def scalar_json(value: Any) -> Any:
    """A rational number as text, an algebraic one as its coefficients, lowest first.

    >>> from fractions import Fraction
    >>> scalar_json(Fraction(-3, 4))
    '-3/4'
    """
    if isinstance(value, AlgebraicNumber):
        coefficients = [str(c) for c in value.poly.coeffs()] or ["0"]
        return coefficients if len(coefficients) > 1 else coefficients[0]
    return str(as_fmpq(value))


def matrix_json(matrix: Any) -> list[list[Any]]:
    """The rows of a rational or algebraic matrix as `scalar_json` writes them."""
    return [[scalar_json(x) for x in row] for row in matrix.tolist()]


class Case:
    """The two files of one question, under construction.

    Roots, vectors and points are named once and referred to by name. Each claim comes with the
    one step of the certificate that proves it.

    Examples
    --------
    >>> from symland import Dataset, Network, Problem
    >>> case = Case(Problem(Network((1, 1)), Dataset([[0]], [[1]])))
    >>> case.establish("constant", {}, "no_input", {})
    'c1'
    >>> case.check().lines
    ('c1: the loss is constant',)
    """

    def __init__(self, problem: Problem):
        self.problem = problem
        self._roots: dict[str, Json] = {}
        self._vectors: dict[str, list[Any]] = {}
        self._points: dict[str, Json] = {}
        self._names: dict[tuple[str, str], str] = {}
        self.references: dict[object, list[str]] = {}  # how lines already written are referred to
        self._claims: list[Json] = []
        self._steps: list[Json] = []

    def _named(self, prefix: str, table: dict[str, Any], value: Any) -> str:
        """The name of the value in the table; entered under a new one where it is not there."""
        key = prefix, json.dumps(value, sort_keys=True)
        if key not in self._names:
            self._names[key] = f"{prefix}{len(table) + 1}"
            table[self._names[key]] = value
        return self._names[key]

    def root(self, polynomial: Sequence[Any], interval: Interval) -> str:
        """The name of the one root of a rational polynomial in a closed interval."""
        value = {
            "polynomial": [str(as_fmpq(c)) for c in polynomial],
            "interval": [str(as_fmpq(end)) for end in interval],
        }
        return self._named("t", self._roots, value)

    def vector(self, entries: Sequence[Any]) -> str:
        """The name of a vector: rational numbers, or polynomials in a root named at its use."""
        lines = [scalar_json(x) for x in entries]
        return self._named("v", self._vectors, [x if isinstance(x, list) else [x] for x in lines])

    def point(self, parameters: Json) -> str:
        """The name of a point given by its parameters as the statement writes them."""
        return self._named("p", self._points, parameters)

    def establish(self, kind: str, about: Json, rule: str, witness: Json) -> str:
        """Add a claim and the step that proves it; the name of the claim."""
        name = f"c{len(self._claims) + 1}"
        self._claims.append({"name": name, "claim": kind, **about})
        step = f"s{len(self._steps) + 1}"
        self._steps.append({"name": step, "claim": name, "rule": rule, **witness})
        return name

    @property
    def size(self) -> int:
        """The number of claims."""
        return len(self._claims)

    @property
    def claims(self) -> tuple[Mapping[str, Any], ...]:
        """The claims of the statement."""
        return tuple(self._claims)

    @property
    def steps(self) -> tuple[Mapping[str, Any], ...]:
        """The steps of the certificate."""
        return tuple(self._steps)

    def statement(self) -> bytes:
        """The statement file."""
        content: Json = {"symland": "statement", "version": 1, "problem": self.problem.to_json()}
        if self._roots:
            content["roots"] = self._roots
        if self._vectors:
            content["vectors"] = self._vectors
        content |= {"points": self._points, "claims": self._claims}
        return _file(content)

    def certificate(self) -> bytes:
        """The certificate file."""
        return _file({"symland": "certificate", "version": 1, "steps": self._steps})

    def check(self) -> Verdict:
        """What the checker says of the two files; of the very same bytes it is asked once."""
        return _verdict(self.statement(), self.certificate())

    def copy(self) -> Case:
        """A case that grows by itself from here."""
        other = Case(self.problem)
        for name, value in vars(self).items():
            setattr(other, name, value if name == "problem" else type(value)(value))
        other.references = {key: list(names) for key, names in self.references.items()}
        return other


@lru_cache(maxsize=1)  # a case that was tried is often the one that an answer is made of
def _verdict(statement: bytes, certificate: bytes) -> Verdict:
    return check(statement, certificate)


def _file(content: Json) -> bytes:
    """One line an item of the top-level lists and tables, so that a file can be read and diffed."""
    parts = []
    for key, value in content.items():
        if isinstance(value, list) and value:
            items = ",\n    ".join(_dumps(item) for item in value)
            parts.append(f"  {_dumps(key)}: [\n    {items}\n  ]")
        elif isinstance(value, dict) and value and key != "problem":
            items = ",\n    ".join(f"{_dumps(k)}: {_dumps(v)}" for k, v in value.items())
            parts.append(f"  {_dumps(key)}: {{\n    {items}\n  }}")
        else:
            parts.append(f"  {_dumps(key)}: {_dumps(value)}")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
