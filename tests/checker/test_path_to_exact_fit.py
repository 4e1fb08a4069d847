"""Paths to an exact fit: accepted where the path is constructed and tested, refused elsewhere."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import mpmath
import pytest

from symland.checker.statement import read_problem
from symland.claims.case import Case
from symland.claims.path_to_exact_fit import path_to_exact_fit
from symland.problem import Dataset, Loss, Network, Problem, parse_weights
from symland.search.deadline import Deadline
from symland.search.full_ranks import FullRanks, full_ranks
from symland.search.small_data_search import integer_problem
from tests.checker.documents import one, problem

BITS = 128


# --- The path of the rule's docstring, written down -------------------------------------------
FUNCTIONS: dict[str, tuple[Any, Any, Any]] = {  # s, its inverse, the supremum if 0 is at the border
    "sigmoid": (lambda z: 1 / (1 + mpmath.exp(-z)), lambda a: mpmath.log(a / (1 - a)), 1),
    "exp": (mpmath.exp, mpmath.log, mpmath.inf),
    "softplus": (lambda z: mpmath.log1p(mpmath.exp(z)), lambda a: mpmath.log(mpmath.expm1(a)),
                 mpmath.inf),
    "softplus(2)": (lambda z: mpmath.log1p(mpmath.exp(2 * z)) / 2,
                    lambda a: mpmath.log(mpmath.expm1(2 * a)) / 2, mpmath.inf),
    "tanh": (mpmath.tanh, mpmath.atanh, None),
    "linear": (lambda z: z, lambda a: a, None),
    "leaky_relu(1/3)": (lambda z: max(z, z / 3), lambda a: min(a, 3 * a), None),
    "cube": (lambda z: z**3, lambda a: mpmath.sign(a) * abs(a) ** (mpmath.mpf(1) / 3), None),
    "polynomial(1, -2)": (lambda z: 1 - 2 * z, lambda a: (1 - a) / 2, None),
    "relu": (lambda z: max(z, 0), None, None),  # only up to the wide layer
}  # fmt: skip


def numbers(rows: Any) -> Any:
    return mpmath.matrix([[mpmath.mpf(a.numerator) / a.denominator for a in row] for row in rows])


def ones(rows: int, columns: int) -> Any:
    return mpmath.ones(rows, columns)


def forward(network: Network, W: Any, X: Any) -> list[Any]:
    """Activations of all layers, inputs first, outputs last; a column for each sample."""
    layers = [X]
    for k in range(1, network.K + 1):
        z = W[f"W{k}"] * layers[-1]
        if f"b{k}" in W:
            z += W[f"b{k}"] * ones(1, X.cols)
        layers.append(
            z if k == network.K else z.apply(FUNCTIONS[str(network.activations[k - 1])][0])
        )
    return layers


def moved(
    network: Network, W: Any, X: Any, layer: int, J: Any, R: Any, change: Any, t: Any, sizes: Any
) -> tuple[dict[str, Any], bool]:
    """The weights at t for outputs moved by the change; whether all activations are possible."""
    layers, result, inside = forward(network, W, X), dict(W), True
    for k in range(network.K, layer + 1, -1):
        before = str(network.activations[k - 2])
        _, inverse, top = FUNCTIONS[before]
        S, M = sizes
        shift, scale = (0 if top is None else S * t), 1 + M * t
        C = layers[k - 1] + R[k] * change + shift * ones(network.widths[k - 1], X.cols)
        result[f"W{k}"] = scale * W[f"W{k}"]
        if top is not None:
            result[f"b{k}"] = W[f"b{k}"] - shift * W[f"W{k}"] * ones(network.widths[k - 1], 1)
        new = C / scale
        inside &= all(abs(a) < 1 if before == "tanh" else top is None or 0 < a < top for a in new)
        if not inside:
            return result, False
        change = new.apply(inverse) - layers[k - 1].apply(inverse)
    result[f"W{layer + 1}"] = W[f"W{layer + 1}"] + change * J
    return result, True


def path_is_real(about: Problem, W: Any, found: FullRanks) -> None:
    """Along the path of the docstring the loss is (1 - t)^2 times that at the start."""
    network = about.network
    X, Y = (numbers(rows).T for rows in (about.dataset.inputs, about.dataset.targets))
    layers, layer = forward(network, W, X), found.layer
    L = mpmath.matrix(
        [[mpmath.mpf(int(x.p)) / int(x.q) for x in row] for row in found.left_inverse]
    )
    J = (L * layers[layer]) ** -1 * L
    R = {
        k: W[f"W{k}"].T * (W[f"W{k}"] * W[f"W{k}"].T) ** -1 for k in range(layer + 2, network.K + 1)
    }
    z, sizes, times = (
        layers[-1],
        (mpmath.mpf(0), mpmath.mpf(0)),
        [mpmath.mpf(i) / 40 for i in range(41)],
    )
    for doubling in range(60):
        path = [moved(network, W, X, layer, J, R, t * (Y - z), t, sizes) for t in times]
        if all(inside for _, inside in path):
            break
        sizes = (mpmath.mpf(2) ** doubling, mpmath.mpf(4) ** doubling)
    else:
        raise AssertionError("no path")
    start = sum(r**2 for r in z - Y)
    for t, (weights, _) in zip(times, path, strict=True):
        f = forward(network, weights, X)[-1]
        assert mpmath.norm(f - z - t * (Y - z), mpmath.inf) < mpmath.mpf(10) ** -12 * (1 + start)
        assert abs(sum(r**2 for r in f - Y) - (1 - t) ** 2 * start) < mpmath.mpf(10) ** -12 * (
            1 + start
        )
    assert all(mpmath.norm(path[0][0][n] - W[n], mpmath.inf) < mpmath.mpf(10) ** -20 for n in W)
    jumps = [
        max(mpmath.norm(b[n] - a[n], mpmath.inf) for n in W) for (a, _), (b, _) in pairwise(path)
    ]
    assert max(jumps) < mpmath.inf


NETS: list[tuple[tuple[int, ...], Any, str]] = [
    ((1, 3, 2, 1), "sigmoid", "all"),  # the shape
    ((1, 2, 4, 3, 1), "sigmoid", "all"),  # two layers after a layer that is exactly wide enough
    ((1, 3, 1), "sigmoid", "none"),  # the last hidden layer
    ((2, 3, 3, 2), "tanh", "none"),  # two outputs
    ((3, 2, 2, 2), ["exp", "softplus"], "all"),  # the inputs are the wide layer
    ((1, 2, 2, 2, 1), ["relu", "leaky_relu(1/3)", "cube"], "hidden"),
    ((2, 1, 1), "linear", "none"),
    ((1, 3, 3, 2, 2, 1), ["tanh", "softplus(2)", "exp", "polynomial(1, -2)"], "all"),
]  # fmt: skip


@pytest.mark.parametrize(("widths", "activation", "bias"), NETS, ids=str)
def test_the_path_exists(widths: tuple[int, ...], activation: Any, bias: str) -> None:
    draw = random.Random(str(widths))
    network = Network(widths, activation, bias)
    inputs = [[draw.randint(-3, 3) for _ in range(widths[0])] for _ in range(2)]
    inputs[1][0] = inputs[0][0] + 1
    targets = [[draw.randint(-3, 3) for _ in range(widths[-1])] for _ in range(2)]
    about = Problem(network, Dataset(inputs, targets), Loss(scale=1))
    for _ in range(40):
        values = {
            name: [[f"{draw.randint(-8, 8)}/4" for _ in range(shape[1])] for _ in range(shape[0])]
            if len(shape) == 2
            else [f"{draw.randint(-8, 8)}/4" for _ in range(shape[0])]
            for name, shape in network.shapes.items()
        }
        point = parse_weights(values, network)
        found = full_ranks(about, point, Deadline(9))
        if isinstance(found, FullRanks):
            break
    assert isinstance(found, FullRanks)
    case = Case(about)
    path_to_exact_fit(case, case.point(point.to_json()), found.layer, found.left_inverse,
                      found.right_inverses, found.precision)  # fmt: skip
    assert case.check().accepted, case.check().reason
    with mpmath.workdps(40):
        columned = {n: [[x] for x in a] if n[0] == "b" else a for n, a in point.values.items()}
        W = {n: numbers(rows) for n, rows in columned.items()}
        path_is_real(about, W, found)


# --- Accepted and refused, by hand ---------------------------------------------------------------
def refused(
    about: Any, point: Any, layer: int, left: Any, right: Any, bits: Any = BITS
) -> str | None:
    witness = {"layer": layer, "left_inverse": left, "right_inverses": right, "precision": bits}
    answer = one(about, {"p": point}, "path_to_exact_fit", {"point": "p"}, "full_rank", witness)
    assert answer.accepted == (answer.reason is None)
    return answer.reason


DEEP = {"W1": [["1"]], "W2": [["2"]], "W3": [["4"]]}
BIASED = DEEP | {"b1": ["0"], "b2": ["0"], "b3": ["0"]}


@pytest.mark.parametrize(
    ("activation", "accepted"),
    [
        ("tanh", True), ("sigmoid", True), ("exp", True), ("softplus", True), ("softplus(3)", True),
        ("linear", True), ("cube", True), ("leaky_relu(1/9)", True), ("polynomial(5, -1)", True),
        ("polynomial(5, 0, 0, 0, 0, -2, 0)", True),
        ("relu", False), ("square", False), ("leaky_relu(0)", False), ("leaky_relu(-1)", False),
        ("softplus(0)", False), ("softplus(-1)", False), ("polynomial(0, 1, 0, 1)", False),
        ("polynomial(3)", False), ("polynomial(0, 1, 1)", False),
    ],
)  # fmt: skip
def test_activations_after_the_wide_layer(activation: str, accepted: bool) -> None:
    """1-1-1-1: sigmoid up to the wide layer, then this one."""
    about = problem([1, 1, 1, 1], [[1]], [[7]], activation=["sigmoid", activation], bias="all")
    reason = refused(about, BIASED, 1, [["1"]], [[["1/4"]]])
    assert (reason is None) is accepted
    assert accepted or "does not know its activation to be invertible" in str(reason)


@pytest.mark.parametrize("activation", ["relu", "square", "polynomial(3)"])
def test_activations_up_to_the_wide_layer(activation: str) -> None:
    """Any will do: the wide layer, the last hidden one, has one activation that is not 0."""
    about = problem([1, 1, 1, 1], [[1]], [[7]], activation=["sigmoid", activation])
    assert refused(about, DEEP, 2, [["2/5"]], []) is None


@pytest.mark.parametrize(
    ("activation", "bias", "accepted"),
    [
        ("sigmoid", "all", True), ("sigmoid", "output", True), ("sigmoid", "hidden", False),
        ("sigmoid", "none", False), ("tanh", "none", True), ("exp", "hidden", False),
    ],
)  # fmt: skip
def test_biases_after_activations_of_one_sign(activation: str, bias: str, accepted: bool) -> None:
    """Without them sigmoid outputs of positive weights stay positive, and no path goes far."""
    about = problem([1, 1, 1, 1], [[1]], [[-7]], activation=["tanh", activation], bias=bias)
    names = [n for n in BIASED if n in read_problem(about).shapes]
    reason = refused(about, {n: BIASED[n] for n in names}, 1, [["1"]], [[["1/4"]]])
    assert (reason is None) is accepted
    assert accepted or reason.endswith("layer 3 has no biases, which this rule needs after layer 2")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "logistic", "targets": [["1"], ["-1"]], "scale": 1}, "needs the squared loss"),
        ({"l2": {"W1": [["1"], ["0"]]}}, "without regularizer"),
        ({"l2": {"W1": [["0"], ["0"]]}}, None),
        ({"weights": [["1"], ["-1"]]}, "a weight of the loss is negative"),
        ({"weights": [["1"], ["0"]]}, None),
        ({"skip": [[1, 1], [1, 2]]}, "without skip connections"),
        ({"inputs": [["1"], ["1"]]}, "the samples in layer 1 are not shown to be independent"),
        ({"inputs": [["1"], ["-1"]], "activation": ["square"]},
         "the samples in layer 1 are not shown to be independent"),
    ],
)  # fmt: skip
def test_losses_and_samples(change: Any, reason: str | None) -> None:
    """1-2-1 with relu, neurons x and -x: the samples 1 and -1 are independent."""
    given = {"inputs": [["1"], ["-1"]], "targets": [["3"], ["4"]], "activation": ["relu"]} | change
    about = problem([1, 2, 1], given.pop("inputs"), given.pop("targets"), **given)
    point = {"W1": [["1"], ["-1"]], "W2": [["0", "0"]]}
    found = refused(about, point, 1, [["1", "0"], ["0", "1"]], [])
    assert found is None if reason is None else reason in str(found)


@pytest.mark.parametrize(
    "left",
    [
        [["1", "0"], ["0", "1"]],
        [["9", "-9"], ["-9", "9"]],
        [["0", "0"], ["0", "0"]],
        [["1/2", "1/2"], ["1/2", "1/2"]],
    ],
)
def test_no_witness_makes_equal_neurons_independent(left: Any) -> None:
    about = problem([1, 2, 1], [[1], [2]], [[3], [4]], activation=["tanh"])
    point = {"W1": [["1"], ["1"]], "W2": [["1", "2"]]}
    assert "are not shown to be independent" in str(refused(about, point, 1, left, []))


def test_how_far_a_witness_may_be_off() -> None:
    """|1 - 4 r| < 1 for 0 < r < 1/2; the ends are refused."""
    about = problem([1, 1, 1], [[1]], [[7]], activation=["tanh"])
    point = {"W1": [["1"]], "W2": [["4"]]}
    for r, accepted in (
        ("1/100", True),
        ("49/100", True),
        ("0", False),
        ("1/2", False),
        ("-1", False),
    ):
        reason = refused(about, point, 0, [["1"]], [[[r]]])
        assert (reason is None) is accepted
        assert accepted or "the rows of W2 are not shown to be independent" in str(reason)


def test_rows_after_the_next_layer() -> None:
    """W2, right after the wide layer, may be 0, W3 may not; nor may a layer get wider."""
    about = problem([1, 1, 1, 1], [[1]], [[7]])
    for point, accepted in ((DEEP | {"W2": [["0"]]}, True), (DEEP | {"W3": [["0"]]}, False)):
        assert (refused(about, point, 1, [["1"]], [[["1/4"]]]) is None) is accepted
    wider = problem([1, 1, 1, 2, 1], [[1]], [[7]])
    point = {"W1": [["1"]], "W2": [["1"]], "W3": [["1"], ["1"]], "W4": [["1", "1"]]}
    reason = refused(wider, point, 1, [["1"]], [[["1/2", "1/2"]], [["1/2"], ["1/2"]]])
    assert "the rows of W3 are not shown to be independent" in str(reason)
    assert refused(wider, point, 2, [["1"]], [[["1/2"], ["1/2"]]]) is None


@pytest.mark.parametrize(
    ("layer", "left", "right", "bits", "reason"),
    [
        (2, [["1/3"]], [], BITS, None),
        (3, [["1"]], [], BITS, "layer: 3, expected"),
        (-1, [["1"]], [], BITS, "layer: -1, expected"),
        (1, [["1"]], [], BITS, "right_inverses: 0 entries, expected 1"),
        (2, [["1/3"]], [[["1/4"]]], BITS, "right_inverses: 1 entries, expected 0"),
        (2, [["1", "0"]], [], BITS, "left_inverse: 2 entries, expected 1"),
        (2, [["1"]], [], 15, "precision: 15, expected"),
    ],
)  # fmt: skip
def test_fields(layer: int, left: Any, right: Any, bits: int, reason: str | None) -> None:
    found = refused(problem([1, 1, 1, 1], [[1]], [[7]]), DEEP, layer, left, right, bits)
    assert found is None if reason is None else reason in str(found)


def test_too_few_binary_places_refuse() -> None:
    """Preactivations that differ by 2^-40: 16 places do not see it, 200 do."""
    near = f"{2**40 + 1}/{2**40}"
    about = problem(
        [1, 1, 2, 1], [[1], [near]], [[3], [4]], activation=["linear", "linear"], bias="all"
    )
    point = {"W1": [["1"]], "b1": ["0"], "W2": [["1"], ["0"]], "b2": ["0", "1"], "W3": [["1", "1"]],
             "b3": ["0"]}  # fmt: skip
    big = 2**40
    left = [[str(-big), str(big + 1)], [str(big), str(-big)]]
    assert refused(about, point, 2, left, [], 200) is None
    assert "are not shown to be independent" in str(refused(about, point, 2, left, [], 16))


def test_points_with_logarithms_and_boxes() -> None:
    """sigmoid(log 3) = 3/4, times 4/3; of a box nothing is known before another rule."""
    about = problem([1, 1, 1], [[1]], [[7]], activation=["sigmoid"])
    assert refused(about, {"W1": [["log(3)"]], "W2": [["0"]]}, 1, [["4/3"]], []) is None
    low = {"W1": [["log(1/3)"]], "W2": [["0"]]}
    assert refused(about, low, 1, [["7"]], []) is None
    assert "not shown to be independent" in str(refused(about, low, 1, [["8"]], []))
    box = {"box": {"midpoint": {"W1": [["1"]], "W2": [["1"]]},
                   "radius": {"W1": [["1/9"]], "W2": [["1/9"]]}}}  # fmt: skip
    assert "is not yet known" in str(refused(about, box, 1, [["4/3"]], []))


# --- Where the search finds none -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("about", "point", "reason"),
    [
        (integer_problem(Network((1, 1, 1), "sigmoid"), [0, 1], [1, 2]),
         {"W1": [["1"]], "W2": [["1"]]}, "no layer is as wide as there are samples"),
        (integer_problem(Network((1, 2, 1, 2, 1), "tanh"), [0, 1], [1, 2]),
         {"W1": [["1"], ["2"]], "W2": [["1", "1"]], "W3": [["1"], ["1"]], "W4": [["0", "0"]]},
         "no layer is shown to have independent samples"),  # the last hidden layer is wide
        (integer_problem(Network((1, 2, 1, 1), "sigmoid"), [0, 1], [1, 2]),
         {"W1": [["1"], ["2"]], "W2": [["1", "1"]], "W3": [["1"]]}, "no layer is as wide"),
        (integer_problem(Network((1, 2, 1, 1), "square"), [0, 1], [1, 2]),
         {"W1": [["1"], ["2"]], "W2": [["1", "1"]], "W3": [["1"]]}, "no layer is as wide"),
    ],
)  # fmt: skip
def test_the_search_says_why_not(about: Problem, point: Any, reason: str) -> None:
    found = full_ranks(about, parse_weights(point, about.network), Deadline(9))
    assert isinstance(found, str)
    assert reason in found


@pytest.mark.parametrize(
    ("activation", "first", "last", "known"),
    [
        ("exp", "60", "1", True),
        ("exp", "-60", "1", True),
        ("sigmoid", "-50", "1", True),
        ("exp", "1", f"1/{10**60}", True),
        ("exp", "1000000", "1", False),
        ("sigmoid", "1000000", "1", True),  # 1 and 1, beside two others
        ("sigmoid", "-1000000", "1", False),
        ("tanh", "-1000000", "1", True),
    ],
)
def test_numbers_of_very_different_size(
    activation: str, first: str, last: str, known: bool
) -> None:
    """Accepted by the checker, or none is found; never an error."""
    network = Network((1, 2, 1, 1), [activation, "tanh"])
    about = integer_problem(network, [1, 2], [3, 4])
    point = parse_weights({"W1": [[first], ["1/2"]], "W2": [["1", "1"]], "W3": [[last]]}, network)
    found = full_ranks(about, point, Deadline(9))
    assert isinstance(found, FullRanks) is known
    if isinstance(found, FullRanks):
        case = Case(about)
        path_to_exact_fit(case, case.point(point.to_json()), found.layer, found.left_inverse,
                          found.right_inverses, found.precision)  # fmt: skip
        assert case.check().accepted


def test_the_search_stops() -> None:
    about = integer_problem(Network((1, 1, 1), "tanh"), [1], [1])
    point = parse_weights({"W1": [["1"]], "W2": [["1"]]}, about.network)
    assert full_ranks(about, point, Deadline(-1)) == "the budget ended before the ranks were known"
