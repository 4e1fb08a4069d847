"""Spoiled certificates about slices that the checker accepts all the same say what is true.

Numbers in the problem, the slice, the claims and the witnesses are changed at random. Whatever is
then accepted is compared with floats: the point is found by Newton's method on the slice, the
gradient, the Hessian and losses nearby are those of another program.
"""

from __future__ import annotations

import json
import random
from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from symland import Dataset, Loss, Network, Problem, Regularizer
from symland.checker import check
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import flat

BASES = Path(__file__).parent.parent / "rejected" / "bases_enclosed"
NAMES = [
    "softmax_shift",
    "copies_in_a_slice",
    "copies_outside",
    "scaled_neuron",
    "silent_in_a_slice",
    "constant_in_a_slice",
    "convex_loss",
    "copy_of_share_zero",
    "exact_fit",
]
TRIES = 50


def numbers(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all numbers: rationals as text, and integers."""
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in numbers(v, (*path, k))]
    if isinstance(value, list):
        return [p for k, v in enumerate(value) for p in numbers(v, (*path, k))]
    if isinstance(value, str):
        return [path] if value.lstrip("-").replace("/", "").isdigit() else []
    return [path] if isinstance(value, int) else []


def spoil(files: list[Any], draw: random.Random) -> None:
    """One number, or two, changed a little or a lot."""
    for _ in range(draw.choice([1, 1, 2])):
        path = draw.choice(
            [p for p in numbers(files) if "version" not in p and "precision" not in p]
        )
        holder = files
        for key in path[:-1]:
            holder = holder[key]
        old = holder[path[-1]]
        if isinstance(old, int):
            holder[path[-1]] = max(0, old + draw.choice([-1, 1]))
            continue
        x = Fraction(old)
        small = Fraction(1, 10 ** draw.randint(1, 14))
        changed = [
            x + small,
            x - small,
            x * (1 + small),
            -x,
            x * 2,
            x / 2,
            Fraction(0),
            Fraction(1),
        ]
        holder[path[-1]] = str(draw.choice(changed))


def landscape(statement: Any) -> FloatLandscape:
    given = statement["problem"]
    network, loss = given["network"], given["loss"]
    return FloatLandscape(
        Problem(
            Network(network["widths"], network["activation"], bias=network["bias"]),
            Dataset(given["data"]["inputs"], given["data"]["targets"]),
            Loss(loss["kind"], scale=loss["scale"]),
            Regularizer(given["regularizer"]["l2"]) if "regularizer" in given else None,
        )
    )


def point(floats: FloatLandscape, here: Any, fitted: bool) -> Any:
    """The weights at which the derivatives along the tests are 0, or the residuals are."""
    shapes = floats.network.shapes
    at = np.array([float(Fraction(x)) for x in flat(shapes, here["midpoint"])])
    S = np.array([[float(Fraction(x)) for x in d] for d in here["directions"]]).T
    T = S
    if "tests" in here:
        T = np.array([[float(Fraction(x)) for x in d] for d in here["tests"]]).T
    y = np.zeros(S.shape[1])
    for _ in range(30):
        w = at + S @ y
        if fitted:  # the Hessian of the squares without what the residuals add is enough
            step = np.linalg.lstsq(S.T @ floats.hessian(w) @ S, S.T @ floats.gradient(w), 1e-12)[0]
        else:
            step = np.linalg.solve(T.T @ floats.hessian(w) @ S, T.T @ floats.gradient(w))
        y = y - step
        if abs(step).max(initial=0) < 1e-16:
            break
    radius = np.array([float(Fraction(r)) for r in here["radius"]])
    assert (abs(y) <= radius * (1 + 1e-9) + 1e-12).all()
    return at + S @ y


def are_true(statement: Any) -> None:
    """Assert the claims, in floats."""
    floats, fitted = landscape(statement), len(statement["claims"]) == 1
    points = {
        name: point(floats, here["slice"], fitted) for name, here in statement["points"].items()
    }
    for claim in statement["claims"]:
        is_true(claim, floats, points[claim["point"]], fitted)


def is_true(claim: Any, floats: FloatLandscape, w: Any, fitted: bool) -> None:
    scale = 1 + abs(floats.hessian(w)).max()
    values = np.linalg.eigvalsh(floats.hessian(w))
    signs = tuple(int(n) for n in ((values > 1e-7).sum(), (values < -1e-7).sum()))
    around = np.random.default_rng(0).normal(size=(200, len(w)))
    kind = claim["claim"]
    if kind == "critical":
        assert abs(floats.gradient(w)).max() < 1e-9 * scale
    elif kind == "inertia":
        assert signs == (claim["positive"], claim["negative"])
        assert claim["zero"] == len(w) - sum(signs)
    elif kind == "enclosure":
        slack = 1e-9 * scale
        assert (
            Fraction(claim["lower"]) - slack <= floats.loss(w) <= Fraction(claim["upper"]) + slack
        )
    elif kind in ("minimum", "global_minimum"):
        assert min(floats.loss(w + 1e-3 * d) for d in around) > floats.loss(w) - 1e-10
        assert not fitted or floats.loss(w) < 1e-15
    elif kind == "non_strict_saddle":
        assert signs[1] == 0
        descents = (
            minimize(floats.loss, w + 0.2 * d, jac=floats.gradient, options={"maxiter": 30}).fun
            for d in around
        )
        assert any(end < floats.loss(w) - 1e-6 for end in descents)
        assert max(floats.loss(w + 1e-3 * d) for d in around) > floats.loss(w)
    else:
        assert kind == "strict_saddle"
        assert signs[0] * signs[1] > 0


@pytest.mark.parametrize("name", NAMES)
def test_what_is_accepted_is_true(name: str) -> None:
    draw, accepted = random.Random(name), 0
    clean = [
        json.loads((BASES / f"{name}.{kind}.json").read_text())
        for kind in ("statement", "certificate")
    ]
    for _ in range(TRIES):
        files = deepcopy(clean)
        spoil(files, draw)
        if files == clean or not check(*(json.dumps(x).encode() for x in files)).accepted:
            continue
        accepted += 1
        are_true(files[0])
    assert TRIES / 20 < accepted < TRIES  # both happen
