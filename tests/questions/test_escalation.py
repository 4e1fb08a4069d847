"""Precision rises until the checker accepts; nothing that it refuses is reported or written."""

from fractions import Fraction

import pytest

from symland import Dataset, Loss, Network, Problem, classify
from symland.claims.case import Case
from symland.claims.enclosures import dyadic_point, loss_between
from symland.questions.answer import answer_from
from symland.questions.escalation import accepted_precision

SATURATING = Problem(Network([1, 1, 1], "tanh"), Dataset([[1]], [[1]]))


@pytest.mark.parametrize("power", [3, 5, 7, 8, 12])
def test_inputs_of_any_scale(power):
    """The same minimum in other units: v stays, u is divided by the unit."""
    unit = 10**power
    data = Dataset([[0], [unit], [3 * unit]], [[1], [-2], [3]])
    problem = Problem(Network([1, 1, 1], "sigmoid"), data, Loss(scale=1))
    start = {"W1": [[f"0.6395493661620047e-{power}"]], "W2": [["1.255556753016051"]]}
    answer = classify(problem, start, budget=30)
    assert answer.verdict == "certified"
    assert answer.checked.accepted
    document = answer.to_json()
    assert document["given"]["kind"] == "not_critical"
    refined = document["refined"]
    assert (refined["kind"], refined["status"]) == ("local_minimum", "certified")
    expected = Fraction("0.6395493661620046988") / unit
    assert abs(Fraction(refined["weights"]["W1"][0][0]) / expected - 1) < Fraction(1, 10**18)


def test_the_first_precision_that_the_checker_accepts():
    def write(case, bits):
        point = dyadic_point(case, SATURATING.network.shapes, [Fraction(1), Fraction(1)])
        loss_between(case, point, Fraction("0.0284186732"), Fraction("0.0284186733"), bits)

    found = accepted_precision(SATURATING, write, 20)
    assert found == 40
    for bits, accepted in ((20, False), (40, True)):
        case = Case(SATURATING)
        write(case, bits)
        assert case.check().accepted is accepted
    assert accepted_precision(SATURATING, write, 20, 30) is None


def test_refused_files_are_not_written(tmp_path):
    case = Case(SATURATING)
    point = dyadic_point(case, SATURATING.network.shapes, [Fraction(1), Fraction(1)])
    loss_between(case, point, Fraction(1), Fraction(2), 60)
    answer = answer_from(case, "classify", "wrong", {}, 0, 1.0, 0.0)
    assert not answer.checked.accepted
    assert answer.verdict == "undecided"
    assert answer.save(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
