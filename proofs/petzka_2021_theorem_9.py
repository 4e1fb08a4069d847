"""Petzka and Sminchisescu (2021), Theorem 9.  Splitting a neuron in any hidden layer.

Setting      As for Theorem 8, in any layer: g is the derivative of a sample's loss by the inputs of
             the next layer, v the outgoing weights, x the incoming values (with a last entry 1
             where there is a bias). B = sum (g'v) s''(u'x) x x', D = sum s'(u'x) x g'. By Lemma 12
             twice the second-order term at the image, with al la = be (1 - la), is
             y'H y + 2 (al - be) z'D b + 2 (al + be) z'D w + al be z'B z, where H is the smaller
             Hessian and y = (a, 2b, others). In letters H = P'P with a left inverse J, and B = C'C
             with a left inverse F: positive definite.
Hypotheses   (minimum) The point is a minimum with positive definite Hessian.
             (B)       B, over all incoming parameters, is positive definite.
             (D)       D = 0.
Conclusions  (form)    If D = 0 and al be = m^2 (0 < lambda < 1), the form is not negative.
             (kernel)  Where it vanishes then, y = 0 and m z = 0: only w is left. With D = 0 the
                       function does not change along w.
             (down)    If D = 0 and al be = -m^2, it is -|m C z|^2 at y = 0.
             (only if) If the form is nonnegative everywhere, then D = 0: the second theorem of this
                       file, with the form at y = 0, b = 0 summed over columns of Z and W.
             (inside)  The images with 0 < lambda < 1 are local minima.
             (outside) Those with lambda < 0 or lambda > 1 are strict saddles.
             (region)  The former lie in a non-attracting region.
Without (D)  All images are strict saddles, for every lambda: an instance found among integer data.
Errata       The paper assumes an isolated minimum and uses a definite Hessian. For B negative
             definite (B = -C'C, al be = -m^2) the interval consists of two half-lines, joined only
             through saddles, so that each lies in a region of its own.
Source       Theorem 9, read. With several outgoing weights the minima for fixed shares form a flat
             piece of as many dimensions; from the form to minima: docstring of replicated_minima.
"""

from symland.exact.word_relation import for_all, nonzero
from symland.problem import Dataset, Loss, Network, Problem
from symland.theorem import Signature, Theorem, nonnegative, trace
from symland.theorem.replicated import replicated

theorem = Theorem("petzka_2021_theorem_9", source="petzka_2021", wording="read")

s = Signature(
    {"P": ("l", "n"), "J": ("n", "l"), "y": ("n", "1"), "C": ("m", "p"), "F": ("p", "m"),
     "D": ("p", "q"), "z": ("p", "1"), "b": ("q", "1"), "w": ("q", "1")},
    scalars=["al", "be", "m"],
)  # fmt: skip
P, J, y, C, F, D_, z, b, w, al, be, m = s.letters()


def form(y, z, b, w):
    """Twice the second-order term of the loss at the image."""
    H, B = P.T @ P, C.T @ C
    along = 2 * (al - be) * z.T @ D_ @ b + 2 * (al + be) * z.T @ D_ @ w
    return y.T @ H @ y + along + al * be * z.T @ B @ z


at_zero = form(y - y, z, b, w) + m * m * z.T @ C.T @ C @ z

minimum = theorem.hypothesis(
    "minimum",
    "the Hessian is positive definite",
    lambda s: replicated(s).nondegenerate_minimum,
    words=J @ P - s.one("n"),
)
B = theorem.hypothesis(
    "B",
    "B is positive definite",
    lambda s: replicated(s).B_is_positive,
    words=F @ C - s.one("p"),
)
D = theorem.hypothesis("D", "D = 0", lambda s: replicated(s).D_is_zero, words=D_)
between = theorem.hypothesis("share", "0 < lambda < 1", words=(al * be - m * m) * s.one("1"))
beyond = theorem.hypothesis("share-", "lambda < 0 or > 1", words=(al * be + m * m) * s.one("1"))
flat = theorem.hypothesis("flat", "the form vanishes", words=form(y, z, b, w))
positive = theorem.conclusion(
    "form",
    "the form is not negative",
    words=nonnegative(trace(form(y, z, b, w))),
    given=[between],
)
kernel = theorem.conclusion(
    "kernel", "its kernel is along w", words=[y, m * z], given=[between, flat]
)
down = theorem.conclusion("down", "the form along z", words=at_zero, given=[beyond])
inside = theorem.conclusion(
    "inside",
    "images with 0 < lambda < 1 are local minima",
    lambda s: replicated(s).images("inside") == "local_minimum",
)
outside = theorem.conclusion(
    "outside",
    "images with lambda < 0 or lambda > 1 are strict saddles",
    lambda s: replicated(s).images("outside") == "strict_saddle",
)
region = theorem.conclusion(
    "region",
    "images with 0 < lambda < 1 lie in a non-attracting region",
    lambda s: replicated(s).non_attracting(2),
)


@theorem.step("squares", uses=[D, between], gives=[positive])
def squares(proof):
    """|P y|^2 + |m C z|^2."""
    proof.sum_of_squares(
        "form", trace(form(y, z, b, w)), squares=[(1, [], P @ y), (1, [], m * C @ z)]
    )


@theorem.step("where it vanishes", uses=[D, between, flat, minimum, B], gives=[kernel])
def where_it_vanishes(proof):
    """P y = 0 and m C z = 0; then the left inverses."""
    proof.prove("sum", y.T @ P.T @ P @ y + m * m * z.T @ C.T @ C @ z)
    for index, name in enumerate(("Py", "Cz")):
        proof.star(name, [y.T @ P.T, m * z.T @ C.T], of="sum", index=index)
    proof.prove("y", y, using=["Py", "minimum"])
    proof.prove("mz", m * z, using=["Cz", "B"])


@theorem.step("no y", uses=[D, beyond], gives=[down])
def no_y(proof):
    """Put in y = 0."""
    proof.prove("down", at_zero)


theorem.cited(
    "slices", "with the differences of the outgoing weights fixed the image is a critical point"
    " with positive definite Hessian, by Taylor's formula and continuity; see Lemma 12 for the"
    " form, Theorem 7 for the critical points and the level line", key="petzka_2021",
    wording="read", uses=[squares, where_it_vanishes, no_y],
    gives=[inside, outside, region], discharges=[between, beyond, flat],
)  # fmt: skip


def data(widths, xs, ys):
    samples = Dataset([[x] for x in xs], [[y] for y in ys])
    return Problem(Network(widths, "sigmoid"), samples, Loss(scale=1))


# --- With one neuron in the next layer D = 0 follows (Proposition 15) -----------------------------
theorem.instance(
    "x = 0, 1, 3",
    data((1, 1, 1), (0, 1, 3), (1, -2, 3)),
    at=[[["0.63954936616"]], [["1.25555675301"]]],
)

# --- Two neurons in the next layer: B > 0, D not 0, found from seed 1 ----------------------------
theorem.without(
    D, name="1-1-2-1 on seven samples",
    problem=data((1, 1, 2, 1), (-2, -1, 0, 1, 2, 3, 4), (-3, -1, -1, 4, -3, 0, -2)),
    at=[[["0.8729046276122"]], [["-10.8108029028523"], ["1.508441095294"]],
        [["-16.1523164074444", "-0.5558520965783"]]],
    breaks=[inside], keeps=[outside],
)  # fmt: skip

# --- Only if ----------------------------------------------------------------------------------
only_if = Theorem("petzka_2021_theorem_9_only_if", source="petzka_2021", wording="read")
q = Signature(
    {"B": ("p", "p"), "D": ("p", "q"), "Z": ("p", "q"), "W": ("q", "q"),
     "o": ("1", "1")},
    scalars=["al", "be", "m"],
)  # fmt: skip
B_, D_, Z, W, o, al, be, m = q.letters()
columns = al * be * trace(Z.T @ B_ @ Z) + 2 * (al + be) * trace(Z.T @ D_ @ W)

total = only_if.hypothesis("sum", "al + be is not 0", words=nonzero((al + be) * q.one("1")))
everywhere = only_if.hypothesis(
    "psd", "the form is nonnegative", words=for_all(nonnegative(columns), "Z", "W")
)
vanishes = only_if.conclusion("D", "D = 0", words=D_)


@only_if.step("large m", uses=[total, everywhere], gives=[vanishes])
def large_m(proof):
    """Lemma A.1 (b): at Z = D, W = -m it is linear in m, with the slope -2 (al + be) |D|^2."""
    proof.instantiate("witness", "psd", Z=D_, W=-m * q.one("q"))
    proof.affine("slope", "witness", "m")
    proof.cancel("square", -2 * trace(D_.T @ D_), of="slope", nonzero="sum")
    proof.prove("trace", trace(D_ @ D_.T), using=["square"])
    proof.star("D", [D_], of="trace")
