"""What shows that a derivative or a combination of them is not 0 anywhere in a leaf of a cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .backpropagation import Backpropagation, is_covered
from .cover_parts import Ends, Part
from .duals import Dual
from .expansions import Expansion
from .interval_jets import Intervals, gradient, hessian, loss
from .intervals import Interval, dot, number
from .network import shaped
from .statement import Problem
from .verdict import Refused

MAX_NESTED = 30  # memory


@dataclass
class _Expanded:
    """A box that is expanded: how deep in the tree it is, its numbers and ends (cover_parts.py),
    and its expansion, once a leaf asks for it."""

    depth: int
    index: list[int]
    level: list[int]
    ends: Ends
    expansion: Expansion | None = None


class Leaves:
    """The leaf tests of one cover, with so many binary places.

    Within a box that was expanded (expansions.py) a derivative is read off that expansion, which
    is fast and close; where that does not show it, and elsewhere, it is enclosed by
    backpropagation, which is fast, or by jets, whose enclosure may be the narrower one.
    """

    def __init__(self, problem: Problem, bits: int, order: int) -> None:
        """``order`` is that of expansions, 0 where there are none."""
        self.problem, self.bits, self.order = problem, bits, order
        self.arithmetic = Intervals(bits)
        self.backpropagation = Backpropagation(problem, bits) if is_covered(problem) else None
        self.expanded: list[_Expanded] = []  # innermost last

    def expand(self, here: Part) -> None:
        """The box is expanded, for it and all boxes within it."""
        if self.expanded and len(here.halved) == self.expanded[-1].depth:
            raise Refused("the cover expands a box twice")
        if len(self.expanded) == MAX_NESTED:
            raise Refused(f"the cover expands more than {MAX_NESTED} boxes around a leaf")
        self.expanded.append(
            _Expanded(len(here.halved), list(here.index), list(here.level), here.ends())
        )

    def leave(self, here: Part) -> None:
        """Forget boxes that ``here``, the next one, is not within: of a box after k halvings the
        next one within it has more."""
        while self.expanded and len(here.halved) <= self.expanded[-1].depth:
            self.expanded.pop()

    def derivative(self, here: Part, k: int) -> None:
        """`Refused` unless derivative k is not 0 anywhere in the leaf."""
        if self._by_expansion(here, [int(i == k) for i in range(len(here.index))]):
            return
        over, arithmetic = self.box(here.ends()), self.arithmetic
        known = self.backpropagation
        if known is not None and arithmetic.sign(known.partial(over, k)):
            return
        jet = loss(self.problem, arithmetic, shaped(self.problem, over), 1)
        if not arithmetic.sign(gradient(self.problem, jet, arithmetic)[k]):
            raise Refused(f"derivative {k} may be 0 in a leaf")

    def combination(self, here: Part, integers: Sequence[int]) -> None:
        """`Refused` unless the combination of derivatives is not 0 anywhere in the leaf."""
        if self._by_expansion(here, integers):
            return
        problem, arithmetic, ends = self.problem, self.arithmetic, here.ends()
        factors = [number(c, self.bits) for c in integers]
        middle = [(low + high) / 2 for low, high in ends]
        centre, over = [number(m, self.bits) for m in middle], self.box(ends)
        shift = self.box([(low - m, high - m) for (low, high), m in zip(ends, middle, strict=True)])
        known = self.backpropagation
        if known is not None:
            value = known.along([Dual(x, c) for x, c in zip(centre, factors, strict=True)])
            moved = known.gradient([Dual(x, c) for x, c in zip(over, factors, strict=True)])
            if arithmetic.sign(value + dot([x.slope for x in moved], shift)):
                return
        slope = gradient(problem, loss(problem, arithmetic, shaped(problem, centre), 1), arithmetic)
        found = loss(problem, arithmetic, shaped(problem, over), 2)
        curvature = hessian(problem, found, arithmetic)
        bent = [dot(factors, column) for column in zip(*curvature, strict=True)]
        if not arithmetic.sign(dot(factors, slope) + dot(bent, shift)):
            raise Refused("a combination of derivatives may be 0 in a leaf")

    def _by_expansion(self, here: Part, integers: Sequence[int]) -> bool:
        if not self.expanded:
            return False
        box = self.expanded[-1]
        if box.expansion is None:
            box.expansion = Expansion(self.problem, box.ends, self.bits, self.order)
        return box.expansion.is_nonzero(integers, *here.within(box.index, box.level))

    def box(self, ends: Ends) -> list[Interval]:
        """The intervals around these ends."""
        return [Interval.between(low, high, self.bits) for low, high in ends]
