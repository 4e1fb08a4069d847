"""The deep linear landscape to first order: gradient, critical equations, projection."""

from __future__ import annotations

from symland.questions.derivation.formula import (
    Formula,
    at,
    derivative,
    equation,
    for_all,
    formal,
    inner,
    named,
    norm2,
    one,
    power,
    product,
    symbol,
    trace,
)
from symland.questions.derivation.linear_letters import (
    D1,
    DK,
    HALF,
    LOSS,
    VK,
    W1,
    WK,
    ZERO,
    A,
    B,
    C,
    D,
    G,
    J,
    M,
    P,
    S,
    U,
    V,
    W,
    Ws,
    X,
    Y,
    moving_layer,
    t,
)
from symland.questions.derivation.shapes_script import ShapesScript

__all__ = ["FIRST_ORDER"]


def _layers(*indices: str) -> Formula:
    first, second, last = indices
    return formal(
        "product",
        symbol("", "W", first),
        symbol("", "W", second),
        formal("dots"),
        symbol("", "W", last),
    )


def _setting(d: ShapesScript) -> None:
    d.section(
        "Setting",
        "A network with $K$ layers of any widths and no activation multiplies its "
        "input by $K$ matrices. The samples are the columns of $X$, their targets those of $Y$.",
    )
    d.remark("M", equation(M, _layers("K", "K−1", "1")), "Only the product of the layers is seen:")
    d.remark(
        "loss",
        equation(LOSS, product(HALF, norm2(M @ X - Y))),
        "The loss is half the sum of the squared residuals. It is a polynomial in all the "
        "weights together, of degree $2K$, and far from convex:",
    )
    d.define("A", equation(A, X @ X.T), "All that matters of the inputs is their second moments,")
    d.define("B", equation(B, Y @ X.T), "and of the targets how they go with the inputs.")
    d.prove(
        "quadratic",
        equation(norm2(M @ X - Y), trace(M @ A @ M.T) - 2 * trace(B @ M.T) + trace(Y @ Y.T)),
        "Multiply out. Apart from a constant, the loss knows the data only through $A$ and $B$:",
        ["A", "B"],
    )


def _differential(d: ShapesScript) -> None:
    whole, moved = moving_layer()
    gradient = U.T @ (whole @ X - Y) @ (V @ X).T
    d.section(
        "The differential",
        "Move one layer and leave the others where they are. Since every "
        "layer occurs once in the product, what stands left and right of it may be given "
        "names; for the last layer $U$ is an identity, for the first one $V$ is.",
    )
    d.remark(
        "split",
        equation(M, U @ W @ V),
        "With the product of the layers after layer $k$ and of those before it,",
    )
    d.prove(
        "expansion",
        equation(
            moved,
            named(LOSS, product(HALF, norm2(whole @ X - Y)))
            + t @ inner(gradient, D)
            + product(HALF, power(t, 2), norm2(U @ D @ V @ X)),
        ),
        "the loss along a straight line in layer $k$ is a quadratic polynomial in $t$. There is no "
        "remainder, so no calculus is needed:",
    )
    d.prove(
        "first differential",
        equation(derivative(moved, (t, 1)), inner(gradient, D)),
        "Its linear term is the derivative in the direction $D_k$:",
    )
    d.show(
        "gradient",
        equation(formal("gradient", W), gradient),
        "The matrix that is paired with every direction is the gradient. The residual is pulled "
        "back through the layers above and multiplied by what the layers below make of the "
        "inputs, which is backpropagation:",
        "first differential",
    )


def _critical(d: ShapesScript) -> None:
    whole, moved = moving_layer()
    d.section(
        "Critical points",
        "At a critical point the derivative vanishes in every direction, "
        "for each layer. A matrix that is orthogonal to all directions, to itself among "
        "them, is zero.",
    )
    d.suppose(
        "critical k",
        for_all(equation(derivative(moved, (t, 1)), ZERO), D),
        "Let layer $k$ be critical:",
    )
    d.vary(
        "equation k",
        equation(U.T @ (whole @ X - Y) @ (V @ X).T, ZERO),
        "Then its gradient is zero.",
        "critical k",
        "D",
    )
    d.prove(
        "data k",
        equation(U.T @ (whole @ A - B) @ V.T, ZERO),
        "In terms of the data matrices this is the critical equation of layer $k$:",
        ["equation k", "A", "B"],
    )


def _critical_first_layer(d: ShapesScript) -> None:
    d.define(
        "C",
        equation(M, C @ W1),
        "The first layer has no layers below it. Call everything "
        "above it $C$, that is $C = W_K ⋯ W_2$:",
    )
    first = product(HALF, norm2(C @ W1 @ X - Y))
    d.suppose(
        "critical 1",
        for_all(equation(derivative(at(LOSS, first, (W1, W1 + t @ D1)), (t, 1)), ZERO), D1),
        "Let the first layer be critical.",
    )
    d.vary(
        "equation 1",
        equation(C.T @ (C @ W1 @ X - Y) @ X.T, ZERO),
        "Its critical equation is",
        "critical 1",
        "D1",
    )
    d.prove(
        "normal",
        equation(C.T @ C @ W1 @ A, C.T @ B),
        "This is the normal equation of a linear regression with $C$ held fixed: $W_1$ is a least "
        "squares solution, whatever $C$ is.",
        ["equation 1", "A", "B"],
    )


def _projection(d: ShapesScript) -> None:
    gram = C.T @ C
    d.section(
        "The projection onto the columns of $C$",
        "The normal equation asks to divide by "
        "$CᵀC$, which may be singular: the product $C$ may have lost rank. A generalized inverse "
        "is enough.",
    )
    d.suppose(
        "G",
        equation(gram @ G @ gram, gram),
        "Let $G$ be one (every matrix has one):",
        note="existence of a generalized inverse is textbook knowledge",
    )
    d.define("P", equation(P, C @ G @ C.T), "From it, build")
    defect = C @ G @ gram - C
    d.prove(
        "square",
        equation(defect.T @ defect, ZERO),
        "$P$ leaves the columns of $C$ in place. To see it, square the defect and use $G$:",
        ["G"],
    )
    d.star(
        "PC",
        equation(C @ G @ gram, C),
        "A real matrix whose square is zero is zero, because "
        "the trace of $QᵀQ$ is the sum of the squares of the entries of $Q$:",
        defect.T,
        "square",
    )


def _symmetry_of_the_projection(d: ShapesScript) -> None:
    skew = C @ G @ C.T - C @ G.T @ C.T
    d.hidden("skew square", equation(skew.T @ skew, ZERO), ["PC"])
    d.star(
        "symmetric words",
        equation(C @ G @ C.T, C @ G.T @ C.T),
        "In the same way $P$ is symmetric, although $G$ need not be:",
        skew.T,
        "skew square",
    )
    d.prove("Psym", equation(P.T, P), "that is,", ["symmetric words", "P"])
    d.prove(
        "idempotent",
        equation(P @ P, P),
        "and applying it twice changes nothing. So $P$ is the "
        "orthogonal projection onto the column space of $C$, for every choice of $G$:",
        ["PC", "P"],
    )


def _product_of_layers(d: ShapesScript) -> None:
    d.section("The product at a critical point", "Now the first layer can be eliminated.")
    d.prove(
        "MA",
        equation(M @ A, P @ B),
        "Multiply the normal equation by $CG$ from the left. What the network computes is the "
        "projection of what the data ask for:",
        ["normal", "PC", "C", "P"],
    )
    d.suppose(
        "W*",
        equation(Ws @ A, B),
        "Compare with one layer that may be any matrix, a least squares solution $W*$:",
        note="the normal equation of a regression has a solution, "
        "unique where $A$ is invertible; that is textbook knowledge",
    )
    d.suppose(
        "inverse",
        equation(A @ J, one("dx")),
        "If, and only here, the inputs span their space, so that $A$ has an inverse $J$,",
    )
    d.prove(
        "product",
        equation(M, P @ Ws),
        "then the product itself is determined: it is the projected least squares solution.",
        ["MA", "W*", "inverse"],
    )


def _last_layer(d: ShapesScript) -> None:
    d.section(
        "The eigenvectors",
        "So far any column space would do. The last layer's equation says which ones can occur.",
    )
    d.define("VK", equation(M, WK @ VK), "Call everything below the last layer $V_K$:")
    last = product(HALF, norm2(WK @ VK @ X - Y))
    d.suppose(
        "critical K",
        for_all(equation(derivative(at(LOSS, last, (WK, WK + t @ DK)), (t, 1)), ZERO), DK),
        "Let the last layer be critical.",
    )
    d.vary(
        "equation K",
        equation((WK @ VK @ X - Y) @ (VK @ X).T, ZERO),
        "The residual is orthogonal to the features that the last layer sees:",
        "critical K",
        "DK",
    )
    d.prove(
        "MAM",
        equation(M @ A @ M.T, B @ M.T),
        "and hence, multiplied by the last layer, to the network's own output:",
        ["equation K", "VK", "A", "B"],
    )


def _invariant_columns(d: ShapesScript) -> None:
    d.define("S", equation(S, Ws @ B.T), "The matrix whose eigenvalues rule the landscape is")
    d.prove(
        "Ssym",
        equation(S.T, S),
        "It is symmetric, $Σ = W* A (W*)ᵀ$ in fact, and $W*$ may be any solution:",
        ["S", "W*", "A"],
    )
    d.prove(
        "SP",
        equation(S @ P, P @ S @ P),
        "Put $MA = PB$ on both sides: $Σ$ maps the range of $P$ into itself,",
        ["MA", "MAM", "W*", "S", "A", "Psym"],
    )
    d.prove(
        "commute",
        equation(P @ S, S @ P),
        "and by symmetry its complement too. $P$ commutes "
        "with $Σ$, so the column space is spanned by eigenvectors of $Σ$; at each critical point "
        "the network has chosen some of them.",
        ["SP", "Ssym", "Psym"],
    )
    d.prove(
        "loss at",
        equation(norm2(M @ X - Y), trace(Y @ Y.T) - trace(P @ S)),
        "The choice determines the loss: every eigenvector that is fitted lowers it by half "
        "its eigenvalue. (The left side is $2ℒ$.)",
        ["MA", "MAM", "S", "W*", "A", "B", "Psym"],
    )


FIRST_ORDER = (
    _setting,
    _differential,
    _critical,
    _critical_first_layer,
    _projection,
    _symmetry_of_the_projection,
    _product_of_layers,
    _last_layer,
    _invariant_columns,
)
"""Sections and their parts in order, each written into a script."""
