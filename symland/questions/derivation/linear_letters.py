"""The letters in which deep linear networks are derived, with their shapes."""

from __future__ import annotations

from symland.questions.derivation.formula import (
    Formula,
    at,
    formal,
    named,
    norm2,
    number,
    product,
    symbol,
)

SHAPES = {
    "X": ("dx", "m"),
    "Y": ("dy", "m"),
    "A": ("dx", "dx"),
    "B": ("dy", "dx"),
    "M": ("dy", "dx"),
    "N": ("dy", "dx"),
    "U": ("dy", "dk"),
    "W": ("dk", "dj"),
    "V": ("dj", "dx"),
    "D": ("dk", "dj"),
    "T": ("dj", "dl"),
    "Wl": ("dl", "di"),
    "Vl": ("di", "dx"),
    "E": ("dl", "di"),
    "C": ("dy", "d1"),
    "W1": ("d1", "dx"),
    "D1": ("d1", "dx"),
    "G": ("d1", "d1"),
    "WK": ("dy", "dh"),
    "VK": ("dh", "dx"),
    "DK": ("dy", "dh"),
    "P": ("dy", "dy"),
    "Ws": ("dy", "dx"),
    "S": ("dy", "dy"),
    "J": ("dx", "dx"),
    "R": ("dy", "dy"),
    "Q": ("dy", "dq"),
    "u": ("dy", "1"),
    "v": ("dy", "1"),
}

X, Y, A, B, M, N, C, P, Q, R, J = (symbol(x) for x in "XYABMNCPQRJ")
U, W, V, D = (symbol(x, x, "k") for x in "UWVD")
T, Wl, Vl, E = symbol("T"), symbol("Wl", "W", "l"), symbol("Vl", "V", "l"), symbol("E", "D", "l")
W1, D1, G = symbol("W1"), symbol("D1"), symbol("G")
WK, VK, DK = (symbol(x + "K", x, "K") for x in "WVD")
Ws, S = symbol("Ws", "W", "", "*"), symbol("S", "Σ")
u, v, s, t = (symbol(x) for x in "uvst")
c, x, kappa, lam = symbol("c"), symbol("x", "s"), symbol("kappa", "κ"), symbol("lam", "λ")
ZERO, HALF = number(0), formal("number", "1/2")
LOSS = symbol("", "ℒ")


def moving_layer() -> tuple[Formula, Formula]:
    """M in terms of layer k, and the loss at W_k + t D_k."""
    whole = named(M, U @ W @ V)
    loss = product(HALF, norm2(whole @ X - Y))
    return whole, at(LOSS, loss, (W, W + t @ D))
