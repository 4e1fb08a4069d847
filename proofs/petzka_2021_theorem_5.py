"""Petzka and Sminchisescu (2021), Theorem 5.  A way down from near every point.

Setting      Fully connected network with biases, one output, squared loss, N samples; activation
             real-analytic, strictly increasing and bounded, with 0 in the closure of its image.
Hypotheses   (distinct) No two inputs are equal.
             (wide)   Some hidden layer has more than N neurons.
             (narrow) From there on no layer is wider than the one before it, except the next one.
Conclusions  (ranks)  Arbitrarily near every point there is another, where all matrices after the
                      next one have full row rank (Lemma 16).
             (path)   And from there a path leads to f = y along which the loss never rises; it is
                      (1 - t)^2 times that at the start (petzka_2021_theorem_5_loss).
Instance     1-3-2-1: (path) is proved from the point itself, with no nearby one, by the checker's
             rule full_rank. Its docstring proves Lemmas 17 to 20; it asks for N neurons, not more.
Without      (distinct) Two targets for one input: a global minimum has the loss 1/2. (wide) One
             neuron and seven samples: a strict minimum above another one. (narrow) (ranks) fails,
             and with it the proof, at Lemma 19. Whether (path) fails too is left open: where (wide)
             holds no local minimum above another point is known here.
Erratum      The proof names Lemma 17 where Lemma 16 is meant.
Source       Theorem 5, read. Lemmas 16 to 20 and Corollary 6 have files of their own.
"""

from symland.problem import Network
from symland.search.small_data_search import integer_problem
from symland.theorem import NotDecided, Theorem
from symland.theorem.exact_fit_path import falls_to_exact_fit

theorem = Theorem("petzka_2021_theorem_5", source="petzka_2021", wording="read")


def later(s):
    """The layers after the next one, for each wide layer (each hidden layer if none is wide)."""
    hidden = range(1, s.H + 1)
    found = [k for k in hidden if s.widths[k] > s.problem.sample_count] or hidden
    return [range(k + 2, s.H + 2) for k in found]


def narrows(s):
    """No layer after the next one is wider than the one before it."""
    return any(all(s.widths[k] <= s.widths[k - 1] for k in layers) for layers in later(s))


def full_row_ranks(s):
    """At the point itself, for some wide layer; or nowhere, for none, with too many rows."""
    if any(all(s.point.rank(k, k) == s.widths[k] for k in layers) for layers in later(s)):
        return True
    if narrows(s):
        raise NotDecided("the ranks may be full nearby")
    return False


distinct = theorem.hypothesis(
    "distinct",
    "no two inputs are equal",
    lambda s: len(set(s.problem.dataset.inputs)) == s.problem.sample_count,
)
wide = theorem.hypothesis(
    "wide",
    "a hidden layer has more neurons than there are samples",
    lambda s: max(s.widths[1:-1]) > s.problem.sample_count,
)
narrow = theorem.hypothesis("narrow", "after the next one no layer gets wider", narrows)
ranks = theorem.conclusion("ranks", "full row ranks after the next layer", full_row_ranks)
path = theorem.conclusion("path", "a path to f = y that never rises", falls_to_exact_fit)

generic = theorem.cited("Lemma 16", "nearby the ranks are full and the wide layer spans R^N",
                        key="nguyen_hein_2017", wording="recalled",
                        uses=[distinct, wide, narrow], gives=[ranks])  # fmt: skip
theorem.cited("Lemma 20", "then every path of outputs comes from a path of weights",
              key="petzka_2021", wording="read", uses=[generic], gives=[path])  # fmt: skip

# The first two neurons have the determinant -0.39997593 (two samples).
deep = integer_problem(Network((1, 3, 2, 1), "sigmoid", "all"), [0, 1], [3, -2])
theorem.instance("1-3-2-1", deep, at={
    "W1": [[1], [-2], [2]], "b1": [0, 1, -1], "W2": [[1, 0, 1], [0, 1, -1]], "b2": [0, 0],
    "W3": [[1, 1]], "b3": [0]})  # fmt: skip
twice = integer_problem(Network((1, 3, 1), "sigmoid"), [1, 1], [0, 1])
theorem.without(distinct, name="targets 0 and 1 at x = 1", problem=twice, breaks=[path],
                at=[[[0], [0], [0]], [["1/3", "1/3", "1/3"]]])  # fmt: skip
seven = integer_problem(Network((1, 1, 1), "sigmoid", "hidden"),
                        [-4, -3, -2, -1, 1, 3, 4], [1, 3, -3, -1, 1, 2, 3])  # fmt: skip
theorem.without(wide, name="one neuron, seven samples", problem=seven, breaks=[path], at={
    "W1": [["3.796362938594809"]], "b1": ["-4.207939860847904"], "W2": [["2.501584287568486"]]},
    better={"W1": [["1.2031994841101663"]], "b1": ["-2.876392326364923"],
            "W2": [["3.295474843126724"]]})  # fmt: skip
bottleneck = integer_problem(Network((1, 4, 1, 2, 1), "sigmoid", "all"), [0, 1, 2], [3, -2, 1])
theorem.without(narrow, name="1-4-1-2-1, no full row rank", problem=bottleneck, breaks=[ranks], at={
    "W1": [[1], [-2], [2], [3]], "b1": [0, 1, -1, 0], "W2": [[1, 0, 1, -1]], "b2": [0],
    "W3": [[1], [2]], "b3": [0, 1], "W4": [[1, 1]], "b4": [0]})  # fmt: skip
