"""The proof of one step: a `Proof` that may use only what the step says it uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from inspect import signature
from typing import Any

from symland.claims.all_shapes import Proof
from symland.claims.decided_step import decided_step
from symland.theorem.statement import TheoremError

__all__ = ["StepProof"]

_RULES = (
    "star",
    "cancel",
    "one_sign",
    "both_signs",
    "coefficient",
    "substitute",
    "instantiate",
    "variation",
    "affine",
    "prime",
)
_NAMED = ("of", "nonzero", "above", "below")


class StepProof:
    """The methods of `symland.claims.all_shapes.Proof`, restricted to the facts of a step.

    ``facts`` collects the names of what the step proves, in order.
    """

    def __init__(self, label: str, proof: Proof, allowed: Iterable[str]) -> None:
        self._label, self._proof = label, proof
        self._allowed = list(allowed)
        self.facts: list[str] = []

    def prove(self, name: str, claim: Any, using: Iterable[str] | None = None) -> None:
        """The claim vanishes: searched for among the facts that the step uses."""
        names = self._equations() if using is None else self._checked(using)
        self._proof.prove(name, claim, using=names, assuming=self._all())
        self.facts.append(name)

    def sum_of_squares(
        self,
        name: str,
        claim: Any,
        squares: Any = (),
        adding: Any = (),
        using: Iterable[str] | None = None,
    ) -> None:
        """The claim is nonnegative, as a sum of squares and of inequalities the step uses."""
        self._checked([fact for _, fact in adding])
        self._checked([fact for _, facts, _ in squares for fact in facts])
        names = self._equations() if using is None else self._checked(using)
        self._proof.sum_of_squares(name, claim, squares, adding, names, self._all())
        self.facts.append(name)

    def decide(self, name: str, claim: Any, using: Iterable[str] | None = None) -> None:
        """The claim, an equation or another relation, by whatever rules `decide` finds."""
        names = self._all() if using is None else self._checked(using)
        self.facts += decided_step(self._proof, name, claim, names, self._all())

    def __getattr__(self, method: str) -> Callable[..., None]:
        if method not in _RULES:
            raise TheoremError(
                f"step {self._label!r}: no rule {method!r}, there are: prove, decide,"
                f" sum_of_squares, {', '.join(_RULES)}"
            )
        follow = getattr(self._proof, method)

        @wraps(follow)
        def run(name: str, *arguments: Any, **keywords: Any) -> None:
            given = signature(follow).bind(name, *arguments, **keywords).arguments
            self._checked([given[key] for key in _NAMED if key in given])
            self._checked([fact for _, fact in given.get("adding", ())])
            self._checked(given.get("strict", (1, ()))[1])
            follow(name, *arguments, **keywords)
            self.facts.append(name)

        return run

    def _all(self) -> list[str]:
        """Everything that the step may rest on: a counterexample has to satisfy it."""
        return [*self._allowed, *self.facts]

    def _equations(self) -> list[str]:
        return [
            name
            for name in self._all()
            if (known := self._proof.relation(name)).kind in ("equation", "traces")
            and not known.bound
        ]

    def _checked(self, names: Iterable[str]) -> list[str]:
        names = list(names)
        for name in names:
            if name not in self._allowed and name not in self.facts:
                known = ", ".join([*self._allowed, *self.facts]) or "nothing"
                raise TheoremError(
                    f"step {self._label!r} refers to {name!r}, but uses only {known}"
                )
        return names
