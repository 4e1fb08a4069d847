"""Finite data sets with exact entries."""

from dataclasses import dataclass
from typing import Any

from symland.problem.errors import InputError
from symland.problem.exact_array import Matrix, array_json, exact_matrix, transpose


@dataclass(frozen=True)
class Dataset:
    """Samples (x_i, y_i): a row of `inputs` is x_i, the same row of `targets` is y_i.

    Entries may be integers, fractions, texts such as ``"1/3"`` or ``"0.1"``, or `decimal.Decimal`,
    read exactly; floats are taken as the dyadic numbers they are.
    Raises `InputError` for empty or ragged data, NaN, infinity, or unequal numbers of rows.

    >>> data = Dataset(inputs=[[1, 0], [0, 1]], targets=[["2"], ["1/2"]])
    >>> data.sample_count, data.input_width, data.target_width
    (2, 2, 1)
    >>> data.Y
    ((Fraction(2, 1), Fraction(1, 2)),)
    """

    inputs: Matrix
    targets: Matrix

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", exact_matrix(self.inputs, "inputs"))
        object.__setattr__(self, "targets", exact_matrix(self.targets, "targets"))
        if len(self.targets) != len(self.inputs):
            raise InputError(
                f"targets: got {len(self.targets)} rows, "
                f"expected {len(self.inputs)}, one per row of inputs"
            )

    @property
    def sample_count(self) -> int:
        """The number N of samples."""
        return len(self.inputs)

    @property
    def input_width(self) -> int:
        """The number d_x of entries of a sample."""
        return len(self.inputs[0])

    @property
    def target_width(self) -> int:
        """The number d_y of entries of a target."""
        return len(self.targets[0])

    @property
    def X(self) -> Matrix:
        """The d_x x N matrix whose columns are the samples, as in the papers."""
        return transpose(self.inputs)

    @property
    def Y(self) -> Matrix:
        """The d_y x N matrix whose columns are the targets."""
        return transpose(self.targets)

    def to_json(self) -> dict[str, Any]:
        """The ``data`` table of a problem file.

        >>> Dataset([["0.5"]], [[1]]).to_json()
        {'inputs': [['1/2']], 'targets': [['1']]}
        """
        return {"inputs": array_json(self.inputs), "targets": array_json(self.targets)}
