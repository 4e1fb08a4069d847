"""What the rules see: the statement's objects by name, and the claims established so far.

An entry of a point or vector is a polynomial (a tuple of coefficients) together with the name of
the root that is put in, or None where it is rational.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import files
from .effort import spend
from .log_polynomial import has_logarithms, read_number
from .number_field import Element, Root, Scalar
from .polynomial import Poly
from .statement import Statement, coefficients, columned
from .verdict import Refused, Unreadable, show

Entry = tuple[Poly, "str | None"]
Vector = tuple[Entry, ...]
Weights = dict[str, list[list[Scalar]]]


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

    def claim(self, name: Any, kind: str, *about: Any) -> dict[str, Any]:
        """An established claim of that kind, about the point ``about`` where it is given."""
        found = self.established.get(name) if isinstance(name, str) else None
        if found is None:
            raise Refused(f"claim {show(name)} is not established before this step")
        if found["claim"] != kind:
            raise Refused(f"claim {show(name)} is of kind {found['claim']}, not {kind}")
        if about and found["point"] != about[0]:
            raise Refused(f"claim {show(name)} is about the point {show(found['point'])}")
        return found

    def _find(self, what: str, where: dict[str, Any], name: Any) -> Any:
        if not isinstance(name, str) or name not in where:
            raise Refused(f"{what} {show(name)} is not in the statement")
        self.used.add((what, name))
        return where[name]

    def vector(self, value: Any, where: str, length: int) -> Vector:
        """A vector reference: 0, [vector], or [vector, root]."""
        spend(length)
        if type(value) is int and value == 0:
            return (((), None),) * length
        parts = files.array(value, where)
        if len(parts) not in (1, 2):
            raise Unreadable(f"{where}: {show(value)}, expected [vector] or [vector, root]")
        polynomials: tuple[Poly, ...] = self._find("vector", self.statement.vectors, parts[0])
        if len(polynomials) != length:
            raise Refused(
                f"{where}: vector {show(parts[0])} has {len(polynomials)} entries, "
                f"expected {length}"
            )
        root = parts[1] if len(parts) == 2 else None
        if root is not None:
            self.root(root)  # refused if it is not a root, even where no entry needs it
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
        if isinstance(value, dict) and ("box" in value or "slice" in value):
            raise Refused(f"{where} is a box, this rule needs an exact point")
        files.fields(value, where, " ".join(shapes), "root")
        root = value.get("root")
        if root is not None:
            self.root(root)  # refused if it is not a root, even where no entry needs it
        return {
            n: self._read_matrix(columned(n, value[n]), f"{where}: {n}", shape, root)
            for n, shape in shapes.items()
        }

    def _read_matrix(
        self, value: Any, where: str, shape: tuple[int, int], root: str | None
    ) -> list[Vector]:
        if isinstance(value, dict):
            key = "rows" if "rows" in value else "columns"
            files.fields(value, where, key)
            count, length = shape if key == "rows" else shape[::-1]
            vectors = [self.vector(v, where, length) for v in files.array(value[key], where, count)]
            return vectors if key == "rows" else [tuple(row) for row in zip(*vectors, strict=True)]
        return [
            tuple(self.entry(x, where, root) for x in files.array(row, where, shape[1]))
            for row in files.array(value, where, shape[0])
        ]

    def entry(self, value: Any, where: str, root: str | None) -> Entry:
        """A number, or coefficients in the root that belongs here."""
        if isinstance(value, str) and value.startswith("log("):
            raise Refused(f"{where}: a logarithm, this rule needs algebraic entries")
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
        """The one root of a point: the one that it declares and those that its entries use are the
        same, so that COEFFS in claims about it have one meaning.  None for a point without."""
        if self._logarithmic(name):
            return None
        value = self.statement.points.get(name, {}) if isinstance(name, str) else {}
        rows = [row for matrix in self.entries(name).values() for row in matrix]
        roots = {root for row in rows for _, root in row if root is not None}
        if value.get("root") is not None:
            roots.add(value["root"])
        if len(roots) > 1:
            raise Refused(f"point {show(name)} has entries in several roots")
        return roots.pop() if roots else None

    def weights(self, name: Any) -> Weights:
        """The parameters of a point as numbers of one field, or polynomials in logarithms."""
        self.root_of(name)
        if ("weights", name) not in self.cache:
            self.cache["weights", name] = self._logarithmic(name) or {
                n: [[self.scalar(x) for x in row] for row in rows]
                for n, rows in self.entries(name).items()
            }
        found: Weights = self.cache["weights", name]
        return found

    def _logarithmic(self, name: Any) -> Weights:
        """The parameters of a point with log(q) entries; nothing for another point."""
        value = self._find("point", self.statement.points, name)
        if ("logarithmic", name) not in self.cache:
            found: Weights = {}
            if has_logarithms(value):
                shapes, where = self.problem.shapes, f"point {show(name)}"
                files.fields(value, where, " ".join(shapes))
                for n, (rows, columns) in shapes.items():
                    lines = files.array(columned(n, value[n]), f"{where}: {n}", rows)
                    found[n] = [
                        [read_number(x, f"{where}: {n}") for x in files.array(row, where, columns)]
                        for row in lines
                    ]
            self.cache["logarithmic", name] = found
        known: Weights = self.cache["logarithmic", name]
        return known

    def number(self, value: Any, where: str, root: str | None) -> Scalar:
        """A witness: a number, or coefficients in the named root."""
        return self.scalar(self.entry(value, where, root))

    def numbers(
        self, value: Any, where: str, rows: int, columns: int | None, root: str | None
    ) -> list[list[Scalar]]:
        """A matrix of witnesses; ``columns`` None lets the first row decide."""
        lines = files.array(value, where, rows)
        if columns is None and lines:
            columns = len(files.array(lines[0], where))
        return [
            [self.number(x, where, root) for x in files.array(line, where, columns)]
            for line in lines
        ]
