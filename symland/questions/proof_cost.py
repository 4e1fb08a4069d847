"""What a proof about one point of a network would cost, estimated before it is tried."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from symland.problem.problem import Problem
from symland.search.deadline import Deadline

__all__ = ["Cost", "digits_cost", "proof_cost"]

MOST_MEGABYTES = 400
LEAST = 1.0
"""Seconds that are tried in any case; loops end at the deadline by themselves."""
STARTED = 100
"""Megabytes that are taken before anything is computed."""


@dataclass(frozen=True)
class Cost:
    """Seconds on a machine of our days, good to a factor of two, and megabytes."""

    seconds: float
    megabytes: float

    def beyond(self, deadline: Deadline) -> str | None:
        """Why this does not fit into the time that is left and 400 MB; None where it does.

        >>> Cost(100, 10).beyond(Deadline(60)).replace("60", "59")
        'about 100 seconds, and 59 are left'
        >>> Cost(1, 1000).beyond(Deadline(60))
        'about 1000 MB of memory, and 400 are allowed'
        """
        if self.megabytes > MOST_MEGABYTES:
            return f"about {self.megabytes:.0f} MB of memory, and {MOST_MEGABYTES} are allowed"
        left = deadline.remaining()
        if self.seconds > max(left, LEAST):
            return f"about {self.seconds:.0f} seconds, and {left:.0f} are left"
        return None


def proof_cost(problem: Problem) -> Cost:
    """The cost of a box with its inertia, checked twice: by trial, and at the end.

    With n weights, matrix products take n^3 operations here and in the checker. A neuron that
    depends on m weights has m^2 / 2 second derivatives in the checker, sample by sample, and those
    of the neurons that it reads are multiplied for it once more.

    >>> from symland.problem import Dataset, Network
    >>> small = Problem(Network([2, 6, 1], "tanh"), Dataset([[1, 2]] * 20, [[1]] * 20))
    >>> proof_cost(small).seconds < 1, proof_cost(small).megabytes < 150
    (True, True)
    """
    n, depends = problem.network.parameter_count, _dependence(problem)
    widths, samples = problem.network.widths, problem.sample_count
    own = sum(w * m**2 for w, m in depends)
    passed = sum(width * w * m**2 for (w, m), width in zip(depends, widths[2:], strict=False))
    check = 2e-6 * 2 * samples * (own + passed) + 6e-7 * 3 * n**3
    box = 6e-7 * n**3 + 1e-6 * samples * own
    memory = 2050 * n**2 + 125 * own + _in_one_pass(problem)
    return Cost(2 * check + box, STARTED + memory / 1e6)


def digits_cost(problem: Problem) -> Cost:
    """The cost of Newton's method with some hundred binary digits.

    >>> from symland.problem import Dataset, Network
    >>> large = Problem(Network([30, 30, 1], "tanh"), Dataset([[1] * 30], [[1]]))
    >>> digits_cost(large).megabytes > MOST_MEGABYTES
    True
    """
    n = problem.network.parameter_count
    own = sum(w * m**2 for w, m in _dependence(problem))
    seconds = 1.2e-7 * n**3 + 6e-7 * problem.sample_count * own
    return Cost(seconds, STARTED + (900 * n**2 + _in_one_pass(problem)) / 1e6)


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
