"""A rule about the residual of a deep linear network, seen from one layer."""

from __future__ import annotations

from . import files
from .context import Context
from .linear_algebra import identity, product, subtract, transpose, vanishes
from .rules_deep_linear import end_to_end, moments
from .rules_points import Object
from .verdict import Refused, Unreadable, show


def substitution_residual(context: Context, claim: Object, step: Object) -> str:
    """L_k^T (M A - B), with L_k = W_K ... W_{k+1} and M the product of all weights, is computed
    exactly; it is zero or not, as claimed.  For plain data it is the transpose of X r(W) L_k."""
    weights, data, K = context.weights(claim["point"]), moments(context), context.problem.K
    k = files.count(claim["layer"], "layer", 1, K)
    if not isinstance(claim["vanishes"], bool):
        raise Unreadable(f"vanishes: {show(claim['vanishes'])}, expected true or false")
    G = subtract(product(end_to_end(weights, 1, K), data.A), data.B)
    L = end_to_end(weights, k + 1, K) if k < K else identity(context.problem.widths[-1])
    if vanishes(product(transpose(L), G)) != claim["vanishes"]:
        raise Refused(f"the residual seen from layer {k} is not as claimed")
    verb = "vanishes" if claim["vanishes"] else "does not vanish"
    return f"the residual seen from layer {k} {verb} at {claim['point']}"
