"""Saddles at which nothing depends on a neuron: its derivatives tell elsewhere, so they tell here.

Among them are the images with two copies of a neuron whose shares are 0 and 1: the network sees
only one of them.  See rules_degenerate.py for images, B, D and the coordinates (theta, t, p)."""

from __future__ import annotations

from typing import Any

from . import enclosed_points, files, flat_directions, interval_jets as jets
from .context import Context
from .interval_jets import Intervals
from .intervals import number
from .network import shaped
from .rules_degenerate import _image, _incoming, _outgoing, _place, _widened
from .rules_enclosures import precision
from .rules_points import read_inertia
from .statement import Problem
from .verdict import Refused, Unreadable, show

Object = dict[str, Any]
ANALYTIC = ("sigmoid", "tanh", "softplus", "exp")


def _is_analytic(problem: Problem, layer: int) -> None:
    function = problem.functions[layer - 1]
    if problem.activations[layer - 1] is None and (function is None or function[0] not in ANALYTIC):
        raise Refused(f"hidden layer {layer}: its activation is not known to be analytic")


def silent_non_strict_saddle(context: Context, claim: Object, step: Object) -> str:
    """The point p is critical and its Hessian has no negative eigenvalue (earlier claims); hidden
    neuron "neuron" of "layer" is silent there (flat_directions.py: its outgoing weights are 0, or
    equal before the cross entropy).  As long as these stay, the loss is L(p) whatever its incoming
    weights U are, the rest being as at p; and what the next layer's neurons receive is the same, or
    all outputs move alike, so that the derivatives g_s of the loss by what neuron s of it receives
    are the same, sample by sample.  So the derivative by the outgoing weight to s is G_s(U) = sum
    of g_s s(U.x) over the samples, with the values x of the layer below, and a constant for the
    regularizer.  The activation is a polynomial, sigmoid, tanh, softplus or exp: G_s is analytic.
    With the "incoming" weights for U some G_s, enclosed, is not 0; so it does not vanish on any
    ball around the U of p.  As near to p as one likes there is a point with the loss L(p) and a
    derivative that is not 0, beside which the loss takes lower and higher values.  So p is neither
    a local minimum nor a local maximum, and not a strict saddle.
    """
    name, bits, problem = claim["point"], precision(step), context.problem
    context.claim(step["critical"], "critical", name)
    if read_inertia(context.claim(step["inertia"], "inertia", name))[1]:
        raise Refused("the Hessian has a negative eigenvalue")
    place = {"layer": step["layer"], "neuron": step["neuron"]}
    into, arithmetic = flat_directions._silent(context, name, place), Intervals(bits)
    layer, neuron = step["layer"], step["neuron"]
    _is_analytic(problem, layer)
    flat = [
        x for rows in enclosed_points.weights(context, name, bits).values() for r in rows for x in r
    ]
    given = files.array(step["incoming"], "incoming", len(into))
    for i, x in zip(into, given, strict=True):
        flat[i] = number(files.number(x, "incoming"), bits)
    at = shaped(context.problem, flat)
    slope = jets.gradient(problem, jets.loss(problem, arithmetic, at, 1), arithmetic)
    if not any(arithmetic.sign(slope[i]) for i in _outgoing(problem, layer, neuron)):
        raise Refused("the derivatives at the incoming weights are not shown to be not 0")
    return f"{name} is a saddle, not strict: neuron {neuron} of layer {layer} could do better"


def analytic_ends(context: Context, claim: Object, step: Object) -> str:
    """The images with two copies of shares 0, 1 and 1, 0 are saddles: critical, neither local
    minima nor local maxima.  They are strict, their Hessian having a negative eigenvalue, if
    "strict" is true, and have none if it is false.

    theta is critical (earlier claim), hence so are its images: by (1) in theta and p, by (2) at
    p = 0 in t.  Let U be the incoming weights of the copy of share 0.  As long as its outgoing
    weights are 0, the loss is l(theta) whatever U is, and its derivative by the outgoing weight to
    neuron s of the next layer is G_s(U) = sum of g_s s(U.x) over the samples, with the g and x of
    theta.  The activation is a polynomial, sigmoid, tanh, softplus or exp, so that G_s is analytic.
    At the "incoming" weights some G_s, enclosed, is not 0; so it does not vanish on any ball around
    u.  As near to the image as one likes there is a point with the loss l(theta) and a derivative
    that is not 0, beside which the loss takes lower and higher values.

    Strict: the Hessian of l has a negative eigenvalue (earlier claim), and by (1) that of the
    larger network is the same on changes of theta.  Not strict: that of l has none (earlier claim),
    and the neuron has one outgoing weight v, not 0 (enclosed), so that D = 0, because D v is the
    derivative of l by u.  The second derivative at the image is then that of l beside zeros: by
    (1) for p, with theta or twice; by (2) for t with theta, and with p, as D = 0; by (3) for t
    twice, as t is 0 for the copy of share 1.
    """
    problem, layer, neuron = _place(context, claim)
    name, bits, strict = claim["point"], precision(step), claim["strict"]
    if not isinstance(strict, bool):
        raise Unreadable(f"strict: {show(strict)}, expected true or false")
    context.claim(step["critical"], "critical", name)
    negative = read_inertia(context.claim(step["inertia"], "inertia", name))[1]
    _is_analytic(problem, layer)
    wide, arithmetic = _widened(problem, layer, 1), Intervals(bits)
    rows = enclosed_points.weights(context, name, bits)
    at = _image(rows, layer, neuron, [arithmetic.number(1), arithmetic.number(0)])
    last = wide.widths[layer]
    given = files.array(step["incoming"], "incoming", len(_incoming(wide, layer, last)))
    incoming = [number(files.number(x, "incoming"), bits) for x in given]
    at[f"W{layer}"][-1] = incoming[: problem.widths[layer - 1]]
    if f"b{layer}" in at:
        at[f"b{layer}"][-1] = incoming[-1:]
    slope = jets.gradient(wide, jets.loss(wide, arithmetic, at, 1), arithmetic)
    if not any(arithmetic.sign(slope[i]) for i in _outgoing(wide, layer, last)):
        raise Refused("the derivatives at the incoming weights are not shown to be not 0")
    if strict and not negative:
        raise Refused("the Hessian of the smaller network has no negative eigenvalue")
    if not strict:
        if negative:
            raise Refused("the Hessian of the smaller network has a negative eigenvalue")
        out = [row[neuron - 1] for row in rows[f"W{layer + 1}"]]
        if len(out) > 1 or not arithmetic.sign(out[0]):
            raise Refused("the neuron is not shown to have one outgoing weight that is not 0")
    return (
        f"two copies of neuron {neuron} of layer {layer} of {name} with shares 0 and 1 are "
        f"saddles, {'strict' if strict else 'not strict'}"
    )
