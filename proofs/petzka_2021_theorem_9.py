"""Petzka and Sminchisescu (2021), Theorem 9.  Splitting a neuron in any hidden layer.

Setting      As for Theorem 8, in any layer: g is the derivative of a sample's loss by the inputs of
             the next layer, v the outgoing weights, x the incoming values (with a last entry 1
             where there is a bias). B = sum (g'v) s''(u'x) x x', D = sum s'(u'x) x g'. By Lemma 12
             twice the second-order term at the image, with al la = be (1 - la), is
             y'H y + 2 (al - be) z'D b + 2 (al + be) z'D w + al be z'B z, where H is the smaller
             Hessian and y = (a, 2b, others). In letters H = P'P with a left inverse J, and B = C'C
             with a left inverse F: positive definite.
Hypotheses   (minimum) A minimum with positive definite Hessian. Dropped in theorem_8_negative.
             (B)       B, over all incoming parameters, is positive definite. Dropped in theorem_8.
             (D)       D = 0.
Conclusions  (form)    If D = 0 and al be = m^2 (0 < lambda < 1), the form is not negative.
             (kernel)  Where it vanishes then, y = 0 and m z = 0: only w is left. With D = 0 the
                       function does not change along w.
             (down)    If D = 0 and al be = -m^2, it is -|m C z|^2 at y = 0.
             (only if) If the form is nonnegative everywhere, then D = 0: a file of its own.
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
from symland.problem import Dataset, Loss, Network, Problem
from symland.theorem import Signature, Theorem, nonnegative, trace
from symland.theorem.replicated import replicated

theorem = Theorem("petzka_2021_theorem_9", source="petzka_2021", wording="read")
s = Signature({"P": ("l", "n"), "J": ("n", "l"), "y": ("n", "1"), "C": ("m", "p"),
               "F": ("p", "m"), "D": ("p", "q"), "z": ("p", "1"), "b": ("q", "1"),
               "w": ("q", "1")}, scalars=["al", "be", "m"])
P, J, y, C, F, D_, z, b, w, al, be, m = s.letters()
# Twice the second-order term of the loss at the image.
form = (y.T @ P.T @ P @ y + 2 * (al - be) * z.T @ D_ @ b + 2 * (al + be) * z.T @ D_ @ w
        + al * be * z.T @ C.T @ C @ z)
at_zero = form.substitute(y=s.zero("n", "1")) + m * m * z.T @ C.T @ C @ z

# --- Hypotheses and conclusions ----------------------------------------------------------------
minimum = theorem.hypothesis("minimum", "the Hessian is positive definite",
                             lambda s: replicated(s).nondegenerate_minimum,
                             words=J @ P - s.one("n"))
B = theorem.hypothesis("B", "B is positive definite", lambda s: replicated(s).B_is_positive,
                       words=F @ C - s.one("p"))
D = theorem.hypothesis("D", "D = 0", lambda s: replicated(s).D_is_zero, words=D_)
between = theorem.hypothesis("share", "0 < lambda < 1", words=(al * be - m * m) * s.one("1"))
beyond = theorem.hypothesis("share-", "lambda < 0 or > 1", words=(al * be + m * m) * s.one("1"))
flat = theorem.hypothesis("flat", "the form vanishes", words=form)
positive = theorem.conclusion("form", "the form is not negative", words=nonnegative(trace(form)),
                              given=[between])
kernel = theorem.conclusion("kernel", "its kernel is along w", words=[y, m * z],
                            given=[between, flat])
down = theorem.conclusion("down", "the form along z", words=at_zero, given=[beyond])
inside = theorem.conclusion("inside", "images with 0 < lambda < 1 are local minima",
                            lambda s: replicated(s).images("inside") == "local_minimum")
outside = theorem.conclusion("outside", "images with lambda < 0 or > 1 are strict saddles",
                             lambda s: replicated(s).images("outside") == "strict_saddle")
region = theorem.conclusion("region", "images with 0 < lambda < 1: a non-attracting region",
                            lambda s: replicated(s).non_attracting(2))

# --- Steps -------------------------------------------------------------------------------------
@theorem.step("squares", uses=[D, between], gives=[positive])
def squares(proof):
    """|P y|^2 + |m C z|^2."""
    proof.sum_of_squares("form", trace(form), squares=[(1, [], P @ y), (1, [], m * C @ z)])

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

theorem.cited("slices", "with the differences of the outgoing weights fixed the image is a critical"
              " point with positive definite Hessian, by Taylor's formula and continuity; see Lemma"
              " 12 for the form, Theorem 7 for the critical points and the level line",
              key="petzka_2021", wording="read", uses=[squares, where_it_vanishes, no_y],
              gives=[inside, outside, region], discharges=[between, beyond, flat])

# --- With one neuron in the next layer D = 0 follows (Proposition 15); with two it need not -------
def data(widths, xs, ys):
    samples = Dataset([[x] for x in xs], [[y] for y in ys])
    return Problem(Network(widths, "sigmoid"), samples, Loss(scale=1))
theorem.instance("x = 0, 1, 3", data((1, 1, 1), (0, 1, 3), (1, -2, 3)),
                 at=[[["0.63954936616"]], [["1.25555675301"]]])
theorem.without(  # B > 0, D not 0, found from seed 1
    D, name="1-1-2-1 on seven samples", breaks=[inside], keeps=[outside],
    problem=data((1, 1, 2, 1), (-2, -1, 0, 1, 2, 3, 4), (-3, -1, -1, 4, -3, 0, -2)),
    at=[[["0.8729046276122"]], [["-10.8108029028523"], ["1.508441095294"]],
        [["-16.1523164074444", "-0.5558520965783"]]])
