"""The deep linear landscape beyond first order: minimum, Hessian, saddles."""

from __future__ import annotations

from symland.questions.derivation.formula import (
    Formula,
    at,
    derivative,
    equation,
    formal,
    inner,
    named,
    norm2,
    number,
    one,
    power,
    product,
    relation,
    symbol,
    trace,
)
from symland.questions.derivation.linear_letters import (
    HALF,
    LOSS,
    W1,
    ZERO,
    A,
    C,
    D,
    E,
    G,
    M,
    N,
    P,
    Q,
    R,
    S,
    T,
    U,
    V,
    Vl,
    W,
    Wl,
    Ws,
    X,
    Y,
    c,
    kappa,
    lam,
    moving_layer,
    s,
    t,
    u,
    v,
    x,
)
from symland.questions.derivation.shapes_script import ShapesScript

__all__ = ["SECOND_ORDER"]


def _minimum(d: ShapesScript) -> None:
    d.section("The global minimum", "How low can any matrix $N$ get, product of layers or not?")
    floor = trace(Y @ Y.T) - trace(S)
    d.prove(
        "whitening",
        equation(norm2(N @ X - Y), norm2((N - Ws) @ X) + floor),
        "Complete the square: the loss is a squared distance from $W*$, measured on the inputs, "
        "above a floor that no network changes.",
        ["A", "B", "W*", "S"],
    )
    d.squares(
        "floor",
        relation("≥", norm2(N @ X - Y), floor),
        "A square is not negative:",
        [(N - Ws) @ X],
        ["A", "B", "W*", "S"],
    )
    d.suppose(
        "residual",
        equation((M @ X - Y) @ X.T, ZERO),
        "Suppose now that the residual is "
        "orthogonal to the inputs themselves, not only to what the layers make of them.",
    )
    d.prove(
        "Pythagoras",
        equation(norm2(N @ X - Y), norm2(M @ X - Y) + norm2((N - M) @ X)),
        "Then the three matrices span a right triangle (Pythagoras),",
        ["residual"],
    )
    d.squares(
        "global",
        relation("≥", norm2(N @ X - Y), norm2(M @ X - Y)),
        "and no matrix does better: the point is a global minimum, for every depth and every "
        "width.",
        [(N - M) @ X],
        ["residual"],
    )


def _second_differential(d: ShapesScript) -> None:
    _, moved = moving_layer()
    d.section(
        "The second differential: one layer",
        "What the critical equations cannot tell, minimum or saddle, the second order can.",
    )
    d.prove(
        "second",
        equation(derivative(moved, (t, 2)), norm2(U @ D @ V @ X)),
        "Within one layer the second derivative is a square:",
    )
    d.prove(
        "block",
        equation(norm2(U @ D @ V @ X), trace(D.T @ (U.T @ U) @ D @ (V @ A @ V.T))),
        "As a quadratic form in $D_k$ it is built from two Gram matrices. With the entries of "
        "$D_k$ row by row in one column, its matrix, the diagonal block of the Hessian, is "
        "$U_kᵀU_k ⊗ V_kAV_kᵀ$.",
        ["A"],
    )
    d.squares(
        "convex",
        relation("≥", derivative(moved, (t, 2)), ZERO),
        "It is never negative: the loss is convex in each layer separately. All that is not "
        "convex comes from moving two layers at once.",
        [U @ D @ V @ X],
    )


WHOLE = named(M, U @ W @ T @ Wl @ Vl)
RESIDUAL = WHOLE @ X - Y
"""Of the product in terms of layers k > l."""
MOVED_ONCE = named(symbol("", "M", "", "(1)"), U @ D @ T @ Wl @ Vl + U @ W @ T @ E @ Vl)
"""What moves the product to first order when both layers move."""


def _loss_at(first_step: Formula, second_step: Formula) -> Formula:
    """The loss at W_k + first_step D and W_l + second_step E."""
    loss = product(HALF, norm2(RESIDUAL))
    return at(LOSS, loss, (W, W + first_step @ D), (Wl, Wl + second_step @ E))


def _two_layers(d: ShapesScript) -> None:
    d.section(
        "The second differential: two layers",
        "Take two layers $k > l$, with $T$ the product of the layers between them.",
    )
    d.remark("split kl", equation(M, U @ W @ T @ Wl @ Vl), "Now")
    d.prove(
        "mixed",
        equation(
            derivative(_loss_at(t, s), (s, 1), (t, 1)),
            inner(U @ D @ T @ Wl @ Vl @ X, U @ W @ T @ E @ Vl @ X)
            + inner(RESIDUAL, U @ D @ T @ E @ Vl @ X),
        ),
        "The mixed derivative, the block of the Hessian between the two layers, has two parts: "
        "one of first derivatives, one with the residual:",
    )


def _along_both_layers(d: ShapesScript) -> None:
    first, residual = MOVED_ONCE, RESIDUAL
    second = named(symbol("", "M", "", "(2)"), U @ D @ T @ E @ Vl)
    d.remark(
        "M1",
        formal(
            "row",
            equation(first.parts[0], first.parts[1]),
            equation(second.parts[0], second.parts[1]),
        ),
        "Collect what moves the product to first and to second order:",
    )
    d.prove(
        "hessian",
        equation(
            derivative(_loss_at(t, t), (t, 2)), norm2(first @ X) + 2 * inner(residual, second @ X)
        ),
        "Along both layers together the second derivative is a square, the Gauss–Newton part, "
        "and a term that the residual multiplies. Only the second can be negative. With more "
        "than two layers it is the sum over all pairs.",
    )


def _positive_along_both_layers(d: ShapesScript) -> None:
    along = _loss_at(t, t)
    d.suppose(
        "residual kl",
        equation(RESIDUAL @ X.T, ZERO),
        "At a global minimum of the kind above the residual is orthogonal to the inputs,",
    )
    d.prove(
        "positive",
        equation(derivative(along, (t, 2)), norm2(MOVED_ONCE @ X)),
        "the second term is gone, and what is left is the positive semidefinite part. Its "
        "zeros are the directions that do not move the product on the data to first order:",
        ["residual kl"],
    )
    d.squares(
        "positive square",
        relation("≥", derivative(along, (t, 2)), ZERO),
        "so the Hessian has no negative eigenvalue there.",
        [MOVED_ONCE @ X],
        ["residual kl"],
    )


def _turning(d: ShapesScript) -> None:
    d.section(
        "Why other choices are saddles",
        "Suppose the network has fitted an eigenvector $u$ of "
        "$Σ$ and left out $v$, whose eigenvalue is larger. Turn $u$ towards $v$.",
    )
    d.suppose(
        "R",
        equation(R.T @ R, one("dy")),
        "Let $R$ be a rotation of the output space. Turn the layers above the first one with it,",
    )
    rotated = product(R, P, R.T, Ws)
    d.prove(
        "rotated product",
        equation((R @ C) @ (W1 + G @ C.T @ (R.T @ Ws - Ws)), rotated),
        "and let the first layer make up for it. The network then computes the rotated "
        "projection of $W*$:",
        ["C", "P", "product"],
    )
    d.prove(
        "rotated loss",
        equation(norm2(rotated @ X - Y), trace(Y @ Y.T) - trace(R @ P @ R.T @ S)),
        "Its loss has the form of that at a critical point (again the left side is $2ℒ$):",
        ["R", "S", "W*", "A", "B", "idempotent", "Psym"],
    )


def _turned_eigenvector(d: ShapesScript) -> None:
    unit = equation(u.T @ u, number(1)), equation(v.T @ v, number(1)), equation(u.T @ v, ZERO)
    d.suppose("uu", unit[0], "Let $u$ and $v$ have length one,")
    d.suppose("vv", unit[1], "both of them,")
    d.suppose("uv", unit[2], "be orthogonal,")
    d.suppose("eu", equation(S @ u, kappa @ u), "and be eigenvectors, $u$ with the eigenvalue $κ$")
    d.suppose("ev", equation(S @ v, lam @ v), "and $v$ with the eigenvalue $λ$.")
    d.suppose(
        "P split", equation(P, Q @ Q.T + u @ u.T), "The projection contains $u$ beside others,"
    )
    d.suppose("RQ", equation(R @ Q, Q), "which the rotation leaves where they are;")
    d.suppose("Ru", equation(R @ u, c @ u + x @ v), "it turns $u$ by an angle")
    d.suppose(
        "cs",
        equation(power(c, 2) + power(x, 2), number(1)),
        "with the cosine $c$ and the sine $s$.",
    )


def _gain(d: ShapesScript) -> None:
    turned = c @ u + x @ v
    d.prove(
        "rotated P",
        equation(R @ P @ R.T, P - u @ u.T + turned @ turned.T),
        "So the rotated projection differs from $P$ in one vector,",
        ["P split", "RQ", "Ru"],
    )
    fitted = trace(P @ S) - u.T @ S @ u
    d.hidden(
        "turned",
        equation(turned.T @ S @ turned, u.T @ S @ u + power(x, 2) @ (lam - kappa)),
        ["uu", "vv", "uv", "eu", "ev", "cs"],
    )
    d.hidden(
        "rotated trace",
        equation(trace(R @ P @ R.T @ S), fitted + turned.T @ S @ turned),
        ["rotated P"],
    )
    d.hidden(
        "turned trace",
        equation(fitted + turned.T @ S @ turned, trace(P @ S) + power(x, 2) @ (lam - kappa)),
        ["turned"],
    )
    d.prove(
        "gain",
        equation(trace(R @ P @ R.T @ S), trace(P @ S) + power(x, 2) @ (lam - kappa)),
        "and the fitted part of $Σ$ grows by $s²(λ − κ)$: the loss falls by half of that, at "
        "second order in the angle. A critical point that leaves out a larger eigenvalue is a "
        "strict saddle.",
        ["rotated trace", "turned trace"],
    )


SECOND_ORDER = (
    _minimum,
    _second_differential,
    _two_layers,
    _along_both_layers,
    _positive_along_both_layers,
    _turning,
    _turned_eigenvector,
    _gain,
)
"""Sections and their parts in order, each written into a script."""
