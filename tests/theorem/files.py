"""Theorem files as text: a good one, and what is broken in the others."""

HEAD = '''
"""A lemma."""
from symland.theorem import Signature, Theorem, diag, eye, linear_network
theorem = Theorem("lemma", wording="own")
s = Signature({"A": ("m", "n"), "B": ("n", "n")})
A, B = s.letters()
kills = theorem.hypothesis("h", "A'A B = 0", words=A.T @ A @ B)
killed = theorem.conclusion("c", "A B = 0", words=A @ B)
'''

STEP = """
@theorem.step("squares", uses=[kills], gives=[killed])
def squares(proof):
    proof.prove("square", B.T @ A.T @ A @ B)
    proof.star("transposed", [B.T @ A.T], of="square")
    proof.prove("killed", A @ B)
"""

GOOD = HEAD + STEP
