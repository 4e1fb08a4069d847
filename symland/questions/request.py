"""What every question is asked with: a problem, a budget in seconds and a seed."""

from __future__ import annotations

from numbers import Real
from typing import Any

from symland.problem.errors import InputError
from symland.problem.problem import Problem

__all__ = ["check_request"]


def check_request(problem: Any, budget: Any, seed: Any) -> None:
    """Refuse what no answer could be given to, before any work.

    Raises
    ------
    InputError
        `problem` is no `Problem`, `budget` no finite number of seconds from 0 on, or `seed` no
        integer from 0 on.

    Examples
    --------
    >>> check_request("iris.toml", 60, 0)
    Traceback (most recent call last):
        ...
    symland.problem.errors.InputError: problem: got 'iris.toml', expected a Problem...
    """
    if not isinstance(problem, Problem):
        raise InputError.of("problem", problem, "a Problem, as symland.read_problem(path) gives it")
    if not _is_number(budget, Real) or not 0 <= budget < float("inf"):
        raise InputError.of("budget", budget, "a finite number of seconds, 0 or more")
    if not _is_number(seed, int) or seed < 0:
        raise InputError.of("seed", seed, "an integer, 0 or more")


def _is_number(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
