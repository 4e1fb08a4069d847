"""Formulas evaluated with SymPy's matrices: differentiation instead of taking coefficients."""

from typing import Any

import sympy

from symland.questions.derivation.formula import Formula


def value(formula: Formula, letters: dict[str, Any]) -> Any:
    """The SymPy matrix or number that a formula is at the given letters."""
    kind, parts = formula.kind, formula.parts
    if kind == "symbol":
        return letters[parts[0]]
    if kind == "number":
        return sympy.Rational(parts[0])
    if kind == "one":
        return sympy.eye(letters["sizes"][parts[0]])
    if kind == "named":
        return value(parts[1], letters)
    if kind == "at":
        moved = {letter.parts[0]: value(image, letters) for letter, image in parts[2:]}
        return value(parts[1], {**letters, **moved})
    if kind == "derivative":
        result = value(parts[0], letters)
        for scalar, order in parts[1:]:
            result = sympy.diff(result, value(scalar, letters), order)
        return result.subs({value(scalar, letters): 0 for scalar, _ in parts[1:]})
    inside = [value(p, letters) if isinstance(p, Formula) else p for p in parts]
    return _combined(kind, inside)


def _combined(kind: str, parts: list[Any]) -> Any:
    if kind in ("sum", "product", "hadamard"):
        result = parts[0]
        for part in parts[1:]:
            result = _pair(kind, result, part)
        return result
    if kind == "minus":
        return -parts[0]
    if kind == "power":
        return parts[0] ** parts[1]
    if kind == "transpose":
        return parts[0].T
    if kind == "trace":
        return sympy.trace(parts[0])
    if kind == "norm2":
        return sum(x**2 for x in parts[0])
    if kind == "inner":
        return sum(x * y for x, y in zip(parts[0], parts[1], strict=True))
    raise ValueError(kind)


def _number(x: Any) -> Any:
    return x[0, 0] if isinstance(x, sympy.MatrixBase) and x.shape == (1, 1) else x


def _pair(kind: str, left: Any, right: Any) -> Any:
    if kind == "hadamard":
        return left.multiply_elementwise(right)
    if not (isinstance(left, sympy.MatrixBase) and isinstance(right, sympy.MatrixBase)):
        left, right = _number(left), _number(right)
    return left + right if kind == "sum" else left * right


def holds(formula: Formula, letters: dict[str, Any]) -> bool:
    """Whether an equation or inequality is true at the letters."""
    sign, left, right = formula.parts[0], *formula.parts[-2:]
    difference = [sympy.expand(x) for x in _entries(value(left, letters), value(right, letters))]
    if sign == "≥":
        return len(difference) == 1 and bool(difference[0] >= 0)
    return all(x == 0 for x in difference)


def _entries(left: Any, right: Any) -> list[Any]:
    if isinstance(left, sympy.MatrixBase) and isinstance(right, sympy.MatrixBase):
        return list(left - right)
    if isinstance(left, sympy.MatrixBase) and right == 0:
        return list(left)
    return [_number(left) - _number(right)]
