"""Critical points in slices: accepted, refused, and what the reasons say, computed a second way."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symland import Dataset, Loss, Network, Problem
from symland.checker import check
from symland.checker.constant_neurons import constant_neuron
from symland.checker.context import Context
from symland.checker.copies import Copies, _multiple, coupled, read_copies
from symland.checker.flat_directions import _silent, _written, are_independent
from symland.checker.intervals import Interval, number
from symland.checker.rules_silent_copy import silent_non_strict_saddle
from symland.checker.slices import Slice
from symland.checker.statement import read_statement
from symland.checker.verdict import Refused
from symland.landscape.float_landscape import FloatLandscape
from tests.checker.documents import certificate, one, problem, statement, verdict

BASES = Path(__file__).parent.parent / "rejected" / "bases_enclosed"
BITS = 100


def base(name: str) -> list[dict[str, Any]]:
    return [
        json.loads((BASES / f"{name}.{kind}.json").read_text())
        for kind in ("statement", "certificate")
    ]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("softmax_shift", "c4: p1 is a local minimum, flat along a manifold and nowhere else"),
        ("copies_in_a_slice", "c3: the Hessian at p1 has inertia (3, 0, 1)"),
        ("scaled_neuron", "c3: the Hessian at p1 has inertia (1, 0, 1)"),
        ("constant_in_a_slice", "c3: the Hessian at p1 has inertia (6, 0, 1)"),
        (
            "constant_in_a_slice",
            "c4: p1 is a local minimum, flat along a manifold and nowhere else",
        ),
        ("convex_loss", "c3: p1 is a global minimum of a convex loss"),
    ],
)
def test_accepted(name: str, line: str) -> None:
    answer = verdict(*base(name))
    assert answer.accepted, answer.reason
    assert line in answer.lines
    assert answer.lines[0] == "c1: there is exactly one critical point in the slice p1"


# Without hidden layer, two outputs, one input 1 for all samples: L depends on W1 = (a, b).
def flat_problem(kind: str, targets: Any) -> dict[str, Any]:
    return problem([1, 2], [[1]] * len(targets), targets, kind=kind, scale=1)


def sliced(
    about: Any, middle: str, inverse: str, flat: Any, fixed: str = "0", precision: int = BITS
) -> Any:
    """The claim that the slice a = fixed, b = middle +- 1/16 holds one critical point."""
    point = {
        "midpoint": {"W1": [[fixed], [middle]]},
        "directions": [["0", "1"]],
        "radius": ["1/16"],
    }
    witness = {"precision": precision, "inverse": [[inverse]], "flat": flat}
    return one(
        about, {"p": {"slice": point}}, "critical", {"point": "p"}, "krawczyk_slice", witness
    )


SHIFT = {"translations": [{"W1": [["1"], ["1"]]}]}


def test_a_shift_of_the_softmax() -> None:
    """Classes 1 and 2 equally often: a = b, wherever a is."""
    about = flat_problem("cross_entropy", [[1, 0], [0, 1]])
    assert sliced(about, "0", "2", SHIFT).accepted
    assert sliced(about, "5", "2", SHIFT, fixed="5").accepted
    assert not sliced(about, "1/2", "2", SHIFT).accepted


def test_targets_of_another_sum_are_not_invariant() -> None:
    """L = log(e^a + e^b) - a - b moves along (1, 1); yet a slice has a point with b-derivative 0.

    With targets (1/2, 1/2) in place of (1, 1) the same slice holds a critical point."""
    refused = sliced(flat_problem("cross_entropy", [[1, "1/2"]]), "0", "4", SHIFT)
    assert not refused.accepted
    assert "the loss sees that all outputs move alike" in str(refused.reason)
    assert sliced(flat_problem("cross_entropy", [["1/2", "1/2"]]), "0", "4", SHIFT).accepted


@pytest.mark.parametrize("kind", ["squared", "logistic"])
def test_other_losses_see_the_shift(kind: str) -> None:
    about = flat_problem(kind, [[1, 1], [-1, -1]])
    refused = sliced(about, "0", "1/4" if kind == "squared" else "2", SHIFT)
    assert not refused.accepted
    assert "what sample 0 gives to the first layer moves" in str(refused.reason)


def test_the_weights_into_the_outputs_see_the_shift() -> None:
    """As above with a hidden layer: (v - 1/2)^2 + (w - 1/2)^2 moves along v = w; 3 is not 1/2.

    That the targets have the sum 1 does not help."""
    about = problem([1, 1, 2], [[1]], [["1/2", "1/2"]], scale=1)
    point = {
        "midpoint": {"W1": [["1"]], "W2": [["3"], ["1/2"]]},
        "directions": [["0", "0", "1"]],
        "radius": ["1/16"],
    }
    flat = {"translations": [{"W2": [["1"], ["1"]]}], "generators": [{"1": {"matrix": [["1"]]}}]}
    witness = {"precision": BITS, "inverse": [["1/2"]], "flat": flat}
    answer = one(
        about, {"p": {"slice": point}}, "critical", {"point": "p"}, "krawczyk_slice", witness
    )
    assert not answer.accepted
    assert "the loss sees that all outputs move alike" in str(answer.reason)


def test_an_input_that_is_zero() -> None:
    """The weight of an input that is 0 for all samples is free; of one that is not, it is not."""
    for other, accepted in ((0, True), (1, False)):
        about = problem([2, 1], [[1, 0], [1, other]], [[1], [2]], scale=1)
        point = {
            "midpoint": {"W1": [["3/2" if accepted else "1", "0" if accepted else "1"]]},
            "directions": [["1", "0"]],
            "radius": ["1/4"],
        }
        flat = {"translations": [{"W1": [["0", "1"]]}]}
        witness = {"precision": BITS, "inverse": [["1/4"]], "flat": flat}
        answer = one(
            about, {"p": {"slice": point}}, "critical", {"point": "p"}, "krawczyk_slice", witness
        )
        assert answer.accepted is accepted
        if not accepted:
            assert "what sample 1 gives to the first layer moves" in str(answer.reason)


def test_a_kernel_that_no_manifold_explains() -> None:
    """x^4 at 0, as the loss of a square network: an inertia of another rule proves no minimum."""
    about = problem([1, 1, 1], [[1]], [[0]], activation=["square"])
    points = {"p": {"W1": [["0"]], "W2": [["0"]]}}
    claims = [
        ("critical", {"point": "p"}),
        ("inertia", {"point": "p", "positive": 0, "negative": 0, "zero": 2}),
        ("minimum", {"point": "p"}),
    ]
    steps = [("substitution", {}), ("ldl", {}), ("flat", {"critical": "c0", "inertia": "c1"})]
    answer = verdict(statement(about, points, claims), certificate(steps))
    assert not answer.accepted
    assert "not shown to be that of a critical manifold" in str(answer.reason)


def saddle(descent: list[str], ascent: list[str]) -> Any:
    """1/2 (v u - 1)^2 at 0, where the Hessian is [[0, -1], [-1, 0]]."""
    about = problem([1, 1, 1], [[1]], [[1]])
    points = {"p": {"W1": [["0"]], "W2": [["0"]]}}
    claims = [("critical", {"point": "p"}), ("strict_saddle", {"point": "p"})]
    witness = {"critical": "c0", "precision": BITS, "descent": descent, "ascent": ascent}
    return verdict(
        statement(about, points, claims),
        certificate([("substitution", {}), ("intervals", witness)]),
    )


def test_a_strict_saddle_by_two_directions() -> None:
    assert saddle(["1", "1"], ["1", "-1"]).accepted
    for wrong in (saddle(["1", "-1"], ["1", "-1"]), saddle(["1", "1"], ["1", "1"])):
        assert "does not have its sign" in str(wrong.reason)
    assert "along ascent" in str(saddle(["1", "1"], ["1", "0"]).reason)
    assert saddle(["1"], ["1", "-1"]).exit_status == 2


def convex(**more: Any) -> Any:
    """(w - 1)^2 + (w - 3)^2 + l/2 w^2 at its critical point."""
    about = problem([1, 1], [[1], [1]], [[1], [3]], scale=1, **more)
    points = {"p": {"W1": [["2"]]}}
    claims = [("critical", {"point": "p"}), ("global_minimum", {"point": "p"})]
    steps = [("substitution", {}), ("convex", {"critical": "c0"})]
    return verdict(statement(about, points, claims), certificate(steps))


def test_a_convex_loss() -> None:
    assert convex().accepted
    assert "is negative" in str(convex(weights=[[-1], ["-1"]]).reason)
    assert not convex(l2={"W1": [["1"]]}).accepted  # another critical point
    # (w - 1)^2 + (w - 3)^2 - 4 w^2 has its maximum at -2.
    about = problem([1, 1], [[1], [1]], [[1], [3]], scale=1, l2={"W1": [["-8"]]})
    claims = [("critical", {"point": "p"}), ("global_minimum", {"point": "p"})]
    steps = [("substitution", {}), ("convex", {"critical": "c0"})]
    answer = verdict(statement(about, {"p": {"W1": [["-2"]]}}, claims), certificate(steps))
    assert "of the regularizer is negative" in str(answer.reason)


def test_the_point_is_not_the_midpoint() -> None:
    """L = 2 log(1 + e^b) - b at b = 0, from a slice around b = 1/64, where L is 6e-5 higher."""
    about = flat_problem("cross_entropy", [[1, 0], [0, 1]])
    point = {"midpoint": {"W1": [["0"], ["1/64"]]}, "directions": [["0", "1"]], "radius": ["1/16"]}
    proof = ("krawczyk_slice", {"precision": BITS, "inverse": [["2"]], "flat": SHIFT})
    for lower, upper, accepted in (
        ("13/10", "15/10", True),
        ("138634/100000", "138637/100000", False),
    ):
        bounds = {"point": "p", "lower": str(Fraction(lower)), "upper": str(Fraction(upper))}
        claims = [("critical", {"point": "p"}), ("enclosure", bounds)]
        answer = verdict(
            statement(about, {"p": {"slice": point}}, claims),
            certificate([proof, ("intervals", {"precision": BITS})]),
        )
        assert answer.accepted is accepted, answer.reason


def test_the_reach_of_a_slice() -> None:
    """Weight 0 moves by 2 y - 3 z, weight 1 by z, weight 2 not at all."""
    one, two = {0: Fraction(2)}, {0: Fraction(-3), 1: Fraction(1)}
    here = Slice([Fraction(5)] * 3, [one, two], [one, two], [Fraction(1)] * 2)
    assert here.reach([Fraction(1), Fraction(10)]) == [32, 10, 0]
    assert here.affine(0) == [5, 2, -3]
    assert here.rows() == [[2, 0, 0], [-3, 1, 0]]


@pytest.mark.parametrize(
    ("kind", "targets", "out", "layer", "silent"),
    [
        ("cross_entropy", [[0, 1]], ["3", "3"], 2, True),
        ("cross_entropy", [[0, 1]], ["0", "0"], 2, True),
        ("cross_entropy", [["1/2", "1/2"]], ["3", "3"], 2, True),
        ("cross_entropy", [[1, 1]], ["3", "3"], 2, False),
        ("cross_entropy", [[0, 1]], ["3", "2"], 2, False),
        ("squared", [[0, 1]], ["3", "3"], 2, False),
        ("squared", [[0, 1]], ["0", "0"], 2, True),
        ("logistic", [[1, -1]], ["3", "3"], 2, False),
        ("cross_entropy", [[0, 1]], ["3", "3"], 1, False),
    ],
)
def test_silent_neurons(kind: str, targets: Any, out: list[str], layer: int, silent: bool) -> None:
    """The derivatives by the incoming weights in floats are 0 where the checker says so, and only
    there."""
    widths = [1, 2, 1, 2] if layer == 2 else [1, 1, 2, 2]
    about = problem(widths, [[1]], targets, kind=kind, activation=["tanh", "tanh"], bias="hidden")
    weights = {
        "W1": [["1/2"], ["1/3"]][: widths[1]],
        "b1": ["1/5", "1"][: widths[1]],
        "W2": [["1", "1/4"]] if layer == 2 else [[x] for x in out],
        "b2": ["2/3", "1/7"][: widths[2]],
        "W3": [[x] for x in out] if layer == 2 else [["1", "2"], ["-1", "1/2"]],
    }
    size = sum(
        len(row) if isinstance(row, list) else 1 for rows in weights.values() for row in rows
    )
    point = {"midpoint": weights, "directions": [["1"] + ["0"] * (size - 1)], "radius": ["1"]}
    files = statement(about, {"p": {"slice": point}}, [])
    context = Context(read_statement(json.dumps(files).encode()))
    given = {"layer": layer, "neuron": 1}
    slope = _gradient(about, weights, kind)
    if silent:
        assert max(abs(slope[i]) for i in _silent(context, "p", given)) < 1e-8
    else:
        with pytest.raises(Refused, match="an outgoing weight of the neuron is not 0"):
            _silent(context, "p", given)
        index = {"W1": 0, "W2": 2 * widths[1]}[f"W{layer}"]
        assert abs(slope[index]) > 1e-6


def _gradient(about: dict[str, Any], weights: dict[str, Any], kind: str) -> list[float]:
    """Difference quotients of the loss, written out from its definition."""
    y = [float(Fraction(t)) for t in about["data"]["targets"][0]]
    table = [
        np.array([[float(Fraction(x)) for x in np.ravel(row)] for row in weights[n]])
        for n in ("W1", "b1", "W2", "b2", "W3")
    ]
    cuts = np.cumsum([x.size for x in table])[:-1]

    def loss(flat: Any) -> float:
        W1, b1, W2, b2, W3 = (
            part.reshape(x.shape) for part, x in zip(np.split(flat, cuts), table, strict=True)
        )
        h = np.tanh(W2 @ np.tanh(W1 + b1) + b2)
        f = (W3 @ h).ravel()
        if kind == "squared":
            return float(((f - y) ** 2).sum() / 2)
        if kind == "logistic":
            return float(np.log1p(np.exp(-np.array(y) * f)).sum() / 2)
        return float((np.log(np.exp(f).sum()) - np.array(y) @ f) / 2)

    at = np.concatenate([x.ravel() for x in table])
    steps = 1e-6 * np.eye(len(at))
    return [(loss(at + e) - loss(at - e)) / 2e-6 for e in steps]


def test_independence_of_intervals() -> None:
    def rows(*given: Any, radius: Any = 0) -> list[list[Interval]]:
        r = Fraction(radius)
        return [[Interval.between(x - r, x + r, 40) for x in map(Fraction, row)] for row in given]

    assert are_independent(rows([1, 2, 3], [2, 4, 7]))
    assert not are_independent(rows([1, 2, 3], [2, 4, 6]))
    assert not are_independent(rows([1, 2, 3], [2, 4, 7], radius="1/4"))
    assert not are_independent(rows([1], [2]))
    assert not are_independent(rows([0, 0]))
    assert are_independent([])


LAYERS = [
    ("tanh", ["1", "-1", "1"], [1, -1, 1]),
    ("relu", ["1", "3", "1/2"], [1, 3, 0.5]),
    ("cube", ["1", "-2", "1/2"], [1, -8, 0.125]),
    ("polynomial(0, 2, 0, -1)", ["1", "-1", "-1"], [1, -1, -1]),
    ("softplus", ["1", "1", "1"], [1, 1, 1]),
]


@pytest.mark.parametrize(
    ("activation", "factor", "multiple"),
    [
        ("tanh", "-1", -1),
        ("tanh", "-2", None),
        ("tanh", "2", None),
        ("relu", "3", 3),
        ("relu", "-1", None),
        ("relu", "0", None),
        ("leaky_relu(1/3)", "1/2", Fraction(1, 2)),
        ("leaky_relu(1/3)", "-1", None),
        ("sigmoid", "-1", None),
        ("softplus", "2", None),
        ("exp", "1", 1),
        ("linear", "-5", -5),
        ("linear", "0", None),
        ("cube", "-2", -8),
        ("polynomial(1, 0, 3)", "-1", 1),
        ("polynomial(1, 0, 3)", "2", None),
        ("polynomial(0, 1, 1)", "-1", None),
    ],
)
def test_multiples(activation: str, factor: str, multiple: Any) -> None:
    """s(c z) = k s(z), or a refusal."""
    about = problem([1, 1, 1], [[1]], [[1]], activation=[activation])
    read = read_statement(json.dumps(statement(about, {}, [])).encode()).problem
    if multiple is None:
        with pytest.raises(Refused, match="does not follow the factor"):
            _multiple(read, 1, Fraction(factor))
    else:
        assert _multiple(read, 1, Fraction(factor)) == multiple


def network_with_copies(activation: str, factors: list[str], multiples: list[float]) -> Any:
    """Three copies in the first of two hidden layers, at weights that are not critical."""
    rng = np.random.default_rng(5)
    u, v = rng.normal(size=3) + np.array([0, 0, 3]), rng.normal(size=2)
    c, k = [Fraction(x) for x in factors], [Fraction(x) for x in multiples]
    shares = [Fraction(1, 2), Fraction(-1, 4), Fraction(3, 4)]
    u, v = ([Fraction(round(x * 64), 64) for x in part] for part in (u, v))
    W1 = [[cj * x for x in u[:2]] for cj in c]
    b1 = [cj * u[2] for cj in c]
    W2 = [[a / kj * x for a, kj in zip(shares, k, strict=True)] for x in v]
    W3, b = [[Fraction(1), Fraction(-2)]], [Fraction(1, 3), Fraction(-1, 5)]
    weights = [x for row in W1 for x in row] + b1 + [x for row in W2 for x in row] + b
    weights += W3[0]
    network = Network([2, 3, 2, 1], [activation, "tanh"], bias="hidden")
    data = Dataset([[1, 2], [-1, 3], [2, "1/2"]], [[1], [2], [-1]])
    return Problem(network, data, Loss()), weights, shares


@pytest.mark.parametrize(("activation", "factors", "multiples"), LAYERS)
def test_copies_against_floats(activation: str, factors: list[str], multiples: list[float]) -> None:
    """Annihilators have product 0 with the gradient at a point that is not critical; the tangent
    leaves the loss as it is; and few other vectors do either."""
    about, weights, shares = network_with_copies(activation, factors, multiples)
    floats = FloatLandscape(about)
    at = np.array([float(x) for x in weights])
    point = {
        "midpoint": _shaped(about, weights),
        "directions": [["0"] * len(weights)],
        "radius": ["1"],
    }
    files = statement(about.to_json(), {"p": {"slice": point}}, [])
    context = Context(read_statement(json.dumps(files).encode()))
    given = {"layer": 1, "neurons": [1, 2, 3], "shares": [str(a) for a in shares]}
    (group,) = read_copies(context, "p", [given | {"factors": factors}])
    annihilators, tangents = group.vectors([number(x, 60) for x in weights])
    slope = floats.gradient(at)
    assert len(annihilators) == 2 * (3 + 2)
    for vector in annihilators:
        r = _floats(vector)
        assert abs(r @ slope) < 1e-11 * np.linalg.norm(r) * np.linalg.norm(slope)
        assert abs(r).max() > 0.01
    for vector in tangents:
        t = _floats(vector)
        assert abs(floats.loss(at + 0.3 * t) - floats.loss(at)) < 1e-11
        t[int(abs(t).argmax())] = 0
        assert abs(floats.loss(at + 0.3 * t) - floats.loss(at)) > 1e-7
    wrong = ["1", "2", "1"] if activation in ("tanh", "softplus") else ["1", "1", "1"]
    with pytest.raises(Refused, match="copies"):
        read_copies(context, "p", [given | {"factors": wrong}])


SHARES = [("1/4", "3/4"), ("1", "0"), ("0", "1"), ("3/2", "-1/2")]


@pytest.mark.parametrize("first", SHARES)
@pytest.mark.parametrize("second", SHARES)
@pytest.mark.parametrize("loud", [False, True])
def test_copies_in_two_layers_against_floats(first: Any, second: Any, loud: bool) -> None:
    """At a critical point of a narrow network, twice made wide, one neuron mirrored: tangents and
    kernel vectors are all of the kernel of the Hessian but what the narrow point explains; along
    tangents there are critical points. With a third neuron above, the copies of share 0 below give
    no kernel vectors."""
    u, w, v, t = np.array([0.8]), 1.3, 2.1, -0.7 * loud
    data = np.array([[1.0], [2], [-0.5], [3]])
    h = np.tanh(data @ u)
    outputs = v * np.tanh(w * h) + t * np.tanh(0.4 * h)
    # targets that make the narrow point critical: residuals orthogonal to its derivatives
    network = Network([1, 2, 2 + loud, 1], "tanh")
    s1, s2 = 1 - h**2, 1 - np.tanh(w * h) ** 2
    above = v * s2 * w + t * (1 - np.tanh(0.4 * h) ** 2) * 0.4
    columns = [np.tanh(w * h), v * s2 * h, above * s1 * data[:, 0]]
    columns += [np.tanh(0.4 * h), (1 - np.tanh(0.4 * h) ** 2) * h] * loud
    if loud:
        columns = columns[:2] + columns[2:3]  # 4 samples, so that one residual is left
    residual = 9 * np.linalg.svd(np.array(columns))[2][-1]
    floats = FloatLandscape(
        Problem(network, Dataset(data.tolist(), (outputs - residual)[:, None].tolist()), Loss())
    )
    a, b = ([float(Fraction(x)) for x in shares] for shares in (first, second))
    rows = [[a[0] * w, -a[1] * w], [a[0] * w, -a[1] * w]]
    rows += [[0.4 * a[0], -0.4 * a[1]]] * loud
    place = np.array([u[0], -u[0], *np.ravel(rows), v * b[0], v * b[1], *([t] * loud)])
    files = statement(floats.problem.to_json(), {}, [])
    read = read_statement(json.dumps(files).encode()).problem
    groups = [
        Copies(1, [0, 1], [[0], [1]], [[2 + 2 * m for m in range(2 + loud)],
               [3 + 2 * m for m in range(2 + loud)]], _fractions(first),
               _fractions(("1", "-1")), _fractions(("1", "-1"))),
        Copies(2, [0, 1], [[2, 3], [4, 5]], [[6 + 2 * loud], [7 + 2 * loud]],
               _fractions(second), _fractions(("1", "1")), _fractions(("1", "1"))),
    ]  # fmt: skip
    at = [number(Fraction(float(x)), 60) for x in place]
    tangents, kernel = coupled(read, groups, at)
    tangents += [x for group in groups for x in group.vectors(at)[1]]
    if not loud:
        assert abs(floats.gradient(place)).max() < 1e-10
    curvature = floats.hessian(place)
    idle = (0 in a) * (not loud) + 2 * (0 in b)
    assert len(kernel) == idle
    assert len(tangents) == 3 - (0 in b)
    vectors = np.array([_floats(x) for x in [*tangents, *kernel]])
    assert np.linalg.matrix_rank(vectors) == len(vectors)
    if not loud:
        assert abs(curvature @ vectors.T).max() < 1e-9 * abs(curvature).max()
        values = np.linalg.eigvalsh(curvature)
        assert (abs(values) < 1e-9).sum() == len(vectors)
    for x in np.array([_floats(x) for x in tangents]):
        assert abs(floats.loss(place + 0.1 * x) - floats.loss(place)) < 1e-12
        if not loud:
            assert abs(floats.gradient(place + 0.1 * x)).max() < 1e-10


@pytest.mark.parametrize("v", [Fraction(0), Fraction(1, 2)])
def test_copies_of_a_neuron_that_is_not_heard_have_no_kernel(v: Fraction) -> None:
    """With v = 0 the sum of d s' x need not be 0, so that a mixed derivative may not be, either."""
    about = problem([1, 2, 1], [[1]], [[1]], activation=["tanh"])
    read = read_statement(json.dumps(statement(about, {}, [])).encode()).problem
    one = _fractions(("1", "1"))
    group = Copies(1, [0, 1], [[0], [1]], [[2], [3]], _fractions(("1", "0")), one, one)
    at = [number(x, 60) for x in (Fraction(1), Fraction(1), v, Fraction(0))]
    assert len(coupled(read, [group], at)[1]) == bool(v)


def test_a_silent_neuron_at_a_strict_saddle() -> None:
    context = Context(read_statement(json.dumps(base("copy_of_share_zero")[0]).encode()))
    context.established |= {
        "c1": {"claim": "critical", "point": "p1"},
        "c3": {"claim": "inertia", "point": "p1", "positive": 1, "negative": 1, "zero": 2},
    }
    step = base("copy_of_share_zero")[1]["steps"][3]
    with pytest.raises(Refused, match="has a negative eigenvalue"):
        silent_non_strict_saddle(context, {"point": "p1"}, step)


def _fractions(values: Any) -> list[Fraction]:
    return [Fraction(x) for x in values]


def _floats(vector: list[Interval]) -> Any:
    return np.array([float(sum(x.ends()) / 2) for x in vector])


def _shaped(about: Problem, weights: list[Fraction]) -> dict[str, Any]:
    from symland.landscape.parameters import shaped

    return shaped(about.network.shapes, [str(x) for x in weights])


def test_large_reasons_are_refused_quickly() -> None:
    """A million empty generators do not fill the memory."""
    files, proof = base("scaled_neuron")
    proof["steps"][0]["flat"]["generators"] = [{}] * 600_000
    answer = check(*(json.dumps(x).encode() for x in (files, proof)))
    assert not answer.accepted
    assert "vectors of more than" in str(answer.reason) or "items" in str(answer.reason)


Lines = list[dict[int, Interval]]


def constant(
    about: dict[str, Any], weights: dict[str, Any], layer: int, neuron: int
) -> tuple[Lines, Lines]:
    """Annihilators and tangents of a neuron, counted from 1, at a rational point."""
    context = Context(read_statement(json.dumps(statement(about, {"p": weights}, [])).encode()))
    at = {
        n: [[number(Fraction(x), BITS) for x in np.ravel(row)] for row in rows]
        for n, rows in weights.items()
    }
    lines, tangents, kernel = constant_neuron(context, "p", (layer, neuron - 1), at, BITS)
    assert not kernel
    return lines, tangents


@pytest.mark.parametrize("speaks", [False, True])
@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("bias", ["none", "hidden", "output", "all"])
def test_the_vectors_of_constant_neurons(bias: str, layer: int, speaks: bool) -> None:
    """Annihilators by difference quotients of the loss, at a point that is not critical; tangents
    lead to points where outputs are the same, to second order in the step."""
    about = problem(
        [1, 2, 2, 2], [[1], [2]], [["1/3", "-2"], [1, 0]], activation=["tanh", "tanh"], bias=bias
    )
    network = Network([1, 2, 2, 2], "tanh", bias=bias)
    weights = {
        "W1": [["1/2"], ["1/3"]],
        "b1": ["1/5", "1"],
        "W2": [["1", "1/4"], ["-1", "3"]],
        "b2": ["2/3", "1/7"],
        "W3": [["2", "5"], ["1", "-3"]],
        "b3": ["1/9", "2"],
    }
    weights = {n: weights[n] for n in network.shapes}
    weights[f"W{layer}"][1] = ["0"] * layer
    if not speaks:
        for row in weights[f"W{layer + 1}"]:
            row[1] = "0"
    size = network.parameter_count
    lines, tangents = (
        np.array([[float(x.lower) / 2**x.bits for x in _written(y, size, BITS)] for y in found])
        for found in constant(about, weights, layer, 2)
    )
    loss = Loss(scale=about["loss"]["scale"])
    data = Dataset([[1], [2]], [["1/3", "-2"], [1, 0]])
    floats = FloatLandscape(Problem(network, data, loss))
    place = np.array([float(Fraction(x)) for n in weights for x in np.ravel(weights[n])])
    steps = 1e-6 * np.eye(size)
    slope = [(floats.loss(place + e) - floats.loss(place - e)) / 2e-6 for e in steps]
    assert max(map(abs, slope)) > 0.1
    assert np.linalg.matrix_rank(lines) == len(lines)
    assert abs(lines @ slope).max() < 1e-7
    biases = (bias in ("all", "hidden")) + 2 * (bias == "all" or (layer == 2 and bias == "output"))
    if layer == 1 and bias in ("hidden", "all"):
        biases = 3
    assert (
        (len(lines), len(tangents))
        == {
            # own bias, biases of the next layer: 0 none, 1 own, 2 next, 3 both
            0: (2, 1),
            1: (1, 1),
            2: (2, 1),
            3: (3, 2),
        }[biases]
        if speaks
        else len(tangents) == biases % 2
    )
    for t in tangents:
        assert np.linalg.norm(t) > 0.9
        for s in (1e-4, -1e-4):
            step = s * t / np.linalg.norm(t)
            assert abs(floats.loss(place + step) - floats.loss(place)) < 1e-6


@pytest.mark.parametrize(
    ("activation", "bias", "weights", "reason"),
    [
        ("tanh", "all", {"W1": [["1/9"]], "b1": ["1"], "W2": [["1"]], "b2": ["1"]}, "incoming"),
        ("sigmoid", "none", {"W1": [["0"]], "W2": [["1"]]}, "the neuron's value is not 0"),
        ("tanh", "hidden", {"W1": [["0"]], "b1": ["0"], "W2": [["1"]]}, "value may be 0"),
        (
            "square",
            "all",
            {"W1": [["0"]], "b1": ["0"], "W2": [["1"]], "b2": ["1"]},
            "slope of the activation at the bias",
        ),
    ],
)
def test_neurons_that_are_not_constant(
    activation: Any, bias: str, weights: dict[str, Any], reason: str
) -> None:
    about = problem([1, 1, 1], [[1]], [[1]], activation=[activation], bias=bias)
    with pytest.raises(Refused, match=reason):
        constant(about, weights, 1, 1)


def test_constant_neurons_and_copies_do_not_go_together() -> None:
    """Two units with weights 0 on both sides, both fitted by their output bias: a constant one, or
    copies of one with a bias that is 0."""
    about = problem([1, 2, 1], [[1]], [[1]], activation=["tanh"], bias="all")
    weights = {"W1": [["0"], ["0"]], "b1": ["1", "1"], "W2": [["0", "0"]], "b2": ["1"]}
    point = {"midpoint": weights, "directions": [["0"] * 6 + ["1"]], "radius": ["1/4"]}
    constant = [{"layer": 1, "neuron": 1}]
    copies = [{"layer": 1, "neurons": [1, 2], "shares": ["1/2", "1/2"]}]
    for flat, reason in (
        ({"constant": constant, "copies": copies}, "constant neurons together with copies"),
        ({"constant": constant}, "not shown to span all directions"),
        ({"constant": [*constant, {"layer": 1, "neuron": 2}]}, None),
    ):
        witness = {"precision": BITS, "inverse": [["1"]], "flat": flat}
        answer = one(
            about, {"p": {"slice": point}}, "critical", {"point": "p"}, "krawczyk_slice", witness
        )
        assert answer.accepted is (reason is None), answer.reason
        assert reason is None or reason in str(answer.reason)
