"""Cells: near a point relu and leaky_relu neurons are linear, each with its own slope a sample.

A cell is given by the slope of every such neuron on every sample, 1 or that of the left side; it is
read off enclosures of the preactivations that do not contain 0, so it is that of all weights
enclosed and of all weights near them.  Two exceptions:

A preactivation in an *idle* layer (network.py: without bias, reading only quiet neurons) is 0 for
all weights nearby, so that any slope will do; it gets 0 and the neuron is quiet too.

In a slice (slices.py) a preactivation w.x + b of the first hidden layer may be 0 at every point of
the slice, which is checked exactly, as w and b are affine in the slice's coordinates: a *kink*.
All kinks of one neuron are at samples with a = x, or (x, 1) with a bias, on a few *lines*: a = c a'
with c not 0.  On one side of a line, w.a' > 0, the slopes at its samples are 1 for c > 0 and that
of the left side for c < 0; on the other side they are exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import interval_jets as jets
from .context import Context
from .effort import spend
from .enclosed_points import Rows
from .intervals import Interval
from .linear_algebra import product, rank, solve, transpose
from .network import coordinates
from .slices import Slice
from .statement import Problem
from .verdict import Refused

Slopes = list[list[list[Fraction | None]]]


@dataclass
class Line:
    """A line of kinks of a neuron of the first hidden layer: the vector a', and c by sample."""

    neuron: int
    vector: list[Fraction]
    factors: dict[int, Fraction]


@dataclass
class Cell:
    """``slopes[sample][layer - 1][neuron]``, None for neurons of smooth activations;
    ``quiet[sample][layer]``, the inputs being layer 0; the lines of kinks; neurons of the first
    layer that are left out of the network."""

    slopes: Slopes = field(default_factory=list)
    quiet: list[list[list[bool]]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    absent: tuple[int, ...] = ()

    def side(self, problem: Problem, wanted: int) -> Slopes:
        """The slopes with all kinks on the side w.a' > 0 (wanted 1), or < 0 (wanted -1)."""
        found = [[list(layer) for layer in sample] for sample in self.slopes]
        for line in self.lines:
            for i, c in line.factors.items():
                up = (c > 0) == (wanted > 0)
                found[i][0][line.neuron] = Fraction(1) if up else left(problem, 1)
        return found

    def pattern(self, layer: int, neuron: int) -> list[Fraction | None]:
        """The slopes of a neuron, sample by sample."""
        return [sample[layer - 1][neuron] for sample in self.slopes]


def left(problem: Problem, layer: int) -> Fraction:
    """The slope at negative preactivations of a layer of relu or leaky_relu."""
    function = problem.functions[layer - 1]
    if function is None or function[0] not in ("relu", "leaky_relu"):
        raise Refused(f"the activation of layer {layer} has no kink")
    return function[1] if function[0] == "leaky_relu" else Fraction(0)


def is_kinked(problem: Problem, layer: int) -> bool:
    """Whether a hidden layer has the activation relu or leaky_relu."""
    function = problem.functions[layer - 1]
    return function is not None and function[0] in ("relu", "leaky_relu")


def read_cell(
    context: Context, rows: Rows, here: Slice | None = None, absent: tuple[int, ...] = ()
) -> Cell:
    """The cell of the weights enclosed; `Refused` where a sign is not known.

    ``here`` is the slice that they are in, if kinks are allowed; neurons of the first layer named
    in ``absent`` are left out, as if their value were 0 everywhere.
    """
    problem, cell = context.problem, Cell(absent=absent)
    arithmetic = jets.Intervals(next(iter(rows.values()))[0][0].bits)
    zeros: dict[int, list[int]] = {}
    for i, x in enumerate(problem.inputs):
        values = [arithmetic.number(a) for a in x]
        cell.quiet.append([[not a for a in x]])
        cell.slopes.append([])
        for k in range(1, problem.K):
            idle = all(cell.quiet[-1][-1]) and f"b{k}" not in rows
            slopes: list[Fraction | None] = []
            following, quiet = [], []
            for j, z in enumerate(_affine(rows, k, values)):
                out = k == 1 and j in absent
                at_kink = _at_kink(context, here, (k, j, i), idle, arithmetic.sign(z)) and not out
                if out:
                    slope: Fraction | None = Fraction(0)
                elif not is_kinked(problem, k):
                    slope = None
                elif idle or at_kink:
                    slope = Fraction(0)
                else:
                    slope = Fraction(1) if arithmetic.sign(z) > 0 else left(problem, k)
                if at_kink:
                    zeros.setdefault(j, []).append(i)
                slopes.append(slope)
                following.append(
                    jets._activate(problem, arithmetic, k, jets.Jet(z, 0)).value
                    if slope is None
                    else z * arithmetic.number(slope)
                )
                quiet.append(slope == 0 and not at_kink)
            cell.slopes[-1].append(slopes)
            cell.quiet[-1].append(quiet)
            values = following
    for j, samples in zeros.items():
        cell.lines.extend(_lines(problem, j, samples))
    return cell


def _affine(rows: Rows, k: int, h: list[Interval]) -> list[Interval]:
    found = []
    for j, row in enumerate(rows[f"W{k}"]):
        total = Interval(0, 0, h[0].bits) if f"b{k}" not in rows else rows[f"b{k}"][j][0]
        for w, x in zip(row, h, strict=True):
            total = total + w * x
        found.append(total)
    return found


def _at_kink(
    context: Context, here: Slice | None, place: tuple[int, int, int], idle: bool, sign: int
) -> bool:
    """Whether the preactivation is 0 on the whole slice; `Refused` if its sign is not known."""
    k, j, i = place
    if idle or sign or not is_kinked(context.problem, k):
        return False
    if here is None or k != 1:
        raise Refused(
            f"hidden layer {k}, neuron {j + 1}, sample {i + 1}: the sign of the preactivation is "
            "not known"
        )
    spend(len(here.directions) * len(context.problem.inputs[i]))
    columns = [here.affine(index) for index in incoming(context.problem, j)]
    for part in zip(*columns, strict=True):
        if sum((w * a for w, a in zip(part, seen(context.problem, i), strict=True)), Fraction(0)):
            raise Refused(
                f"hidden layer 1, neuron {j + 1}, sample {i + 1}: the preactivation may be 0, and "
                "is not 0 on the whole slice"
            )
    return True


def incoming(problem: Problem, neuron: int) -> list[int]:
    """The indices of the weights into a neuron of the first layer, its bias last."""
    places = coordinates(problem)
    spend(len(places))
    return [i for i, (n, row, _) in enumerate(places) if n in ("W1", "b1") and row == neuron]


def seen(problem: Problem, sample: int) -> list[Fraction]:
    """What the weights into the first layer are multiplied with: x, or (x, 1)."""
    return [*problem.inputs[sample], *([Fraction(1)] if "b1" in problem.shapes else [])]


def _lines(problem: Problem, neuron: int, samples: list[int]) -> list[Line]:
    """The lines of the kinks of a neuron at these samples; `Refused` if they depend on each
    other."""
    found: list[Line] = []
    for i in samples:
        a = seen(problem, i)
        place = next(k for k, x in enumerate(a) if x)
        for line in found:
            c = a[place] / line.vector[place] if line.vector[place] else Fraction(0)
            if c and all(x == c * y for x, y in zip(a, line.vector, strict=True)):
                line.factors[i] = c
                break
        else:
            found.append(Line(neuron, a, {i: Fraction(1)}))
    if rank([line.vector for line in found]) < len(found):
        raise Refused(f"the kinks of neuron {neuron + 1} are at dependent inputs")
    return found


def normals(problem: Problem, cell: Cell) -> list[tuple[dict[int, Fraction], dict[int, Fraction]]]:
    """For each line the vector (0, .., a', .., 0), and a dual one n: the product of n with a' of
    its own line is 1, with those of other lines 0.  Both by the indices of their entries."""
    found: list[Any] = [None] * len(cell.lines)
    for neuron in {line.neuron for line in cell.lines}:
        own = [k for k, line in enumerate(cell.lines) if line.neuron == neuron]
        vectors = [cell.lines[k].vector for k in own]
        dual = solve(product(vectors, transpose(vectors)), vectors)
        places = incoming(problem, neuron)
        for k, v, n in zip(own, vectors, dual, strict=True):
            found[k] = tuple(
                {p: x for p, x in zip(places, line, strict=True) if x} for line in (v, n)
            )
    return found
