"""Binary trees of boxes that are halved until each is settled."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["BoxTrees"]

Array = npt.NDArray[Any]


class BoxTrees:
    """Trees of one root each; nodes are numbered as they come, roots first.

    `nodes` has what is known of each: what settles it, the axis along which it is halved, or None
    while it is open.

    >>> trees = BoxTrees(1)
    >>> trees.halve(np.array([0]), np.array([3])).tolist()
    [1]
    >>> trees.settle(1, "left"), trees.settle(1, "again"), trees.is_open(np.array([1, 2])).tolist()
    (None, None, [False, True])
    >>> trees.settle(2, "right")
    >>> list(trees.preorder(0))
    [3, 'left', 'right']
    """

    def __init__(self, roots: int) -> None:
        self.nodes: list[Any] = [None] * roots
        # The lower half of each node that is halved, otherwise 0: the first root is nobody's half.
        self._lower = array("q", [0] * roots)

    def is_open(self, places: Array) -> Array:
        """Which of the nodes are still open."""
        return np.array([self.nodes[place] is None for place in places], dtype=bool)

    def settle(self, place: int, node: Any) -> None:
        """Note what settles an open node; what settled it before stays."""
        if self.nodes[place] is None:
            self.nodes[place] = node

    def halve(self, places: Array, axes: Array) -> Array:
        """The numbers of the lower halves of these nodes; those of the upper ones are one more."""
        first: Array = len(self.nodes) + 2 * np.arange(len(places))
        for place, axis, child in zip(places, axes, first, strict=True):
            self.nodes[place], self._lower[int(place)] = int(axis), int(child)
        self.nodes += [None] * (2 * len(places))
        self._lower.extend([0] * (2 * len(places)))
        return first

    def preorder(self, root: int) -> Iterator[Any]:
        """The nodes of a tree without open ones, lower halves first."""
        stack = [root]
        while stack:
            place = stack.pop()
            if self.nodes[place] is None:
                raise AssertionError("a box was left out")
            yield self.nodes[place]
            half = self._lower[place]
            if half:
                stack += [half + 1, half]
