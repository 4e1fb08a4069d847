"""Points: exact entries, shapes against the network, canonical form and round trips."""

import json
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from symland.problem import (
    Algebraic,
    InputError,
    Log,
    Network,
    Root,
    Weights,
    parse_weights,
    read_weights,
)

SQRT2 = {"polynomial": ["-2", "0", "1"], "interval": ["1", "2"]}
SQRT3 = {"polynomial": ["-3", "0", "1"], "interval": ["1", "2"]}


def algebraic(**terms: list[int]) -> Algebraic:
    return Algebraic(tuple((name, tuple(map(Fraction, c))) for name, c in terms.items()))


def test_rational_points() -> None:
    point = parse_weights({"W2": [["2"], [0.5]], "b1": ["0.1"], "W1": [["1/2", "-0"]]})
    assert list(point.values) == ["W1", "b1", "W2"]
    assert point.matrices() == {
        "W1": ((Fraction(1, 2), 0),),
        "b1": (Fraction(1, 10),),
        "W2": ((2,), (Fraction(1, 2),)),
    }
    assert (point.is_rational, point.has_logs, point.roots) == (True, False, {})
    assert point == Weights({"W1": [["1/2", 0]], "b1": [Fraction(1, 10)], "W2": [[2], ["0.5"]]})
    assert hash(point) == hash(parse_weights(point.to_json()))


def test_logarithms() -> None:
    point = parse_weights({"W1": [["log(1/2)", " log( 0.25 ) ", "log(1)", "log(4/2)"]]})
    assert point.values["W1"] == ((Log(Fraction(1, 2)), Log(Fraction(1, 4)), 0, Log(Fraction(2))),)
    assert point.to_json() == {"W1": [["log(1/2)", "log(1/4)", "0", "log(2)"]]}
    assert (point.is_rational, point.has_logs) == (False, True)
    with pytest.raises(InputError, match=r"weights: got 'log\(1/2\)', expected rational entries"):
        point.matrices()


def test_one_root() -> None:
    point = parse_weights({"root": SQRT2, "W1": [[["1/2", "3"], ["7", "0"], [0, 1, "0.0"], "5"]]})
    t = Root((Fraction(-2), Fraction(0), Fraction(1)), (Fraction(1), Fraction(2)))
    assert point.roots == {"": t}
    assert point.values["W1"] == (
        (
            Algebraic((("", (Fraction(1, 2), Fraction(3))),)),
            Fraction(7),
            Algebraic((("", (Fraction(0), Fraction(1))),)),
            Fraction(5),
        ),
    )
    assert point.to_json()["root"] == SQRT2
    assert point.to_json()["W1"] == [[["1/2", "3"], "7", ["0", "1"], "5"]]


def test_several_roots() -> None:
    table = {
        "roots": {"t": SQRT3, "s": SQRT2},
        "W1": [["1/2", {"t": ["5"], "s": ["0", "1"]}, {"s": ["2"], "t": ["3"]}, {}]],
        "W2": [[{"t": ["1", "1"], "s": ["1", "0", "1"]}]],
    }
    point = parse_weights(table)
    assert point.values["W1"] == ((Fraction(1, 2), algebraic(s=[5, 1]), 5, 0),)
    assert point.values["W2"] == ((algebraic(s=[2, 0, 1], t=[0, 1]),),)
    assert list(point.to_json()["roots"]) == ["s", "t"]
    assert parse_weights(point.to_json()) == point


def test_roots_that_no_entry_uses_are_dropped() -> None:
    point = parse_weights({"roots": {"s": SQRT2, "t": SQRT3}, "W1": [[{"s": [0, 1], "t": [1]}]]})
    assert list(point.roots) == ["s"]
    assert parse_weights({"root": SQRT2, "W1": [["1"]]}) == Weights({"W1": [[1]]})


entries = st.one_of(
    st.fractions().map(str),
    st.fractions(min_value=Fraction(1, 10**6)).map(lambda x: f"log({x})"),
    st.dictionaries(
        st.sampled_from(["s", "t"]), st.lists(st.fractions().map(str), min_size=1, max_size=4)
    ),
)


@given(st.lists(st.tuples(entries, entries), min_size=1, max_size=3))
def test_points_go_through_json(rows: list) -> None:
    point = parse_weights({"roots": {"s": SQRT2, "t": SQRT3}, "W1": rows})
    again = json.loads(json.dumps(point.to_json()))
    assert parse_weights(again) == point
    assert parse_weights(again).to_json() == again


NETWORK = Network([2, 1, 2], bias="hidden")
GOOD = {"W1": [["1", "0"]], "b1": ["0"], "W2": [["1"], ["0"]]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"W1": [["1"]]}, "W1: got a 1 x 1 matrix, expected a 1 x 2 matrix"),
        ({"b1": [1, 2]}, "b1: got a vector of length 2, expected a vector of length 1"),
        ({"W2": None}, "W2: missing, expected a 2 x 1 matrix"),
        ({"b2": [0, 0]}, "b2: no parameter of the network, expected W1, b1, W2"),
        ({"W3": [[0]]}, "W3: no parameter of the network, expected W1, b1, W2"),
    ],
)
def test_points_that_do_not_fit_the_network(change: dict, message: str) -> None:
    table = {name: value for name, value in (GOOD | change).items() if value is not None}
    parse_weights(GOOD, NETWORK)
    with pytest.raises(InputError) as error:
        parse_weights(table, NETWORK)
    assert str(error.value) == message


def nested(depth: int) -> list:
    """Brackets within brackets."""
    value: list = []
    for _ in range(depth):
        value = [value]
    return value


NUMBER = "expected an integer, a fraction 'p/q' or a decimal"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "weights: got {}, expected parameters W1, b1, ... with their entries"),
        ([[1]], "weights: got [[1]], expected an object with one entry a parameter"),
        ({"w1": [[1]]}, "unknown key 'w1', expected parameters W1, b1, W2, ..., root or roots"),
        ({"W0": [[1]]}, "unknown key 'W0', expected parameters W1, b1"),
        ({"root2": SQRT2, "W1": [[1]]}, "unknown key 'root2', expected parameters W1"),
        ({"W1": []}, "W1: got [], expected at least one row"),
        ({"W1": [[]]}, "W1 row 1: got [], expected a row, that is a list of numbers, not empty"),
        ({"W1": [[1, 2], [3]]}, "W1 row 2: got 1 entries, expected 2 as in row 1"),
        ({"W1": [1, 2]}, "W1 row 1: got 1, expected a row, that is a list of numbers"),
        ({"b1": 3}, "b1: got 3, expected a list of numbers"),
        ({"b1": []}, "b1: got [], expected a list of numbers, not empty"),
        ({"b1": [[1]]}, f"b1 entry 1: got [1], {NUMBER}"),
        ({"W1": [["x"]]}, f"W1 row 1 entry 1: got 'x', {NUMBER}"),
        ({"W1": [[nested(900)]]}, f"W1 row 1 entry 1: got [[[[[[[...]]]]]]], {NUMBER}"),
        ({"W1": [[None]]}, f"W1 row 1 entry 1: got None, {NUMBER}"),
        ({"W1": [[1, float("nan")]]}, "W1 row 1 entry 2: got nan, expected a finite number"),
        ({"W1": [["1e999999999"]]}, "W1 row 1 entry 1: got '1e999999999', expected a number of"),
        ({"W1": [["log(0)"]]}, "W1 row 1 entry 1: got 'log(0)', expected log of a positive number"),
        ({"W1": [["log(-1/2)"]]}, "got 'log(-1/2)', expected log of a positive number"),
        ({"W1": [["log(x)"]]}, f"W1 row 1 entry 1: got 'x', {NUMBER}"),
        ({"W1": [["log(log(2))"]]}, f"W1 row 1 entry 1: got 'log(2)', {NUMBER}"),
        ({"W1": [["-log(2)"]]}, f"W1 row 1 entry 1: got '-log(2)', {NUMBER}"),
        ({"W1": [[["0", "1"]]]}, f"W1 row 1 entry 1: got ['0', '1'], {NUMBER}"),
        ({"W1": [[{"s": [0, 1]}]]}, "W1 row 1 entry 1: got 's', expected a root among []"),
        (
            {"roots": {"s": SQRT2}, "W1": [[{"t": [0, 1]}]]},
            "W1 row 1 entry 1: got 't', expected a root among ['s']",
        ),
        ({"roots": {"s": SQRT2}, "W1": [[[0, 1]]]}, f"W1 row 1 entry 1: got [0, 1], {NUMBER}"),
        (
            {"root": SQRT2, "W1": [[[]]]},
            "W1 row 1 entry 1: got [], expected a list of coeff",
        ),
        ({"root": SQRT2, "W1": [[["0", "x"]]]}, "W1 row 1 entry 1 entry 2: got 'x', expected an"),
        (
            {"root": SQRT2, "roots": {}, "W1": [[1]]},
            "got both root and roots, expected one",
        ),
        ({"roots": [SQRT2], "W1": [[1]]}, "roots: got [{'polynomial': ['-2', '0', '1'], "),
        ({"roots": {"2": SQRT2}, "W1": [[1]]}, "roots: got '2', expected names of letters, digits"),
        ({"root": 3, "W1": [[1]]}, "root: got 3, expected a table with polynomial, interval"),
        ({"root": {"polynomial": [1]}, "W1": [[1]]}, "root.interval: missing, expected in root"),
        (
            {"root": SQRT2 | {"intervall": [1, 2]}, "W1": [[1]]},
            "root: unknown key 'intervall', expected one of polynomial, interval (did you mean",
        ),
        (
            {"root": SQRT2 | {"interval": [1]}, "W1": [[1]]},
            "root.interval: got [1], expected 2",
        ),
        (
            {"root": SQRT2 | {"interval": [-2, 2]}, "W1": [[1]]},
            "root.interval: got [-2, 2] with 2 roots of the polynomial, expected exactly 1",
        ),
        (
            {"roots": {"s": SQRT2 | {"interval": ["3/2", "8/5"]}}, "W1": [[1]]},
            "roots.s.interval: got [3/2, 8/5] with 0 roots of the polynomial, expected exactly 1",
        ),
        (
            {"root": {"polynomial": [1, 2, 1], "interval": [-2, 0]}, "W1": [[1]]},
            "root.polynomial: got [1, 2, 1], expected a squarefree polynomial (no multiple root)",
        ),
    ],
)
def test_points_that_are_refused(table: dict, message: str) -> None:
    with pytest.raises(InputError) as error:
        parse_weights(table)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_points_made_in_python_name_their_roots() -> None:
    with pytest.raises(InputError, match=r"roots: got 's', expected a root among \[\]"):
        Weights({"W1": [[algebraic(s=[0, 1])]]})
    root = Root((Fraction(-2), Fraction(0), Fraction(1)), (Fraction(1), Fraction(2)))
    both = Algebraic((("", (Fraction(0), Fraction(1))), ("s", (Fraction(0), Fraction(1)))))
    with pytest.raises(InputError, match=r"roots: got \['', 's'\], expected names for all roots"):
        Weights({"W1": [[both]]}, {"": root, "s": root})


def test_json_and_toml_files_agree(tmp_path: Path) -> None:
    (tmp_path / "w.json").write_text('{"W1": [[0.1, "log(2)"]], "b1": ["1/3"]}')
    (tmp_path / "w.toml").write_text('W1 = [[0.1, "log(2)"]]\nb1 = ["1/3"]\n')
    point = read_weights(tmp_path / "w.json")
    assert point == read_weights(tmp_path / "w.toml", Network([2, 1], bias="output"))
    assert point.values["W1"][0] == (Fraction(1, 10), Log(Fraction(2)))
    toml = 'W1 = [[["0", "1"]]]\n[root]\npolynomial = [-2, 0, 1]\ninterval = [1, 1.5]\n'
    (tmp_path / "r.toml").write_text(toml)
    assert read_weights(tmp_path / "r.toml").roots[""].interval == (1, Fraction(3, 2))
    assert tomllib.loads(toml)["root"]["interval"] == [1, 1.5]


def test_files_that_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    cases = [
        ('{"W1": [[1]], "W1": [[2]]}', "key 'W1' stands twice in one object, expected once"),
        ('{"W1": [[1}', "malformed JSON: Expecting ',' delimiter: line 1 column 11 (char 10)"),
        ('{"W1": [[NaN]]}', "W1 row 1 entry 1: got NaN, expected a finite number"),
        ('{"W1": [["1", "2"]]}', "W1: got a 1 x 2 matrix, expected a 1 x 1 matrix"),
    ]
    for text, message in cases:
        path.write_text(text)
        with pytest.raises(InputError) as error:
            read_weights(path, Network([1, 1]))
        assert str(error.value) == f"{path}: {message}"
    with pytest.raises(InputError) as error:
        read_weights(tmp_path / "none.json")
    assert str(error.value) == f"{tmp_path / 'none.json'}: no such file"


def test_latex_of_a_point() -> None:
    point = parse_weights({"root": SQRT2, "W1": [[["1", "-2"], "log(2)"]], "b1": ["3"]})
    latex = point._repr_latex_()
    assert r"W_{1} = \begin{pmatrix} 1 - 2\,t & \log(2) \end{pmatrix}" in latex
    assert r"b_{1} = \begin{pmatrix} 3 \end{pmatrix}" in latex
