"""Changes of the neurons of one hidden layer that the next weights undo.

If the preactivations of layer k become G z + shift and the activations follow as
s(G z + shift) = R s(z) + out_shift, then W_k -> G W_k, b_k -> G b_k + shift and, for whatever
reads the layer, W -> W R^-1, b -> b - W R^-1 out_shift leave the network function as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from symland.exact.rational_matrix import RationalMatrix
from symland.problem.network import Network

__all__ = ["NeuronChange", "change_neurons", "diagonal", "permutation_matrix", "read_by_output"]

Rows = tuple[tuple[Fraction, ...], ...]
Values = dict[str, Any]


@final
@dataclass(frozen=True)
class NeuronChange:
    """G, shift, R, out_shift of one hidden layer (counted from 1)."""

    layer: int
    G: Rows
    R: Rows
    shift: tuple[Fraction, ...]
    out_shift: tuple[Fraction, ...]


def diagonal(entries: Iterable[Fraction]) -> Rows:
    """The diagonal matrix.

    >>> [[str(v) for v in row] for row in diagonal([Fraction(2), Fraction(3)])]
    [['2', '0'], ['0', '3']]
    """
    listed = tuple(entries)
    zero = Fraction(0)
    return tuple(
        tuple(v if i == j else zero for j in range(len(listed))) for i, v in enumerate(listed)
    )


def permutation_matrix(order: Iterable[int]) -> Rows:
    """The matrix that puts the old entry order[i] at place i.

    >>> [[int(v) for v in row] for row in permutation_matrix((1, 0))]
    [[0, 1], [1, 0]]
    """
    listed = tuple(order)
    return tuple(tuple(Fraction(j == p) for j in range(len(listed))) for p in listed)


def read_by_output(network: Network, layer: int) -> list[tuple[int, int]]:
    """(column of W_K, neuron from 0) for the neurons of the layer that the output layer reads."""
    if network.skip is None:
        return [(j, j) for j in range(network.widths[layer])] if layer == network.H else []
    return [(c, i - 1) for c, (at, i) in enumerate(network.skip) if at == layer]


def change_neurons(network: Network, values: Mapping[str, Any], change: NeuronChange) -> Values:
    """The parameters after the change; a missing bias must not be needed.

    Raises ValueError where a shift needs a bias that the network lacks, or where R would mix
    neurons that the output layer reads with others.
    """
    k = change.layer
    new: Values = dict(values)
    new[f"W{k}"] = _rows(_matrix(change.G) @ _matrix(values[f"W{k}"]))
    _add_bias(new, k, _times(change.G, new.get(f"b{k}")), change.shift)
    if k < network.H:
        _undo(new, k + 1, list(range(network.widths[k])), list(range(network.widths[k])), change)
    read = read_by_output(network, k)
    if read:
        neurons = [i for _, i in read]
        others = [i for i in range(network.widths[k]) if i not in neurons]
        if any(change.R[i][j] for i in neurons for j in others):
            raise ValueError(f"layer {k}: the change mixes neurons of skip with others")
        _undo(new, network.K, [c for c, _ in read], neurons, change)
    return new


def _undo(
    new: Values, k: int, columns: list[int], neurons: list[int], change: NeuronChange
) -> None:
    """W_k's columns times R^-1 (restricted to the neurons), b_k minus that times out_shift."""
    inverse = _matrix([[change.R[i][j] for j in neurons] for i in neurons]).inverse()
    rows = [list(row) for row in new[f"W{k}"]]
    changed = _rows(_matrix([[row[c] for c in columns] for row in rows]) @ inverse)
    for row, part in zip(rows, changed, strict=True):
        for c, value in zip(columns, part, strict=True):
            row[c] = value
    new[f"W{k}"] = tuple(map(tuple, rows))
    out_shift = [change.out_shift[i] for i in neurons]
    moved = [
        -sum((a * b for a, b in zip(row, out_shift, strict=True)), Fraction(0)) for row in changed
    ]
    if any(out_shift):
        _add_bias(new, k, new.get(f"b{k}"), moved)


def _add_bias(new: Values, k: int, bias: Any, shift: Iterable[Fraction]) -> None:
    listed = tuple(shift)
    if bias is not None:
        new[f"b{k}"] = tuple(a + b for a, b in zip(bias, listed, strict=True))
    elif any(listed):
        raise ValueError(f"layer {k}: the change needs a bias, and there is none")


def _times(matrix: Rows, vector: Any) -> Any:
    if vector is None:
        return None
    return tuple(
        sum((a * b for a, b in zip(row, vector, strict=True)), Fraction(0)) for row in matrix
    )


def _matrix(rows: Any) -> RationalMatrix:
    return RationalMatrix([list(row) for row in rows])


def _rows(matrix: RationalMatrix) -> Rows:
    return tuple(map(tuple, matrix.tolist()))
