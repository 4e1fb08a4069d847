"""The point or the matrices at which a line of a theorem's report is decided, where short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from symland.exact.rational_matrix import RationalMatrix
from symland.exact.word_relation import Relation
from symland.problem import Weights
from symland.theorem.instance import Instance

__all__ = ["witness_matrices", "witness_point"]

_LONGEST = 120


def witness_point(instance: Instance) -> str:
    """The instance's point, and what the line looked at there: kind, inertia, a lower loss.

    Nothing where the instance has no point; weights of more than two lines are left out.

    >>> from symland.theorem.examples import linear_network
    >>> s = Instance(linear_network((1, 1, 1), [[1]], [[1]]), at=[[[0]], [[0]]])
    >>> s.point.negative
    1
    >>> witness_point(s)
    'at W1 = [[0]], W2 = [[0]]: inertia (1, 1, 0)'
    """
    if instance.weights is None:
        return ""
    place = instance.point
    seen = vars(place)
    kind = str(seen.get("kind", "")).replace("non_strict", "non-strict").replace("_", " ")
    facts = [kind] if kind else []
    facts += [f"inertia {seen['inertia']}"] if "inertia" in seen else []
    if kind == "spurious local minimum":
        found = seen["_given"]
        facts += [f"loss {_loss(found['loss'])}, elsewhere {_loss(found['better']['loss'])}"]
    if place.lower is not None:
        here, there, other = place.lower
        facts += [" ".join(f"loss {here}, but {there} {_weights(other)}".split())]
    texts = [_weights(instance.weights), ", ".join(facts)]
    return ": ".join(text for text in texts if text)


def witness_matrices(relations: Iterable[Relation], matrices: Mapping[str, RationalMatrix]) -> str:
    """The matrices of the letters in some relations; nothing where they fill more than two lines.

    >>> from symland.exact.word import Signature
    >>> from symland.exact.word_relation import equation
    >>> A, B = Signature({"A": ("n", "n"), "B": ("n", "n")}).letters()
    >>> values = {"A": RationalMatrix([[2]]), "B": RationalMatrix([["1/2"]])}
    >>> witness_matrices([equation(B)], values)
    'at B = [[1/2]]'
    """
    found = list(relations)
    names = [k for k in matrices if any(k in one.letter_names() for one in found)]
    return _at({name: matrices[name].tolist() for name in names})


def _loss(value: Mapping[str, Any]) -> str:
    """The exact loss where it is short, an upper bound elsewhere."""
    exact = str(value.get("exact") or "")
    return exact if exact and len(exact) <= 12 else f"at most {value['upper']}"


def _weights(weights: Weights) -> str:
    """Rational weights as in a weights file; nothing for others."""
    return _at(weights.to_json()) if weights.is_rational else ""


def _at(arrays: Mapping[str, Any]) -> str:
    text = ", ".join(f"{name} = {_rows(array)}" for name, array in arrays.items())
    return f"at {text}" if text and len(text) <= _LONGEST else ""


def _rows(array: Any) -> str:
    if isinstance(array, (list, tuple)):
        return f"[{', '.join(map(_rows, array))}]"
    return str(array)
