"""The images of a certified critical point under the finite symmetries of the problem."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from symland.exact.rational_matrix import as_fmpq
from symland.landscape.ball_landscape import BallLandscape
from symland.landscape.symmetry.finite_action import AffineMap
from symland.search.critical_box import CriticalBox, NoBox, critical_box
from symland.search.deadline import Deadline
from symland.search.fundamental_domain import moved_box

__all__ = ["orbit", "same_point"]


def same_point(one: CriticalBox, other: CriticalBox) -> bool:
    """Whether the critical points of two boxes are not known to be different."""
    room = one.spread + other.spread
    return all(
        not abs(arb(x) - arb(y)) > room for x, y in zip(one.midpoint, other.midpoint, strict=True)
    )


def orbit(
    box: CriticalBox,
    generators: Sequence[AffineMap],
    landscape: BallLandscape,
    most: int,
    deadline: Deadline,
) -> list[CriticalBox] | None:
    """The box and its different images; None where there are more than `most`, or one has no box.

    A signed permutation moves box and witnesses as they are. Another affine map only says where to
    look, and the box there is proved anew.

    >>> from symland.landscape.symmetry import find_symmetries
    >>> from symland.landscape.symmetry.finite_action import finite_generators
    >>> from symland.problem import Dataset, Network, Problem, Regularizer
    >>> problem = Problem(
    ...     Network([1, 2, 1], "tanh"), Dataset([[1]], [[2]]), regularizer=Regularizer("1/9")
    ... )
    >>> landscape, deadline = BallLandscape(problem), Deadline(20)
    >>> box = critical_box(landscape, [arb(0.7), arb(0), arb(1.3), arb(0)], deadline)
    >>> generators = finite_generators(problem, find_symmetries(problem))
    >>> images = orbit(box, generators, landscape, 9, deadline)
    >>> [[round(float(x.p) / float(x.q), 1) for x in image.midpoint] for image in images]
    [[1.3, 0.0, 2.0, 0.0], [0.0, 1.3, 0.0, 2.0], [-1.3, 0.0, -2.0, 0.0], [0.0, -1.3, 0.0, -2.0]]
    """
    found = [box]
    for one in found:
        for g in generators:
            try:
                image = _image(one, g, landscape, deadline)
            except NoBox:
                return None
            if not any(same_point(image, other) for other in found):
                if len(found) == most:
                    return None
                found.append(image)
    return found


def _image(
    box: CriticalBox, g: AffineMap, landscape: BallLandscape, deadline: Deadline
) -> CriticalBox:
    moved = g.signed_permutation
    if moved is None:
        return critical_box(landscape, [arb(x) for x in g(box.midpoint, as_fmpq)], deadline)
    return moved_box(box, moved)
