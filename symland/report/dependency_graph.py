"""The dependency graph of a theorem as inline SVG, drawn without any program."""

from collections.abc import Mapping
from html import escape
from typing import Any

__all__ = ["graph_svg"]

_LETTER, _HEIGHT, _GAP, _BETWEEN = 7.3, 28, 14, 60
_LONGEST = 34
_STAGGER = (0.75, 0.5, 0.25)  # so that an edge that skips a column does not run through its box


def graph_svg(graph: Mapping[str, Any], title: str) -> str:
    """Columns of boxes, from hypotheses on the left to conclusions on the right.

    Boxes have the colour of their verdict; what is cited has a dashed border.

    >>> node = {"label": "A & B", "kind": "hypothesis", "verdict": None, "layer": 0}
    >>> svg = graph_svg({"nodes": [node], "edges": []}, "t")
    >>> svg.startswith("<svg"), "A &amp; B" in svg
    (True, True)
    """
    boxes = _boxes(graph["nodes"])
    width = max((x + w for x, _, w in boxes.values()), default=0) + 8
    height = max((y for _, y, _ in boxes.values()), default=0) + _HEIGHT + 8
    lines = "".join(_edge(boxes[a], boxes[b]) for a, b in graph["edges"])
    nodes = "".join(_node(node, boxes[node["label"]]) for node in graph["nodes"])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" font-size="13" '
        f'aria-label="dependencies of {escape(title)}"><title>dependencies of {escape(title)}'
        f"</title>{lines}{nodes}</svg>"
    )


def _shown(label: str) -> str:
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"


def _boxes(nodes: list[Mapping[str, Any]]) -> dict[str, tuple[float, float, float]]:
    """Label -> (left, top, width)."""
    columns: dict[int, list[str]] = {}
    for node in nodes:
        columns.setdefault(node["layer"], []).append(node["label"])
    tallest = max((len(column) for column in columns.values()), default=0)
    boxes, left, last = {}, 8.0, max(columns, default=0)
    for layer in sorted(columns):
        column = columns[layer]
        width = max(len(_shown(label)) for label in column) * _LETTER + 18
        free = tallest - len(column)
        top = 8 + free * (_HEIGHT + _GAP) * (_STAGGER[layer % 3] if 0 < layer < last else 0.5)
        for label in column:
            boxes[label] = (left, top, width)
            top += _HEIGHT + _GAP
        left += width + _BETWEEN
    return boxes


def _edge(start: tuple[float, float, float], end: tuple[float, float, float]) -> str:
    x, y = start[0] + start[2], start[1] + _HEIGHT / 2
    u, v = end[0], end[1] + _HEIGHT / 2
    bend = max((u - x) / 2, 20)
    path = f"M{x:.1f} {y:.1f}C{x + bend:.1f} {y:.1f} {u - bend:.1f} {v:.1f} {u:.1f} {v:.1f}"
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity=".4"/>'


def _node(node: Mapping[str, Any], box: tuple[float, float, float]) -> str:
    left, top, width = box
    verdict = node["verdict"] or ""
    dashed = ' stroke-dasharray="5 3"' if verdict == "cited" else ""
    round_ = _HEIGHT / 2 if node["kind"] == "conclusion" else 4
    thin = ' stroke-opacity=".45"' if node["kind"] == "definition" else ""
    hint = f"{node['kind']} {node['label']}" + (f": {verdict}" if verdict else "")
    return (
        f'<g class="{escape(verdict)}"><title>{escape(hint)}</title>'
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{_HEIGHT}" '
        f'rx="{round_}" fill="Canvas" fill-opacity=".85" stroke="currentColor"{dashed}{thin}/>'
        f'<text x="{left + width / 2:.1f}" y="{top + _HEIGHT / 2 + 4.5:.1f}" fill="currentColor" '
        f'text-anchor="middle">{escape(_shown(node["label"]))}</text></g>'
    )
