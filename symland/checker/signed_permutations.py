"""Maps of the weights that permute hidden neurons and change their signs: symmetries of the loss.

A map g is written {"1": [-2, 1], ..}: for hidden layers k a list in which entry i is p or -p, p
counted from 1.  Neuron i of the layer then takes the place of the old neuron p: its incoming
weights and its bias are those of p, times the sign e; the weights that read it are those that read
p, times e where the activation s is odd, and as they are where s is even (or e = 1).

Then L(g w) = L(w).  Layer by layer, preactivations are the old ones permuted, z_i = e z_p; so are
values, h_i = s(e z_p) = f h_p with f = e for odd s and f = 1 for even s, and what reads them is
sum_i (f u_p) (f h_p), the old sum.  So outputs stay as they are.  The regularizer
1/2 sum lambda w^2 does if every weight has the lambda of the one that it takes the value from.
"""

from __future__ import annotations

from typing import Any

from . import files
from .effort import spend
from .network import coordinates
from .statement import Problem
from .verdict import Refused, Unreadable, show

Map = list[tuple[int, int]]  # entry i of g w is sign * w_source: (source, sign)
Neurons = list[tuple[int, int, int]]  # what a neuron takes: old neuron from 0, sign e, sign f


def read_map(problem: Problem, given: Any, where: str) -> Map:
    """The signed permutation of all weights that a permutation of neurons with signs induces."""
    files.fields(given, where, "", " ".join(str(k) for k in range(1, problem.K)))
    taken = {
        k: _neurons(problem, k, given[str(k)], where) if str(k) in given else _idle(problem, k)
        for k in range(problem.K + 1)
    }
    places = coordinates(problem)
    spend(4 * len(places))
    index = {place: i for i, place in enumerate(places)}
    result = []
    for name, i, j in places:
        k = int(name[1:])
        row, sign, _ = taken[k][i]
        column, factor = (0, 1) if name[0] == "b" else _read(problem, taken, k, j)
        result.append((index[name, row, column], sign * factor))
    _keeps_regularizer(problem, places, result)
    return result


def _idle(problem: Problem, k: int) -> Neurons:
    return [(i, 1, 1) for i in range(problem.widths[k])]


def _neurons(problem: Problem, k: int, given: Any, where: str) -> Neurons:
    """The neurons of layer k: each old one is taken once."""
    result: Neurons = []
    for value in files.array(given, where, problem.widths[k]):
        if type(value) is not int or not 1 <= abs(value) <= problem.widths[k]:
            raise Unreadable(f"{where}: {show(value)}, expected a neuron of layer {k} with sign")
        sign = 1 if value > 0 else -1
        result.append((abs(value) - 1, sign, 1 if sign > 0 else _parity(problem, k)))
    if len({old for old, _, _ in result}) < len(result):
        raise Refused(f"{where}: layer {k}: a neuron is taken twice")
    return result


def _parity(problem: Problem, k: int) -> int:
    """-1 where the activation of layer k is odd, 1 where it is even; else `Refused`."""
    s, function = problem.activations[k - 1], problem.functions[k - 1]
    if s is not None and not any(s[0::2]):
        return -1
    if s is not None and not any(s[1::2]):
        return 1
    if s is None and function is not None and function[0] == "tanh":
        return -1
    raise Refused(f"the activation of layer {k} is neither odd nor even, so signs may not change")


def _read(problem: Problem, taken: dict[int, Neurons], k: int, j: int) -> tuple[int, int]:
    """The old column that column j of W_k takes, and its sign."""
    if k < problem.K or problem.skip is None:
        old, _, factor = taken[k - 1][j]
        return old, factor
    layer, neuron = problem.skip[j]
    old, _, factor = taken[layer][neuron - 1]
    if (layer, old + 1) not in problem.skip:
        raise Refused("a neuron that the output reads takes the place of one that it does not read")
    return problem.skip.index((layer, old + 1)), factor


def _keeps_regularizer(problem: Problem, places: list[tuple[str, int, int]], g: Map) -> None:
    def factor(place: tuple[str, int, int]) -> Any:
        name, i, j = place
        return problem.l2[name][i][j] if name in problem.l2 else 0

    for place, (source, _) in zip(places, g, strict=True):
        if factor(place) != factor(places[source]):
            raise Refused(f"the regularizer of {place[0]} is not the same after the map")
