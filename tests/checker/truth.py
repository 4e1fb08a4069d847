"""Whether the claims of a statement are true, by SymPy and mpmath alone.

The loss is written out from the definition as a function of mpmath numbers with 60 digits, first
and second derivatives are SymPy's; equality means up to 10^-30, and the planted instances are
such that nothing true comes closer to false.  Strata are compared with brute force.
"""

import random
from copy import deepcopy
from functools import cached_property
from itertools import chain
from typing import Any

import mpmath
import sympy

from tests.checker import deep_linear_documents as deep

TINY = mpmath.mpf(10) ** -30
mpmath.mp.dps = 60
ACTIVATIONS: dict[str, Any] = {
    "linear": lambda z: z,
    "square": lambda z: z**2,
    "cube": lambda z: z**3,
    "relu": lambda z: sympy.Piecewise((z, z > 0), (0, True)),
}


class Truth:
    """Decides claims of one statement; ``steps`` only supplies curves, which are evaluated."""

    def __init__(self, statement: Any) -> None:
        self.statement = statement
        problem = statement["problem"]
        self.widths = problem["network"]["widths"]
        self.inputs = [[sympy.Rational(v) for v in x] for x in problem["data"]["inputs"]]
        self.targets = [[sympy.Rational(v) for v in y] for y in problem["data"]["targets"]]
        self.scale = sympy.Rational(problem["loss"]["scale"])
        shapes = list(zip(self.widths[1:], self.widths, strict=False))
        self.symbols = [
            sympy.Matrix(a, b, sympy.symbols(f"w{k}_:{a * b}")) for k, (a, b) in enumerate(shapes)
        ]
        self.flat = [s for w in self.symbols for s in w]
        self.outputs: list[list[Any]] = []
        loss = sympy.Integer(0)
        weights = problem["loss"].get("weights")
        for n, (x, y) in enumerate(zip(self.inputs, self.targets, strict=True)):
            h = sympy.Matrix(x)
            for w, a in zip(
                self.symbols, [*problem["network"]["activation"], "linear"], strict=True
            ):
                h = (w * h).applyfunc(ACTIVATIONS[a])
            self.outputs.append([sympy.expand(f) for f in h])
            for j, (f, t) in enumerate(zip(h, y, strict=True)):
                loss += (f - t) ** 2 * (sympy.Rational(weights[n][j]) if weights else 1)
        self.loss = sympy.expand(self.scale * loss + self.penalty())

    def penalty(self) -> Any:
        """1/2 sum of lambda w^2."""
        table = self.statement["problem"].get("regularizer", {"l2": {}})["l2"]
        return sum(
            sympy.Rational(factor) * w**2 / 2
            for k, symbols in enumerate(self.symbols, 1)
            if f"W{k}" in table
            for factor, w in zip(chain(*table[f"W{k}"]), symbols, strict=True)
        )

    def root(self, name: str) -> Any:
        given = self.statement["roots"][name]
        x = sympy.Symbol("x")
        f = sympy.Poly([sympy.Rational(c) for c in reversed(given["polynomial"])], x)
        a, b = (sympy.Rational(v) for v in given["interval"])
        found = [
            t
            for t in sympy.Poly(f, x).nroots(n=60, maxsteps=500)
            if abs(sympy.im(t)) < 1e-40
            and a - sympy.Rational(1, 10**40) <= sympy.re(t) <= b + sympy.Rational(1, 10**40)
        ]
        assert len(found) == 1
        return sympy.re(found[0])

    def entry(self, value: Any, root: Any) -> Any:
        if isinstance(value, str):
            return sympy.Rational(value)
        t = self.root(root) if any(c != "0" for c in value[1:]) else 0
        return sum(sympy.Rational(c) * t**k for k, c in enumerate(value))

    def weights(self, name: str) -> list[Any]:
        point = self.statement["points"][name]
        result = []
        for k, symbols in enumerate(self.symbols, 1):
            value = point[f"W{k}"]
            if isinstance(value, list):
                result += [self.entry(v, point.get("root")) for row in value for v in row]
                continue
            key = "rows" if "rows" in value else "columns"
            length = symbols.cols if key == "rows" else symbols.rows
            vectors = [
                [sympy.Integer(0)] * length
                if ref == 0
                else [
                    self.entry(c, ref[1] if len(ref) > 1 else None)
                    for c in self.statement["vectors"][ref[0]]
                ]
                for ref in value[key]
            ]
            matrix = sympy.Matrix(vectors) if key == "rows" else sympy.Matrix(vectors).T
            result += list(matrix)
        return result

    @cached_property
    def gradient(self) -> list[Any]:
        return [sympy.diff(self.loss, s) for s in self.flat]

    @cached_property
    def hessian(self) -> list[list[Any]]:
        return [[sympy.diff(slope, s) for s in self.flat] for slope in self.gradient]

    def at(self, expression: Any, name: str) -> Any:
        values = dict(zip(self.flat, self.weights(name), strict=True))
        return mpmath.mpf(sympy.N(sympy.expand(expression).subs(values), 60))

    def critical(self, name: str) -> bool:
        return all(abs(self.at(slope, name)) < TINY for slope in self.gradient)

    def inertia(self, name: str) -> tuple[int, int, int]:
        second = mpmath.matrix([[self.at(entry, name) for entry in row] for row in self.hessian])
        values = mpmath.eigsy(second, eigvals_only=True)
        signs = [0 if abs(v) < TINY else 1 if v > 0 else -1 for v in values]
        return signs.count(1), signs.count(-1), signs.count(0)

    def lowest(self) -> Any:
        """The infimum of the loss of a deep linear network, by eigenvalues of Sigma."""
        _, _, T, _, S, _ = self.moments()
        values = sorted(
            (
                mpmath.mpf(sympy.N(v, 60))
                for v in sympy.Poly(S.charpoly().as_expr()).nroots(n=60, maxsteps=500)
            ),
            reverse=True,
        )
        p = min(self.widths[1:-1], default=len(values))
        return mpmath.mpf(sympy.N(self.scale, 60)) * (sympy.N(T, 60) - sum(values[:p]))

    def moments(self) -> Any:
        """Of the samples with their weights; ValueError where a sample has several weights."""
        table = self.statement["problem"]["loss"].get("weights")
        if table is not None and any(len({sympy.Rational(w) for w in row}) > 1 for row in table):
            raise ValueError("weights of one sample differ, moments are of samples")
        weights = None if table is None else [sympy.Rational(row[0]) for row in table]
        A, B, T, W = deep.moments(self.inputs, self.targets, weights)
        S = W * B.T
        return A, B, T, W, S, deep.spectrum(S)

    def complex_points(self, name: str) -> list[Any]:
        """The complex critical points in a box, from all those that SymPy finds."""
        box = self.statement["points"][name]["box"]
        real, imaginary, radius = (
            [
                sympy.Rational(x)
                for k, _ in enumerate(self.symbols, 1)
                for x in chain(*box[part][f"W{k}"])
            ]
            for part in ("real", "imaginary", "radius")
        )
        gradient = list(self.gradient)
        return [
            point
            for point in sympy.solve_poly_system(gradient, *self.flat)
            if all(
                abs(sympy.re(z) - x) <= r and abs(sympy.im(z) - y) <= r
                for z, x, y, r in zip(point, real, imaginary, radius, strict=True)
            )
        ]

    def holds(self, claim: Any, step: Any) -> bool:
        return bool(getattr(self, "_" + claim["claim"])(claim, step))

    def _critical(self, claim: Any, step: Any) -> bool:
        return self.critical(claim["point"])

    def _complex_critical(self, claim: Any, step: Any) -> bool:
        return len(self.complex_points(claim["point"])) == 1

    def _complex_real(self, claim: Any, step: Any) -> bool:
        return all(sympy.im(z) == 0 for z in self.complex_points(claim["point"])[0])

    def _complex_not_real(self, claim: Any, step: Any) -> bool:
        return any(sympy.im(z) != 0 for z in self.complex_points(claim["point"])[0])

    def _complex_distinct(self, claim: Any, step: Any) -> bool:
        found = [self.complex_points(name)[0] for name in claim["points"]]
        return len(found) == len(set(found))

    def _constant(self, claim: Any, step: Any) -> bool:
        return not self.loss.free_symbols

    def _value(self, claim: Any, step: Any) -> bool:
        root = self.statement["points"][claim["point"]].get("root")
        value = mpmath.mpf(sympy.N(self.entry(claim["value"], root), 60))
        return abs(self.at(self.loss, claim["point"]) - value) < TINY

    def _inertia(self, claim: Any, step: Any) -> bool:
        return self.inertia(claim["point"]) == tuple(
            claim[k] for k in ("positive", "negative", "zero")
        )

    def _semidefinite(self, claim: Any, step: Any) -> bool:
        return self.inertia(claim["point"])[1] == 0

    def _strict_saddle(self, claim: Any, step: Any) -> bool:
        return self.critical(claim["point"]) and self.inertia(claim["point"])[1] > 0

    def _non_strict_saddle(self, claim: Any, step: Any) -> bool:
        """Critical, no negative eigenvalue, and the loss falls and rises along the curves."""
        good = self.critical(claim["point"]) and self.inertia(claim["point"])[1] == 0
        s, root = sympy.Symbol("s"), self.statement["points"][claim["point"]].get("root")
        start = self.weights(claim["point"])
        for key, sign in (("descent", -1), ("ascent", 1)):
            moved = []
            for k, symbols in enumerate(self.symbols, 1):
                rows = step[key].get(f"W{k}")
                moved += (
                    [
                        sum(self.entry(c, root) * s**e for e, c in enumerate(p))
                        for row in rows
                        for p in row
                    ]
                    if rows
                    else [0] * len(symbols)
                )
            along = sympy.expand(
                self.loss.subs(
                    {w: a + b for w, a, b in zip(self.flat, start, moved, strict=True)},
                    simultaneous=True,
                )
            )
            terms = [c for (e,), c in reversed(sympy.Poly(along, s).terms()) if e]
            good = good and bool(terms) and sympy.sign(terms[0]) == sign
        return good

    def _decreasing_segment(self, claim: Any, step: Any) -> bool:
        """The polynomial l'(s), its power of s taken out, has no root in [0, S] and is negative.

        An image is written out: copies of a row of W_l, shares of a column of W_(l+1).
        """
        s, larger, rows = (
            sympy.Symbol("s"),
            deepcopy(self.statement),
            iter(self.weights(claim["point"])),
        )
        start = [sympy.Matrix(w.rows, w.cols, [next(rows) for _ in w]) for w in self.symbols]
        if "image" in claim:
            layer, r = claim["image"]["layer"], claim["image"]["neuron"] - 1
            first, *others = (sympy.Rational(a) for a in claim["image"]["shares"])
            larger["problem"]["network"]["widths"][layer] += len(others)
            old = start[layer][:, r]
            start[layer - 1] = start[layer - 1].col_join(
                sympy.Matrix([list(start[layer - 1][r, :])] * len(others))
            )
            start[layer] = start[layer].row_join(sympy.Matrix.hstack(*[a * old for a in others]))
            start[layer][:, r] = first * old
        wide = Truth(larger)
        moved = [
            w + s * sympy.Rational(d)
            for k, matrix in enumerate(start, 1)
            for w, d in zip(matrix, chain(*claim["direction"][f"W{k}"]), strict=True)
        ]
        values = dict(zip(wide.flat, moved, strict=True))
        along = sympy.expand(wide.loss.subs(values, simultaneous=True))
        slope = sympy.Poly(sympy.diff(along, s), s)
        while not slope.is_zero and slope.eval(0) == 0:
            slope = slope.quo(sympy.Poly(s, s))
        end = sympy.Rational(claim["length"])
        return bool(end > 0 and slope.eval(0) < 0 and slope.count_roots(0, end) == 0)

    def _not_global(self, claim: Any, step: Any) -> bool:
        return self.at(self.loss, claim["better"]) < self.at(self.loss, claim["point"])

    def _global_minimum(self, claim: Any, step: Any) -> bool:
        value = self.at(self.loss, claim["point"])
        linear = set(self.statement["problem"]["network"]["activation"]) <= {"linear"}
        return abs(value - (self.lowest() if linear else self.pure_error())) < TINY

    def pure_error(self) -> Any:
        """The loss of the function that takes at each input the value that SymPy finds best there;
        0 where all inputs differ. Outputs that are the same polynomial in the weights, or its
        negative, go together. (Networks whose least loss is above it are not told apart.)"""
        f, total = sympy.Symbol("f"), sympy.Integer(0)
        weights = self.statement["problem"]["loss"].get("weights")
        for j in range(self.widths[-1]):
            groups: dict[Any, Any] = {}
            for n, outputs in enumerate(self.outputs):
                value = outputs[j]
                name = next((g for g in groups if g in (value, -value)), value)
                seen = f * (0 if not value else 1 if value == name else -1)
                weight = sympy.Rational(weights[n][j]) if weights else 1
                groups[name] = groups.get(name, 0) + weight * (seen - self.targets[n][j]) ** 2
            for whole in map(sympy.expand, groups.values()):
                best = sympy.solve(sympy.diff(whole, f), f) or [0]
                total += whole.subs(f, best[0])
        return mpmath.mpf(sympy.N(self.scale * total, 60))

    def _not_critical(self, claim: Any, step: Any) -> bool:
        name, i, j = claim["parameter"]
        slope = self.at(
            sympy.diff(self.loss, self.symbols[int(name[1:]) - 1][i, j]), claim["point"]
        )
        return bool(abs(slope) > TINY) and abs(slope - sympy.Rational(claim["derivative"])) < TINY

    def _minimum(self, claim: Any, step: Any, sign: int = 1) -> bool:
        """Critical, and no random point nearby has a lower loss; with the sign -1 a higher one."""
        draw, start = random.Random(0), self.weights(claim["point"])
        here = self.at(self.loss, claim["point"])
        near = (
            {
                w: a + sympy.Rational(draw.randint(-9, 9), 10**4)
                for w, a in zip(self.flat, start, strict=True)
            }
            for _ in range(50)
        )
        return self.critical(claim["point"]) and all(
            sign * self.loss.subs(values) >= sign * here - TINY for values in near
        )

    def _maximum(self, claim: Any, step: Any) -> bool:
        return self._minimum(claim, step, sign=-1)

    def _rank(self, claim: Any, step: Any) -> bool:
        values = dict(zip(self.flat, self.weights(claim["point"]), strict=True))
        matrix = sympy.eye(self.symbols[claim["product"][1] - 1].cols)
        for w in self.symbols[claim["product"][1] - 1 : claim["product"][0]]:
            matrix = w.subs(values) * matrix
        if claim.get("data"):
            matrix = matrix * self.moments()[0]
        return int(matrix.rank()) == claim["rank"]

    def _spectrum(self, claim: Any, step: Any) -> bool:
        """The eigenvalues of SymPy, one in every interval, in the order of the list."""
        *_, (_, zero, numbers) = self.moments()
        if zero != claim["zero"] or len(numbers) != len(claim["eigenvalues"]):
            return False
        return all(
            sympy.Rational(e["interval"][0]) <= t <= sympy.Rational(e["interval"][1])
            and mu == e["multiplicity"]
            for (t, mu), e in zip(numbers, claim["eigenvalues"], strict=True)
        )

    def _strata(self, claim: Any, step: Any) -> bool:
        A, _, T, _, _, (_, _, numbers) = self.moments()
        wanted = deep.strata(self.widths, A.rank(), numbers, T, self.scale, claim["by"])
        found = claim["rows"]
        if len(wanted) != len(found):
            return False
        good = True
        for a, b in zip(wanted, found, strict=True):
            middle = (sympy.Rational(a["loss"]["lower"]) + sympy.Rational(a["loss"]["upper"])) / 2
            slack = sympy.Rational(1, 10**11)
            good = (
                good
                and sympy.Rational(b["loss"]["lower"]) - slack
                <= middle
                <= sympy.Rational(b["loss"]["upper"]) + slack
            )
            good = good and all(a[k] == b[k] for k in a if k not in ("loss", "strata"))
            good = good and a.get("strata") == self._with_barcodes(claim, b)
        return good

    @staticmethod
    def _with_barcodes(claim: Any, row: Any) -> Any:
        """The strata of a row, each with its barcode in the place of the number."""
        if "strata" not in row:
            return None
        return [{**s, "barcode": claim["barcodes"][s["barcode"]]} for s in row["strata"]]

    def _representative(self, claim: Any, step: Any) -> bool:
        """Critical, with the inertia claimed, the rank of its eigenvalues, and their loss."""
        counts = tuple(claim["inertia"][k] for k in ("positive", "negative", "zero"))
        _, _, T, _, _, (_, _, numbers) = self.moments()
        taken = sum((m * numbers[i - 1][0] for i, m in claim["eigenvalues"]), sympy.Integer(0))
        loss = mpmath.mpf(sympy.N(self.scale * (T - taken), 60))
        lowest = abs(loss - self.lowest()) < TINY
        kind = "global_minimum" if lowest else "strict_saddle" if counts[1] else "non_strict_saddle"
        return (
            self.critical(claim["point"])
            and self.inertia(claim["point"]) == counts
            and abs(self.at(self.loss, claim["point"]) - loss) < TINY
            and claim["kind"] == kind
        )
