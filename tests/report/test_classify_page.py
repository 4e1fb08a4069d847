"""The page of a trained point: first what it is and what is near it, tables of digits last."""

import copy

import pytest

from symland import Dataset, Network, Problem, Regularizer, classify
from symland.report import page_of, to_html, to_latex, to_markdown
from symland.report.page import Lines, Matrices
from tests.report.documents import MINIMUM, NOT_CRITICAL

SPURIOUS = copy.deepcopy(NOT_CRITICAL)
SPURIOUS["refined"] |= {
    "kind": "spurious_local_minimum",
    "better": {
        "weights": {"W1": [["1", "1"]], "W2": [["1"], ["1"]]},
        "loss": {"lower": "0.25", "upper": "0.25", "exact": "1/4"},
    },
}
SPURIOUS["gradient"] = {
    "W1": [["-3.0000000000000000001e-15", "0e-37"]],
    "W2": [["4.0000000000000000001e-15"], ["0e-25"]],
}
SPURIOUS["names"] = {"p1": "given", "p2": "refined", "p3": "better"}
SPURIOUS["evidence"] = [
    {
        "claim": "c1",
        "rule": "intervals",
        "text": "the loss at p2 lies in [1930250675468919/500000000000000, 1/3]",
    }
]


def without(refined, **changes):
    document = copy.deepcopy(NOT_CRITICAL)
    document["refined"] = {**document["refined"], **refined, **changes}
    return document


@pytest.mark.parametrize("render", [to_html, to_latex, to_markdown])
def test_the_headline_says_what_is_near_whether_proved_and_its_loss(render):
    text = render(SPURIOUS)
    words = (
        "the given point is not critical: its gradient is not zero (norm 5e-15). At distance "
        "0.125 from it is a certified spurious local minimum with loss 0.5; "
        "a point elsewhere has loss 0.25"
    )
    assert words in text.replace("\\_", "_")


def test_a_point_without_proof_is_not_called_certified():
    headline = page_of(without({"kind": "local_minimum"}, status="numerical")).headline
    assert "a numerical local minimum with loss 0.5 (high precision, no proof)" in headline
    assert "certified" not in headline


def test_where_a_search_stopped_is_not_called_critical():
    stopped = {"kind": "undecided", "status": "undecided", "critical": None}
    headline = page_of(without(stopped, gradient_norm="9e-10")).headline
    assert "the search stopped with loss 0.5 and a gradient of norm 9e-10: whether a" in headline
    assert "is a critical point" not in headline
    proved = page_of(without({**stopped, "critical": True})).headline
    assert "is a critical point with loss 0.5, whose kind is undecided" in proved
    titles = [part.title for part in page_of(without(stopped)).parts]
    assert "Where the search stopped, at distance 0.125" in titles
    titles = [part.title for part in page_of(without({**stopped, "critical": True})).parts]
    assert "The critical point nearby, at distance 0.125, not proved" in titles


def test_the_reason_follows_where_nothing_is_near():
    document = {**NOT_CRITICAL, "refined": None, "reason": "Newton's method went away"}
    assert page_of(document).headline.endswith("(norm 1.5207). Newton's method went away")


def test_at_a_kink_nothing_is_said_of_a_gradient():
    kink = {**NOT_CRITICAL, "gradient": None, "reason": "the loss falls along a line"}
    assert page_of({**kink, "refined": None}).headline == (
        "the given point is not critical. The loss falls along a line"
    )
    assert page_of(kink).headline.startswith(
        "the given point is not critical. The loss falls along a line. At dis"
    )


def test_names_keep_their_letters():
    for reason, end in (("the time is over", "The time is over"), ("p1 is no end", "p1 is no end")):
        document = {**NOT_CRITICAL, "refined": None, "reason": reason}
        assert page_of(document).headline.endswith(f". {end}")


def test_twenty_digits_of_fifty_are_shown():
    many = "0.73205080756887729352744634150587236694280525381038"
    page = page_of(without({"kind": "local_minimum", "weights": {"W1": [[many]]}}, digits=50))
    (table,) = (p for p in page.parts if "weights" in str(getattr(p, "title", "")))
    assert table.title == "Its weights, right to 50 digits of the largest, rounded to 20"
    assert table.matrices[0].rows == (("0.73205080756887729353",),)


def test_a_certificate_that_was_refused_leaves_a_perhaps():
    headline = page_of(without({"kind": "local_minimum"}, status="undecided")).headline
    assert "is perhaps a local minimum with loss 0.5, which is not proved" in headline


def test_an_undecided_point_may_have_a_certified_one_nearby():
    document = copy.deepcopy(SPURIOUS)
    document["given"] |= {"kind": "undecided", "status": "undecided"}
    headline = page_of({**document, "gradient": None, "reason": "not decided: too large"}).headline
    assert headline.startswith("too large. At distance 0.125 from it is a certified spurious")


def test_the_nearby_point_comes_before_evidence_and_gradient():
    titles = [part.title for part in page_of(SPURIOUS).parts]
    assert titles == [
        "The given point",
        "The critical point nearby, at distance 0.125",
        "Its weights",
        "A point with the lower loss 0.25",
        "Because",
        "Gradient at the given point, rounded",
        "Certificate",
    ]


def test_the_gradient_in_few_digits_and_zeros_as_zeros():
    page = page_of(SPURIOUS)
    table = next(p for p in page.parts if isinstance(p, Matrices) and "Gradient" in p.title)
    assert [matrix.rows for matrix in table.matrices] == [
        (("-3e-15", "0"),),
        (("4e-15",), ("0",)),
    ]
    given = dict(page.parts[0].lines)
    assert given["gradient norm"].text == "5e-15"
    assert given["largest derivative"].text == "4e-15 by W2, row 1, column 1"


def test_names_of_points_are_explained_and_losses_are_decimals():
    page = page_of(SPURIOUS)
    because = next(p for p in page.parts if isinstance(p, Lines) and p.title == "Because")
    assert because.lines[0][1].text == (
        "p1 is the given point, p2 is the critical point nearby, p3 is a point with lower loss"
    )
    assert because.lines[1][1].text == (
        "the loss at p2 lies in [3.860501350937838, 1/3] [intervals]"
    )


def test_weights_of_which_no_digit_holds_are_not_shown():
    inertia = {"positive": 1, "negative": 0, "zero": 3}
    lost = without({"kind": "undecided", "critical": None, "inertia": inertia}, digits=0)
    text = to_markdown({**lost, "evidence": None})
    assert "Its weights" not in text
    assert "eigenvalues" not in text
    origin = without({"kind": "strict_saddle", "inertia": inertia}, digits=0, status="numerical")
    assert "eigenvalues: 1 positive" in to_markdown(origin)
    held = to_markdown(without({"inertia": inertia}, digits=3, status="numerical"))
    assert "Its weights, right to 3 digits of the largest" in held
    assert "eigenvalues: 1 positive" in held


def test_a_critical_point_is_as_before():
    assert page_of(MINIMUM).headline == "global minimum: no point has a lower loss"


def test_roles_of_a_real_answer():
    """A tanh beside its minimum, and the origin, which is a saddle itself."""
    problem = Problem(
        Network((1, 1, 1), "tanh"), Dataset([[1]], [[1]]), regularizer=Regularizer("1/10")
    )
    document = classify(problem, {"W1": [["0.7"]], "W2": [["0.9"]]}, budget=10).to_json()
    assert document["names"] == {"p1": "given", "p2": "refined"}
    claims = {e["text"].split(" p2")[0] for e in document["evidence"] if " p2" in e["text"]}
    assert "there is exactly one critical point in the box" in claims
    given = classify(problem, {"W1": [[0]], "W2": [[0]]}, budget=10).to_json()
    assert set(given["names"].values()) == {"given"}
