"""The statement: a problem, algebraic roots, vectors, points, and the claims about them.

Numbers are read into Fraction.  Points stay as they are written until a rule looks at them, see
context.py.  All matrices are lists of rows; a bias vector is kept as a matrix with one column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import files
from .polynomial import Poly, trim
from .verdict import Unreadable, show

MAX_LAYERS = 2000
MAX_WIDTH = 100_000
MAX_DEGREE = 500
LINEAR: Poly = (Fraction(0), Fraction(1))
POLYNOMIAL = {"linear": (0, 1), "square": (0, 0, 1), "cube": (0, 0, 0, 1)}
_ACTIVATION = re.compile(
    r"(?:(relu|sigmoid|tanh|softplus|exp)"
    r"|(?:leaky_relu|softplus)\(([^(),]*)\)|polynomial\(([^()]*)\))"
)


@dataclass(frozen=True)
class Problem:
    """A network, its data (rows are samples) and the loss, as the statement gives them.

    ``activations`` has the coefficients of each polynomial activation, None for another one;
    ``functions`` has the name and parameter of each other one, None for a polynomial.
    The loss is scale * sum weights_ij (f(x_i)_j - y_ij)^2 + 1/2 sum l2 w^2 if ``kind`` is squared.
    """

    widths: tuple[int, ...]
    activations: tuple[Poly | None, ...]
    bias: str
    skip: tuple[tuple[int, int], ...] | None
    inputs: list[list[Fraction]]
    targets: list[list[Fraction]]
    kind: str
    scale: Fraction
    weights: list[list[Fraction]] | None
    l2: dict[str, list[list[Fraction]]]
    shapes: dict[str, tuple[int, int]] = field(default_factory=dict)
    functions: tuple[tuple[str, Fraction] | None, ...] = ()

    @property
    def K(self) -> int:
        """The number of weight matrices."""
        return len(self.widths) - 1


@dataclass
class Statement:
    """Everything in the statement file, with roots, vectors and points by name."""

    problem: Problem
    roots: dict[str, tuple[Poly, Fraction, Fraction]]
    vectors: dict[str, tuple[Poly, ...]]
    points: dict[str, dict[str, Any]]
    claims: list[dict[str, Any]]


def read_statement(data: bytes) -> Statement:
    """The statement in the file; `Unreadable` if it does not follow the format."""
    top = header(
        files.load(data, "statement"), "statement", "problem points claims", "roots vectors"
    )
    roots = {
        n: _root(v, f"root {show(n)}")
        for n, v in files.table(top.get("roots", {}), "roots").items()
    }
    vectors = {
        n: tuple(coefficients(x, f"vector {show(n)}") for x in files.array(v, f"vector {show(n)}"))
        for n, v in files.table(top.get("vectors", {}), "vectors").items()
    }
    points = files.table(top["points"], "points")
    claims = named(top["claims"], "claim", "name claim")
    return Statement(read_problem(top["problem"]), roots, vectors, points, claims)


def read_steps(data: bytes) -> list[dict[str, Any]]:
    """The steps of the certificate file; `Unreadable` if it does not follow the format."""
    top = header(files.load(data, "certificate"), "certificate", "steps")
    return named(top["steps"], "step", "name claim rule")


def header(value: Any, kind: str, required: str, optional: str = "") -> dict[str, Any]:
    """The top object of a file, its kind and version checked first."""
    if not isinstance(value, dict) or value.get("symland") != kind:
        raise Unreadable(f'{kind}: not a symland {kind}, expected {{"symland": "{kind}", ...}}')
    version = value.get("version")
    if version != 1 or isinstance(version, bool):
        raise Unreadable(f"{kind}: version {show(version)}, this checker reads version 1")
    return files.fields(value, kind, "symland version " + required, optional)


def named(value: Any, what: str, keys: str) -> list[dict[str, Any]]:
    """A list of objects with distinct names and the string fields ``keys``."""
    items = files.array(value, f"{what}s")
    seen = set()
    for item in items:
        if not isinstance(item, dict):
            raise Unreadable(f"{what}s: {show(item)}, expected an object")
        for key in keys.split():
            files.name(item.get(key), f"{what} {show(item.get('name'))}: {key}")
        if item["name"] in seen:
            raise Unreadable(f"{what}s: the name {show(item['name'])} occurs twice")
        seen.add(item["name"])
    return items


def coefficients(value: Any, where: str) -> Poly:
    """A number, or a list of coefficients lowest first, as a polynomial."""
    if isinstance(value, str):
        return trim([files.number(value, where)])
    if not 1 <= len(files.array(value, where)) <= MAX_DEGREE + 1:
        raise Unreadable(f"{where}: {len(value)} coefficients, expected 1..{MAX_DEGREE + 1}")
    return trim([files.number(x, where) for x in value])


def matrix(value: Any, where: str, rows: int, columns: int) -> list[list[Fraction]]:
    """A matrix of rationals of the given size."""
    return [
        [files.number(x, where) for x in files.array(row, where, columns)]
        for row in files.array(value, where, rows)
    ]


def _root(value: Any, where: str) -> tuple[Poly, Fraction, Fraction]:
    files.fields(value, where, "polynomial interval")
    polynomial = coefficients(value["polynomial"], where)
    ends = files.array(value["interval"], f"{where}: interval", 2)
    lower, upper = (files.number(x, f"{where}: interval") for x in ends)
    if len(polynomial) < 2:
        raise Unreadable(f"{where}: polynomial of degree at least 1 expected")
    if lower > upper:
        raise Unreadable(f"{where}: the interval ends before it begins")
    return polynomial, lower, upper


def read_problem(value: Any) -> Problem:
    """The problem as the statement writes it; `Unreadable` if it does not follow the format."""
    files.fields(value, "problem", "network data loss", "regularizer")
    net = files.fields(value["network"], "network", "widths activation bias", "skip")
    widths = tuple(
        files.count(d, "network: widths", 1, MAX_WIDTH)
        for d in files.array(net["widths"], "network: widths")
    )
    if not 2 <= len(widths) <= MAX_LAYERS:
        raise Unreadable(f"network: widths: {len(widths)} entries, expected 2..{MAX_LAYERS}")
    activations = tuple(
        _activation(a)
        for a in files.array(net["activation"], "network: activation", len(widths) - 2)
    )
    bias = net["bias"]
    if bias not in ("none", "hidden", "output", "all"):
        raise Unreadable(f"network: bias: {show(bias)}, expected none, hidden, output or all")
    skip = _skip(net["skip"], widths) if "skip" in net else None
    data = files.fields(value["data"], "data", "inputs targets")
    samples = len(files.array(data["inputs"], "data: inputs"))
    if not samples:
        raise Unreadable("data: inputs: no samples")
    inputs = matrix(data["inputs"], "data: inputs", samples, widths[0])
    targets = matrix(data["targets"], "data: targets", samples, widths[-1])
    loss = files.fields(value["loss"], "loss", "kind scale", "weights")
    if loss["kind"] not in ("squared", "logistic", "cross_entropy"):
        raise Unreadable(
            f"loss: kind: {show(loss['kind'])}, expected squared, logistic or cross_entropy"
        )
    if "weights" in loss and loss["kind"] != "squared":
        raise Unreadable(f"loss: weights: the loss {loss['kind']} has none")
    scale = files.number(loss["scale"], "loss: scale")
    if scale <= 0:
        raise Unreadable(f"loss: scale: {show(scale)}, expected a positive number")
    weights = (
        matrix(loss["weights"], "loss: weights", samples, widths[-1]) if "weights" in loss else None
    )
    shapes = parameter_shapes(widths, bias, skip)
    l2 = _l2(value["regularizer"], shapes) if "regularizer" in value else {}
    return Problem(
        widths,
        activations,
        bias,
        skip,
        inputs,
        targets,
        loss["kind"],
        scale,
        weights,
        l2,
        shapes,
        tuple(_function(a) for a in net["activation"]),
    )


def _activation(value: Any) -> Poly | None:
    if isinstance(value, str) and value in POLYNOMIAL:
        return tuple(Fraction(a) for a in POLYNOMIAL[value])
    match = _ACTIVATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Unreadable(f"network: activation: {show(value)} is not known")
    if match.group(3) is not None:
        parts = [part.strip(" ") for part in match.group(3).split(",")]
        return tuple(files.number(part, "network: activation") for part in parts)
    if match.group(2) is not None:
        files.number(match.group(2), "network: activation")
    return None


def _function(value: str) -> tuple[str, Fraction] | None:
    """The name and parameter (1 where none is written) of an activation that is no polynomial."""
    match = _ACTIVATION.fullmatch(value)
    if match is None or match.group(3) is not None:
        return None
    parameter = match.group(2)
    return value.split("(")[0], Fraction(1 if parameter is None else parameter)


def _skip(value: Any, widths: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    pairs = []
    for pair in files.array(value, "network: skip"):
        layer, neuron = files.array(pair, "network: skip", 2)
        layer = files.count(layer, "network: skip: layer", 1, len(widths) - 2)
        pairs.append((layer, files.count(neuron, "network: skip: neuron", 1, widths[layer])))
    if not pairs or len(set(pairs)) < len(pairs):
        raise Unreadable("network: skip: expected one or more different pairs")
    return tuple(pairs)


def parameter_shapes(
    widths: tuple[int, ...], bias: str, skip: tuple[tuple[int, int], ...] | None
) -> dict[str, tuple[int, int]]:
    """Sizes of W1, b1, W2, ... in order; a bias is a column."""
    last, shapes = len(widths) - 1, {}
    for k in range(1, last + 1):
        columns = len(skip) if skip is not None and k == last else widths[k - 1]
        shapes[f"W{k}"] = (widths[k], columns)
        if bias == "all" or bias == ("output" if k == last else "hidden"):
            shapes[f"b{k}"] = (widths[k], 1)
    return shapes


def _l2(value: Any, shapes: dict[str, tuple[int, int]]) -> dict[str, list[list[Fraction]]]:
    inner = files.fields(value, "regularizer", "l2")["l2"]
    files.fields(inner, "regularizer: l2", "", " ".join(shapes))
    return {
        n: matrix(columned(n, x), f"regularizer: l2: {n}", *shapes[n]) for n, x in inner.items()
    }


def columned(parameter: str, value: Any) -> Any:
    """A bias is written as a list of numbers: make it a matrix with one column."""
    if parameter.startswith("b") and isinstance(value, list):
        return [[x] for x in value]
    return value
