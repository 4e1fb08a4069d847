"""Infinitely many critical points in a cube: accepted where a curve is there, refused elsewhere."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.checker.documents import certificate, one, problem, statement, verdict
from tests.mpmath_functions import MP
from tests.mpmath_landscape import MpmathLandscape

BITS = 100
SCALING = {"generators": [{"1": {"matrix": [["1"]]}}]}


def sliced(
    about: Any,
    midpoint: dict[str, Any],
    directions: list[list[str]],
    inverse: list[list[str]],
    flat: Any,
    ends: tuple[str, str],
    tests: list[list[str]] | None = None,
) -> Any:
    """The claims that the slice has one critical point, and that it is one of a curve."""
    point = {"midpoint": midpoint, "directions": directions, "radius": ["1/16"] * len(directions)}
    if tests is not None:
        point["tests"] = tests
    fields = {"point": "p", "lower": ends[0], "upper": ends[1]}
    claims = [("critical", {"point": "p"}), ("not_finite", fields)]
    witness = {"precision": BITS, "inverse": inverse, "flat": flat}
    steps = [("krawczyk_slice", witness), ("slice", {"critical": "c0"})]
    return verdict(statement(about, {"p": {"slice": point}}, claims), certificate(steps))


@pytest.mark.parametrize(
    ("ends", "accepted"),
    [(("0", "3"), True), (("2", "3"), False), (("-1", "2"), False), (("5", "6"), False)],
)
def test_a_hyperbola(ends: tuple[str, str], accepted: bool) -> None:
    """L = (v u - 4)^2 / 2 is least where v u = 4; the point (2, 2) is to be inside the cube."""
    about = problem([1, 1, 1], [[1]], [[4]])
    midpoint = {"W1": [["2"]], "W2": [["2"]]}
    answer = sliced(about, midpoint, [["0", "1"]], [["1/4"]], SCALING, ends)
    assert answer.accepted is accepted
    if not accepted:
        assert "not shown to lie between the bounds" in str(answer.reason)


def silent(
    widths: list[int],
    point: dict[str, Any],
    lines: list[list[list[str]]],
    inverse: str,
    **more: Any,
) -> Any:
    """Neurons named silent at a point of a tanh network, for targets 1, 2 at 1, 2."""
    hidden = ["tanh"] * (len(widths) - 2)
    about = problem(
        widths,
        [[1] * widths[0], [2] + [0] * (widths[0] - 1)],
        [[1], [2]],
        activation=hidden,
        **{k: v for k, v in more.items() if k == "l2"},
    )
    named = [{"layer": k, "neuron": j} for k, j in more["silent"]]
    return sliced(
        about,
        point,
        lines[0],
        [[inverse]],
        {"silent": named},
        more.get("ends", ("-3", "3")),
        lines[1],
    )


CHAIN = {"W1": [["1"]], "W2": [["0"]], "W3": [["0"]]}
ACROSS = [[["0", "1", "0"]], [["0", "0", "1"]]]  # W2 moves, the derivative by W3 is 0
SLOPE = str(Fraction(-1, 1) / Fraction(269, 100))  # -(tanh 1 + 2 tanh 2) = -2.69


def test_a_neuron_that_feeds_a_silent_one() -> None:
    """With W2 = W3 = 0 the network is 0 whatever W1 is, and all derivatives are 0."""
    answer = silent([1, 1, 1, 1], CHAIN, ACROSS, SLOPE, silent=[(2, 1), (1, 1)])
    assert answer.accepted, answer.reason
    assert answer.lines[1] == (
        "c1: infinitely many critical points, some near p, have weights in [-3, 3]"
    )


@pytest.mark.parametrize(
    ("widths", "point", "lines", "inverse", "more", "reason"),
    [
        (  # the order matters: neuron 1 of layer 1 has an outgoing weight that moves
            [1, 1, 1, 1], CHAIN, ACROSS, SLOPE, {"silent": [(1, 1), (2, 1)]},
            "an outgoing weight of the neuron is not 0",
        ),
        (  # W1 is not accounted for
            [1, 1, 1, 1], CHAIN, ACROSS, SLOPE, {"silent": [(2, 1)]},
            "not shown to span all directions",
        ),
        (
            [1, 1, 1, 1], CHAIN, ACROSS, SLOPE, {"silent": [(2, 1), (1, 1)], "ends": ("0", "3")},
            "not shown to lie between the bounds",
        ),
        (
            [1, 1, 1, 1], CHAIN, ACROSS, SLOPE,
            {"silent": [(2, 1), (1, 1)], "l2": {"W1": [["1"]]}},
            "an incoming weight of the neuron is regularized",
        ),
        (  # u v tanh: (0, 0) is an isolated saddle, since sum y tanh(u x) = 0 only for u = 0
            [1, 1, 1], {"W1": [["0"]], "W2": [["0"]]}, [[["1", "0"]], [["0", "1"]]], "-1/5",
            {"silent": [(1, 1)]},
            "a direction for every weight that is free to move",
        ),
    ],
)  # fmt: skip
def test_refused_silence(
    widths: list[int], point: Any, lines: Any, inverse: str, more: Any, reason: str
) -> None:
    answer = silent(widths, point, lines, inverse, **more)
    assert not answer.accepted
    assert reason in str(answer.reason)


def test_a_silent_neuron_with_two_inputs() -> None:
    """sum y tanh(u . x) = tanh(u1 + u2) + 2 tanh(2 u1) = 0 is a curve through u = 0."""
    point = {"W1": [["0", "0"]], "W2": [["0"]]}
    lines = [[["0", "1", "0"]], [["0", "0", "1"]]]
    assert silent([2, 1, 1], point, lines, "-1", silent=[(1, 1)]).accepted


def shifted(
    v: list[str], l2: Any, pairs: Any, flat: Any, bias: str = "hidden", b: str = "0"
) -> Any:
    """A silent neuron before a softmax, at u = 1 and b or u = 0, with outgoing weights v."""
    (inputs, targets), lines, inverse = pairs
    about = problem(
        [1, 1, 2], inputs, targets, activation=["tanh"], bias=bias, kind="cross_entropy", scale=1,
        l2=l2,
    )  # fmt: skip
    more = {"b1": [b]} if bias == "hidden" else {"b2": ["0", "0"]}
    point = {"W1": [["1"] if bias == "hidden" else ["0"]], "W2": [[x] for x in v], **more}
    return sliced(about, point, lines[0], inverse, flat, ("-3", "3"), lines[1])


SILENT = [{"layer": 1, "neuron": 1}]
OUT = {"W2": [["1"], ["1"]]}
ODD = ([[1], [-1]], [[1, 0], [1, 0]])
"""The derivative by v_1 is -(tanh(u + b) + tanh(b - u)) / 2 at v = 0: b = 0, whatever u is."""
FREE_U = (ODD, ([["0", "1", "0", "0"]], [["0", "0", "1", "0"]]), [["-119/50"]])


@pytest.mark.parametrize("factors", [["1/5", "1/5"], ["1/5", "1/7"], ["1/5", "0"]])
def test_a_regularizer_does_not_see_a_shift_at_0(factors: list[str]) -> None:
    """The derivatives by v_1 and v_2 add up to that of the regularizer, 0 at v = 0."""
    flat = {"silent": SILENT, "translations": [OUT]}
    l2 = {"W2": [[x] for x in factors]}
    answer = shifted(["0", "0"], l2, FREE_U, flat)
    assert answer.accepted, answer.reason
    # Here the derivative by v_1 is 0, and that by v_2 is not.
    answer = shifted(["1/4", "1/4"], l2, FREE_U, flat, b="3/25")
    assert "a weight of W2 that moves is regularized" in str(answer.reason)
    answer = shifted(["0", "0"], l2, FREE_U, {"silent": SILENT})
    assert "not shown to span all directions" in str(answer.reason)


def test_a_shift_that_is_0_on_the_slice_only() -> None:
    """Biases c of the outputs are regularized, and c_1 + c_2 = 0 on the slice, but not beside it:
    u = v = c = 0 is an isolated critical point, by its Hessian."""
    l2 = {"W2": [["1/5"], ["1/5"]], "b2": ["1/5", "1/5"]}
    data = ([[1], [2]], [[1, 0], [0, 1]])
    directions = [["1", "0", "0", "0", "0"], ["0", "0", "0", "1", "-1"]]
    tests = [["0", "1", "0", "0", "0"], ["0", "0", "0", "1", "0"]]
    pairs = data, (directions, tests), [["2", "0"], ["0", "5/6"]]
    flat = {"silent": SILENT, "translations": [OUT, {"b2": ["1", "1"]}]}
    answer = shifted(["0", "0"], l2, pairs, flat, "output")
    assert not answer.accepted
    assert "step 's1' (rule 'slice'): a regularized weight moves" in str(answer.reason)
    point = {"W1": [["0"]], "W2": [["0"], ["0"]], "b2": ["0", "0"]}
    about = problem([1, 1, 2], *data, activation=["tanh"], bias="output", kind="cross_entropy",
                    scale=1, l2=l2)  # fmt: skip
    landscape = MpmathLandscape(about)
    hessian = landscape.at(landscape.flat(point))[2]
    assert abs(MP.det(MP.matrix(hessian.tolist()))) > 1e-6


def best(
    about: Any, midpoint: Any, directions: Any, inverse: Any, rule: str = "best_outputs"
) -> Any:
    """The claims that the slice has one point with the best outputs, and that it is on a curve."""
    point = {"midpoint": midpoint, "directions": directions, "radius": ["1/16"] * len(directions)}
    fields = {"point": "p", "lower": "-3", "upper": "3"}
    claims = [("global_minimum", {"point": "p"}), ("not_finite", fields)]
    steps = [
        (rule, {"precision": BITS, "inverse": inverse}),
        ("best_outputs", {"minimum": "c0"}),
    ]
    return verdict(statement(about, {"p": {"slice": point}}, claims), certificate(steps))


UV = {"W1": [["2"]], "W2": [["3/2"]]}
V = [["0", "1"]]


def test_the_mean_of_two_targets() -> None:
    """v u = 3 is best for targets 2 and 4 at the same input, also with weights 1/2 each; 5/2 for
    the weights 3, 1: then v = 5/4, outside of the slice."""
    assert best(problem([1, 1, 1], [[1], [1]], [[2], [4]]), UV, V, [["1/2"]]).accepted
    for weights, accepted in (([["1/2"], ["1/2"]], True), ([[3], [1]], False)):
        about = problem([1, 1, 1], [[1], [1]], [[2], [4]], weights=weights)
        assert best(about, UV, V, [["1/2"]]).accepted is accepted


def test_a_weight_0_does_not_count() -> None:
    about = problem([1, 1, 1], [[1], [1]], [[3], [4]], weights=[[1], [0]])
    assert best(about, UV, V, [["1/2"]]).accepted


def test_log_odds() -> None:
    """Three of class 1, one of class -1: f = log 3 = 1.0986, so v = 0.5493 for u = 2."""
    about = problem([1, 1, 1], [[1]] * 4, [[1], [1], [-1], [1]], kind="logistic", scale=1)
    for middle, accepted in (("11/20", True), ("-11/20", False), ("7/10", False)):
        midpoint = {"W1": [["2"]], "W2": [[middle]]}
        assert best(about, midpoint, V, [["1/2"]]).accepted is accepted


@pytest.mark.parametrize(
    ("about", "rule", "reason"),
    [
        (problem([1, 1, 1], [[1], [2]], [[3], [6]]), "best_outputs", "1 directions for 2"),
        (problem([1, 1, 1], [[1]], [[3]], l2={"W1": [["1"]]}), "best_outputs", "regularizer"),
        (problem([1, 1, 1], [[1]], [[3]], weights=[[-1]]), "best_outputs", "is negative"),
        (problem([1, 1, 1], [[1]], [[1]], kind="logistic"), "best_outputs", "of one class only"),
        (
            problem([1, 1, 1], [[1], [1]], [[1], [2]], kind="logistic"),
            "best_outputs",
            "of one class only",
        ),
        (problem([1, 1, 1], [[1]], [[1]], kind="cross_entropy"), "best_outputs", "or the logistic"),
        (problem([1, 1, 1], [[1]], [[3]]), "exact_fit", "by the rule best_outputs"),
    ],
)
def test_refused_outputs(about: Any, rule: str, reason: str) -> None:
    answer = best(about, UV, V, [["1/2"]], rule)
    assert not answer.accepted
    assert reason in str(answer.reason)


def test_as_many_weights_as_outputs() -> None:
    """v + b = 2 and 2 v + b = 3 at v = b = 1: an isolated minimum."""
    about = problem([1, 1], [[1], [2]], [[2], [3]], bias="output")
    directions = [["1", "0"], ["0", "1"]]
    answer = best(about, {"W1": [["1"]], "b1": ["1"]}, directions, [["-1", "1"], ["2", "-1"]])
    assert not answer.accepted
    assert "as many directions as there are weights" in str(answer.reason)


BALANCED = {
    "squared": ([[0], [1], [3], [-2]], [["3/2"], [-1], [0], ["-1/2"]]),
    "logistic": ([[0], [1], [3], [-2]], [[1], [-1], [1], [-1]]),
    "cross_entropy": ([[0], [1], [3], [-2]], [[1, 0], [0, 1], [0, 1], [1, 0]]),
}
"""Data for which the derivatives by outputs that are all 0 add up to 0."""


def line(about: Any, point: Any, direction: list[Any], ends: tuple[str, str] = ("-3", "3")) -> Any:
    """The claim that a line of critical points leads through an exact point."""
    fields = {"point": "p", "lower": ends[0], "upper": ends[1]}
    witness = {"direction": [str(x) for x in direction]}
    return one(about, {"p": point}, "not_finite", fields, "line", witness)


@pytest.mark.parametrize("kind", list(BALANCED))
@pytest.mark.parametrize(
    "activation", ["tanh", "sigmoid", "softplus", "exp", "polynomial(0, 1, 1)"]
)
def test_a_bias_without_effect(kind: str, activation: str) -> None:
    """u = v = 0, and the derivative by v is s(b) times a sum that is 0."""
    data = BALANCED[kind]
    v = [["0"]] * len(data[1][0])
    l2 = {"W1": [["1/5"]], "W2": [["1/5"]] * len(v)}
    about = problem(
        [1, 1, len(v)], *data, activation=[activation], bias="hidden", kind=kind, scale=1, l2=l2
    )
    point = {"W1": [["0"]], "b1": ["5/4"], "W2": v}
    bias = [0, 1, *(0 for _ in v)]
    answer = line(about, point, bias)
    assert answer.accepted, answer.reason
    assert answer.lines[0] == (
        "c0: infinitely many critical points, some near p, have weights in [-3, 3]"
    )
    assert not line(about, point, [1, 0, *(0 for _ in v)]).accepted
    unbalanced = deepcopy(about)
    unbalanced["data"]["targets"][0] = unbalanced["data"]["targets"][1]
    assert not line(unbalanced, point, bias).accepted


def test_a_relu_on_one_side_of_its_kink() -> None:
    """b free: u = 0, but the sign of what the neuron receives depends on b. v free: u = 0, b = -1,
    so that the neuron is 0 near it."""
    about = problem([1, 1, 1], *BALANCED["squared"], activation=["relu"], bias="hidden")
    point = {"W1": [["0"]], "b1": ["-1"], "W2": [["0"]]}
    assert "kink" in str(line(about, point, [0, 1, 0]).reason)
    assert line(about, point, [0, 0, 1]).accepted
    assert not line(about, point | {"b1": ["1"]}, [0, 0, 1]).accepted
    assert not line(about, point | {"b1": ["0"]}, [0, 0, 1]).accepted


def test_a_line_at_logarithms() -> None:
    """The output is log 3 for three samples of class 1 and one of class -1."""
    about = problem(
        [1, 1, 1], [[1], [1], [2], [0]], [[1], [1], [1], [-1]],
        activation=["tanh"], bias="all", kind="logistic", scale=1,
    )  # fmt: skip
    point = {"W1": [["0"]], "b1": ["1"], "W2": [["0"]], "b2": ["log(3)"]}
    free = [0, 1, 0, 0]
    assert line(about, point, free).accepted
    assert line(about, point, free, ("0", "11/10")).accepted
    assert "between the bounds" in str(line(about, point, free, ("0", "1")).reason)
    assert not line(about, point | {"b2": ["log(2)"]}, free).accepted


def test_a_line_that_leans() -> None:
    """u = 0: the derivative by u is s(b)' times v1 A1 + v2 A2, A1 = 2, A2 = -4, for targets of sum
    0; without a bias of the outputs that is all, with s(0) = 0."""
    about = problem([1, 1, 2], [[1], [0], [-1]], [[1, -2], [0, 0], [-1, 2]], activation=["tanh"])
    point = {"W1": [["0"]], "W2": [["2"], ["1"]]}
    assert line(about, point, [0, 2, 1]).accepted
    assert line(about, point, [0, "-1", "-1/2"]).accepted
    for wrong in ([0, 1, 2], [0, 2, -1], [1, 2, 1], [0, 1, 0]):
        assert not line(about, point, wrong).accepted
    assert not line(about, point | {"W2": [["2"], ["2"]]}, [0, 2, 1]).accepted
    assert "direction" in str(line(about, point, [0, 2]).reason)
    assert "the direction is 0" in str(line(about, point, [0, 0, 0]).reason)


def test_what_moves_is_inside_the_cube() -> None:
    about = problem([1, 1, 1], *BALANCED["squared"], activation=["tanh"], bias="hidden")
    point = {"W1": [["0"]], "b1": ["1"], "W2": [["0"]]}
    assert line(about, point, [0, 1, 0], ("0", "2")).accepted
    for ends in (("0", "1"), ("1", "2"), ("2", "3"), ("2", "0")):
        assert "between the bounds" in str(line(about, point, [0, 1, 0], ends).reason)


def random_case(random: Random) -> tuple[Any, dict[str, Any]]:
    """A small problem, and a point that is often critical."""
    kind = random.choice(list(BALANCED))
    width, outputs = random.choice([1, 1, 2]), 2 if kind == "cross_entropy" else 1
    inputs, targets = BALANCED[kind]
    targets = [list(row) for row in targets]
    if random.random() < 0.3:
        targets[0] = targets[random.randrange(4)]
    shapes = {"W1": (width, 1), "b1": (width,), "W2": (outputs, width), "b2": (outputs,)}
    bias = random.choice(["none", "hidden", "all"])
    absent = {"none": ("b1", "b2"), "hidden": ("b2",), "all": ()}[bias]
    names = [n for n in shapes if n not in absent]
    activation = random.choice(["tanh", "sigmoid", "softplus", "exp", "square", "linear"])

    def filled(shape: Any, draw: Any) -> Any:
        rows, *columns = shape
        return [[draw() for _ in range(columns[0])] if columns else draw() for _ in range(rows)]

    l2 = {n: filled(shapes[n], lambda: random.choice(["0", "1/3"])) for n in names}
    about = problem(
        [1, width, outputs], inputs, targets, activation=[activation], bias=bias, kind=kind,
        **({"l2": l2} if random.random() < 0.4 else {}),
    )  # fmt: skip
    values = ["0"] * 8 + ["1", "-1/2"]
    return about, {n: filled(shapes[n], lambda: random.choice(values)) for n in names}


def is_line(about: Any, point: Any, direction: list[int]) -> bool:
    """Whether the gradient is 0 at some places of the line, by mpmath."""
    landscape = MpmathLandscape(about)
    start = landscape.flat(point)
    for t in map(MP.mpf, ("0.7", "-1.3", "2.4")):
        moved = [x + t * d for x, d in zip(start, direction, strict=True)]
        if max(map(abs, landscape.at(moved)[1])) > MP.mpf(10) ** -20:
            return False
    return True


def random_lines(random: Random, count: int) -> dict[tuple[bool, bool], int]:
    """How many are lines of critical points, and how many the checker takes for such."""
    counts: dict[tuple[bool, bool], int] = {}
    for _ in range(count):
        about, point = random_case(random)
        direction = [0] * MpmathLandscape(about).size
        direction[random.randrange(len(direction))] = 1
        if random.random() < 0.4:
            direction[random.randrange(len(direction))] = random.choice([1, -1, 2])
        found = is_line(about, point, direction), line(about, point, direction).accepted
        counts[found] = counts.get(found, 0) + 1
    return counts


def test_random_lines() -> None:
    """Random points and weights: exactly those are accepted that mpmath says are lines."""
    MP.dps = 30
    counts = random_lines(Random(1), 40)
    assert counts.keys() == {(True, True), (False, False)}, counts
    assert counts[True, True] >= 5
