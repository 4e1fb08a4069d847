"""Checks that a JSON document has the fixed shape: keys, types, and what follows from what."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

STATUS = {"certified", "undecided", "numerical", "refuted", "cited"}
POINT_KEYS = {
    "weights",
    "exact",
    "loss",
    "inertia",
    "critical",
    "local",
    "global",
    "kind",
    "status",
    "better",
}
STRATUM_KEYS = {"loss", "rank", "eigenvalues", "dimension", "inertia", "kind", "status", "points"}
SET_KEYS = {
    "status",
    "kind",
    "complex_count",
    "real_count",
    "dimension",
    "coercive",
    "strata_complete",
    "reason",
}
GENERAL_KEYS = {"symland", "seed", "budget", "engines", "warnings", "verdict", "question"}
LOCAL = {
    "strict_minimum",
    "minimum",
    "strict_saddle",
    "non_strict_saddle",
    "maximum",
    "constant",
    None,
}
BY_KIND = {  # kind: (local, global)
    "global_minimum": ({"strict_minimum", "minimum", "constant"}, True),
    "spurious_local_minimum": ({"strict_minimum", "minimum"}, False),
    "local_minimum": ({"strict_minimum", "minimum"}, None),
    "strict_saddle": ({"strict_saddle"}, False),
    "non_strict_saddle": ({"non_strict_saddle"}, False),
    "local_maximum": ({"maximum"}, False),
    "not_critical": ({None}, False),
    "undecided": ({None}, None),
}
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?")


def decimal(text: Any) -> Fraction:
    """A decimal string as a fraction."""
    assert isinstance(text, str)
    assert DECIMAL.fullmatch(text), text
    return Fraction(text)


def _matrix(array: Any, leaf: Any) -> None:
    assert isinstance(array, list)
    for item in array:
        if isinstance(item, list):
            _matrix(item, leaf)
        else:
            leaf(item)


def check_loss(loss: Any, rounding: Fraction = Fraction(0)) -> None:
    """Bounds around the exact value, of relative width at most 1e-12."""
    assert set(loss) >= {"lower", "upper", "exact"}
    low, high = decimal(loss["lower"]), decimal(loss["upper"])
    width = Fraction(1, 10**12)
    assert low <= high
    # A loss 0 that is not exact is only known to be small.
    assert high - low <= width * max(abs(low), abs(high), rounding)
    if loss["exact"] is not None:
        assert low <= Fraction(loss["exact"]) <= high


def check_inertia(inertia: Any) -> None:
    assert list(inertia) == ["positive", "negative", "zero"]
    assert all(type(n) is int and n >= 0 for n in inertia.values())


def check_point(point: Any, extra: frozenset[str] = frozenset()) -> None:
    """A point, `extra` the keys allowed beyond the fixed ones."""
    assert POINT_KEYS <= set(point) <= POINT_KEYS | {"barcode"} | extra
    for array in point["weights"].values():
        _matrix(array, decimal)
    exact = point["exact"]
    assert exact is None or set(point["weights"]) == set(exact) - {"root", "roots"}
    if point["loss"] is not None:
        sharp = point["status"] == "certified" and not {"box", "flat"} & set(point)
        check_loss(point["loss"], Fraction(0) if sharp else Fraction(1, 10**20))
    if point["inertia"] is not None:
        check_inertia(point["inertia"])
    assert point["status"] in STATUS
    local, is_global = BY_KIND[point["kind"]]
    assert point["local"] in local & LOCAL
    assert point["global"] is is_global
    assert point["critical"] in (True, False, None)
    assert (point["critical"] is False) == (point["kind"] == "not_critical")
    if point["better"] is not None:
        assert {"weights", "loss"} <= set(point["better"])
        check_loss(point["better"]["loss"])
        lower = decimal(point["better"]["loss"]["upper"])
        assert lower <= decimal(point["loss"]["lower"])


def check_general(document: Any) -> None:
    assert set(document) >= GENERAL_KEYS
    assert isinstance(document["warnings"], list)
    assert isinstance(document["engines"], list)
    assert document["verdict"] in STATUS


def check_critical(document: Any) -> None:
    """The document of `symland critical --json`."""
    check_general(document)
    assert set(document) >= {"critical_set", "points", "strata"}
    whole = document["critical_set"]
    assert set(whole) == SET_KEYS
    assert whole["status"] in STATUS
    assert whole["kind"] in {"finite", "not_finite", "empty", None}
    assert type(whole["strata_complete"]) is bool
    for point in document["points"]:
        check_point(point, frozenset({"box", "digits", "gradient_norm", "orbit", "reason", "flat"}))
    for stratum in document["strata"]:
        check_stratum(stratum)
    losses = [decimal(s["loss"]["lower"]) for s in document["strata"]]
    assert losses == sorted(losses)


def check_stratum(stratum: Any) -> None:
    """A stratum: one exact point of each kind, the row's data consistent with its points'."""
    assert set(stratum) >= STRATUM_KEYS
    assert set(stratum) <= STRATUM_KEYS | {"count", "inertia_range", "barcode"}
    check_loss(stratum["loss"])
    indices = [i for i, _ in stratum["eigenvalues"]]
    assert indices == sorted(set(indices))
    assert all(i >= 1 and m >= 1 for i, m in stratum["eigenvalues"])
    assert sum(m for _, m in stratum["eigenvalues"]) == stratum["rank"]
    assert type(stratum["dimension"]) is int
    if stratum["inertia"] is not None:
        check_inertia(stratum["inertia"])
        assert all(p["inertia"] == stratum["inertia"] for p in stratum["points"])
    kinds = [p["kind"] for p in stratum["points"]]
    assert len(set(kinds)) == len(kinds) >= 1
    if stratum["kind"] == "mixed":
        assert set(kinds) == {"strict_saddle", "non_strict_saddle"}
        assert stratum["inertia"] is None
    else:
        assert kinds == [stratum["kind"]]
    for point in stratum["points"]:
        check_point(point)
        assert {k: point["loss"][k] for k in ("lower", "upper", "exact")} == {
            k: stratum["loss"][k] for k in ("lower", "upper", "exact")
        }
        total = sum(point["inertia"].values())
        assert stratum["dimension"] <= total


def check_classify(document: Any) -> None:
    """The document of `symland classify --json`."""
    check_general(document)
    assert set(document) >= {"given", "refined", "distance"}
    check_point(document["given"], frozenset({"kinks"}))
    if document["refined"] is not None:
        check_point(
            document["refined"],
            frozenset({"digits", "gradient_norm", "reason", "box", "flat", "kinks"}),
        )
        assert document["given"]["critical"] is not True
        decimal(document["distance"])
    else:
        assert document["distance"] is None
