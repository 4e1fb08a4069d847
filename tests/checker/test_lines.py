"""The words in which the checker says what it established, and why it read no further."""

import json
from typing import Any

import pytest

from symland.checker import check
from tests.checker.documents import certificate, one
from tests.checker.test_points import SCALAR, SQRT2, point

LONG = (
    "a polynomial of degree 1 in t, where t is the root of a polynomial of degree 2 in x "
    f"between 1 and {2**41}"
)


@pytest.mark.parametrize(
    ("weights", "roots", "kind", "fields", "line"),
    [
        (point("2", "3"), None, "value", {"value": "25/2"}, "c0: the loss at p is 25/2"),
        (
            {"root": "t", **point(["0", "1"], ["1"])},
            SQRT2,
            "value",
            {"value": ["3/2", "-1"]},
            "c0: the loss at p is -t + 3/2, where t is the root of x^2 - 2 between 1 and 2",
        ),
        (
            {"root": "t", **point(["0", "-1"], ["1"])},
            {"t": {"polynomial": ["-2", "0", "1"], "interval": ["-3/2", "-1414213/1000000"]}},
            "value",
            {"value": ["3/2", "1"]},
            "c0: the loss at p is t + 3/2, where t is the root of x^2 - 2 near -1.414",
        ),
        (
            {"root": "t", **point(["0", "1"], ["1"])},
            {"t": {"polynomial": [str(-(2**80)), "0", "1"], "interval": ["1", str(2**41)]}},
            "value",
            {"value": [f"{2**80 + 1}/2", "-1"]},
            "c0: the loss at p is " + LONG,
        ),
        (
            point("2", "3"),
            None,
            "enclosure",
            {"lower": "12", "upper": "13"},
            "c0: the loss at p lies in [12, 13]",
        ),
    ],
)
def test_a_loss_is_shown_as_a_number(
    weights: Any, roots: Any, kind: str, fields: Any, line: str
) -> None:
    more = {} if roots is None else {"roots": roots}
    verdict = one(SCALAR, {"p": weights}, kind, {"point": "p", **fields}, "evaluate", **more)
    assert verdict.lines == (line,)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"symland": "state', "not JSON: Unterminated string starting at 12"),
        (b'{"symland": "a\nb"}', "not JSON: Invalid control character at 14"),
        (b"", "not JSON: Expecting value at 0"),
    ],
)
def test_the_place_of_malformed_json_is_named_once(data: bytes, reason: str) -> None:
    assert check(data, json.dumps(certificate([])).encode()).reason == f"statement: {reason}"
