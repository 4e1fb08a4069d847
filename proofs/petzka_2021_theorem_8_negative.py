"""Petzka and Sminchisescu (2021), Theorem 8, B negative definite.  Minima outside 0 < lambda < 1.

Setting      As for Theorem 8; the form of Lemma 12 at the image is y'H y + 2 (al - be) b z'D
             + 2 (al + be) w z'D + al be z'B z. Here D = 0 (Proposition 15), H = P'P with a left
             inverse J, and B = -C'C with a left inverse F: negative definite.
Hypotheses   (minimum) The point is a minimum with positive definite Hessian.
             (B)       B, over all incoming parameters, is negative definite.
Conclusions  (form)    For al be = -m^2 (lambda < 0 or lambda > 1) the form is not negative.
             (kernel)  Where it vanishes, y = 0 and m z = 0: only w is left, along which the
                       function does not change.
             (down)    For al be = m^2 (0 < lambda < 1) it is -|m C z|^2 at y = 0.
             (outside) The images with lambda < 0 or lambda > 1 are local minima.
             (inside)  Those with 0 < lambda < 1 are strict saddles.
Source       Theorem 8, second case, read; (inside) is Fukumizu and Amari's (2000), recalled. In
             Theorem 9 it is the same with D = 0 as a hypothesis. The minima form two half-lines,
             between which all images are saddles. The instance was found by the program, seed 0.
             Without (minimum): a saddle with B < 0, all of whose images are saddles.
"""

from symland.problem import Network
from symland.search.small_data_search import integer_problem
from symland.theorem import Signature, Theorem, nonnegative, trace
from symland.theorem.replicated import replicated

theorem = Theorem("petzka_2021_theorem_8_negative", source="petzka_2021", wording="read")
s = Signature({"P": ("k", "n"), "J": ("n", "k"), "y": ("n", "1"), "C": ("m", "p"),
               "F": ("p", "m"), "z": ("p", "1")}, scalars=["al", "be", "m"])  # fmt: skip
P, J, y, C, F, z, al, be, m = s.letters()
form = y.T @ P.T @ P @ y - al * be * z.T @ C.T @ C @ z
down_form = form.substitute(y=s.zero("n", "1")) + m * m * z.T @ C.T @ C @ z

minimum = theorem.hypothesis(
    "minimum", "a positive definite Hessian", words=J @ P - s.one("n"),
    holds=lambda s: replicated(s).nondegenerate_minimum,
)  # fmt: skip
B = theorem.hypothesis(
    "B", "B is negative definite", lambda s: replicated(s).B_is_negative, words=F @ C - s.one("p")
)
beyond = theorem.hypothesis("share-", "lambda < 0 or > 1", words=(al * be + m * m) * s.one("1"))
between = theorem.hypothesis("share", "0 < lambda < 1", words=(al * be - m * m) * s.one("1"))
flat = theorem.hypothesis("flat", "the form vanishes", words=form)
positive = theorem.conclusion(
    "form", "the form is not negative", words=nonnegative(trace(form)), given=[beyond]
)
kernel = theorem.conclusion("kernel", "along w", words=[y, m * z], given=[beyond, flat])
down = theorem.conclusion("down", "along z", words=down_form, given=[between])
outside = theorem.conclusion(
    "outside", "images with lambda < 0 or > 1 are local minima",
    lambda s: replicated(s).images("outside") == "local_minimum",
)  # fmt: skip
inside = theorem.conclusion(
    "inside", "images with 0 < lambda < 1 are strict saddles",
    lambda s: replicated(s).images("inside") == "strict_saddle",
)  # fmt: skip


@theorem.step("squares", uses=[beyond], gives=[positive])
def squares(proof):
    """|P y|^2 + |m C z|^2."""
    proof.sum_of_squares("form", trace(form), squares=[(1, [], P @ y), (1, [], m * C @ z)])


@theorem.step("where it vanishes", uses=[beyond, flat, minimum, B], gives=[kernel])
def where_it_vanishes(proof):
    """P y = 0 and m C z = 0; then the left inverses."""
    proof.prove("sum", y.T @ P.T @ P @ y + m * m * z.T @ C.T @ C @ z)
    for index, name in enumerate(("Py", "Cz")):
        proof.star(name, [y.T @ P.T, m * z.T @ C.T], of="sum", index=index)
    proof.prove("y", y, using=["Py", "minimum"])
    proof.prove("mz", m * z, using=["Cz", "B"])


@theorem.step("no y", uses=[between], gives=[down])
def no_y(proof):
    """Put in y = 0."""
    proof.prove("down", down_form)


theorem.cited(
    "slices", "as in petzka_2021_theorem_8; inside, B has the factor lambda (1 - lambda) > 0",
    key="fukumizu_amari_2000", wording="reconstructed", gives=[outside, inside],
    uses=[squares, where_it_vanishes, no_y], discharges=[between, beyond, flat],
)  # fmt: skip
net = Network((1, 1, 1), "sigmoid")
seven = integer_problem(net, [-4, -3, 0, 1, 2, 3, 4], [4, 3, 4, -1, 2, 4, 1])
theorem.instance("seven samples", seven, at=[[["-0.2034066324"]], [["5.0760042531"]]])
saddle = integer_problem(net, [-1, 1, 2], [0, 3, -2])
theorem.without(minimum, name="a saddle", problem=saddle, breaks=[outside], keeps=[inside],
                at=[[["0.8315917973"]], [["0.3183138355"]]])  # fmt: skip
three = integer_problem(net, [0, 1, 3], [1, -2, 3])
theorem.without(B, name="B > 0", problem=three, breaks=[outside, inside],
                at=[[["0.63954936616"]], [["1.25555675301"]]])  # fmt: skip
