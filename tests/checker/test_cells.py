"""Rules of cells and kinks: what they accept is true, computed a second way."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from symland.checker import check
from symland.checker.cell_flows import cell_flows
from symland.checker.cells import Cell, Line, _lines, normals, read_cell
from symland.checker.context import Context
from symland.checker.intervals import number
from symland.checker.network import coordinates
from symland.checker.rules_cells import _largest
from symland.checker.statement import read_statement
from symland.checker.verdict import Refused
from symland.landscape.float_landscape import FloatLandscape
from symland.problem import parse_problem

BASES = Path(__file__).parent.parent / "rejected" / "bases_enclosed"
MINIMA = [
    "kink",
    "convex_cell",
    "convex_kink",
    "convex_held",
    "cell_flows",
    "deep_cell",
    "exchange",
    "absent",
    "absent_in_the_plane",
    "deep_absent",
]
BITS = 80


def base(name: str) -> list[dict[str, Any]]:
    return [
        json.loads((BASES / f"{name}.{kind}.json").read_text())
        for kind in ("statement", "certificate")
    ]


def context(files: list[dict[str, Any]]) -> Context:
    return Context(read_statement(json.dumps(files[0]).encode()))


def rational(files: list[dict[str, Any]]) -> tuple[Any, Any]:
    """The problem as floats see it, and the midpoint of the point's slice."""
    point = files[0]["points"]["p1"]
    weights = point["slice"]["midpoint"] if "slice" in point else point
    problem = parse_problem(files[0]["problem"])
    flat = [
        float(Fraction(x))
        for n in problem.network.shapes
        for row in weights[n]
        for x in (row if isinstance(row, list) else [row])
    ]
    return FloatLandscape(problem), np.array(flat)


@pytest.mark.parametrize("name", MINIMA)
def test_no_lower_point_is_near_what_is_accepted(name: str) -> None:
    files = base(name)
    verdict = check(*(json.dumps(x).encode() for x in files))
    assert verdict.accepted, verdict.reason
    assert "minimum" in verdict.lines[0] + verdict.lines[-1]
    landscape, point = rational(files)
    here, random = landscape.loss(point), np.random.default_rng(0)
    for reach in (1e-2, 1e-4, 1e-6):
        for _ in range(200):
            step = random.normal(size=len(point)) * 10.0 ** random.uniform(-2, 0, len(point))
            assert landscape.loss(point + reach * step / np.linalg.norm(step)) >= here - 1e-14


@pytest.mark.parametrize(("name", "count"), [("cell_flows", 2), ("deep_cell", 4), ("exchange", 1)])
def test_the_loss_is_constant_along_flows(name: str, count: int) -> None:
    """The fields are orthogonal to the gradient at other weights of the cell too."""
    files = base(name)
    about, (landscape, point) = context(files), rational(files)
    random = np.random.default_rng(1)
    step = files[1]["steps"][0]
    for _ in range(5):
        near = point + 1e-2 * random.normal(size=len(point))
        rows = shaped(about, near)
        fields = cell_flows(about.problem, read_cell(about, rows), step["flat"], rows)
        assert len(fields) == count
        for field in fields:
            pairs = zip(field, landscape.gradient(near), strict=True)
            slope = sum(float(x.ends()[0]) * g for x, g in pairs)
            assert abs(slope) < 1e-12


def shaped(about: Context, vector: Any) -> Any:
    rest = iter(vector)
    return {
        n: [[number(Fraction(float(next(rest))), BITS) for _ in range(columns)] for _ in range(r)]
        for n, (r, columns) in about.problem.shapes.items()
    }


def test_a_cell_has_the_slopes_of_its_signs() -> None:
    files = base("cell_flows")
    about, (_, point) = context(files), rational(files)
    cell = read_cell(about, shaped(about, point))
    half = Fraction(1, 2)
    assert cell.pattern(1, 0) == [1, 1, 1, 1]
    assert cell.pattern(1, 1) == [half] * 4
    point[0], point[2] = -1.0, 2.5  # 2.5 - x at x = 2, 3, 3, 0
    assert read_cell(about, shaped(about, point)).pattern(1, 0) == [1, half, half, 1]
    point[2] = 2.0
    with pytest.raises(Refused, match="hidden layer 1, neuron 1, sample 1: the sign"):
        read_cell(about, shaped(about, point))


def test_kinks_at_proportional_inputs_are_one_line() -> None:
    problem = SimpleNamespace(
        inputs=[[Fraction(x) for x in row] for row in ((1, 2), (-2, -4), (0, 3), (3, 6))],
        shapes={"W1": (2, 2)},
        functions=(("relu", Fraction(0)),),
        widths=(2, 2, 1),
    )
    lines = _lines(problem, 1, [0, 1, 2, 3])  # type: ignore[arg-type]
    assert [line.factors for line in lines] == [{0: 1, 1: -2, 3: 3}, {2: 1}]
    cell = Cell([[[Fraction(0)] * 2] for _ in range(4)], lines=lines)
    assert [s[0][1] for s in cell.side(problem, 1)] == [1, 0, 1, 1]  # type: ignore[arg-type]
    assert [s[0][1] for s in cell.side(problem, -1)] == [0, 1, 0, 0]  # type: ignore[arg-type]
    (a, n), (b, m) = normals(problem, cell)  # type: ignore[arg-type]
    assert set(a) == {2, 3}  # the weights into the second neuron
    assert set(b) == {3}
    table = [[sum(x * dual.get(i, 0) for i, x in v.items()) for dual in (n, m)] for v in (a, b)]
    assert table == [[1, 0], [0, 1]]
    with pytest.raises(Refused, match="dependent inputs"):
        problem.inputs.append([Fraction(1), Fraction(0)])
        _lines(problem, 1, [0, 2, 4])  # type: ignore[arg-type]
    assert isinstance(lines[0], Line)


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_the_bound_of_an_absent_neuron_holds(dimension: int) -> None:
    random = np.random.default_rng(dimension)
    for slope in ("relu", "leaky_relu"):
        a = Fraction(1, 3) if slope == "leaky_relu" else Fraction(0)
        inputs = random.integers(-4, 5, (5, dimension))
        r = random.normal(size=5)
        problem = SimpleNamespace(
            widths=(dimension, 1, 1),
            inputs=[[Fraction(int(x)) for x in row] for row in inputs],
            functions=((slope, a),),
        )
        place: Any = SimpleNamespace(problem=problem, bits=BITS)
        bound = float(_largest(place, [number(Fraction(float(x)), BITS) for x in r]).ends()[1])
        u = random.normal(size=(4000, dimension))
        u /= np.linalg.norm(u, axis=1, keepdims=True)
        z = u @ inputs.T
        sums = abs(np.where(z > 0, z, float(a) * z) @ r)
        assert sums.max() <= bound + 1e-12
        if dimension == 1:
            assert bound <= sums.max() + 1e-12


def test_a_translation_of_a_kinked_neuron_keeps_its_kink() -> None:
    files = base("kink")
    files[0]["problem"].pop("regularizer")
    about = context(files)
    cell = Cell(
        [[[Fraction(0)]]] * 4,
        [[[False], [True]]] * 4,
        [Line(0, [Fraction(-2), Fraction(1)], {1: Fraction(1)})],
    )
    rows = {n: [[number(Fraction(1), BITS)] * c] * r for n, (r, c) in about.problem.shapes.items()}
    seen = {"translations": [{"W1": [["1"]], "b1": ["0"]}]}
    with pytest.raises(Refused, match="changes what layer 1 receives of sample 1"):
        cell_flows(about.problem, cell, seen, rows)
    along = {"translations": [{"W1": [["1"]], "b1": ["2"]}]}
    assert len(cell_flows(about.problem, cell, along, rows)) == 1
    shifted = {"generators": [{"1": {"matrix": [["0"]], "shift": ["1"]}}]}
    with pytest.raises(Refused, match="shifts a neuron with different slopes"):
        cell_flows(about.problem, cell, shifted, rows)
    assert len(coordinates(about.problem)) == 3


def test_what_an_exchange_needs() -> None:
    files = base("exchange")
    about, (_, point) = context(files), rational(files)
    rows = shaped(about, point)
    cell = read_cell(about, rows)
    given = {"exchanges": [{"layer": 1, "neurons": [1, 2]}]}
    (field,) = cell_flows(about.problem, cell, given, rows)
    assert [bool(x.lower or x.upper) for x in field] == [False] * 2 + [True, False] + [False] * 2
    for spoiled in (
        Cell([[[Fraction(1), Fraction(i)]] for i in range(4)], cell.quiet),
        Cell(cell.slopes, cell.quiet, [Line(0, [Fraction(1)], {2: Fraction(1)})]),
        Cell(cell.slopes, cell.quiet, absent=(1,)),
    ):
        with pytest.raises(Refused, match="a neuron of different slopes"):
            cell_flows(about.problem, spoiled, given, rows)
    files[0]["problem"]["regularizer"]["l2"]["b1"] = ["0", "1"]
    with pytest.raises(Refused, match="a bias that is regularized"):
        cell_flows(context(files).problem, cell, given, rows)
    files = base("exchange")
    files[0]["problem"]["network"]["widths"] = [1, 2, 2]
    files[0]["problem"]["data"]["targets"] = [["0", "0"]] * 4
    files[0]["problem"]["regularizer"]["l2"].pop("W2")
    with pytest.raises(Refused, match="that one neuron reads"):
        cell_flows(context(files).problem, cell, given, rows)
