"""All complex critical points of a small problem, another way: SymPy's Groebner basis, and the
eigenvectors of multiplication by a linear form in the quotient ring, in floats."""

from itertools import product
from typing import Any

import numpy as np
import sympy


def critical_solutions(problem: dict[str, Any]) -> list[list[complex]]:
    """One float solution for every dimension of the quotient ring, weights in their order.

    For monomials b_i that are a basis, x b_j = sum_i M_ij b_i, so (b_i(z))_i is a left eigenvector
    of M at each zero z, and z is read off the entries of 1 and of the variables.
    """
    loss, symbols = loss_of(problem)
    gradient = [sympy.diff(loss, s) for s in symbols]
    basis = sympy.groebner(gradient, *symbols, order="grevlex", domain="QQ")
    monomials = _standard(basis, symbols)
    index = {m: i for i, m in enumerate(monomials)}
    n, size = len(symbols), len(monomials)
    matrix, weights = np.zeros((size, size)), (1, -0.7, 0.45, 1.3, -0.31, 0.83, 0.57)
    for k, symbol in enumerate(symbols):
        for j, exponents in enumerate(monomials):
            moved = tuple(e + (i == k) for i, e in enumerate(exponents))
            if moved in index:
                matrix[index[moved], j] += weights[k]
                continue
            rest = basis.reduce(symbol * _monomial(exponents, symbols))[1]
            for found, c in sympy.Poly(rest, *symbols).terms():
                if c:
                    matrix[index[found], j] += weights[k] * float(c)
    _, vectors = np.linalg.eig(matrix.T)
    one = index[(0,) * n]
    places = [index[tuple(int(i == k) for i in range(n))] for k in range(n)]
    return [[complex(v[p] / v[one]) for p in places] for v in vectors.T]


def loss_of(problem: dict[str, Any]) -> tuple[Any, list[Any]]:
    """The loss from its definition, and the weights (no biases) in their order."""
    widths = problem["network"]["widths"]
    shapes = list(zip(widths[1:], widths, strict=False))
    matrices = [
        sympy.Matrix(a, b, sympy.symbols(f"w{k}_:{a * b}")) for k, (a, b) in enumerate(shapes)
    ]
    loss = sympy.Integer(0)
    for x, y in zip(problem["data"]["inputs"], problem["data"]["targets"], strict=True):
        h = sympy.Matrix([sympy.Rational(v) for v in x])
        for w, name in zip(matrices, [*problem["network"]["activation"], "linear"], strict=True):
            power = {"linear": 1, "square": 2, "cube": 3}[name]
            h = (w * h).applyfunc(lambda z, power=power: z**power)
        loss += sum((f - sympy.Rational(t)) ** 2 for f, t in zip(h, y, strict=True))
    loss *= sympy.Rational(problem["loss"]["scale"])
    for k, w in enumerate(matrices, 1):
        rows = problem.get("regularizer", {"l2": {}})["l2"].get(f"W{k}")
        for i, j in product(range(w.rows), range(w.cols)) if rows else ():
            loss += sympy.Rational(rows[i][j]) * w[i, j] ** 2 / 2
    return sympy.expand(loss), [s for w in matrices for s in w]


def _standard(basis: Any, symbols: list[Any]) -> list[tuple[int, ...]]:
    """The monomials that no leading monomial divides, by degree."""
    leading = [p.monoms(order="grevlex")[0] for p in basis.polys]

    def divided(m: tuple[int, ...]) -> bool:
        return any(all(a <= b for a, b in zip(g, m, strict=True)) for g in leading)

    level, found = [(0,) * len(symbols)], []
    while level:
        found += level
        assert len(found) < 500
        steps = {tuple(e + (i == k) for i, e in enumerate(m)) for m in level for k in range(len(m))}
        level = sorted(m for m in steps if not divided(m))
    return found


def _monomial(exponents: tuple[int, ...], symbols: list[Any]) -> Any:
    return sympy.Mul(*(s**e for s, e in zip(symbols, exponents, strict=True)))
