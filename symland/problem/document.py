"""Reading TOML and JSON into tables whose decimals are still the text that was written."""

import json
import os
import re
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from symland.problem.errors import InputError, shown
from symland.problem.exact_number import NumberText

MAX_BYTES = 64 * 1024 * 1024
"""Largest file that is read."""

MAX_PARTS = 100
"""Parts of a dotted TOML key up to which it is read; the reader's time grows with their square."""

_LONG_KEY = re.compile(
    r"""(?<![A-Za-z0-9_-])(?:(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+)"""
    f"{{{MAX_PARTS}}}"
)
_SAFE_DIGITS = 4000  # Python converts integers of up to 4300 digits


def read_bytes(path: Path) -> bytes:
    """The contents of a file of at most `MAX_BYTES`.

    Raises `InputError` where there is no such file, it is a directory, a pipe or a device, may not
    be read or is larger. The message does not repeat the path: callers put it in front.
    """
    try:
        # Opening a pipe would wait for a writer, reading a device need never end.
        with open(path, "rb", opener=_without_waiting) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise InputError("is a pipe or a device, expected a regular file")
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError("no such file") from None
    except IsADirectoryError:
        raise InputError("is a directory, expected a file") from None
    except InputError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot be read: {reason}") from None
    if len(data) > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES // 2**20} MB, expected a smaller file")
    return data


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def decode(data: bytes) -> str:
    """Text in UTF-8, with or without a byte order mark; `InputError` otherwise.

    >>> decode(b"\\xef\\xbb\\xbfa")
    'a'
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} is no UTF-8, expected text in UTF-8") from None


def read_document(path: Path) -> dict[str, Any]:
    """The table that a ``.toml`` or ``.json`` file holds, read by its suffix.

    Decimals come as `NumberText`, exactly as written. Raises `InputError` for malformed,
    too deeply nested or too large files, and in JSON for a key that stands twice.
    """
    parsers = {".toml": parse_toml, ".json": parse_json}
    parse = parsers.get(path.suffix.lower())
    if parse is None:
        raise InputError(f"suffix {shown(path.suffix)}, expected .toml or .json")
    return parse(decode(read_bytes(path)))


def parse_toml(text: str) -> dict[str, Any]:
    """A TOML document, decimals as `NumberText`.

    >>> parse_toml("l2 = 0.10")
    {'l2': 0.10}
    """
    long = _LONG_KEY.search(text)
    if long:
        line = text.count("\n", 0, long.start()) + 1
        raise InputError(f"line {line}: a key of more than {MAX_PARTS} parts, expected fewer")
    # The reader splits lines at \\n alone, as TOML does; it converts \\r\\n itself.
    return _parsed("TOML", lambda: tomllib.loads(text, parse_float=_toml_decimal))


def _toml_decimal(text: str) -> NumberText:
    return NumberText(text.replace("_", ""))


def parse_json(text: str) -> dict[str, Any]:
    """A JSON document whose outermost value is an object, decimals as `NumberText`.

    >>> parse_json('{"scale": 0.10}')
    {'scale': 0.10}
    """
    value = _parsed(
        "JSON",
        lambda: json.loads(
            text,
            parse_float=NumberText,
            parse_int=_json_integer,
            parse_constant=NumberText,
            object_pairs_hook=_unique,
        ),
    )
    if not isinstance(value, dict):
        raise InputError(f"got {shown(value)}, expected a JSON object")
    return value


def _json_integer(text: str) -> int | NumberText:
    return int(text) if len(text) <= _SAFE_DIGITS else NumberText(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in table if names.count(name) > 1)
        raise InputError(f"key {shown(twice)} stands twice in one object, expected once")
    return table


def _parsed(language: str, parse: Callable[[], Any]) -> Any:
    try:
        return parse()
    except InputError:
        raise
    except RecursionError:
        raise InputError(f"{language} nested too deeply") from None
    except ValueError as error:
        # int() names Python's own limit; the user is told what to write instead.
        if "integer string conversion" in str(error):
            raise InputError(
                f"{language} integer of more than 4300 digits, expected such a number in quotes"
            ) from None
        raise InputError(f"malformed {language}: {error}") from None
