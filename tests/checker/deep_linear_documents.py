"""Claims about deep linear networks by SymPy and brute force, for comparison with the checker.

Nothing here shares code or shortcuts with the checker: eigenvalues come from SymPy, barcodes from
running through all counts, invariants from the definitions.
"""

from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import sympy

from tests.checker.documents import rows, text

x = sympy.Symbol("x")
EPS, WIDTH = sympy.Rational(1, 1000), sympy.Rational(1, 10**12)


def rational(value: Any) -> Fraction:
    value = sympy.Rational(value)
    return Fraction(int(value.p), int(value.q))


def moments(inputs: Any, targets: Any, weights: Any = None) -> tuple[Any, Any, Any, Any]:
    """A, B, T, W* of the data (rows are samples); W* by a Gauss elimination of SymPy's."""
    X, Y = sympy.Matrix(inputs).T, sympy.Matrix(targets).T
    D = sympy.diag(*(weights or [1] * X.cols))
    A, B, T = X * D * X.T, Y * D * X.T, (Y * D * Y.T).trace()
    solution, free = A.gauss_jordan_solve(B.T)
    W = solution.subs(dict.fromkeys(free, 0)).T
    assert W * A == B
    return A, B, T, W


def coefficients(p: Any) -> list[str]:
    return [text(rational(c)) for c in reversed(sympy.Poly(p, x).all_coeffs())]


def spectrum(S: Any) -> tuple[list[dict[str, Any]], int, list[Any]]:
    """The spectrum claim's eigenvalues and zero count, and the roots as SymPy numbers."""
    found, zero = [], 0
    for f, mu in sympy.factor_list(S.charpoly(x).as_expr(), x)[1]:
        if f == x:
            zero = int(mu)
            continue
        poly = sympy.Poly(f, x)
        for (a, b), _ in poly.intervals(eps=EPS):
            found.append((sympy.Rational(a), sympy.Rational(b), poly, mu))
    found.sort(key=lambda item: -item[0])
    entries = [
        {
            "polynomial": coefficients(f),
            "interval": [text(rational(a)), text(rational(b))],
            "multiplicity": int(mu),
        }
        for a, b, f, mu in found
    ]
    numbers = []
    for a, b, f, mu in found:
        root = next(r for r in f.real_roots() if a <= r <= b)
        numbers.append((root, int(mu)))
    return entries, zero, numbers


def all_bars(K: int) -> list[tuple[int, int]]:
    return [(u, n) for u in range(K + 1) for n in range(1, K + 1)]


def support(bar: tuple[int, int], K: int) -> set[int]:
    return {(bar[0] + k) % (K + 1) for k in range(bar[1])}


def barcodes(widths: Any, n: int, q: int, r: int) -> list[dict[tuple[int, int], int]]:
    """All barcodes by trying every count of every bar."""
    K = len(widths) - 1
    bars = all_bars(K)
    found = []

    def extend(i: int, room: list[int], e: int, chosen: dict[Any, int]) -> None:
        if i == len(bars):
            if not any(room) and e == 0:
                found.append({b: c for b, c in chosen.items() if c})
            return
        u, length = bars[i]
        here = support(bars[i], K)
        most = min(room[v] for v in here)
        for c in range(most + 1):
            crossing = c if u + length - 1 >= K + 1 else 0
            if crossing <= e:
                extend(
                    i + 1,
                    [m - c * (v in here) for v, m in enumerate(room)],
                    e - crossing,
                    {**chosen, bars[i]: c},
                )

    room = [n - r] + [d - r for d in widths[1:]]
    if min(room) >= 0:
        extend(0, room, q - r, {})
    return found


def facts(widths: Any, n: int, lam: Any, m: Any, barcode: dict[Any, int]) -> dict[str, Any]:
    """Dimension, inertia and kind from the definitions; ``lam`` are pairs (value, multiplicity)."""
    K, r, q = len(widths) - 1, sum(m), sum(mu for _, mu in lam)
    tokens = [b for b, c in barcode.items() for _ in range(c)]
    e_bar = [u + length - 1 >= K + 1 for u, length in tokens]
    cov = [0, 0]
    for i, a in enumerate(tokens):
        for j in range(i):
            if len(support(a, K) | support(tokens[j], K)) == K + 1:
                cov[e_bar[i] or e_bar[j]] += 1
    taken = [k for k, c in enumerate(m) for _ in range(c)]
    left = [k for k, (c, (_, mu)) in enumerate(zip(m, lam, strict=True)) for _ in range(mu - c)]
    inv = sum(b < a for a in taken for b in left)  # a smaller index is a larger eigenvalue
    eq = sum(b == a for a in taken for b in left)
    n0, nK, e = n - r, widths[-1] - r, q - r
    negative = inv + cov[1]
    positive = r * r + r * (n0 + nK) - inv - eq + cov[0] + cov[1]
    zero = sum(a * b for a, b in pairwise(widths)) - negative - positive
    end = 0
    for v, a in tokens:
        for w, b in tokens:
            # a homomorphism: the top part of the first bar is the bottom part of the second
            end += any((v + k - w - b) % (K + 1) == 0 for k in range(1, min(a, b) + 1))
    dimension = sum(c * (mu - c) for c, (_, mu) in zip(m, lam, strict=True))
    dimension += sum(r * (2 * d - r) + (d - r) ** 2 for d in widths[1:-1])
    dimension += n0**2 + nK**2 - e * (n0 + nK - e) - end + widths[1] * (widths[0] - n)
    r_max = min([q, *widths[1:-1]])
    if r == q or (inv == 0 and r == r_max):
        kind = "global_minimum"
    else:
        kind = "strict_saddle" if negative else "non_strict_saddle"
    return {"dimension": dimension, "inertia": [positive, negative, zero], "kind": kind}


def inertia_json(inertia: Any) -> dict[str, int]:
    return dict(zip(("positive", "negative", "zero"), inertia, strict=True))


def strata(widths: Any, n: int, lam: Any, T: Any, scale: Any, by: str) -> list[dict[str, Any]]:
    """The rows of a strata claim."""
    q = sum(mu for _, mu in lam)
    result = []
    for m in product(*(range(mu + 1) for _, mu in lam)):
        r = sum(m)
        if (len(widths) == 2 and r != q) or (len(widths) > 2 and r > min(widths[1:-1])):
            continue
        all_barcodes = barcodes(widths, n, q, r)
        value = T - sum(c * v for c, (v, _) in zip(m, lam, strict=True))
        value *= sympy.Rational(scale)
        near = sympy.Rational(str(sympy.N(value, 50))).limit_denominator(10**6)
        if abs(sympy.N(value - near, 50)) < 1e-40:  # rational; the checker decides it exactly
            lower = upper = near
        else:
            lower = sympy.floor(sympy.N(value, 40) / WIDTH) * WIDTH - WIDTH
            upper = lower + 4 * WIDTH
        base = {
            "eigenvalues": [[i, c] for i, c in enumerate(m, 1) if c],
            "rank": r,
            "loss": {"lower": text(rational(lower)), "upper": text(rational(upper))},
        }
        each = [(b, facts(widths, n, lam, m, b)) for b in all_barcodes]
        if each:
            kinds = {f["kind"] for _, f in each}
            inertias = {tuple(f["inertia"]) for _, f in each}
            result.append(
                {
                    **base,
                    "dimension": max(f["dimension"] for _, f in each),
                    "count": len(each),
                    "kind": kinds.pop() if len(kinds) == 1 else "mixed",
                    "inertia": inertia_json(inertias.pop()) if len(inertias) == 1 else None,
                }
            )
            if by == "barcodes":
                strata_of_row = [
                    {
                        "barcode": sorted([*bar, c] for bar, c in b.items()),
                        "dimension": f["dimension"],
                        "inertia": inertia_json(f["inertia"]),
                        "kind": f["kind"],
                    }
                    for b, f in each
                ]
                result[-1]["strata"] = sorted(strata_of_row, key=lambda s: s["barcode"])
    result.sort(key=lambda row: (row["rank"], row["eigenvalues"]))
    return result


def number_barcodes(table: list[dict[str, Any]]) -> list[Any]:
    """Put numbers in the place of the barcodes of the rows; the list of the barcodes."""
    numbers: list[Any] = []
    for row in table:
        for stratum in row["strata"]:
            if stratum["barcode"] not in numbers:
                numbers.append(stratum["barcode"])
            stratum["barcode"] = numbers.index(stratum["barcode"])
    return numbers


def spectrum_and_strata(
    widths: Any,
    inputs: Any,
    targets: Any,
    by: str,
    scale: Any = "1/2",
    polynomials: Any = (),
    **more: Any,
) -> tuple[Any, Any, Any]:
    """(claims, steps, vectors of numbers) that list all strata of a problem."""
    A, B, T, W = moments(inputs, targets, more.get("weights"))
    S = W * B.T
    entries, zero, lam = spectrum(S)
    table = strata(widths, A.rank(), lam, T, scale, by)
    barcodes_of_it = {"barcodes": number_barcodes(table)} if by == "barcodes" else {}
    claims = [
        ("spectrum", {"eigenvalues": entries, "zero": zero}),
        (
            "strata",
            {
                "spectrum": "c0",
                "by": by,
                "polynomials": list(polynomials),
                "rows": table,
                **barcodes_of_it,
            },
        ),
    ]
    steps = [
        ("characteristic_polynomial", {"least_squares": rows(W.tolist())}),
        ("deep_linear_strata", {}),
    ]
    return claims, steps, (A, B, T, W, S, lam)
