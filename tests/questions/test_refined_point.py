"""The critical point nearby: only where one is reached, with the digits that hold, by work."""

import json
from fractions import Fraction

import pytest

from symland import Dataset, Loss, Network, Problem, Regularizer, classify
from symland.cli.exit_status import exit_status
from symland.questions import numerical_point as numerical, refined_point
from symland.questions.held_digits import held_digits
from symland.questions.proof_cost import Cost, digits_cost, proof_cost
from symland.report import to_html, to_markdown
from symland.search import multistart
from symland.search.deadline import Deadline

THREE = Dataset([[0], [1], [3]], [[1], [-2], [3]])
FIVE = Dataset([[0], [1], [2], [3], [4]], [[3], [2], [-1], [1], [1]])


def one(activation, data=THREE, loss="squared", **other):
    return Problem(Network([1, 1, 1], activation), data, Loss(loss), **other)


@pytest.mark.parametrize(
    ("problem", "weights", "why"),
    [
        # A fit of the sign by ever larger weights: the gradient fades and is never 0.
        (
            one("tanh", Dataset([[1], [-1]], [[1], [-1]]), "logistic"),
            {"W1": [["1"]], "W2": [["1"]]},
            "its last step still has length",
        ),
        (one("sigmoid"), {"W1": [["1e6"]], "W2": [["1e6"]]}, "saturated"),
        # The least of the loss is at infinity, where the weights 1 and 5/3 of a jump are met.
        (one("sigmoid"), {"W1": [["-30"]], "W2": [["1"]]}, ""),
    ],
)
def test_no_critical_point_where_none_is_reached(problem, weights, why):
    document = classify(problem, weights, budget=20).to_json()
    assert document["refined"] is None
    assert document["distance"] is None
    assert "reached no critical point" in document["reason"]
    assert why in document["reason"]


def test_a_huge_start_leads_to_a_minimum_or_nowhere():
    problem = one("softplus(3)")
    document = classify(problem, {"W1": [["1e6"]], "W2": [["1e6"]]}, budget=30).to_json()
    refined = document["refined"]
    assert refined["status"] == "certified"
    assert Fraction(refined["loss"]["upper"]) < 7


def test_out_of_budget_is_said():
    document = classify(one("sigmoid"), {"W1": [["0.6"]], "W2": [["1.2"]]}, budget=0).to_json()
    assert document["refined"] is None
    assert document["reason"] == "the budget ended before a critical point nearby was found"


def test_copies_of_a_neuron_have_the_digits_of_the_single_one(monkeypatch):
    """In numbers only: whatever shares outgoing weight has, the rest is known, and the sum."""
    single = Problem(Network([1, 1, 1], "sigmoid"), FIVE)
    proved = classify(single, {"W1": [["-1.3044"]], "W2": [["6.2636"]]}).to_json()["refined"]
    assert proved["status"] == "certified"
    unproved(monkeypatch)
    double = Problem(Network([1, 2, 1], "sigmoid"), FIVE)
    start = {"W1": [["-1.30446355"], ["-1.30446331"]], "W2": [["3.60192106", "2.66175504"]]}
    refined = classify(double, start).to_json()["refined"]
    assert (refined["status"], refined["kind"]) == ("numerical", "local_minimum")
    assert refined["flat"]["dimension"] == 1
    assert "a proof about 4 parameters would take" in refined["reason"]
    known = [Fraction(row[0]) for row in proved["weights"]["W1"]]
    for row in refined["weights"]["W1"]:
        assert abs(Fraction(row[0]) - known[0]) < Fraction(1, 10**18)
    assert refined["weights"]["W1"][0] == refined["weights"]["W1"][1]
    shares = [Fraction(x) for x in refined["weights"]["W2"][0]]
    assert abs(sum(shares) - Fraction(proved["weights"]["W2"][0][0])) < Fraction(1, 10**18)
    assert refined["digits"] == 50
    # Where nothing explains the eigenvalue 0, how far the search drifted counts.
    monkeypatch.setattr(numerical, "_explained", lambda *_: None)
    refined = classify(double, start).to_json()["refined"]
    assert refined["status"] == "undecided"
    assert 8 <= refined["digits"] <= 12
    for text in refined["weights"]["W2"][0]:
        assert len(text.replace(".", "")) <= refined["digits"] + 1


@pytest.mark.parametrize("error", [1e-3, 3e-7, 6e-12])
def test_digits_that_hold(error):
    from flint import arb

    true = Fraction("0.73456789012345678901")
    for sign in (1, -1):
        (text,), digits = held_digits([arb(str(float(true) + sign * error))], [error])
        last = Fraction(1, 10**digits)
        assert abs(Fraction(text) - true) <= last
        assert last < 200 * Fraction(error)
    assert held_digits([arb("0.5")], [float("nan")]) == (["0"], 0)


def unproved(monkeypatch):
    """An answer whose point nearby is too large for a proof."""
    monkeypatch.setattr(refined_point, "proof_cost", lambda problem: Cost(1e6, 1))
    problem = one("sigmoid", regularizer=Regularizer("1/10"))
    return classify(problem, {"W1": [["0.6"]], "W2": [["1.2"]]}).to_json()


def test_what_is_not_proved_does_not_look_proved(monkeypatch):
    document = unproved(monkeypatch)
    refined = document["refined"]
    assert document["verdict"] == "certified"  # that the point given is not critical
    assert exit_status(document) == 0
    assert (refined["status"], refined["digits"]) == ("numerical", 50)
    for page in (to_markdown(document), to_html(document)):
        assert "not proved" in page
        assert "high precision, no proof" in page
        assert f"{refined['gradient_norm']}" in page
        assert "a proof about 2 parameters would take about 1000000 seconds" in page
        assert "right to 50 digits of the largest, rounded to 20" in page
        assert "is a numerical local minimum with loss" in page
    monkeypatch.undo()
    proved = classify(
        one("sigmoid", regularizer=Regularizer("1/10")), {"W1": [["0.6"]], "W2": [["1.2"]]}
    ).to_json()
    assert "not proved" not in to_markdown(proved)
    assert refined["kind"] == "local_minimum"
    for name, rows in proved["refined"]["weights"].items():
        known, said = Fraction(rows[0][0]), Fraction(refined["weights"][name][0][0])
        assert 0 < abs(known - said) < Fraction(1, 10**18)


def test_costs_grow_with_everything():
    def cost(widths, samples):
        network = Network(widths, "tanh")
        data = Dataset([[1] * widths[0]] * samples, [[1] * widths[-1]] * samples)
        problem = Problem(network, data)
        return proof_cost(problem), digits_cost(problem)

    small = cost([2, 3, 1], 5)
    for larger in (cost([2, 3, 1], 5000), cost([2, 30, 1], 5), cost([2, 3, 3, 3, 3, 1], 5)):
        for a, b in zip(small, larger, strict=True):
            assert a.seconds < b.seconds
            assert a.megabytes < b.megabytes
    assert cost([2, 6, 1], 20)[0].beyond(Deadline(5)) is None
    assert "MB of memory" in cost([100, 40, 1], 50)[1].beyond(Deadline(10**6))


def test_in_floats_alone(monkeypatch):
    with monkeypatch.context() as large:
        large.setattr(numerical, "digits_cost", lambda problem: Cost(1e6, 1))
        refined = unproved(monkeypatch)["refined"]
    assert (
        "to more digits than floats have it would take about 1000000 seconds" in refined["reason"]
    )
    better = unproved(monkeypatch)["refined"]
    assert (refined["status"], refined["kind"]) == ("numerical", "local_minimum")
    assert 8 <= refined["digits"] <= 15
    places = Fraction(1, 10 ** (refined["digits"] - 2))
    for name in ("W1", "W2"):
        one_, other = (Fraction(x["weights"][name][0][0]) for x in (refined, better))
        assert abs(one_ - other) < places


def test_near_is_not_nowhere():
    """Distances that floats take for 0."""
    problem = one("tanh")
    document = classify(problem, {"W1": [["1e-40"]], "W2": [[0]]}).to_json()
    assert document["given"]["kind"] == "not_critical"
    assert 0 < float(document["distance"]) < 1e-25
    deep = Problem(Network([1, 1, 1]), Dataset([[1]], [[2]]))
    document = classify(deep, {"W1": [["1e-40"]], "W2": [[0]]}).to_json()
    assert document["given"]["kind"] == "not_critical"
    assert document["distance"] == "1e-40"


def test_the_lower_point_is_printed():
    problem = Problem(Network([1, 2, 1], "sigmoid"), FIVE)
    start = {"W1": [["-1.66345048"], ["0.38577756"]], "W2": [["5.61269965", "0.63878342"]]}
    document = classify(problem, start).to_json()
    refined = document["refined"]
    assert refined["kind"] == "spurious_local_minimum"
    for page in (to_markdown(document), to_html(document)):
        assert "lower loss" in page
        for row in refined["better"]["weights"]["W1"]:
            assert str(row[0]) in page


def test_losses_of_any_size_are_enclosed_relative_to_it():
    tiny = Dataset([[0], [1], [3]], [["1e-30"], ["-2e-30"], ["3e-30"]])
    start = {"W1": [["0.639549366164"]], "W2": [["1.25555675301e-30"]]}
    document = classify(one("sigmoid", tiny), start).to_json()
    for point in (document["given"], document["refined"]):
        lower, upper = (Fraction(point["loss"][end]) for end in ("lower", "upper"))
        assert 0 < lower < upper < lower * (1 + Fraction(1, 10**12))


def test_descents_are_counted_and_not_timed(monkeypatch):
    """The same starts however slow the machine is, within the budget."""
    made = []
    monkeypatch.setattr(
        multistart, "descent", lambda landscape, start, *rest: made.append(start.tolist())
    )
    for cheap, count in ((20_000, 24), (3, 12), (1, 4)):  # of 2 weights and 3 samples
        made.clear()
        monkeypatch.setattr(multistart, "CHEAP", cheap)
        assert multistart.lower_point(one("tanh"), 1.0, 0, Deadline(1000)) is None
        assert len(made) == count
    limits = []
    monkeypatch.setattr(
        refined_point, "lower_point", lambda *request: limits.append(request[3].remaining())
    )
    classify(one("sigmoid"), {"W1": [["0.64"]], "W2": [["1.25"]]}, budget=600)
    assert limits
    assert limits[0] > 100


def test_exact_losses_at_logarithms():
    """A rational loss is stated as such, with a claim of its own unless it is 0."""
    zero = one("sigmoid", Dataset([[1], [-1], [0]], [["2/3"], ["1/3"], ["1/2"]]))
    given = classify(zero, {"W1": [["log(2)"]], "W2": [[1]]}).to_json()["given"]
    assert given["loss"] == {"lower": "0", "upper": "0", "exact": "0"}
    mean = one("tanh", Dataset([[1], [1]], [[0], [2]]))
    answer = classify(mean, {"W1": [["log(2)"]], "W2": [["5/3"]]})
    document = answer.to_json()
    assert answer.checked.accepted
    assert document["given"]["loss"]["exact"] == "1"
    claims = [c for c in json.loads(answer.statement)["claims"] if c["claim"] == "value"]
    assert [c["value"] for c in claims] == ["1"]


def test_transcendental_losses_at_logarithms_are_enclosed():
    """The outputs are 0 and the targets 1 and -1: the loss is 2 log 2."""
    problem = one("tanh", Dataset([[1], [1]], [[1], [-1]]), "logistic")
    answer = classify(problem, {"W1": [["log(2)"]], "W2": [[0]]})
    given = answer.to_json()["given"]
    assert answer.checked.accepted
    assert given["critical"] is True
    assert given["loss"]["exact"] is None
    lower, upper = (Fraction(given["loss"][end]) for end in ("lower", "upper"))
    assert lower < 2 * Fraction("0.693147180559945309417") < upper < lower + Fraction(1, 10**12)
