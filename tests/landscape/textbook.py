"""A second loss, written from the definitions with SymPy matrices and with mpmath, sharing no
code with the package."""

import mpmath
import sympy


def sympy_symbols(network):
    """Parameter name -> SymPy matrix of symbols, named as the package names them."""
    made = {}
    for name, shape in network.shapes.items():
        rows, columns = (shape[0], 1) if len(shape) == 1 else shape

        def entry(i, j, name=name, shape=shape):
            places = [i + 1] if len(shape) == 1 else [i + 1, j + 1]
            return sympy.Symbol("_".join([name, *map(str, places)]), real=True)

        made[name] = sympy.Matrix(rows, columns, entry)
    return made


def mpmath_parameters(network, vector):
    """The same of mpmath numbers, from a flat vector."""
    rest = iter(vector)
    made = {}
    for name, shape in network.shapes.items():
        rows, columns = (shape[0], 1) if len(shape) == 1 else shape
        made[name] = mpmath.matrix([[next(rest) for _ in range(columns)] for _ in range(rows)])
    return made


class SympyArithmetic:
    exp, log, tanh = sympy.exp, sympy.log, sympy.tanh

    @staticmethod
    def number(q):
        return sympy.Rational(q.numerator, q.denominator)

    @staticmethod
    def column(entries):
        return sympy.Matrix(list(entries))


class MpmathArithmetic:
    exp, log, tanh = mpmath.exp, mpmath.log, mpmath.tanh

    @staticmethod
    def number(q):
        return mpmath.mpf(q.numerator) / q.denominator

    @staticmethod
    def column(entries):
        return mpmath.matrix([[e] for e in entries])


def activation(a, activation, z):
    name, p = activation.name, [a.number(q) for q in activation.parameters]
    match name:
        case "linear":
            return z
        case "square":
            return z * z
        case "cube":
            return z * z * z
        case "polynomial":
            return sum(c * z**k for k, c in enumerate(p))
        case "relu":
            return max(z, 0)
        case "leaky_relu":
            return z if z >= 0 else p[0] * z
        case "sigmoid":
            return 1 / (1 + a.exp(-z))
        case "tanh":
            return (a.exp(z) - a.exp(-z)) / (a.exp(z) + a.exp(-z))
        case "softplus":
            g = p[0] if p else 1
            return a.log(1 + a.exp(g * z)) / g
        case "exp":
            return a.exp(z)
    raise AssertionError(name)


def loss(problem, parameters, a):
    network, total = problem.network, 0
    for n, (x, y) in enumerate(zip(problem.dataset.inputs, problem.dataset.targets, strict=True)):
        layer, hidden = a.column(map(a.number, x)), []
        for k in range(1, network.K):
            z = parameters[f"W{k}"] * layer
            if f"b{k}" in parameters:
                z = z + parameters[f"b{k}"]
            layer = a.column(activation(a, network.activations[k - 1], v) for v in list(z))
            hidden.append(layer)
        if network.skip is not None:
            layer = a.column(hidden[i - 1][j - 1] for i, j in network.skip)
        f = parameters[f"W{network.K}"] * layer
        if f"b{network.K}" in parameters:
            f = f + parameters[f"b{network.K}"]
        total += _sample(problem, n, list(f), [a.number(v) for v in y], a)
    total = a.number(problem.scale) * total
    for name, lambdas in (problem.l2 or {}).items():
        lambdas = [v for row in lambdas for v in (row if isinstance(row, tuple) else (row,))]
        for lam, w in zip(lambdas, list(parameters[name]), strict=True):
            total += a.number(lam) * w**2 / 2
    return total


def _sample(problem, n, f, y, a):
    if problem.loss.kind == "logistic":
        return sum(a.log(1 + a.exp(-t * v)) for v, t in zip(f, y, strict=True))
    if problem.loss.kind == "cross_entropy":
        normalizer = sum(a.exp(v) for v in f)
        return -sum(t * a.log(a.exp(v) / normalizer) for v, t in zip(f, y, strict=True))
    weights = problem.loss.weights
    w = [1] * len(f) if weights is None else [a.number(v) for v in weights[n]]
    return sum(c * (v - t) ** 2 for c, v, t in zip(w, f, y, strict=True))
