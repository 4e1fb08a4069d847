"""Losses: scales, weights and labels."""

from fractions import Fraction

import pytest

from symland.problem import Dataset, InputError, Loss


def test_scales() -> None:
    assert Loss("squared").scale_for(4) == Fraction(1, 2)
    assert Loss("logistic").scale_for(4) == 1
    assert Loss("cross_entropy").scale_for(4) == 1
    assert Loss("squared", "mean").scale_for(4) == Fraction(1, 4)
    assert Loss("squared", "0.3").scale_for(4) == Fraction(3, 10)
    assert Loss("squared", 2).scale == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sqared",), "kind: got 'sqared', expected one of squared, logistic, cross_entropy (did"),
        ((["squared"],), "kind: got ['squared'], expected one of squared"),
        (("squared", 0), "scale: got 0, expected a positive number or 'mean'"),
        (("squared", "-1/2"), "scale: got '-1/2', expected a positive number or 'mean'"),
        (("squared", "average"), "scale: got 'average', expected a positive number or 'mean'"),
        (("squared", True), "scale: got True, expected a positive number or 'mean'"),
        (("squared", None, [["-1"]]), "weights row 1 entry 1: got -1, expected a nonnegative"),
        (("squared", None, [[1], [1, 2]]), "weights row 2: got 2 entries, expected 1 as in row 1"),
        (("squared", None, 3), "weights: got 3, expected a list of rows"),
        (("logistic", None, [[1]]), "weights: given with kind 'logistic', expected only with kind"),
    ],
)
def test_losses_that_are_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(InputError) as error:
        Loss(*arguments)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("loss", "targets", "message"),
    [
        (
            Loss("logistic"),
            [[1, 0]],
            "data.targets row 1 entry 2: got 0, expected -1 or 1, the labels of the logistic loss",
        ),
        (
            Loss("cross_entropy"),
            [[1, 0], [1, 1]],
            "data.targets row 2: got [1, 1], expected a one-hot row (one 1, otherwise 0) for the",
        ),
        (Loss("cross_entropy"), [["1/2", "1/2"]], "data.targets row 1: got [1/2, 1/2], expected a"),
        (Loss("cross_entropy"), [[0, 0]], "data.targets row 1: got [0, 0], expected a one-hot row"),
        (
            Loss("squared", None, [[1]]),
            [[1, 0]],
            "loss.weights: got a 1 x 1 matrix, expected a 1 x 2 matrix, the shape of data.targets",
        ),
    ],
)
def test_labels_that_do_not_fit(loss: Loss, targets: list, message: str) -> None:
    with pytest.raises(InputError) as error:
        loss.check_against(Dataset([[1]] * len(targets), targets))
    assert message in str(error.value)


def test_labels_that_fit() -> None:
    Loss("logistic").check_against(Dataset([[1], [2]], [["1.0", -1], [-1, "2/2"]]))
    Loss("cross_entropy").check_against(Dataset([[1], [2]], [[0, 1, 0], ["1.0", 0, 0]]))
    Loss("squared", None, [[0, 1]]).check_against(Dataset([[1]], [[2, 3]]))
