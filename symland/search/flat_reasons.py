"""Directions along which the loss is constant through a critical point, and why: in floats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import fmpq

from symland.exact.polynomial import ParameterKey, parameter_keys
from symland.exact.rational_matrix import as_fmpq
from symland.landscape.parameters import shaped
from symland.landscape.symmetry.flat_directions import flat_directions
from symland.landscape.symmetry.infinitesimal import Generator, generators
from symland.landscape.symmetry.setting import Setting
from symland.problem.activation import Activation
from symland.problem.network import Network
from symland.problem.problem import Problem
from symland.search.constant_neurons import constant_moves, cut_off, first_layer, unheard

__all__ = ["Copies", "FlatReasons", "flat_reasons", "silent_neurons"]

SAME = 1e-6
"""Weights into two neurons are taken for equal up to this part of the largest."""
RANK = 1e-8
MOST_SLACK = 1e-4
DENOMINATOR = 10**6
"""Shares are rounded to fractions with denominators up to this one."""
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Copies:
    """Neurons of a hidden layer (layers from 1, neurons from 0) that do what one could do.

    Their incoming weights are `factors` times those of the one neuron, their values `multiples`
    times its value; the outgoing weights, times `multiples`, are `shares` of sum 1 of its own.
    """

    layer: int
    neurons: tuple[int, ...]
    shares: tuple[fmpq, ...]
    factors: tuple[fmpq, ...]
    multiples: tuple[fmpq, ...]

    @property
    def idle(self) -> list[int]:
        """The neurons with share 0."""
        return [j for j, a in zip(self.neurons, self.shares, strict=True) if not a]


@dataclass(frozen=True)
class FlatReasons:
    """Translations (flat vectors), generators of symmetries, groups of copies, and lone neurons.

    These are (layer, neuron) as in `Copies`. Silent ones have outgoing weights 0, or equal ones
    before a softmax; constant ones have incoming weights 0, and move with their bias, or with their
    outgoing weights, while biases of the next layer make up for it.
    """

    translations: tuple[tuple[fmpq, ...], ...] = ()
    generators: tuple[Generator, ...] = ()
    copies: tuple[Copies, ...] = ()
    silent: tuple[tuple[int, int], ...] = ()
    constant: tuple[tuple[int, int], ...] = ()
    softmax: bool = False
    """Whether the loss does not see that all outputs move alike."""
    unheard: bool = False
    """Whether constant neurons are critical however they are heard: no target is correlated with an
    input."""
    held: tuple[tuple[fmpq, ...], ...] = ()
    """Translations that the regularizer sees, where its derivative along them is 0: the gradient is
    orthogonal to them, but they lead to no other critical points."""

    def __bool__(self) -> bool:
        lone = self.silent or self.constant
        return bool(self.translations or self.generators or self.copies or lone)

    def flows(self, network: Network, place: Array) -> Array:
        """The tangents of translations and generators at a place, as columns."""
        keys = parameter_keys(network.shapes)
        columns = [[float(x) for x in t] for t in self.translations]
        columns += [_field(g, keys, place) for g in self.generators]
        return np.array(columns, dtype=float).reshape(len(columns), len(place)).T

    def tangents(self, network: Network, place: Array) -> Array:
        """All tangents at a place as columns: flows, then moving shares and biases."""
        columns = [*self.flows(network, place).T, *self._moving(network, place)]
        return np.array(columns, dtype=float).reshape(len(columns), len(place)).T

    def kernel(self, network: Network, place: Array) -> Array:
        """Unit vectors of incoming weights of copies with share 0, as columns: where the next layer
        is one neuron, or a group of copies, the Hessian is 0 on them at a critical point. So it is
        on incoming weights of constant neurons that nothing depends on, where no target is
        correlated with an input."""
        index = shaped(network.shapes, list(range(len(place))))
        places = list[int]()
        for group in self._unseen(network):
            bias = index.get(f"b{group.layer}")
            for j in group.idle:
                places += [*index[f"W{group.layer}"][j], *([bias[j]] if bias else [])]
        for layer, j in self.idle(network, place):
            places += index[f"W{layer}"][j]
        return np.eye(len(place))[:, places]

    def idle(self, network: Network, place: Array) -> list[tuple[int, int]]:
        """Constant neurons with outgoing weights 0, where no target is correlated with an input."""
        first = first_layer(network, place) if self.unheard else ()
        lone = [neuron for neuron in self.constant if neuron in first]
        out = np.array(shaped(network.shapes, list(place))["W2"]) if lone else None
        return [(layer, j) for layer, j in lone if out is not None and not out[:, j].any()]

    def _unseen(self, network: Network) -> list[Copies]:
        """Groups with shares 0 below what works like a single neuron."""
        groups = {(c.layer, len(c.neurons)) for c in self.copies}
        found = []
        for c in self.copies:
            above = c.layer + 1, network.widths[c.layer + 1]
            single = above[1] == 1 or above in groups or (self.softmax and above == (network.K, 2))
            if c.idle and single:
                found.append(c)
        return found

    def zero(self, network: Network, place: Array) -> Array:
        """Tangents and kernel vectors."""
        return np.hstack([self.tangents(network, place), self.kernel(network, place)])

    def _moving(self, network: Network, place: Array) -> Iterator[Array]:
        yield from self._moving_shares(network, place)
        yield from self._couplings(network, place)
        first = first_layer(network, place) if self.unheard else ()
        for neuron in self.constant:
            yield from constant_moves(network, place, neuron, neuron in first)

    def _moving_shares(self, network: Network, place: Array) -> Iterator[Array]:
        index = shaped(network.shapes, list(range(len(place))))
        for group in self.copies:
            multiples = _floats(group.multiples)
            one = next(k for k, a in enumerate(group.shares) if a)
            rows = index[f"W{group.layer + 1}"]
            for j, neuron in enumerate(group.neurons):
                if j == one:
                    continue
                column = np.zeros(len(place))
                for row in rows:
                    own = (place[row[i]] for i in group.neurons)
                    total = sum(k * x for k, x in zip(multiples, own, strict=True))
                    column[row[neuron]] = total / multiples[j]
                    column[row[group.neurons[one]]] = -total / multiples[one]
                yield column

    def _couplings(self, network: Network, place: Array) -> Iterator[Array]:
        """How copies in adjacent layers share the weights between them."""
        index = shaped(network.shapes, list(range(len(place))))
        for below, above in product(self.copies, self.copies):
            if above.layer != below.layer + 1:
                continue
            rows = [index[f"W{above.layer}"][m] for m in above.neurons]
            k, (a, c) = _floats(below.multiples), map(_floats, (above.shares, above.factors))
            one = int(np.flatnonzero(a)[0])
            idle = above.idle if above in self._unseen(network) else []
            for j, m in product(range(1, len(k)), range(len(a))):
                if m == one or above.neurons[m] in idle:
                    continue
                column, ratio = np.zeros(len(place)), (a[m] / c[m]) / (a[one] / c[one])
                for line, factor in ((rows[m], 1.0), (rows[one], -ratio)):
                    column[line[below.neurons[j]]] = factor / k[j]
                    column[line[below.neurons[0]]] = -factor / k[0]
                yield column

    def independent(self, network: Network, place: Array) -> FlatReasons:
        """Without those translations and generators whose tangents depend on the others'."""
        base = [*self._moving(network, place), *self.kernel(network, place).T]
        taken = [list[Any](), list[Any]()]
        flows = self.flows(network, place).T
        found = [*self.translations, *self.generators]
        for k, (reason, column) in enumerate(zip(found, flows, strict=True)):
            rows = np.array([*base, column])
            length = np.linalg.norm(rows, axis=1, keepdims=True)
            if not length.all() or _smallest(rows / length) < RANK:
                continue
            base.append(column)
            taken[k >= len(self.translations)].append(reason)
        return replace(self, translations=tuple(taken[0]), generators=tuple(taken[1]))


def _floats(numbers: tuple[fmpq, ...]) -> Array:
    return np.array([int(x.p) / int(x.q) for x in numbers])


def _smallest(rows: Array) -> float:
    return float(np.linalg.svd(rows, compute_uv=False).min())


def _field(generator: Generator, keys: tuple[ParameterKey, ...], place: Array) -> list[float]:
    at = dict(zip(keys, place, strict=True))
    return [
        sum(
            float(c) * (1.0 if source is None else float(at[source]))
            for source, c in generator.field.get(key, {}).items()
        )
        for key in keys
    ]


def flat_reasons(
    problem: Problem, place: Array, slack: float = 0.0, same: float = SAME
) -> FlatReasons:
    """Every reason that is seen at a place; copies up to the part `same` of their weights, with
    shares that are simple fractions where outgoing weights may change by `slack`.

    >>> from symland.problem import Dataset, Loss, Network, Problem
    >>> problem = Problem(
    ...     Network([1, 2], bias="all"), Dataset([[1], [3]], [[1, 0], [0, 1]]),
    ...     Loss("cross_entropy"),
    ... )
    >>> [[str(x) for x in t] for t in flat_reasons(problem, np.zeros(4)).translations]
    [['1', '1', '0', '0'], ['0', '0', '1', '1']]
    >>> wide = Problem(Network([1, 2, 1], "tanh"), Dataset([[1]], [[1]]))
    >>> [(c.neurons, [str(a) for a in c.shares])
    ...  for c in flat_reasons(wide, np.array([2, 2, 0.25, 0.75])).copies]
    [((0, 1), ['1/4', '3/4'])]
    """
    keys = parameter_keys(problem.network.shapes)
    penalized = Setting(problem).penalized
    found = flat_directions(problem, penalized)
    lines = [
        tuple(as_fmpq(d.get(key, Fraction(0))) for key in keys)
        for cause in ("dependent inputs", "softmax shift")
        for d in found.get(cause, [])
    ]
    apart = unheard(problem) and not any(key[0] in ("W1", "W2", "b1", "b2") for key in penalized)
    reasons = FlatReasons(
        tuple(lines), tuple(generators(problem)), softmax=_is_shifted(problem), unheard=apart
    )
    if problem.network.skip is not None:
        return reasons
    constant = first_layer(problem.network, place, SAME) if apart else ()
    if penalized:
        more = cut_off(problem, place, penalized, SAME)
        return replace(reasons, constant=tuple(dict.fromkeys([*constant, *more])))
    copies = () if constant else tuple(_copies(problem, place, slack, same))
    taken = {(c.layer, j) for c in copies for j in c.neurons} | set(constant)
    silent = tuple(_silent(problem, place, taken))
    return replace(reasons, copies=copies, silent=silent, constant=constant)


def _is_shifted(problem: Problem) -> bool:
    rows = problem.dataset.targets
    return problem.loss.kind == "cross_entropy" and all(sum(row) == 1 for row in rows)


def silent_neurons(problem: Problem, place: Array) -> list[tuple[int, int]]:
    """Hidden neurons whose outgoing weights are 0, or equal before a softmax, without skip.

    >>> from symland.problem import Dataset
    >>> problem = Problem(Network([1, 2, 1], "tanh"), Dataset([[1]], [[2]]))
    >>> silent_neurons(problem, np.array([0.0, 2.0, 1.0, 0.0]))
    [(1, 1)]
    """
    network, found = problem.network, list[tuple[int, int]]()
    weights = shaped(network.shapes, [float(x) for x in place])
    for layer in range(1, network.K) if network.skip is None else ():
        shift = problem.loss.kind == "cross_entropy" and layer == network.K - 1
        for j in range(network.widths[layer]):
            out = [row[j] for row in weights[f"W{layer + 1}"]]
            if not any(out) or (shift and len(set(out)) == 1):
                found.append((layer, j))
    return found


def _copies(problem: Problem, place: Array, slack: float, same: float) -> Iterator[Copies]:
    network = problem.network
    weights = shaped(network.shapes, [float(x) for x in place])
    for layer in range(1, network.K):
        rows = [
            np.array([*row, *([weights[f"b{layer}"][j]] if f"b{layer}" in weights else [])])
            for j, row in enumerate(weights[f"W{layer}"])
        ]
        for group, factors in _parallel(rows, network.activations[layer - 1], same):
            multiples = [_multiple(network.activations[layer - 1], c) for c in factors]
            k = np.array([float(x) for x in multiples])
            shares = _shares(np.array(weights[f"W{layer + 1}"])[:, group] * k, slack, same)
            if shares is not None:
                yield Copies(
                    layer,
                    tuple(group),
                    tuple(map(as_fmpq, shares)),
                    tuple(map(as_fmpq, factors)),
                    tuple(map(as_fmpq, multiples)),
                )


def _silent(
    problem: Problem, place: Array, taken: set[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Neurons without outgoing weights that leave a manifold to move in: with more incoming weights
    than there are equations, one for each neuron that they feed."""
    network = problem.network
    weights = shaped(network.shapes, [float(x) for x in place])
    for layer in range(1, network.K):
        out = np.array(weights[f"W{layer + 1}"])
        into = network.widths[layer - 1] + network.has_bias(layer)
        shift = problem.loss.kind == "cross_entropy" and layer == network.K - 1
        if into <= len(out) - shift:
            continue
        for j in range(network.widths[layer]):
            loud = out[:, j] - out[:, j].mean() if shift else out[:, j]
            if (layer, j) not in taken and abs(loud).max() <= SAME * abs(place).max():
                yield layer, j


def _parallel(
    rows: list[Array], activation: Activation, same: float
) -> Iterator[tuple[list[int], list[Fraction]]]:
    """Groups of two or more rows that are multiples of one another which the activation follows;
    the factors are those of the first of the group."""
    largest = max(float(abs(row).max()) for row in rows)
    left = [j for j, row in enumerate(rows) if abs(row).max() > SAME * largest]
    while left:
        first = rows[left[0]]
        unit = first / abs(first).max()  # squares of small weights are 0 in floats
        group, factors = [left[0]], [Fraction(1)]
        for j in left[1:]:
            c = _simple(float(unit @ (rows[j] / abs(first).max())) / float(unit @ unit), same)
            near = abs(rows[j] - float(c) * first).max() <= same * abs(rows[j]).max()
            if c and near and _multiple(activation, c):
                group.append(j)
                factors.append(c)
        left = [j for j in left if j not in group]
        if len(group) > 1:
            yield group, factors


def _simple(x: float, slack: float) -> Fraction:
    """A fraction of small denominator within `slack`, or else nearest with a moderate one."""
    for digits in range(6):
        found = Fraction(x).limit_denominator(10**digits)
        if abs(float(found) - x) <= slack:
            return found
    return Fraction(x).limit_denominator(DENOMINATOR)


def _multiple(activation: Activation, c: Fraction) -> Fraction:
    """The k with s(c z) = k s(z) for the activation and all z; 0 where there is none."""
    if c == 1:
        return c
    if activation.coefficients is not None:
        degrees = [n for n, a in enumerate(activation.coefficients) if a] or [0]
        powers = {c**n for n in degrees}
        return powers.pop() if len(powers) == 1 else Fraction(0)
    scales = activation.name in ("relu", "leaky_relu") and c > 0
    return c if scales or (activation.name == "tanh" and c == -1) else Fraction(0)


def _shares(out: Array, slack: float, same: float) -> list[Fraction] | None:
    """Shares a with out[:, j] = a_j v, v the sum of the columns; None where there are none."""
    largest = float(abs(out).max(initial=0.0))
    if not largest:
        return None
    parts = out / largest  # squares of small weights are 0 in floats
    v = parts.sum(axis=1)
    length = float(np.linalg.norm(v))
    if length <= SAME:
        return None
    found = (v @ parts) / length**2
    if abs(parts - np.outer(v, found)).max() > same:
        return None
    share = min(MOST_SLACK, slack / length / largest)
    near = [_simple(float(a), share) for a in found[:-1]]
    return [*near, 1 - sum(near, Fraction(0))]
