"""Balances: V . grad L of unregularized symmetries V in floats is the polynomial, and covers."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer, critical_set
from symland.checker.balances import balance
from symland.checker.intervals import Interval
from symland.checker.statement import read_problem
from symland.checker.verdict import Refused
from symland.claims.flat_minimum import generator_json
from symland.exact.polynomial import parameter_keys
from symland.landscape.float_landscape import FloatLandscape
from symland.search.box_balances import Balances
from tests.checker.documents import certificate, problem, statement, verdict

BITS = 80
DATA = Dataset([[1], [-2], [3]], [[1], [0], [2]])
UNEVEN = Regularizer({"W1": [["1/2"], [2]], "W2": [[1, "1/3"]]})


@pytest.mark.parametrize(
    ("network", "regularizer", "count"),
    [
        (Network([1, 2, 1], "square"), UNEVEN, 2),
        (Network([1, 1, 1], "cube"), Regularizer("1/10"), 1),
        (Network([1, 1, 1, 1], ["square", "cube"], "output"), Regularizer(1), 2),
        (Network([1, 1, 1], "exp", "hidden"), Regularizer("1/3"), 1),
        (Network([1, 1, 1], "polynomial(1, 2, 1)", "all"), Regularizer(1), 1),
        (Network([1, 2, 1]), Regularizer("1/2"), 4),
        (Network([1, 1, 1], "tanh"), Regularizer(1), 0),
        (Network([1, 1, 1], "square"), None, 0),
    ],
    ids=str,
)
def test_the_derivative_along_a_symmetry(network: Network, regularizer: Any, count: int) -> None:
    """V . grad L = P at random weights, P enclosed by the checker and excluded by the search."""
    question = Problem(network, DATA, Loss(), regularizer)
    found, floats = Balances(question), FloatLandscape(question)
    assert len(found.generators) == count
    parsed = read_problem(json.loads(json.dumps(question.to_json())))
    keys, random = parameter_keys(network.shapes), np.random.default_rng(2)
    for k, generator in enumerate(found.generators):
        polynomial = balance(parsed, generator_json(network, generator), BITS)
        for _ in range(5):
            w = random.uniform(-1, 1, len(keys))
            V = np.array([float(x) for x in _field(generator, keys, w)])
            value = float(V @ floats.gradient(w))
            point = [Interval.between(Fraction(x), Fraction(x), BITS) for x in w]
            low, high = (float(x) for x in polynomial.over(point).ends())
            assert low == pytest.approx(value, rel=1e-9, abs=1e-9)
            assert high - low < 1e-15
            near = w[None] - 0.01, w[None] + 0.01
            pairs = zip(near[0][0], near[1][0], strict=True)
            box = [Interval.between(Fraction(a), Fraction(b), BITS) for a, b in pairs]
            over = polynomial.over(box)
            if found.excluding(*near, 0.01)[0] == k:
                assert over.lower > 0 or over.upper < 0
            assert over.ends()[0] <= Fraction(low) <= Fraction(high) <= over.ends()[1]


def _field(generator: Any, keys: Any, w: Any) -> list[float]:
    at = dict(zip(keys, w, strict=True))
    return [
        sum(
            float(c) * (1.0 if source is None else at[source])
            for source, c in generator.field.get(key, {}).items()
        )
        for key in keys
    ]


SCALING = {"1": {"matrix": [["1"]]}}


def cover(about: Any, ends: tuple[str, str], tree: list[Any], balances: Any = (SCALING,)) -> Any:
    """The claim that a cube has no critical point."""
    claim = ("all_critical", {"lower": ends[0], "upper": ends[1], "points": []})
    witness = {"precision": BITS, "cover": tree, "symmetries": None, "balances": list(balances)}
    return verdict(statement(about, {}, [claim]), certificate([("balanced_domain", witness)]))


def unit(**more: Any) -> Any:
    """f = v u^2, regularized: at a critical point u^2 = 2 v^2."""
    l2 = {"W1": [["1"]], "W2": [["1"]]}
    return problem([1, 1, 1], [[1]], [[1]], **({"activation": ["square"], "l2": l2} | more))


def test_a_cube_without_balance() -> None:
    """In [4, 5] u^2 - 2 v^2 <= 25 - 32, so there is nothing; node 2 n + 0 + 0 = 4."""
    answer = cover(unit(), ("4", "5"), [4])
    assert answer.accepted, answer.reason


@pytest.mark.parametrize(
    ("about", "ends", "tree", "balances", "reason"),
    [
        (unit(), ("4", "6"), [4], (SCALING,), "balance 0 may be 0 in a leaf"),
        (unit(), ("-1", "1"), [4], (SCALING,), "balance 0 may be 0 in a leaf"),
        (unit(), ("4", "5"), [5], (SCALING,), "expected"),
        (unit(), ("4", "5"), [4], (), "expected"),
        (unit(activation=["tanh"]), ("4", "5"), [4], (SCALING,), "does not follow the generator"),
        # Degree 1 in place of 2: u^2 - v^2 may be 0.
        (unit(activation=["linear"]), ("4", "5"), [4], (SCALING,), "balance 0 may be 0"),
        # Without regularizer the polynomial is 0.
        (unit(l2={}), ("4", "5"), [4], (SCALING,), "balance 0 may be 0 in a leaf"),
    ],
)
def test_refused(about: Any, ends: Any, tree: Any, balances: Any, reason: str) -> None:
    answer = cover(about, ends, tree, balances)
    assert not answer.accepted
    assert reason in str(answer.reason)


def test_a_balance_needs_an_activation_that_follows() -> None:
    parsed = read_problem(json.loads(json.dumps(unit(activation=["sigmoid"]))))
    with pytest.raises(Refused, match="does not follow the generator"):
        balance(parsed, SCALING, BITS)


def test_covers_with_balances_lose_no_point() -> None:
    """All points of a square network, where each is known: v R = -lambda / 2 and u^2 = 2 v^2."""
    network, data = Network([1, 1, 1], "square"), Dataset([[1]], [[2]])
    question = Problem(network, data, regularizer=Regularizer("1/10"))
    answer = critical_set(question, box=(-3, 3))
    assert answer.verdict == "certified"
    assert b"balanced_domain" in (answer.certificate or b"")
    found = sorted(float(p["weights"]["W2"][0][0]) for p in answer.to_json()["points"])
    # With u != 0: 2 v (2 v^3 - 2) = -1/10, for u = +-sqrt(2) |v| each; and the origin.
    roots = [r.real for r in np.roots([4, 0, 0, -4, 0.1]) if abs(r.imag) < 1e-9]
    assert found == pytest.approx(sorted([0.0, *roots, *roots]), abs=1e-9)
