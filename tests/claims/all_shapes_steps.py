"""Steps of four papers as identities of matrices: the table that tests and benchmarks run.

Each entry states one step with exactly the facts that the paper has at that point; facts that are
conclusions of earlier steps are hypotheses here, so that each entry stands alone. ``needs`` are
facts without which the step is false (a test drops them). E stands for the residual; 2L is used
for the squared norm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from symland.exact.trace_polynomial import TracePolynomial, trace
from symland.exact.word import Signature
from symland.exact.word_polynomial import WordPolynomial

Body = WordPolynomial | TracePolynomial


@dataclass(frozen=True)
class Step:
    """One claim for all shapes: signature, facts, and what is claimed to vanish."""

    name: str
    signature: Signature
    facts: dict[str, Body]
    claim: Body
    needs: tuple[str, ...] = field(default=())


STEPS: list[Step] = []


def step(
    name: str, needs: str = ""
) -> Callable[[Callable[[], tuple[Signature, dict, Body]]], None]:
    """Register the step that the decorated function states."""

    def register(build: Callable[[], tuple[Signature, dict, Body]]) -> None:
        signature, facts, claim = build()
        STEPS.append(Step(name, signature, facts, claim, tuple(needs.split())))

    return register


def norm2(p: WordPolynomial) -> TracePolynomial:
    """The squared Frobenius norm."""
    return trace(p @ p.T)


def inner(p: WordPolynomial, q: WordPolynomial) -> TracePolynomial:
    """The Frobenius inner product tr p'q."""
    return trace(p.T @ q)


# --- Kawaguchi 2016: one layer V between A and B, the first layer U ------------------------------

LAYER = Signature(
    {"A": ("dy", "dk"), "V": ("dk", "dj"), "B": ("dj", "m"), "Y": ("dy", "m"), "D": ("dk", "dj")},
    ["t"],
)
DEEP = Signature(
    {
        "A": ("dy", "dk"),
        "V": ("dk", "dj"),
        "M": ("dj", "d1"),
        "U": ("d1", "dx"),
        "X": ("dx", "m"),
        "Y": ("dy", "m"),
        "D": ("dk", "dj"),
        "E": ("d1", "dx"),
        "Pi": ("d1", "d1"),
        "Z": ("d1", "dx"),
        "L": ("d1", "dx"),
        "B": ("dx", "m"),
    },
    ["s", "t"],
)


@step("K L4.1 gradient")
def _():
    A, V, B, Y, D, t = LAYER.letters()
    moved = norm2(A @ V @ B - Y).substitute(V=V + t * D) / 2
    gradient = A.T @ (A @ V @ B - Y) @ B.T
    return LAYER, {}, moved.coefficient("t", 1) - inner(gradient, D)


@step("K L4.3 block (k,k)")
def _():
    A, V, B, Y, D, t = LAYER.letters()
    moved = norm2(A @ V @ B - Y).substitute(V=V + t * D)
    return LAYER, {}, moved.coefficient("t", 2) - trace(D.T @ (A.T @ A) @ D @ (B @ B.T))


@step("K L4.3 exactness")
def _():
    A, V, B, Y, D, t = LAYER.letters()
    loss = norm2(A @ V @ B - Y) / 2
    gradient = A.T @ (A @ V @ B - Y) @ B.T
    taylor = loss + inner(gradient, D) * t + norm2(A @ D @ B) * t * t / 2
    return LAYER, {}, loss.substitute(V=V + t * D) - taylor


@step("K L4.3 block (1,k)")
def _():
    A, V, M, U, X, Y, D, E, _Pi, _Z, _L, _B, s, t = DEEP.letters()
    r = A @ V @ M @ U @ X - Y
    moved = (norm2(r) / 2).substitute(V=V + t * D, U=U + s * E)
    mixed = inner(A @ V @ M @ E @ X, A @ D @ M @ U @ X) + inner(r, A @ D @ M @ E @ X)
    return DEEP, {}, moved.coefficient("t", 1).coefficient("s", 1) - mixed


@step("K L4.3 block (k,l) general")
def _():
    A, V, M, U, _X, Y, D, E, _Pi, _Z, _L, B, s, t = DEEP.letters()
    r = A @ V @ M @ U @ B - Y
    moved = (norm2(r) / 2).substitute(V=V + t * D, U=U + s * E)
    mixed = inner(A @ V @ M @ E @ B, A @ D @ M @ U @ B) + inner(r, A @ D @ M @ E @ B)
    return DEEP, {}, moved.coefficient("t", 1).coefficient("s", 1) - mixed


CRITICAL = Signature(
    {
        "C": ("dy", "d1"),
        "H": ("d1", "d1"),
        "W": ("d1", "dx"),
        "X": ("dx", "m"),
        "Y": ("dy", "m"),
        "N": ("dx", "dx"),
        "P": ("dy", "dy"),
        "S": ("dy", "dy"),
        "F": ("dy", "m"),
        "V": ("dy", "dh"),
        "B": ("dh", "m"),
        "R": ("dy", "dy"),
        "T": ("dy", "dx"),
        "M": ("dy", "dx"),
    },
)
C, H, W, X, Y, N, P, S, F, V, B, R, T, M = CRITICAL.letters()
GINV = {"ginv": C.T @ C @ H @ C.T @ C - C.T @ C}
PC = {"PC": C @ H @ C.T @ C - C}
INV = {"inv": X @ X.T @ N - CRITICAL.one("dx")}
NSYM = {"Nsym": N - N.T}
PSYM = {"Psym": P - P.T}
IDEM = {"idem": P @ P - P}
DEFSIG = {"defSig": S - Y @ X.T @ N @ X @ Y.T}
PROD = {"prod": F - P @ Y @ X.T @ N @ X}
FACTOR = {"factor": F - V @ B}
LAST = {"critLast": (F - Y) @ B.T}
EYHAT = {"EYhat": (F - Y) @ F.T}
SP = {"SP": S @ P - P @ S @ P}


@step("K L4.2 (PC-C)'(PC-C) = 0", "ginv")
def _():
    Q = C @ H @ C.T @ C - C
    return CRITICAL, GINV, Q.T @ Q


@step("K L4.2 (P-P')'(P-P') = 0", "PC")
def _():
    Q = C @ H @ C.T - C @ H.T @ C.T
    return CRITICAL, PC, Q.T @ Q


@step("K L4.2 P P = P", "PC")
def _():
    Q = C @ H @ C.T
    return CRITICAL, PC, Q @ Q - Q


@step("K L4.2 product = P W*", "crit1 inv")
def _():
    crit1 = {"crit1": C.T @ (C @ W @ X - Y) @ X.T}
    return CRITICAL, crit1 | PC | INV, C @ W - C @ H @ C.T @ Y @ X.T @ N


@step("K L4.2 N symmetric", "inv")
def _():
    return CRITICAL, INV, N - N.T


@step("K D2 Sigma symmetric", "Nsym")
def _():
    Sigma = Y @ X.T @ N @ X @ Y.T
    return CRITICAL, NSYM, Sigma - Sigma.T


@step("K L4.2 cor: E Yhat' = 0", "critLast factor")
def _():
    return CRITICAL, LAST | FACTOR, (F - Y) @ F.T


@step("K L4.2 cor: Sigma P = P Sigma P", "prod EYhat")
def _():
    facts = EYHAT | NSYM | PSYM | DEFSIG | IDEM | PROD
    return CRITICAL, facts, S @ P - P @ S @ P


@step("K L4.2 cor: P Sigma = Sigma P", "SP")
def _():
    return CRITICAL, NSYM | PSYM | SP | DEFSIG, P @ S - S @ P


@step("K one-shot: P Sigma = Sigma P", "critLast factor prod")
def _():
    facts = NSYM | PSYM | LAST | DEFSIG | FACTOR | INV | PROD
    return CRITICAL, facts, P @ S - S @ P


@step("K loss at a critical point", "prod idem")
def _():
    facts = NSYM | PSYM | DEFSIG | IDEM | INV | PROD
    return CRITICAL, facts, norm2(F - Y) - trace(Y @ Y.T) + trace(P @ S)


@step("K Xr = 0 is global (Pythagoras)", "Xr")
def _():
    facts = {"Xr": (M @ X - Y) @ X.T}
    return CRITICAL, facts, norm2(T @ X - Y) - norm2(M @ X - Y) - norm2((T - M) @ X)


@step("K whitening identity", "inv")
def _():
    W_star = Y @ X.T @ N
    constant = trace(Y @ Y.T) - trace(Y @ X.T @ N @ X @ Y.T)
    form = trace((M - W_star) @ X @ X.T @ (M - W_star).T)
    return CRITICAL, NSYM | INV, norm2(M @ X - Y) - form - constant


GRAM = Signature({"F1": ("n", "k"), "F2": ("n", "l"), "G": ("k", "k")})


@step("K L4.4 (I - P P^-) F1' squared", "ginv")
def _():
    F1, _F2, G = GRAM.letters()
    K = F1.T - F1.T @ F1 @ G @ F1.T
    P = F1.T @ F1
    return GRAM, {"ginv": P @ G @ P - P}, K @ K.T


@step("K L4.4 PSD block: (I - P P^-) Q = 0", "K")
def _():
    F1, F2, G = GRAM.letters()
    P, Q = F1.T @ F1, F1.T @ F2
    return GRAM, {"K": F1.T - P @ G @ F1.T}, Q - P @ G @ Q


@step("K L4.4 form on (D_k, Pi Z)", "kill")
def _():
    A, V, M, U, X, Y, D, _E, Pi, Z, _L, _B, s, t = DEEP.letters()
    r = A @ V @ M @ U @ X - Y
    moved = norm2(r).substitute(V=V + t * D, U=U + t * s * (Pi @ Z)).coefficient("t", 2)
    form = norm2(A @ D @ M @ U @ X) + inner(r, A @ D @ M @ Pi @ Z @ X) * s * 2
    return DEEP, {"kill": A @ V @ M @ Pi}, moved - form


@step("K L4.6 rotated product", "defP prod")
def _():
    facts = {"defP": P - C @ H @ C.T, "prod": C @ W - P @ T}
    moved = (R @ C) @ (W + H @ C.T @ (R.T @ T - T))
    return CRITICAL, facts, moved - R @ P @ R.T @ T


@step("K L4.6 loss on the rotated path", "orth idem inv")
def _():
    facts = NSYM | PSYM | {"defS": S - Y @ X.T @ N @ X @ Y.T} | IDEM | INV
    facts |= {"orth": R.T @ R - CRITICAL.one("dy")}
    rotated = R @ P @ R.T @ Y @ X.T @ N @ X
    return CRITICAL, facts, norm2(rotated - Y) - trace(Y @ Y.T) + trace(R @ P @ R.T @ S)


@step("K L4.6 gain s^2 (l - k)", "eu uu uv cs")
def _():
    sig = Signature({"Sigma": ("n", "n"), "u": ("n", "1"), "v": ("n", "1")}, "csklt")
    Sigma, u, v, c, s, k, lam, _t = sig.letters()
    facts = {
        "cs": c * c + s * s - 1,
        "uu": u.T @ u - 1,
        "vv": v.T @ v - 1,
        "uv": u.T @ v,
        "eu": Sigma @ u - k * u,
        "ev": Sigma @ v - lam * v,
    }
    turned = c * u + s * v
    return sig, facts, turned.T @ Sigma @ turned - u.T @ Sigma @ u - s * s * (lam - k)


@step("balancedness W2' G2 = G1 W1'")
def _():
    sig = Signature({"W2": ("dy", "d1"), "W1": ("d1", "dx"), "X": ("dx", "m"), "Y": ("dy", "m")})
    W2, W1, X, Y = sig.letters()
    r = W2 @ W1 @ X - Y
    return sig, {}, W2.T @ (r @ (W1 @ X).T) - (W2.T @ r @ X.T) @ W1.T


@step("GL orbit invariance", "i1")
def _():
    sig = Signature({"W2": ("dy", "d1"), "W1": ("d1", "dx"), "G": ("d1", "d1"), "J": ("d1", "d1")})
    W2, W1, G, J = sig.letters()
    return sig, {"i1": J @ G - sig.one("d1")}, (W2 @ J) @ (G @ W1) - W2 @ W1


# --- Venturi, Bandeira, Bruna 2019 ---------------------------------------------------------------

FEATURES = Signature(
    {
        "U": ("m", "p"),
        "O": ("m", "p"),
        "F": ("p", "N"),
        "Y": ("m", "N"),
        "U2": ("m", "q"),
        "F2": ("q", "N"),
        "K": ("q", "p"),
    },
    ["t"],
)


@step("V T8 segment 1, consolidation", "dep")
def _():
    U, _O, F, _Y, U2, F2, K, t = FEATURES.letters()
    moved = (U + t * U2 @ K) @ F + (1 - t) * U2 @ F2
    return FEATURES, {"dep": F2 - K @ F}, moved - U @ F - U2 @ F2


@step("V T8 segment 3, (1-t)^2 law", "ne")
def _():
    U, best, F, Y, _U2, _F2, _K, t = FEATURES.letters()
    moved = norm2((U + t * (best - U)) @ F - Y)
    least = norm2(best @ F - Y)
    law = least + (norm2(U @ F - Y) - least) * (1 - t) * (1 - t)
    return FEATURES, {"ne": (best @ F - Y) @ F.T}, moved - law


@step("V T8 gap is a square", "ne")
def _():
    U, best, F, Y, *_ = FEATURES.letters()
    gap = norm2(U @ F - Y) - norm2(best @ F - Y)
    return FEATURES, {"ne": (best @ F - Y) @ F.T}, gap - norm2((U - best) @ F)


@step("V T12 B O invariance", "orth")
def _():
    sig = Signature({"B": ("n", "p"), "O": ("p", "p")})
    B, best = sig.letters()
    return sig, {"orth": best @ best.T - sig.one("p")}, (B @ best) @ (B @ best).T - B @ B.T


@step("V CR identity", "defr ls")
def _():
    sig = Signature({"f": ("N", "1"), "fit": ("N", "1"), "y": ("N", "1"), "r": ("N", "1")})
    f, fit, y, r = sig.letters()
    facts = {"defr": r - fit + y, "ls": r.T @ fit}
    left = ((f - y).T @ (f - y) - r.T @ r) / 2
    return sig, facts, left - r.T @ f - (f - fit).T @ (f - fit) / 2


# --- Nguyen, Mukkamala, Hein 2019 ----------------------------------------------------------------

LOGITS = Signature(
    {"Psi": ("N", "M"), "R": ("M", "N"), "Y": ("N", "m"), "V": ("M", "m")}, ["s", "t"]
)


@step("N Psi V* = t Y", "rinv")
def _():
    Psi, R, Y, _V, _s, t = LOGITS.letters()
    return LOGITS, {"rinv": Psi @ R - LOGITS.one("N")}, Psi @ (t * R @ Y) - t * Y


@step("N segment logits", "rinv")
def _():
    Psi, R, Y, V, s, t = LOGITS.letters()
    moved = Psi @ ((1 - s) * V + s * t * R @ Y)
    return LOGITS, {"rinv": Psi @ R - LOGITS.one("N")}, moved - (1 - s) * Psi @ V - s * t * Y


# --- Petzka, Sminchisescu 2021 -------------------------------------------------------------------

WIDE = Signature(
    {
        "w": ("n1", "n"),
        "a": ("n", "N"),
        "I": ("N", "n"),
        "R": ("n", "n1"),
        "d": ("n1", "N"),
        "e": ("n1", "N"),
        "b": ("n1", "N"),
        "z": ("1", "N"),
        "y": ("1", "N"),
    },
    ["l", "g", "t"],
)


@step("P L17 weight path", "linv")
def _():
    w, a, J, _R, d, *_ = WIDE.letters()
    return WIDE, {"linv": J @ a - WIDE.one("N")}, (w + d @ J) @ a - w @ a - d


@step("P L19 corrected path", "gl rinv")
def _():
    w, a, _I, R, d, e, b, _z, _y, lam, g, _t = WIDE.letters()
    facts = {"gl": g * lam - 1, "rinv": w @ R - WIDE.one("n1")}
    path = g * (a + R @ (d + e))
    return WIDE, facts, lam * w @ path + (b - e) - w @ a - b - d


@step("P L19 as printed: residue (l-1) e", "gl rinv")
def _():
    w, a, _I, R, d, e, b, _z, _y, lam, g, _t = WIDE.letters()
    facts = {"gl": g * lam - 1, "rinv": w @ R - WIDE.one("n1")}
    path = g * (a + R @ d) + R @ e
    return WIDE, facts, lam * w @ path + (b - e) - w @ a - b - d - (lam - 1) * e


@step("P T5 loss (1-t)^2")
def _():
    *_, z, y, _l, _g, t = WIDE.letters()
    moved = norm2(z + t * (y - z) - y)
    return WIDE, {}, moved - norm2(y - z) * (1 - t) * (1 - t)


SPLIT = Signature(
    {
        "v": ("q", "1"),
        "a": ("1", "N"),
        "K": ("q", "N"),
        "Y": ("q", "N"),
        "d": ("1", "p"),
        "X": ("p", "N"),
        "G": ("N", "N"),
    },
    ["l", "t"],
)


@step("P gamma map: same output")
def _():
    v, a, K, _Y, _d, _X, _G, lam, _t = SPLIT.letters()
    return SPLIT, {}, (lam * v) @ a + ((1 - lam) * v) @ a + K - v @ a - K


@step("P T7 gradient at gamma")
def _():
    v, a, K, Y, d, X, G, lam, t = SPLIT.letters()
    narrow = norm2(v @ (a + t * d @ X @ G) + K - Y).coefficient("t", 1)
    split = (lam * v) @ (a + t * d @ X @ G) + ((1 - lam) * v) @ a + K - Y
    return SPLIT, {}, norm2(split).coefficient("t", 1) - narrow * lam


@step("P L12 all Hessian blocks", "lam")
def _():
    """Second order of the loss at a replicated neuron, in the paper's basis of directions.

    s0, s1, s2 are the activation and its derivatives at u'x; g, K the derivatives of the loss with
    respect to the next layer's inputs. The other weights move x and the other inputs
    (c1, c2) of the next layer, to second order.
    """
    sig = Signature(
        {
            "u": ("p", "1"),
            "x": ("p", "1"),
            "v": ("q", "1"),
            "g": ("q", "1"),
            "K": ("q", "q"),
            "a": ("p", "1"),
            "b": ("q", "1"),
            "z": ("p", "1"),
            "w": ("q", "1"),
            "x1": ("p", "1"),
            "x2": ("p", "1"),
            "c1": ("q", "1"),
            "c2": ("q", "1"),
        },
        ["t", "al", "be", "la", "s0", "s1", "s2"],
    )
    u, x, v, g, K, a, b, z, w, x1, x2, c1, c2, t, al, be, la, s0, s1, s2 = sig.letters()

    def activation(weight: WordPolynomial) -> WordPolynomial:
        shift = weight.T @ (x + t * x1 + t * t * x2) - u.T @ x
        return s0 + s1 * shift + s2 * shift * shift / 2

    def second_order(output: WordPolynomial) -> WordPolynomial:
        moved = output + t * c1 + t * t * c2 - s0 * v
        return (g.T @ moved + moved.T @ K @ moved / 2).coefficient("t", 2)

    wide = second_order(
        (la * v + t * (b + w)) * activation(u + t * (a + al * z))
        + ((1 - la) * v + t * (b - w)) * activation(u + t * (a - be * z))
    )
    narrow = second_order((v + 2 * t * b) * activation(u + t * a))
    zx, D = z.T @ x, s1 * g
    blocks = (al - be) * (D.T @ b) * zx + (al + be) * (D.T @ w) * zx
    blocks = blocks + al * be * s2 * (g.T @ v) * zx * zx / 2
    return sig, {"lam": al * la - be * (1 - la)}, wide - narrow - blocks


@step("P Prop 15: (o'v) d = 0", "crit same")
def _():
    sig = Signature({"D": ("p", "q"), "d": ("p", "1"), "o": ("q", "1"), "v": ("q", "1")})
    D, d, o, v = sig.letters()
    return sig, {"crit": D @ v, "same": D - d @ o.T}, (o.T @ v) * d


@step("P A.1(b) witness value")
def _():
    sig = Signature({"g": ("n", "n"), "h": ("n", "k"), "z": ("k", "1")}, ["mu"])
    g, h, z, mu = sig.letters()
    top, bottom = h @ z, -mu * z
    form = top.T @ g @ top + top.T @ h @ bottom + bottom.T @ h.T @ top
    return sig, {}, form - top.T @ g @ top + 2 * mu * (h @ z).T @ (h @ z)
