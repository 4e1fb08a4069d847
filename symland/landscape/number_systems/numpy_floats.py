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
        return float(value)

    def exp(self, z: Any) -> Any:
        return np.exp(z)

    def log(self, z: Any) -> Any:
        return np.log(z)

    def tanh(self, z: Any) -> Any:
        return np.tanh(z)

    def sigmoid(self, z: Any) -> Any:
        # tanh saturates without overflow at either end.
        return 0.5 + 0.5 * np.tanh(0.5 * z)

    def softplus(self, z: Any) -> Any:
        return np.logaddexp(0.0, z)

    def log_sum_exp(self, zs: Sequence[Any]) -> Any:
        return np.logaddexp.reduce(np.stack(np.broadcast_arrays(*zs)), axis=0)

    def kinked(self, z: Any, slope: Fraction) -> Any:
        return np.where(np.asarray(z) >= 0, z, float(slope) * z)

    def kink_slope(self, z: Any, slope: Fraction) -> Any:
        # At 0 the derivative from the right, as every training library has it.
        return np.where(np.asarray(z) >= 0, 1.0, float(slope))

    def root(self, polynomial: Sequence[Fraction], interval: tuple[Fraction, Fraction]) -> float:
        from symland.landscape.number_systems.mpmath_numbers import Multiprecision

        return float(Multiprecision(30).root(polynomial, interval))

    def samples(
        self,
        inputs: Sequence[Sequence[Fraction]],
        targets: Sequence[Sequence[Fraction]],
        weights: Sequence[Sequence[Fraction]] | None,
    ) -> list[Sample]:
        def columns(rows: Sequence[Sequence[Fraction]]) -> list[Any]:
            return list(np.array([[float(v) for v in row] for row in rows]).T)

        return [(columns(inputs), columns(targets), columns(weights) if weights else None)]

    def total(self, values: Sequence[Any]) -> float:
        return float(sum(np.sum(v) for v in values))

    def spread(self, z: Any, like: Any) -> Any:
        return np.broadcast_to(z, np.shape(like))


floats = Floats()
