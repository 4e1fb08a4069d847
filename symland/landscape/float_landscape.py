"""Loss, gradient and Hessian in floating point by backpropagation: fast, for searches only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import numpy as np
import numpy.typing as npt

from symland.landscape.forward import activate
from symland.landscape.loss import sample_loss
from symland.landscape.number_systems.derivatives import SMOOTH, derivatives
from symland.landscape.number_systems.jets import Jets
from symland.landscape.number_systems.numpy_floats import floats
from symland.landscape.parameters import elements, flat

if TYPE_CHECKING:
    from symland.problem.activation import Activation
    from symland.problem.problem import Problem

__all__ = ["FloatLandscape"]

Array = npt.NDArray[np.float64]


@dataclass
class _Pass:
    """What a forward pass leaves for the backward one; samples are columns."""

    neurons: list[Array]
    slopes: list[Array]
    curvatures: list[Array]
    read: Array
    outputs: Array


@dataclass
class _Backpropagated:
    """All that gradient and Hessian at one vector share."""

    at: bytes
    parameters: dict[str, Array]
    forward: _Pass
    slope: Array
    curvature: Array
    gradients: dict[str, Array]
    errors: list[Array]


@final
class FloatLandscape:
    """The landscape as functions of one flat NumPy vector, in the order of ``network.shapes``.

    Derivatives at the kink of relu are those from the right. Nothing here is proved: what a
    search finds with it becomes a claim only through exact or ball arithmetic.

    Examples
    --------
    >>> from symland.problem import Dataset, Network, Problem
    >>> problem = Problem(Network([1, 1, 1]), Dataset([[1]], [[2]]))
    >>> landscape = FloatLandscape(problem)
    >>> w = np.array([1.0, 3.0])
    >>> landscape.loss(w), landscape.gradient(w).tolist(), landscape.hessian(w).tolist()
    (0.5, [3.0, 1.0], [[9.0, 4.0], [4.0, 1.0]])
    """

    def __init__(self, problem: Problem):
        self.problem = problem
        self.network = problem.network
        self.X: Array = np.array([[float(v) for v in row] for row in problem.dataset.X])
        self._scale = float(problem.scale)
        group = floats.samples(
            problem.dataset.inputs, problem.dataset.targets, problem.loss.weights
        )
        _, self._targets, self._weights = group[0]
        self._l2 = self._penalties()
        self._last: _Backpropagated | None = None  # searches ask for both at the same vector

    @cached_property
    def _layout(self) -> dict[str, tuple[int, int, tuple[int, ...]]]:
        places, start = {}, 0
        for name, shape in self.network.shapes.items():
            size = int(np.prod(shape))
            places[name] = (start, start + size, shape)
            start += size
        return places

    @cached_property
    def _axes(self) -> dict[str, Array]:
        return self.arrays(np.eye(self.network.parameter_count))

    def _penalties(self) -> Array:
        penalties = np.zeros(self.network.parameter_count)
        for name, array in (self.problem.l2 or {}).items():
            start, end, shape = self._layout[name]
            penalties[start:end] = [float(v) for v in flat({name: shape}, {name: array})]
        return penalties

    def vector(self, point: Any) -> Array:
        """A point (Weights, or a mapping from names to nested numbers) as one flat vector."""
        return np.array(flat(self.network.shapes, elements(self.network, floats, point)))

    def arrays(self, w: Array) -> dict[str, Array]:
        """The flat vector (its last axis) cut into weight matrices and biases."""
        return {
            name: w[..., start:end].reshape(*w.shape[:-1], *shape)
            for name, (start, end, shape) in self._layout.items()
        }

    def loss(self, w: Array) -> float:
        """L(w)."""
        last = self._last
        if last is not None and last.at == w.tobytes():
            outputs = last.forward.outputs
        else:
            outputs = self._forward(self.arrays(w), with_derivatives=False).outputs
        value = sample_loss(
            self.problem.loss.kind, floats, list(outputs), self._targets, self._weights
        )
        return float(self._scale * np.sum(value) + 0.5 * np.dot(self._l2, w * w))

    def gradient(self, w: Array) -> Array:
        """The gradient, of the shape of `w`."""
        return self._flat(self._backpropagated(w).gradients) + self._l2 * w

    def hessian(self, w: Array) -> Array:
        """The symmetric Hessian: the derivative of the backpropagation along every axis."""
        rows = self._differentiated(self._backpropagated(w))
        matrix = rows + np.diag(self._l2)
        return (matrix + matrix.T) / 2

    def _backpropagated(self, w: Array) -> _Backpropagated:
        at = w.tobytes()
        last = self._last
        if last is None or last.at != at:
            parameters = self.arrays(w.copy())
            forward = self._forward(parameters)
            slope, curvature = self._output_derivatives(forward.outputs)
            gradients, errors = self._backward(parameters, forward, slope)
            last = _Backpropagated(at, parameters, forward, slope, curvature, gradients, errors)
            self._last = last
        return last

    # The forward pass and its derivatives, layer by layer.

    def _forward(self, parameters: dict[str, Array], with_derivatives: bool = True) -> _Pass:
        neurons, slopes, curvatures = [self.X], [], []
        for k, activation in enumerate(self.network.activations, start=1):
            z = self._affine(parameters, k, neurons[-1])
            if with_derivatives:
                value, slope, curvature = _derivatives(activation, z)
                slopes.append(slope)
                curvatures.append(curvature)
            else:
                value = _like(z, activate(activation, floats, z))
            neurons.append(value)
        read = self._read(neurons)
        outputs = self._affine(parameters, self.network.K, read)
        return _Pass(neurons, slopes, curvatures, read, outputs)

    def _affine(self, parameters: dict[str, Array], k: int, inputs: Array) -> Array:
        z = parameters[f"W{k}"] @ inputs
        bias = parameters.get(f"b{k}")
        return z if bias is None else z + bias[..., :, None]

    def _read(self, neurons: list[Array]) -> Array:
        """What the output layer reads, from the arrays of all layers."""
        if self.network.skip is None:
            return neurons[-1]
        return np.stack([neurons[i][..., j - 1, :] for i, j in self.network.skip], axis=-2)

    def _spread(self, read: Array, like: list[Array]) -> list[Array]:
        """The transpose of `_read`: sensitivities of the hidden layers from those of the output."""
        spread = [np.zeros((*read.shape[:-2], *a.shape[-2:])) for a in like[1:]]
        if self.network.skip is None:
            if spread:
                spread[-1] = read
        else:
            for place, (i, j) in enumerate(self.network.skip):
                spread[i - 1][..., j - 1, :] += read[..., place, :]
        return spread

    @cached_property
    def _squares(self) -> tuple[Array, Array, Array]:
        """Of a squared loss: factors of the residuals in its derivative, targets, curvature."""
        targets = np.stack(self._targets)
        weights = np.ones_like(targets) if self._weights is None else np.stack(self._weights)
        factors = 2.0 * weights
        curvature = np.einsum("ij,in->ijn", np.eye(len(factors)), factors)
        return factors, targets, self._scale * curvature

    def _output_derivatives(self, outputs: Array) -> tuple[Array, Array]:
        """Scaled first (d x N) and second (d x d x N) derivatives of the loss by the outputs."""
        if self.problem.loss.kind == "squared":
            factors, targets, curvature = self._squares
            return self._scale * (factors * (outputs - targets)), curvature
        jets = Jets(floats, order=2)
        d, count = outputs.shape
        jet = sample_loss(
            self.problem.loss.kind,
            jets,
            [jets.variable(row, i) for i, row in enumerate(outputs)],
            [jets.constant(t) for t in self._targets],
        )
        slope, curvature = np.zeros((d, count)), np.zeros((d, d, count))
        for i in range(d):
            slope[i] = jet.first.get(i, 0.0)
            for j in range(i, d):
                curvature[i, j] = curvature[j, i] = jet.second.get((i, j), 0.0)
        return self._scale * slope, self._scale * curvature

    def _backward(
        self, parameters: dict[str, Array], forward: _Pass, slope: Array
    ) -> tuple[dict[str, Array], list[Array]]:
        """Gradients by name, and the derivative of the loss by every hidden neuron."""
        K = self.network.K
        gradients = {f"W{K}": slope @ forward.read.T}
        if f"b{K}" in parameters:
            gradients[f"b{K}"] = slope.sum(axis=-1)
        errors = self._spread(parameters[f"W{K}"].T @ slope, forward.neurons)
        for k in range(self.network.H, 0, -1):
            delta = errors[k - 1] * forward.slopes[k - 1]
            gradients[f"W{k}"] = delta @ forward.neurons[k - 1].T
            if f"b{k}" in parameters:
                gradients[f"b{k}"] = delta.sum(axis=-1)
            if k > 1:
                errors[k - 2] = errors[k - 2] + parameters[f"W{k}"].T @ delta
        return gradients, errors

    def _differentiated(self, here: _Backpropagated) -> Array:
        """The derivative of `_backward`'s gradients along every coordinate axis at once."""
        parameters, forward, errors = here.parameters, here.forward, here.errors
        slope, curvature = here.slope, here.curvature
        K, H = self.network.K, self.network.H
        along = self._axes
        z_dots, dots = self._forward_dots(parameters, forward, along)
        read_dot = self._read(dots)
        out_dot = along[f"W{K}"] @ forward.read + parameters[f"W{K}"] @ read_dot
        if f"b{K}" in along:
            out_dot = out_dot + along[f"b{K}"][..., :, None]
        slope_dot = np.einsum("ijn,...jn->...in", curvature, out_dot)
        gradients = {f"W{K}": slope_dot @ forward.read.T + slope @ np.swapaxes(read_dot, -1, -2)}
        if f"b{K}" in along:
            gradients[f"b{K}"] = slope_dot.sum(axis=-1)
        back = parameters[f"W{K}"].T @ slope_dot + np.swapaxes(along[f"W{K}"], -1, -2) @ slope
        error_dots = self._spread(back, forward.neurons)
        for k in range(H, 0, -1):
            first, second = forward.slopes[k - 1], forward.curvatures[k - 1]
            delta = errors[k - 1] * first
            delta_dot = error_dots[k - 1] * first + errors[k - 1] * second * z_dots[k - 1]
            gradients[f"W{k}"] = delta_dot @ forward.neurons[k - 1].T
            if f"b{k}" in along:
                gradients[f"b{k}"] = delta_dot.sum(axis=-1)
            if k > 1:  # the inputs do not move
                gradients[f"W{k}"] += delta @ np.swapaxes(dots[k - 1], -1, -2)
                error_dots[k - 2] = (
                    error_dots[k - 2]
                    + parameters[f"W{k}"].T @ delta_dot
                    + np.swapaxes(along[f"W{k}"], -1, -2) @ delta
                )
        return self._flat(gradients)

    @cached_property
    def _still(self) -> Array:
        return np.zeros((self._l2.size, *self.X.shape))

    @cached_property
    def _first_dot(self) -> Array:
        """The derivatives of the first preactivations, the same everywhere."""
        along = self._axes
        dot = along["W1"] @ self.X
        return dot + along["b1"][..., :, None] if "b1" in along else dot

    def _forward_dots(
        self, parameters: dict[str, Array], forward: _Pass, along: dict[str, Array]
    ) -> tuple[list[Array], list[Array]]:
        """Derivatives of preactivations and neurons along every axis; the inputs do not move."""
        dots, z_dots = [self._still], []
        for k in range(1, self.network.H + 1):
            if k == 1:
                z_dot = self._first_dot
            else:
                z_dot = along[f"W{k}"] @ forward.neurons[k - 1] + parameters[f"W{k}"] @ dots[-1]
                if f"b{k}" in along:
                    z_dot = z_dot + along[f"b{k}"][..., :, None]
            z_dots.append(z_dot)
            dots.append(forward.slopes[k - 1] * z_dot)
        return z_dots, dots

    def _flat(self, gradients: dict[str, Array]) -> Array:
        parts = []
        for name, (_, _, shape) in self._layout.items():
            array = gradients[name]
            lead = array.shape[: array.ndim - len(shape)]
            parts.append(array.reshape(*lead, -1))
        return np.concatenate(parts, axis=-1)


def _derivatives(activation: Activation, z: Array) -> tuple[Array, Array, Array]:
    """s(z), s'(z), s''(z): no derivative is written a second time, others come from a jet."""
    if activation.name in SMOOTH and not activation.parameters:
        value, slope, curvature = derivatives(floats, activation.name, z, 2)
        return value, slope, curvature
    jets = Jets(floats, order=2)
    jet = activate(activation, jets, jets.variable(z, 0))
    first, second = jet.first.get(0, 0.0), jet.second.get((0, 0), 0.0)
    return _like(z, jet.value), _like(z, first), _like(z, second)


def _like(z: Array, part: Any) -> Array:
    """An array of the shape of z; derivatives of a polynomial may be numbers."""
    return part if np.shape(part) == z.shape else np.broadcast_to(part, z.shape)
