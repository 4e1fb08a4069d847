"""Representatives of all strata: accepted, critical by SymPy, and with the Hessian's signs."""

from itertools import product
from typing import Any

import pytest
import sympy

from tests.checker import deep_linear_documents as deep
from tests.checker.documents import certificate, problem, statement, verdict
from tests.checker.representatives import Writer, as_numbers, numeric, representative
from tests.checker.test_strata import CASES

SMALL = [
    "distinct eigenvalues",
    "a double eigenvalue",
    "a bottleneck",
    "scalars",
    "singular inputs",
    "no correlation",
    "irrational eigenvalues",
    "a cubic spectrum",
]


def gradient(weights: list[Any], A: Any, B: Any) -> list[Any]:
    """The gradient of the loss with scale 1/2, from the products around each factor."""
    K = len(weights)
    slopes = []
    for k in range(K):
        L, R = sympy.eye(weights[-1].rows), sympy.eye(weights[0].cols)
        for w in reversed(weights[k + 1 :]):
            L = L * w
        for w in weights[:k]:
            R = w * R
        slopes.append(L.T * (L * weights[k] * R * A - B) * R.T)
    return slopes


def everything(case: str) -> Any:
    """All strata of a case with their representatives, as one statement and certificate."""
    widths, inputs, targets, _ = CASES[case]
    claims, steps, (A, B, _, W, S, lam) = deep.spectrum_and_strata(
        widths, inputs, targets, "eigenvalues"
    )
    writer = Writer(claims[0][1]["eigenvalues"], S, A, B, W)
    points: dict[str, Any] = {}
    n, q = A.rank(), sum(mu for _, mu in lam)
    for m in product(*(range(mu + 1) for _, mu in lam)):
        if sum(m) > min(widths[1:-1]):
            continue
        for barcode in deep.barcodes(widths, n, q, sum(m)):
            point, witness = representative(writer, widths, m, barcode)
            facts = deep.facts(widths, n, lam, m, barcode)
            name = f"p{len(points)}"
            points[name] = point
            claims.append(
                (
                    "representative",
                    {
                        "point": name,
                        "strata": "c1",
                        "kind": facts["kind"],
                        "inertia": deep.inertia_json(facts["inertia"]),
                        "eigenvalues": [[i, c] for i, c in enumerate(m, 1) if c],
                        "barcode": sorted([*bar, c] for bar, c in barcode.items()),
                    },
                )
            )
            steps.append(("wiring", witness))
    document = statement(
        problem(widths, inputs, targets), points, claims, vectors=writer.vectors, roots=writer.roots
    )
    return document, certificate(steps), writer, (A, B, lam)


@pytest.mark.parametrize("case", SMALL)
def test_every_stratum_has_its_wired_representative(case: str) -> None:
    document, proof, writer, (A, B, lam) = everything(case)
    answer = verdict(document, proof)
    assert answer.accepted, answer.reason
    widths = CASES[case][0]
    for point in document["points"].values():
        weights = [
            w.applyfunc(lambda c: sympy.N(c, 60)) for w in as_numbers(writer, point, widths, lam)
        ]
        for slope in gradient(weights, A, B):
            assert all(abs(c) < 1e-40 for c in slope)


@pytest.mark.parametrize(
    "case",
    ["distinct eigenvalues", "a double eigenvalue", "a bottleneck", "scalars", "no correlation"],
)
def test_inertia_by_three_rules_and_by_numbers(case: str) -> None:
    """At rational representatives: the wiring's inertia, the Hessian's, the barcode's."""
    document, proof, writer, (_, _, lam) = everything(case)
    widths = CASES[case][0]
    claims = [
        (c["claim"], {k: v for k, v in c.items() if k not in ("name", "claim")})
        for c in document["claims"]
    ]
    points = {}
    for name, point in document["points"].items():
        found = as_numbers(writer, point, widths, lam)
        points[name] = {f"W{k}": numeric(w) for k, w in enumerate(found, 1)}
    steps = [
        (s["rule"], {k: v for k, v in s.items() if k not in ("name", "claim", "rule")})
        for s in proof["steps"]
    ]
    for kind, fields in list(claims):
        if kind == "representative":
            about = {"point": fields["point"], **fields["inertia"]}
            claims += [
                ("inertia", about),
                ("inertia", about),
                ("critical", {"point": about["point"]}),
            ]
            steps += [("ldl", {}), ("barcode", {"spectrum": "c0"}), ("substitution", {})]
    answer = verdict(
        statement(document["problem"], points, claims, vectors=writer.vectors), certificate(steps)
    )
    assert answer.accepted, answer.reason


def cubic(roots: str) -> Any:
    """A representative whose taken block is one, all, or all but one root of a cubic."""
    inputs = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    targets = [[1, 1, 0], [0, 1, 1], [0, 0, 1]]
    widths = [3, 3, 3]
    claims, steps, (A, B, _, W, S, _) = deep.spectrum_and_strata(
        widths, inputs, targets, "eigenvalues"
    )
    writer = Writer(claims[0][1]["eigenvalues"], S, A, B, W)
    f = S.charpoly(deep.x)
    if roots == "all":
        m, columns = (1, 1, 1), [sympy.eye(3)[:, j] for j in range(3)]
        index: Any = None
    else:
        # (f / (x - t))(S) maps onto the eigenvector of t; its kernel is orthogonal to that
        m, index = (1, 0, 1), 1
        v = writer.eigenvectors(1)[0]
        columns = [sympy.Matrix([v[1], -v[0], 0]), sympy.Matrix([v[2], 0, -v[0]])]
    U = sympy.Matrix.hstack(*columns)
    gram = U.T * U
    determinant = sympy.rem(sympy.expand(gram.det()), f.as_expr(), deep.x)
    inverse = gram.adjugate() * sympy.invert(determinant, f.as_expr(), deep.x)
    F = (inverse * U.T * W).applyfunc(lambda c: sympy.rem(sympy.expand(c), f.as_expr(), deep.x))
    block = {
        "roots": roots,
        "eigenvalues": [[i, c] for i, c in enumerate(m, 1) if c],
        "columns": [writer.refer(c, index) for c in columns],
        "functionals": [writer.refer(F[i, :].T, index) for i in range(F.rows)],
    }
    r = sum(m)
    barcode = {(1, 1): 3 - r, (2, 2): 3 - r}
    barcode = {bar: c for bar, c in barcode.items() if c}
    facts = deep.facts(widths, 3, [(0, 1)] * 3, m, barcode)
    point = {
        "W1": {"rows": block["functionals"] + [0] * (3 - r)},
        "W2": {"columns": block["columns"] + [0] * (3 - r)},
    }
    claims.append(
        (
            "representative",
            {
                "point": "p",
                "strata": "c1",
                "kind": facts["kind"],
                "eigenvalues": block["eigenvalues"],
                "inertia": deep.inertia_json(facts["inertia"]),
                "barcode": sorted([*bar, c] for bar, c in barcode.items()),
            },
        )
    )
    steps.append(("wiring", {"taken": [block], "left": [], "kernel_left": [], "kernel_right": []}))
    document = statement(
        problem(widths, inputs, targets),
        {"p": point},
        claims,
        vectors=writer.vectors,
        roots=writer.roots,
    )
    return document, certificate(steps)


@pytest.mark.parametrize("roots", ["all", "others"])
def test_blocks_of_several_roots(roots: str) -> None:
    answer = verdict(*cubic(roots))
    assert answer.accepted, answer.reason


@pytest.mark.parametrize(
    ("roots", "change", "reason"),
    [
        ("all", {"roots": "others"}, "all roots of one polynomial but one expected"),
        ("all", {"roots": "one"}, "one eigenvalue expected"),
        ("others", {"roots": "all"}, "rational vectors for all roots of one polynomial expected"),
        ("others", {"roots": "some"}, "expected one, all or others"),
        ("others", {"eigenvalues": [[1, 1], [2, 1]]}, "is not the one left out"),
    ],
)
def test_blocks_that_are_refused(roots: str, change: Any, reason: str) -> None:
    document, proof = cubic(roots)
    proof["steps"][2]["taken"][0].update(change)
    assert reason in str(verdict(document, proof).reason)


def test_dependent_columns_are_refused() -> None:
    document, proof = cubic("others")
    block = proof["steps"][2]["taken"][0]
    block["columns"][1] = block["columns"][0]
    assert "the columns are dependent" in str(verdict(document, proof).reason)
