"""NumPy's doubles, all samples at once. For searches: nothing here is proved."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, final

import numpy as np

from symland.landscape.number_systems.number_system import NumberSystem, Sample

__all__ = ["Floats", "floats"]


@final
class Floats(NumberSystem):
    """Doubles, or arrays of them with the samples along the last axis.

    >>> floats.softplus(np.array([0.0, 1000.0])).tolist()
    [0.6931471805599453, 1000.0]
    """

    name = "floats"

    def number(self, value: Any) -> float:
        """The float nearest to it."""
        return float(value)

    def exp(self, z: Any) -> Any:
        """e^z, entry by entry; infinity beyond the range of floats."""
        return np.exp(z)

    def log(self, z: Any) -> Any:
        """The natural logarithm, entry by entry."""
        return np.log(z)

    def tanh(self, z: Any) -> Any:
        """The hyperbolic tangent, entry by entry."""
        return np.tanh(z)

    def sigmoid(self, z: Any) -> Any:
        """(1 + tanh(z / 2)) / 2, which overflows at neither end."""
        # tanh saturates without overflow at either end.
        return 0.5 + 0.5 * np.tanh(0.5 * z)

    def softplus(self, z: Any) -> Any:
        """log(e^0 + e^z) without overflow."""
        return np.logaddexp(0.0, z)

    def log_sum_exp(self, zs: Sequence[Any]) -> Any:
        """log of the sum of exp over the outputs, sample by sample, without overflow."""
        return np.logaddexp.reduce(np.stack(np.broadcast_arrays(*zs)), axis=0)

    def kinked(self, z: Any, slope: Fraction) -> Any:
        """z where z >= 0 and slope * z elsewhere, entry by entry."""
        return np.where(np.asarray(z) >= 0, z, float(slope) * z)

    def kink_slope(self, z: Any, slope: Fraction) -> Any:
        """1 where z >= 0, the kink included, and the slope elsewhere."""
        # At 0 the derivative from the right, as every training library has it.
        return np.where(np.asarray(z) >= 0, 1.0, float(slope))

    def root(self, polynomial: Sequence[Fraction], interval: tuple[Fraction, Fraction]) -> float:
        """The float nearest to the root, from 30 digits."""
        from symland.landscape.number_systems.mpmath_numbers import Multiprecision

        return float(Multiprecision(30).root(polynomial, interval))

    def samples(
        self,
        inputs: Sequence[Sequence[Fraction]],
        targets: Sequence[Sequence[Fraction]],
        weights: Sequence[Sequence[Fraction]] | None,
    ) -> list[Sample]:
        """All samples at once: one group, an array a column."""

        def columns(rows: Sequence[Sequence[Fraction]]) -> list[Any]:
            return list(np.array([[float(v) for v in row] for row in rows]).T)

        return [(columns(inputs), columns(targets), columns(weights) if weights else None)]

    def total(self, values: Sequence[Any]) -> float:
        """The sum over samples and groups."""
        return float(sum(np.sum(v) for v in values))

    def spread(self, z: Any, like: Any) -> Any:
        """z repeated in the shape of `like`."""
        return np.broadcast_to(z, np.shape(like))


floats = Floats()
