"""The dependency graph of a theorem: hypotheses, steps and citations, conclusions, in layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symland.theorem.theorem import Theorem

__all__ = ["graph_json"]


def graph_json(
    theorem: Theorem, verdicts: dict[str, str], standing: dict[str, str]
) -> dict[str, Any]:
    """Nodes with their layer and verdict, and edges from what is used to what uses it.

    The layer of a hypothesis is 0, that of a step one more than the largest of what it uses;
    conclusions stand in the last layer. A hypothesis that a conclusion is given under leads to it
    directly where no step on the way uses it.
    """
    layers: dict[str, int] = {h.label: 0 for h in theorem.hypotheses}
    nodes = [
        {
            "label": h.label,
            "kind": "definition" if h.definition else "hypothesis",
            "verdict": None,
            "layer": 0,
        }
        for h in theorem.hypotheses
    ]
    edges: list[list[str]] = []
    for step in theorem.steps:
        layer = 1 + max((layers[u.label] for u in step.uses), default=0)
        layers[step.label] = layer
        nodes.append(
            {
                "label": step.label,
                "kind": "step",
                "layer": layer,
                "verdict": verdicts.get(step.label),
            }
        )
        edges += [[u.label, step.label] for u in step.uses]
        edges += [[step.label, c.label] for c in step.gives]
    edges += _conditions(theorem)
    last = 1 + max(layers.values(), default=0)
    nodes += [
        {"label": c.label, "kind": "conclusion", "layer": last, "verdict": standing[c.label]}
        for c in theorem.conclusions
    ]
    return {"nodes": nodes, "edges": edges}


def _conditions(theorem: Theorem) -> list[list[str]]:
    """Edges from hypotheses to the conclusions given under them that no other way leads to."""
    behind: dict[str, set[str]] = {}
    for step in theorem.steps:
        used = {u.label for u in step.uses}
        behind[step.label] = used.union(*(behind.get(label, set()) for label in used))
    edges = []
    for conclusion in theorem.conclusions:
        steps = [step for step in theorem.steps if conclusion in step.gives]
        known = {label for step in steps for label in behind[step.label]}
        edges += [[h.label, conclusion.label] for h in conclusion.given if h.label not in known]
    return edges
