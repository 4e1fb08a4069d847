"""Losses: the sum over samples of a function of output and target."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symland.problem.dataset import Dataset
from symland.problem.errors import InputError, shown, suggestion
from symland.problem.exact_array import Matrix, exact_matrix, shape_of, shape_text
from symland.problem.exact_number import exact_number

LOSS_KINDS = ("squared", "logistic", "cross_entropy")
"""Every loss that a problem may name."""


@dataclass(frozen=True)
class Loss:
    """scale * sum over samples i of l(f(x_i), y_i), where l is, by `kind`,

    * ``squared``: sum_j w_ij (f_j - y_j)^2, every w_ij = 1 where `weights` is not given;
    * ``logistic``: sum_j log(1 + exp(-y_j f_j)), every y_j in {-1, 1};
    * ``cross_entropy``: -log of the softmax of f at the class of y, y a one-hot row
      (one entry 1, the others 0).

    `scale` is a positive rational, ``"mean"`` for 1/N, or None for the default: 1/2 for squared,
    1 otherwise. `weights` (squared loss only) are nonnegative, of the shape of the targets.
    Raises `InputError` naming the argument that does not fit.

    >>> Loss().scale_for(10), Loss("logistic").scale_for(10), Loss(scale="mean").scale_for(10)
    (Fraction(1, 2), Fraction(1, 1), Fraction(1, 10))
    """

    kind: str = "squared"
    scale: Fraction | str | None = None
    weights: Matrix | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.kind, str) or self.kind not in LOSS_KINDS:
            near = suggestion(str(self.kind), LOSS_KINDS)
            raise InputError.of("kind", self.kind, f"one of {', '.join(LOSS_KINDS)}{near}")
        object.__setattr__(self, "scale", _read_scale(self.scale))
        if self.weights is not None:
            object.__setattr__(self, "weights", _read_weights(self.weights, self.kind))

    def scale_for(self, sample_count: int) -> Fraction:
        """The factor before the sum for a data set of this many samples."""
        if self.scale == "mean":
            return Fraction(1, sample_count)
        if isinstance(self.scale, Fraction):
            return self.scale
        return Fraction(1, 2) if self.kind == "squared" else Fraction(1)

    def check_against(self, data: Dataset) -> None:
        """Raise `InputError` unless targets are labels of this loss and `weights` has their shape.

        >>> Loss("logistic").check_against(Dataset([[1]], [[0]]))
        Traceback (most recent call last):
        symland.problem.errors.InputError: data.targets row 1 entry 1: got 0, ...
        """
        if self.kind == "logistic":
            _check_signs(data.targets)
        elif self.kind == "cross_entropy":
            _check_one_hot(data.targets)
        if self.weights is not None and shape_of(self.weights) != shape_of(data.targets):
            raise InputError(
                f"loss.weights: got {shape_text(shape_of(self.weights))}, "
                f"expected {shape_text(shape_of(data.targets))}, the shape of data.targets"
            )


def _read_scale(scale: Any) -> Fraction | str | None:
    if scale is None:
        return None
    expected = "a positive number or 'mean'"
    if type(scale) is str and scale == "mean":
        return "mean"
    try:
        factor = exact_number(scale, "scale")
    except InputError:
        raise InputError.of("scale", scale, expected) from None
    if factor <= 0:
        raise InputError.of("scale", scale, expected)
    return factor


def _read_weights(weights: Any, kind: str) -> Matrix:
    if kind != "squared":
        raise InputError(f"weights: given with kind {kind!r}, expected only with kind 'squared'")
    matrix = exact_matrix(weights, "weights")
    for i, row in enumerate(matrix, 1):
        for j, weight in enumerate(row, 1):
            if weight < 0:
                raise InputError.of(f"weights row {i} entry {j}", weight, "a nonnegative number")
    return matrix


def _check_signs(targets: Matrix) -> None:
    for i, row in enumerate(targets, 1):
        for j, label in enumerate(row, 1):
            if label not in (-1, 1):
                raise InputError.of(
                    f"data.targets row {i} entry {j}",
                    label,
                    "-1 or 1, the labels of the logistic loss",
                )


def _check_one_hot(targets: Matrix) -> None:
    for i, row in enumerate(targets, 1):
        if sorted(row) != [0] * (len(row) - 1) + [1]:
            raise InputError(
                f"data.targets row {i}: got {shown(row)}, expected a one-hot row "
                "(one 1, otherwise 0) for the cross_entropy loss"
            )
