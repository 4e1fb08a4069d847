"""A complex box that holds exactly one critical point of a problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import acb, acb_mat

from symland.enclosure.complex_box import ComplexBox, complex_box
from symland.landscape.loss import loss
from symland.landscape.number_systems import Jets
from symland.landscape.number_systems.acb_balls import complex_balls
from symland.landscape.parameters import shaped, variables
from symland.problem.problem import Problem
from symland.search.deadline import Deadline

__all__ = ["complex_critical_box", "complex_critical_system"]


def complex_critical_system(
    problem: Problem,
) -> Callable[[Sequence[acb]], tuple[list[acb], acb_mat]]:
    """Gradient and Hessian of the loss, continued to complex weights in the flat order.

    The function returned raises `MissingFunction` where the loss has no continuation that is
    holomorphic on the balls given: relu, and logarithms on their branch cut.

    >>> from symland.problem import Dataset, Network
    >>> system = complex_critical_system(Problem(Network([1, 1, 1]), Dataset([[1]], [[2]])))
    >>> gradient, hessian = system([acb(0, 1), acb(0, -2)])
    >>> gradient, hessian.tolist()[1][1]
    ([0, 0], -1.00000000000000)
    """
    shapes, n = problem.network.shapes, problem.network.parameter_count
    jets = Jets(complex_balls, order=2)

    def system(vector: Sequence[acb]) -> tuple[list[acb], acb_mat]:
        point = shaped(shapes, list(vector))
        value = loss(problem, jets, variables(problem.network, point, jets))
        zero = acb(0)
        entries = [
            value.second.get((min(i, j), max(i, j)), zero) for i in range(n) for j in range(n)
        ]
        return [value.first.get(i, zero) for i in range(n)], acb_mat(n, n, entries)

    return system


def complex_critical_box(
    problem: Problem, start: Sequence[complex | acb], deadline: Deadline, bits: int = 24
) -> ComplexBox:
    """The box around the critical point that Newton's method reaches from complex weights.

    `bits` are the binary places to which the point is known at least. Raises `NoComplexBox` and
    `MissingFunction`, see `complex_box` and `complex_critical_system`.

    With W1 = a and W2 = b the loss (ab - 2)^2 / 2 + (a^2 + b^2) / 2 has the critical point
    (i sqrt(3), -i sqrt(3)):

    >>> from symland.problem import Dataset, Network, Regularizer
    >>> problem = Problem(Network([1, 1, 1]), Dataset([[1]], [[2]]), regularizer=Regularizer(1))
    >>> box = complex_critical_box(problem, [1.6j, -1.8j], Deadline(9))
    >>> box.real, [round(float(x.p) / float(x.q), 6) for x in box.imaginary]
    ([0, 0], [1.732051, -1.732051])
    """
    return complex_box(complex_critical_system(problem), start, bits, deadline.passed)
