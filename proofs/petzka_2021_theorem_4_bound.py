"""Petzka and Sminchisescu (2021), Theorem 4, the loss near infinity.

Setting      As for Theorem 4, with two neurons in the last hidden layer; more of them add terms of
             the same form. d = c - y has the sum 0, the outputs are c + h, where
             h = k - v_1 p_1 F_1 - v_2 p_2 F_2, k = v_1 + v_2 - c and F_i = E_i / (1 + p_i E_i).
Hypotheses   (p)      p_1, p_2 >= 0: what a point of the extended parameter space is.
             (S)      -v_1 d F_1' >= 0 and -v_2 d F_2' >= 0. Where p = 0 this is v_i S_i <= 0 with
                      S_i = d E_i'; if v_i S_i < 0 there, it holds nearby, by continuity.
Conclusions  (loss)   With outputs c + h the loss is |d|^2 + 2 d h' + |h|^2.
             (first)  To first order h = -v_1 p_1 E_1 - v_2 p_2 E_2, so the loss grows with each p_i
                      where v_i S_i < 0.
             (least)  The loss is at least |d|^2, its value at infinity (p = 0, v_1 + v_2 = c): a
                      whole neighborhood, without a remainder.
             (constant) No constant output has a lower loss than |d|^2.
Instance     A 1-2-1 network; E, p, v are read off its weights, and the checker's forward pass has
             the loss |d + h|^2. (S) is dropped for S_2; S_1 is the same.
Source       Theorem 4, read; (least) is this file's.
"""

from symland.claims.enclosures import loss_exactly
from symland.exact.rational_matrix import as_fmpq
from symland.problem import Network
from symland.search.small_data_search import integer_problem
from symland.theorem import NotDecided, Signature, Theorem, nonnegative, trace

theorem = Theorem("petzka_2021_theorem_4_bound", source="petzka_2021", wording="read")
row = ("1", "N")
s = Signature({"d": row, "h": row, "E1": row, "E2": row, "F1": row, "F2": row, "o": row},
              scalars=["v1", "v2", "p1", "p2", "t", "k"])  # fmt: skip
d, h, E1, E2, F1, F2, o, v1, v2, p1, p2, t, k = s.letters()
one = s.one("1")

def norm2(p):
    return trace(p @ p.T)

def letters(s):
    """All letters at a network where the weights and biases but W2 are logarithms of rationals."""
    W, ys = s.weights.values, [y for (y,) in s.problem.dataset.targets]
    E = [[u.argument ** -int(x) for (x,) in s.problem.dataset.inputs] for (u,) in W["W1"]]
    (v, w), (p, q), c = W["W2"][0], [1 / b.argument for b in W["b1"]], sum(ys) / len(ys)
    F = [[e / (1 + r * e) for e in es] for r, es in zip((p, q), E, strict=True)]
    h = [v + w - c - v * p * f - w * q * g for f, g in zip(*F, strict=True)]
    return {"d": [[c - y for y in ys]], "h": [h], "E1": E[:1], "E2": E[1:], "F1": F[:1],
            "F2": F[1:], "o": [[1] * len(ys)], "v1": v, "v2": w, "p1": p, "p2": q, "t": 1,
            "k": v + w - c}

def not_lower(s):
    """The loss of the network, which the checker computes, is |d + h|^2, and not below |d|^2."""
    d, h = (letters(s)[x][0] for x in "dh")
    loss = sum((x + y) ** 2 for x, y in zip(d, h, strict=True))
    loss_exactly(s.case, s.case.point(s.weights.to_json()), as_fmpq(loss))
    if not s.case.check().accepted:
        raise NotDecided("the loss is not |d + h|^2")
    return loss >= sum(x * x for x in d)

expansion = norm2(d + h) - norm2(d) - 2 * trace(d @ h.T) - norm2(h)
slope = norm2(d - t * p1 * v1 * E1 - t * p2 * v2 * E2).coefficient("t", 1)
signs_of = 2 * p1 * v1 * trace(d @ E1.T) + 2 * p2 * v2 * trace(d @ E2.T)
gain, shifted = norm2(d + h) - norm2(d), norm2(d + k * o) - norm2(d)

mean = theorem.definition("mean", "c is the mean of y", d @ o.T)
outputs = theorem.definition("h", "the outputs", h - k * o + v1 * p1 * F1 + v2 * p2 * F2)
first_p = theorem.hypothesis("p1", "p_1 >= 0", words=nonnegative(p1 * one))
second_p = theorem.hypothesis("p2", "p_2 >= 0", words=nonnegative(p2 * one))
S1 = theorem.hypothesis("S1", "-v_1 d F_1' >= 0", words=nonnegative(-v1 * d @ F1.T))
S2 = theorem.hypothesis("S2", "-v_2 d F_2' >= 0", words=nonnegative(-v2 * d @ F2.T))
loss = theorem.conclusion("loss", "the loss of outputs c + h", words=expansion)
first = theorem.conclusion("first", "the slope is -2 sum p_i v_i S_i", words=slope + signs_of)
least = theorem.conclusion("least", "nothing nearby is lower", not_lower, words=nonnegative(gain))
constant = theorem.conclusion("constant", "the best constant is c", words=nonnegative(shifted))

@theorem.step("expand", gives=[loss, first])
def expand(proof):
    """Expand the squares."""
    proof.prove("loss", expansion)
    proof.prove("slope", slope + signs_of)

@theorem.step("bound", uses=[mean, outputs, first_p, second_p, S1, S2], gives=[least])
def bound(proof):
    """2 d h' + |h|^2, where d o' = 0: the sum of |h|^2 and 2 p_i (-v_i d F_i')."""
    squares = [(1, [], h), (2, ["p1", "S1"], one), (2, ["p2", "S2"], one)]
    proof.sum_of_squares("least", gain, squares)

@theorem.step("constants", uses=[mean], gives=[constant])
def constants(proof):
    """d o' = 0."""
    proof.sum_of_squares("constant", shifted, squares=[(1, [], k * o)])

theorem.bind(s, **{x: lambda s, x=x: letters(s)[x] for x in (
    "d", "h", "E1", "E2", "F1", "F2", "o", "v1", "v2", "p1", "p2", "t", "k")})
network = integer_problem(Network((1, 2, 1), "sigmoid", "hidden"), [0, 1, 2], [1, 3, -1])
near = {"W1": [["log(2)"], ["log(1/2)"]], "b1": ["log(8)", "log(16)"]}
theorem.instance("v = (3, -1)", network, at=near | {"W2": [["3", "-1"]]})
theorem.without(S2, name="v = (1/2, 1/2)", problem=network, at=near | {"W2": [["1/2", "1/2"]]},
                breaks=[least])
