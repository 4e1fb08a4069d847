"""Whether from the point of an instance a path that never rises leads to an exact fit."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING

from symland.claims.case import Case
from symland.claims.enclosures import loss_exactly
from symland.claims.global_minimum import pure_error as claim_pure_error
from symland.claims.path_to_exact_fit import path_to_exact_fit
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.pure_error import pure_error
from symland.search.full_ranks import FullRanks, full_ranks
from symland.theorem.place import NotDecided
from symland.theorem.replicated import replicated

if TYPE_CHECKING:
    from symland.theorem.instance import Instance

__all__ = ["falls_to_exact_fit"]


def falls_to_exact_fit(instance: Instance) -> bool:
    """True with a path from the instance's point to f = y, of loss (1 - t)^2 times that there.

    False if the point is a global minimum of positive loss, so that f = y nowhere; or if the
    critical point near it is a minimum with positive definite Hessian, above the instance's
    ``better`` point: then no path that never rises leads far from near it. NotDecided where
    nothing of this is proved.

    >>> from symland.problem import Network
    >>> from symland.search.small_data_search import integer_problem
    >>> from symland.theorem import Instance
    >>> two = integer_problem(Network((1, 2, 1), "tanh"), [1, 2], [5, -7])
    >>> s = Instance(two, at=[[[1], [2]], [[0, 0]]])
    >>> falls_to_exact_fit(s), s.case.check().lines[0]
    (True, 'c1: from p1 a path leads to f = y, where the loss is (1 - t)^2 times as high')
    """
    if instance.weights is None:
        raise NotDecided("the instance has no point, give one with at=")
    if instance.weights.roots:
        raise NotDecided("the point has algebraic entries, expected rational or log(p/q) ones")
    found = full_ranks(instance.problem, instance.weights, instance.deadline)
    if isinstance(found, FullRanks):
        reason = _claimed(instance, lambda case: _path(case, instance, found))
        if reason is None:
            return True
        raise NotDecided(f"the checker does not accept the path: {reason}")
    if pure_error(instance.problem) and _claimed(instance, lambda c: _least(c, instance)) is None:
        return False
    if instance.better is None:
        raise NotDecided(found)
    stuck = replicated(instance)
    if stuck.nondegenerate_minimum and stuck.higher_than(instance.better):
        return False
    raise NotDecided(f"no way down, and no minimum above the better point: {found}")


def _claimed(instance: Instance, claim: Callable[[Case], None]) -> str | None:
    """None once the checker has accepted what is now claimed in the instance's case; or why not."""
    trial = deepcopy(instance.case)
    claim(trial)
    verdict = trial.check()
    if verdict.accepted:
        claim(instance.case)
        return None
    return verdict.reason


def _path(case: Case, instance: Instance, found: FullRanks) -> None:
    inverses = found.left_inverse, found.right_inverses
    path_to_exact_fit(case, _point(case, instance), found.layer, *inverses, found.precision)


def _least(case: Case, instance: Instance) -> None:
    """No function has a lower loss, and that is not 0: two targets for one input."""
    name, least = _point(case, instance), pure_error(instance.problem)
    claim_pure_error(case, name, "pure_error_logarithms")
    loss_exactly(case, name, as_fmpq(least))


def _point(case: Case, instance: Instance) -> str:
    assert instance.weights is not None
    return case.point(instance.weights.to_json())
