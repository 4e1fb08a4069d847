"""Whether claims at enclosed points are true, by mpmath alone: Newton's method, eigenvalues, and
losses at random points nearby.  A point that Newton's method does not find makes every claim about
it false; claims that say more than is tried here are judged by what they imply."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from random import Random
from typing import Any

import numpy as np

from tests.mpmath_functions import MP
from tests.mpmath_landscape import MpmathLandscape, number

__all__ = ["UNJUDGED", "EnclosedTruth"]

UNJUDGED = {"path_to_exact_fit", "spectrum"}
DIGITS = 40
TINY = MP.mpf(10) ** -30
NEAR = MP.mpf(10) ** -4


class EnclosedTruth:
    """Truth of the claims of a statement whose points are boxes, slices or plain weights."""

    def __init__(self, statement: dict[str, Any]):
        MP.dps = DIGITS
        self.statement, self.points = statement, statement["points"]
        self.problem = statement["problem"]
        self.landscape = MpmathLandscape(self.problem)
        self.at = cache(self._at)

    def holds(self, claim: dict[str, Any]) -> bool:
        """Whether the claim is true as far as mpmath sees."""
        kind = claim["claim"]
        if kind in UNJUDGED:
            return True
        if kind == "all_critical":
            return self._all_critical(claim)
        found = self.at(claim["point"])
        return found is not None and bool(getattr(self, "_" + kind)(claim, *found))

    def _at(self, name: str) -> tuple[Any, Any, Any, Any] | None:
        """Weights, loss, gradient and Hessian of a point; None where it is not found."""
        point = self.points[name]
        if "box" in point or "slice" in point:
            weights = self._solved(next(iter(point.values())))
        else:
            weights = np.array(self.landscape.flat(point))
        return None if weights is None else (weights, *self.landscape.at(list(weights)))

    def _solved(self, given: dict[str, Any]) -> Any:
        """The zero of the derivatives along the tests, in the box or slice."""
        middle = np.array(self.landscape.flat(given["midpoint"]))
        if "directions" in given:
            radius = [number(r) for r in given["radius"]]
            moves = np.array([[number(x) for x in d] for d in given["directions"]]).T
            tests = np.array(
                [[number(x) for x in d] for d in given.get("tests", given["directions"])]
            )
        else:
            radius = self.landscape.flat(given["radius"])
            moves = tests = np.array([[MP.mpf(i == j) for j in range(len(middle))]
                                      for i in range(len(middle))])  # fmt: skip
            if max(map(abs, self.landscape.at(list(middle))[1])) < TINY:
                return self._alone(middle, moves, radius)
        return self._newton(middle, moves, tests, radius)

    def _alone(self, middle: Any, moves: Any, radius: list[Any]) -> Any:
        """The midpoint, where steps of Levenberg and Marquardt from places of the box, which find
        points of curves too, lead nowhere else in it."""
        draw, small = Random(2), MP.mpf(10) ** -12 * moves
        values, vectors = MP.eigsy(MP.matrix(self.landscape.at(list(middle))[2].tolist()))
        flat = [list(vectors[:, i]) for i, x in enumerate(values) if abs(x) < TINY]
        starts = [[min(radius) * x / 2 for x in direction] for direction in flat]
        for k in range(12):
            scale = MP.mpf(10) ** -(k % 4)
            starts.append([scale * r * draw.randint(-99, 99) / 100 for r in radius])
        for start in starts:
            x = middle + start
            for _ in range(25):
                _, gradient, hessian = self.landscape.at(list(x))
                if max(abs(gradient)) < TINY:
                    break
                x = x - solution(hessian @ hessian + small, hessian @ gradient)
            inside = all(abs(a - m) <= r for a, m, r in zip(x, middle, radius, strict=True))
            found = max(abs(self.landscape.at(list(x))[1])) < TINY
            if found and inside and max(abs(x - middle)) > NEAR**2:
                return None
        return middle

    def _newton(self, middle: Any, moves: Any, tests: Any, radius: list[Any]) -> Any:
        y = np.array([MP.mpf(0)] * len(radius))
        for _ in range(12):
            _, gradient, hessian = self.landscape.at(list(middle + moves @ y))
            step = solution(tests @ hessian @ moves, tests @ gradient)
            if step is None:
                return None
            y = y - step
            if max(abs(step)) < TINY:
                inside = all(abs(a) <= r for a, r in zip(y, radius, strict=True))
                return middle + moves @ y if inside else None
        return None

    def inertia(self, hessian: Any) -> tuple[int, int, int]:
        values = MP.eigsy(MP.matrix(hessian.tolist()), eigvals_only=True)
        small = TINY * max(1, *(abs(x) for x in values))
        signs = sum(x > small for x in values), sum(x < -small for x in values)
        return (*signs, len(values) - sum(signs))

    def lowest_nearby(self, landscape: Any, weights: Any, radius: Any, count: int = 12) -> Any:
        """The lowest loss at random points within the radius, in the sense of the largest entry."""
        draw = Random(0)
        return min(
            landscape.value([w + radius * draw.randint(-99, 99) / 100 for w in weights])
            for _ in range(count)
        )

    def _critical(self, claim: Any, weights: Any, loss: Any, gradient: Any, hessian: Any) -> bool:
        return max(abs(gradient)) < TINY

    def _not_critical(self, claim: Any, weights: Any, loss: Any, g: Any, hessian: Any) -> bool:
        name, *place = claim["parameter"]
        shape = self.landscape.shapes[name]
        start = 0
        for other, size in self.landscape.shapes.items():
            if other == name:
                break
            start += int(np.prod(size))
        slope = g[start + int(np.ravel_multi_index(place[: len(shape)], shape))]
        return slope != 0 and number(claim["lower"]) <= slope <= number(claim["upper"])

    def _enclosure(self, claim: Any, weights: Any, loss: Any, *_: Any) -> bool:
        return number(claim["lower"]) - TINY <= loss <= number(claim["upper"]) + TINY

    def _value(self, claim: Any, weights: Any, loss: Any, *_: Any) -> bool:
        return abs(loss - number(claim["value"])) < TINY

    def _inertia(self, claim: Any, weights: Any, loss: Any, gradient: Any, hessian: Any) -> bool:
        return self.inertia(hessian) == tuple(claim[k] for k in ("positive", "negative", "zero"))

    def _minimum(self, claim: Any, weights: Any, loss: Any, *_: Any) -> bool:
        return self.lowest_nearby(self.landscape, weights, NEAR) >= loss - TINY

    def _strict_minimum(self, claim: Any, *found: Any) -> bool:
        if not self._critical(claim, *found) or self.inertia(found[3])[1]:
            return False
        lowest = min(
            self.lowest_nearby(self.landscape, found[0], r, 40) for r in (NEAR, 100 * NEAR)
        )
        return self.inertia(found[3])[2] == 0 or min(lowest, self._along(*found)) > found[1]

    def _along(self, weights: Any, loss: Any, gradient: Any, hessian: Any) -> Any:
        """The lowest loss seen along the kernel of the Hessian, the other weights following."""
        values, vectors = MP.eigsy(MP.matrix(hessian.tolist()))
        parts = [(x, np.array(list(vectors[:, i]))) for i, x in enumerate(values)]
        flat = [v for x, v in parts if abs(x) < TINY]
        across, draw, losses = [(x, v) for x, v in parts if abs(x) >= TINY], Random(3), []
        for k in range(24):
            lengths = [draw.choice([-1, 0, 1, draw.uniform(-1, 1)]) for _ in flat]
            step = NEAR * 10 ** (k % 3) * sum(a * v for a, v in zip(lengths, flat, strict=True))
            place = weights + step
            for _ in range(4):
                slope = self.landscape.at(list(place))[1]
                place = place - sum((v * (v @ slope) / x for x, v in across), 0 * place)
            if max(map(abs, step)) > 0:
                losses.append(self.landscape.value(list(place)))
        return min(losses)

    def _strict_saddle(self, claim: Any, *found: Any) -> bool:
        return self._critical(claim, *found) and self.inertia(found[3])[1] > 0

    def _non_strict_saddle(self, claim: Any, *found: Any) -> bool:
        _, negative, zero = self.inertia(found[3])
        return self._critical(claim, *found) and negative == 0 and zero > 0

    def _global_minimum(self, claim: Any, weights: Any, loss: Any, *_: Any) -> bool:
        lowest = self.lowest_nearby(self.landscape, weights, MP.mpf(3), 30)
        return min(lowest, self.lowest_nearby(self.landscape, weights, NEAR)) >= loss - TINY

    def _not_global(self, claim: Any, weights: Any, loss: Any, *_: Any) -> bool:
        other = self.at(claim["better"])
        return other is not None and other[1] < loss

    def _not_finite(self, claim: Any, *found: Any) -> bool:
        return self._critical(claim, *found) and self.inertia(found[3])[2] > 0

    def _all_critical(self, claim: Any) -> bool:
        """Newton's method from random places of the box leads nowhere else in it."""
        low, high = number(claim["lower"]), number(claim["upper"])
        known = [found[0] for found in map(self.at, claim["points"]) if found is not None]
        draw, n = Random(1), self.landscape.size
        moves = np.array([[MP.mpf(i == j) for j in range(n)] for i in range(n)])
        for _ in range(4):
            start = np.array([low + (high - low) * draw.randint(1, 99) / 100 for _ in range(n)])
            end = self._newton(start, moves, moves, [10 * (high - low)] * n)
            inside = end is not None and all(low < x < high for x in end)
            if inside and all(max(abs(end - other)) > TINY for other in known):
                return False
        return len(known) == len(claim["points"])

    # --- Neurons in several copies: the larger network is written out -----------------------------
    def copied(self, claim: Any, weights: Any, shares: list[Any]) -> tuple[MpmathLandscape, Any]:
        """The network with copies of a neuron, and the image."""
        layer, r, old = claim["layer"], claim["neuron"] - 1, self.landscape
        problem, rest = deepcopy(self.problem), iter(weights)
        problem["network"]["widths"][layer] += len(shares) - 1
        parts = {
            name: np.array([next(rest) for _ in range(int(np.prod(shape)))]).reshape(shape)
            for name, shape in old.shapes.items()
        }
        for name in (f"W{layer}", f"b{layer}"):
            if name in parts:
                more = [parts[name][r]] * (len(shares) - 1)
                parts[name] = np.array([*parts[name], *more])
        out = parts[f"W{layer + 1}"]
        columns = [list(out[:, k]) for k in range(out.shape[1])]
        columns[r] = list(shares[0] * out[:, r])
        columns += [list(a * out[:, r]) for a in shares[1:]]
        parts[f"W{layer + 1}"] = np.array(columns).T
        return MpmathLandscape(problem), np.concatenate([part.ravel() for part in parts.values()])

    def _replicated_minima(self, claim: Any, weights: Any, loss: Any, *_: Any) -> bool:
        if claim["shares"] == "positive":
            count = claim.get("copies", 2)
            cases = [[MP.mpf(2 * k + 1) / count**2 for k in range(count)]]
        else:
            cases = [[MP.mpf("1.5"), MP.mpf("-0.5")], [MP.mpf(-2), MP.mpf(3)]]
        return self._near_images(claim, weights, loss, cases, NEAR)

    def _near_images(self, claim: Any, weights: Any, loss: Any, cases: Any, radius: Any) -> bool:
        return all(
            self.lowest_nearby(*self.copied(claim, weights, shares), radius) >= loss - TINY
            for shares in cases
        )

    def _replicated_bound(self, claim: Any, weights: Any, loss: Any, *_: Any) -> bool:
        shares = [number(a) for a in claim["shares"]]
        return abs(sum(shares) - 1) < TINY and self._near_images(
            claim, weights, loss, [shares], number(claim["radius"])
        )

    def _replicated_global_minima(self, claim: Any, weights: Any, loss: Any, *_: Any) -> bool:
        return self._near_images(claim, weights, loss, [[MP.mpf(3), MP.mpf(-2)]], MP.mpf(2))

    def _replicated_layers(self, claim: Any, weights: Any, loss: Any, *_: Any) -> bool:
        """Only the first hidden layer, which is all that the bases have."""
        copies = claim["copies"][0]
        first = {"layer": 1, "neuron": 1, "shares": "positive", "copies": copies}
        return len(claim["copies"]) > 1 or self._replicated_minima(first, weights, loss)

    def _replicated_saddles(self, claim: Any, weights: Any, *_: Any) -> bool:
        shares = {"inside": ["0.3"], "outside": ["-0.5", "2"], "all": ["0.3", "-0.5", "2"]}
        return all(
            self._saddle(*self.copied(claim, weights, [MP.mpf(a), 1 - MP.mpf(a)]))
            for a in shares[claim["shares"]]
        )

    def _saddle(self, landscape: MpmathLandscape, weights: Any) -> bool:
        _, gradient, hessian = landscape.at(list(weights))
        return max(abs(gradient)) < TINY and self.inertia(hessian)[1] > 0

    def _replicated_ends(self, claim: Any, weights: Any, *_: Any) -> bool:
        """Critical images; that the free incoming weights of the idle copy matter is not tried."""
        landscape, image = self.copied(claim, weights, [MP.mpf(1), MP.mpf(0)])
        return max(abs(landscape.at(list(image))[1])) < TINY

    def _replicated_form(self, claim: Any, weights: Any, *_: Any) -> bool:
        """With two copies of share 1/2 that move by t and -t, the second derivative is t'Bt; D
        belongs to incoming weights that move so and outgoing ones that move by u and -u."""
        landscape, image = self.copied(claim, weights, [MP.mpf("0.5")] * 2)
        hessian, layer, r = landscape.at(list(image))[2], claim["layer"], claim["neuron"] - 1
        places = np.arange(landscape.size)
        parts, start = {}, 0
        for name, shape in landscape.shapes.items():
            size = int(np.prod(shape))
            parts[name] = places[start : start + size].reshape(shape)
            start += size
        incoming = [f"W{layer}", *([] if claim["form"] == "B_inputs" else [f"b{layer}"])]
        ins = [
            [i for name in incoming if name in parts for i in np.ravel(parts[name][k])]
            for k in (r, -1)
        ]
        outs = [list(parts[f"W{layer + 1}"][:, k]) for k in (r, -1)]
        second = ins if claim["form"].startswith("B") else outs
        form = sum(
            sign * hessian[np.ix_(ins[i], second[j])]
            for i, j, sign in ((0, 0, 1), (1, 1, 1), (0, 1, -1), (1, 0, -1))
        )
        if not claim["form"].startswith("B"):
            return bool((np.abs(form) > TINY).any()) == (claim["sign"] == "nonzero")
        return self.inertia(form)[("positive", "negative").index(claim["sign"])] == len(form)


def solution(matrix: Any, right: Any) -> Any:
    """The solution of a linear system; None where it is singular."""
    try:
        return np.array(list(MP.lu_solve(MP.matrix(matrix.tolist()), MP.matrix(right.tolist()))))
    except ZeroDivisionError:
        return None
