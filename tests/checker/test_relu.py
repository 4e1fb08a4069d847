"""relu and leaky_relu in the checker: exact beside kinks, refused at them, each rule considered."""

import json
import random
from fractions import Fraction
from typing import Any

import pytest
import sympy

from symland.checker import network
from symland.checker.context import Context
from symland.checker.dispatch import RULES
from symland.checker.linear_algebra import dot
from symland.checker.network import Series, Sparse
from symland.checker.statement import read_statement
from symland.checker.verdict import Refused
from tests.checker.documents import certificate, one, problem, statement, verdict

F = Fraction
DATA = ([["1/2", -1], [2, "1/3"], [0, 1]], [[1, 0], ["-1/2", 1], [2, 3]])
KINDS = ["relu", "leaky_relu(1/10)", "leaky_relu(-2)", "square", "linear", "polynomial(1, 0, 2)"]


def read(widths: list[int], **more: Any) -> Any:
    document = statement(problem(widths, *more.pop("data", DATA), **more), {}, [])
    return read_statement(json.dumps(document).encode()).problem


def activation(name: str, z: Any) -> Any:
    if name.startswith("polynomial"):
        return 1 + 2 * z**2
    if name in ("square", "linear"):
        return z**2 if name == "square" else z
    slope = {"relu": 0, "leaky_relu(1/10)": sympy.Rational(1, 10), "leaky_relu(-2)": -2}[name]
    return sympy.Piecewise((z, z > 0), (slope * z, True))


def textbook(problem_: Any, names: list[str]) -> tuple[Any, dict[Any, Any]]:
    """The loss as a SymPy expression with `Piecewise` at every kinked neuron."""
    places = network.coordinates(problem_)
    symbols = {p: sympy.Symbol("_".join(map(str, p)), real=True) for p in places}
    total = sympy.Integer(0)
    for x, y in zip(problem_.inputs, problem_.targets, strict=True):
        h: list[Any] = [sympy.Rational(str(v)) for v in x]
        layers: list[Any] = []
        for k in range(1, problem_.K + 1):
            if k == problem_.K and problem_.skip:
                h = [layers[a - 1][b - 1] for a, b in problem_.skip]
            h = [
                sum(symbols[f"W{k}", i, j] * v for j, v in enumerate(h))
                + symbols.get((f"b{k}", i, 0), 0)
                for i in range(problem_.widths[k])
            ]
            if k < problem_.K:
                h = [activation(names[k - 1], z) for z in h]
                layers.append(h)
        total += sum((f - sympy.Rational(str(t))) ** 2 for f, t in zip(h, y, strict=True))
    return total / 2, symbols


def random_case(seed: int) -> tuple[Any, list[str], dict[str, Any]]:
    draw = random.Random(seed)
    widths = [2, *(draw.randint(1, 2) for _ in range(draw.randint(1, 2))), 2]
    names = [draw.choice(KINDS[:3]), *(draw.choice(KINDS) for _ in widths[3:])]
    more: dict[str, Any] = {"bias": draw.choice(["none", "hidden", "all"])}
    if draw.random() < 0.3:
        more["skip"] = [[1, 1]] if len(widths) == 3 else [[2, 1], [1, widths[1]]]
    problem_ = read(widths, activation=names, **more)
    return problem_, names, weights(problem_, draw)


def weights(problem_: Any, draw: random.Random) -> dict[str, Any]:
    return {
        n: [
            [F(draw.choice([-1, 1]) * draw.randint(1, 999), 1009) for _ in range(c)]
            for _ in range(r)
        ]
        for n, (r, c) in problem_.shapes.items()
    }


@pytest.mark.parametrize("seed", range(1, 4))
def test_derivatives_against_piecewise_expressions_of_sympy(seed: int) -> None:
    problem_, names, at = random_case(seed)
    expression, symbols = textbook(problem_, names)
    values = {s: sympy.Rational(str(at[n][i][j])) for (n, i, j), s in symbols.items()}
    assert sympy.Rational(str(network.loss(problem_, at))) == expression.subs(values)
    slope, second = network.gradient(problem_, at), network.hessian(problem_, at)
    places = network.coordinates(problem_)
    for a, (n, i, j) in enumerate(places):
        first = sympy.diff(expression, symbols[n, i, j])
        assert sympy.Rational(str(slope[n][i][j])) == first.subs(values)
        for b, q in enumerate(places[: a + 1]):
            found = sympy.Rational(str(second[a][b]))
            assert found == sympy.diff(first, symbols[q]).subs(values)


@pytest.mark.parametrize("seed", range(12))
def test_derivatives_against_differences_of_values(seed: int) -> None:
    """Only the forward pass at rational points, in which nothing is differentiated."""
    problem_, _, at = random_case(100 + seed)
    draw, h = random.Random(seed), F(1, 10**6)
    D = weights(problem_, draw)

    def value(s: Fraction) -> Fraction:
        moved = {
            n: [
                [w + s * d for w, d in zip(*rows, strict=True)]
                for rows in zip(at[n], D[n], strict=True)
            ]
            for n in at
        }
        result: Fraction = network.loss(problem_, moved)
        return result

    line = {
        n: [
            [Series([w, d], 9) for w, d in zip(*rows, strict=True)]
            for rows in zip(at[n], D[n], strict=True)
        ]
        for n in at
    }
    terms = network.loss(problem_, line, near=True).terms
    assert abs((value(h) - value(-h)) / (2 * h) - terms[1]) < F(1, 10**6)
    assert abs((value(h) - 2 * value(F(0)) + value(-h)) / h**2 - 2 * terms[2]) < F(1, 10**6)
    flat = [D[n][i][j] for n, i, j in network.coordinates(problem_)]
    slope = network.gradient(problem_, at)
    assert terms[1] == sum(slope[n][i][j] * D[n][i][j] for n, i, j in network.coordinates(problem_))
    second = network.hessian(problem_, at)
    assert 2 * terms[2] == dot(flat, [dot(row, flat) for row in second])


def test_polynomial_maps_near_the_point_and_nowhere_else() -> None:
    """(relu(w) - 1)^2 / 2 at w = 2 + s: a polynomial for small s, and not for s = -3."""
    problem_ = read([1, 1, 1], data=([[1]], [[1]]), activation=["relu"])
    s = Sparse({((("s", 0, 0), 1),): F(1)})
    at: Any = {"W1": [[s + 2]], "W2": [[F(1)]]}
    found = network.loss(problem_, at, near=True)
    assert found.terms == {(): F(1, 2), ((("s", 0, 0), 1),): F(1), ((("s", 0, 0), 2),): F(1, 2)}
    for call in (network.loss, network.gradient):
        with pytest.raises(Refused, match="needs polynomial activations"):
            call(problem_, at)
        with pytest.raises(Refused, match="where relu has a kink"):
            call(problem_, {**at, "W1": [[s]]}, near=True)
    with pytest.raises(Refused, match="needs polynomial activations"):
        network.loss(problem_, network.symbols(problem_))


QUIET = {
    "an input 0 without bias": ([1, 1, 1], ["relu"], [[0], [2]], ["1", "1"], True),
    "behind an input 0, where the square is 0": (
        [1, 1, 1, 1], ["square", "relu"], [[0], [2]], ["1", "1", "1"], True),
    "behind an input 0, where the polynomial is not": (
        [1, 1, 1, 1], ["polynomial(1, 0, 2)", "relu"], [[0]], ["1", "0", "1"], False),
    "a weight 0": ([1, 1, 1], ["relu"], [[1]], ["0", "1"], False),
    "behind a layer that is 0 for negative weights only": (
        [1, 1, 1, 1], ["relu", "relu"], [[1]], ["-1", "3", "1"], True),
    "behind leaky_relu, which is not 0 there": (
        [1, 1, 1, 1], ["leaky_relu(1/2)", "relu"], [[1]], ["-1", "0", "1"], False),
    "behind a square that is 0 at this weight": (
        [1, 1, 1, 1], ["square", "relu"], [[1]], ["0", "1", "1"], False),
}  # fmt: skip


@pytest.mark.parametrize("name", QUIET)
def test_a_preactivation_that_stays_0_is_no_kink(name: str) -> None:
    widths, names, inputs, entries, smooth = QUIET[name]
    about = problem(widths, inputs, [[1]] * len(inputs), activation=names)
    points = {"p": {f"W{k}": [[w]] for k, w in enumerate(entries, 1)}}
    signs = {"positive": 0, "negative": 0, "zero": len(entries)}
    answer = one(about, points, "inertia", {"point": "p", **signs}, "ldl")
    assert ("the preactivation is 0, where relu has a kink" in str(answer.reason)) is not smooth


def test_a_bias_moves_a_preactivation_0_of_an_input_0() -> None:
    about = problem([1, 1, 1], [[0]], [[1]], activation=["relu"], bias="hidden")
    points = {"p": {"W1": [["1"]], "b1": ["0"], "W2": [["1"]]}}
    answer = one(about, points, "critical", {"point": "p"}, "substitution")
    assert "hidden layer 1, neuron 1, sample 1: the preactivation is 0" in str(answer.reason)
    value = {"point": "p", "value": "1/2"}
    assert one(about, points, "value", value, "evaluate").accepted


def test_a_curve_may_pass_a_kink_whose_preactivation_does_not_move() -> None:
    about = problem([1, 2, 1], [[1]], [[1]], activation=["relu"])
    points = {"p": {"W1": [["0"], ["1"]], "W2": [["1", "0"]]}}
    outer = {"order": 1, "W2": [[[], ["0", "1"]]]}
    assert one(about, points, "not_minimum", {"point": "p"}, "curve", {"descent": outer}).accepted
    both = outer | {"W1": [[[]], [["0", "1"]]]}
    assert one(about, points, "not_minimum", {"point": "p"}, "curve", {"descent": both}).accepted


@pytest.mark.parametrize("slope", ["0", "1/3", "-2"])
@pytest.mark.parametrize("target", ["1", "-1"])
@pytest.mark.parametrize("power", [1, 2])
def test_a_curve_from_a_kink_goes_to_one_side(slope: str, target: str, power: int) -> None:
    """leaky_relu(w) at w = 0 with the target y: along w = -+ s^power the loss (f - y)^2 / 2
    changes by -f y to lowest order."""
    about = problem([1, 1, 1], [[1]], [[target]], activation=[f"leaky_relu({slope})"])
    points = {"p": {"W1": [["0"]], "W2": [["1"]]}}
    for side in (1, -1):
        f = Fraction(side) * (1 if side > 0 else Fraction(slope))
        curve = {"order": power, "W1": [[["0"] * power + [str(side)]]]}
        answer = one(about, points, "not_minimum", {"point": "p"}, "curve", {"descent": curve})
        assert answer.accepted is (f * Fraction(target) > 0)


SQRT2 = {"t": {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}}


@pytest.mark.parametrize(("entry", "active"), [(["-7/5", "1"], True), (["-3/2", "1"], False)])
def test_the_sign_of_an_algebraic_preactivation(entry: list[str], active: bool) -> None:
    """sqrt 2 - 7/5 > 0 > sqrt 2 - 3/2."""
    about = problem([1, 1, 1], [[1]], [[1]], activation=["relu"])
    points = {"p": {"root": "t", "W1": [[entry]], "W2": [["1"]]}}
    zero = {"point": "p", "value": "1/2"}
    assert one(about, points, "value", zero, "evaluate", roots=SQRT2).accepted is not active
    assert one(about, points, "critical", {"point": "p"}, "substitution", roots=SQRT2).accepted is (
        not active
    )


def test_an_algebraic_preactivation_that_is_0() -> None:
    """t^2 - 2 modulo (t^2 - 2)(t - 3) is not written as 0."""
    about = problem([1, 1, 1], [[1]], [[1]], activation=["relu"])
    roots = {"t": {"polynomial": ["6", "-2", "-3", "1"], "interval": ["1", "2"]}}
    points = {"p": {"root": "t", "W1": [[["-2", "0", "1"]]], "W2": [["1"]]}}
    answer = one(about, points, "critical", {"point": "p"}, "substitution", roots=roots)
    assert "where relu has a kink" in str(answer.reason)


def test_an_inactive_network_with_output_bias_needs_the_right_bias() -> None:
    """Near W1 = -1 the outputs are b2: flat in W1 and W2, by `morse_bott` in the cell."""
    about = problem([1, 1, 1], [[1], [2]], [[1], [3]], activation=["relu"], bias="output")
    about_p = {"point": "p"}
    signs = {"positive": 1, "negative": 0, "zero": 2}
    claims = [("critical", about_p), ("inertia", {**about_p, **signs}), ("minimum", about_p)]
    manifold = {"W1": [[[["1", [1, 0]]]]], "W2": [[[["1", [0, 1]]]]]}
    evidence = {"critical": "c0", "inertia": "c1"}
    witness = {**evidence, "generators": [], "parameters": 2, "manifold": manifold}
    steps = [("substitution", {}), ("ldl", {}), ("morse_bott", witness)]
    for bias, weight, good in (("2", "-1", True), ("1", "-1", False), ("2", "1", False)):
        points = {"p": {"W1": [[weight]], "W2": [["4"]], "b2": [bias]}}
        answer = verdict(statement(about, points, claims), certificate(steps))
        assert answer.accepted is good


# What every rule does with relu.  A rule that is added has to be considered here.
LOCAL = "constant|no_input value|evaluate enclosure|evaluate critical|substitution "
LOCAL += "not_critical|substitution "
LOCAL += "inertia|ldl semidefinite|ldl strict_minimum|ldl global_minimum|zero_loss "
LOCAL += "not_global|evaluate not_convex|midpoint not_concave|midpoint strict_saddle|direction "
LOCAL += "not_minimum|curve non_strict_saddle|curve minimum|convex_region "
LOCAL += "replicated_form|substitution replicated_minima|substitution "
LOCAL += "replicated_saddles|substitution minimum|orbit minimum|morse_bott "
LOCAL += "maximum|orbit maximum|morse_bott"
REFUSED = "loss_polynomial|expand gradient_polynomial|expand "
REFUSED += "hessian_polynomial|expand global_minimum|least_squares global_minimum|best_rank "
REFUSED += "semidefinite|tight_pivots spectrum|characteristic_polynomial inertia|barcode "
REFUSED += "strata|deep_linear_strata representative|wiring residual|substitution "
REFUSED += "complex_critical|krawczyk"
ENCLOSED = "critical|krawczyk inertia|congruence enclosure|intervals not_critical|intervals "
ENCLOSED += "not_global|intervals all_critical|branch_and_bound critical|logarithms "
ENCLOSED += "all_critical|fundamental_domain "
ENCLOSED += "inertia|logarithms global_minimum|logarithms value|logarithms "
ENCLOSED += "replicated_form|logarithms replicated_form|intervals replicated_minima|logarithms "
ENCLOSED += "replicated_minima|intervals replicated_saddles|logarithms "
ENCLOSED += "replicated_saddles|intervals replicated_bound|intervals decreasing_segment|intervals"
ENCLOSED += " replicated_ends|analytic non_strict_saddle|logarithms critical|krawczyk_slice "
ENCLOSED += "inertia|flat strict_saddle|intervals"
LOCAL += " global_minimum|pure_error"
ENCLOSED += " global_minimum|pure_error_logarithms global_minimum|exact_fit"
ENCLOSED += " path_to_exact_fit|full_rank"
ENCLOSED += " critical|krawczyk_cell inertia|cell minimum|kinks minimum|convex_cell"
ENCLOSED += " global_minimum|balanced_outputs global_minimum|best_outputs not_finite|slice"
ENCLOSED += " non_strict_saddle|silent all_critical|balanced_domain critical|indeterminates"
ENCLOSED += " all_critical|spanned_domain critical|degenerate strict_minimum|degenerate"
ENCLOSED += " inertia|indeterminates not_finite|line all_critical|expanded_domain"
ENCLOSED += " all_critical|scaled_domain"
NO_NETWORK = "data_rank|minor rank|minor strict_minimum|inertia strict_maximum|inertia "
NO_NETWORK += "minimum|flat global_minimum|convex replicated_global_minima|value "
NO_NETWORK += "strict_saddle|inertia replicated_layers|forms non_attracting|exit "
NO_NETWORK += "complex_real|conjugation complex_not_real|imaginary_part "
NO_NETWORK += "complex_distinct|disjoint_boxes not_finite|best_outputs "
NO_NETWORK += "replicated_global_minima|outputs all_critical|only_critical "
NO_NETWORK += "only_critical|convex"


def rules(text: str) -> set[tuple[str, str]]:
    return {(kind, rule) for kind, rule in (pair.split("|") for pair in text.split())}


def test_every_rule_is_considered() -> None:
    groups = [rules(text) for text in (LOCAL, REFUSED, ENCLOSED, NO_NETWORK)]
    assert sum(map(len, groups)) == len(set().union(*groups))
    assert set(RULES) <= set().union(*groups)


NUMBERS: dict[str, Any] = {
    "point": "p", "value": "0", "terms": [], "parameter": ["W1", 0, 0],
    "parameters": [["W1", 0, 0], ["W1", 0, 0]], "positive": 0, "negative": 0, "zero": 2,
    "least_squares": [["1"]], "basis": [["1"]], "separator": "1", "spectrum": "c",
    "critical": "c", "inertia": "c", "strata": "c", "by": "barcodes", "polynomials": [],
    "rows": [], "eigenvalues": [], "barcode": [], "kind": "global_minimum", "taken": [],
    "left": [], "kernel_left": [], "kernel_right": [], "layer": 1, "vanishes": True,
    "precision": 64, "inverse": [["1", "0"], ["0", "1"]],}  # fmt: skip


@pytest.mark.parametrize("pair", sorted(rules(REFUSED) & set(RULES)), ids="-".join)
def test_rules_about_whole_landscapes_refuse_relu(pair: tuple[str, str]) -> None:
    """Each is called by itself, so that no earlier step refuses in its place; what the steps
    before would have left in the cache is not looked at by a rule that refuses first."""
    rule = RULES[pair]
    about = problem([1, 1, 1], [[1]], [[1]], activation=["relu"])
    points = {"p": {"W1": [["1"]], "W2": [["1"]]}}
    context = Context(read_statement(json.dumps(statement(about, points, [])).encode()))
    context.established["c"] = {"claim": "spectrum", "point": "p"}
    context.cache["spectrum", "c"] = None
    claim = {name: NUMBERS.get(name) for name in rule.claim.split()}
    step = {name: NUMBERS.get(name) for name in rule.step.split()}
    with pytest.raises(Refused, match=r"linear networks|linear activations|polynomial activations"):
        rule.check(context, claim, step)
