"""Wired representatives by SymPy: tokens from eigenvectors, matrices from a picture of the bars."""

from typing import Any

import sympy

from tests.checker.deep_linear_documents import coefficients, rational, support, x
from tests.checker.documents import text


class Writer:
    """Collects the vectors and roots of a statement and refers to them."""

    def __init__(self, entries: list[dict[str, Any]], S: Any, A: Any, B: Any, W: Any) -> None:
        self.entries, self.S, self.A, self.B, self.W = entries, S, A, B, W
        self.vectors: dict[str, Any] = {}
        self.roots: dict[str, Any] = {}

    def refer(self, column: Any, index: int | None) -> Any:
        """A vector of polynomials in x, with the root of eigenvalue ``index`` put in."""
        entries = [coefficients(c) for c in column]
        if not any(c != ["0"] for c in entries):
            return 0
        name = next((n for n, v in self.vectors.items() if v == entries), f"v{len(self.vectors)}")
        self.vectors[name] = entries
        if all(len(c) == 1 for c in entries):
            return [name]
        assert index is not None
        self.roots[f"t{index}"] = {k: self.entries[index][k] for k in ("polynomial", "interval")}
        return [name, f"t{index}"]

    def eigenvectors(self, index: int) -> list[Any]:
        """Orthogonal eigenvectors of an eigenvalue, polynomials in it."""
        f = sympy.Poly(
            list(reversed([sympy.Rational(c) for c in self.entries[index]["polynomial"]])), x
        )
        if f.degree() == 1:
            t = -f.nth(0) / f.nth(1)
            found: list[Any] = []
            for v in (self.S - t * sympy.eye(self.S.rows)).nullspace():
                for u in found:
                    v = v - u * (u.dot(v) / u.dot(u))
                found.append(v)
            return found
        adjugate = (self.S - x * sympy.eye(self.S.rows)).adjugate()
        columns = [
            adjugate[:, j].applyfunc(lambda c: sympy.rem(c, f.as_expr(), x))
            for j in range(self.S.rows)
        ]
        return [next(c for c in columns if any(c))]

    def functional(self, v: Any, index: int, left: bool) -> Any:
        """The functional that belongs to an eigenvector (others of its block are orthogonal)."""
        f = sympy.Poly(
            list(reversed([sympy.Rational(c) for c in self.entries[index]["polynomial"]])), x
        )
        square = (v.T * self.S * v if left else v.T * v)[0]
        if f.degree() == 1:
            return (v.T * self.W / square).T
        inverse = sympy.invert(sympy.rem(sympy.expand(square), f.as_expr(), x), f.as_expr(), x)
        return (v.T * self.W).T.applyfunc(
            lambda c: sympy.rem(sympy.expand(c * inverse), f.as_expr(), x)
        )

    def block(self, index: int, vectors: list[Any], left: bool) -> dict[str, Any]:
        return {
            "roots": "one",
            "eigenvalues": [[index + 1, len(vectors)]],
            "columns": [self.refer(v, index) for v in vectors],
            "functionals": [self.refer(self.functional(v, index, left), index) for v in vectors],
        }


def representative(writer: Writer, widths: Any, m: Any, barcode: Any) -> tuple[Any, Any]:
    """The point and the step's witness for a choice of eigenvalues and a barcode (K > 1)."""
    K = len(widths) - 1
    taken, rest = [], []
    for i, c in enumerate(m):
        vectors = writer.eigenvectors(i)
        if c:
            taken.append(writer.block(i, vectors[:c], False))
        rest += [(i, v) for v in vectors[c:]]
    kernel_right = list(writer.B.T.nullspace())
    kernel_left: list[Any] = []
    for v in writer.B.nullspace():
        seen = sympy.Matrix.hstack(*[writer.A * u for u in [*kernel_left, v]])
        if seen.rank() > len(kernel_left):
            kernel_left.append(v)
    tokens = [(u, n) for (u, n), c in sorted(barcode.items()) for _ in range(c)]

    def joined(bar: Any, k: int) -> bool:
        """Whether the bar goes on from k to k + 1 (modulo K + 1)."""
        order = [(bar[0] + j) % (K + 1) for j in range(bar[1])]
        return k in order[:-1]

    out, into, left, used_right, used_left = {}, {}, [], [], []
    for s, bar in enumerate(tokens):
        if joined(bar, K):
            if joined(bar, K - 1) or joined(bar, 0):
                i, v = rest.pop(0)
                if left and left[-1][0] == i:
                    left[-1][1].append(v)
                else:
                    left.append((i, [v]))
                out[s] = writer.refer(v, i)
                into[s] = writer.refer(writer.functional(v, i, True), i)
        else:
            if joined(bar, K - 1):
                used_right.append(writer.refer(kernel_right.pop(0), None))
                out[s] = used_right[-1]
            if joined(bar, 0):
                used_left.append(writer.refer(kernel_left.pop(0), None))
                into[s] = used_left[-1]
    r = sum(m)
    layer = {k: [s for s, bar in enumerate(tokens) if k in support(bar, K)] for k in range(1, K)}
    point: dict[str, Any] = {
        "W1": {
            "rows": [f for b in taken for f in b["functionals"]]
            + [into[s] if joined(tokens[s], 0) else 0 for s in layer[1]]
        }
    }
    for k in range(2, K):
        point[f"W{k}"] = [["1" if a == b else "0" for b in range(widths[k - 1])] for a in range(r)]
        point[f"W{k}"] += [
            ["0"] * r + ["1" if s == t and joined(tokens[s], k - 1) else "0" for t in layer[k - 1]]
            for s in layer[k]
        ]
    point[f"W{K}"] = {
        "columns": [u for b in taken for u in b["columns"]]
        + [out[s] if joined(tokens[s], K - 1) else 0 for s in layer[K - 1]]
    }
    witness = {
        "taken": taken,
        "left": [writer.block(i, vs, True) for i, vs in left],
        "kernel_left": used_left,
        "kernel_right": used_right,
    }
    return point, witness


def as_numbers(writer: Writer, point: Any, widths: Any, numbers: Any) -> list[Any]:
    """The matrices W1, W2, ... with the roots replaced by the SymPy numbers given."""

    def vector(ref: Any, size: int) -> Any:
        if ref == 0:
            return sympy.zeros(size, 1)
        t = numbers[int(ref[1][1:])][0] if len(ref) == 2 else 0
        return sympy.Matrix(
            [sum(sympy.Rational(c) * t**k for k, c in enumerate(p)) for p in writer.vectors[ref[0]]]
        )

    result = []
    for k in range(1, len(widths)):
        value = point[f"W{k}"]
        if isinstance(value, list):
            result.append(sympy.Matrix([[sympy.Rational(c) for c in row] for row in value]))
        elif "rows" in value:
            result.append(sympy.Matrix.hstack(*[vector(v, widths[k - 1]) for v in value["rows"]]).T)
        else:
            result.append(sympy.Matrix.hstack(*[vector(v, widths[k]) for v in value["columns"]]))
    return result


def numeric(matrix: Any) -> list[list[str]]:
    """A rational matrix as the files write it."""
    return [[text(rational(c)) for c in row] for row in matrix.tolist()]
