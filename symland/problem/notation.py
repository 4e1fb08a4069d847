"""How a problem is written: its loss in LaTeX, its parts as an HTML table."""

from __future__ import annotations

from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING

from symland.problem.activation import Activation
from symland.problem.exact_number import number_text
from symland.problem.network import Network

if TYPE_CHECKING:
    from symland.problem.problem import Problem

_OPERATORS = {"sigmoid": r"\operatorname{sigmoid}", "tanh": r"\tanh", "exp": r"\exp"}


def number_latex(value: Fraction) -> str:
    """A rational in LaTeX.

    >>> print(number_latex(Fraction(-1, 2)), number_latex(Fraction(3)))
    -\\frac{1}{2} 3
    """
    if value.denominator == 1:
        return number_text(value)
    sign = "-" if value < 0 else ""
    p, _, q = number_text(abs(value)).partition("/")
    return f"{sign}\\frac{{{p}}}{{{q}}}"


def network_latex(network: Network) -> str:
    """The network function of a sample x_i in LaTeX, with the letters of the papers.

    >>> print(network_latex(Network([2, 1, 2])))
    W_{2} W_{1} x_i
    >>> print(network_latex(Network([2, 1, 2], activation="tanh", bias="hidden")))
    W_{2} \\tanh\\left(W_{1} x_i + b_{1}\\right)
    """
    if network.skip is not None:
        neurons = ", ".join(f"z_{{{layer},{neuron}}}" for layer, neuron in network.skip)
        return _affine(network, network.K, f"({neurons})^\\top")
    text = "x_i"
    for k in range(1, network.K + 1):
        text = _affine(network, k, text)
        if k < network.K:
            text = _applied(network.activations[k - 1], text, network.has_bias(k))
    return text


def _affine(network: Network, k: int, inner: str) -> str:
    return f"W_{{{k}}} {inner}" + (f" + b_{{{k}}}" if network.has_bias(k) else "")


def _applied(activation: Activation, inner: str, is_sum: bool) -> str:
    group = f"\\left({inner}\\right)"
    if activation.name == "linear":
        return group if is_sum else inner
    if activation.name in ("square", "cube"):
        power = 2 if activation.name == "square" else 3
        return f"{group}^{{\\circ {power}}}"
    name = _OPERATORS.get(activation.name)
    if name is None:
        plain = activation.name.replace("_", "\\_")
        arguments = ",\\,".join(number_latex(p) for p in activation.parameters)
        name = f"\\operatorname{{{plain}}}" + (f"_{{{arguments}}}" if arguments else "")
    return f"{name}{group}"


def loss_latex(problem: Problem) -> str:
    """The loss in LaTeX, for example L(W) = 1/2 sum_i |W_2 W_1 x_i - y_i|^2."""
    output = network_latex(problem.network)
    text = f"L(W) = {_scale_latex(problem.scale)}\\sum_{{i=1}}^{{{problem.sample_count}}} "
    text += _term_latex(problem, output)
    if problem.l2 is not None:
        text += r" + \frac{1}{2}\sum_w \lambda_w w^2"
    return text


def _scale_latex(scale: Fraction) -> str:
    return "" if scale == 1 else number_latex(scale)


def _term_latex(problem: Problem, output: str) -> str:
    classes = problem.network.widths[-1]
    if problem.loss.kind == "cross_entropy":
        return (
            f"\\left(\\log\\sum_{{j=1}}^{{{classes}}} e^{{f_j}} - y_i^\\top f\\right),"
            f"\\quad f = {output}"
        )
    if problem.loss.kind == "logistic":
        return (
            f"\\sum_{{j=1}}^{{{classes}}} \\log\\left(1 + e^{{-y_{{ij}} f_j}}\\right),"
            f"\\quad f = {output}"
        )
    if problem.loss.weights is not None:
        return f"\\sum_{{j=1}}^{{{classes}}} \\omega_{{ij}}\\left({output} - y_i\\right)_j^2"
    return f"\\left\\| {output} - y_i \\right\\|^2"


def problem_html(problem: Problem) -> str:
    """A table of the parts of a problem under its loss, for a notebook."""
    network = problem.network
    rows = [
        ("widths", " - ".join(map(str, network.widths))),
        ("activation", ", ".join(map(str, network.activations)) or "no hidden layer"),
        ("bias", network.bias),
        ("parameters", str(network.parameter_count)),
        ("samples", str(problem.sample_count)),
        ("loss", f"{problem.loss.kind}, scale {number_text(problem.scale)}"),
    ]
    if network.skip is not None:
        rows.append(("skip", ", ".join(map(str, network.skip))))
    if problem.l2 is not None:
        rows.append(("regularizer", "l2 on " + ", ".join(problem.l2)))
    cells = "".join(f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in rows)
    title = f"<caption>{escape(problem.name)}</caption>"
    return f"<table>{title}{cells}</table><p>$\\displaystyle {loss_latex(problem)}$</p>"


def matrix_latex(rows: list[list[str]]) -> str:
    """A matrix in LaTeX from the LaTeX of its entries.

    >>> print(matrix_latex([["1", "0"]]))
    \\begin{pmatrix} 1 & 0 \\end{pmatrix}
    """
    return "\\begin{pmatrix} " + " \\\\ ".join(" & ".join(row) for row in rows) + " \\end{pmatrix}"
