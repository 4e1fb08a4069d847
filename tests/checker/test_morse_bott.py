"""Degenerate local minima and maxima by a manifold of critical points: accepted, refused, tried."""

import json
import random
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from symland.checker import Verdict, effort, network, rules_morse_bott
from symland.checker.rules_morse_bott import _read_generator, _velocity
from symland.checker.statement import read_statement
from tests.checker.documents import certificate, problem, statement, verdict

I2 = [[1, 0], [0, 1]]
ONE = [["1"]]


def prove(
    problem: Any,
    point: Any,
    rule: str,
    inertia: tuple[int, int, int],
    witness: Any,
    kind: str = "minimum",
    **more: Any,
) -> Verdict:
    """The verdict on: critical, inertia, minimum or another kind by the rule."""
    positive, negative, zero = inertia
    claims = [
        ("critical", {"point": "p"}),
        ("inertia", {"point": "p", "positive": positive, "negative": negative, "zero": zero}),
        (kind, {"point": "p"}),
    ]
    witness = {"critical": "c0", "inertia": "c1", **witness}
    steps = [("substitution", {}), ("ldl", {}), (rule, witness)]
    return verdict(statement(problem, {"p": point}, claims, **more), certificate(steps))


def orbit(problem: Any, point: Any, inertia: tuple[int, int, int], *generators: Any) -> Verdict:
    return prove(problem, point, "orbit", inertia, {"generators": list(generators)})


def move(layer: int, matrix: Any, shift: Any = None) -> dict[str, Any]:
    """A generator that moves one hidden layer."""
    written = [[str(x) for x in row] for row in matrix]
    more = {} if shift is None else {"shift": [str(x) for x in shift]}
    return {str(layer): {"matrix": written, **more}}


def unit(size: int, i: int, j: int) -> list[list[int]]:
    return [[int((a, b) == (i, j)) for b in range(size)] for a in range(size)]


def exact_loss(problem: Any, weights: dict[str, Any]) -> Fraction:
    """The loss from its definition, for the activations of the tests."""
    functions = {
        "linear": lambda z: z,
        "square": lambda z: z * z,
        "cube": lambda z: z**3,
        "relu": lambda z: max(z, Fraction(0)),
        "leaky_relu(1/2)": lambda z: z if z > 0 else z / 2,
        "polynomial(3, 0, 0, 2)": lambda z: 3 + 2 * z**3,
        "polynomial(2, -2, 1)": lambda z: (z - 1) ** 2 + 1,
        "polynomial(1, 2)": lambda z: 1 + 2 * z,
    }
    network, data, kind = problem["network"], problem["data"], problem["loss"]
    factors = kind.get("weights", [["1"] * len(y) for y in data["targets"]])
    total = Fraction(0)
    for x, y, w in zip(data["inputs"], data["targets"], factors, strict=True):
        h = [Fraction(a) for a in x]
        seen = []
        for k, name in enumerate([*network["activation"], "linear"], 1):
            if k == len(network["widths"]) - 1 and "skip" in network:
                h = [seen[a - 1][b - 1] for a, b in network["skip"]]
            z = [
                sum((a * b for a, b in zip(row, h, strict=True)), Fraction(0))
                for row in weights[f"W{k}"]
            ]
            if f"b{k}" in weights:
                z = [a + b for a, b in zip(z, weights[f"b{k}"], strict=True)]
            h = [functions[name](a) for a in z]
            seen.append(h)
        total += sum(Fraction(c) * (f - Fraction(t)) ** 2 for f, t, c in zip(h, y, w, strict=True))
    total *= Fraction(kind["scale"])
    for name, table in problem.get("regularizer", {}).get("l2", {}).items():
        total += sum(
            Fraction(c) * w * w / 2
            for cs, ws in zip(table, weights[name], strict=True)
            for c, w in zip(cs, ws, strict=True)
        )
    return total


def lower_nearby(problem: Any, point: Any, tries: int = 60, sign: int = 1) -> bool:
    """Whether some random point nearby has a lower loss, in exact arithmetic; or, for the sign -1,
    a higher one."""
    choose = random.Random(1)

    def read(value: Any, size: Fraction) -> Any:
        if isinstance(value, list):
            return [read(v, size) for v in value]
        return Fraction(value) + size * choose.randint(-9, 9) * choose.choice((0, 1, 1))

    here = exact_loss(problem, read_all(point, read, Fraction(0)))
    sizes = [Fraction(1, 10**k) for k in (2, 3, 4)]
    return any(
        sign * exact_loss(problem, read_all(point, read, size)) < sign * here
        for size, _ in product(sizes, range(tries))
    )


def read_all(point: Any, read: Any, size: Fraction) -> dict[str, Any]:
    return {name: read(value, size) for name, value in point.items()}


WEIGHTED = problem([2, 1, 2], I2, [[1, 0], [0, "1/2"]], weights=[[1, 4], [4, 1]])
HEAVY = {"W1": [["0", "1/2"]], "W2": [["0"], ["1"]]}
SQUARE = problem([1, 1, 1], [[1]], [[-1]], activation=["square"])
DEEP = problem([1, 1, 1, 1], [[1], [2]], [[1], [3]])
BIASED = problem([1, 1, 1], [[1], [2]], [[1], [5]], bias="all", weights=[[1], [2]])
RELU = problem([1, 2, 1], [[1], [2]], [[1], [3]], activation=["relu"])
CENTRED = problem(
    [1, 1, 1], [[-1], [-1], [0], [1], [1]], [[3], [5], [1], [3], [5]],
    activation=["polynomial(2, -2, 1)"], bias="all",
)  # fmt: skip
WIDE = problem([1, 2, 1], [[1], [2]], [[1], [3]], scale="1/2")
AFFINE = problem([1, 2, 1], [[1], [2]], [[1], [3]], activation=["polynomial(1, 2)"], bias="all")
EVEN = problem([1, 2, 1], [[1]], [[2]], l2={"W1": [["1"], ["1"]], "W2": [["1", "1"]]})
MIDDLE = problem([1, 1, 1, 1], [[1]], [[2]], l2={"W2": [["1"]]})
SKIP = problem([1, 1, 1, 1], [[1], [2]], [[1], [3]], skip=[[1, 1], [2, 1]])
BENT = problem(
    [1, 1, 1, 1], [[1], [1], [-1]], [[4], [6], [1]], activation=["linear", "square"],
    skip=[[1, 1], [2, 1]],
)  # fmt: skip

ACCEPTED: dict[str, Any] = {
    "entrywise weights": (WEIGHTED, HEAVY, (3, 0, 1), [move(1, ONE)]),
    "a dead square": (SQUARE, {"W1": [["0"]], "W2": [["1"]]}, (1, 0, 1), [move(1, ONE)]),
    "a fitted square": (
        problem([1, 1, 1], [[1], [1]], [[1], [3]], activation=["square"]),
        {"W1": [["1"]], "W2": [["2"]]}, (1, 0, 1), [move(1, [["-3"]])],
    ),
    "a fitted cube": (
        problem([1, 1, 1], [[1], [1]], [[1], [3]], activation=["cube"]),
        {"W1": [["1"]], "W2": [["2"]]}, (1, 0, 1), [move(1, ONE)],
    ),
    "two linear layers": (
        DEEP, {"W1": [["7/5"]], "W2": [["1"]], "W3": [["1"]]}, (1, 0, 2),
        [move(1, ONE), move(2, ONE)],
    ),
    "both layers in one generator": (
        DEEP, {"W1": [["7/5"]], "W2": [["1"]], "W3": [["1"]]}, (1, 0, 2),
        [move(1, ONE), move(1, ONE) | move(2, [["2"]])],
    ),
    "a change of basis": (
        WIDE, {"W1": [["1"], ["0"]], "W2": [["7/5", "0"]]}, (1, 0, 3),
        [move(1, unit(2, 0, 0)), move(1, unit(2, 1, 0)), move(1, unit(2, 0, 1))],
    ),
    "an affine activation mixed": (
        AFFINE, {"W1": [["2"], ["0"]], "b1": ["-5/2", "0"], "W2": [["1/2", "0"]], "b2": ["1"]},
        (2, 0, 5),
        [move(1, unit(2, 0, 0)), move(1, unit(2, 1, 0)), move(1, unit(2, 0, 1)),
         move(1, [[0, 0], [0, 0]], [1, 0]), move(1, [[0, 0], [0, 0]], [0, 1])],
    ),
    "biases": (
        BIASED, {"W1": [["2"]], "b1": ["-1"], "W2": [["2"]], "b2": ["-1"]}, (2, 0, 2),
        [move(1, ONE), move(1, [["0"]], ["1"])],
    ),
    "rotations of a regularized layer": (
        EVEN, {"W1": [["1"], ["0"]], "W2": [["1", "0"]]}, (3, 0, 1),
        [move(1, [[0, 1], [-1, 0]])],
    ),
    "relu": (
        problem([1, 1, 1], [[1], [2]], [[1], [3]], activation=["relu"]),
        {"W1": [["7/5"]], "W2": [["1"]]}, (1, 0, 1), [move(1, ONE)],
    ),
    "leaky relu": (
        problem([1, 1, 1], [[1], [-2]], [[1], [-2]], activation=["leaky_relu(1/2)"]),
        {"W1": [["3/2"]], "W2": [["1"]]}, (1, 0, 1), [move(1, ONE)],
    ),
    "skip": (
        BENT, {"W1": [["1"]], "W2": [["1"]], "W3": [["2", "3"]]}, (2, 0, 2),
        [move(1, ONE), move(2, ONE)],
    ),
    "a centred square": (
        CENTRED, {"W1": [["1"]], "b1": ["1"], "W2": [["3"]], "b2": ["-2"]}, (3, 0, 1),
        [move(1, ONE, [-1])],
    ),
    "a cube with a constant": (
        problem([1, 1, 1], [[-1], [1], [1]], [[0], [3], [5]], bias="output",
                activation=["polynomial(3, 0, 0, 2)"]),
        {"W1": [["1"]], "W2": [["1"]], "b2": ["-1"]}, (2, 0, 1), [move(1, ONE)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_orbits(name: str) -> None:
    """Accepted with every generator, refused without one of them, and no lower point nearby."""
    problem_, point, inertia, generators = ACCEPTED[name]
    answer = orbit(problem_, point, inertia, *generators)
    assert answer.accepted, answer.reason
    assert answer.lines[2] == "c2: p is a local minimum, flat along its orbit and nowhere else"
    answer = orbit(problem_, point, inertia, *generators[1:])
    k = inertia[2]
    assert f"the manifold has dimension {k - 1}, the kernel of the Hessian {k}" in str(
        answer.reason
    )
    assert not lower_nearby(problem_, point)


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_loss_is_constant_along_generators(name: str) -> None:
    """gradient . velocity is 0 at random weights, not only at the critical point."""
    problem_, point, _, given = ACCEPTED[name]
    read = read_statement(json.dumps(statement(problem_, {"p": point}, [])).encode()).problem
    choose = random.Random(2)
    for generator in given:
        changes = _read_generator(read, generator)
        for _ in range(5):
            weights: Any = {
                n: [[Fraction(choose.randint(-99, 99), 7) for _ in range(b)] for _ in range(a)]
                for n, (a, b) in read.shapes.items()
            }
            slope, velocity = network.gradient(read, weights), _velocity(read, changes, weights)
            assert not sum(
                slope[n][i][j] * velocity[n][i][j] for n, i, j in network.coordinates(read)
            )
            assert any(velocity[n][i][j] for n, i, j in network.coordinates(read))


TERM = [["1", [1]]]
STILL: list[Any] = []
LINE = {"W1": [[TERM]]}


def manifold(*moves: Any, parameters: int = 1, generators: Any = ()) -> dict[str, Any]:
    """The witness with q given by entries of W1, W2, ..; None for a layer at rest."""
    table = {f"W{k}": rows for k, rows in enumerate(moves, 1) if rows is not None}
    return {"parameters": parameters, "manifold": table, "generators": list(generators)}


PARABOLA = problem([1, 1, 1], [[1], [1]], [[1], [3]], bias="output")
DEAD = problem([1, 2, 1], [[1], [2]], [[1], [3]], activation=["relu"])
FLAT_INPUT = problem([2, 1, 1], [[1, 0], [2, 0]], [[1], [3]], activation=["square"])
MANIFOLDS: dict[str, Any] = {
    "a line": (SQUARE, {"W1": [["0"]], "W2": [["1"]]}, (1, 0, 1), manifold(None, [[TERM]])),
    "a surface of degree two": (
        PARABOLA, {"W1": [["1"]], "W2": [["1"]], "b2": ["1"]}, (1, 0, 2),
        {"parameters": 2, "generators": [], "manifold": {
            "W1": [[[["1", [1, 0]]]]], "W2": [[[["1", [0, 1]]]]],
            "b2": [[["-1", [1, 0]], ["-1", [0, 1]], ["-1", [1, 1]]]]}},
    ),
    "an input that is always 0": (
        FLAT_INPUT, {"W1": [["1", "0"]], "W2": [["13/17"]]}, (1, 0, 2),
        manifold([[STILL, TERM]], generators=[move(1, ONE)]),
    ),
    "a dead relu": (
        DEAD, {"W1": [["7/5"], ["-1"]], "W2": [["1", "1"]]}, (1, 0, 3),
        manifold([[STILL], [[["1", [1, 0]]]]], [[STILL, [["1", [0, 1]]]]], parameters=2,
                 generators=[move(1, unit(2, 0, 0))]),
    ),
    "around a regularized layer": (
        problem([1, 1, 1, 1], [[1]], [[0]], l2={"W2": [["1"]]}),
        {"W1": [["1"]], "W2": [["0"]], "W3": [["1"]]}, (1, 0, 2),
        manifold(None, None, [[TERM]], generators=[move(1, ONE) | move(2, ONE)]),
    ),
    "past a linear layer": (
        SKIP, {"W1": [["1"]], "W2": [["1"]], "W3": [["2/5", "1"]]}, (1, 0, 3),
        manifold(None, [[TERM]], [[[["-1", [1]]], STILL]], generators=[move(1, ONE), move(2, ONE)]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MANIFOLDS)
def test_manifolds(name: str) -> None:
    problem_, point, inertia, witness = MANIFOLDS[name]
    answer = prove(problem_, point, "morse_bott", inertia, witness)
    assert answer.accepted, answer.reason
    assert answer.lines[2].endswith("flat along a manifold of critical points and nowhere else")
    assert not lower_nearby(problem_, point)


ORIGIN = {"W1": [["0"]], "W2": [["0"]], "W3": [["0"]]}
CUBIC = problem([1, 1, 1, 1], [[1]], [[1]])
# 1/2 (a b + c d - 2)^2 without regularizer at 0: a strict saddle.
SADDLE = problem([1, 2, 1], [[1]], [[2]])


def test_a_flat_saddle_has_too_few_critical_points() -> None:
    """(abc - 1)^2 / 2 at 0: inertia (0, 0, 3), critical along each axis, and no minimum."""
    assert lower_nearby(CUBIC, ORIGIN)
    short = "the manifold has dimension 0, the kernel of the Hessian 3"
    assert short in str(orbit(CUBIC, ORIGIN, (0, 0, 3), move(1, ONE), move(2, ONE)).reason)
    for k in range(3):
        moves = [[[TERM]] if i == k else None for i in range(3)]
        answer = prove(CUBIC, ORIGIN, "morse_bott", (0, 0, 3), manifold(*moves))
        assert "the manifold has dimension 1, the kernel of the Hessian 3" in str(answer.reason)
    every = [[[[["1", [int(i == k) for i in range(3)]]]]] for k in range(3)]
    answer = prove(CUBIC, ORIGIN, "morse_bott", (0, 0, 3), manifold(*every, parameters=3))
    assert "the derivative with respect to W1 is not zero on the manifold" in str(answer.reason)


def test_a_flat_saddle_away_from_zero() -> None:
    """(a b c d - 1)^2 / 2 at (1, 0, 0, 1): ab = 0 = cd, Hessian (bc) indefinite; with a third
    factor 0 it is semidefinite, and scaling does not reach the whole kernel."""
    deep = problem([1] * 5, [[1]], [[1]])
    point = {"W1": [["1"]], "W2": [["0"]], "W3": [["0"]], "W4": [["0"]]}
    assert lower_nearby(deep, point)
    answer = orbit(deep, point, (0, 0, 4), *(move(k, ONE) for k in (1, 2, 3)))
    assert "the manifold has dimension 1, the kernel of the Hessian 4" in str(answer.reason)


def test_a_negative_eigenvalue() -> None:
    point = {"W1": [["0"], ["0"]], "W2": [["0", "0"]]}
    assert "negative eigenvalue" in str(orbit(SADDLE, point, (2, 2, 0)).reason)
    second = problem([2, 1, 2], I2, [[2, 0], [0, 1]], weights=[[1, 1], [1, 2]])
    point = {"W1": [["0", "1"]], "W2": [["0"], ["1"]]}
    found = [orbit(second, point, (p, n, 1), move(1, ONE)).reason for p, n in ((2, 1), (3, 0))]
    assert "negative eigenvalue" in str(found[0])
    assert "claimed (3, 0, 1)" in str(found[1])


def test_a_map_that_stops_at_the_point() -> None:
    """s -> v + s^2 has critical values, but its derivative at 0 is 0."""
    witness = manifold(None, [[[["1", [2]]]]])
    answer = prove(SQUARE, {"W1": [["0"]], "W2": [["1"]]}, "morse_bott", (1, 0, 1), witness)
    assert "the manifold has dimension 0, the kernel of the Hessian 1" in str(answer.reason)


ABOVE = problem([1, 1, 1], [[1]], [[1]], activation=["square"])
"""(v u^2 - 1)^2: at u = 0, v > 0 no point nearby has a higher loss than 1."""
RIDGE = {
    "orbit": {"generators": [move(1, ONE)]},
    "morse_bott": manifold(None, [[TERM]]),
}


@pytest.mark.parametrize("rule", RIDGE)
def test_maxima(rule: str) -> None:
    point, low = {"W1": [["0"]], "W2": [["1"]]}, {"W1": [["0"]], "W2": [["-1"]]}
    answer = prove(ABOVE, point, rule, (0, 1, 1), RIDGE[rule], "maximum")
    assert answer.accepted, answer.reason
    assert "p is a local maximum, flat along" in answer.lines[2]
    assert lower_nearby(ABOVE, point)
    assert not lower_nearby(ABOVE, point, sign=-1)
    refused = prove(ABOVE, low, rule, (1, 0, 1), RIDGE[rule], "maximum")
    assert "the Hessian has a positive eigenvalue" in str(refused.reason)
    assert lower_nearby(ABOVE, low, sign=-1)
    refused = prove(ABOVE, point, rule, (0, 1, 1), RIDGE[rule])
    assert "the Hessian has a negative eigenvalue" in str(refused.reason)


def test_a_flat_saddle_is_no_maximum() -> None:
    """(abc - 1)^2 / 2 at 0, as above: the manifold is too small; (v u^2 - 1)^2 at 0 too."""
    answer = prove(CUBIC, ORIGIN, "morse_bott", (0, 0, 3), manifold([[TERM]]), "maximum")
    assert "the manifold has dimension 1, the kernel of the Hessian 3" in str(answer.reason)
    assert lower_nearby(CUBIC, ORIGIN, sign=-1)
    origin = {"W1": [["0"]], "W2": [["0"]]}
    answer = prove(ABOVE, origin, "orbit", (0, 0, 2), RIDGE["orbit"], "maximum")
    assert "the manifold has dimension 0, the kernel of the Hessian 2" in str(answer.reason)
    assert lower_nearby(ABOVE, origin, sign=-1)


def test_generators_that_are_none() -> None:
    """Each would give the right dimension if the checker did not look."""
    mixing = "the activation of layer 1 does not let neurons be mixed"
    refusals = [
        (SQUARE, move(1, ONE, [1]), "the activation of layer 1 does not follow the generator"),
        (RELU_LINE, move(1, ONE, [1]), "the activation of layer 1 does not follow the generator"),
        (
            LINEAR_LINE,
            move(1, ONE, [1]),
            "the generator moves a bias of layer 1, and there is none",
        ),
    ]
    point = {"W1": [["0"]], "W2": [["1"]]}
    for given, generator, reason in refusals:
        at = point if given is SQUARE else {"W1": [["7/5"]], "W2": [["1"]]}
        assert reason in str(orbit(given, at, (1, 0, 1), generator).reason)
    squares = problem([1, 2, 1], [[1]], [[-1]], activation=["square"])
    at = {"W1": [["0"], ["0"]], "W2": [["1", "1"]]}
    generators = [move(1, unit(2, 0, 1)), move(1, unit(2, 1, 0))]
    assert mixing in str(orbit(squares, at, (2, 0, 2), *generators).reason)
    for activation in ("relu", "leaky_relu(1/2)"):
        kinked = problem([1, 2, 1], [[1], [2]], [[1], [3]], activation=[activation])
        at = {"W1": [["1"], ["1"]], "W2": [["2/5", "1"]]}
        for i, j in ((0, 1), (1, 0)):
            assert mixing in str(orbit(kinked, at, (1, 0, 3), move(1, unit(2, i, j))).reason)


RELU_LINE = problem([1, 1, 1], [[1], [2]], [[1], [3]], activation=["relu"])
LINEAR_LINE = problem([1, 1, 1], [[1], [2]], [[1], [3]])


@pytest.mark.parametrize(
    ("activation", "target"), [("tanh", "0"), ("sigmoid", "1/2"), ("exp", "1")]
)
def test_other_activations_have_no_generators(activation: str, target: str) -> None:
    """At W1 = 0, W2 = 1 the loss is 0, with a kernel of dimension 1 as a scaling would give it."""
    given = problem([1, 1, 1], [[1]], [[target]], activation=[activation])
    claims = [
        ("critical", {"point": "p"}),
        ("inertia", {"point": "p", "positive": 1, "negative": 0, "zero": 1}),
        ("minimum", {"point": "p"}),
    ]
    witness = {"critical": "c0", "inertia": "c1", "generators": [move(1, ONE)]}
    answer = verdict(
        statement(given, {"p": {"W1": [["0"]], "W2": [["1"]]}}, claims),
        certificate([("logarithms", {}), ("logarithms", {}), ("orbit", witness)]),
    )
    assert "the activation of layer 1 does not follow the generator" in str(answer.reason)


@pytest.mark.parametrize(
    ("generator", "reason"),
    [
        (move(1, [["0"]], ["2"]), None),
        (move(1, [["1"]], ["2"]), "does not follow the generator"),
        (move(1, [["1"]]), "does not follow the generator"),
        (move(1, [["0"]]), "the manifold has dimension 0"),
    ],
)
def test_a_shift_scales_exp(generator: Any, reason: Any) -> None:
    """v e^(u x + b) with v e^b, u fixed: the two samples are fitted along a curve."""
    given = problem([1, 1, 1], [[0], [0]], [[1], [3]], activation=["exp"], bias="hidden",
                    l2={"W1": [["1"]]})  # fmt: skip
    claims = [
        ("critical", {"point": "p"}),
        ("inertia", {"point": "p", "positive": 2, "negative": 0, "zero": 1}),
        ("minimum", {"point": "p"}),
    ]
    witness = {"critical": "c0", "inertia": "c1", "generators": [generator]}
    answer = verdict(
        statement(given, {"p": {"W1": [["0"]], "b1": ["0"], "W2": [["2"]]}}, claims),
        certificate([("logarithms", {}), ("logarithms", {}), ("orbit", witness)]),
    )
    assert answer.accepted is (reason is None), answer.reason
    assert reason is None or reason in str(answer.reason)


def test_a_shift_of_exp_needs_its_bias() -> None:
    given = problem([1, 1, 1], [[0]], [[1]], activation=["exp"])
    answer = orbit(given, {"W1": [["0"]], "W2": [["1"]]}, (1, 0, 1), move(1, [["0"]], ["1"]))
    assert not answer.accepted


def test_a_constant_needs_the_next_bias() -> None:
    given = problem([1, 1, 1], [[1]], [[5]], activation=["polynomial(3, 0, 0, 2)"])
    answer = orbit(given, {"W1": [["1"]], "W2": [["1"]]}, (1, 0, 1), move(1, ONE))
    assert "the generator moves a bias of layer 2, and there is none" in str(answer.reason)


def test_regularizers() -> None:
    reason = "the generator does not leave the regularizer as it is"
    point = {"W1": [["1"], ["0"]], "W2": [["1", "0"]]}
    for generator in (unit(2, 0, 0), unit(2, 0, 1), [[0, 1], [1, 0]], [[0, 2], [-1, 0]]):
        assert reason in str(orbit(EVEN, point, (3, 0, 1), move(1, generator)).reason)
    for name in ("W1", "W2"):
        one = problem([1, 1, 1], [[1], [2]], [[1], [3]], l2={name: [["0"]]})
        at = {"W1": [["7/5"]], "W2": [["1"]]}
        assert orbit(one, at, (1, 0, 1), move(1, ONE)).accepted
        other = problem([1, 1, 1], [[1], [2]], [[0], [0]], l2={name: [["1"]]})
        flat = {"W1": [["0"]], "W2": [["1"]]} if name == "W1" else {"W1": [["1"]], "W2": [["0"]]}
        assert reason in str(orbit(other, flat, (1, 0, 1), move(1, ONE)).reason)
    bias = problem([1, 1, 1], [[1], [2]], [[1], [3]], bias="hidden", l2={"b1": ["1"]})
    at = {"W1": [["0"]], "b1": ["0"], "W2": [["0"]]}
    assert reason in str(orbit(bias, at, (2, 1, 0), move(1, ONE)).reason)


def test_skip_connections() -> None:
    """A change may not mix a neuron that the output reads with one that it does not."""
    given = problem([1, 2, 1, 1], [[1]], [[1]], skip=[[1, 1], [2, 1]])
    point = {"W1": [["1"], ["0"]], "W2": [["0", "0"]], "W3": [["1", "0"]]}
    reason = "the generator mixes neurons that the output reads with others"
    found = [
        orbit(given, point, (1, 0, 5), move(1, unit(2, *at))).reason for at in ((0, 1), (1, 0))
    ]
    assert reason in str(found[0])
    assert reason not in str(found[1])


def test_algebraic_points() -> None:
    """v w^2 = 2 for w = sqrt 2, v = 1, at which the residuals 1 and -1 balance."""
    given = problem([1, 1, 1], [[1], [1]], [[1], [3]], activation=["square"])
    point = {"root": "t", "W1": [[["0", "1"]]], "W2": [["1"]]}
    roots = {"t": {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}}
    witness = {"generators": [move(1, ONE)]}
    assert prove(given, point, "orbit", (1, 0, 1), witness, roots=roots).accepted
    answer = prove(given, point, "morse_bott", (1, 0, 1), manifold(LINE["W1"]), roots=roots)
    assert "this rule needs a rational point" in str(answer.reason)


@pytest.mark.parametrize(
    ("witness", "status", "reason"),
    [
        (manifold(None, [[[["1", [0]]]]]), 1, "a constant term"),
        (manifold(None, [[[["1", [1]], ["1", [1]]]]]), 1, "a monomial occurs twice"),
        (manifold(None, [[[["1", [1, 0]]]]]), 2, "2 entries, expected 1"),
        (manifold(None, [[[["1", [-1]]]]]), 2, "expected an integer in 0.."),
        (manifold(None, [[TERM]], parameters=0), 2, "expected an integer in 1..1000"),
        (manifold([[TERM]]), 1, "the derivative with respect to W1 is not zero on the manifold"),
        ({**manifold(), "manifold": {"W7": []}}, 2, "unknown field"),
    ],
)
def test_maps_that_are_refused(witness: Any, status: int, reason: str) -> None:
    answer = prove(SQUARE, {"W1": [["0"]], "W2": [["1"]]}, "morse_bott", (1, 0, 1), witness)
    assert (answer.exit_status, answer.accepted) == (status, False)
    assert reason in str(answer.reason)


def test_claims_about_another_point() -> None:
    points = {"p": {"W1": [["0"]], "W2": [["1"]]}, "q": {"W1": [["0"]], "W2": [["-1"]]}}
    claims = [
        ("critical", {"point": "p"}),
        ("inertia", {"point": "p", "positive": 1, "negative": 0, "zero": 1}),
        ("critical", {"point": "q"}),
        ("inertia", {"point": "q", "positive": 0, "negative": 1, "zero": 1}),
        ("minimum", {"point": "q"}),
    ]
    steps = [("substitution", {}), ("ldl", {}), ("substitution", {}), ("ldl", {})]
    for critical, inertia in (("c0", "c3"), ("c2", "c1")):
        witness = {"critical": critical, "inertia": inertia, "generators": [move(1, ONE)]}
        answer = verdict(
            statement(SQUARE, points, claims), certificate([*steps, ("orbit", witness)])
        )
        assert "is about the point p" in str(answer.reason).replace("'", "")


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A product of dense polynomials in many variables is counted before it is expanded."""
    monkeypatch.setattr(effort, "BASE", 10**6)
    monkeypatch.setattr(effort, "PER_BYTE", 0)
    given = problem([1, 1, 1], [[1]], [[1]], activation=["polynomial(" + "0, " * 300 + "1)"])
    many = [["1", [int(i == k) for i in range(40)]] for k in range(40)]
    witness = manifold([[many]], parameters=40)
    answer = prove(given, {"W1": [["0"]], "W2": [["0"]]}, "morse_bott", (0, 0, 2), witness)
    assert "(rule 'morse_bott'): more work" in str(answer.reason)


def test_a_symmetry_moves_a_regularized_bias() -> None:
    """The shift of a layer moves the bias that reads it, by a polynomial in the weights alone."""
    given = problem([1, 1, 1], [[1]], [[1]], bias="all", l2={"b2": ["1"], "W1": [["0"]]})
    at = {"W1": [["1"]], "b1": ["0"], "W2": [["1"]], "b2": ["0"]}
    answer = orbit(given, at, (2, 0, 2), move(1, [[0]], [1]))
    assert "the generator does not leave the regularizer as it is" in str(answer.reason)
    free = problem([1, 1, 1], [[1]], [[1]], bias="all", l2={"b2": ["0"], "W1": [["1"]]})
    flat = {"W1": [["0"]], "b1": ["1"], "W2": [["1"]], "b2": ["0"]}
    answer = orbit(free, flat, (2, 0, 2), move(1, [[0]], [1]), move(1, [[1]]))
    assert "the generator does not leave the regularizer as it is" in str(answer.reason)
    tangents = move(1, [[0]], [1]), move(1, [[0]], [2])
    assert "has dimension 1, the kernel" in str(orbit(free, flat, (2, 0, 2), *tangents).reason)
    fixed = problem([1, 1, 1], [[1]], [[1]], bias="all", l2={"W1": [["1"]], "W2": [["1"]]})
    still = {"W1": [["0"]], "b1": ["0"], "W2": [["0"]], "b2": ["1"]}
    assert orbit(fixed, still, (3, 0, 1), move(1, [[0]], [1])).accepted


def test_tangents_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A generator takes three bytes and a tangent as many numbers as there are weights."""
    at = {"W1": [["7/5"]], "W2": [["1"]], "W3": [["1"]]}
    both = [move(1, ONE), move(2, ONE)]
    monkeypatch.setattr(rules_morse_bott, "MAX_ENTRIES", 6)
    assert orbit(DEEP, at, (1, 0, 2), *both).accepted
    answer = orbit(DEEP, at, (1, 0, 2), *both, {})
    assert "tangents of more than 6 entries" in str(answer.reason)
    still = {"generators": [], "manifold": {}}
    for count, reason in ((2, "the manifold has dimension 0"), (3, "tangents of more than 6")):
        answer = prove(DEEP, at, "morse_bott", (1, 0, 2), {**still, "parameters": count})
        assert reason in str(answer.reason)
