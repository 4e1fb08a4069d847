"""Theorem files: hypotheses, conclusions, steps, instances, and what a dropped hypothesis breaks.

A theorem file is a Python file that builds one `Theorem`. `symland check FILE` runs it.

>>> from symland.theorem import Theorem, linear_network
>>> theorem = Theorem("two_layers", wording="own")
>>> deep = theorem.hypothesis("A", "at least two hidden layers", lambda s: s.H >= 2)
>>> bad = theorem.conclusion(
...     "c", "some saddle is not strict",
...     lambda s: s.some(lambda w: w.kind == "non_strict_saddle"))
>>> _ = theorem.cited("the origin", "its Hessian is zero", gives=[bad], wording="own")
>>> theorem.instance("1-1-1-1", linear_network((1, 1, 1, 1), X=[[1]], Y=[[1]]))
>>> print(theorem.check().parts[-1])
instance 1-1-1-1: certified (A, c hold)
"""

from symland.exact.trace_polynomial import trace
from symland.exact.word import Signature
from symland.exact.word_relation import either, for_all, nonnegative, nonzero
from symland.theorem.examples import diag, example, eye, linear_network, zeros
from symland.theorem.instance import Instance, NotDecided
from symland.theorem.part import Part, Report
from symland.theorem.statement import Conclusion, Hypothesis, TheoremError
from symland.theorem.theorem import Theorem

__all__ = [
    "Conclusion",
    "Hypothesis",
    "Instance",
    "NotDecided",
    "Part",
    "Report",
    "Signature",
    "Theorem",
    "TheoremError",
    "diag",
    "either",
    "example",
    "eye",
    "for_all",
    "linear_network",
    "nonnegative",
    "nonzero",
    "trace",
    "zeros",
]
