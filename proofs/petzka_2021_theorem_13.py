"""Petzka and Sminchisescu (2021), Theorem 13.  Local minima in arbitrarily wide two-layer networks.

Setting      As for Theorem 8; a neuron is replaced by k copies with shares a_1, ..., a_k of its
             outgoing weight, of sum 1.
Hypotheses   (minimum) The point is a minimum with positive definite Hessian.
             (B)       B is positive definite.
Conclusions  (same)    With shares of sum 1 the function is the same; moving outgoing weights of
                       copies by numbers of sum 0 does not change it either.
             (again)   B of a copy with share a is a B: positive shares can be split again.
             (form)    The form sum a_j t_j'B t_j over the copies' incoming weights is not negative.
             (copies)  For each k, all images with positive shares are local minima, so with two
                       copies for all lambda in [1/50, 49/50]: here k = 2, 3 and 5 with three
                       samples, the last two with as many neurons or more ("extremely wide").
             (near)    No weights within 1/200, 1/1000, 1/10000 of the images with equal shares
                       have a lower loss.
             (sub)     The loss of all these images is above 11.7; petzka_2021_theorem_13_better has
                       weights with a lower one: they are not global minima.
             (escape)  The images lie in a non-attracting region: at constant loss lambda goes to
                       -1/2, and from there the loss falls strictly while the new neuron's weight
                       moves by 3s and the old one's by s, for s up to 37/100, and for -s up to
                       3/10.
             (regions) 2, 3 and 5 copies lie in non-attracting regions.
Source       Theorem 13, read. The paper iterates the map with two copies; the rules
             replicated_minima and replicated_bound take all copies at once. Remark 11 lets the map
             be iterated, Remark 14 (files of their own) says what these minima are like. What
             breaks without (minimum) or (B): petzka_2021_theorem_8_negative and _8.
"""
from math import exp
from operator import mul

from symland.problem import Dataset, Loss, Network, Problem
from symland.theorem import Signature, Theorem, nonnegative, trace
from symland.theorem.replicated import replicated

theorem = Theorem("petzka_2021_theorem_13", source="petzka_2021", wording="read")
s = Signature({"v": ("q", "1"), "a": ("1", "N"), "o": ("k", "1"), "S": ("1", "k"),
               "M": ("k", "k"), "R": ("q", "k"), "T": ("p", "k"), "C": ("m", "p"),
               "x": ("p", "1"), "g": ("q", "1")}, scalars=["c", "s2"])
v, a, o, S, M, R, T, C, x, g, c, s2 = s.letters()
function = (v @ S + R) @ o @ a - v @ a  # k copies with shares S, moved by R
form = trace(T.T @ C.T @ C @ T @ M @ M.T)
many = g.T @ (c * v) * s2 * x @ x.T - c * g.T @ v * s2 * x @ x.T  # B of c v, and c times B of v

minimum = theorem.hypothesis("minimum", "the Hessian is positive definite",
                             lambda s: replicated(s).nondegenerate_minimum)
B = theorem.hypothesis("B", "B is positive definite", lambda s: replicated(s).B_is_positive)
shares = theorem.hypothesis("shares", "the shares have the sum 1", words=S @ o - s.one("1"))
moves = theorem.hypothesis("moves", "moves of sum 0", words=R @ o)
same = theorem.conclusion("same", "the function is the same", words=function)
again = theorem.conclusion("again", "B of a copy", words=many)
not_negative = theorem.conclusion("form", "the form is not negative", words=nonnegative(form))
copies = theorem.conclusion("copies", "2, 3 and 5 copies are local minima",
                            lambda s: all(replicated(s).copies(k) for k in (2, 3, 5)))
RADII = ((2, "1/200"), (3, "1/1000"), (5, "1/10000"))
near = theorem.conclusion("near", "nothing nearby is lower",
                          lambda s: all(replicated(s).bound(k, r) for k, r in RADII))
sub = theorem.conclusion("sub", "the loss of all images is between 11.7 and 12",
                         lambda s: replicated(s).loss_between("117/10", "12"))
OUT = ("3/2", "-1/2")  # shares of the old and the new neuron: lambda = -1/2
WAYS = [({"W1": [[d], [3 * d]], "W2": [[0, 0]]}, length, cells)
        for d, length, cells in ((1, "37/100", 37), (-1, "3/10", 30))]
escape = theorem.conclusion("escape", "from 2 copies a path that never rises leads lower",
                            lambda s: all(replicated(s).falls(OUT, *way) for way in WAYS))
regions = theorem.conclusion("regions", "2, 3 and 5 copies lie in non-attracting regions",
                             lambda s: all(replicated(s).non_attracting(k) for k in (2, 3, 5)))

@theorem.step("function", uses=[shares, moves], gives=[same])
def same_function(proof):
    """(v S + R) o = v."""
    proof.prove("function", function)

@theorem.step("curvature", gives=[again, not_negative])
def curvature(proof):
    """B is linear in the outgoing weight; with B = C'C and shares M M' the form is |C T M|^2."""
    proof.prove("again", many)
    proof.sum_of_squares("form", form, squares=[(1, [], C @ T @ M)])

theorem.cited("slices", "with the differences of the outgoing weights fixed the image is a critical"
              " point with positive definite Hessian, by Taylor's formula and continuity",
              wording="reconstructed", uses=[minimum, B, same_function, curvature],
              gives=[copies, near, sub, escape, regions])

# --- The worked instance, from its data alone: gradient descent says where to look ---------------
def descent(s):
    """Weights near a critical point: gradient descent from (1, 1)."""
    u = v = 1.0
    for _ in range(3000):
        hidden = [1 / (1 + exp(-u * x)) for x in (0, 1, 3)]
        residuals = [v * h - y for h, y in zip(hidden, (1, -2, 3), strict=True)]
        slopes = [r * h * (1 - h) * x for r, h, x in zip(residuals, hidden, (0, 1, 3), strict=True)]
        u, v = u - 0.04 * v * sum(slopes), v - 0.04 * sum(map(mul, residuals, hidden))
    return [[[str(u)]], [[str(v)]]]

worked = Dataset([[0], [1], [3]], [[1], [-2], [3]])
two = {"v": 1, "a": 1, "o": [[1], [1]], "S": [[1, 0]], "R": [[0, 0]]}
theorem.without(shares, name="1, 1", letters=two | {"S": [[1, 1]]}, breaks=[same])
theorem.without(moves, name="1, 0", letters=two | {"R": [[1, 0]]}, breaks=[same])
theorem.instance("x = 0, 1, 3", at=descent,
                 problem=Problem(Network((1, 1, 1), "sigmoid"), worked, Loss(scale=1)))
