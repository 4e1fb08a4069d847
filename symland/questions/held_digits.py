"""Of the digits of a computed point, those that hold."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, inf, isfinite, log10
from typing import Any

from flint import arb

from symland.enclosure.dyadic import binary_logarithm, dyadic
from symland.exact.decimals import nearest_decimal

__all__ = ["held_digits", "uncertainties"]

MOST_DIGITS, PLACES = 50, 190
DRIFT = 1e-12
"""How far, relative to the weights, a search in floats may drift where the loss does not change."""
NOISE = 1e-16
"""The part of the largest eigenvalue below which a computed one is only rounding."""


def uncertainties(
    values: Any, vectors: Any, gradient: Any, blur: float, cut: float, size: float
) -> Any:
    """Estimated errors of the weights, from the spectrum of the Hessian and the gradient left.

    A Newton step would remove them along eigenvectors whose eigenvalue exceeds `cut`.
    Along the others the gradient hardly says where the point is: either it is one of a continuum,
    and where in it the search came to rest is arbitrary to the accuracy of floats, or the critical
    point is degenerate and as far away as the rest of the gradient over the eigenvalue. `blur` is
    how far every entry of the gradient may be wrong, `size` the largest absolute value of a weight.

    >>> import numpy as np
    >>> values, vectors, gradient = np.array([0.0, 2]), np.eye(2), np.array([0, 1e-9])
    >>> [float(x) for x in uncertainties(values, vectors, gradient, 0.0, 1e-8, 3.0)]
    [3e-12, 5e-10]
    """
    import numpy as np

    errors = np.zeros(len(gradient))
    least = max(NOISE * float(abs(values).max(initial=0.0)), 1e-300)
    for value, vector in zip(values, vectors.T, strict=True):
        rest = abs(float(vector @ gradient)) + blur * float(abs(vector).sum())
        drift = DRIFT * size if abs(value) <= cut else 0.0
        errors += abs(vector) * (drift + rest / max(abs(float(value)), least))
    return errors


def held_digits(point: Sequence[arb], errors: Sequence[float]) -> tuple[list[str], int]:
    """The weights rounded to decimals that hold, and how many of the largest weight's hold.

    At most 50 digits are written; a weight that its error swallows is written as 0.

    >>> held_digits([arb("1.23456789"), arb("0.0001")], [3e-5, 1e-3])
    (['1.235', '0'], 4)
    """
    pairs = list(zip(point, errors, strict=True))
    largest, error = max(pairs, key=lambda pair: abs(float(pair[0])), default=(arb(0), 0.0))
    return [_written(x, e)[0] for x, e in pairs], _written(largest, error)[1]


def _written(value: arb, error: float) -> tuple[str, int]:
    if not value.is_finite() or not isfinite(error):
        return "0", 0
    digits: float = MOST_DIGITS
    if error > 0:
        size = abs(float(value))
        leading = floor(log10(size)) if size > 0 else -inf
        digits = min(digits, leading - ceil(log10(2 * error)))
    if digits < 1:
        return "0", 0
    places = max(0, PLACES - binary_logarithm(value))
    exact = dyadic(value, min(places, 10**5))
    return nearest_decimal(exact, int(digits)), int(digits)
