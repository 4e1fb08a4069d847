"""Why it is undecided what the images of a split neuron are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from symland.claims.case import Case

__all__ = ["undecided_because"]

Prove = Callable[[Case, str, str], str]
INSIDE = "for 0 < lambda < 1 they are local minima if B is positive definite"
OUTSIDE = "for lambda < 0 or lambda > 1 they are local minima if B is negative definite"
BESIDES = (
    ", D is 0 and the Hessian of the point is definite, and saddles if B has the other sign along "
    "a direction or D is not 0"
)
ENDS = (
    "for lambda = 0 or 1 they are saddles if a copy could do better with other incoming weights "
    "and the neuron has one outgoing weight, not 0, or the Hessian of the point has both signs"
)


def undecided_because(
    case: Case,
    signs: Sequence[int],
    D: Any,
    line: Sequence[Mapping[str, Any]],
    claim: Prove,
) -> str:
    """What B and D are, proved or in floating point, and what is needed where it is undecided.

    ``signs`` are those of the eigenvalues of B in floats; ``claim`` adds the claim that a form has
    a sign (`replicated_form`) to a case, so that the checker can be asked.
    """
    import numpy as np

    positive, negative, zero = signs
    definite = "" if zero or (positive and negative) else "positive" if positive else "negative"
    proved = bool(definite) and _accepted(case, claim, "B", definite)
    B = f"B is {_shape(positive, negative, zero)} ({_how(proved)})"
    known = next((s for s in ("zero", "nonzero") if _accepted(case, claim, "D", s)), None)
    small = np.abs(D).max() <= 1e-10
    zeros = {"zero": "0", "nonzero": "not 0", None: "0" if small else "not 0"}
    parts = [f"{B}, D is {zeros[known]} ({_how(known is not None)})"]
    if positive == negative == 0:
        parts.append("if B is 0, second derivatives do not tell what the images are")
    open_parts = {part["lambda"] for part in line if part["status"] == "undecided"}
    middle = [
        text for text, name in ((INSIDE, "inside"), (OUTSIDE, "outside")) if name in open_parts
    ]
    parts += [", ".join(middle) + BESIDES] if middle else []
    parts += [ENDS] if "ends" in open_parts else []
    return "; ".join(parts)


def _shape(positive: int, negative: int, zero: int) -> str:
    """Words for the signs of a symmetric matrix.

    >>> _shape(2, 0, 0), _shape(0, 1, 1), _shape(1, 1, 0), _shape(0, 0, 2)
    ('positive definite', 'negative semidefinite and singular', 'indefinite', '0')
    """
    if positive and negative:
        return "indefinite"
    if not positive and not negative:
        return "0"
    sign = "positive" if positive else "negative"
    return f"{sign} semidefinite and singular" if zero else f"{sign} definite"


def _how(proved: bool) -> str:
    return "proved" if proved else "in floating point, not proved"


def _accepted(case: Case, claim: Prove, form: str, sign: str) -> bool:
    trial = case.copy()
    claim(trial, form, sign)
    return trial.check().accepted
