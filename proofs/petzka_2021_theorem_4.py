"""Petzka and Sminchisescu (2021), Theorem 4.  Local minima at infinity.

Setting      Sigmoid network with biases, squared loss. c is the mean of the targets y, d = c - y.
             In the extended parameter space the biases of the last hidden layer may be infinite:
             with p_i = exp(-bias) >= 0 the outputs are sum v_i / (1 + p_i E_i), where E_i is the
             row of exp(-u_i x) over the samples, x the activations of the layer before (here the
             inputs). Where p = 0 the output is the constant sum v_i = c. S_i = d E_i'.
Hypotheses   (two)    Every hidden layer has at least two neurons.
             (moves)  d is not orthogonal to all x: almost all data.
Conclusions  (signs)  For some u_i and v_i of sum c all v_i S_i are negative.
             (least)  Near p = 0 with such u_i and v_i no loss is below |d|^2, the one at p = 0.
             (min)    So there is a generalized local minimum; it is suboptimal if and only if no
                      constant output is the best fit, as |d|^2 is the least loss of a constant.
Instance     1-2-1 with biases log 8 and log 16, so p = (1/8, 1/16): the loss is the network's own.
Without      (two) v_1 = c. If c = 0 the loss is lower arbitrarily near every such point at
             infinity: petzka_2021_theorem_4_one_neuron.
             (moves) For d = (1, -2, 1) at 0, 1, 2 S(u) = (1 - exp(-u))^2 is never negative, while
             c = 1: some v_i is positive, and the loss falls with that p_i.
Source       Theorem 4, read. For (least), a whole neighborhood: petzka_2021_theorem_4_bound.
"""

from fractions import Fraction

from symland.claims.enclosures import loss_exactly
from symland.exact.rational_matrix import as_fmpq
from symland.problem import Network
from symland.search.small_data_search import integer_problem
from symland.theorem import NotDecided, Theorem

theorem = Theorem("petzka_2021_theorem_4", source="petzka_2021", wording="read")


def samples(s):
    """Inputs (integers), the mean of the targets, and d."""
    xs, ys = ([value for (value,) in rows] for rows in
              (s.problem.dataset.inputs, s.problem.dataset.targets))  # fmt: skip
    c = sum(ys) / len(ys)
    return [int(x) for x in xs], c, [c - y for y in ys]


def neurons(s):
    """v, p and E of each hidden neuron; its incoming weight is a log, its bias one too."""
    W, (xs, _, _) = s.weights.values, samples(s)
    return [(v, 1 / b.argument, [u.argument**-x for x in xs])
            for v, b, (u,) in zip(W["W2"][0], W["b1"], W["W1"], strict=True)]  # fmt: skip


def signs_fit(s):
    """v_i S_i < 0 for some v_i of sum c, at the u_i of the instance."""
    _, c, d = samples(s)
    S = [sum(x * e for x, e in zip(d, E, strict=True)) for _, _, E in neurons(s)]
    return c * S[0] < 0 if len(S) == 1 else min(S) < 0 < max(S)


def not_lower(s):
    """At the instance's point, whose loss the checker computes in a forward pass of its own."""
    xs, c, d = samples(s)
    outputs = [sum(v / (1 + p * E[i]) for v, p, E in neurons(s)) for i in range(len(xs))]
    loss = sum((f - (c - x)) ** 2 for f, x in zip(outputs, d, strict=True))
    loss_exactly(s.case, s.case.point(s.weights.to_json()), as_fmpq(Fraction(loss)))
    if not s.case.check().accepted:
        raise NotDecided("the loss is not that of the network")
    return loss >= sum(x * x for x in d)


two = theorem.hypothesis("two", "two neurons a layer or more", lambda s: min(s.widths[1:-1]) >= 2)
moves = theorem.hypothesis(
    "moves",
    "d is not orthogonal to x",
    lambda s: sum(x * a for x, a in zip(samples(s)[2], samples(s)[0], strict=True)) != 0,
)
signs = theorem.conclusion("signs", "v_i S_i < 0, v_i of sum c, at these u_i", signs_fit)
least = theorem.conclusion("least", "nothing nearby is lower", not_lower)
exist = theorem.conclusion("min", "a generalized local minimum at infinity")

both = theorem.cited("Lemma A.2", "both signs of S occur", key="petzka_2021", wording="read",
                     uses=[two, moves], gives=[signs])  # fmt: skip
theorem.cited("the bound", "and continuity: what holds of v_i S_i at infinity holds nearby",
              wording="own", uses=[both], gives=[least, exist])  # fmt: skip

net = [Network((1, n, 1), "sigmoid", "hidden") for n in (1, 2)]
near = {"W1": [["log(2)"], ["log(1/2)"]], "b1": ["log(8)", "log(16)"], "W2": [["3", "-1"]]}
theorem.instance("1-2-1 near v = (2, -1)", integer_problem(net[1], [0, 1, 2], [1, 3, -1]), at=near)
theorem.without(two, name="1-1-1, c = 0", problem=integer_problem(net[0], [0, 1, 2], [1, 1, -2]),
                at={"W1": [["log(2)"]], "b1": ["log(8)"], "W2": [["-1/24"]]},
                breaks=[signs, least])  # fmt: skip
theorem.without(moves, name="1-2-1, d = (1, -2, 1)", breaks=[signs, least],
                problem=integer_problem(net[1], [0, 1, 2], [0, 3, 0]),
                at=near | {"W2": [["1/2", "1/2"]]})  # fmt: skip
