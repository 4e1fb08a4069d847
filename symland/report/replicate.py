"""The page of `symland.replicate`: what the images of a split neuron are."""

from collections.abc import Mapping
from typing import Any

from symland.report.page import Cell, Lines, Page
from symland.report.parts import certificate_lines, footer, reason_of, warnings_of

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
    parts = [Lines("Images", tuple(line))]
    if document.get("certificate"):
        parts.append(certificate_lines(document["certificate"]))
    return Page(
        title=str(document.get("problem") or "replicate"),
        about=f"neuron {where['neuron']} of layer {where['layer']} split in two, network {widths}",
        verdict=str(document["verdict"]),
        headline=str(
            reason_of(document) or "; ".join(f"{cell.text} for {place}" for place, cell in line)
        ),
        parts=tuple(parts),
        footer=footer(document),
        warnings=warnings_of(document),
    )
