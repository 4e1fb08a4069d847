"""Infinitesimal symmetries that change neurons: vector fields along which the loss stays the same.

Where the preactivations of hidden layer k move by dz/dt = A z + t and its values follow by
dh/dt = R h + r, the weights move by dW_k/dt = A W_k, db_k/dt = A b_k + t and, for whatever reads
the layer, dW/dt = -W R, db/dt = -W r; the outputs stay. Several layers may move at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, final

from symland.exact.polynomial import ParameterKey
from symland.exact.rational_matrix import RationalMatrix, as_fmpq
from symland.landscape.symmetry.intertwiner import homogeneity, intertwiner
from symland.landscape.symmetry.neuron_change import read_by_output
from symland.landscape.symmetry.setting import Setting

if TYPE_CHECKING:
    from symland.problem.activation import Activation
    from symland.problem.problem import Problem

__all__ = ["Generator", "generators"]

Field = dict[ParameterKey, dict[ParameterKey | None, Fraction]]
"""A parameter's derivative: coefficients of other parameters, None stands for 1."""

ONE, ZERO = Fraction(1), Fraction(0)


@final
@dataclass(frozen=True)
class Generator:
    """A vector field of the weights that leaves the loss as it is.

    `entries` maps (layer, i, j) to the entry of A, layers counted from 1, and (layer, i, None) to
    that of t; what is 0 is left out.
    """

    entries: Mapping[tuple[int, int, int | None], Fraction]
    field: Field

    def tangent(self, keys: tuple[ParameterKey, ...], values: list[Any]) -> list[Any]:
        """The field at the point with these values, a flat vector in the order of the keys."""
        at = dict(zip(keys, values, strict=True))
        zero = values[0] * 0
        return [
            sum(
                (
                    (zero + as_fmpq(c)) if source is None else at[source] * as_fmpq(c)
                    for source, c in self.field.get(key, {}).items()
                ),
                zero,
            )
            for key in keys
        ]


Bound = tuple[Generator, dict[Any, Fraction]]
"""A vector field, and what of it must cancel before it is a symmetry."""


def generators(problem: Problem) -> list[Generator]:
    """A basis of the infinitesimal symmetries that change neurons, regularizer and skip included.

    Linear layers may be mixed and, with biases, shifted; neurons of positively homogeneous
    activations (about some centre) may be scaled; a shift scales the value of exp. Translations of
    dead weights are not among them.

    >>> from symland.problem import Dataset, Network, Problem, Regularizer
    >>> data = Dataset([[1]], [[1]])
    >>> [len(generators(Problem(Network([1, 2, 1], a), data))) for a in ("linear", "cube", "tanh")]
    [4, 2, 0]
    >>> [len(generators(Problem(Network([1, 2, 1], "exp", b), data))) for b in ("none", "hidden")]
    [0, 2]
    >>> len(generators(Problem(Network([1, 2, 1]), data, regularizer=Regularizer(1))))
    1
    """
    setting = Setting(problem)
    free: list[Generator] = []
    bound: list[Bound] = []
    for layer in range(1, problem.network.K):
        for entries, follow in _elementary(setting, layer):
            generator, defects = _field(setting, entries, follow)
            defects |= _penalty(setting, generator.field)
            if any(defects.values()):
                bound.append((generator, defects))
            else:
                free.append(generator)
    return free + [g for part in _connected(bound) for g in _combined(part)]


Entries = dict[tuple[int, int, int | None], Fraction]


def _elementary(setting: Setting, layer: int) -> Iterator[tuple[Entries, Entries]]:
    """One entry of A and t each (or a shift that belongs to it), and R and r alike."""
    activation = setting.network.activations[layer - 1]
    neurons = range(setting.network.widths[layer])
    line = _line(activation)
    if line is not None:
        constant, slope = line
        for p in neurons:
            for q in neurons:
                yield {(layer, p, q): ONE}, {(layer, p, q): ONE, (layer, p, None): -constant}
        for p in neurons:
            yield {(layer, p, None): ONE}, {(layer, p, None): slope}
    elif activation.name == "exp":
        for p in neurons:
            yield {(layer, p, None): ONE}, {(layer, p, p): ONE}
    elif homogeneity(activation) is not None:
        degree = homogeneity(activation) or 0
        double = intertwiner(activation, Fraction(2))
        if double is None:
            return
        # At a factor a the shifts are (1 - a) z_0 and (1 - a^degree) s(z_0).
        value = double.out_shift / (1 - 2**degree)
        for p in neurons:
            yield (
                {(layer, p, p): ONE, (layer, p, None): double.shift},
                {(layer, p, p): Fraction(degree), (layer, p, None): -degree * value},
            )


def _line(activation: Activation) -> tuple[Fraction, Fraction] | None:
    """(c_0, c) of an activation c_0 + c z, c not 0."""
    found = activation.coefficients
    return (found[0], found[1]) if found is not None and len(found) == 2 else None


def _field(
    setting: Setting, entries: Entries, follow: Entries
) -> tuple[Generator, dict[Any, Fraction]]:
    """The vector field, and what must cancel: shifts of biases that are not there, and neurons
    read by the output that others are mixed into."""
    field: Field = {}
    defects: dict[Any, Fraction] = {}
    for (layer, i, j), value in entries.items():
        if not value:
            continue
        for key in setting.keys:
            if not setting.feeds(key, layer, i):
                continue
            if j is not None:
                _gain(field, key, (key[0], j, *key[2:]), value)
            elif len(key) == 2:
                _gain(field, key, None, value)
        if j is None and f"b{layer}" not in setting.network.shapes:
            defects["shift", layer, i] = value
    for (layer, i, j), value in follow.items():
        if value:
            for m, columns in _readers(setting, layer):
                _undo(setting, m, columns, (i, j, value), field, defects)
    return Generator({k: v for k, v in entries.items() if v}, field), defects


def _readers(setting: Setting, layer: int) -> Iterator[tuple[int, dict[int, int]]]:
    """The matrices that read the layer: their number, and the column of each neuron they read."""
    network = setting.network
    if layer < network.H:
        yield layer + 1, {j: j for j in range(network.widths[layer])}
    read = read_by_output(network, layer)
    if read:
        yield network.K, {neuron: column for column, neuron in read}


def _undo(
    setting: Setting,
    m: int,
    columns: Mapping[int, int],
    change: tuple[int, int | None, Fraction],
    field: Field,
    defects: dict[Any, Fraction],
) -> None:
    """W_m loses W_m R and b_m loses W_m r, for one entry (i, j) of R or entry i of r."""
    i, j, value = change
    if i not in columns:
        return
    lacking = j not in columns if j is not None else f"b{m}" not in setting.network.shapes
    if lacking:
        defects["read", m, columns[i], j] = value
        return
    for row in range(setting.network.widths[m]):
        target = (f"b{m}", row) if j is None else (f"W{m}", row, columns[j])
        _gain(field, target, (f"W{m}", row, columns[i]), -value)


def _gain(field: Field, key: ParameterKey, source: ParameterKey | None, value: Fraction) -> None:
    part = field.setdefault(key, {})
    part[source] = part.get(source, ZERO) + value


def _penalty(setting: Setting, field: Field) -> dict[Any, Fraction]:
    """The coefficients of sum lambda w dw/dt, a polynomial in the parameters."""
    found: dict[Any, Fraction] = {}
    for key in setting.penalized & field.keys():
        array = setting.lambdas[key[0]]
        weight = array[key[1]] if len(key) == 2 else array[key[1]][key[2]]
        for source, value in field[key].items():
            monomial = ("l2", *sorted([key, source or ()]))
            found[monomial] = found.get(monomial, ZERO) + weight * value
    return found


def _connected(bound: list[Bound]) -> list[list[Bound]]:
    """The finest parts such that nothing that must cancel occurs in two of them."""
    part_of: dict[Any, list[Bound]] = {}
    for one in bound:
        touched = {id(part_of[name]): part_of[name] for name in one[1] if name in part_of}
        merged = [one, *(other for part in touched.values() for other in part)]
        for _, defects in merged:
            part_of |= dict.fromkeys(defects, merged)
    return list({id(part): part for part in part_of.values()}.values())


def _combined(bound: list[Bound]) -> Iterator[Generator]:
    """The combinations in which everything that must cancel does."""
    names = list(dict.fromkeys(name for _, defects in bound for name in defects))
    rows = [[defects.get(name, ZERO) for _, defects in bound] for name in names]
    for factors in RationalMatrix(rows, len(bound)).nullspace().T.tolist():
        entries: Entries = {}
        field: Field = {}
        for factor, (generator, _) in zip(factors, bound, strict=True):
            if not factor:
                continue
            for place, value in generator.entries.items():
                entries[place] = entries.get(place, ZERO) + factor * value
            for key, part in generator.field.items():
                for source, value in part.items():
                    _gain(field, key, source, factor * value)
        yield Generator({k: v for k, v in entries.items() if v}, field)
