"""PyTorch state dicts (``.pt``, ``.pth``), read without PyTorch and without running their code.

The zip format of PyTorch 1.6 and later holds a pickle and one file of raw numbers a storage. A
pickle is a program that may call anything it names; the reader here knows the names that tensors
need, replaces each by a function or a value of this file, and refuses every other.
"""

import struct
from collections import OrderedDict
from collections.abc import Callable, Mapping
from fractions import Fraction
from io import BytesIO
from math import prod
from pathlib import Path
from pickle import Unpickler, UnpicklingError
from typing import Any, NamedTuple
from zipfile import ZipFile

from symland.problem.array_file import by_layer, check_zip, dyadic
from symland.problem.errors import InputError, shown
from symland.problem.network import MAX_PARAMETERS

_EXPECTED = "a state dict as torch.save(model.state_dict(), path) writes it"
# storage class -> struct format of one number; bfloat16 is the upper half of a float32
_FORMATS = {
    "DoubleStorage": "d",
    "FloatStorage": "f",
    "HalfStorage": "e",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "q",
    "IntStorage": "i",
    "ShortStorage": "h",
    "CharStorage": "b",
    "ByteStorage": "B",
}
_WRAPPERS = ("state_dict", "model_state_dict")


# Named tuples: a pickle can neither set their fields nor give them attributes afterwards.
class _Storage(NamedTuple):
    numbers: tuple[Any, ...]


class _Tensor(NamedTuple):
    storage: _Storage
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]

    def numbers(self, name: str) -> Any:
        """Nested lists of exact numbers; `InputError` for tensors that are no vector or matrix."""
        if len(self.size) not in (1, 2) or not all(self.size):
            raise InputError(
                f"{name}: got a tensor of shape {shown(self.size)}, "
                "expected a matrix (weight) or a vector (bias)"
            )
        return self._slice(name, self.offset, self.size, self.stride)

    def _slice(self, name: str, at: int, size: tuple[int, ...], stride: tuple[int, ...]) -> Any:
        if not size:
            number = self.storage.numbers[at]
            return Fraction(number) if isinstance(number, int) else dyadic(number, name)
        steps = range(at, at + size[0] * stride[0], stride[0]) if stride[0] else [at] * size[0]
        return [self._slice(name, step, size[1:], stride[1:]) for step in steps]


def read_state_dict(path: Path) -> dict[str, Any]:
    """Weights and biases of a state dict by parameter name, floats as exact dyadic fractions.

    The k-th layer with a ``weight``, in the order of the file, gives W_k and b_k. A checkpoint
    that holds the state dict under ``state_dict`` or ``model_state_dict`` is read too.
    Raises `InputError` for the format before PyTorch 1.6, whole pickled models, other tensors.
    """
    check_zip(path, _EXPECTED + " (zip format, PyTorch 1.6 or later)")
    try:
        with ZipFile(path) as archive:
            return by_layer(_tensors(_Archive(archive).load()))
    except InputError:
        raise
    except Exception as error:  # a damaged pickle fails in any of a dozen ways
        raise InputError(f"damaged ({type(error).__name__}), expected {_EXPECTED}") from None


def _tensors(table: Any) -> dict[str, Any]:
    for key in _WRAPPERS:
        if isinstance(table, Mapping) and isinstance(table.get(key), Mapping):
            table = table[key]
    if not isinstance(table, Mapping) or not table:
        raise InputError(f"holds {type(table).__name__}, expected {_EXPECTED}")
    for name, tensor in table.items():
        if not isinstance(name, str) or not isinstance(tensor, _Tensor):
            raise InputError(f"{shown(name)}: is no tensor, expected {_EXPECTED}")
    if sum(prod(tensor.size) for tensor in table.values()) > MAX_PARAMETERS:
        raise InputError(f"more than {MAX_PARAMETERS} numbers, expected a smaller network")
    return {name: tensor.numbers(name) for name, tensor in table.items()}


class _Archive:
    """The records of a state dict: the pickle ``data.pkl`` and the storages ``data/KEY``."""

    def __init__(self, archive: ZipFile) -> None:
        pickles = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise InputError(f"has {len(pickles)} data.pkl records, expected {_EXPECTED}")
        self._archive = archive
        self._prefix = pickles[0][: -len("data.pkl")]
        self._storages: dict[str, _Storage] = {}
        order = f"{self._prefix}byteorder"
        big = order in archive.namelist() and archive.read(order).strip() == b"big"
        self._order = ">" if big else "<"

    def load(self) -> Any:
        stream = BytesIO(self._archive.read(f"{self._prefix}data.pkl"))
        return _RestrictedUnpickler(stream, self.storage).load()

    def storage(self, form: str, key: str) -> _Storage:
        """The numbers of a storage; each is read once, however many tensors share it."""
        if key not in self._storages:
            raw = self._archive.read(f"{self._prefix}data/{key}")
            self._storages[key] = _Storage(_unpacked(raw, form, self._order))
        return self._storages[key]


def _unpacked(raw: bytes, form: str, order: str) -> tuple[Any, ...]:
    if form == "bfloat16":
        halves = struct.unpack(f"{order}{len(raw) // 2}H", raw)
        return tuple(struct.unpack(">f", struct.pack(">I", half << 16))[0] for half in halves)
    return struct.unpack(f"{order}{len(raw) // struct.calcsize(order + form)}{form}", raw)


class _RestrictedUnpickler(Unpickler):
    """An unpickler to which only the names that tensors need are known."""

    def __init__(self, stream: BytesIO, storage: Callable[[str, str], _Storage]) -> None:
        super().__init__(stream)
        self._storage = storage

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in _FORMATS:
            return _FORMATS[name]
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
            ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
        }
        if (module, name) not in known:
            raise InputError(f"names {shown(f'{module}.{name}')}, expected {_EXPECTED}")
        return known[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        kind, form, key, _, _ = pid
        if kind != "storage" or form not in _FORMATS.values() or not isinstance(key, str):
            raise UnpicklingError("unknown persistent record")
        return self._storage(form, key)


def _rebuild_tensor(
    storage: Any, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: Any
) -> _Tensor:
    """A view of a storage; every index it reaches is checked to lie inside."""
    numbers = (offset, *size, *stride)
    if not isinstance(storage, _Storage) or len(size) != len(stride):
        raise UnpicklingError("a tensor without a storage")
    if any(type(number) is not int or number < 0 for number in numbers):
        raise UnpicklingError("a tensor of negative size")
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if all(size) and last >= len(storage.numbers):
        raise UnpicklingError("a tensor larger than its storage")
    return _Tensor(storage, offset, tuple(size), tuple(stride))


def _rebuild_parameter(tensor: _Tensor, *_: Any) -> _Tensor:
    return tensor
