"""A problem: network, data, loss and regularizer that fit each other."""

from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from typing import Any

from symland.problem.dataset import Dataset
from symland.problem.errors import InputError
from symland.problem.exact_array import Array, array_json
from symland.problem.exact_number import number_text
from symland.problem.loss import Loss
from symland.problem.network import Network
from symland.problem.notation import loss_latex, problem_html
from symland.problem.regularizer import Regularizer


@dataclass(frozen=True)
class Problem:
    """The loss landscape under study, as a function of the weights of `network`:

    L(W) = scale * sum over samples of l(f_W(x_i), y_i) + 1/2 sum lambda_w w^2.

    `name` names the files that are written about the problem and takes no part in equality;
    problems are equal when their parts are.
    Raises `InputError` where the parts do not fit: widths and data, labels and loss,
    shapes of the loss weights and of the regularizer.

    >>> problem = Problem(Network([1, 1, 1]), Dataset([[1], [2]], [[1], [0]]), Loss(scale="mean"))
    >>> problem.scale, problem.l2, problem.sample_count
    (Fraction(1, 2), None, 2)
    >>> Problem(Network([3, 1]), Dataset([[1, 2]], [[1]]))
    Traceback (most recent call last):
    symland.problem.errors.InputError: network.widths: got 3 as input width, ...
    """

    network: Network
    dataset: Dataset
    loss: Loss = field(default_factory=Loss)
    regularizer: Regularizer | None = None
    name: str = field(default="problem", compare=False)

    def __post_init__(self) -> None:
        self._check_types()
        _check_width("input", self.network.widths[0], self.dataset.input_width, "inputs")
        _check_width("output", self.network.widths[-1], self.dataset.target_width, "targets")
        self.loss.check_against(self.dataset)
        if self.regularizer is not None:
            self.regularizer.resolve(self.network)

    def _check_types(self) -> None:
        expected = {
            "network": Network,
            "dataset": Dataset,
            "loss": Loss,
            "regularizer": Regularizer,
        }
        for key, kind in expected.items():
            value = getattr(self, key)
            if not isinstance(value, kind) and not (key == "regularizer" and value is None):
                raise InputError.of(key, value, f"a symland.{kind.__name__}")
        if not isinstance(self.name, str) or not self.name or set(self.name) & set("/\\\0"):
            raise InputError.of("name", self.name, "a text that can name a file, without / or \\")

    @property
    def scale(self) -> Fraction:
        """The factor before the sum over samples, resolved."""
        return self.loss.scale_for(self.dataset.sample_count)

    @property
    def l2(self) -> dict[str, Array] | None:
        """The lambdas of the regularizer by parameter, or None where there are none but zero."""
        return None if self.regularizer is None else self.regularizer.resolve(self.network)

    @property
    def sample_count(self) -> int:
        """The number N of samples."""
        return self.dataset.sample_count

    def landscape(self) -> Any:
        """Loss, gradient, Hessian, critical equations and symmetries of this problem."""
        # By name at run time: this layer knows nothing of the layers above it.
        return import_module("symland.landscape").Landscape(self)

    def to_json(self) -> dict[str, Any]:
        """The problem as it stands in a statement, every number exact and in lowest terms.

        Scale, activations and regularizer are written out, so that a reader needs no defaults;
        `parse_problem` reads it back to a problem with the same `to_json`.
        """
        table: dict[str, Any] = {
            "network": self.network.to_json(),
            "data": self.dataset.to_json(),
            "loss": {"kind": self.loss.kind, "scale": number_text(self.scale)},
        }
        if self.loss.weights is not None:
            table["loss"]["weights"] = array_json(self.loss.weights)
        lambdas = self.l2
        if lambdas is not None:
            table["regularizer"] = {
                "l2": {name: array_json(array) for name, array in lambdas.items()}
            }
        return table

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {loss_latex(self)}$"

    def _repr_html_(self) -> str:
        return problem_html(self)


def _check_width(which: str, width: int, columns: int, table: str) -> None:
    if width != columns:
        raise InputError(
            f"network.widths: got {width} as {which} width, expected {columns}, "
            f"the number of entries of a row of data.{table}"
        )
