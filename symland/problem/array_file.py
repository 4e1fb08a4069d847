"""Arrays of floats as a point: ``.npz`` files, and the names that layers have in them."""

import re
from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from symland.problem.document import MAX_BYTES, read_bytes
from symland.problem.errors import InputError, shown
from symland.problem.parameter_name import is_parameter_name

_LAYER = re.compile(r"(?P<prefix>.*?)\.?(?P<part>weight|bias)", re.ASCII)


def read_npz(path: Path) -> dict[str, Any]:
    """The arrays of a NumPy ``.npz`` file as nested lists of fractions, by parameter name.

    Arrays are named W1, b1, ..., or as the layers of a state dict (see `by_layer`). Nothing in
    the file is executed: arrays of Python objects are refused.
    """
    import numpy

    check_zip(path, "an .npz file as numpy.savez writes it")
    try:
        with numpy.load(path, allow_pickle=False) as arrays:
            loaded = {name: arrays[name] for name in arrays.files}
    except Exception as error:  # a damaged file fails in any of a dozen ways
        raise InputError(f"cannot be read as .npz: {error or type(error).__name__}") from None
    return by_layer({name: _exact_array(array, name) for name, array in loaded.items()})


def _exact_array(array: Any, name: str) -> Any:
    if isinstance(array, bytes):  # NumPy hands over a member that is no .npy file as it is
        raise InputError(f"{name}: is no array, expected one as numpy.savez writes it")
    if array.dtype.kind not in "iuf":
        raise InputError.of(name, str(array.dtype), "an array of floats or integers")
    if array.dtype.kind == "f":
        return dyadic(array.tolist() if array.dtype.itemsize <= 8 else list(array), name)
    return array.tolist()


def dyadic(value: Any, key: str) -> Any:
    """Nested sequences of floats as nested lists of the dyadic fractions they are.

    Raises `InputError` for NaN and infinity.

    >>> dyadic([0.5, [0.25]], "W1")
    [Fraction(1, 2), [Fraction(1, 4)]]
    """
    if isinstance(value, list) or getattr(value, "ndim", 0) > 0:
        return [dyadic(member, key) for member in value]
    if not isfinite(value):
        raise InputError.of(key, value, "finite numbers")
    numerator, denominator = value.as_integer_ratio()
    return Fraction(int(numerator), int(denominator))


def check_zip(path: Path, expected: str) -> None:
    """Raise `InputError` unless the file is a zip archive of reasonable size when unpacked."""
    if not read_bytes(path).startswith(b"PK"):
        raise InputError(f"is no zip archive, expected {expected}")
    try:
        with ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(f"damaged zip archive ({error}), expected {expected}") from None
    if size > MAX_BYTES:
        raise InputError(f"unpacks to {size} bytes, expected at most {MAX_BYTES}")


def by_layer(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Arrays under the names W1, b1, W2, ...

    Arrays that all have such names keep them. Otherwise the names are those of layers, such as
    ``0.weight`` and ``0.bias``: in the order in which they stand, the k-th ``weight`` is W_k and
    the ``bias`` of the same layer is b_k. Raises `InputError` for any other name.

    >>> by_layer({"0.weight": [[1]], "0.bias": [2], "2.weight": [[3]]})
    {'W1': [[1]], 'b1': [2], 'W2': [[3]]}
    """
    if all(is_parameter_name(name) for name in arrays):
        return dict(arrays)
    layers: dict[str, int] = {}
    for name in arrays:
        match = _LAYER.fullmatch(str(name))
        if match is None:
            raise InputError(
                f"unknown key {shown(name)}, expected W1, b1, ... or the layers' weight and bias"
            )
        if match["part"] == "weight":
            layers[match["prefix"]] = len(layers) + 1
    return {_parameter(name, layers): array for name, array in arrays.items()}


def _parameter(name: str, layers: dict[str, int]) -> str:
    match = _LAYER.fullmatch(name)
    if match is None or match["prefix"] not in layers:
        raise InputError(f"{name}: no weight of the same layer, expected one beside each bias")
    return f"{'W' if match['part'] == 'weight' else 'b'}{layers[match['prefix']]}"
