"""Critical points found in floating point, each of which must lie on a listed stratum.

Loss, gradient and Hessian are written here from the definition with NumPy; where the search ends
is up to SciPy.
"""

import itertools

import numpy as np
import pytest
from scipy.optimize import least_squares, minimize

from symland import Dataset, Network, Problem
from symland.landscape.deep_linear.data import deep_linear
from symland.landscape.deep_linear.strata import Strata

PROBLEMS = {
    "bottleneck": ((2, 1, 2), [[1, 0], [0, 1]], [[2, 0], [0, 1]]),
    "equal eigenvalues": (
        (3, 2, 3),
        np.eye(3, dtype=int).tolist(),
        [[2, 0, 0], [0, 2, 0], [0, 0, 1]],
    ),
    "zero eigenvalue": ((2, 2, 2, 2), [[1, 0], [0, 1]], [[2, 0], [0, 0]]),
    "singular inputs": ((3, 2, 2), [[1, 1, 0], [0, 1, 1], [1, 2, 1]], [[1, 2], [3, 1], [0, 1]]),
    "two hidden layers": ((2, 2, 2, 2), [[1, 0], [1, 1]], [[1, 1], [0, 2]]),
    "random": (
        (3, 2, 4, 2),
        [[1, 2, 0], [0, 1, -1], [2, 0, 1], [1, 1, 1]],
        [[1, 0], [2, 1], [0, -1], [1, 3]],
    ),
    "no correlation": ((1, 2, 1), [[1], [1]], [[1], [-1]]),
}
SMALL = 1e-4


class Floats:
    """Loss, gradient and Hessian of 1/2 |W_K ... W_1 X - Y|^2 as functions of a flat vector.

    The gradient takes several vectors at once, one a row.
    """

    def __init__(self, widths, inputs, targets):
        self.shapes = [(b, a) for a, b in itertools.pairwise(widths)]
        self.X, self.Y = np.array(inputs, float).T, np.array(targets, float).T
        self.size = sum(m * n for m, n in self.shapes)

    def layers(self, w):
        cuts = np.cumsum([m * n for m, n in self.shapes])[:-1]
        return [
            part.reshape(*w.shape[:-1], *shape)
            for part, shape in zip(np.split(w, cuts, axis=-1), self.shapes, strict=True)
        ]

    def loss(self, w):
        h = self.X
        for W in self.layers(w):
            h = W @ h
        return 0.5 * float(((h - self.Y) ** 2).sum())

    def gradient(self, w):
        layers, hidden = self.layers(w), [self.X]
        for W in layers:
            hidden.append(W @ hidden[-1])
        back, parts = hidden[-1] - self.Y, []
        for W, h in zip(reversed(layers), reversed(hidden[:-1]), strict=True):
            parts.append((back @ np.swapaxes(h, -1, -2)).reshape(*w.shape[:-1], -1))
            back = np.swapaxes(W, -1, -2) @ back
        return np.concatenate(parts[::-1], axis=-1)

    def hessian(self, w, step=1e-5):
        """Central differences of the gradient, a polynomial of low degree."""
        steps = step * np.eye(self.size)
        matrix = (self.gradient(w + steps) - self.gradient(w - steps)) / (2 * step)
        return (matrix + matrix.T) / 2


def limits(floats, seed, count):
    """Where descent and root finding on the gradient end, if the gradient vanishes there."""
    choose = np.random.default_rng(seed)
    for trial in range(count):
        start = choose.normal(size=floats.size) * choose.choice([0.3, 1.0, 2.0])
        # Starting beside subspaces on which layers are singular leads to saddles.
        start[choose.random(floats.size) < choose.choice([0.0, 0.3, 0.6])] = 0.0
        start += 1e-3 * choose.normal(size=floats.size)
        if trial % 4 == 0:
            start = minimize(
                floats.loss, start, jac=floats.gradient, method="BFGS", options={"gtol": 1e-7}
            ).x
        end = least_squares(
            floats.gradient,
            start,
            jac=floats.hessian,
            method="trf",
            xtol=1e-15,
            ftol=1e-15,
            gtol=1e-15,
            max_nfev=200,
        ).x
        if np.linalg.norm(floats.gradient(end)) < 1e-12:
            yield end


def taken_by(floats, strata, w):
    """Numbers of eigenvectors of each eigenvalue in the column space of M A."""
    M = np.linalg.multi_dot(floats.layers(w)[::-1])
    A, B = floats.X @ floats.X.T, floats.Y @ floats.X.T
    left, singular, _ = np.linalg.svd(M @ A)
    used = left[:, : int((singular > SMALL).sum())]
    values, vectors = np.linalg.eigh(B @ np.linalg.pinv(A) @ B.T)
    order, found, position = np.argsort(values)[::-1], [], 0
    for mu in strata.multiplicities:
        space = vectors[:, order[position : position + mu]]
        share = float((np.abs(space.T @ used) ** 2).sum())
        assert abs(share - round(share)) < 1e-2
        found.append(round(share))
        position += mu
    assert sum(found) == used.shape[1]
    return tuple(found)


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_limit_lies_on_a_listed_stratum(name):
    widths, inputs, targets = PROBLEMS[name]
    floats = Floats(widths, inputs, targets)
    strata = Strata(deep_linear(Problem(Network(widths), Dataset(inputs, targets))))
    rows = {}
    for row in strata.barcode_rows():
        rows.setdefault(row.taken, []).append(row)
    reached, clear = set(), []
    for w in limits(floats, seed=len(name), count=24):
        taken = taken_by(floats, strata, w)
        low, high = map(float, rows[taken][0].value.interval)
        assert low - 1e-7 <= floats.loss(w) <= high + 1e-7
        eigenvalues = np.linalg.eigvalsh(floats.hessian(w))
        clear.append(not ((abs(eigenvalues) > 1e-4) & (abs(eigenvalues) < 1e-2)).any())
        if not clear[-1]:
            continue  # too close to degenerate to count signs in floating point
        counts = (int((eigenvalues > SMALL).sum()), int((eigenvalues < -SMALL).sum()))
        assert counts in {row.inertia[:2] for row in rows[taken]}
        reached.add((taken, counts))
    assert sum(clear) > len(clear) / 3
    kinds = {"strict" if negative else "semidefinite" for _, (_, negative) in reached}
    assert "semidefinite" in kinds
    if name not in {"no correlation"}:
        assert len(reached) > 2
