"""JSON documents written by hand, from problems small enough to be done by hand.

TWO_BY_TWO is docs/examples/two_by_two.toml: X = I, Y = diag(2, 1), widths 2-1-2. Then Sigma is
diag(4, 1), so the losses are (5 - 4)/2, (5 - 1)/2 and 5/2. At rank 1 the orbit of scaling one
weight against the others is a curve; at the minimum the other three directions rise, at the saddle
one of them falls. At the origin the Hessian couples W1 and W2 through Y: its eigenvalues are
2, 1, -1, -2.

GOLDEN shows what TWO_BY_TWO lacks, an irrational eigenvalue x with x^2 = 3 x - 1, its loss
(3 - x)/2, a row of several strata and a barcode; it is no problem's whole answer.
"""

from typing import Any

_GENERAL: dict[str, Any] = {
    "symland": "0.1.0",
    "seed": 0,
    "budget": 60.0,
    "engines": [],
    "warnings": [],
}


def _eigenvalue(index: int, value: str) -> dict[str, Any]:
    bounds = {"lower": value, "upper": value, "exact": value}
    return {"index": index, "multiplicity": 1, **bounds, "polynomial": [f"-{value}", "1"]}


def _stratum(loss: str, taken: list[list[int]], dim: int, inertia: str, kind: str) -> Any:
    positive, negative, zero = map(int, inertia.split())
    return {
        "loss": {"lower": loss, "upper": loss, "exact": loss, "polynomial": None},
        "rank": len(taken),
        "eigenvalues": taken,
        "dimension": dim,
        "count": 1,
        "inertia": {"positive": positive, "negative": negative, "zero": zero},
        "kind": kind,
        "status": "certified",
        "points": [{"exact": {"W1": [["1", "0"]], "W2": [["2"], ["0"]]}, "kind": kind}],
    }


TWO_BY_TWO: dict[str, Any] = {
    **_GENERAL,
    "question": "critical",
    "problem": "two_by_two",
    "verdict": "certified",
    "network": {"widths": [2, 1, 2], "activations": ["linear"], "parameters": 4, "samples": 2},
    "spectrum": {
        "eigenvalues": [_eigenvalue(1, "4"), _eigenvalue(2, "1")],
        "zero": 0,
        "rank_max": 1,
    },
    "critical_set": {
        "status": "certified",
        "kind": "not_finite",
        "complex_count": None,
        "real_count": None,
        "dimension": 1,
        "coercive": None,
        "strata_complete": True,
        "reason": None,
    },
    "points": [],
    "strata": [
        _stratum("5/2", [], 0, "2 2 0", "strict_saddle"),
        _stratum("1/2", [[1, 1]], 1, "3 0 1", "global_minimum"),
        _stratum("2", [[2, 1]], 1, "2 1 1", "strict_saddle"),
    ],
    "certificate": {
        "claims": 5,
        "steps": 5,
        "accepted": True,
        "statement": None,
        "certificate": None,
    },
    "seconds": 0.0312,
}

_SQUARE_ROOT = {"polynomial": ["1", "-3", "1"], "interval": ["2", "3"]}

GOLDEN: dict[str, Any] = {
    **TWO_BY_TWO,
    "problem": "golden",
    "spectrum": {
        "eigenvalues": [
            {
                "index": 1,
                "multiplicity": 1,
                "lower": "2.618033988749894",
                "upper": "2.618033988749895",
                "exact": None,
                "polynomial": ["1", "-3", "1"],
            }
        ],
        "zero": 1,
        "rank_max": 1,
    },
    "strata": [
        {
            "loss": {
                "lower": "0.190983005625052",
                "upper": "0.190983005625053",
                "exact": None,
                "polynomial": ["1", "-6", "4"],
            },
            "rank": 1,
            "eigenvalues": [[1, 1]],
            "dimension": 1,
            "count": 3,
            "inertia": None,
            "inertia_range": {"positive": [2, 3], "negative": [0, 1], "zero": [1, 1]},
            "kind": "mixed",
            "status": "certified",
            "barcode": [[0, 2, 1], [2, 1, 3]],
            "points": [
                {
                    "exact": {"root": _SQUARE_ROOT, "W1": [[["0", "1"], "1"]]},
                    "kind": "strict_saddle",
                },
                {"exact": {"W1": [["1", "0"]]}, "kind": "non_strict_saddle"},
            ],
        }
    ],
}

#: What a ReLU problem gets: nothing known, and the reason.
UNDECIDED: dict[str, Any] = {
    **_GENERAL,
    "question": "critical",
    "problem": "relu",
    "verdict": "undecided",
    "network": {"widths": [1, 2, 1], "activations": ["relu"], "parameters": 4, "samples": 3},
    "spectrum": None,
    "critical_set": {
        "status": "undecided",
        "kind": None,
        "complex_count": None,
        "real_count": None,
        "dimension": None,
        "coercive": None,
        "strata_complete": False,
        "reason": "relu is not analysed by this version",
    },
    "points": [],
    "strata": [],
    "certificate": None,
    "seconds": None,
}


def _point(kind: str, loss: str, critical: bool | None) -> dict[str, Any]:
    return {
        "weights": {"W1": [["1", "0"]], "W2": [["2"], ["0"]]},
        "exact": {"W1": [["1", "0"]], "W2": [["2"], ["0"]]},
        "loss": {"lower": loss, "upper": loss, "exact": loss},
        "inertia": None,
        "critical": critical,
        "local": None,
        "global": None,
        "kind": kind,
        "status": "certified",
        "better": None,
    }


MINIMUM: dict[str, Any] = {
    **_GENERAL,
    "question": "classify",
    "problem": "two_by_two",
    "verdict": "certified",
    "network": TWO_BY_TWO["network"],
    "given": {
        **_point("global_minimum", "1/2", True),
        "inertia": {"positive": 3, "negative": 0, "zero": 1},
        "local": "minimum",
        "global": True,
    },
    "refined": None,
    "distance": None,
    "evidence": [{"claim": "global_minimum", "rule": "best_rank", "text": "no map is better"}],
    "gradient": None,
    "reason": None,
    "certificate": TWO_BY_TWO["certificate"],
    "seconds": 0.01,
}

NOT_CRITICAL: dict[str, Any] = {
    **MINIMUM,
    "given": _point("not_critical", "13/2", False),
    "refined": _point("global_minimum", "1/2", True),
    "distance": "0.125",
    "gradient": {"W1": [["-1.5", "0"]], "W2": [["0.25"], ["0"]]},
    "evidence": [{"claim": "not_critical", "rule": "substitution", "text": "dL/dW1[0][0] = -3/2"}],
}

ACCEPTED: dict[str, Any] = {
    **_GENERAL,
    "question": "verify",
    "status": "accepted",
    "statement": "two_by_two.statement.json",
    "certificate": "two_by_two.certificate.json",
    "established": ["c1"],
    "lines": ["c1: the point p1 is critical"],
    "reason": None,
}

REFUSED: dict[str, Any] = {
    **ACCEPTED,
    "status": "refused",
    "established": [],
    "lines": [],
    "reason": "step s1 (substitution): the gradient at p1 is not zero",
}

EVERY_DOCUMENT = {
    "two_by_two": TWO_BY_TWO,
    "golden": GOLDEN,
    "undecided": UNDECIDED,
    "minimum": MINIMUM,
    "not_critical": NOT_CRITICAL,
    "accepted": ACCEPTED,
    "refused": REFUSED,
}
