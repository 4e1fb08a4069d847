"""The one kind of error that bad input raises, and how it names the place.

A message is one line: where (file, then key), what was found, what was expected.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from fractions import Fraction
from itertools import islice
from typing import Any

_SHOWN = 60  # longest value quoted in a message
_DEPTH = 6  # a message shows no more brackets in brackets


class InputError(ValueError):
    """What the user gave cannot be read; the text is one line for the user.

    Raised by everything in `symland.problem`. The command line prints it after ``error:``
    and exits with status 2.

    >>> str(InputError("network.bias: got 'every',\\nexpected a known one"))
    "network.bias: got 'every', expected a known one"
    """

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.splitlines()))

    @classmethod
    def of(cls, key: str, value: Any, expected: str) -> "InputError":
        """The error that says ``key: got value, expected ...``.

        >>> print(InputError.of("network.widths", [2], "at least 2 positive integers"))
        network.widths: got [2], expected at least 2 positive integers
        """
        return cls(f"{key}: got {shown(value)}, expected {expected}")


def shown(value: Any) -> str:
    """A value as it is quoted in a message: short, on one line, numbers without wrapping.

    >>> print(shown("1/0"), shown([Fraction(1, 2), "x"]), shown(None))
    '1/0' [1/2, 'x'] None
    """
    text = _plain(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _plain(value: Any, depth: int = 0) -> str:
    if isinstance(value, Fraction):
        return _number(value)
    if isinstance(value, (list, tuple, dict)):
        return _nested(value, depth)
    if isinstance(value, int) and not isinstance(value, bool):
        return _number(Fraction(value))
    if isinstance(value, str):
        # Cut first, so that a text of megabytes is not copied to be thrown away.
        return type(value).__repr__(value) if len(value) <= _SHOWN else repr(str(value)[:_SHOWN])
    return " ".join(repr(value).splitlines())


def _nested(value: Any, depth: int) -> str:
    """Brackets and a prefix of what is in them, for a message shows at most a line."""
    left, right = "{}" if isinstance(value, dict) else "[]"
    if value and depth == _DEPTH:
        return f"{left}...{right}"
    entries = [_plain(entry, depth + 1) for entry in islice(value, _SHOWN)]
    if isinstance(value, dict):
        inside = islice(value.values(), _SHOWN)
        entries = [f"{k}: {_plain(x, depth + 1)}" for k, x in zip(entries, inside, strict=True)]
    return left + ", ".join(entries) + right


def _number(value: Fraction) -> str:
    bits = value.numerator.bit_length() + value.denominator.bit_length()
    return str(value) if bits < 1000 else f"a number of about {bits * 3 // 10} digits"


@contextmanager
def within(place: str) -> Iterator[None]:
    """Put `place` in front of every `InputError` raised inside.

    >>> try:
    ...     with within("bad.toml: "):
    ...         raise InputError("network: missing")
    ... except InputError as error:
    ...     print(error)
    bad.toml: network: missing
    """
    try:
        yield
    except InputError as error:
        raise InputError(f"{place}{error}") from None


def suggestion(name: str, known: Iterable[str]) -> str:
    """``" (did you mean 'tanh'?)"`` where a known name is near, otherwise nothing.

    >>> suggestion("thanh", ["relu", "tanh"])
    " (did you mean 'tanh'?)"
    >>> suggestion("gelu_new", ["square"])
    ''
    """
    near = get_close_matches(name[:100], list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def check_keys(
    table: Any, key: str, required: Iterable[str] = (), optional: Iterable[str] = ()
) -> Mapping[str, Any]:
    """`table` itself, once it is known to have every required key and no unknown one.

    `key` names the table; it is empty for a whole file. Raises `InputError` naming the first key
    at fault and, for a typing error, the near name.

    >>> check_keys({"widths": [1, 1]}, "network", required=["widths"])
    {'widths': [1, 1]}
    """
    required, known = list(required), [*required, *optional]
    place = f"{key}: " if key else ""
    if not isinstance(table, Mapping):
        raise InputError(f"{place}got {shown(table)}, expected a table with {', '.join(known)}")
    for name in table:
        if name not in known:
            raise InputError(
                f"{place}unknown key {shown(name)}, expected one of {', '.join(known)}"
                + suggestion(str(name), known)
            )
    for name in required:
        if name not in table:
            dotted = f"{key}.{name}" if key else name
            raise InputError(f"{dotted}: missing, expected in {key or 'the file'}")
    return table
