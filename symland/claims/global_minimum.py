"""Claims: a point is a global minimum; the loss is constant."""

from __future__ import annotations

from typing import Any

from symland.claims.case import Case, matrix_json
from symland.claims.curvature import spectral_witness
from symland.landscape.deep_linear.point import LinearPoint

__all__ = ["balanced_outputs", "best_rank", "constant", "least_squares", "pure_error", "zero_loss"]


def zero_loss(case: Case, point: str) -> str:
    """A sum of nonnegative terms that is zero (rule: zero_loss)."""
    return case.establish("global_minimum", {"point": point}, "zero_loss", {})


def pure_error(case: Case, point: str, rule: str = "pure_error") -> str:
    """No function of the input fits better; rule pure_error_logarithms for log(p/q) entries."""
    return case.establish("global_minimum", {"point": point}, rule, {})


def balanced_outputs(case: Case, point: str) -> str:
    """Outputs that are best for the samples of every input (rule: balanced_outputs)."""
    return case.establish("global_minimum", {"point": point}, "balanced_outputs", {})


def least_squares(case: Case, point: str, found: LinearPoint) -> str:
    """The product of the layers solves the unconstrained problem (rule: least_squares)."""
    witness = {"least_squares": matrix_json(found.linear.least_squares)}
    return case.establish("global_minimum", {"point": point}, "least_squares", witness)


def best_rank(case: Case, point: str, found: LinearPoint, separator: Any) -> str:
    """No product of this rank fits better: projector and separator (rule: best_rank)."""
    witness = spectral_witness(found, separator)
    return case.establish("global_minimum", {"point": point}, "best_rank", witness)


def constant(case: Case) -> str:
    """The outputs that count are 0 for all weights, or none counts (rule: no_input)."""
    return case.establish("constant", {}, "no_input", {})
