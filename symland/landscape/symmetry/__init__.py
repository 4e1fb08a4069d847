"""Symmetries of a problem's loss, found from the problem and verified on it."""

from symland.landscape.symmetry.find import Symmetries, find_symmetries
from symland.landscape.symmetry.symmetry import Symmetry

__all__ = ["Symmetries", "Symmetry", "find_symmetries"]
