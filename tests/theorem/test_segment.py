"""Three points on a line that show that a loss is not convex."""

from types import SimpleNamespace

import pytest

from symland import Dataset, Network, Problem
from symland.claims.case import Case
from symland.theorem import segment


def instance(network, size):
    problem = Problem(network, Dataset([[size], [1]], [[1], [2]]))
    return SimpleNamespace(problem=problem, seed=0, case=Case(problem))


@pytest.mark.parametrize("size", [3, 10**160, 10**400], ids=["small", "overflow", "no floats"])
def test_the_points_found_are_those_of_exact_losses(monkeypatch, size):
    found = instance(Network((1, 1, 1)), size)
    assert segment.find_segment(found, "not_convex")
    assert found.case.check().accepted
    monkeypatch.setattr(segment, "_floats", lambda problem: None)
    exact = instance(Network((1, 1, 1)), size)
    assert segment.find_segment(exact, "not_convex")
    assert exact.case.certificate() == found.case.certificate()
    assert exact.case.statement() == found.case.statement()


def test_a_convex_loss_has_none():
    assert not segment.find_segment(instance(Network((1, 1)), 3), "not_convex")
