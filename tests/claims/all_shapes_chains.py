"""Proofs of several steps, among them all rules: shared by tests of the claims and the checker."""

from symland.claims.all_shapes import Proof
from symland.exact.rational_matrix import RationalMatrix
from symland.exact.trace_polynomial import trace
from symland.exact.word import Signature
from symland.exact.word_relation import for_all, nonnegative, nonzero


def product_at_critical_point() -> Proof:
    """Kawaguchi 2016, Lemma 4.2, from the vanishing derivative to C W = C H C' Y X' N.

    Critical means that the derivative of the loss in every direction D is zero.
    """
    s = Signature(
        {
            "C": ("dy", "d1"),
            "H": ("d1", "d1"),
            "W": ("d1", "dx"),
            "X": ("dx", "m"),
            "Y": ("dy", "m"),
            "N": ("dx", "dx"),
            "D": ("d1", "dx"),
        },
        ["t"],
    )
    C, H, W, X, Y, N, D, t = s.letters()
    r = C @ W @ X - Y
    loss = trace(r @ r.T) / 2
    proof = Proof(
        s,
        {
            "critical": for_all(loss.substitute(W=W + t * D).coefficient("t", 1), "D"),
            "inv": X @ X.T @ N - s.one("dx"),
            "ginv": C.T @ C @ H @ C.T @ C - C.T @ C,
            "idle": Y - Y @ X.T @ N @ X,
        },
    )
    proof.instantiate("derivative", "critical")
    proof.variation("gradient", C.T @ r @ X.T, of="derivative", letter="D")
    Q = C @ H @ C.T @ C - C
    proof.prove("square", Q.T @ Q, using=["ginv"])
    proof.star("PC", [Q.T], of="square")
    proof.prove("product", C @ W - C @ H @ C.T @ Y @ X.T @ N, using=["gradient", "PC", "inv"])
    one = RationalMatrix([[1]])
    proof.instance("smallest", "square", {"C": one, "H": one})
    return proof


def semidefinite_necessary_condition() -> Proof:
    """Kawaguchi 2016, Lemma 4.4: a range inclusion, or X r A vanishes."""
    s = Signature(
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
        },
        ["s", "t"],
    )
    A, V, M, U, X, Y, D, E, Pi, Z, x, t = s.letters()
    r = A @ V @ M @ U @ X - Y
    moved = trace(r @ r.T).substitute(V=V + t * D, U=U + t * E)
    proof = Proof(
        s,
        {
            "second": for_all(nonnegative(moved.coefficient("t", 2)), "D", "E"),
            "kill": A @ V @ M @ Pi,
        },
    )
    proof.instantiate("form", "second", D=D, E=x * Pi @ Z)
    half = A @ D @ M @ U @ X
    mixed = trace((A @ D @ M @ Pi @ Z @ X).T @ r)
    proof.sum_of_squares(
        "affine form", trace(half @ half.T) + mixed * x * 2, adding=[(1, "form")], using=["kill"]
    )
    proof.affine("mixed", "affine form", "s")
    gradient = A.T @ r @ X.T @ Z.T @ Pi.T @ M.T * 2
    proof.variation("pairing", gradient, of="mixed", letter="D")
    proof.prove("turned", M @ Pi @ Z @ (X @ r.T @ A), using=["pairing"])
    proof.prime("either", M @ Pi, X @ r.T @ A, of="turned", letter="Z")
    return proof


def replicated_neuron() -> Proof:
    """Petzka and Sminchisescu 2021, Proposition 15: D = 0 if the outgoing weights do not cancel."""
    s = Signature({"D": ("p", "q"), "d": ("p", "1"), "o": ("q", "1"), "v": ("q", "1")})
    D, d, o, v = s.letters()
    proof = Proof(s, {"crit": D @ v, "same": D - d @ o.T, "sum": nonzero(o.T @ v)})
    proof.prove("scaled", (o.T @ v) * d, using=["crit", "same"])
    proof.cancel("d", d, of="scaled", nonzero="sum")
    proof.prove("D", D, using=["same", "d"])
    return proof


def rotation_gain() -> Proof:
    """Turning one eigenvector towards another of larger eigenvalue does not lose."""
    s = Signature({"S": ("n", "n"), "u": ("n", "1"), "v": ("n", "1")}, "csklt")
    S, u, v, c, x, k, lam, _t = s.letters()
    proof = Proof(
        s,
        {
            "cs": c * c + x * x - 1,
            "uu": u.T @ u - 1,
            "vv": v.T @ v - 1,
            "uv": u.T @ v,
            "eu": S @ u - k * u,
            "ev": S @ v - lam * v,
            "order": nonnegative(lam - k),
        },
    )
    turned = c * u + x * v
    gain = turned.T @ S @ turned - u.T @ S @ u
    proof.sum_of_squares(
        "gain", gain, squares=[(1, ["order"], x)], using=["cs", "uu", "vv", "uv", "eu", "ev"]
    )
    return proof


def applied_lemma() -> Proof:
    """A lemma about one layer applied to a product of two, and a coefficient of an identity."""
    s = Signature(
        {
            "A": ("m", "n"),
            "B": ("n", "k"),
            "G": ("n", "m"),
            "J": ("k", "m"),
            "R": ("m", "m"),
            "K": ("k", "n"),
        },
        ["t"],
    )
    A, B, G, J, R, _K, t = s.letters()
    proof = Proof(
        s,
        {
            "right": A @ G - s.one("m"),
            "outer": A @ B @ J - s.one("m"),
            "idle": R @ R - R,
        },
    )
    proof.prove("projection", G @ A @ G @ A - G @ A, using=["right"])
    proof.substitute("applied", "projection", {"A": A @ B, "G": J}, {"n": "k"}, {"right": "outer"})
    proof.prove(
        "in t", (A + t * A) @ (G + t * G) - (1 + 2 * t + t * t) * s.one("m"), using=["right"]
    )
    proof.coefficient("linear", "in t", "t", 1)
    return proof


def signs_of_numbers() -> Proof:
    """Numbers that are positive, for each of the reasons that there are, and one of both signs."""
    s = Signature({"A": ("m", "n"), "B": ("m", "n"), "G": ("m", "n")}, ["e", "c", "a"])
    A, B, G, e, c, a = s.letters()
    known = {
        "e": nonnegative(e),
        "c": nonzero(c),
        "c+": nonnegative(c),
        "a": nonzero(a),
        "A": (-e - 1) * A,
        "B": (2 * c + e) * B,
        "a B": (a * a + e) * a * B,
        "G": nonnegative(-trace(G @ G.T)),
    }
    proof = Proof(s, known)
    proof.one_sign("negative", -e - 1, strict=(1, []), adding=[(1, "e")], sign=-1)
    proof.cancel("A = 0", A, of="A", nonzero="negative")
    proof.one_sign("c > 0", 2 * c + e, strict=(2, ["c", "c+"]), adding=[(1, "e")])
    proof.cancel("B = 0", B, of="B", nonzero="c > 0")
    proof.one_sign("a^2 > 0", a * a + e, strict=(1, ["a"]), adding=[(1, "e")])
    proof.cancel("a B = 0", a * B, of="a B", nonzero="a^2 > 0")
    proof.sum_of_squares("square", trace(G @ G.T), squares=[(1, [], G)])
    proof.both_signs("|G|^2 = 0", "square", "G")
    proof.star("G = 0", [G], of="|G|^2 = 0")
    proof.prove("A'G = 0", A.T @ G, using=["A = 0"])
    return proof


CHAINS = {
    build.__name__: build
    for build in (
        product_at_critical_point,
        semidefinite_necessary_condition,
        replicated_neuron,
        rotation_gain,
        applied_lemma,
        signs_of_numbers,
    )
}
