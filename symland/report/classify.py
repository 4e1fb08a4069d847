"""The page of `symland classify`: what the given point is, why, and what is near it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from symland.report.critical import inertia_cells, loss_cell
from symland.report.matrix import matrices
from symland.report.nearby import (
    gradient_norm,
    largest_entry,
    nearby_text,
    not_critical_text,
    rounded,
)
from symland.report.number import exact_text, with_decimals
from symland.report.page import Cell, Lines, Matrices, Page
from symland.report.parts import certificate_lines, footer, network_text, reason_of, warnings_of
from symland.report.vocabulary import KINDS, kind, verdict

_WEIGHT_DIGITS = 20
"""The JSON document may have more."""
_ROLES = {
    "given": "the given point",
    "refined": "the critical point nearby",
    "better": "a point with lower loss",
}


def classify_page(document: Mapping[str, Any]) -> Page:
    """The page for the JSON document of `symland classify`."""
    given, gradient = document.get("given") or {}, document.get("gradient")
    parts: list[Any] = [_given_lines(given, gradient)]
    if given.get("better"):
        parts.append(_better(given["better"]))
    if document.get("refined"):
        parts += _refined_parts(document["refined"], document.get("distance"))
    if document.get("evidence"):
        parts.append(_evidence_lines(document["evidence"], document.get("names") or {}))
    if gradient:
        parts.append(_gradient(gradient))
    if document.get("certificate"):
        parts.append(certificate_lines(document["certificate"]))
    return Page(
        title=str(document.get("problem") or "classification"),
        about=network_text(document),
        verdict=str(document.get("verdict") or "undecided"),
        headline=_headline(document, given),
        parts=tuple(parts),
        footer=footer(document),
        warnings=warnings_of(document),
    )


def _headline(document: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """What the given point is, what is near it, and why no more is said."""
    name, reason = given.get("kind"), reason_of(document)
    nearby = nearby_text(document.get("refined"), document.get("distance"))
    if name in (None, "undecided"):
        text = reason or "the kind of the point is not settled"
        return f"{text}. {nearby}" if nearby else text
    if name == "not_critical":
        text = not_critical_text(document.get("gradient"))
        if not document.get("gradient"):
            nearby, reason = reason, nearby
    else:
        term = kind(name)
        text = f"{term.label}: {term.meaning}" if name in KINDS else term.label
    first, *others = (part for part in (text, nearby, reason) if part)
    return ". ".join([first, *map(_sentence, others)])


def _sentence(text: str) -> str:
    """With a capital, unless it begins with a name.

    >>> _sentence("the budget ended"), _sentence("p1 is no minimum")
    ('The budget ended', 'p1 is no minimum')
    """
    return text[:1].upper() + text[1:] if text.split(" ")[0].isalpha() else text


def _given_lines(given: Mapping[str, Any], gradient: Mapping[str, Any] | None) -> Lines:
    lines = _point_lines("The given point", given)
    sizes = (
        {}
        if not gradient
        else {
            "gradient norm": gradient_norm(gradient),
            "largest derivative": largest_entry(gradient),
        }
    )
    more = tuple((label, Cell(text)) for label, text in sizes.items() if text is not None)
    return Lines(lines.title, lines.lines + more)


def _point_lines(title: str, point: Mapping[str, Any]) -> Lines:
    lines = [("kind", Cell(kind(point.get("kind")).label, term=point.get("kind")))]
    if point.get("loss"):
        lines.append(("loss", _loss(point["loss"])))
    lines.append(("critical", Cell(_yes_no(point.get("critical")))))
    if point.get("local"):
        lines.append(("locally", Cell(kind(point["local"]).label)))
    lines.append(("global minimum", Cell(_yes_no(point.get("global")))))
    if point.get("inertia"):
        lines.append(("Hessian", _inertia(point)))
    lines += [("at a kink", Cell(str(place))) for place in point.get("kinks") or ()]
    if point.get("flat"):
        lines += [("loss constant by", Cell(str(cause))) for cause in point["flat"]["because"]]
    return Lines(title, tuple(lines))


def _inertia(point: Mapping[str, Any]) -> Cell:
    names = ("positive", "negative", "zero")
    counts = zip(inertia_cells(point), names, strict=True)
    return Cell("eigenvalues: " + ", ".join(f"{cell.text} {name}" for cell, name in counts))


def _loss(loss: Mapping[str, Any]) -> Cell:
    """The loss in decimals, and exactly where it is known and the decimals do not say it.

    >>> _loss({"exact": "1/3"}).text, _loss({"exact": "81000001/200000000"}).text
    ('0.33333333...  (exactly 1/3)', '0.40500000...  (exactly 0.405000005)')
    """
    shown = loss_cell(loss).text
    exact = loss.get("exact")
    text = None if exact is None else with_decimals(exact_text(exact))
    return Cell(shown if text in (None, shown) else f"{shown}  (exactly {text})")


def _yes_no(value: Any) -> str:
    """True, false, or not known.

    >>> _yes_no(True), _yes_no(False), _yes_no(None)
    ('yes', 'no', 'undecided')
    """
    return "undecided" if value is None else "yes" if value else "no"


def _evidence_lines(evidence: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Lines:
    def line(item: Mapping[str, Any]) -> tuple[str, Cell]:
        rule = f" [{item['rule']}]" if item.get("rule") else ""
        text = with_decimals(str(item.get("text", "")))
        return str(item.get("claim", "")).replace("_", " "), Cell(f"{text}{rule}")

    roles = [f"{name} is {_ROLES.get(role, role)}" for name, role in names.items()]
    said = [("points", Cell(", ".join(roles)))] if roles else []
    return Lines("Because", (*said, *map(line, evidence)))


def _gradient(gradient: Mapping[str, Any]) -> Matrices:
    """Its table, for who wants to see where it is large: few digits do."""
    return _rounded(matrices("Gradient at the given point", gradient))


def _rounded(whole: Matrices, digits: int = 5, said: str = "rounded") -> Matrices:
    short = tuple(
        replace(matrix, rows=tuple(tuple(rounded(x, digits) for x in row) for row in matrix.rows))
        for matrix in whole.matrices
    )
    return Matrices(whole.title + ("" if short == whole.matrices else f", {said}"), short)


def _better(better: Mapping[str, Any]) -> Matrices:
    loss = loss_cell(better.get("loss")).text
    return matrices(f"A point with the lower loss {loss}", better.get("weights") or {})


def _refined_parts(refined: Mapping[str, Any], distance: Any) -> list[Any]:
    away = f", at distance {distance}" if distance is not None else ""
    proved = refined.get("status") == "certified"
    settled = refined.get("critical") or refined.get("kind") not in (None, "undecided")
    title = f"The critical point nearby{away}" if settled else f"Where the search stopped{away}"
    title += "" if proved or not settled else ", not proved"
    digits = refined.get("digits")
    held = digits is None or int(digits) > 0
    # Where no digit of the weights holds and no kind is seen, no Hessian is that of the point.
    lost = not held and refined.get("kind") in (None, "undecided")
    lines = _point_lines(title, {**refined, "inertia": None} if lost else refined)
    parts: list[Any] = [Lines(title, (*lines.lines, *_standing(refined)))]
    if refined.get("weights") and held:
        right = "" if digits is None else f", right to {digits} digits of the largest"
        whole = matrices(f"Its weights{right}", refined["weights"])
        parts.append(_rounded(whole, _WEIGHT_DIGITS, f"rounded to {_WEIGHT_DIGITS}"))
    if refined.get("better"):
        parts.append(_better(refined["better"]))
    return parts


def _standing(refined: Mapping[str, Any]) -> list[tuple[str, Cell]]:
    """How far the nearby point is to be believed."""
    status = str(refined.get("status") or "undecided")
    known = verdict(status)
    lines = [("verdict", Cell(f"{known.label}: {known.meaning}", term=status))]
    if refined.get("gradient_norm") is not None:
        lines.append(("gradient norm", Cell(str(refined["gradient_norm"]))))
    if status != "certified" and refined.get("reason"):
        lines.append(("reason", Cell(str(refined["reason"]))))
    return lines
