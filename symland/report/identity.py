"""Identities of many terms, as short as a terminal can show them."""

import re

__all__ = ["shortened"]

LONGEST = 160
"""Characters of an identity that is left as it is."""
FIRST, LAST = 2, 1


def shortened(detail: str, longest: int = LONGEST) -> str:
    """The detail of a line of a theorem, long sums by first and last terms and their number.

    Parts of a detail are separated by "; "; terms by + and - outside of parentheses. A part that is
    no sum, or not longer than `longest` characters, stays as it is.

    >>> shortened("all shapes: -a b + c (d - e) - f' f + g + h = 0; uses i", 20)
    'all shapes: -a b + c (d - e) ... + h (5 terms) = 0; uses i'
    >>> shortened("all shapes: a b = 0; uses c", 9)
    'all shapes: a b = 0; uses c'
    """
    return "; ".join(_sum(part, longest) for part in detail.split("; "))


def _sum(text: str, longest: int) -> str:
    relation = re.search(r" (=|>=) 0$", text)
    if relation is None or len(text) <= longest:
        return text
    terms = _terms(text[: relation.start()])
    if len(terms) <= FIRST + LAST:
        return text
    shown = "".join([*terms[:FIRST], " ...", *terms[-LAST:]])
    return f"{shown} ({len(terms)} terms){relation.group()}"


def _terms(text: str) -> list[str]:
    """The terms with their signs, which together are the text."""
    found, depth = [""], 0
    for piece in re.split(r"( [+-] |[()\[\]])", text):
        depth += (piece in ("(", "[")) - (piece in (")", "]"))
        if depth == 0 and piece in (" + ", " - "):
            found.append(piece)
        else:
            found[-1] += piece
    return found
