"""The complete list of strata, against brute force and against other mathematics."""


import pytest

from tests.checker import deep_linear_documents as deep
from tests.checker.documents import certificate, problem, statement, verdict

I2 = [[1, 0], [0, 1]]
CASES = {
    "distinct eigenvalues": ([2, 2, 2, 2], I2, [[2, 0], [0, 1]], 20),
    "a double eigenvalue": ([2, 2, 2, 2], I2, I2, 16),
    "a zero eigenvalue": ([2, 2, 2, 2], I2, [[1, 0], [0, 0]], 41),
    "a bottleneck": ([2, 1, 2, 1, 2], I2, [[2, 0], [0, 1]], 20),
    "one hidden layer": ([2, 2, 2], I2, [[2, 0], [0, 1]], 4),
    "no hidden layer": ([2, 2], I2, [[2, 0], [0, 1]], 1),
    "scalars": ([1, 1, 1, 1], [[1]], [[1]], 5),
    "singular inputs": ([3, 2, 2], [[1, 1, 0], [0, 1, 1]], [[1, 2], [3, 1]], 4),
    "no correlation": ([2, 2, 2], [[1, 0], [1, 0]], [[1, 0], [-1, 0]], 5),
    "irrational eigenvalues": ([2, 2, 2, 2], [[1, 0], [1, 1]], [[1, 1], [0, 1]], 20),
    "a cubic spectrum": ([3, 2, 3], [[1, 0, 1], [0, 1, 1], [1, 2, 0]],
                         [[1, 0, 2], [0, 1, 1], [1, 1, 0]], 7),
}


@pytest.mark.parametrize("by", ["eigenvalues", "barcodes"])
@pytest.mark.parametrize("case", CASES)
def test_rows_found_by_brute_force_are_accepted(case: str, by: str) -> None:
    widths, inputs, targets, total = CASES[case]
    claims, steps, _ = deep.spectrum_and_strata(widths, inputs, targets, by)
    answer = verdict(statement(problem(widths, inputs, targets), {}, claims), certificate(steps))
    assert answer.accepted, answer.reason
    assert f"exactly {total} strata" in answer.lines[1]


