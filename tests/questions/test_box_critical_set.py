"""All critical points in a box, against mpmath's solver from many starts, and honest gaps."""

import json
import re
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from scipy.optimize import root

from symland import Dataset, Loss, Network, Problem, Regularizer, critical_set
from symland.landscape.float_landscape import FloatLandscape
from symland.landscape.parameters import flat
from symland.problem.errors import InputError
from symland.questions import box_critical_set
from symland.questions.box_continuum import box_continuum
from symland.report.critical import critical_page
from symland.search.box_points import LeafSeconds, NotCovered
from symland.search.deadline import Deadline
from symland.search.degenerate_point import degenerate_point
from symland.search.multistart import descents

HALF = Loss("squared", "1/2")
THREE = Dataset([[0], [1], [3]], [[1], [-2], [3]])


def solver_points(l2, bound):
    """Critical points of one tanh unit with weights u, v, from 30 starts of findroot."""

    def slope(u, v):
        t = [mpmath.tanh(u * x) for x in (0, 1, 3)]
        r = [v * a - y for a, y in zip(t, (1, -2, 3), strict=True)]
        return [
            sum(e * v * (1 - a * a) * x for e, a, x in zip(r, t, (0, 1, 3), strict=True)) + l2 * u,
            sum(e * a for e, a in zip(r, t, strict=True)) + l2 * v,
        ]

    found = []
    for i in range(30):
        try:
            point = mpmath.findroot(
                slope, ((i * 37 % 61 - 30) / 10, (i * 23 % 61 - 30) / 10), tol=1e-20
            )
        except (ValueError, ZeroDivisionError):
            continue
        if max(abs(x) for x in point) < bound and all(
            mpmath.norm(point - other) > 1e-8 for other in found
        ):
            found.append(point)
    return found


def test_no_point_is_lost():
    problem = Problem(Network([1, 1, 1], "tanh"), THREE, Loss(), Regularizer("1/10"))
    answer = critical_set(problem, box=(-3, 3))
    assert answer.verdict == "certified"
    document = answer.to_json()
    expected = solver_points(mpmath.mpf(1) / 10, 3)
    assert document["critical_set"]["real_count"] == len(expected) == 3
    for point in expected:
        assert any(
            abs(float(p["weights"]["W1"][0][0]) - point[0])
            + abs(float(p["weights"]["W2"][0][0]) - point[1])
            < 1e-10
            for p in document["points"]
        )
    assert sorted(p["kind"] for p in document["points"]) == [
        "local_minimum",
        "local_minimum",
        "strict_saddle",
    ]


def test_an_empty_box():
    problem = Problem(Network([1, 1, 1], "tanh"), THREE, Loss(), Regularizer("1/10"))
    answer = critical_set(problem, box=(1, 2))
    document = answer.to_json()
    whole = document["critical_set"]
    assert (whole["status"], whole["real_count"]) == ("certified", 0)
    # A box says nothing of the complex critical set.
    assert whole["kind"] is whole["complex_count"] is whole["dimension"] is None
    assert critical_page(document).headline.startswith("no critical point with every weight in [1")


@pytest.mark.parametrize(
    ("widths", "box", "text"),
    [
        ([1, 3, 3, 1], (-1, 1), "15 parameters"),
    ],
)
def test_what_stays_undecided(widths, box, text):
    problem = Problem(Network(widths, "tanh"), THREE, Loss(), Regularizer("1/10"))
    document = critical_set(problem, box=box, budget=30).to_json()
    assert document["verdict"] == "undecided"
    assert text in document["reason"]


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        # Two equal neurons share their outgoing weight in any proportion.
        (Problem(Network([1, 2, 1], "sigmoid"), THREE), "local_minimum"),
        # Three weights, two inputs, one of them with two targets.
        (
            Problem(
                Network([1, 1, 1], "square", bias="output"),
                Dataset([[1], [1], [2]], [[1], [2], [3]]),
            ),
            "global_minimum",
        ),
        # The weights of the last two layers are 0.
        (Problem(Network([1, 1, 1, 1], "tanh"), Dataset([[1], [2]], [[1], [-2]])), "strict_saddle"),
        # v = 0 and log odds that the constant b = log 2 fits, at one point of a curve in (u, b).
        (
            Problem(
                Network([1, 1, 1], "exp", bias="output"),
                Dataset([[1], [1], [1]], [[1], [1], [-1]]),
                Loss("logistic"),
            ),
            "global_minimum",
        ),
        # u = v = 0: the bias does not matter, since as many are of either class.
        (
            Problem(
                Network([1, 1, 1], "tanh", bias="hidden"),
                Dataset([[0], [1], [3], [-2]], [[1], [-1], [1], [-1]]),
                Loss("logistic"),
                Regularizer("1/5"),
            ),
            "spurious_local_minimum",
        ),
        (
            Problem(
                Network([1, 1, 2], "sigmoid", bias="hidden"),
                Dataset([[-1], [0], [1], [2]], [[1, 0], [0, 1], [0, 1], [1, 0]]),
                Loss("cross_entropy"),
                Regularizer("1/5"),
            ),
            "local_minimum",
        ),
        # v = 0, and from all starts Newton's method ends in the curve outside of the cube.
        (
            Problem(
                Network([1, 1, 1], "sigmoid", bias="all"),
                Dataset(
                    [[-4], [-3], [0], [1], [2], [3], [4]],
                    [[2], [2], [-1], [0], [-3], [-3], [-1]],
                ),
            ),
            "strict_saddle",
        ),
        # v = 0 before a softmax, and a regularizer of v.
        (
            Problem(
                Network([1, 1, 2], "tanh", bias="hidden"),
                Dataset([[2], [1], [2], [0], [1]], [[1, 0], [0, 1], [1, 0], [1, 0], [0, 1]]),
                Loss("cross_entropy"),
                Regularizer({"W2": [["1/3"], ["1/3"]]}),
            ),
            "strict_saddle",
        ),
        # u = 0, and the outgoing weights v with 11 v1 = -3 v2 at which its derivative is 0.
        (
            Problem(
                Network([1, 1, 2], "tanh", bias="output"),
                Dataset([[-1], [0], [4]], [[1, 3], [0, 0], [2, 0]]),
            ),
            "strict_saddle",
        ),
    ],
)
def test_a_continuum_is_proved(problem, kind, monkeypatch):
    """From the point listed a direction leads, in floats, to other critical points."""
    monkeypatch.setattr(box_critical_set, "IDLE", 10)
    answer = critical_set(problem, box=(-3, 3))
    document = answer.to_json()
    whole = document["critical_set"]
    assert (answer.verdict, whole["status"], whole["kind"]) == (
        "certified",
        "certified",
        "not_finite",
    )
    assert whole["real_count"] is None
    curved = [p for p in document["points"] if p.get("flat")]
    assert [p["kind"] for p in curved] == [kind]
    place = np.array(flat(problem.network.shapes, curved[0]["weights"]), dtype=float)
    near = degenerate_point(FloatLandscape(problem), place, 1e-6)
    assert near is not None
    assert near.dimension >= 1
    assert "infinitely many critical points" in critical_page(document).headline
    assert document["seconds"] < 20


def test_degenerate_but_isolated():
    """L = ((v phi(u) - 1)^2 + u^2 + v^2) / 2 has the Hessian (1, -1; -1, 1) at the origin. Along
    its kernel it rises to fourth order for phi = tanh, and to sixth for x + x^3 / 2, which is not
    decided."""
    answers = {
        activation: critical_set(
            Problem(Network([1, 1, 1], activation), Dataset([[1]], [[1]]), HALF, Regularizer(1)),
            box=(-3, 3),
            budget=4,
        ).to_json()
        for activation in ("tanh", "polynomial(0, 1, 0, 1/2)")
    }
    found = answers["tanh"]
    assert (found["verdict"], found["critical_set"]["real_count"]) == ("certified", 1)
    point = found["points"][0]
    assert (point["kind"], point["local"]) == ("local_minimum", "strict_minimum")
    assert answers["polynomial(0, 1, 0, 1/2)"]["critical_set"]["kind"] is None


def test_degenerate_and_proved_to_be_alone():
    """The cubes -s^3 - t^3 along the kernel exclude others near the origin; the rest by symmetry
    from one neuron: 5 roots of a polynomial in u_1 for u_2 = 0, or u_2 = u_1."""
    problem = Problem(
        Network([1, 2, 1], "polynomial(0, 1, 1)"),
        Dataset([[1]], [[1]]),
        Loss("squared", "1/2"),
        Regularizer(1),
    )
    answer = critical_set(problem, box=(-1, 1))
    assert answer.verdict == "certified"
    document = answer.to_json()
    points = document["points"]
    origin = [p for p in points if p["inertia"] == {"positive": 2, "negative": 0, "zero": 2}]
    assert [p["kind"] for p in origin] == ["non_strict_saddle"]
    assert origin[0]["weights"] == {"W1": [["0"], ["0"]], "W2": [["0", "0"]]}
    phi, u = np.polynomial.Polynomial([0, 1, 1]), np.polynomial.Polynomial([0, 1])
    expected = []
    for copies in (1, 2):
        # v = phi / (1 + c phi^2) and u = (1 - c v phi) v phi' for c equal neurons
        roots = (u * (1 + copies * phi**2) ** 2 - phi * phi.deriv()).roots()
        real = [z.real for z in roots if abs(z.imag) < 1e-9 and 1e-6 < abs(z.real) < 1]
        expected += [z for z in real for _ in range(3 - copies)]
    assert len(points) == len(expected) + 1 == document["critical_set"]["real_count"]
    firsts = [
        max((float(row[0]) for row in p["weights"]["W1"]), key=abs)
        for p in points
        if p is not origin[0]
    ]
    assert np.allclose(sorted(firsts), sorted(expected), atol=1e-6)


def continuum():
    """v = 0 is critical where sum y s(u x + b) = 0: a curve, and regular points elsewhere."""
    data = Dataset([[-4], [-1], [1], [4]], [[1], [-3], [1], [2]])
    return Problem(Network([1, 1, 1], "sigmoid", bias="hidden"), data)


def test_a_continuum_and_isolated_points(monkeypatch):
    """v = 0 is critical where sum y tanh(u . x) = 0, a curve; two points are beside it."""
    data = Dataset([[3, -1], [0, -1], [-2, 3], [1, 1]], [[-1], [1], [1], [1]])
    monkeypatch.setattr(box_critical_set, "IDLE", 30)
    problem = Problem(Network([2, 1, 1], "tanh"), data, Loss("logistic"))
    document = critical_set(problem, box=(-3, 3)).to_json()
    assert document["critical_set"]["kind"] == "not_finite"
    assert {p["status"] for p in document["points"]} == {"certified"}
    curved = [p for p in document["points"] if p.get("flat")]
    assert len(curved) == 1
    assert len(document["points"]) == 3
    assert "neuron 1 of layer 1" in document["critical_set"]["reason"]


def no_cover(*_):
    raise NotCovered("the critical points at some place are not isolated")


def test_isolated_points_where_no_cover_is_made(monkeypatch):
    """The same two points beside the curve, though it is not proved and a cover stops at it."""
    data = Dataset([[3, -1], [0, -1], [-2, 3], [1, 1]], [[-1], [1], [1], [1]])
    monkeypatch.setattr(box_critical_set, "IDLE", 30)
    monkeypatch.setattr(box_critical_set, "box_continuum", lambda *_: None)
    monkeypatch.setattr(box_critical_set, "cover", no_cover)
    problem = Problem(Network([2, 1, 1], "tanh"), data, Loss("logistic"))
    document = critical_set(problem, box=(-3, 3)).to_json()
    assert document["verdict"] == "undecided"
    assert [p["status"] for p in document["points"]] == ["certified"] * 2
    first, second = (float(p["weights"]["W2"][0][0]) for p in document["points"])
    assert first == pytest.approx(-second)


def test_a_continuum_that_the_cover_meets(monkeypatch):
    """No start leads to it; the place at which the cover stops does."""

    def late(problem, lower, upper, starts, *limits):
        met.append(len(starts))
        return box_continuum(problem, lower, upper, starts, *limits) if len(starts) == 1 else None

    met, data = [], Dataset([[0], [1], [3], [-2]], [[1], [-1], [1], [-1]])
    monkeypatch.setattr(box_critical_set, "box_continuum", late)
    monkeypatch.setattr(box_critical_set, "IDLE", 10)
    network = Network([1, 1, 1], "tanh", bias="hidden")
    problem = Problem(network, data, Loss("logistic"), Regularizer("1/5"))
    document = critical_set(problem, box=(-3, 3)).to_json()
    assert met[-1] == 1
    assert document["critical_set"]["kind"] == "not_finite"
    assert document["critical_set"]["reason"].startswith(
        "a curve of critical points in the box leads through one of those listed: all derivatives "
        "vanish whatever the bias of neuron 1 of layer 1 is; "
    )


def test_what_is_beside_a_continuum_may_lie_lower():
    """At W1 = W2 = 0 the bias b1 is free; a point with regular Hessian, found here by descents
    in floats, has less loss. That others may be missing is said."""
    data = Dataset([[-1], [0], [1], [2]], [[2], [-1], [0], [1]])
    network = Network([1, 1, 1], "softplus", bias="all")
    problem = Problem(network, data, regularizer=Regularizer("1/10"))
    answer = critical_set(problem, box=(-3, 3))
    document = answer.to_json()
    assert (answer.verdict, document["critical_set"]["kind"]) == ("certified", "not_finite")
    assert "other critical points may be missing from the list" in critical_page(document).headline
    best, end = min(
        (value, tuple(vector))
        for vector, value in descents(problem, 5, Deadline(9), 12)
        if abs(vector).max() < 3
    )
    assert best == pytest.approx(1.7311668, abs=1e-7)
    lowest, curved = document["points"]
    assert lowest["kind"] == "local_minimum"
    place = np.array(flat(network.shapes, lowest["weights"]), dtype=float)
    assert place == pytest.approx(np.array(end), abs=1e-4)
    assert (curved["kind"], curved["flat"]["dimension"]) == ("spurious_local_minimum", 1)
    assert curved["better"]["loss"] == lowest["loss"]
    claims = json.loads(answer.statement)["claims"]
    assert [c["claim"] for c in claims if "better" in c] == ["not_global"]


def test_points_found_are_certified_though_others_may_be_missing(monkeypatch):
    """The time is over after the starts: the list is there, its completeness is undecided."""
    monkeypatch.setattr(box_critical_set, "leaf_seconds", lambda *_: LeafSeconds(1.0, 1.0, 1.0))
    answer = critical_set(three_weights(), box=(-3, 3), budget=30)
    document = answer.to_json()
    assert (document["verdict"], answer.checked.accepted) == ("undecided", True)
    whole = document["critical_set"]
    assert (whole["status"], whole["real_count"]) == ("undecided", None)
    points = document["points"]
    assert 1 <= len(points) <= 5
    assert {p["status"] for p in points} == {"certified"}
    losses = [float(p["loss"]["lower"]) for p in points]
    assert losses == sorted(losses)


@pytest.mark.parametrize("end", [Fraction(1, 10**400), Fraction(10**400 + 1, 10**400)])
def test_ends_that_are_no_floats(end):
    document = critical_set(Problem(Network([1, 1, 1], "tanh"), THREE), box=(0, end)).to_json()
    assert (document["verdict"], document["reason"]) == (
        "undecided",
        "not decided: the ends of the box have too many digits",
    )


def test_ends_the_wrong_way_round():
    problem = Problem(Network([1, 1, 1], "tanh"), THREE)
    with pytest.raises(InputError, match="box: 3, -3, expected the lower end first"):
        critical_set(problem, box=(3, -3))


def three_weights():
    return Problem(
        Network([1, 1, 1], "tanh", bias="hidden"), THREE, regularizer=Regularizer("1/10")
    )


def test_three_weights_against_another_solver():
    """Every root of the gradient, written out here, that scipy finds in the box is listed."""
    answer = critical_set(three_weights(), box=(-3, 3))
    assert answer.verdict == "certified"
    document = answer.to_json()
    found = [
        np.array([float(p["weights"][n][0][0]) for n in ("W1", "W2")] + [float(b)])
        for p in document["points"]
        for b in p["weights"]["b1"]
    ]
    x, y = np.array([0, 1, 3]), np.array([1, -2, 3])

    def slope(w):
        u, v, b = w
        t = np.tanh(u * x + b)
        r = v * t - y
        s = r * v * (1 - t * t)
        # The bias is not penalized.
        return np.array([s @ x + u / 10, r @ t + v / 10, s.sum()])

    random, seen = np.random.default_rng(7), set()
    for _ in range(300):
        end = root(slope, random.uniform(-3, 3, 3), tol=1e-13)
        if end.success and abs(slope(end.x)).max() < 1e-10 and abs(end.x).max() < 3:
            near = [i for i, p in enumerate(found) if abs(p - end.x).max() < 1e-6]
            assert len(near) == 1
            seen.add(near[0])
    assert len(seen) == len(found) == document["critical_set"]["real_count"] == 5


@pytest.mark.parametrize("box", [("0", "1/2"), ("-1/4", "0")])
def test_a_point_on_the_border_that_is_known_exactly(box):
    document = critical_set(three_weights(), box=box).to_json()
    assert document["verdict"] == "certified"
    (point,) = document["points"]
    assert point["weights"] == {"W1": [["0"]], "b1": ["0"], "W2": [["0"]]}


def test_another_point_on_the_border_is_named_at_once():
    """The box ends at a coordinate of a critical point, to a hundred binary places."""
    problem = Problem(Network([1, 1, 1], "tanh"), THREE, Loss(), Regularizer("1/10"))
    answer = critical_set(problem, box=(-3, 3))
    points = json.loads(answer.statement)["points"].values()
    end = max(Fraction(p["box"]["midpoint"]["W2"][0][0]) for p in points)
    document = critical_set(problem, box=(-3, str(end))).to_json()
    assert document["verdict"] == "undecided"
    assert "lies on the border of the box, or so near that it cannot be told" in document["reason"]
    assert document["seconds"] < 30


@pytest.mark.parametrize(
    ("low", "count"),
    [
        ("-1/100000000000000000000", 1),
        ("0", 1),
        ("1/1000000", 0),
    ],
)
def test_a_point_near_the_border(low, count):
    """The saddle at the origin inside, on the border, and outside."""
    problem = Problem(Network([1, 1, 1], "tanh"), THREE, Loss(), Regularizer("1/10"))
    document = critical_set(problem, box=(low, "1/8")).to_json()
    assert document["verdict"] == "certified"
    assert document["critical_set"]["real_count"] == count


def test_a_point_outside_by_less_than_a_box_is_halved():
    problem = Problem(Network([1, 1, 1], "tanh"), THREE, Loss(), Regularizer("1/10"))
    document = critical_set(problem, box=("1/100000000000000000000", "1/8")).to_json()
    assert document["critical_set"]["real_count"] in (None, 0)


def test_the_check_is_part_of_the_budget(monkeypatch):
    """A leaf is said to take the checker a second: too long for the cover, and noticed early."""
    problem = Problem(Network([1, 1, 1], "tanh"), THREE, Loss(), Regularizer("1/10"))
    monkeypatch.setattr(box_critical_set, "leaf_seconds", lambda *_: LeafSeconds(1.0, 1.0, 1.0))
    document = critical_set(problem, box=(-3, 3), budget=30).to_json()
    assert document["verdict"] == "undecided"
    assert "the check would take more than the rest of the budget" in document["reason"]
    needed, enough = re.search(
        r"at least (\d+) seconds: a budget of (\d+) seconds or more may do", document["reason"]
    ).groups()
    assert int(needed) > 30
    assert 1.4 * int(needed) < int(enough) < 1.5 * int(needed) + document["seconds"] + 12
    assert document["seconds"] < 25


def test_four_weights_within_a_short_budget():
    l2 = {name: [["1/5"]] if name[0] == "W" else ["1/5"] for name in ("W1", "b1", "W2", "b2")}
    problem = Problem(Network([1, 1, 1], "tanh", bias="all"), THREE, regularizer=Regularizer(l2))
    document = critical_set(problem, box=(-3, 3), budget=0.3).to_json()
    assert document["seconds"] < 8
    assert document["verdict"] == "undecided"


def test_a_cover_that_the_checker_refuses_is_made_again(monkeypatch):
    """A margin below 0 takes boxes for settled that are not."""
    problem = Problem(Network([1, 1, 1], "tanh"), THREE, Loss(), Regularizer("1/10"))
    hasty = (-0.4, 60)
    monkeypatch.setattr(box_critical_set, "STRICTNESS", (hasty,))
    document = critical_set(problem, box=(-3, 3)).to_json()
    assert document["verdict"] == "undecided"
    assert "may be 0 in a leaf" in document["reason"]
    monkeypatch.setattr(box_critical_set, "STRICTNESS", (hasty, (0.05, 120)))
    document = critical_set(problem, box=(-3, 3)).to_json()
    assert document["verdict"] == "certified"
    assert document["critical_set"]["real_count"] == 3


@pytest.mark.parametrize(
    ("network", "loss"),
    [
        (Network([1, 1, 1], "sigmoid"), Loss()),
        (Network([1, 1, 1], "softplus"), Loss("logistic")),
        (Network([1, 1, 1], "exp"), Loss("logistic")),
        (Network([1, 1, 1], "cube"), Loss()),
        (Network([1, 1, 1], "polynomial(1, 1/2, -1)"), Loss()),
        (Network([1, 2]), Loss("cross_entropy")),
    ],
)
def test_other_activations_and_losses_at_the_first_attempt(network, loss, monkeypatch):
    """The checker agrees with the search on every leaf, so that no second cover is needed."""
    monkeypatch.setattr(box_critical_set, "STRICTNESS", box_critical_set.STRICTNESS[:1])
    targets = {"squared": [[1], [-2], [3]], "logistic": [[1], [-1], [1]]}.get(
        loss.kind, [[1, 0], [0, 1], [0, 1]]
    )
    problem = Problem(network, Dataset([[1], [2], [-1]], targets), loss, Regularizer("1/2"))
    document = critical_set(problem, box=(-1, "17/20")).to_json()
    assert document["verdict"] == "certified", document["reason"]


def reached(problem, ends, starts):
    """Roots of the gradient in the box that scipy finds, without proof."""
    landscape, random, found = FloatLandscape(problem), np.random.default_rng(5), []
    for _ in range(starts):
        start = random.uniform(*ends, size=problem.network.parameter_count)
        w = root(landscape.gradient, start, jac=landscape.hessian, tol=1e-13).x
        critical = abs(landscape.gradient(w)).max() < 1e-10
        inside = ends[0] < w.min() and w.max() < ends[1]
        if inside and critical and all(abs(w - v).max() > 1e-6 for v in found):
            found.append(w)
    return found


@pytest.mark.parametrize(
    ("network", "data", "ends", "maps"),
    [
        (Network([1, 2, 1], "tanh"), Dataset([[1]], [[2]]), ("-3/2", "3/2"), 7),
        # No signs: the centre is not 0.
        (Network([1, 2, 1], "tanh"), Dataset([[1]], [[2]]), ("-3/2", "1"), 1),
        (Network([1, 1, 1, 1], "tanh"), Dataset([[1], [-1]], [[2], [-1]]), ("-3/2", "3/2"), 3),
    ],
)
def test_a_fundamental_domain_loses_no_point(network, data, ends, maps):
    """All points of dense starts are listed, and what is left out shows in the certificate."""
    problem = Problem(network, data, Loss(), Regularizer("1/3"))
    answer = critical_set(problem, box=ends)
    document = answer.to_json()
    assert document["verdict"] == "certified", document["reason"]
    steps = json.loads(answer.certificate)["steps"]
    (step,) = (s for s in steps if "cover" in s)
    assert len(step["symmetries"]["maps"]) == maps
    assert any(isinstance(node, int) and node < 0 for node in step["cover"])
    listed = [
        np.array([float(x) for name in network.shapes for row in p["weights"][name] for x in row])
        for p in document["points"]
    ]
    expected = reached(problem, [float(Fraction(x)) for x in ends], 250)
    assert len(listed) == len(expected) > 1
    assert all(any(abs(v - w).max() < 1e-6 for v in listed) for w in expected)


@pytest.mark.parametrize("box", [("1e400", "2e400"), ("-1e400", "1e400"), ("-1e101", 3)])
def test_a_box_beyond_the_floats(box):
    problem = Problem(Network([1, 1, 1], "tanh"), Dataset([[1]], [[1]]))
    document = critical_set(problem, box=box, budget=5).to_json()
    assert document["verdict"] == "undecided"
    assert document["reason"] == "not decided: the box reaches beyond 1e100"


def test_a_weight_that_must_be_0_beside_large_exponentials(monkeypatch):
    """v exp(u x + b) with b free: v = 0 at critical points, then u = 0, and the targets do not sum
    to 0. Boxes get so thin along v that exponentials of 20 do not matter, and are checked with the
    binary places that squares of v need there."""
    problem = Problem(
        Network([1, 1, 1], "exp", bias="hidden"),
        Dataset([[4], [-2], [3]], [[1], [2], [-1]]),
        Loss(),
        Regularizer("1/100"),
    )
    monkeypatch.setattr(box_critical_set, "STRICTNESS", box_critical_set.STRICTNESS[:1])
    answer = critical_set(problem, box=(-4, 4))
    found = answer.to_json()["critical_set"]
    assert (found["status"], found["real_count"]) == ("certified", 0), found["reason"]
    monkeypatch.setattr(box_critical_set, "PLACES", -1000)
    refused = critical_set(problem, box=(-4, 4)).to_json()
    assert "balance 0 may be 0 in a leaf" in refused["reason"]


def test_newtons_method_that_runs_to_hessians_as_good_as_singular() -> None:
    """Some starts end where the inverse of the Hessian has more digits than memory holds."""
    question = Problem(
        Network([2, 1, 1], "exp", "hidden"),
        Dataset([[2, 1], [-1, -2], [1, 0]], [[-1], [1], [-1]]),
        Loss("logistic"),
        Regularizer("1/10"),
    )
    answer = critical_set(question, box=(-3, 3), budget=60)
    assert answer.verdict == "certified"
    assert not answer.to_json()["points"]
