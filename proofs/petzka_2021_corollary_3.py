"""Petzka and Sminchisescu (2021), Corollary 3.  What landscapes alone do not show.

Statement    For sigmoid networks, however deep and wide, convergence of gradient descent to a
             global minimum cannot be proved from properties of the loss landscape alone such as
             "all local minima are global": suboptimal local minima exist.
Not checked  This speaks about possible proofs, not about a function; no instance decides it. What
             can be checked is the fact it rests on, in the file of Theorem 13.
Source       Corollary 3, read.
"""

from symland.theorem import Theorem

theorem = Theorem("petzka_2021_corollary_3", source="petzka_2021", wording="read")

remark = theorem.conclusion("remark", "no proof from the landscape alone")
theorem.cited(
    "Theorem 2", "suboptimal local minima exist in deep and wide networks", key="petzka_2021",
    wording="read", gives=[remark],
)  # fmt: skip
