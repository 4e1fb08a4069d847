"""Rules for ways out of a critical point: a segment along which the loss falls, and regions of
local minima from which a path that never rises leads lower."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import enclosed_points, files, interval_jets as jets
from .context import Context
from .effort import spend
from .interval_jets import Intervals
from .intervals import Interval, dot, number
from .rules_degenerate import MAX_COPIES, Rows, _image, _place, _widened
from .rules_enclosures import precision
from .statement import Problem, columned, matrix
from .verdict import Refused, show

Object = dict[str, Any]


def intervals_decreasing_segment(context: Context, claim: Object, step: Object) -> str:
    """For 0 <= s <= S ("length") the loss at p + s d falls strictly as s grows.  Here d is the
    "direction" and p the point, or where there is an "image" of the point (its layer, neuron and
    shares; rules_degenerate.py) that image in the larger network.

    The point is critical (earlier claim), hence so is p: in the coordinates of rules_degenerate.py
    the derivatives at an image vanish, by (1) those by theta and by the outgoing weights, by (2)
    with p = 0 and D v = 0 those by the incoming weights; shares that are 0 are no exception, as
    only their sum 1 makes these coordinates a bijection.  So l(s) = L(p + s d) has l'(0) = 0.

    The cells between 0 and the ends s_1 < ... < s_m = S cover [0, S].  Over each cell l' = g.d and
    l'' = d.H d are enclosed, with p enclosed too, and one of them is shown to be negative.  By
    induction l' <= 0 at the left end of a cell: it is 0 at the first one.  If l'' < 0 on the cell,
    l' decreases and is negative right of the left end; else l' < 0 on it.  In both cases l falls
    strictly on the cell, and l' < 0 at its right end.
    """
    context.claim(step["critical"], "critical", claim["point"])
    bits, length = precision(step), files.number(claim["length"], "length")
    problem, start, text = _start(context, claim, bits)
    files.fields(claim["direction"], "direction", " ".join(problem.shapes))
    direction = {
        n: matrix(columned(n, claim["direction"][n]), f"direction: {n}", *shape)
        for n, shape in problem.shapes.items()
    }
    left = Fraction(0)
    for value in files.array(step["cells"], "cells"):
        right = files.number(value, "cells")
        if right <= left:
            raise Refused(f"cells: {show(value)}, expected a number above the one before and 0")
        _falls(problem, start, direction, (left, right), bits)
        left = right
    if left != length or not length:
        raise Refused("the cells do not end at the length")
    return f"the loss falls strictly along the segment of length {show(length)} from {text}"


def _start(context: Context, claim: Object, bits: int) -> tuple[Problem, Rows, str]:
    """The network in which the segment lies, an enclosure of its start, and what to call it."""
    rows, text = enclosed_points.weights(context, claim["point"], bits), str(claim["point"])
    if "image" not in claim:
        return context.problem, rows, text
    image = files.fields(claim["image"], "image", "layer neuron shares")
    problem, layer, neuron = _place(context, image)
    shares = [files.number(x, "shares") for x in files.array(image["shares"], "shares")]
    if not 2 <= len(shares) <= MAX_COPIES or sum(shares) != 1:
        raise Refused(f"shares: {show(image['shares'])}, expected two or more numbers of sum 1")
    wide = _widened(problem, layer, len(shares) - 1)
    start = _image(rows, layer, neuron, [number(a, bits) for a in shares])
    text = (
        f"the image of {text} with shares {', '.join(map(show, shares))} of neuron {neuron} of "
        f"layer {layer}"
    )
    return wide, start, text


def _falls(
    problem: Problem,
    start: Rows,
    direction: dict[str, list[list[Fraction]]],
    cell: tuple[Fraction, Fraction],
    bits: int,
) -> None:
    """Refused unless the first or the second derivative along d is negative over the cell."""
    steps, arithmetic = Interval.between(*cell, bits), Intervals(bits)
    along = [number(x, bits) for rows in direction.values() for row in rows for x in row]
    spend(len(problem.inputs) * len(along) ** 2, bits)
    over = {
        n: [
            [w + steps * number(x, bits) for w, x in zip(row, moves, strict=True)]
            for row, moves in zip(rows, direction[n], strict=True)
        ]
        for n, rows in start.items()
    }
    jet = jets.loss(problem, arithmetic, over, 2)
    if arithmetic.sign(dot(jets.gradient(problem, jet, arithmetic), along)) < 0:
        return
    bent = [dot(row, along) for row in jets.hessian(problem, jet, arithmetic)]
    if arithmetic.sign(dot(bent, along)) >= 0:
        ends = " to ".join(map(show, cell))
        raise Refused(f"the loss is not shown to fall on the cell {ends}")


def exit_non_attracting(context: Context, claim: Object, step: Object) -> str:
    """Each of the local minima of the claim "minima" (`replicated_minima` or `replicated_layers`)
    lies in a non-attracting region: in the largest connected set R of local minima with its loss,
    arbitrarily near to which, here in R itself, there starts a continuous path along which the loss
    never rises and which ends at a lower one.

    The "exit" is an earlier claim about the same neuron of the same point: `replicated_saddles`
    (two copies), or `decreasing_segment` from an image with m copies; the minima have k >= m.
    For any real shares of sum 1, in every layer with copies, the larger network computes the same
    function (a layer sees what the copies below it receive, times shares that add up to 1).  So
    from a minimum the loss is constant while its shares move on straight lines, one layer after
    the other, to those of the exit followed by k - m zeros, in other layers to 1 and zeros.
    Outgoing weights of copies whose share is 0 vanish, so that these copies do not matter: moving
    the other weights as in the network of the exit gives the losses there.  A segment of the exit
    leads lower; from a strict saddle one does along an eigenvector of a negative eigenvalue.
    """
    minima = context.established.get(claim["minima"]) if isinstance(claim["minima"], str) else None
    if minima is None or minima["claim"] not in ("replicated_minima", "replicated_layers"):
        raise Refused(f"{show(claim['minima'])} is no earlier claim of replicated minima")
    way = context.established.get(step["exit"]) if isinstance(step["exit"], str) else None
    if way is None or way["claim"] not in ("replicated_saddles", "decreasing_segment"):
        raise Refused(f"{show(step['exit'])} is no earlier claim of a way out")
    if way["claim"] == "decreasing_segment":
        if "image" not in way:
            raise Refused("the segment does not start from an image")
        place, copies = way["image"], len(way["image"]["shares"])
    else:
        place, copies = way, 2
    layer = place["layer"]
    if minima["claim"] == "replicated_layers":
        neuron, most = 1, minima["copies"][layer - 1]
    else:
        neuron, most = minima["neuron"], minima["copies"] if minima["layer"] == layer else 0
    if way["point"] != minima["point"] or place["neuron"] != neuron:
        raise Refused("the way out is from images of another point or neuron")
    if copies > most:
        raise Refused(f"the way out needs {copies} copies in layer {layer}, the minima have {most}")
    return (
        f"the local minima of {claim['minima']} lie in non-attracting regions: a path that never "
        "rises leads to a lower loss"
    )
