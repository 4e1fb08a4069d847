"""Word polynomials, relations and cofactor rows as the two files have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symland.exact.rational_matrix import RationalMatrix
from symland.exact.trace_polynomial import TracePolynomial
from symland.exact.word import Signature, print_word
from symland.exact.word_polynomial import WordPolynomial
from symland.exact.word_relation import Relation
from symland.search.cofactor import CofactorRow

__all__ = ["matrices_json", "poly_json", "relation_json", "row_json", "shapes_json", "traces_json"]


def poly_json(polynomial: WordPolynomial) -> dict[str, Any]:
    """Shape and terms: [coefficient, numbers, word].

    >>> C, W = Signature({"C": ("m", "n"), "W": ("m", "k")}).letters()
    >>> poly_json(C.T @ W / 2)
    {'shape': ['n', 'k'], 'terms': [['1/2', [], "C' W"]]}
    """
    terms = [
        [str(c), [print_word(atom) for atom in atoms], print_word(word)]
        for (atoms, word), c in sorted(polynomial.terms.items())
    ]
    return {"shape": list(polynomial.shape), "terms": terms}


def traces_json(traces: TracePolynomial) -> list[dict[str, Any]]:
    """The square polynomials whose traces are added."""
    return [poly_json(part) for part in traces.parts]


def relation_json(relation: Relation) -> dict[str, Any]:
    """The relation under its kind, with the letters it is quantified over."""
    value: Any
    if isinstance(relation.body, tuple):
        value = [poly_json(part) for part in relation.body]
    elif isinstance(relation.body, TracePolynomial):
        value = traces_json(relation.body)
    else:
        value = poly_json(relation.body)
    result = {relation.kind: value}
    return {**result, "for_all": list(relation.bound)} if relation.bound else result


def shapes_json(signature: Signature, hypotheses: Mapping[str, Relation]) -> dict[str, Any]:
    """The statement's object ``shapes``: letters and hypotheses."""
    return {
        "letters": {name: list(shape) for name, shape in signature.shapes.items()},
        "hypotheses": {name: relation_json(known) for name, known in hypotheses.items()},
    }


def row_json(row: CofactorRow) -> list[Any]:
    """[coefficient, numbers, left, fact, transposed, right] and the word beside, if any."""
    multiple = row.multiple
    entries: list[Any] = [
        str(row.coefficient),
        [print_word(number) for number in multiple.numbers],
        print_word(multiple.left),
        multiple.fact,
        multiple.transposed,
        print_word(multiple.right),
    ]
    if multiple.beside is not None:
        word, symbol = multiple.beside
        entries.append(print_word(word) if word else f"1_{symbol}")
    return entries


def matrices_json(matrices: Mapping[str, RationalMatrix]) -> dict[str, list[list[str]]]:
    """Letter -> rows of rationals."""
    return {
        name: [[str(x) for x in row] for row in matrix.tolist()]
        for name, matrix in matrices.items()
    }
