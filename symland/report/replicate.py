"""The page of `symland.replicate`: what the images of a split neuron are."""

from collections.abc import Mapping
from typing import Any

from symland.report.critical import inertia_cells, loss_cell
from symland.report.matrix import matrices
from symland.report.page import Cell, Lines, Page
from symland.report.parts import certificate_lines, footer, reason_of, warnings_of
from symland.report.vocabulary import kind

_RANGES = {
    "inside": "0 < lambda < 1",
    "outside": "lambda < 0 or lambda > 1",
    "ends": "lambda = 0 or 1",
}
_PLURAL = {
    "global_minimum": "global minima",
    "local_minimum": "local minima",
    "strict_saddle": "strict saddles",
    "non_strict_saddle": "non-strict saddles",
}


def replicate_page(document: Mapping[str, Any]) -> Page:
    """The page for the JSON document of an answer to `replicate`."""
    where = document["replication"]
    line = [
        (_RANGES[part["lambda"]], Cell(_PLURAL.get(part["kind"], part["kind"]), term=part["kind"]))
        for part in document["line"]
    ]
    widths = "-".join(str(w) for w in document["image"]["widths"])
    point, image = document.get("critical_point"), document.get("at_lambda") or {}
    parts: list[Any] = []
    if point:
        parts += [_point_lines(point), matrices("Its weights", point["weights"])]
    parts.append(Lines("Its images" if point else "Images", tuple(line)))
    if image.get("weights"):
        title = f"Its image for lambda = {image['lambda']}"
        parts.append(matrices(title, image["weights"]))
    if document.get("certificate"):
        parts.append(certificate_lines(document["certificate"]))
    said = "; ".join(f"{cell.text} for {place}" for place, cell in line)
    sentences = (_own(image), reason_of(document) or said)
    return Page(
        title=str(document.get("problem") or "replicate"),
        about=f"neuron {where['neuron']} of layer {where['layer']} split in two, network {widths}",
        verdict=str(document["verdict"]),
        headline="; ".join(sentence for sentence in sentences if sentence),
        parts=tuple(parts),
        footer=footer(document),
        warnings=warnings_of(document),
    )


def _own(image: Mapping[str, Any]) -> str:
    """What the image for the share asked for is; empty where that is undecided.

    >>> _own({"lambda": "1/2", "kind": "strict_saddle", "status": "certified", "loss": None})
    'the image for lambda = 1/2 is a certified strict saddle'
    """
    if image.get("kind") in (None, "undecided"):
        return ""
    loss = f" with loss {loss_cell(image['loss']).text}" if image.get("loss") else ""
    words = f"{image['status']} {kind(image['kind']).label}"
    return f"the image for lambda = {image['lambda']} is a {words}{loss}"


def _point_lines(point: Mapping[str, Any]) -> Lines:
    """The critical point that is split: the given one, or one nearby."""
    box = point.get("box")
    lines = []
    if point.get("loss"):
        lines.append(("loss", loss_cell(point["loss"])))
    if point.get("inertia"):
        names = ("positive", "negative", "zero")
        counts = zip(inertia_cells(point), names, strict=True)
        text = ", ".join(f"{cell.text} {name}" for cell, name in counts)
        lines.append(("Hessian", Cell(f"eigenvalues: {text}")))
    if box:
        text = f"the only critical point within {box['radius']} of each of its weights"
        lines.append(("proved", Cell(text)))
    title = "The critical point"
    near = point.get("exact") is None
    title += f" nearby, at distance {point['distance']}" if near else ", as given"
    return Lines(title, tuple(lines))
