"""The loss in floating point along lines and curves through a classified point: pictures only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import flat
from symland.problem.problem import Problem
from symland.questions.answer import Answer

__all__ = ["loss_profiles"]

MOST_PARAMETERS = 600
"""Parameters beyond which no eigenvectors are computed."""
SAMPLES = 241
LEAST_REACH, MOST_REACH = 1e-6, 3.0
FAR = 30.0
"""A lower point is far if it is so many times as far away as the weights are large."""
HIGH = 30.0
"""Losses are high that are so many times as large as those of the points of a segment."""

Profile = dict[str, Any]


def loss_profiles(problem: Problem, answer: Answer) -> list[Profile]:
    """Pieces of the landscape around the point that an answer of `classify` is about.

    The point is the given one, or the critical point nearby where there is one. Each profile has
    a ``title``, values ``x`` of a parameter, the ``loss`` there, and ``marks``: (x, loss, kind or
    label) of points on it. They follow curves of the certificate along which the loss falls or
    rises, else eigenvectors of the least and the largest eigenvalue of the Hessian, or the
    gradient; a segment leads from the given point to the one nearby, and one to a lower point.
    Where that is far, ``x`` is the distance, and ``unit`` the one up to which it is to be drawn as
    it is, beyond it by logarithms; so are losses above ``level`` where some are very high.
    Nothing here is proved.

    >>> from symland import Dataset, Network, Problem, classify
    >>> problem = Problem(Network((1, 1, 1)), Dataset([[1]], [[1]]))
    >>> origin = classify(problem, {"W1": [[0]], "W2": [[0]]})
    >>> for profile in loss_profiles(problem, origin):
    ...     print(profile["title"], round(min(profile["loss"]), 3))
    certified direction 0.0
    largest eigenvalue 1 0.5
    straight to the lower point 0.0
    """
    import numpy as np

    with np.errstate(all="ignore"):
        try:
            return _Profiles(problem, answer).listed()
        except (OverflowError, np.linalg.LinAlgError):  # data or a Hessian beyond floats
            return []


class _Profiles:
    def __init__(self, problem: Problem, answer: Answer):
        document = answer.document
        self.problem, self.landscape = problem, FloatLandscape(problem)
        self.given = document["given"]
        self.centre = document.get("refined") or self.given
        self.at = self._vector(self.centre["weights"])
        self.here = self.landscape.loss(self.at)
        self.kind = str(self.centre["kind"])
        self.witness = _witness(answer) if self.centre is self.given else {}

    def _vector(self, weights: Mapping[str, Any]) -> Any:
        import numpy as np

        return np.array([float(x) for x in flat(self.problem.network.shapes, weights)])

    def listed(self) -> list[Profile]:
        found = [self._towards_the_nearby(), *self._around(), self._towards_the_better()]
        return [p for p in found if p is not None]

    def _around(self) -> list[Profile | None]:
        if self.kind == "not_critical":
            slope = self.landscape.gradient(self.at)
            size = float(sum(slope * slope) ** 0.5)
            if not 0 < size < float("inf"):
                return []
            reach = self._clipped((abs(self.here) or 1.0) / size)
            return [self._line("against the gradient", -slope / size, reach)]
        certified = self._certified()
        if len(self.at) > MOST_PARAMETERS:
            return [certified]
        import numpy as np

        hessian = self.landscape.hessian(self.at)
        if not np.isfinite(hessian).all():
            return [certified]
        values, vectors = np.linalg.eigh(hessian)
        values[abs(values) < 1e-9 * abs(values).max()] = 0.0
        least, most = (
            self._line(
                f"{name} eigenvalue {values[i]:.3g}", vectors[:, i], self._reach(abs(values[i]))
            )
            for name, i in (("least", 0), ("largest", -1))
        )
        return [certified or least, most] if len(values) > 1 or certified else [least]

    def _certified(self) -> Profile | None:
        """Along the direction or the curve of the certificate on which the loss falls."""
        if "direction" in self.witness:
            step = self._table({n: _straight(x) for n, x in self.witness["direction"].items()})
            return None if step is None else self._curve("certified direction", step)
        if "descent" in self.witness:
            curve = {n: x for n, x in self.witness["descent"].items() if n != "order"}
            step = self._table(curve)
            title = f"certified curve, order {self.witness['descent'].get('order')}"
            return None if step is None else self._curve(title, step)
        return None

    def _table(self, curve: Mapping[str, Any]) -> list[tuple[int, list[float]]] | None:
        """Entries of a curve as (flat index, coefficients); None where they are no rationals."""
        shapes, found, index = self.problem.network.shapes, [], 0
        try:
            for name, shape in shapes.items():
                rows = curve.get(name)
                width = shape[1] if len(shape) == 2 else 1
                for i in range(shape[0]):
                    for j in range(width):
                        if rows is not None:
                            entry = rows[i][j] if len(shape) == 2 else rows[i]
                            found.append((index, [float(Fraction(c)) for c in entry]))
                        index += 1
        except (TypeError, ValueError, LookupError, OverflowError):
            return None
        return found

    def _curve(self, title: str, table: list[tuple[int, list[float]]]) -> Profile | None:
        """The loss along the curve, as far as it moves the weights by their size or 1."""
        import numpy as np

        def at(s: float) -> Any:
            moved = self.at.copy()
            for index, coefficients in table:
                moved[index] += sum(c * s**k for k, c in enumerate(coefficients))
            return moved

        room = max(1.0, float(np.abs(self.at).max(initial=0.0)))
        reach = 1.0
        while reach > 1e-9 and max(np.abs(at(t) - self.at).max() for t in (reach, -reach)) > room:
            reach /= 2
        return self._sampled(title, at, -reach, reach, [(0.0, self.kind)])

    def _reach(self, curvature: float) -> float:
        """How far the loss changes by about half of itself, within bounds."""
        return self._clipped(((abs(self.here) or 1.0) / curvature) ** 0.5 if curvature else 1.0)

    def _clipped(self, reach: float) -> float:
        most = max(MOST_REACH, 2 * float(abs(self.at).max(initial=0.0)))
        return min(most, max(LEAST_REACH, reach))

    def _line(self, title: str, direction: Any, reach: float) -> Profile | None:
        return self._sampled(
            title, lambda t: self.at + t * direction, -reach, reach, [(0.0, self.kind)]
        )

    def _towards_the_nearby(self) -> Profile | None:
        if self.centre is self.given:
            return None
        start = self._vector(self.given["weights"])
        step = self.at - start
        marks = [(0.0, "given point"), (1.0, self.kind)]
        title = "from the given point to the one nearby"
        found = self._sampled(title, lambda t: start + t * step, -0.5, 1.5, marks)
        if found is None or max(found["loss"]) - min(found["loss"]) < 1e-9 * abs(self.here):
            return None  # nothing but rounding to be seen
        return found

    def _towards_the_better(self) -> Profile | None:
        better = self.centre.get("better")
        if not better:
            return None
        title, step = "straight to the lower point", self._vector(better["weights"]) - self.at
        away = float((step @ step) ** 0.5)
        unit = max(1.0, float(abs(self.at).max(initial=0.0)))
        if away > FAR * unit:
            found = self._far(title, step / away, away, unit)
        else:
            marks = [(0.0, self.kind), (1.0, "lower point")]
            found = self._sampled(title, lambda t: self.at + t * step, -0.2, 1.2, marks)
        if found is not None:
            level = 2 * max(abs(loss) for _, loss, _ in found["marks"])
            if 0 < HIGH * level < max(found["loss"]):
                found["level"] = level
        return found

    def _far(self, title: str, direction: Any, away: float, unit: float) -> Profile | None:
        """Distances close together near the point, and far from one another beyond the unit."""
        from math import asinh, sinh

        marks = [(0.0, self.kind), (asinh(away / unit), "lower point")]
        found = self._sampled(
            title,
            lambda z: self.at + unit * sinh(z) * direction,
            -asinh(2.0),
            asinh(2 * away / unit),
            marks,
        )
        if found is None:
            return None
        found["x"] = [unit * sinh(z) for z in found["x"]]
        found["marks"] = [(unit * sinh(z), loss, name) for z, loss, name in found["marks"]]
        return found | {"unit": unit}

    def _sampled(
        self,
        title: str,
        at: Callable[[float], Any],
        low: float,
        high: float,
        marks: list[tuple[float, str]],
    ) -> Profile | None:
        """The profile; None where fewer than three losses are floats."""
        import math

        even = [low + (high - low) * k / (SAMPLES - 1) for k in range(SAMPLES)]
        steps = sorted({*even, *(t for t, _ in marks)})
        pairs = [(t, self.landscape.loss(at(t))) for t in steps]
        pairs = [(t, value) for t, value in pairs if math.isfinite(value)]
        if len(pairs) < 3:
            return None
        return {
            "title": title,
            "x": [t for t, _ in pairs],
            "loss": [value for _, value in pairs],
            "marks": [(t, self.landscape.loss(at(t)), name) for t, name in marks],
        }


def _straight(array: Any) -> Any:
    """The entries of a direction as those of the line along it."""
    if isinstance(array, list):
        return [_straight(x) for x in array]
    return ["0", array]


def _witness(answer: Answer) -> dict[str, Any]:
    """The step of the certificate with a direction or curve along which the loss falls."""
    if answer.certificate is None or answer.verdict != "certified":
        return {}
    steps: list[dict[str, Any]] = json.loads(answer.certificate)["steps"]
    kinds = {"direction": "direction", "curve": "descent"}
    return next((s for s in steps if kinds.get(s["rule"]) in s), {})
