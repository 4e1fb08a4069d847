"""What a proof about one point of a network would cost, estimated before it is tried."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from symland.exact.algebraic_matrix import AlgebraicMatrix
from symland.exact.number_field import AlgebraicNumber
from symland.exact.rational_matrix import as_fraction
from symland.landscape.deep_linear.point import LinearPoint
from symland.problem.problem import Problem
from symland.search.deadline import Deadline

__all__ = ["Cost", "check_cost", "digits_cost", "linear_cost", "proof_cost"]

MOST_MEGABYTES = 400
LEAST = 1.0
"""Seconds that are tried in any case; loops end at the deadline by themselves."""
STARTED = 100
"""Megabytes that are taken before anything is computed."""


@dataclass(frozen=True)
class Cost:
    """Seconds on a machine of our days that does nothing else, good to a factor of two, and
    megabytes."""

    seconds: float
    megabytes: float

    def beyond(self, deadline: Deadline) -> str | None:
        """Why this does not fit into the time that is left, with the machine as busy as it has
        been, and 400 MB; None where it does.

        >>> Cost(100, 10).beyond(Deadline(60)).replace("60", "59")
        'about 100 seconds, and 59 are left'
        >>> Cost(1, 1000).beyond(Deadline(60))
        'about 1000 MB of memory, and 400 are allowed'
        """
        if self.megabytes > MOST_MEGABYTES:
            return f"about {self.megabytes:.0f} MB of memory, and {MOST_MEGABYTES} are allowed"
        left, load = deadline.remaining(), deadline.load()
        if self.seconds * load > max(left, LEAST):
            busy = f", {load:.1f} times that with the machine as busy as now" if load > 1 else ""
            return f"about {self.seconds:.0f} seconds{busy}, and {left:.0f} are left"
        return None


def proof_cost(problem: Problem) -> Cost:
    """The cost of a box with its inertia, and of its check.

    >>> from symland.problem import Dataset, Network
    >>> small = Problem(Network([2, 6, 1], "tanh"), Dataset([[1, 2]] * 20, [[1]] * 20))
    >>> check_cost(small).seconds < proof_cost(small).seconds < 1
    True
    """
    n, samples = problem.network.parameter_count, problem.sample_count
    own = sum(w * m**2 for w, m in _dependence(problem))
    check = check_cost(problem)
    return Cost(check.seconds + 6e-7 * n**3 + 1e-6 * samples * own, check.megabytes)


def check_cost(problem: Problem) -> Cost:
    """The cost of one check of a box with its inertia.

    With n weights, matrix products take n^3 operations here and in the checker. A neuron that
    depends on m weights has m^2 / 2 second derivatives in the checker, sample by sample, and those
    of the neurons that it reads are multiplied for it once more.

    >>> from symland.problem import Dataset, Network
    >>> small = Problem(Network([2, 6, 1], "tanh"), Dataset([[1, 2]] * 20, [[1]] * 20))
    >>> check_cost(small).seconds < 1, check_cost(small).megabytes < 150
    (True, True)
    """
    n, depends = problem.network.parameter_count, _dependence(problem)
    widths, samples = problem.network.widths, problem.sample_count
    own = sum(w * m**2 for w, m in depends)
    passed = sum(width * w * m**2 for (w, m), width in zip(depends, widths[2:], strict=False))
    seconds = 2.4e-6 * 2 * samples * (own + passed) + 7e-7 * 3 * n**3
    memory = 2050 * n**2 + 125 * own + _in_one_pass(problem)
    return Cost(seconds, STARTED + memory / 1e6)


def digits_cost(problem: Problem) -> Cost:
    """The cost of some digits more than floats have: a Hessian in floats with its eigenvalues, and
    a few gradients with some hundred binary digits.

    >>> from symland.problem import Dataset, Network
    >>> large = Problem(Network([20, 20, 6], "tanh"), Dataset([[1] * 20] * 40, [[1] * 6] * 40))
    >>> digits_cost(large).seconds < 1, digits_cost(large).megabytes < MOST_MEGABYTES
    (True, True)
    """
    n = problem.network.parameter_count
    seconds = 2e-9 * n**3 + 3e-6 * problem.sample_count * n
    return Cost(seconds, STARTED + (60 * n**2 + _in_one_pass(problem)) / 1e6)


def linear_cost(problem: Problem, point: LinearPoint) -> tuple[Cost, Cost]:
    """The cost of proving what an exact critical point of a deep linear network is: without its
    inertia, and with it.

    The checker passes every sample through the network about ten times, seven of them for values
    and derivatives; an operation costs in proportion to the degree of the field and to the bits of
    a product of one entry of each layer. Finding the witnesses takes a third of that.

    >>> from symland.landscape.deep_linear.data import deep_linear
    >>> from symland.landscape.deep_linear.strata import Strata
    >>> from symland.exact.rational_matrix import RationalMatrix
    >>> from symland.problem import Dataset, Network
    >>> problem = Problem(Network([1, 1, 1]), Dataset([[1]], [[1]]))
    >>> one = RationalMatrix([[1]])
    >>> point = LinearPoint(Strata(deep_linear(problem)), (one, one))
    >>> all(cost.seconds < 0.01 for cost in linear_cost(problem, point))
    True
    """
    fields = [W.field for W in point.weights if isinstance(W, AlgebraicMatrix)]
    degree = fields[0].degree if fields else 1
    entries = [[_bits(x) for row in W.tolist() for x in row] for W in point.weights]
    height = sum(sum(bits) / len(bits) for bits in entries)
    operation = 6e-6 + 3.5e-9 * degree * height
    one_pass = operation * problem.sample_count * problem.network.parameter_count
    return Cost(4 / 3 * 7 * one_pass, STARTED), Cost(4 / 3 * 10 * one_pass, STARTED)


def _bits(value: Any) -> int:
    """Bits of a rational number, or of the longest coefficient of an algebraic one."""
    if isinstance(value, AlgebraicNumber):
        return max((_bits(c) for c in value.poly.coeffs()), default=0)
    number = as_fraction(value)
    return number.numerator.bit_length() + number.denominator.bit_length()


def _dependence(problem: Problem) -> list[tuple[int, int]]:
    """For every layer after the input: its width, and on how many weights each neuron depends."""
    network, found, below = problem.network, [], 0
    for k, (inputs, width) in enumerate(pairwise(network.widths), start=1):
        if k == network.K and network.skip is not None:
            inputs = len(network.skip)
        own = inputs + int(network.has_bias(k))
        found.append((width, below + own))
        below += width * own
    return found


def _in_one_pass(problem: Problem) -> int:
    """Bytes of values and derivatives of all neurons for all samples."""
    return 800 * problem.sample_count * sum(problem.network.widths)
