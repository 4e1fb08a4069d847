"""Data sets: exact entries, transposes, and data that is refused."""

from decimal import Decimal
from fractions import Fraction

import numpy
import pytest

from symland.problem import Dataset, InputError


def test_samples_are_rows_and_papers_use_columns() -> None:
    data = Dataset([["1", "2"], ["3", "4"], ["5", "6"]], [["0.1"], [Decimal("0.2")], [0.5]])
    assert (data.sample_count, data.input_width, data.target_width) == (3, 2, 1)
    assert data.X == ((1, 3, 5), (2, 4, 6))
    assert ((Fraction(1, 10), Fraction(1, 5), Fraction(1, 2)),) == data.Y
    assert data.to_json()["targets"] == [["1/10"], ["1/5"], ["1/2"]]


def test_arrays_of_numpy_are_read() -> None:
    data = Dataset(numpy.array([[1, 2]]), numpy.array([[0.1]]))
    assert data.inputs == ((1, 2),)
    assert data.targets == ((Fraction(0.1),),)
    assert type(data.inputs[0][0].numerator) is int


def test_data_sets_are_values() -> None:
    assert hash(Dataset([[1]], [["1/2"]])) == hash(Dataset([["1"]], [[0.5]]))


@pytest.mark.parametrize(
    ("inputs", "targets", "message"),
    [
        ([], [], "inputs: got [], expected at least one row"),
        ([[]], [[1]], "inputs row 1: got [], expected a row, that is a list of numbers, not empty"),
        ([[1, 2], [3]], [[1], [2]], "inputs row 2: got 1 entries, expected 2 as in row 1"),
        ([[1], [2]], [[1]], "targets: got 1 rows, expected 2, one per row of inputs"),
        ([1, 2], [[1], [2]], "inputs row 1: got 1, expected a row, that is a list of numbers"),
        (["12"], [[1]], "inputs row 1: got '12', expected a row, that is a list of numbers"),
        (3, [[1]], "inputs: got 3, expected a list of rows, each a list of numbers"),
        (None, [[1]], "inputs: got None, expected a list of rows"),
        ({"a": 1}, [[1]], "inputs: got {'a': 1}, expected a list of rows"),
        (numpy.array(3.0), [[1]], "expected a list of rows"),
        ([[1]], [["x"]], "targets row 1 entry 1: got 'x', expected an integer, a fraction"),
        ([[1, float("nan")]], [[1]], "inputs row 1 entry 2: got nan, expected a finite number"),
        ([[1]], [[float("-inf")]], "targets row 1 entry 1: got -inf, expected a finite number"),
        ([[1]], [["inf"]], "targets row 1 entry 1: got 'inf', expected a finite number"),
        ([[True]], [[1]], "inputs row 1 entry 1: got True, expected an integer"),
        ([["log(2)"]], [[1]], "inputs row 1 entry 1: got 'log(2)', expected an integer"),
    ],
)
def test_data_that_is_refused(inputs: object, targets: object, message: str) -> None:
    with pytest.raises(InputError) as error:
        Dataset(inputs, targets)  # type: ignore[arg-type]
    assert message in str(error.value)
