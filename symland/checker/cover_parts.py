"""The boxes of a binary tree that covers a cube, from the whole cube through its leaves."""

from __future__ import annotations

from fractions import Fraction

from .effort import spend
from .verdict import Refused

Ends = list[tuple[Fraction, Fraction]]
MAX_HALVINGS = 200  # along one weight


class Part:
    """A box of the binary tree, from the whole cube through its leaves in preorder.

    Along weight k it is number ``index[k]`` of the 2^``level[k]`` equal parts of [lower, upper],
    counted from 0.  ``halved`` lists the weights along which the boxes around it were halved, so
    that the last half, a lower one, has an even number and the upper one the odd number after it.

    >>> part = Part(1, Fraction(0), Fraction(1))
    >>> part.halve(0)
    >>> part.ends(), part.next(), part.ends(), part.next()
    ([(Fraction(0, 1), Fraction(1, 2))], True, [(Fraction(1, 2), Fraction(1, 1))], False)
    """

    def __init__(self, size: int, lower: Fraction, upper: Fraction) -> None:
        self.lower, self.width = lower, upper - lower
        self.index, self.level = [0] * size, [0] * size
        self.halved: list[int] = []

    def halve(self, k: int) -> None:
        """Go to the lower half along weight k."""
        if self.level[k] == MAX_HALVINGS:
            raise Refused(f"the cover halves a box more than {MAX_HALVINGS} times along one weight")
        self.level[k] += 1
        self.index[k] *= 2
        self.halved.append(k)

    def next(self) -> bool:
        """Go to the box that follows in preorder; False if the cube is covered."""
        while self.halved:
            k = self.halved[-1]
            if self.index[k] % 2 == 0:
                self.index[k] += 1
                return True
            self.index[k] //= 2
            self.level[k] -= 1
            self.halved.pop()
        return False

    def ends(self) -> Ends:
        """The box itself."""
        spend(3 * len(self.index), bits_of(self.lower), bits_of(self.width))
        step = [self.width / (1 << level) for level in self.level]
        return [
            (self.lower + i * d, self.lower + (i + 1) * d)
            for i, d in zip(self.index, step, strict=True)
        ]

    def within(self, index: list[int], level: list[int]) -> tuple[list[int], list[int]]:
        """For a box around it, of these numbers, how often that was halved along each weight to
        get here, h_k, and the integers o_k with middle + half width (o_k +- 1) / 2^h_k for ends.

        >>> part = Part(1, Fraction(0), Fraction(1))
        >>> part.halve(0)
        >>> part.within([0], [0])
        ([-1], [1])
        """
        levels = [mine - other for mine, other in zip(self.level, level, strict=True)]
        offsets = [
            2 * (mine - (other << h)) + 1 - (1 << h)
            for mine, other, h in zip(self.index, index, levels, strict=True)
        ]
        return offsets, levels


def bits_of(x: Fraction) -> int:
    """The length of a rational."""
    return x.numerator.bit_length() + x.denominator.bit_length()
