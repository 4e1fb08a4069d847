"""Replicated neurons and convex regions: truths accepted, falsehoods refused, sampled losses."""

import random
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from symland.checker import check
from symland.claims.case import Case
from symland.claims.enclosures import box_point, inertia_by_congruence, only_critical
from symland.claims.replication import (
    convex_region,
    replicated_bound,
    replicated_ends,
    replicated_form,
    replicated_global_minima,
    replicated_layers,
    replicated_minima,
    replicated_saddles,
)
from symland.landscape.ball_landscape import BallLandscape
from symland.problem import Dataset, Loss, Network, Problem
from symland.search.critical_box import critical_box
from symland.search.deadline import Deadline

U, V = 0.6395493661620047, 1.2555567530160513  # a minimum of the problem below
F = Fraction


def sigmoid_problem() -> Problem:
    data = Dataset([[0], [1], [3]], [[1], [-2], [3]])
    return Problem(Network((1, 1, 1), "sigmoid"), data, Loss(scale=1))


@pytest.fixture(scope="module")
def narrow() -> Any:
    """A case with the strict minimum, the names of its claims, and the precision."""
    from flint import arb

    problem = sigmoid_problem()
    box = critical_box(BallLandscape(problem), [arb(U), arb(V)], Deadline(20))
    assert box.congruence is not None

    def build() -> tuple[Case, str, tuple[str, str], int]:
        case = Case(problem)
        point = box_point(case, problem.network.shapes, box.midpoint, box.radii)
        critical = only_critical(case, point, box.inverse, box.precision)
        inertia = inertia_by_congruence(case, point, *box.congruence, box.precision)
        return case, point, (critical, inertia), box.precision

    return build


def test_images_of_the_minimum_are_minima_inside_and_saddles_outside(narrow: Any) -> None:
    case, point, evidence, bits = narrow()
    for copies in (2, 3, 5):
        replicated_minima(case, point, 1, 1, "positive", evidence, copies, bits)
    replicated_saddles(case, point, 1, 1, "outside", evidence, [1], bits)
    assert case.check().accepted


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda c, p, e, b: replicated_minima(c, p, 1, 1, "one_positive", e, 2, b),
         "B is not shown to be negative definite"),
        (lambda c, p, e, b: replicated_saddles(c, p, 1, 1, "inside", e, [1], b),
         "B does not have the sign along the direction"),
        (lambda c, p, e, b: replicated_saddles(c, p, 1, 1, "outside", e, [0], b),
         "B does not have the sign along the direction"),
        (lambda c, p, e, b: replicated_saddles(c, p, 1, 1, "all", e, [1], b),
         "the direction does not show that D is not zero"),
        (lambda c, p, e, b: replicated_minima(c, p, 1, 2, "positive", e, 2, b), "neuron"),
        (lambda c, p, e, b: replicated_minima(c, p, 2, 1, "positive", e, 2, b), "layer"),
        (lambda c, p, e, b: replicated_bound(c, p, 1, 1, [F(1, 2), F(1, 2)], F(1), e[0], b),
         "the Hessian is not shown to be positive definite"),
        (lambda c, p, e, b: replicated_bound(c, p, 1, 1, [F(1, 2), F(1, 3)], F(1), e[0], b),
         "expected numbers of sum 1"),
        (lambda c, p, e, b: replicated_bound(c, p, 1, 1, [F(2), F(-1)], F(1, 10**6), e[0], b),
         "the Hessian is not shown to be positive definite"),
        (lambda c, p, e, b: replicated_minima(c, p, 1, 1, "positive", (e[1], e[0]), 2, b),
         "of kind inertia, not critical"),
    ],
)  # fmt: skip
def test_refused(narrow: Any, spoil: Any, reason: str) -> None:
    case, point, evidence, bits = narrow()
    spoil(case, point, evidence, bits)
    verdict = case.check()
    assert not verdict.accepted
    assert reason in verdict.reason


def test_a_regularized_loss_is_refused(narrow: Any) -> None:
    case, point, evidence, bits = narrow()
    replicated_minima(case, point, 1, 1, "positive", evidence, 2, bits)
    statement = case.statement().replace(
        b'"scale": "1"}', b'"scale": "1"}, "regularizer": {"l2": {"W1": [["1"]]}}'
    )
    reason = check(statement, case.certificate()).reason
    assert reason is not None  # the point is another one there, too
    assert "not" in reason


def wide_loss(weights: list[Any]) -> Any:
    """The loss of 1-H-1 at (u_1, .., u_H, v_1, .., v_H), written out."""
    half = len(weights) // 2
    total = mpmath.mpf(0)
    for x, y in ((0, 1), (1, -2), (3, 3)):
        f = sum(
            v / (1 + mpmath.exp(-u * x))
            for u, v in zip(weights[:half], weights[half:], strict=True)
        )
        total += (f - y) ** 2
    return total


def test_nothing_lower_within_the_radius(narrow: Any) -> None:
    case, point, evidence, bits = narrow()
    radius = F(1, 200)
    replicated_bound(case, point, 1, 1, [F(1, 2)] * 2, radius, evidence[0], bits)
    assert case.check().accepted
    with mpmath.workdps(30):
        image = [mpmath.mpf(x) for x in (U, U, V / 2, V / 2)]
        lowest = wide_loss(image)
        rng = random.Random(1)
        for _ in range(300):
            moved = [x + rng.uniform(-1, 1) * float(radius) for x in image]
            assert wide_loss(moved) > lowest - mpmath.mpf(10) ** -15  # U, V are rounded


def test_b_and_d_are_the_sums_of_the_paper() -> None:
    """Two hidden layers with cubes and biases, against the sums over samples written out."""
    from symland.checker.context import Context
    from symland.checker.rules_degenerate import _exact, _forms
    from symland.checker.statement import read_statement

    xs, ys = [F(1), F(-2)], [F(1), F(3)]
    problem = Problem(
        Network((1, 1, 2, 1), "cube", "hidden"),
        Dataset([[x] for x in xs], [[y] for y in ys]),
        Loss(scale=1),
    )
    case = Case(problem)
    a, b, v, c, w = F(1, 2), F(1, 3), [F(2), F(-1)], [F(1), F(1, 5)], [F(1, 2), F(3)]
    point = case.point(
        {
            "W1": [[str(a)]],
            "b1": [str(b)],
            "W2": [[str(x)] for x in v],
            "b2": [str(x) for x in c],
            "W3": [[str(x) for x in w]],
        }
    )
    claim = {"point": point, "layer": 1, "neuron": 1}
    B, D = _forms(Context(read_statement(case.statement())), claim, _exact)
    expected_B, expected_D = [[F(0)] * 2, [F(0)] * 2], [[F(0)] * 2, [F(0)] * 2]
    for x, y in zip(xs, ys, strict=True):
        z = a * x + b
        n = [p * z**3 + q for p, q in zip(v, c, strict=True)]
        r = 2 * (sum(p * q**3 for p, q in zip(w, n, strict=True)) - y)
        g = [r * p * 3 * q**2 for p, q in zip(w, n, strict=True)]
        inputs = [x, F(1)]
        for i in range(2):
            for j in range(2):
                gv = sum(p * q for p, q in zip(g, v, strict=True))
                expected_B[i][j] += gv * 6 * z * inputs[i] * inputs[j]
                expected_D[i][j] += 3 * z**2 * inputs[i] * g[j]
    assert expected_B == B
    assert [[2 * x for x in row] for row in expected_D] == D


def flat_case(**change: Any) -> Any:
    """One sigmoid with biases that does not look at its input: f = 0 between y = -1, 2, -1."""
    data = Dataset([[-1], [0], [1]], [[y] for y in change.get("targets", (-1, 2, -1))])
    case = Case(Problem(Network((1, 1, 1), "sigmoid", "all"), data, Loss(scale=1)))
    point = case.point(
        {
            "W1": [["0"]],
            "b1": [change.get("b1", "log(1/3)")],
            "W2": [[change.get("W2", "4")]],
            "b2": [change.get("b2", "-1")],
        }
    )
    transfer = change.get("transfer", [[1, 0, 1]])
    convex_region(case, point, change.get("shape", "convex"), transfer)
    return case.check()


def test_convex_region_is_accepted() -> None:
    assert flat_case().lines == (
        "c1: p1 is a local minimum, in a region where the network is convex",
    )
    assert flat_case(b1="log(3)", W2="-4", b2="3").accepted


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"transfer": [[2, 0, 0]]}, "more is taken from sample 0 than it has"),
        ({"transfer": [[1, 0, 0]]}, "sample 1 is not the mean claimed"),
        ({"transfer": [[1, 1, 1]]}, "more is taken from sample 1"),
        ({"transfer": [[1, 0, 1], [0, 0, 0]]}, "transfer"),
        ({"transfer": [[3, -2, 1]]}, "an entry of transfer is negative"),
        ({"b1": "log(3)", "b2": "-3"}, "hidden neuron 1 is not shown to keep the network convex"),
        ({"W2": "-4", "b2": "1"}, "hidden neuron 1 is not shown to keep the network convex"),
        ({"b1": "0", "b2": "-2"}, "hidden neuron 1 is not shown"),
        ({"b2": "0"}, "the residuals are not orthogonal"),
        ({"targets": (1, -2, 1)}, "transfer"),
        ({"shape": "concave"}, "hidden neuron 1 is not shown to keep the network concave"),
        ({"shape": "bent"}, "expected convex or concave"),
    ],
)
def test_convex_region_is_refused(change: Any, reason: str) -> None:
    verdict = flat_case(**change)
    assert not verdict.accepted
    assert reason in verdict.reason


def test_no_lower_loss_near_the_convex_region_point() -> None:
    rng = random.Random(2)
    for _ in range(500):
        u, b, v, c = (x + rng.uniform(-0.3, 0.3) for x in (0, -1.0986122886681098, 4, -1))
        fs = [v / (1 + float(mpmath.exp(-u * x - b))) + c for x in (-1, 0, 1)]
        assert sum((f - y) ** 2 for f, y in zip(fs, (-1, 2, -1), strict=True)) >= 6 - 1e-12


def exact_case(problem: Problem, signs: tuple[int, int, int]) -> tuple[Case, str, tuple[str, str]]:
    """The point u = v = 1, or u = 0, v = 1 for the square, with its critical and inertia claims."""
    from symland.claims.critical import critical
    from symland.claims.curvature import inertia

    case = Case(problem)
    u = "0" if str(problem.network.activations[0]) == "square" else "1"
    point = case.point({"W1": [[u]], "W2": [["1"]]})
    return case, point, (critical(case, point), inertia(case, point, signs))


def test_a_singular_hessian_of_the_smaller_network_is_refused() -> None:
    """f = v (1 + u x + u^2 x^2), residuals 5/22 (-3, 0, 1) at x = -1, 0, 1: the Hessian's
    determinant 4 (10 - 44 c) is 0, and B = -8 c < 0."""
    c = F(5, 22)
    data = Dataset([[-1], [0], [1]], [[1 + 3 * c], [1], [3 - c]])
    problem = Problem(Network((1, 1, 1), "polynomial(1, 1, 1)"), data, Loss(scale=1))
    case, point, evidence = exact_case(problem, (1, 0, 1))
    assert case.check().accepted
    replicated_minima(case, point, 1, 1, "one_positive", evidence)
    assert "the Hessian of the smaller network is not positive definite" in case.check().reason


def test_a_maximum_is_not_called_a_saddle() -> None:
    """f = v u^2 at u = 0, v = 1, x = y = 1: B = -4, and near the images the loss is at most 1."""
    problem = Problem(Network((1, 1, 1), "square"), Dataset([[1]], [[1]]), Loss(scale=1))
    case, point, evidence = exact_case(problem, (0, 1, 1))
    assert case.check().accepted
    replicated_saddles(case, point, 1, 1, "inside", evidence, [1])
    assert "has no positive eigenvalue" in case.check().reason


def test_several_layers_need_a_definite_hessian() -> None:
    problem = Problem(Network((1, 1, 1), "square"), Dataset([[1]], [[1]]), Loss(scale=1))
    case, point, evidence = exact_case(problem, (0, 1, 1))
    replicated_layers(case, point, [1], evidence, [])
    assert "the Hessian of the smaller network is not positive definite" in case.check().reason


MIXED: list[Any] = [
    lambda c, p, e, b, form: replicated_minima(c, p, 1, 1, "positive", e, 2, b),
    lambda c, p, e, b, form: replicated_saddles(c, p, 1, 1, "outside", e, [1], b),
    lambda c, p, e, b, form: replicated_layers(c, p, [2], e, [form]),
    lambda c, p, e, b, form: replicated_bound(c, p, 1, 1, [F(1, 2)] * 2, F(1, 200), e[0], b),
]


@pytest.mark.parametrize("claim", range(4))
@pytest.mark.parametrize("wrong", [None, 0, 1, 2])
def test_evidence_about_another_box(narrow: Any, claim: int, wrong: int | None) -> None:
    """The same minimum in a box of twice the radius is another point of the statement."""
    case, point, evidence, bits = narrow()
    small = case._points[point]["box"]
    radius = {n: [[str(2 * F(x)) for x in row] for row in m] for n, m in small["radius"].items()}
    other = case.point({"box": {"midpoint": small["midpoint"], "radius": radius}})
    inverse, transform = (case._steps[i][k] for i, k in ((0, "inverse"), (1, "transform")))
    more = (
        case.establish(
            "critical", {"point": other}, "krawczyk", {"precision": bits, "inverse": inverse}
        ),
        case.establish(
            "inertia",
            {"point": other, "positive": 2, "negative": 0, "zero": 0},
            "congruence",
            {"precision": bits, "transform": transform},
        ),
    )
    forms = [replicated_form(case, p, 1, 1, "B", "positive", bits) for p in (point, other)]
    mixed = [more[i] if wrong == i else evidence[i] for i in range(2)]
    MIXED[claim](case, point, tuple(mixed), bits, forms[wrong == 2])
    matters = {0: (0, 1), 1: (0, 1), 2: (0, 1, 2), 3: (0,)}[claim]
    verdict = case.check()
    assert verdict.accepted is (wrong not in matters), verdict.reason
    assert verdict.accepted or "is about the point" in str(verdict.reason)


@pytest.mark.parametrize("seed", range(60))
def test_definite_intervals_are_definite(seed: int) -> None:
    """Narrow ones exactly when the rational matrix is, wide ones only if all members are."""
    from symland.checker.intervals import Interval, number
    from symland.checker.linear_algebra import inertia
    from symland.checker.rules_degenerate import _definite

    rng = random.Random(seed)
    n = rng.randint(1, 4)
    width = n + rng.randint(0, 2)
    lines = [[rng.randint(-3, 3) for _ in range(width)] for _ in range(n)]
    sign = rng.choice([1, -1])
    shift = rng.choice([0, 0, 1, 2])
    A = [
        [
            F(sign * (sum(x * y for x, y in zip(u, v, strict=True)) - shift * (u is v)))
            for v in lines
        ]
        for u in lines
    ]
    signs = inertia(A)
    exact = {(n, 0, 0): 1, (0, n, 0): -1}.get(signs, 0)
    assert _definite(A) == exact
    assert _definite([[number(x, 80) for x in row] for row in A]) == exact
    radius = F(rng.randint(1, 40), 40)
    wide = _definite([[Interval.between(x - radius, x + radius, 80) for x in row] for row in A])
    assert wide in (0, exact)
    if wide:
        for _ in range(10):
            E = [[rng.choice([-1, 0, 1]) * radius for _ in range(n)] for _ in range(n)]
            member = [[A[i][j] + E[min(i, j)][max(i, j)] for j in range(n)] for i in range(n)]
            assert {(n, 0, 0): 1, (0, n, 0): -1}.get(inertia(member), 0) == exact


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("neuron", [1, 2])
def test_b_and_d_of_each_neuron_of_two_layers(layer: int, neuron: int) -> None:
    """1-2-2-1 with cubes and hidden biases, by backpropagation written out."""
    from symland.checker.context import Context
    from symland.checker.rules_degenerate import _exact, _forms
    from symland.checker.statement import read_statement

    rng = random.Random(layer * 10 + neuron)

    def draw(rows: int, columns: int) -> Any:
        return [[F(rng.randint(-4, 4), 3) for _ in range(columns)] for _ in range(rows)]

    W, b = {1: draw(2, 1), 2: draw(2, 2), 3: draw(1, 2)}, {1: draw(2, 1), 2: draw(2, 1)}
    xs, ys = [F(1), F(-2), F(1, 2)], [F(1), F(3), F(0)]
    problem = Problem(
        Network((1, 2, 2, 1), "cube", "hidden"),
        Dataset([[x] for x in xs], [[y] for y in ys]),
        Loss(scale=1),
    )
    case = Case(problem)
    texts = {f"W{k}": [[str(x) for x in row] for row in m] for k, m in W.items()}
    point = case.point(texts | {f"b{k}": [str(x) for (x,) in m] for k, m in b.items()})
    claim = {"point": point, "layer": layer, "neuron": neuron}
    B, D = _forms(Context(read_statement(case.statement())), claim, _exact)

    size, r = len(W[layer][0]) + 1, neuron - 1
    expected_B = [[F(0)] * size for _ in range(size)]
    expected_D = [[F(0)] * len(W[layer + 1]) for _ in range(size)]
    for x, y in zip(xs, ys, strict=True):
        acts, zs = {0: [x]}, {}
        for k in (1, 2):
            zs[k] = [
                sum(w * a for w, a in zip(row, acts[k - 1], strict=True)) + c
                for row, (c,) in zip(W[k], b[k], strict=True)
            ]
            acts[k] = [z**3 for z in zs[k]]
        residual = 2 * (sum(w * a for w, a in zip(W[3][0], acts[2], strict=True)) - y)
        below = [residual * w * 3 * z**2 for w, z in zip(W[3][0], zs[2], strict=True)]
        g = [residual] if layer == 2 else below
        gv = sum(p * row[r] for p, row in zip(g, W[layer + 1], strict=True))
        inputs, z = [*acts[layer - 1], F(1)], zs[layer][r]
        for i in range(size):
            for j in range(size):
                expected_B[i][j] += gv * 6 * z * inputs[i] * inputs[j]
            for s, p in enumerate(g):
                expected_D[i][s] += 3 * z**2 * inputs[i] * p
    assert expected_B == B
    assert [[2 * x for x in row] for row in expected_D] == D


def ends_case(
    network: Network, targets: Any, weights: Any, signs: tuple[int, int, int], **change: Any
) -> Any:
    """At x = -1, 0, 1: the claims that the point is critical, its inertia, and its ends."""
    from symland.claims.critical import critical
    from symland.claims.curvature import inertia

    case = Case(Problem(network, Dataset([[-1], [0], [1]], targets), Loss(scale=1)))
    point = case.point(weights)
    evidence = critical(case, point), inertia(case, point, signs)
    replicated_ends(
        case,
        point,
        change.get("layer", 1),
        1,
        change.get("strict", False),
        change.get("evidence", evidence),
        change.get("incoming", [F(2)]),
        80,
    )
    return case.check()


QUADRATIC = Network((1, 1, 1), "polynomial(1, 1, 1)")
ONES = {"W1": [["1"]], "W2": [["1"]]}


def by(c: Fraction) -> list[list[Fraction]]:
    """f = v (1 + u x + u^2 x^2) at u = v = 1 with the residuals c (-3, 0, 1)."""
    return [[1 + 3 * c], [F(1)], [3 - c]]


def test_the_ends_are_saddles() -> None:
    """The derivative by the outgoing weight of a copy at U is 2 c (-3 (1 - U + U^2) + 1 + U + U^2)
    = -4 c (U - 1)^2."""
    assert ends_case(QUADRATIC, by(F(1, 10)), ONES, (2, 0, 0)).accepted
    assert ends_case(QUADRATIC, by(F(-1, 10)), ONES, (2, 0, 0), incoming=[F(-7, 3)]).accepted
    assert ends_case(QUADRATIC, by(F(1, 2)), ONES, (1, 1, 0), strict=True).accepted


@pytest.mark.parametrize(
    ("c", "signs", "change", "reason"),
    [
        (F(1, 10), (2, 0, 0), {"incoming": [F(1)]}, "not shown to be not 0"),
        (F(1, 10), (2, 0, 0), {"incoming": [F(1), F(1)]}, "incoming"),
        (F(1, 10), (2, 0, 0), {"strict": True}, "has no negative eigenvalue"),
        (F(1, 2), (1, 1, 0), {"strict": False}, "has a negative eigenvalue"),
        (F(1, 10), (2, 0, 0), {"strict": "no"}, "expected true or false"),
        (F(1, 10), (2, 0, 0), {"layer": 2}, "layer"),
        (F(0), (2, 0, 0), {}, "not shown to be not 0"),
        (F(1, 10), (2, 0, 0), {"evidence": ("c2", "c1")}, "of kind inertia, not critical"),
    ],
)
def test_ends_are_refused(c: Fraction, signs: Any, change: Any, reason: str) -> None:
    verdict = ends_case(QUADRATIC, by(c), ONES, signs, **change)
    assert not verdict.accepted
    assert reason in verdict.reason or "not established" in verdict.reason


def test_ends_of_other_networks_are_refused() -> None:
    """A relu is not analytic; two outgoing weights leave D open; one that is 0 too."""
    weights = {"W1": [["1"]], "b1": ["2"], "W2": [["1"]]}  # f = 1, 2, 3
    for activation, reason in (("relu", "analytic"), ("polynomial(0, 1)", "to be not 0")):
        network = Network((1, 1, 1), activation, "hidden")
        answer = ends_case(network, [[0], [4], [2]], weights, (2, 0, 1), incoming=[F(-5), F(1)])
        assert reason in str(answer.reason)
    two = [[*y, F(0)] for y in by(F(1, 10))]
    answer = ends_case(
        Network((1, 1, 2), "polynomial(1, 1, 1)"),
        two,
        {"W1": [["1"]], "W2": [["1"], ["0"]]},
        (3, 0, 0),
    )
    assert "one outgoing weight that is not 0" in str(answer.reason)
    zero = {"W1": [["1"]], "W2": [["0"]]}  # residuals (3, 0, -1), orthogonal to 1, 1, 3
    answer = ends_case(QUADRATIC, [[-3], [0], [1]], zero, (1, 0, 1))
    assert "one outgoing weight that is not 0" in str(answer.reason)


def test_images_of_a_loss_of_zero() -> None:
    from symland.claims.loss_value import value

    for c, good in ((F(0), True), (F(1, 10), False)):
        case = Case(Problem(QUADRATIC, Dataset([[-1], [0], [1]], by(c)), Loss(scale=1)))
        point = case.point(ONES)
        replicated_global_minima(case, point, 1, 1, value(case, point, 10 * c * c))
        assert case.check().accepted is good
    assert "the loss at the point is not the least of all functions, 0" in str(case.check().reason)


@pytest.mark.parametrize(("targets", "value", "good"), [((2, 4), 2, True), ((2, 5), 5, False)])
def test_images_of_a_fit_of_means(targets: Any, value: int, good: bool) -> None:
    """The output is 3 at the one input; the means are 3 and 7/2."""
    from symland.claims.loss_value import value as loss_is

    data = Dataset([[1], [1]], [[y] for y in targets])
    case = Case(Problem(QUADRATIC, data, Loss(scale=1)))
    point = case.point(ONES)
    replicated_global_minima(case, point, 1, 1, loss_is(case, point, F(value)))
    assert case.check().accepted is good
