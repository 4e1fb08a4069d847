"""The words of the answers: what each kind and verdict is called, and its colour.

Colours are chosen to be told apart by most colour-blind readers (after Okabe and Ito), darker on a
light ground and lighter on a dark one.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word of the JSON documents: its label, its meaning and its colours."""

    label: str
    meaning: str
    terminal: str
    light: str
    dark: str
    marker: str = "o"


KINDS = {
    "global_minimum": Term(
        "global minimum", "no point has a lower loss", "bold green", "#00775a", "#35c49a", "*"
    ),
    "local_minimum": Term(
        "local minimum", "no nearby point has a lower loss", "green", "#4d7c0f", "#a3d65c", "P"
    ),
    "spurious_local_minimum": Term(
        "spurious local minimum",
        "a local minimum, and some point elsewhere has a lower loss",
        "bold red",
        "#b3261e",
        "#ff8a80",
        "X",
    ),
    "strict_saddle": Term(
        "strict saddle",
        "the Hessian has a negative eigenvalue, and the loss also rises nearby",
        "blue",
        "#0063a6",
        "#64b5f6",
        "o",
    ),
    "non_strict_saddle": Term(
        "non-strict saddle",
        "the Hessian is positive semidefinite, yet nearby points have a lower loss",
        "bold magenta",
        "#b0459a",
        "#f29ad9",
        "D",
    ),
    "mixed": Term(
        "mixed",
        "strict saddles and non-strict saddles in one row",
        "bold yellow",
        "#a85b00",
        "#f3b04b",
        "s",
    ),
    "local_maximum": Term(
        "local maximum", "no nearby point has a higher loss", "red", "#8a3b12", "#f0a27a", "v"
    ),
    "constant": Term(
        "constant loss", "the loss is the same at every point", "cyan", "#00707a", "#5fd3dd", "_"
    ),
    "not_critical": Term(
        "not critical", "the gradient is not zero", "bold cyan", "#00707a", "#5fd3dd", "^"
    ),
    "undecided": Term(
        "undecided", "not settled by this version or within the budget", "dim", "#5f6368", "#a8adb3"
    ),
}

VERDICTS = {
    "certified": Term(
        "certified", "the checker accepted the two files", "green", "#00775a", "#35c49a"
    ),
    "refuted": Term("refuted", "the checker accepted the opposite", "red", "#b3261e", "#ff8a80"),
    "numerical": Term("numerical", "high precision, no proof", "yellow", "#a85b00", "#f3b04b"),
    "undecided": Term("undecided", "not settled", "yellow", "#5f6368", "#a8adb3"),
    "cited": Term("cited", "rests on the literature", "cyan", "#00707a", "#5fd3dd"),
    "definition": Term("definition", "says what a letter stands for", "dim", "#5f6368", "#a8adb3"),
    "hypothesis": Term("hypothesis", "is assumed", "blue", "#0063a6", "#64b5f6"),
    "refused": Term("refused", "the checker refused the certificate", "red", "#b3261e", "#ff8a80"),
    "unreadable": Term(
        "unreadable", "the checker could not read the files", "red", "#b3261e", "#ff8a80"
    ),
}


def kind(name: str | None) -> Term:
    """The term for a kind; an unknown or missing one reads as written, without a colour.

    >>> kind("non_strict_saddle").label, kind(None).label
    ('non-strict saddle', 'undecided')
    """
    return _look_up(KINDS, name)


def verdict(name: str | None) -> Term:
    """The term for a verdict or status.

    >>> verdict("certified").label
    'certified'
    """
    return _look_up(VERDICTS, name)


def _look_up(terms: dict[str, Term], name: str | None) -> Term:
    unknown = (name or "undecided").replace("_", " ")
    plain = Term(unknown, "", "", "#5f6368", "#a8adb3")
    return terms.get(name or "undecided", plain)
