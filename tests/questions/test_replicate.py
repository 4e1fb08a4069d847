"""Splitting a neuron: the same function, and what the images are, worked out by hand."""

from fractions import Fraction
from typing import Any

import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer, replicate
from symland.checker import check
from symland.landscape.loss import loss
from symland.landscape.number_systems import rationals
from symland.landscape.parameters import elements, flat
from symland.landscape.replication import image, widened
from symland.problem import InputError, parse_weights

F = Fraction


def quadratic(c: Fraction) -> Problem:
    """f = v (1 + u x + u^2 x^2) at x = -1, 0, 1 with residuals c (-3, 0, 1) at u = v = 1.

    They are orthogonal to both derivatives, (1, 0, 3) and (1, 1, 3); B = -8 c, and the Hessian is
    2 [[10 - 4 c, 10], [10, 11]], positive definite for c < 5/22.
    """
    targets = [[1 + 3 * c], [F(1)], [3 - c]]
    network = Network((1, 1, 1), "polynomial(1, 1, 1)")
    return Problem(network, Dataset([[-1], [0], [1]], targets), Loss(scale=1))


POINT = {"W1": [["1"]], "W2": [["1"]]}


@pytest.mark.parametrize(
    ("c", "inside", "outside"),
    [(F(-1, 10), "local_minimum", "strict_saddle"), (F(1, 10), "strict_saddle", "local_minimum")],
)
def test_rational_points(c: Fraction, inside: str, outside: str) -> None:
    answer = replicate(quadratic(c), POINT, 1, 1, "1/3")
    document = answer.to_json()
    assert answer.verdict == "certified"
    assert [part["kind"] for part in document["line"]] == [inside, outside, "non_strict_saddle"]
    assert document["point"] == {"exact": True}
    assert document["image"]["exact"] == {"W1": [["1"], ["1"]], "W2": [["2/3", "1/3"]]}
    assert answer.statement is not None
    assert answer.certificate is not None
    swapped = answer.statement.replace(b'"positive"}', b'"one_positive"}')
    assert check(answer.statement, answer.certificate).accepted
    assert "certified" in answer._repr_html_()
    assert swapped == answer.statement or not check(swapped, answer.certificate).accepted


def test_a_point_with_a_logarithm() -> None:
    """sigmoid(log 2 x) = 1/2, 2/3, 4/5 at x = 0, 1, 2; the residuals (-8, 36, -25)/1000 are
    orthogonal to these and to s' x = 0, 2/9, 8/25; sum r s'' x^2 = 0.00693 > 0, so B > 0."""
    values = [F(1, 2), F(2, 3), F(4, 5)]
    residuals = [F(-8, 1000), F(36, 1000), F(-25, 1000)]
    targets = [[s - r] for s, r in zip(values, residuals, strict=True)]
    data = Dataset([[0], [1], [2]], targets)
    problem = Problem(Network((1, 1, 1), "sigmoid"), data, Loss(scale=1))
    answer = replicate(problem, {"W1": [["log(2)"]], "W2": [["1"]]}, 1, 1, 2)
    document = answer.to_json()
    assert answer.verdict == "certified"
    assert [part["kind"] for part in document["line"]] == [
        "local_minimum",
        "strict_saddle",
        "non_strict_saddle",
    ]
    assert document["point"] == {"exact": True}
    assert answer.certificate is not None
    assert b'"rule": "logarithms"' in answer.certificate


@pytest.mark.parametrize("lam", ["1/3", "-2", 0, 1, "7/2"])
def test_the_image_computes_the_same_function(lam: Any) -> None:
    """Two outgoing weights and biases: loss and residuals exactly the same."""
    problem = Problem(
        Network((2, 2, 2, 1), "cube", "all"),
        Dataset([[1, 2], [0, -1], [3, 1]], [[1], [2], [0]]),
    )
    point = parse_weights(
        {
            "W1": [["1/2", "-1"], ["2", "1/3"]],
            "b1": ["1", "1/5"],
            "W2": [["1", "-1/2"], ["1/7", "2"]],
            "b2": ["0", "1"],
            "W3": [["1", "1/2"]],
            "b3": ["-3"],
        },
        problem.network,
    )
    for layer in (1, 2):
        wide = widened(problem, layer)
        split = image(point, problem.network, layer, 2, lam)
        losses = [
            loss(p, rationals, elements(p.network, rationals, w))
            for p, w in ((problem, point), (wide, split))
        ]
        assert losses[0] == losses[1] != 0


def test_an_algebraic_point_is_split_exactly() -> None:
    root = {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}
    network = Network((1, 1, 1), "square")
    point = parse_weights({"root": root, "W1": [["1"]], "W2": [[["0", "3"]]]}, network)
    assert image(point, network, 1, 1, "1/3").to_json()["W2"] == [[["0", "2"], ["0", "1"]]]


def test_a_logarithm_is_split_by_integers_only() -> None:
    network = Network((1, 1, 1), "sigmoid")
    point = parse_weights({"W1": [["1"]], "W2": [["log(2)"]]}, network)
    assert image(point, network, 1, 1, 3).to_json()["W2"] == [["log(1/4)", "log(8)"]]
    assert image(point, network, 1, 1, 1).to_json()["W2"] == [["0", "log(2)"]]
    with pytest.raises(InputError, match=r"lam: got .*, expected an integer"):
        image(point, network, 1, 1, "1/2")


@pytest.mark.parametrize(
    ("layer", "neuron", "text"),
    [(0, 1, "layer: got 0, expected a hidden layer, 1 to 1"), (2, 1, "layer: got 2, expected"),
     (1, 2, "neuron: got 2, expected a neuron of layer 1, 1 to 1"),
     ("a", 1, "layer: got 'a', expected a hidden layer"), (True, 1, "layer: got True, expected"),
     (1, "x", "neuron: got 'x', expected a neuron of layer 1"), (1, 1.0, "neuron: got 1.0")],
)  # fmt: skip
def test_layer_and_neuron(layer: Any, neuron: Any, text: str) -> None:
    with pytest.raises(InputError, match=text):
        replicate(quadratic(F(1, 10)), POINT, layer, neuron, 1)


def test_a_regularized_loss_is_refused() -> None:
    problem = quadratic(F(1, 10))
    heavy = Problem(problem.network, problem.dataset, problem.loss, Regularizer("1/2"))
    with pytest.raises(InputError, match="regularizer: given, expected none"):
        replicate(heavy, POINT, 1, 1, 1)


FALLING = Problem(Network((1, 1, 1), "sigmoid"), Dataset([[0]], [[1]]), Loss("logistic"))
"""log(1 + exp(-v / 2)) has no critical point."""


def test_far_from_any_critical_point_nothing_is_said() -> None:
    answer = replicate(FALLING, {"W1": [["1"]], "W2": [["1"]]}, 1, 1, "1/2")
    assert answer.verdict == "undecided"
    assert answer.to_json()["reason"]


@pytest.mark.parametrize("w", ["1", "0"])
def test_a_kink_or_none_leaves_one_relu_undecided(w: str) -> None:
    """Beside kinks B = 0, and near the image at an end a second relu does no more than one."""
    problem = Problem(Network((1, 1, 1), "relu"), Dataset([[1], [2]], [[1], [3]]))
    answer = replicate(problem, {"W1": [[w]], "W2": [["7/5"]]}, 1, 1, "1/2")
    assert answer.verdict == "undecided"
    assert [part["kind"] for part in answer.to_json()["line"]] == ["undecided"] * 3
    assert answer.to_json()["reason"]


def lowest_and_highest(problem: Problem, point: dict[str, Any], size: float) -> tuple[Any, Any]:
    """Loss at a point of fractions, the same at random points nearby: the range of differences.

    One step moves the incoming weights of the last neuron much more than everything else.
    """
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape

    landscape, numbers = FloatLandscape(problem), np.random.default_rng(0)
    here = np.array(flat(problem.network.shapes, point))
    moved = [here + size * d for d in numbers.normal(size=(3000, len(here)))]
    index = len(point["W1"]) - 1  # of the incoming weight of the last neuron; one input
    for vector in moved:
        shift = vector - here
        keep = shift[index]
        vector[:] = here + shift / 30
        vector[index] = here[index] + keep
    losses = [landscape.loss(v) - landscape.loss(here) for v in moved]
    return min(losses), max(losses)


@pytest.mark.parametrize("c", [F(-1, 10), F(1, 10)])
def test_the_images_at_the_ends_are_no_minima(c: Fraction) -> None:
    """Floats see lower points near them; at 1/2, a minimum for c < 0, they do not."""
    problem = quadratic(c)
    wide = widened(problem, 1)
    point = parse_weights(POINT, problem.network)
    lows = {}
    for lam in (0, "1/2"):
        split = {
            n: [[float(F(x)) for x in row] for row in rows]
            for n, rows in image(point, problem.network, 1, 1, lam).to_json().items()
        }
        lows[lam], high = lowest_and_highest(wide, split, 0.2)
        assert high > 1e-6
    assert lows[0] < -1e-6
    assert (lows["1/2"] > -1e-12) is (c < 0)


def test_the_images_of_a_strict_saddle_are_strict_saddles() -> None:
    """f = v (1 + u x + u^2 x^2) at x = -1, 0, 1; c = 1/2 > 5/22 makes the Hessian indefinite."""
    answer = replicate(quadratic(F(1, 2)), POINT, 1, 1, "1/3")
    assert answer.verdict == "certified"
    assert {part["kind"] for part in answer.to_json()["line"]} <= {"strict_saddle"}


@pytest.mark.parametrize(
    ("activation", "xs", "residuals"),
    [("polynomial(0, 1, 1)", (-1, 1, 2), (0, 3, -1)), ("relu", (1, 2, 3), (3, 0, -1))],
)
def test_two_outgoing_weights_with_d(activation: str, xs: Any, residuals: Any) -> None:
    """The second output fits; the first, whose weight is 0, leaves residuals r with sum r s = 0
    but not sum r s' (x, 1): D is not 0, and all images, those at the ends among them, are strict
    saddles."""
    second = [x + x * x if "poly" in activation else x for x in xs]
    targets = [[-r, y] for r, y in zip(residuals, second, strict=True)]
    network = Network((1, 1, 2), activation, "hidden")
    problem = Problem(network, Dataset([[x] for x in xs], targets))
    weights = {"W1": [["1"]], "b1": ["0"], "W2": [["0"], ["1"]]}
    answer = replicate(problem, weights, 1, 1, "1/3")
    assert {part["kind"] for part in answer.to_json()["line"]} == {"strict_saddle"}
    assert answer.verdict == "certified"


@pytest.mark.parametrize(
    ("activation", "w"), [("sigmoid", "log(3)"), ("square", "-3/2"), ("relu", "2"), ("tanh", "0")]
)
def test_copies_of_a_perfect_fit_fit_perfectly(activation: str, w: str) -> None:
    targets = {"sigmoid": "3/2", "square": "9/2", "relu": "4", "tanh": "0"}[activation]
    problem = Problem(Network((1, 1, 1), activation), Dataset([[1]], [[targets]]))
    answer = replicate(problem, {"W1": [[w]], "W2": [["2"]]}, 1, 1, 3)
    assert {part["kind"] for part in answer.to_json()["line"]} == {"global_minimum"}
    assert answer.verdict == "certified"
    assert answer.statement is not None
    assert answer.certificate is not None
    assert check(answer.statement, answer.certificate).accepted
    assert "global minima" in answer._repr_html_()


@pytest.mark.parametrize(("x", "y"), [("1e400", "1"), ("1", "1e400")])
def test_numbers_beyond_the_floats_are_undecided_not_an_error(x: str, y: str) -> None:
    problem = Problem(Network((1, 1, 1), "square"), Dataset([[x], [f"-{x}"]], [[y], [f"2{y}"]]))
    answer = replicate(problem, {"W1": [["0"]], "W2": [["0"]]}, 1, 1, 0)
    assert answer.verdict == "undecided"


NARROW = Problem(
    Network((1, 1, 1), "sigmoid"), Dataset([[0], [1], [3]], [[1], [-2], [3]]), Loss(scale=1)
)
NEAR = {"W1": [["0.64"]], "W2": [["1.25"]]}


@pytest.mark.parametrize(
    ("lam", "where", "kind"),
    [
        ("1/4", "inside", "local_minimum"),
        ("-1/2", "outside", "strict_saddle"),
        (3, "outside", "strict_saddle"),
        (0, "ends", "non_strict_saddle"),
        (1, "ends", "non_strict_saddle"),
    ],
)
def test_the_image_asked_for(lam: Any, where: str, kind: str) -> None:
    """Its weights are those of the critical point, not of the weights given, split."""
    answer = replicate(NARROW, NEAR, 1, 1, lam)
    document = answer.to_json()
    point, image_found = document["critical_point"], document["at_lambda"]
    assert document["point"] == {"exact": False}
    assert (image_found["range"], image_found["kind"]) == (where, kind)
    assert image_found["status"] == "certified"
    assert image_found["lambda"] == str(F(lam))
    v = F(point["weights"]["W2"][0][0])
    outgoing = [F(x) for x in image_found["weights"]["W2"][0]]
    assert abs(outgoing[0] - (1 - F(lam)) * v) < F(1, 10**18)
    assert abs(outgoing[1] - F(lam) * v) < F(1, 10**18)
    assert image_found["weights"]["W1"] == [point["weights"]["W1"][0]] * 2
    assert document["image"]["exact"]["W1"] == [["16/25"], ["16/25"]]


def test_the_critical_point_nearby_with_its_loss() -> None:
    """Against the loss in floats at the decimals printed; the distance is to the weights given."""
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape

    answer = replicate(NARROW, NEAR, 1, 1, "1/2")
    point = answer.to_json()["critical_point"]
    w, v = (float(point["weights"][name][0][0]) for name in ("W1", "W2"))
    landscape = FloatLandscape(NARROW)
    here = np.array([w, v])
    low, high = (float(point["loss"][end]) for end in ("lower", "upper"))
    assert low - 1e-12 < landscape.loss(here) < high + 1e-12
    assert high - low < 1e-11
    assert abs(landscape.gradient(here)).max() < 1e-13
    assert abs(float(point["distance"]) - np.hypot(w - 0.64, v - 1.25)) < 1e-8
    assert point["exact"] is None
    assert point["inertia"] == {"positive": 2, "negative": 0, "zero": 0}
    assert float(F(point["box"]["radius"])) < 0.1
    assert answer.checked is not None
    assert any("the loss at" in line for line in answer.checked.lines)


def test_the_critical_point_as_given_has_an_exact_loss() -> None:
    """Residuals (3, 0, -1) / 10 for c = 1/10: the loss is 1/10."""
    document = replicate(quadratic(F(1, 10)), POINT, 1, 1, "1/3").to_json()
    point = document["critical_point"]
    assert (point["exact"], point["loss"]["exact"], point["distance"]) == (POINT, "1/10", "0")
    assert document["at_lambda"]["loss"] == point["loss"]
    fit = Problem(Network((1, 1, 1), "relu"), Dataset([[1]], [["4"]]))
    found = replicate(fit, {"W1": [["2"]], "W2": [["2"]]}, 1, 1, 3).to_json()
    assert found["critical_point"]["loss"]["exact"] == "0"
    assert found["at_lambda"]["kind"] == "global_minimum"
    assert found["at_lambda"]["weights"]["W2"] == [["-4", "6"]]


def test_without_a_critical_point_the_image_is_undecided() -> None:
    document = replicate(FALLING, {"W1": [["1"]], "W2": [["1"]]}, 1, 1, "1/2").to_json()
    assert document["critical_point"] is None
    assert document["at_lambda"]["kind"] == "undecided"
    assert document["at_lambda"]["weights"] is None


def test_the_answer_is_readable_when_printed() -> None:
    text = " ".join(str(replicate(NARROW, NEAR, 1, 1, "1/2")).split())
    for words in (
        "certified: the image for lambda = 1/2 is a certified local minimum with loss 11.731636...",
        "local minima for 0 < lambda < 1",
        "The critical point nearby, at distance 0.005575",
        "the only critical point within 1/",
        "Its image for lambda = 1/2 W1 = [ 0.63954936616200469881 ]",
    ):
        assert words in text
    assert "at distance" not in str(replicate(quadratic(F(1, 10)), POINT, 1, 1, "1/3"))


TWICE = Dataset([[-3], [-3], [-3], [3], [-3]], [[-2], [-3], [1], [-3], [0]])
"""The targets at -3 have the mean -1, that at 3 is -3."""


@pytest.mark.parametrize("w", ["0.3662040962227032", "0.36", "log(3)"])
def test_images_of_a_point_that_fits_the_means_are_global_minima(w: str) -> None:
    """-4 sigmoid(x log(3) / 3) is -1 at -3 and -3 at 3; with inputs -1 and 1 the weight is log 3.
    B = 0, so that second derivatives do not tell; no function does better."""
    exact = w.startswith("log")
    inputs = [[x[0] / 3] for x in TWICE.inputs] if exact else TWICE.inputs
    problem = Problem(Network((1, 1, 1), "sigmoid"), Dataset(inputs, TWICE.targets))
    answer = replicate(problem, {"W1": [[w]], "W2": [["-4"]]}, 1, 1, "0.3")
    document = answer.to_json()
    assert answer.verdict == "certified"
    assert [part["kind"] for part in document["line"]] == ["global_minimum"] * 3
    assert document["point"] == {"exact": exact}
    assert abs(float(document["critical_point"]["weights"]["W1"][0][0]) - 1.0986 / 3) < 1
    assert float(document["critical_point"]["loss"]["lower"]) == pytest.approx(5)
    assert document["at_lambda"]["weights"]["W2"] == [["-2.8", "-1.2"]]
    assert ("nearby, at distance" in str(answer)) is not exact


def test_lower_points_beside_images_that_fit_the_means() -> None:
    """Floats see none: 3000 wide networks near the image, and far from it."""
    import numpy as np

    from symland.landscape.float_landscape import FloatLandscape

    wide = FloatLandscape(Problem(Network((1, 2, 1), "sigmoid"), TWICE))
    here = np.array([np.log(3) / 3, np.log(3) / 3, -2.8, -1.2])
    draws = np.random.default_rng(0).normal(size=(3000, 4))
    sizes = np.logspace(-3, 1, 3000)
    assert wide.loss(here) == pytest.approx(5)
    assert min(wide.loss(here + r * d) for r, d in zip(sizes, draws, strict=True)) > 5 - 1e-12


def test_images_of_balanced_outputs() -> None:
    """Two samples of one class and one of the other at each input: f = +-log 2 is best."""
    data = Dataset([[1]] * 3 + [[-1]] * 3, [[1], [1], [-1], [-1], [-1], [1]])
    problem = Problem(Network((1, 1, 1), "linear"), data, Loss("logistic"))
    for w in ("log(2)", "0.693"):
        answer = replicate(problem, {"W1": [[w]], "W2": [["1"]]}, 1, 1, 2)
        assert answer.verdict == "certified"
        assert {part["kind"] for part in answer.to_json()["line"]} == {"global_minimum"}


def test_undecided_says_what_b_and_d_are() -> None:
    square = Problem(Network((1, 1, 1), "square"), Dataset([[1], [2]], [[2], [1]]))
    reason = str(
        replicate(square, {"W1": [["1"]], "W2": [["6/17"]]}, 1, 1, "1/2").to_json()["reason"]
    )
    assert reason.startswith("B is 0 (in floating point, not proved), D is 0 (proved); if B is 0")
    assert "for 0 < lambda < 1 they are local minima if B is positive definite" in reason
    assert "for lambda = 0 or 1 they are saddles if" in reason


@pytest.mark.parametrize(("c", "sign"), [(F(-1, 10), "positive"), (F(1, 10), "negative")])
def test_undecided_where_b_is_singular(c: Fraction, sign: str) -> None:
    """The network of `quadratic` with a second input that is always 0."""
    plain = quadratic(c)
    data = Dataset([[*x, 0] for x in plain.dataset.inputs], plain.dataset.targets)
    problem = Problem(Network((2, 1, 1), "polynomial(1, 1, 1)"), data, Loss(scale=1))
    document = replicate(problem, {"W1": [["1", "0"]], "W2": [["1"]]}, 1, 1, "1/3").to_json()
    words = (
        f"B is {sign} semidefinite and singular (in floating point, not proved), D is 0 (proved)"
    )
    assert document["reason"].startswith(words)
    wanted, other = ("0 < lambda < 1", "lambda < 0 or")[:: 1 if c < 0 else -1]
    assert wanted in document["reason"]
    assert other not in document["reason"]


def test_no_critical_point_of_a_cross_entropy_is_alone() -> None:
    data = Dataset([[1], [2], [-1]], [[1, 0], [0, 1], [1, 0]])
    problem = Problem(Network([1, 1, 2], "tanh"), data, Loss("cross_entropy"))
    point = {"W1": [["3/10"]], "W2": [["-1/2"], ["1/2"]]}
    document = replicate(problem, point, layer=1, neuron=1, lam="1/2").to_json()
    assert document["verdict"] == "undecided"
    assert "changes no cross-entropy, so that no critical point is alone" in document["reason"]
