"""Weights files: JSON, TOML, ``.npz`` and PyTorch state dicts.

`docs/reference/weights_file.md` is the format.
"""

import re
from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from symland.problem.array_file import read_npz
from symland.problem.document import read_document
from symland.problem.entry import Entry, algebraic_entry, log_entry
from symland.problem.errors import InputError, check_keys, shown, within
from symland.problem.exact_array import read_matrix, read_vector
from symland.problem.exact_number import exact_number
from symland.problem.network import Network
from symland.problem.parameter_name import is_parameter_name
from symland.problem.root import Root
from symland.problem.state_dict import read_state_dict
from symland.problem.weights import Weights

_LOG = re.compile(r"\s*log\((.*)\)\s*", re.ASCII)
_ROOT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
_ARRAY_FILES = {".npz": read_npz, ".pt": read_state_dict, ".pth": read_state_dict}


def read_weights(path: str | PathLike[str], network: Network | None = None) -> Weights:
    """The point in a weights file: ``.json``, ``.toml``, ``.npz``, ``.pt`` or ``.pth``.

    Floats of ``.npz`` files and state dicts are taken as the dyadic numbers they are; decimals
    in JSON and TOML are read as written. Where `network` is given the point must have exactly its
    parameters, in its shapes. Raises `InputError` with one line that names file, key and value.

    >>> read_weights("weights.bin")
    Traceback (most recent call last):
    symland.problem.errors.InputError: weights.bin: suffix '.bin', expected .json, .toml, ...
    """
    file = Path(fspath(path))
    suffix = file.suffix.lower()
    with within(f"{file}: "):
        if suffix in _ARRAY_FILES:
            return _checked(Weights(_ARRAY_FILES[suffix](file)), network)
        if suffix not in (".json", ".toml"):
            known = ", ".join([".json", ".toml", *_ARRAY_FILES])
            raise InputError(f"suffix {shown(suffix)}, expected {known}")
        return parse_weights(read_document(file), network)


def parse_weights(table: Mapping[str, Any], network: Network | None = None) -> Weights:
    """The point that a table in the shape of a weights file states.

    An entry is a number or ``"log(p/q)"``; with ``root`` also a list of coefficients, lowest
    first, of a polynomial in the root; with ``roots`` also a table from root names to such lists,
    which stands for the sum. Raises `InputError`.

    >>> point = parse_weights({
    ...     "root": {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]},
    ...     "W1": [[["0", "1"], "1/2"]]})
    >>> point.is_rational, parse_weights(point.to_json()) == point
    (False, True)
    """
    if not isinstance(table, Mapping):
        raise InputError.of("weights", table, "an object with one entry a parameter")
    roots = _read_roots(table)
    values = {name: _read(name, table[name], roots) for name in table if name[:4] != "root"}
    return _checked(Weights(values, roots), network)


def _checked(weights: Weights, network: Network | None) -> Weights:
    if network is not None:
        weights.check_against(network)
    return weights


def _read_roots(table: Mapping[str, Any]) -> dict[str, Root]:
    for name in table:
        if not is_parameter_name(name) and name not in ("root", "roots"):
            raise InputError(
                f"unknown key {shown(name)}, expected parameters W1, b1, W2, ..., root or roots"
            )
    if "root" in table and "roots" in table:
        raise InputError("got both root and roots, expected one of them")
    if "root" in table:
        return {"": _read_root(table["root"], "root")}
    named = table.get("roots", {})
    if not isinstance(named, Mapping):
        raise InputError.of("roots", named, "a table from names to roots")
    return {_root_name(name): _read_root(root, f"roots.{name}") for name, root in named.items()}


def _root_name(name: Any) -> str:
    if not isinstance(name, str) or not _ROOT_NAME.fullmatch(name):
        raise InputError.of("roots", name, "names of letters, digits and _, a letter first")
    return name


def _read_root(value: Any, key: str) -> Root:
    check_keys(value, key, ["polynomial", "interval"])
    polynomial = read_vector(value["polynomial"], f"{key}.polynomial", exact_number)
    interval = read_vector(value["interval"], f"{key}.interval", exact_number)
    if len(interval) != 2:
        raise InputError.of(f"{key}.interval", interval, "2 numbers, the ends")
    with within(f"{key}."):
        return Root(polynomial, (interval[0], interval[1]))


def _read(name: str, value: Any, roots: dict[str, Root]) -> Any:
    def read(entry: Any, key: str) -> Entry:
        return _read_entry(entry, key, roots)

    return read_vector(value, name, read) if name[0] == "b" else read_matrix(value, name, read)


def _read_entry(entry: Any, key: str, roots: dict[str, Root]) -> Entry:
    if isinstance(entry, (list, tuple)) and "" in roots:
        return algebraic_entry({"": _coefficients(entry, key)})
    if isinstance(entry, Mapping):
        for name in entry:
            if name not in roots:
                raise InputError.of(key, name, f"a root among {shown(sorted(roots))}")
        return algebraic_entry({name: _coefficients(c, key) for name, c in entry.items()})
    log = _LOG.fullmatch(entry) if isinstance(entry, str) else None
    if log is None:
        return exact_number(entry, key)
    argument = exact_number(log[1], key)
    if argument <= 0:
        raise InputError.of(key, entry, "log of a positive number")
    return log_entry(argument)


def _coefficients(value: Any, key: str) -> Any:
    return read_vector(value, key, exact_number, "a list of coefficients, lowest first")
