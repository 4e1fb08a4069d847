"""What the headline of `symland classify` says of the gradient and of the critical point nearby."""

from collections.abc import Iterator, Mapping
from decimal import MAX_EMAX, MIN_EMIN, Decimal, DecimalException, localcontext
from typing import Any

from symland.report.critical import loss_cell
from symland.report.vocabulary import kind

_SHORT = 5
_NOT_CRITICAL = "the given point is not critical"


def nearby_text(refined: Mapping[str, Any] | None, distance: Any) -> str:
    """The critical point reached from the given one, in one sentence; empty where there is none.

    >>> loss = {"lower": "0.5", "upper": "0.5", "exact": "1/2"}
    >>> nearby_text({"kind": "strict_saddle", "status": "certified", "loss": loss}, "1e-9")
    'At distance 1e-9 from it is a certified strict saddle with loss 0.5'
    """
    if not refined:
        return ""
    place = "Near it" if distance is None else f"At distance {distance} from it"
    value = f"loss {loss_cell(refined['loss']).text}" if refined.get("loss") else ""
    having = f" with {value}" if value else ""
    if refined.get("kind") in (None, "undecided"):
        if refined.get("critical"):
            return f"{place} is a critical point{having}, whose kind is undecided"
        norm = refined.get("gradient_norm")
        sizes = [value] if value else []
        sizes += [] if norm is None else [f"a gradient of norm {norm}"]
        return (
            f"{place} the search stopped{' with ' if sizes else ''}{' and '.join(sizes)}: "
            "whether a critical point is there is undecided"
        )
    label = kind(refined["kind"]).label
    if refined.get("status") == "numerical":
        return f"{place} is a numerical {label}{having} (high precision, no proof)"
    if refined.get("status") != "certified":
        return f"{place} is perhaps a {label}{having}, which is not proved"
    lower = (refined.get("better") or {}).get("loss")
    elsewhere = f"; a point elsewhere has loss {loss_cell(lower).text}" if lower else ""
    return f"{place} is a certified {label}{having}{elsewhere}"


def not_critical_text(gradient: Mapping[str, Any] | None) -> str:
    """That the given point is not critical, and by how much.

    >>> not_critical_text({"W1": [["3e-15", "0e-37"]], "b1": ["-4e-15"]})
    'the given point is not critical: its gradient is not zero (norm 5e-15)'
    """
    if not gradient:  # at a kink: the reason says what happens
        return _NOT_CRITICAL
    norm = gradient_norm(gradient)
    size = "" if norm is None else f" (norm {norm})"
    return f"{_NOT_CRITICAL}: its gradient is not zero{size}"


def gradient_norm(gradient: Mapping[str, Any]) -> str | None:
    """The Euclidean norm of decimals by parameter; None where they have no numbers.

    >>> gradient_norm({"W1": [["-3", "4"]]})
    '5'
    """
    try:
        with localcontext() as context:
            context.Emin, context.Emax = MIN_EMIN, MAX_EMAX
            norm = sum((Decimal(text) ** 2 for _, text in _entries(gradient)), Decimal(0)).sqrt()
    except DecimalException:
        return None
    return rounded(str(norm))


def largest_entry(gradient: Mapping[str, Any]) -> str | None:
    """The entry of largest size, and where it stands, counted from 1.

    >>> largest_entry({"W1": [["3", "-4"]], "b1": ["1", "2"]})
    '-4 by W1, row 1, column 2'
    >>> largest_entry({"b1": ["1", "2"]})
    '2 by b1, entry 2'
    """
    try:
        place, text = max(_entries(gradient), key=lambda entry: abs(Decimal(entry[1])))
    except (DecimalException, ValueError):
        return None
    return f"{rounded(text)} by {place}"


def rounded(text: str, digits: int = _SHORT) -> str:
    """A decimal with fewer digits; what is no decimal, or is short, stays as it is.

    >>> rounded("-1.0294089275258812559e-15"), rounded("2000000.0000000"), rounded("0e-37")
    ('-1.0294e-15', '2e+6', '0')
    >>> rounded("-1.5"), rounded("1/3")
    ('-1.5', '1/3')
    """
    try:
        number = Decimal(text)
        if not number:
            return "0"
        with localcontext() as context:
            context.prec, context.Emin, context.Emax = digits, MIN_EMIN, MAX_EMAX
            short = +number
    except DecimalException:
        return text
    if not short.is_finite():
        return text
    power = short.adjusted()
    short = short.normalize()
    return f"{short:f}" if -5 < power < digits else f"{short:e}"


def _entries(gradient: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each entry with the place where it stands."""
    for name, rows in gradient.items():
        for i, row in enumerate(rows, start=1):
            if isinstance(row, list | tuple):
                for j, text in enumerate(row, start=1):
                    yield f"{name}, row {i}, column {j}", str(text)
            else:
                yield f"{name}, entry {i}", str(row)
