"""The landscape of a deep linear network derived for every width, every depth and all data."""

from __future__ import annotations

from symland.questions.derivation.deep_linear_first_order import FIRST_ORDER
from symland.questions.derivation.deep_linear_second_order import SECOND_ORDER
from symland.questions.derivation.linear_letters import SHAPES
from symland.questions.derivation.shapes_script import ShapesScript

__all__ = ["deep_linear_landscape"]


def deep_linear_landscape() -> ShapesScript:
    """The script: every line of the derivation, from the loss to the global minimum.

    Letters stand for matrices of any sizes. That a letter such as U may stand for a product of
    layers, because each layer occurs once in M, is said in the prose and not in the certificate.

    >>> sections, proof = deep_linear_landscape().run(budget=10)
    >>> {line.status for section in sections for line in section.lines} - {
    ...     "definition", "hypothesis"}
    {'certified'}
    """
    script = ShapesScript(SHAPES, ["s", "t", "c", "x", "kappa", "lam"])
    for section in (*FIRST_ORDER, *SECOND_ORDER):
        section(script)
    return script
