"""Petzka and Sminchisescu (2021), Definition 1.  Non-attracting regions of local minima.

Definition   R is a largest connected set of local minima of one value. It is attracting if from
             some neighbourhood of R all paths that never rise, and go down as far as they can,
             end in R; it is non-attracting if arbitrarily near R there starts a path that never
             rises and ends below that value. A local minimum need not be strict.
Example      f(x, y) = x^2 (1 - y^2), R = {x = 0, |y| < 1}.
Conclusions  (flat)  f(0, y) = 0 for every y: from a point of R one may walk to (0, 2).
             (exit)  f(t, 2) = -3 t^2, which falls from there on.
             (non)   R is non-attracting.
Instances    Non-attracting regions of networks are in the files of Theorems 2, 9 and 13.
Source       Definition 1, after Sprinkhuizen-Kuyper and Boers (1999), read; the path is this
             file's. The end points (0, 1) and (0, -1) are no local minima.
"""

from symland.theorem import Signature, Theorem

theorem = Theorem("petzka_2021_definition_1", source="petzka_2021", wording="read")

s = Signature({"o": ("1", "1")}, scalars=["x", "y", "t"])
o, x, y, t = s.letters()


def f(x, y):
    """The function of the example, as a 1 x 1 matrix."""
    return x * x * s.one("1") - x * x * y * y * s.one("1")


along = f(x, y).substitute(x=0 * x)
flat = theorem.conclusion("flat", "f vanishes where x = 0", words=along)
leaving = f(t, t - t + 2)
exit_ = theorem.conclusion("exit", "f(t, 2) = -3 t^2", words=leaving + 3 * t * t * s.one("1"))
non = theorem.conclusion("non", "R is non-attracting")


@theorem.step("path", gives=[flat, exit_])
def path(proof):
    """Put in the points of the path."""
    proof.prove("flat", along)
    proof.prove("exit", leaving + 3 * t * t * s.one("1"))


theorem.cited(
    "one path", "a path may start in R itself and stay level before it falls", wording="own",
    uses=[path], gives=[non],
)  # fmt: skip
