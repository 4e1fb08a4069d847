"""Petzka and Sminchisescu (2021), Theorem 8.  Splitting a neuron of a one-layer network.

Setting      One hidden layer, one output (else: Theorem 9), residuals r, L = sum r^2. A neuron with
             incoming weights u and outgoing weight v is split: both copies have u, and the outgoing
             weights lambda v and (1 - lambda) v. x are the neuron's incoming values, with a last
             entry 1 where it has a bias; B = 2 sum r v s''(u'x) x x' (the paper leaves out the 2).
             By Lemma 12 twice the second-order term at the image, with al la = be (1 - la), is
             y'H y + 2 (al - be) b z'D + 2 (al + be) w z'D + al be z'B z, where H is the smaller
             Hessian, y = (a, 2b, others), D v the derivative by u. In letters H = P'P with a left
             inverse J, and B = C'C with a left inverse F: positive definite.
Hypotheses   (minimum) A minimum with positive definite Hessian. Dropped in theorem_8_negative.
             (B)       B, over all incoming parameters, is positive definite.
             (inputs)  The block of B without the bias is positive definite. Follows from (B); the
                       paper's B is this block.
Conclusions  (slope)   D = 0, since D v = 0 at a critical point and v is not 0.
             (form)    For al be = m^2 (0 < lambda < 1) the form is not negative.
             (kernel)  Where it vanishes, y = 0 and m z = 0: only w is left, along which the
                       function does not change.
             (down)    For al be = -m^2 it is -|m C z|^2 at y = 0: negative unless m C z = 0.
             (inside)  The images with 0 < lambda < 1 are local minima.
             (outside) Those with lambda < 0 or > 1 are strict saddles. B < 0: a file of its own.
Errata       As printed, with networks that have hidden biases and (inputs) in place of (B), the
             theorem is false: the last line of this file. Without biases the two agree. "Isolated
             minimum" is used as "positive definite Hessian", which x^4 at 0 has not.
Source       Theorem 8 (after Fukumizu and Amari 2000), read; (outside) is Fukumizu and Amari's,
             recalled. From the form to minima: the docstring of the rule replicated_minima.
"""
from symland.problem import Network
from symland.search.small_data_search import integer_problem
from symland.theorem import Signature, Theorem, nonnegative, trace
from symland.theorem.replicated import replicated

theorem = Theorem("petzka_2021_theorem_8", source="petzka_2021", wording="read")
s = Signature({"P": ("k", "n"), "J": ("n", "k"), "y": ("n", "1"), "C": ("m", "p"),
               "F": ("p", "m"), "D": ("p", "1"), "z": ("p", "1")},
              scalars=["al", "be", "b", "w", "v", "q", "m"])
P, J, y, C, F, D, z, al, be, b, w, v, q, m = s.letters()
form = (y.T @ P.T @ P @ y + 2 * (al - be) * b * z.T @ D + 2 * (al + be) * w * z.T @ D
        + al * be * z.T @ C.T @ C @ z)
down_form = form.substitute(y=s.zero("n", "1")) + m * m * z.T @ C.T @ C @ z
# --- Hypotheses and conclusions ------------------------------------------------------------------
shape = theorem.hypothesis("shape", "one hidden layer, one output", lambda s: s.H == s.d_y == 1)
minimum = theorem.hypothesis("minimum", "a positive definite Hessian", words=J @ P - s.one("n"),
                             holds=lambda s: replicated(s).nondegenerate_minimum)
theorem.hypothesis("inputs", "B without the bias is positive definite (follows from B)",
                   lambda s: replicated(s).B_of_inputs_is_positive)
B = theorem.hypothesis("B", "B is positive definite", lambda s: replicated(s).B_is_positive,
                       words=F @ C - s.one("p"))
critical = theorem.hypothesis("critical", "D v = 0", words=v * D)
outgoing = theorem.hypothesis("v", "v is not 0", words=(q * v - 1) * s.one("1"))
between = theorem.hypothesis("share", "0 < lambda < 1", words=(al * be - m * m) * s.one("1"))
beyond = theorem.hypothesis("share-", "lambda < 0 or > 1", words=(al * be + m * m) * s.one("1"))
flat = theorem.hypothesis("flat", "the form vanishes", words=form)
single = [critical, outgoing]
slope = theorem.conclusion("slope", "D = 0", words=D, given=single)
positive = theorem.conclusion("form", "the form is not negative", words=nonnegative(trace(form)),
                              given=[*single, between])
kernel = theorem.conclusion("kernel", "along w", words=[y, m * z], given=[*single, between, flat])
down = theorem.conclusion("down", "along z", words=down_form, given=[*single, beyond])
inside = theorem.conclusion("inside", "images with 0 < lambda < 1 are local minima",
                            lambda s: replicated(s).images("inside") == "local_minimum")
outside = theorem.conclusion("outside", "images with lambda < 0 or > 1 are strict saddles",
                             lambda s: replicated(s).images("outside") == "strict_saddle")

@theorem.step("one outgoing weight", uses=single, gives=[slope])
def no_D(proof):
    """D = q v D: Proposition 15."""
    proof.prove("D", D)
@theorem.step("squares", uses=[no_D, between], gives=[positive])
def squares(proof):
    """|P y|^2 + |m C z|^2."""
    proof.sum_of_squares("form", trace(form), squares=[(1, [], P @ y), (1, [], m * C @ z)])

@theorem.step("where it vanishes", uses=[no_D, between, flat, minimum, B], gives=[kernel])
def where_it_vanishes(proof):
    """P y = 0 and m C z = 0; then the left inverses."""
    proof.prove("sum", y.T @ P.T @ P @ y + m * m * z.T @ C.T @ C @ z)
    for index, name in enumerate(("Py", "Cz")):
        proof.star(name, [y.T @ P.T, m * z.T @ C.T], of="sum", index=index)
    proof.prove("y", y, using=["Py", "minimum"])
    proof.prove("mz", m * z, using=["Cz", "B"])

@theorem.step("no y", uses=[no_D, beyond], gives=[down])
def no_y(proof):
    """Put in y = 0."""
    proof.prove("down", down_form)

theorem.cited("slices", "with the difference of the outgoing weights fixed the image is a critical"
              " point with positive definite Hessian; outside, B has the factor lambda (1 - lambda)"
              " < 0; by Taylor's formula and continuity, see Lemma 12", key="fukumizu_amari_2000",
              wording="reconstructed", uses=[shape, squares, where_it_vanishes, no_y],
              gives=[inside, outside], discharges=[*single, between, beyond, flat])
# --- An instance; and the printed theorem, with biases: (inputs) holds, (B) does not ----------
net = [Network((1, 1, 1), "sigmoid", bias) for bias in ("none", "all")]
three = integer_problem(net[0], [0, 1, 3], [1, -2, 3])
theorem.instance("x = 0, 1, 3", three, at=[[["0.63954936616"]], [["1.25555675301"]]])
theorem.without(B, name="hidden bias, the paper's B", breaks=[inside],
                problem=integer_problem(net[1], [-4, -3, 0, 1, 2, 3, 4], [2, 2, -1, 0, -3, -3, -1]),
                at={"W1": [["1.00946886999"]], "b1": ["0.45470604109"],
                    "W2": [["-4.39177642508"]], "b2": ["2.19113898022"]})
