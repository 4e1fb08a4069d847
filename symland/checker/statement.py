"""The statement: a problem, algebraic roots, vectors, points, and the claims about them.

Numbers are read into Fraction; an entry of a point or vector is a polynomial (a tuple of
coefficients) together with the name of the root that is put in, or None where it is rational.
All matrices are lists of rows; a bias vector is kept as a matrix with one column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import files
from .number_field import Element, Root, Scalar
from .polynomial import Poly, trim
from .verdict import Refused, Unreadable, show

Entry = tuple[Poly, "str | None"]
Vector = tuple[Entry, ...]
Weights = dict[str, list[list[Scalar]]]

MAX_LAYERS = 200
MAX_WIDTH = 100_000
MAX_DEGREE = 500
LINEAR: Poly = (Fraction(0), Fraction(1))
POLYNOMIAL = {"linear": (0, 1), "square": (0, 0, 1), "cube": (0, 0, 0, 1)}
_ACTIVATION = re.compile(r"(?:(relu|sigmoid|tanh|softplus|exp)"
                         r"|(?:leaky_relu|softplus)\(([^(),]*)\)|polynomial\(([^()]*)\))")


@dataclass(frozen=True)
class Problem:
    """A network, its data (rows are samples) and the loss, as the statement gives them.

    ``activations`` has the coefficients of each polynomial activation, None for another one.
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
    top = header(files.load(data, "statement"), "statement", "problem points claims",
                 "roots vectors")
    roots = {n: _root(v, f"root {show(n)}")
             for n, v in files.table(top.get("roots", {}), "roots").items()}
    vectors = {n: tuple(coefficients(x, f"vector {show(n)}")
                        for x in files.array(v, f"vector {show(n)}"))
               for n, v in files.table(top.get("vectors", {}), "vectors").items()}
    points = files.table(top["points"], "points")
    claims = named(top["claims"], "claim", "name claim")
    return Statement(_problem(top["problem"]), roots, vectors, points, claims)


def read_steps(data: bytes) -> list[dict[str, Any]]:
    """The steps of the certificate file; `Unreadable` if it does not follow the format."""
    top = header(files.load(data, "certificate"), "certificate", "steps")
    return named(top["steps"], "step", "name claim rule")


def header(value: Any, kind: str, required: str, optional: str = "") -> dict[str, Any]:
    """The top object of a file, its kind and version checked first."""
    if not isinstance(value, dict) or value.get("symland") != kind:
        raise Unreadable(f"{kind}: not a symland {kind}, expected {{\"symland\": \"{kind}\", ...}}")
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
    return [[files.number(x, where) for x in files.array(row, where, columns)]
            for row in files.array(value, where, rows)]


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


def _problem(value: Any) -> Problem:
    files.fields(value, "problem", "network data loss", "regularizer")
    net = files.fields(value["network"], "network", "widths activation bias", "skip")
    widths = tuple(files.count(d, "network: widths", 1, MAX_WIDTH)
                   for d in files.array(net["widths"], "network: widths"))
    if not 2 <= len(widths) <= MAX_LAYERS:
        raise Unreadable(f"network: widths: {len(widths)} entries, expected 2..{MAX_LAYERS}")
    activations = tuple(_activation(a) for a in
                        files.array(net["activation"], "network: activation", len(widths) - 2))
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
        raise Unreadable(f"loss: kind: {show(loss['kind'])}, "
                         "expected squared, logistic or cross_entropy")
    scale = files.number(loss["scale"], "loss: scale")
    if scale <= 0:
        raise Unreadable(f"loss: scale: {show(scale)}, expected a positive number")
    weights = matrix(loss["weights"], "loss: weights", samples, widths[-1]) \
        if "weights" in loss else None
    shapes = parameter_shapes(widths, bias, skip)
    l2 = _l2(value["regularizer"], shapes) if "regularizer" in value else {}
    return Problem(widths, activations, bias, skip, inputs, targets, loss["kind"], scale, weights,
                   l2, shapes)


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


def _skip(value: Any, widths: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    pairs = []
    for pair in files.array(value, "network: skip"):
        layer, neuron = files.array(pair, "network: skip", 2)
        layer = files.count(layer, "network: skip: layer", 1, len(widths) - 2)
        pairs.append((layer, files.count(neuron, "network: skip: neuron", 1, widths[layer])))
    if not pairs or len(set(pairs)) < len(pairs):
        raise Unreadable("network: skip: expected one or more different pairs")
    return tuple(pairs)


def parameter_shapes(widths: tuple[int, ...], bias: str,
                     skip: tuple[tuple[int, int], ...] | None) -> dict[str, tuple[int, int]]:
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
    return {n: matrix(columned(n, x), f"regularizer: l2: {n}", *shapes[n])
            for n, x in inner.items()}


def columned(parameter: str, value: Any) -> Any:
    """A bias is written as a list of numbers: make it a matrix with one column."""
    if parameter.startswith("b") and isinstance(value, list):
        return [[x] for x in value]
    return value


class Context:
    """What the rules see: the statement's objects by name, and the claims established so far.

    ``established`` maps the name of a claim to it; ``cache`` keeps what a rule may want to find
    again (data matrices, checked blocks), always under keys that determine the value.
    """

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.problem = statement.problem
        self.established: dict[str, dict[str, Any]] = {}
        self.cache: dict[Any, Any] = {}
        self.used: set[tuple[str, str]] = set()

    def root(self, name: Any) -> Root:
        """The root of that name, isolated; the same object each time, so that fields agree."""
        given = self._find("root", self.statement.roots, name)
        if ("root", name) not in self.cache:
            try:
                self.cache["root", name] = Root(*given)
            except Refused as error:
                raise Refused(f"root {show(name)}: {error}") from None
        found: Root = self.cache["root", name]
        return found

    def claim(self, name: Any, kind: str, point: str | None = None) -> dict[str, Any]:
        """An established claim of that kind (about that point)."""
        found = self.established.get(name) if isinstance(name, str) else None
        if found is None:
            raise Refused(f"claim {show(name)} is not established before this step")
        if found["claim"] != kind:
            raise Refused(f"claim {show(name)} is of kind {found['claim']}, not {kind}")
        if point is not None and found["point"] != point:
            raise Refused(f"claim {show(name)} is about the point {show(found['point'])}")
        return found

    def _find(self, what: str, where: dict[str, Any], name: Any) -> Any:
        if not isinstance(name, str) or name not in where:
            raise Refused(f"{what} {show(name)} is not in the statement")
        self.used.add((what, name))
        return where[name]

    def vector(self, value: Any, where: str, length: int) -> Vector:
        """A vector reference: 0, [vector], or [vector, root]."""
        if type(value) is int and value == 0:
            return (((), None),) * length
        parts = files.array(value, where)
        if len(parts) not in (1, 2):
            raise Unreadable(f"{where}: {show(value)}, expected [vector] or [vector, root]")
        polynomials: tuple[Poly, ...] = self._find("vector", self.statement.vectors, parts[0])
        if len(polynomials) != length:
            raise Refused(f"{where}: vector {show(parts[0])} has {len(polynomials)} entries, "
                          f"expected {length}")
        root = parts[1] if len(parts) == 2 else None
        if root is not None:
            self._find("root", self.statement.roots, root)
        elif any(len(p) > 1 for p in polynomials):
            raise Refused(f"{where}: vector {show(parts[0])} needs a root")
        return tuple((p, root if len(p) > 1 else None) for p in polynomials)

    def entries(self, name: Any) -> dict[str, list[Vector]]:
        """The parameters of a point as rows of entries, sizes checked."""
        point = self._find("point", self.statement.points, name)
        if ("entries", name) not in self.cache:
            self.cache["entries", name] = self._read_point(point, f"point {show(name)}")
        found: dict[str, list[Vector]] = self.cache["entries", name]
        return found

    def _read_point(self, value: Any, where: str) -> dict[str, list[Vector]]:
        shapes = self.problem.shapes
        files.fields(value, where, " ".join(shapes), "root")
        root = value.get("root")
        if root is not None:
            self._find("root", self.statement.roots, root)
        return {n: self._read_matrix(columned(n, value[n]), f"{where}: {n}", shape, root)
                for n, shape in shapes.items()}

    def _read_matrix(self, value: Any, where: str, shape: tuple[int, int],
                     root: str | None) -> list[Vector]:
        if isinstance(value, dict):
            key = "rows" if "rows" in value else "columns"
            files.fields(value, where, key)
            count, length = shape if key == "rows" else shape[::-1]
            vectors = [self.vector(v, where, length)
                       for v in files.array(value[key], where, count)]
            return vectors if key == "rows" else [tuple(row) for row in zip(*vectors, strict=True)]
        return [tuple(self.entry(x, where, root) for x in files.array(row, where, shape[1]))
                for row in files.array(value, where, shape[0])]

    def entry(self, value: Any, where: str, root: str | None) -> Entry:
        """A number, or coefficients in the root that belongs here."""
        polynomial = coefficients(value, where)
        if len(polynomial) > 1 and root is None:
            raise Unreadable(f"{where}: a polynomial entry, but the point names no root")
        return polynomial, root if len(polynomial) > 1 else None

    def scalar(self, entry: Entry) -> Scalar:
        """The number that an entry is."""
        polynomial, root = entry
        if root is None:
            return polynomial[0] if polynomial else Fraction(0)
        return Element(polynomial, self.root(root))

    def root_of(self, name: Any) -> str | None:
        """The one root that the entries of a point use, None for a rational point."""
        value = self.statement.points.get(name, {}) if isinstance(name, str) else {}
        rows = [row for matrix in self.entries(name).values() for row in matrix]
        roots = {root for row in rows for _, root in row if root is not None}
        if len(roots) > 1:
            raise Refused(f"point {show(name)} has entries in several roots")
        declared: str | None = value.get("root")
        return roots.pop() if roots else declared

    def weights(self, name: Any) -> Weights:
        """The parameters of a point as numbers of one field."""
        self.root_of(name)
        if ("weights", name) not in self.cache:
            self.cache["weights", name] = {
                n: [[self.scalar(x) for x in row] for row in rows]
                for n, rows in self.entries(name).items()}
        found: Weights = self.cache["weights", name]
        return found

    def number(self, value: Any, where: str, root: str | None) -> Scalar:
        """A witness: a number, or coefficients in the named root."""
        return self.scalar(self.entry(value, where, root))

    def numbers(self, value: Any, where: str, rows: int, columns: int | None,
                root: str | None) -> list[list[Scalar]]:
        """A matrix of witnesses; ``columns`` None lets the first row decide."""
        lines = files.array(value, where, rows)
        if columns is None and lines:
            columns = len(files.array(lines[0], where))
        return [[self.number(x, where, root) for x in files.array(line, where, columns)]
                for line in lines]
