"""Feed-forward networks: widths, activations, biases, and which neurons the output reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import Any

from symland.problem.activation import Activation, parse_activation
from symland.problem.errors import InputError, shown, suggestion, within
from symland.problem.exact_array import Shape, entries

BIAS_KINDS = ("none", "hidden", "output", "all")
"""Which layers have a bias: none, the hidden ones, the output layer, or every layer."""

MAX_PARAMETERS = 1_000_000
"""Networks beyond this many weights and biases are refused as input."""


@dataclass(frozen=True, init=False, repr=False)
class Network:
    """The network function f(x) = z_K of a feed-forward network with a linear output layer.

    With widths (d_0, ..., d_K): z_0 = x, and for k = 1, ..., K, pre_k = W_k z_{k-1} + b_k,
    z_k = s_k(pre_k) for the H = K - 1 hidden layers and z_K = pre_K. `W_k` has shape d_k x d_{k-1},
    as in the papers. With `skip`, a list of distinct pairs (hidden layer, neuron) counted from 1,
    the output layer reads these neurons only, in this order, and W_K is d_K x len(skip).

    `activation` is one activation for every hidden layer or a list with one per hidden layer.
    `bias` is "none", "hidden" (b_1, ..., b_H), "output" (b_K) or "all".

    Raises `InputError` naming the argument that does not fit.

    >>> network = Network([2, 3, 1], activation="relu", bias="hidden")
    >>> network.shapes
    {'W1': (3, 2), 'b1': (3,), 'W2': (1, 3)}
    >>> network.K, network.H, network.parameter_count
    (2, 1, 12)
    """

    widths: tuple[int, ...]
    activations: tuple[Activation, ...]
    bias: str
    skip: tuple[tuple[int, int], ...] | None

    def __init__(
        self,
        widths: Iterable[int],
        activation: str | Activation | Iterable[str | Activation] = "linear",
        bias: str = "none",
        skip: Iterable[tuple[int, int]] | None = None,
    ) -> None:
        sizes = _read_widths(widths)
        object.__setattr__(self, "widths", sizes)
        object.__setattr__(self, "activations", _read_activations(activation, len(sizes) - 2))
        object.__setattr__(self, "bias", _read_bias(bias))
        object.__setattr__(self, "skip", None if skip is None else _read_skip(skip, sizes))
        if self.parameter_count > MAX_PARAMETERS:
            raise InputError.of(
                "widths", list(sizes), f"a network of at most {MAX_PARAMETERS} parameters"
            )

    @property
    def K(self) -> int:
        """The number of weight matrices."""
        return len(self.widths) - 1

    @property
    def H(self) -> int:
        """The number of hidden layers."""
        return len(self.widths) - 2

    def has_bias(self, layer: int) -> bool:
        """Whether layer k (1, ..., K) has a bias b_k."""
        return self.bias == "all" or self.bias == ("output" if layer == self.K else "hidden")

    @property
    def shapes(self) -> dict[str, Shape]:
        """Every parameter with its shape, in the order W1, b1, W2, b2, ..."""
        shapes: dict[str, Shape] = {}
        for k in range(1, self.K + 1):
            inputs = self.widths[k - 1]
            if k == self.K and self.skip is not None:
                inputs = len(self.skip)
            shapes[f"W{k}"] = (self.widths[k], inputs)
            if self.has_bias(k):
                shapes[f"b{k}"] = (self.widths[k],)
        return shapes

    @property
    def parameter_count(self) -> int:
        """The number of weights and biases together."""
        return sum(prod(shape) for shape in self.shapes.values())

    @property
    def is_linear(self) -> bool:
        """Whether every hidden layer has the activation ``linear``."""
        return all(activation.name == "linear" for activation in self.activations)

    def to_json(self) -> dict[str, Any]:
        """The ``network`` table of a problem file, one activation per hidden layer.

        >>> Network([1, 1]).to_json()
        {'widths': [1, 1], 'activation': [], 'bias': 'none'}
        """
        table: dict[str, Any] = {
            "widths": list(self.widths),
            "activation": [str(activation) for activation in self.activations],
            "bias": self.bias,
        }
        if self.skip is not None:
            table["skip"] = [list(pair) for pair in self.skip]
        return table

    def __repr__(self) -> str:
        parts = [repr(list(self.widths)), f"activation={[str(a) for a in self.activations]!r}"]
        if self.bias != "none":
            parts.append(f"bias={self.bias!r}")
        if self.skip is not None:
            parts.append(f"skip={list(self.skip)!r}")
        return f"Network({', '.join(parts)})"


def _is_count(value: Any) -> bool:
    return hasattr(value, "__index__") and not isinstance(value, bool)


def _read_widths(widths: Any) -> tuple[int, ...]:
    expected = "at least 2 positive integers: input, hidden ..., output"
    sizes = entries(widths, "widths", expected)
    if len(sizes) < 2 or not all(_is_count(size) and size > 0 for size in sizes):
        raise InputError.of("widths", sizes, expected)
    return tuple(int(size) for size in sizes)


def _read_activations(activation: Any, hidden: int) -> tuple[Activation, ...]:
    if isinstance(activation, (str, Activation)):
        return (parse_activation(activation),) * hidden
    listed = entries(activation, "activation", "one activation, or a list of them")
    if len(listed) != hidden:
        raise InputError(
            f"activation: got a list of {len(listed)}, expected {hidden}, one per hidden layer"
        )
    read = []
    for layer, entry in enumerate(listed, 1):
        with within(f"hidden layer {layer}: "):
            read.append(parse_activation(entry))
    return tuple(read)


def _read_bias(bias: Any) -> str:
    if not isinstance(bias, str) or bias not in BIAS_KINDS:
        near = suggestion(str(bias), BIAS_KINDS)
        raise InputError.of("bias", bias, f"one of {', '.join(BIAS_KINDS)}{near}")
    return str(bias)


def _read_skip(skip: Any, widths: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    expected = "a list of pairs [hidden layer, neuron], counted from 1"
    pairs: list[tuple[int, int]] = []
    for pair in entries(skip, "skip", expected):
        members = entries(pair, "skip", expected)
        if len(members) != 2 or not all(_is_count(member) for member in members):
            raise InputError.of("skip", pair, expected)
        pairs.append((int(members[0]), int(members[1])))
        _check_neuron(pairs[-1], widths)
    if not pairs or len(set(pairs)) != len(pairs):
        raise InputError.of("skip", pairs, "at least one pair, and no pair twice")
    return tuple(pairs)


def _check_neuron(pair: tuple[int, int], widths: tuple[int, ...]) -> None:
    layer, neuron = pair
    hidden = len(widths) - 2
    if hidden == 0:
        raise InputError(f"skip: got hidden layer {shown(layer)}, but there is no hidden layer")
    if not 1 <= layer <= hidden:
        raise InputError(f"skip: got hidden layer {shown(layer)}, expected 1 to {hidden}")
    if not 1 <= neuron <= widths[layer]:
        raise InputError(
            f"skip: got neuron {shown(neuron)} of hidden layer {layer}, "
            f"expected 1 to {widths[layer]}"
        )
