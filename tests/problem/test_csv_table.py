"""Data from CSV files: exact cells, one-hot labels, and tables that are refused."""

import os
from fractions import Fraction
from pathlib import Path

import pytest

from symland.problem import InputError, Problem, read_problem

IRIS = Path(__file__).parents[2] / "docs" / "examples" / "iris.csv"


def problem(folder: Path, csv: bytes | str, data: str, widths: str = "[1, 1]") -> Problem:
    path = folder / "t.csv"
    path.write_bytes(csv.encode() if isinstance(csv, str) else csv)
    file = folder / "p.toml"
    file.write_text(f'[network]\nwidths = {widths}\n[data]\ncsv = "t.csv"\n{data}')
    return read_problem(file)


def test_cells_are_exact_and_labels_are_sorted(tmp_path: Path) -> None:
    csv = "x,kind,y\n0.1,pear,1/3\n-2.50e-1,apple,7\n3,fig,0\n"
    data = problem(tmp_path, csv, 'inputs = ["y", "x"]\none_hot = "kind"', "[2, 3]").dataset
    assert data.inputs == (
        (Fraction(1, 3), Fraction(1, 10)),
        (Fraction(7), Fraction(-1, 4)),
        (Fraction(0), Fraction(3)),
    )
    assert data.targets == ((0, 0, 1), (1, 0, 0), (0, 1, 0))  # apple, fig, pear


def test_columns_as_targets(tmp_path: Path) -> None:
    data = problem(tmp_path, "x,y\n1,2\n3,4\n", 'inputs = ["x"]\ntargets = ["y"]').dataset
    assert (data.inputs, data.targets) == (((1,), (3,)), ((2,), (4,)))


@pytest.mark.parametrize(
    "csv",
    [
        b"\xef\xbb\xbfthe x,y\n1,2\n",
        b'"the x","y"\r\n"1","2"\r\n',
        b"\n  \n the x , y\n\n 1 , 2 \n\n\n",
        b'"the x", "y"\n1, "2"',
        b'unused,"the x",y\n"a, ""b""\nc",1,2\n',
    ],
)
def test_marks_quotes_spaces_and_blank_lines(tmp_path: Path, csv: bytes) -> None:
    data = problem(tmp_path, csv, 'inputs = ["the x"]\ntargets = ["y"]').dataset
    assert (data.inputs, data.targets) == (((1,),), ((2,),))


def test_an_empty_cell_in_a_column_that_is_not_used_is_no_matter(tmp_path: Path) -> None:
    data = problem(tmp_path, "x,y,z\n1,2,\n", 'inputs = ["x"]\ntargets = ["y"]').dataset
    assert data.sample_count == 1


def test_iris_as_printed_by_fisher() -> None:
    data = read_problem(IRIS.with_name("iris.toml")).dataset
    assert (data.sample_count, data.input_width, data.target_width) == (150, 4, 3)
    # Published sums over the 150 samples (means 5.843, 3.057, 3.758, 1.199), 50 of each species.
    assert [sum(row) for row in data.X] == [
        Fraction("876.5"), Fraction("458.6"), Fraction("563.7"), Fraction("179.9")
    ]  # fmt: skip
    assert [sum(row) for row in data.Y] == [50, 50, 50]


XY = 'inputs = ["x"]\ntargets = ["y"]'


@pytest.mark.parametrize(
    ("csv", "data", "message"),
    [
        (
            "x,y\n1,2\n",
            'inputs = ["xx"]\ntargets = ["y"]',
            "data.csv: t.csv: no column 'xx', expec",
        ),
        ("xs,y\n1,2\n", XY, "data.csv: t.csv: no column 'x', expected one of xs, y (did you mean"),
        (
            "x,x,y\n1,2,3\n",
            XY,
            "data.csv: t.csv: 2 columns 'x', expected one of x, x, y, each name",
        ),
        ("x,y\n1,2\n1\n", XY, "data.csv: t.csv: line 3: got 1 cells, expected 2 as in the header"),
        ("x,y\n1,2,3\n", XY, "data.csv: t.csv: line 2: got 3 cells, expected 2 as in the header"),
        ("x,y\n\n1,\n", XY, "data.csv: t.csv: line 3 column 'y': empty cell, expected a value"),
        ("x,y\n1,a\n", XY, "data.csv: t.csv: line 2 column 'y': got 'a', expected an integer"),
        ("x,y\nnan,1\n", XY, "data.csv: t.csv: line 2 column 'x': got 'nan', expected a finite"),
        ("x,y\n1e999999999,1\n", XY, "line 2 column 'x': got '1e999999999', expected a number of"),
        ("x,y\n", XY, "data.csv: t.csv: got 1 lines, expected a header and at least one row"),
        ("", XY, "data.csv: t.csv: got 0 lines, expected a header and at least one row"),
        ('x,y\n"1,2\n', XY, "data.csv: t.csv: line 2: malformed CSV: unexpected end of data"),
        (b"x,y\n\xff,1\n", XY, "data.csv: t.csv: byte 4 is no UTF-8, expected text in UTF-8"),
        (
            "x,kind\n1,\n",
            'inputs = ["x"]\none_hot = "kind"',
            "data.csv: t.csv: line 2 column 'kind': empty cell, expected a value",
        ),
        (
            "x,y\n1,2\n",
            'inputs = ["x"]\ntargets = ["y"]\none_hot = "y"',
            "data: got both of targets and one_hot, expected one of them",
        ),
        ("x,y\n1,2\n", 'inputs = ["x"]', "data: got neither of targets and one_hot, expected one"),
        ("x,y\n1,2\n", 'targets = ["y"]', "data.inputs: missing, expected in data"),
        (
            "x,y\n1,2\n",
            'inputs = ["x"]\none_hot = 3',
            "data.one_hot: got 3, expected the name of a",
        ),
        (
            "x,y\n1,2\n",
            'inputs = "x"\ntargets = ["y"]',
            "data.inputs: got 'x', expected a list of distinct column names of the CSV file",
        ),
        (
            "x,y\n1,2\n",
            'inputs = ["x", "x"]\ntargets = ["y"]',
            "data.inputs: got ['x', 'x'], expec",
        ),
        (
            "x,y\n1,2\n",
            'inputs = ["x"]\ntargets = [[1]]',
            "data.targets: got [[1]], expected a list",
        ),
        (
            "x,y\n1,2\n",
            'inputs = ["x"]\ntarget = ["y"]',
            "data: unknown key 'target', expected one",
        ),
        (
            "x,kind\n1,a\n2,b\n",
            'inputs = ["x"]\none_hot = "kind"',
            "network.widths: got 1 as output width, expected 2, the number of entries of a row of",
        ),
    ],
)
def test_tables_that_are_refused(tmp_path: Path, csv: bytes | str, data: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        problem(tmp_path, csv, data)
    assert str(error.value).startswith(f"{tmp_path / 'p.toml'}: ")
    assert message in str(error.value)


def test_a_missing_file(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text('[network]\nwidths = [1, 1]\n[data]\ncsv = "none.csv"\n' + XY)
    with pytest.raises(InputError) as error:
        read_problem(file)
    assert str(error.value) == f"{file}: data.csv: none.csv: no such file"
    file.write_text("[network]\nwidths = [1, 1]\n[data]\ncsv = 5\n" + XY)
    with pytest.raises(InputError) as error:
        read_problem(file)
    assert str(error.value) == f"{file}: data.csv: got 5, expected the name of a CSV file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")
    file = tmp_path / "p.toml"
    data = 'csv = "t.csv"\ninputs = ["x"]\ntargets = ["y"]'
    file.write_text(f"[network]\nwidths = [1, 1]\n[data]\n{data}\n")
    with pytest.raises(InputError) as caught:
        read_problem(file)
    assert str(caught.value) == (
        f"{file}: data.csv: t.csv: is a pipe or a device, expected a regular file"
    )
