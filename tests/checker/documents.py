"""Statements and certificates for the checker's tests, written by hand-sized functions."""

import json
from fractions import Fraction
from typing import Any

from symland.checker import Verdict, check


def text(x: Any) -> str:
    """A rational as the files write it."""
    x = Fraction(x)
    return str(x)


def rows(matrix: Any) -> list[list[str]]:
    """A matrix of rationals as the files write it."""
    return [[text(x) for x in row] for row in matrix]


def problem(widths: list[int], inputs: Any, targets: Any, **more: Any) -> dict[str, Any]:
    """A problem; keywords activation, bias, skip, scale, weights, l2, kind."""
    activation = more.get("activation", ["linear"] * (len(widths) - 2))
    network = {"widths": widths, "activation": activation, "bias": more.get("bias", "none")}
    if "skip" in more:
        network["skip"] = more["skip"]
    result = {
        "network": network,
        "data": {"inputs": rows(inputs), "targets": rows(targets)},
        "loss": {"kind": more.get("kind", "squared"), "scale": text(more.get("scale", "1/2"))},
    }
    if "weights" in more:
        result["loss"]["weights"] = rows(more["weights"])
    if "l2" in more:
        result["regularizer"] = {"l2": more["l2"]}
    return result


def statement(problem: Any, points: Any, claims: list[Any], **more: Any) -> dict[str, Any]:
    """A statement; claims are (kind, fields) and are named c0, c1, ..."""
    return {
        "symland": "statement",
        "version": 1,
        "problem": problem,
        "points": points,
        "claims": [
            {"name": f"c{i}", "claim": kind, **fields} for i, (kind, fields) in enumerate(claims)
        ],
        **more,
    }


def certificate(steps: list[Any]) -> dict[str, Any]:
    """A certificate whose step i, (rule, witness), proves claim ci."""
    return {
        "symland": "certificate",
        "version": 1,
        "steps": [
            {"name": f"s{i}", "claim": f"c{i}", "rule": rule, **witness}
            for i, (rule, witness) in enumerate(steps)
        ],
    }


def verdict(statement: Any, certificate: Any) -> Verdict:
    """The checker's answer about two JSON values."""
    return check(json.dumps(statement).encode(), json.dumps(certificate).encode())


def one(
    problem: Any, points: Any, kind: str, fields: Any, rule: str, witness: Any = None, **more: Any
) -> Verdict:
    """The answer about a single claim."""
    return verdict(
        statement(problem, points, [(kind, fields)], **more), certificate([(rule, witness or {})])
    )
