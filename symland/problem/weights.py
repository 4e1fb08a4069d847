"""Points of the parameter space, with exact entries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias, cast

from symland.problem.entry import Algebraic, Entry, Log, algebraic_entry
from symland.problem.errors import InputError, shown
from symland.problem.exact_array import (
    Array,
    Shape,
    read_matrix,
    read_vector,
    shape_of,
    shape_text,
)
from symland.problem.exact_number import exact_number, number_text
from symland.problem.network import Network
from symland.problem.notation import matrix_latex
from symland.problem.parameter_name import is_parameter_name, parameter_order
from symland.problem.root import Root

EntryArray: TypeAlias = tuple[Entry, ...] | tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True, init=False, repr=False)
class Weights:
    """A point W = (W_1, b_1, W_2, ...) whose entries are rational, log(p/q) or algebraic.

    `values` maps parameter names to nested sequences, a matrix for W_k (d_k x d_{k-1}), a flat
    list for b_k; a member is anything `exact_number` reads, a `Log`, or an `Algebraic` whose root
    names occur in `roots`. The name of a single root may be empty. Points are equal when their
    entries and the roots they use are; roots that no entry uses are dropped.

    Raises `InputError` for names that are no parameter, empty or ragged arrays, unknown roots.

    >>> point = Weights({"W2": [[2]], "W1": [["1/2", 0]]})
    >>> point.is_rational, point.shapes
    (True, {'W1': (1, 2), 'W2': (1, 1)})
    >>> point.matrices()["W1"]
    ((Fraction(1, 2), Fraction(0, 1)),)
    """

    _values: tuple[tuple[str, EntryArray], ...]
    _roots: tuple[tuple[str, Root], ...]

    def __init__(self, values: Mapping[str, Any], roots: Mapping[str, Root] | None = None) -> None:
        if not isinstance(values, Mapping) or not values:
            raise InputError.of("weights", values, "parameters W1, b1, ... with their entries")
        for name in values:
            if not is_parameter_name(name):
                raise InputError(f"unknown key {shown(name)}, expected parameters W1, b1, W2, ...")
        names = sorted(values, key=parameter_order)
        arrays = tuple((name, _read_array(name, values[name])) for name in names)
        object.__setattr__(self, "_values", arrays)
        object.__setattr__(self, "_roots", self._used_roots(roots or {}))

    def _used_roots(self, roots: Mapping[str, Root]) -> tuple[tuple[str, Root], ...]:
        used = {name for e in self.entries() if isinstance(e, Algebraic) for name in e.root_names}
        for name in sorted(used):
            if name not in roots:
                raise InputError.of("roots", name, f"a root among {shown(sorted(roots))}")
        if "" in used and len(used) > 1:
            raise InputError.of(
                "roots", sorted(used), "names for all roots where there are several"
            )
        return tuple((name, roots[name]) for name in sorted(used))

    def entries(self) -> Iterator[Entry]:
        """Every entry, parameter by parameter, row by row."""
        for _, array in self._values:
            for row in array:
                if isinstance(row, tuple):
                    yield from row
                else:
                    yield row

    @property
    def values(self) -> dict[str, EntryArray]:
        """Parameter name -> nested tuple of entries, in the order W1, b1, W2, ..."""
        return dict(self._values)

    @property
    def roots(self) -> dict[str, Root]:
        """Root name -> root, for the roots that occur."""
        return dict(self._roots)

    @property
    def shapes(self) -> dict[str, Shape]:
        """Parameter name -> shape."""
        return {name: shape_of(array) for name, array in self._values}

    @property
    def is_rational(self) -> bool:
        """Whether every entry is rational."""
        return all(isinstance(entry, Fraction) for entry in self.entries())

    @property
    def has_logs(self) -> bool:
        """Whether some entry is log(p/q)."""
        return any(isinstance(entry, Log) for entry in self.entries())

    def matrices(self) -> dict[str, Array]:
        """The entries as fractions; `InputError` where one is not rational."""
        for entry in self.entries():
            if not isinstance(entry, Fraction):
                raise InputError.of("weights", entry_text(entry), "rational entries")
        return cast(dict[str, Array], self.values)

    def check_against(self, network: Network) -> None:
        """Raise `InputError` unless these are exactly the parameters of `network`.

        >>> Weights({"W1": [[1]]}).check_against(Network([1, 1, 1]))
        Traceback (most recent call last):
        symland.problem.errors.InputError: W2: missing, expected a 1 x 1 matrix
        """
        expected, found = network.shapes, self.shapes
        for name in found:
            if name not in expected:
                raise InputError(
                    f"{name}: no parameter of the network, expected {', '.join(expected)}"
                )
        for name, shape in expected.items():
            if name not in found:
                raise InputError(f"{name}: missing, expected {shape_text(shape)}")
            if found[name] != shape:
                raise InputError(
                    f"{name}: got {shape_text(found[name])}, expected {shape_text(shape)}"
                )

    def to_json(self) -> dict[str, Any]:
        """The object of a weights file; `parse_weights` reads it back to an equal point.

        >>> Weights({"W1": [["0.5"]], "b1": [Log(Fraction(2))]}).to_json()
        {'W1': [['1/2']], 'b1': ['log(2)']}
        """
        table: dict[str, Any] = {}
        roots = self.roots
        if "" in roots:
            table["root"] = _root_json(roots[""])
        elif roots:
            table["roots"] = {name: _root_json(root) for name, root in roots.items()}
        return table | {name: _array_json(array) for name, array in self._values}

    def __repr__(self) -> str:
        return f"Weights({self.to_json()!r})"

    def _repr_latex_(self) -> str:
        parts = [
            f"{name[0]}_{{{name[1:]}}} = {matrix_latex(_rows_text(array))}"
            for name, array in self._values
        ]
        return "$\\displaystyle " + ",\\quad ".join(parts) + "$"


def _read_array(name: str, value: Any) -> EntryArray:
    if name[0] == "b":
        return read_vector(value, name, _read_entry)
    return read_matrix(value, name, _read_entry)


def _read_entry(value: Any, key: str) -> Entry:
    if isinstance(value, Log):
        return value
    if isinstance(value, Algebraic):
        return algebraic_entry(dict(value.terms))
    return exact_number(value, key)


def entry_text(entry: Entry) -> str:
    """An entry in plain text, roots by their names.

    >>> entry_text(Algebraic((("s", (Fraction(1), Fraction(-2), Fraction(1))),)))
    '1 + -2*s + s^2'
    """
    if isinstance(entry, Fraction):
        return number_text(entry)
    if isinstance(entry, Log):
        return str(entry)
    return " + ".join(
        _monomial(c, name or "t", power)
        for name, coefficients in entry.terms
        for power, c in enumerate(coefficients)
        if c
    )


def _monomial(coefficient: Fraction, root: str, power: int) -> str:
    if power == 0:
        return number_text(coefficient)
    letter = root if power == 1 else f"{root}^{power}"
    return letter if coefficient == 1 else f"{number_text(coefficient)}*{letter}"


def _entry_json(entry: Entry) -> Any:
    if not isinstance(entry, Algebraic):
        return entry_text(entry)
    terms = {name: [number_text(c) for c in coefficients] for name, coefficients in entry.terms}
    return terms.get("", terms)


def _array_json(array: EntryArray) -> list[Any]:
    return [_array_json(row) if isinstance(row, tuple) else _entry_json(row) for row in array]


def _root_json(root: Root) -> dict[str, Any]:
    return {
        "polynomial": [number_text(c) for c in root.polynomial],
        "interval": [number_text(end) for end in root.interval],
    }


def _rows_text(array: EntryArray) -> list[list[str]]:
    rows = [row if isinstance(row, tuple) else (row,) for row in array]
    return [[_entry_latex(entry) for entry in row] for row in rows]


def _entry_latex(entry: Entry) -> str:
    return entry_text(entry).replace("log", "\\log").replace("*", "\\,").replace("+ -", "- ")
