"""What an exactly critical point is where its Hessian is irrational, or singular: by enclosures."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from flint import arb_mat

from symland.claims.case import Case
from symland.claims.convex_loss import convex_global_minimum
from symland.claims.enclosures import inertia_by_congruence, kind_by_inertia
from symland.claims.slice import (
    inertia_across,
    minimum_across,
    silent_saddle,
    strict_saddle_between,
)
from symland.enclosure.inertia import congruence
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.number_systems.arb_balls import balls
from symland.landscape.parameters import elements, flat
from symland.search.constant_neurons import constant_neurons
from symland.search.flat_reasons import FlatReasons, flat_reasons, silent_neurons
from symland.search.flat_slice import bending_directions, complement, congruence_across
from symland.search.silent_witness import silent_witness

if TYPE_CHECKING:
    from symland.questions.classification import Classification

__all__ = ["Inertia", "enclosed_kind"]

Inertia = tuple[int, int, int]
Found = tuple[str, Inertia | None]
MOST_PARAMETERS = 110


def enclosed_kind(
    work: Classification,
    name: str,
    critical: str,
    hessian: arb_mat,
    precision: int,
    inertia: tuple[str, Inertia] | None = None,
) -> Found | None:
    """The kind of the point and its inertia, where known; None where nothing is proved.

    ``name`` and ``critical`` are the point and the claim that it is critical, ``hessian`` encloses
    the Hessian there; ``inertia`` is a claim of its signs and these, where known. Tried are
    convexity, definiteness or both signs of the Hessian, these across directions along which the
    loss is known to be constant, two directions along which second derivatives have different
    signs, and neurons that nothing depends on.
    """
    if hessian.nrows() > MOST_PARAMETERS:
        return None
    tried = _Attempts(work, name, critical, hessian, precision, inertia)
    for attempt in (tried.convex, tried.regular, tried.flat, tried.bent, tried.silent):
        trial = deepcopy(work.case)
        found = attempt(trial)
        if found is not None and trial.check().accepted:
            return attempt(work.case)
    return None


class _Attempts:
    """Each writes the claims of one way to a case, and says what they would prove."""

    def __init__(
        self,
        work: Classification,
        name: str,
        critical: str,
        hessian: arb_mat,
        precision: int,
        inertia: tuple[str, Inertia] | None,
    ):
        self.inertia = inertia
        self.work, self.problem = work, work.problem
        self.name, self.critical = name, critical
        self.hessian, self.precision = hessian, precision
        network = work.problem.network
        self.point = flat(network.shapes, elements(network, balls, work.point))
        self.place = np.array([float(x.mid()) for x in self.point])

    def convex(self, case: Case) -> Found | None:
        if self.problem.network.K > 1:
            return None
        convex_global_minimum(case, self.name, self.critical)
        return "global_minimum", None

    def regular(self, case: Case) -> Found | None:
        found = congruence(self.hessian)
        if found is None:
            return None
        signs, transform = found
        inertia = inertia_by_congruence(case, self.name, signs, transform, self.precision)
        kinds = {(True, True): "strict_saddle", (True, False): "strict_minimum"}
        claim = kinds.get((signs[0] > 0, signs[1] > 0), "strict_maximum")
        kind_by_inertia(case, self.name, claim, self.critical, inertia)
        names = {"strict_minimum": "local_minimum", "strict_maximum": "local_maximum"}
        return names.get(claim, claim), signs

    def flat(self, case: Case) -> Found | None:
        """Inertia and minima across the flat directions of each set of reasons."""
        for reasons in self._reasons():
            if self.work.deadline.passed():
                return None
            trial = deepcopy(case)
            found = self._across(trial, reasons)
            if found is not None and trial.check().accepted:
                return self._across(case, reasons)
        return None

    def _reasons(self) -> list[FlatReasons]:
        """What may make the loss constant: copies and constant neurons do not go together."""
        seen = replace(flat_reasons(self.problem, self.place), silent=(), constant=())
        constant = constant_neurons(self.problem.network, self.place)
        sets = [replace(seen, copies=(), constant=constant), seen, replace(seen, copies=())]
        return [reasons for k, reasons in enumerate(sets) if reasons not in sets[:k]]

    def _across(self, case: Case, reasons: FlatReasons) -> Found | None:
        network, place = self.problem.network, self.place
        counted = reasons.independent(network, place)
        zero = counted.zero(network, place)
        if not 0 < zero.shape[1] < len(place):
            return None
        found = congruence_across(self.hessian, complement(zero))
        if found is None or (found[0][1] and not found[0][0]):
            return None
        (positive, negative, _), transform = found
        signs = positive, negative, len(place) - positive - negative
        about = case, self.name, signs, transform, counted, self.critical, self.precision
        inertia = inertia_across(*about)
        if negative:
            kind_by_inertia(case, self.name, "strict_saddle", self.critical, inertia)
            return "strict_saddle", signs
        if counted.kernel(network, place).size:
            return self._silent(case, inertia, signs)
        minimum_across(case, self.name, self.critical, inertia)
        return "local_minimum", signs

    def _silent(self, case: Case, inertia: str, signs: Inertia) -> Found | None:
        heard = silent_witness(
            BallLandscape(self.problem),
            self.point,
            silent_neurons(self.problem, self.place),
        )
        if heard is None:
            return None
        silent_saddle(case, self.name, self.critical, inertia, *heard, self.precision)
        return "non_strict_saddle", signs

    def bent(self, case: Case) -> Found | None:
        lines = bending_directions(self.hessian)
        if lines is None:
            return None
        strict_saddle_between(case, self.name, self.critical, *lines, self.precision)
        return "strict_saddle", None

    def silent(self, case: Case) -> Found | None:
        if self.inertia is None or self.inertia[1][1]:
            return None
        return self._silent(case, *self.inertia)
