"""``.npz`` files and PyTorch state dicts: exact floats, layer names, nothing executed."""

import pickle
import struct
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy
import pytest
from hypothesis import given, strategies as st

from symland.problem import InputError, Network, read_weights
from symland.problem.array_file import dyadic

FIXTURES = Path(__file__).parent / "fixtures"


def float32(number: float) -> Fraction:
    """The float32 nearest to a number, through its bits and not through the reader."""
    (bits,) = struct.unpack("<I", struct.pack("<f", number))
    exponent, mantissa = (bits >> 23) & 255, bits & (2**23 - 1)
    return (-1) ** (bits >> 31) * (2**23 + mantissa) * Fraction(2) ** (exponent - 150)


def refusal(path: Path, network: Network | None = None) -> str:
    with pytest.raises(InputError) as error:
        read_weights(path, network)
    assert str(error.value).startswith(f"{path}: ")
    return str(error.value).removeprefix(f"{path}: ")


def test_state_dict_of_a_sequential_model() -> None:
    # torch.nn.Sequential(Linear(2, 3), ReLU(), Linear(3, 1)) with the numbers below, float32.
    point = read_weights(FIXTURES / "model.pt", Network([2, 3, 1], "relu", "all"))
    assert point.matrices() == {
        "W1": (
            (Fraction(1, 2), Fraction(-5, 4)),
            (float32(0.1), Fraction(3)),
            (Fraction(0), float32(0.001)),
        ),
        "b1": (Fraction(1), float32(-0.2), Fraction(3, 4)),
        "W2": ((Fraction(2), float32(-0.3), Fraction(4)),),
        "b2": (Fraction(1, 8),),
    }


def test_checkpoint_with_views_and_every_width_of_float() -> None:
    # {"epoch": 3, "state_dict": ...}: a transposed float64 view and a slice of the same storage,
    # a bfloat16, a float16 parameter and an int64 tensor.
    point = read_weights(FIXTURES / "checkpoint.pth").matrices()
    assert point["W1"] == ((Fraction(1, 2), Fraction(1, 4)), (Fraction(0.1), Fraction(-7)))
    assert point["b1"] == (Fraction(205, 2048), Fraction(-3))  # 0.1 to 8 significant bits
    assert point["W2"] == ((Fraction(1, 4), Fraction(-7)),)
    assert point["b2"] == (Fraction(1638, 2**14),)  # 0.1 to 11 significant bits
    assert point["W3"] == ((Fraction(-5),),)


def test_the_shape_of_a_state_dict_is_checked() -> None:
    message = refusal(FIXTURES / "model.pt", Network([2, 3, 1], "relu"))
    assert message == "b1: no parameter of the network, expected W1, W2"


class Call:
    """An object whose pickle calls a function when it is loaded."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


def state_dict(path: Path, table: Any) -> Path:
    with ZipFile(path, "w") as archive:
        archive.writestr("m/data.pkl", pickle.dumps(table, protocol=2))
        archive.writestr("m/version", "3\n")
    return path


def test_nothing_in_a_state_dict_is_executed(tmp_path: Path) -> None:
    target = tmp_path / "made"
    path = state_dict(tmp_path / "w.pt", {"0.weight": Call(open, str(target), "w")})
    assert refusal(path) == (
        "names 'io.open', expected a state dict as torch.save(model.state_dict(), path) writes it"
    )
    assert not target.exists()
    path = state_dict(tmp_path / "w.pt", {"0.weight": Call(eval, "1")})
    assert refusal(path).startswith("names '__builtin__.eval', expected a state dict")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "holds dict, expected a state dict as torch.save"),
        ([1], "holds list, expected a state dict"),
        (OrderedDict(weight=3), "'weight': is no tensor, expected a state dict"),
        ({"state_dict": {"a.weight": "x"}}, "'a.weight': is no tensor, expected a state dict"),
        ({3: 3}, "3: is no tensor, expected a state dict"),
    ],
)
def test_pickles_that_are_no_state_dict(tmp_path: Path, table: Any, message: str) -> None:
    assert message in refusal(state_dict(tmp_path / "w.pt", table))


class Tensor:
    """Pickles as a tensor of PyTorch would: a storage of float32 and a view of it."""

    def __init__(self, key: str, offset: Any, size: Any, stride: Any) -> None:
        self.parts = (key, offset, size, stride)


class TorchPickler(pickle._Pickler):  # the one in Python, so that names can be written freely
    def save_tensor(self, tensor: Tensor) -> None:
        key, offset, size, stride = tensor.parts
        self.write(b"ctorch._utils\n_rebuild_tensor_v2\n(")
        self.write(b"(")
        self.save("storage")
        self.write(b"ctorch\nFloatStorage\n")
        for part in (key, "cpu", 2):
            self.save(part)
        self.write(b"tQ")
        for part in (offset, size, stride, False, OrderedDict()):
            self.save(part)
        self.write(b"tR")

    dispatch = {**pickle._Pickler.dispatch, Tensor: save_tensor}  # noqa: RUF012


def with_tensor(path: Path, tensor: Tensor, name: str = "0.weight") -> Path:
    stream = BytesIO()
    TorchPickler(stream, protocol=2).dump({name: tensor})
    with ZipFile(path, "w") as archive:
        archive.writestr("m/data.pkl", stream.getvalue())
        archive.writestr("m/data/0", struct.pack(">2f", 0.5, float("nan")))
        archive.writestr("m/byteorder", "big")
    return path


def test_tensors_stay_inside_their_storage(tmp_path: Path) -> None:
    path = tmp_path / "w.pt"
    good = read_weights(with_tensor(path, Tensor("0", 0, (2, 1), (0, 1)))).matrices()
    assert good == {"W1": ((Fraction(1, 2),), (Fraction(1, 2),))}
    damaged = [
        Tensor("0", 0, (3, 1), (1, 1)),
        Tensor("0", 2, (1, 1), (1, 1)),
        Tensor("0", -1, (1, 1), (1, 1)),
        Tensor("0", 0, (1, 1), (-1, 1)),
        Tensor("0", 0, (1, 1), (1,)),
        Tensor("0", 0.5, (1, 1), (1, 1)),
    ]
    for tensor in damaged:
        assert refusal(with_tensor(path, tensor)).startswith("damaged (UnpicklingError), expected")
    assert refusal(with_tensor(path, Tensor("1", 0, (1, 1), (1, 1)))).startswith("damaged (KeyErro")
    too_many = Tensor("0", 0, (10**9, 10**9), (0, 0))
    assert refusal(with_tensor(path, too_many)).startswith("more than 1000000 numbers, expected a")


def test_tensors_that_are_no_layer(tmp_path: Path) -> None:
    path = tmp_path / "w.pt"
    message = refusal(with_tensor(path, Tensor("0", 0, (1, 1, 1), (1, 1, 1))))
    assert message == (
        "0.weight: got a tensor of shape [1, 1, 1], expected a matrix (weight) or a vector (bias)"
    )
    assert refusal(with_tensor(path, Tensor("0", 1, (1, 1), (1, 1)))) == (
        "0.weight: got nan, expected finite numbers"
    )
    assert refusal(with_tensor(path, Tensor("0", 0, (1,), (1,)), "norm.running_mean")) == (
        "unknown key 'norm.running_mean', expected W1, b1, ... or the layers' weight and bias"
    )
    assert refusal(with_tensor(path, Tensor("0", 0, (1,), (1,)), "0.bias")) == (
        "0.bias: no weight of the same layer, expected one beside each bias"
    )
    assert refusal(with_tensor(path, Tensor("0", 0, (1,), (1,)))).startswith("W1 row 1: got 1/2, ")


def test_damaged_archives(tmp_path: Path) -> None:
    path = tmp_path / "w.pt"
    path.write_bytes(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.")  # the format before 1.6
    assert refusal(path).startswith("is no zip archive, expected a state dict as torch.save(")
    path.write_bytes((FIXTURES / "model.pt").read_bytes()[:-200])
    assert refusal(path).startswith("damaged zip archive (File is not a zip file), expected")
    with ZipFile(path, "w") as archive:
        archive.writestr("m/other", "")
    assert refusal(path).startswith("has 0 data.pkl records, expected a state dict")
    with ZipFile(path, "w") as archive:
        archive.writestr("m/data.pkl", b"\x80\x02}q\x00(X")
    assert refusal(path).startswith("damaged (")


@given(st.sampled_from(["w.pt", "w.npz"]), st.integers(0, 2440), st.integers(0, 255))
def test_a_changed_byte_never_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, name: str, at: int, byte: int
) -> None:
    path = tmp_path_factory.mktemp("changed") / name
    if name == "w.pt":
        data = bytearray((FIXTURES / "model.pt").read_bytes())
    else:
        numpy.savez_compressed(path, W1=numpy.eye(3), b1=numpy.ones(3, dtype="f4"))
        data = bytearray(path.read_bytes())
    data[at % len(data)] = byte
    path.write_bytes(data)
    # Reading may succeed; any error but the one for the user fails the test.
    with suppress(InputError):
        read_weights(path)


def test_npz_by_parameter_and_by_layer(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    first = numpy.array([[0.1, -2.0]])
    numpy.savez(path, W1=first, b1=numpy.array([1], dtype=numpy.int8))
    point = read_weights(path, Network([2, 1], bias="output")).matrices()
    assert point == {"W1": ((Fraction(0.1), Fraction(-2)),), "b1": (Fraction(1),)}
    numpy.savez(path, **{"fc.weight": first.astype("f4"), "out.weight": first.T.astype("f2")})
    point = read_weights(path).matrices()
    assert point["W1"] == ((float32(0.1), Fraction(-2)),)
    assert point["W2"] == ((Fraction(1638, 2**14),), (Fraction(-2),))


def test_npz_of_long_doubles_keeps_every_bit(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    number = numpy.longdouble(1) + numpy.finfo(numpy.longdouble).eps
    numpy.savez(path, W1=numpy.array([[number]]))
    ((entry,),) = read_weights(path).matrices()["W1"]
    assert entry == 1 + Fraction(1, 2 ** int(numpy.finfo(numpy.longdouble).nmant))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"W1": [[numpy.nan]]}, "W1: got nan, expected finite numbers"),
        ({"W1": [[numpy.inf]]}, "W1: got inf, expected finite numbers"),
        ({"W1": [[1j]]}, "W1: got 'complex128', expected an array of floats or integers"),
        ({"W1": [[True]]}, "W1: got 'bool', expected an array of floats or integers"),
        ({"W1": [["1"]]}, "W1: got '<U1', expected an array of floats or integers"),
        ({"W1": [[None]]}, "cannot be read as .npz: Object arrays cannot be loaded"),
        ({"W1": 3.0}, "W1: got 3, expected a list of rows"),
        ({"W1": numpy.zeros((1, 1, 1))}, "W1 row 1 entry 1: got [0], expected an integer"),
        ({"arr_0": [[1]]}, "unknown key 'arr_0', expected W1, b1, ... or the layers' weight and"),
        ({}, "weights: got {}, expected parameters W1, b1"),
    ],
)
def test_npz_that_is_refused(tmp_path: Path, arrays: dict, message: str) -> None:
    path = tmp_path / "w.npz"
    numpy.savez(path, **{name: numpy.array(array) for name, array in arrays.items()})
    assert message in refusal(path)


def test_npz_that_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    path.write_bytes(b"nonsense")
    assert refusal(path) == "is no zip archive, expected an .npz file as numpy.savez writes it"
    assert refusal(tmp_path / "none.npz") == "no such file"


def test_npz_with_a_member_that_is_no_array(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    with ZipFile(path, "w") as archive:
        archive.writestr("W1.npy", b"nonsense")
    assert refusal(path) == "W1: is no array, expected one as numpy.savez writes it"


def test_archives_that_unpack_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symland.problem.array_file.MAX_BYTES", 1000)
    path = tmp_path / "w.npz"
    numpy.savez_compressed(path, W1=numpy.zeros((20, 20)))
    assert refusal(path).endswith("bytes, expected at most 1000")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_exact(number: float) -> None:
    assert dyadic([number], "W1") == [Fraction(number)]
