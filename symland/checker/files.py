"""Reading the two JSON files: sizes, numbers, names, and objects with exactly the named fields.

Everything here raises `Unreadable` with one line that says where, what was found, and what was
expected.  Nothing here knows mathematics.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from itertools import accumulate
from math import gcd
from typing import Any, NoReturn

from .verdict import Unreadable, show

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 64
MAX_ITEMS = 4_000_000
MAX_DIGITS = 100_000
MAX_COUNT = 10**9
MAX_NAME = 200

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_MARK = re.compile(r"[\[\]{},]+")
_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]*)(?:/([1-9][0-9]*))?")
_COMMON = {"0": Fraction(0), "1": Fraction(1), "-1": Fraction(-1)}
_PLAIN = 600  # CPython converts this many decimal digits at once under every setting


def load(data: bytes, file: str) -> Any:
    """The JSON value in ``data``; ``file`` ("statement" or "certificate") names it in messages.

    Size, nesting and number of items are bounded before ``json`` sees the text, so that parsing
    can neither overflow the stack nor exhaust memory.  Floats, NaN, duplicate keys and long
    integers are refused by the hooks.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(f"{file}: {len(data)} bytes, at most {MAX_BYTES} are read")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{file}: byte {error.start} is not UTF-8") from None
    _bound_nesting(text, file)

    def refuse_float(literal: str) -> NoReturn:
        raise Unreadable(f"{file}: {show(literal)}: no floats, write a rational as a string")

    def small_integer(literal: str) -> int:
        if len(literal) > 10:
            raise Unreadable(f"{file}: {show(literal)}: counts have at most 10 digits")
        return int(literal)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise Unreadable(f"{file}: key {show(twice)} occurs twice in one object")
        return result

    try:
        return json.loads(
            text,
            parse_float=refuse_float,
            parse_constant=refuse_float,
            parse_int=small_integer,
            object_pairs_hook=unique,
        )
    except ValueError as error:
        reason = getattr(error, "msg", "malformed").removesuffix(" at")
        raise Unreadable(f"{file}: not JSON: {reason} at {getattr(error, 'pos', 0)}") from None
    except (RecursionError, MemoryError):
        raise Unreadable(f"{file}: too large to be parsed") from None


def _bound_nesting(text: str, file: str) -> None:
    """Depth and number of items, from the marks outside strings."""
    marks = "".join(_MARK.findall(_STRING.sub("", text)))
    items = len(marks) - marks.count("]") - marks.count("}")
    if items > MAX_ITEMS:
        raise Unreadable(f"{file}: more than {MAX_ITEMS} items")
    steps = ({"[": 1, "{": 1, ",": 0}.get(mark, -1) for mark in marks)
    if max(accumulate(steps), default=0) > MAX_DEPTH:
        raise Unreadable(f"{file}: nested deeper than {MAX_DEPTH}")


def fields(value: Any, where: str, required: str, optional: str = "") -> dict[str, Any]:
    """``value`` as an object whose keys are exactly ``required`` and some of ``optional``."""
    if not isinstance(value, dict):
        raise Unreadable(f"{where}: {show(value)}, expected an object")
    names = required.split()
    for name in names:
        if name not in value:
            raise Unreadable(f"{where}: field {show(name)} is missing")
    allowed = {*names, *optional.split()}
    for name in value:
        if name not in allowed:
            raise Unreadable(f"{where}: unknown field {show(name)}")
    return value


def array(value: Any, where: str, length: int | None = None) -> list[Any]:
    """``value`` as a list, of the given length where one is given."""
    if not isinstance(value, list):
        raise Unreadable(f"{where}: {show(value)}, expected a list")
    if length is not None and len(value) != length:
        raise Unreadable(f"{where}: {len(value)} entries, expected {length}")
    return value


def table(value: Any, where: str) -> dict[str, Any]:
    """``value`` as an object from names to anything."""
    if not isinstance(value, dict):
        raise Unreadable(f"{where}: {show(value)}, expected an object")
    for key in value:
        name(key, where)
    return value


def name(value: Any, where: str) -> str:
    """``value`` as a name: printable, not empty, at most 200 characters."""
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= MAX_NAME:
        raise Unreadable(f"{where}: {show(value)}, expected a printable name")
    return value


def count(value: Any, where: str, lower: int = 0, upper: int = MAX_COUNT) -> int:
    """``value`` as an integer between the bounds; true and false are not integers."""
    if not isinstance(value, int) or isinstance(value, bool) or not lower <= value <= upper:
        raise Unreadable(f"{where}: {show(value)}, expected an integer in {lower}..{upper}")
    result: int = value
    return result


def number(value: Any, where: str) -> Fraction:
    """``value`` as a rational, written "p" or "p/q" in lowest terms with q > 1.

    >>> number("-3/2", "x")
    Fraction(-3, 2)
    """
    if isinstance(value, str) and value in _COMMON:
        return _COMMON[value]
    match = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Unreadable(f'{where}: {show(value)}, expected a rational as a string like "-3/2"')
    sign, above, below = match.groups()
    if len(above) > MAX_DIGITS or (below is not None and len(below) > MAX_DIGITS):
        raise Unreadable(f"{where}: a number of more than {MAX_DIGITS} digits")
    numerator = _integer(above)
    denominator = 1 if below is None else _integer(below)
    if (
        (sign and numerator == 0)
        or (below is not None and denominator == 1)
        or gcd(numerator, denominator) != 1
    ):
        raise Unreadable(f"{where}: {show(value)} is not in lowest terms")
    return Fraction(-numerator if sign else numerator, denominator)


def _integer(digits: str) -> int:
    """Decimal digits to an integer by halves: CPython limits ``int`` of a long string."""
    if len(digits) <= _PLAIN:
        return int(digits)
    low = len(digits) // 2
    high: int = _integer(digits[:-low]) * 10**low
    return high + _integer(digits[-low:])
