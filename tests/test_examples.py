"""The example files: readable, and the Iris data those of the paper."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

import symland

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
PROBLEMS = sorted(path.name for path in EXAMPLES.glob("*.toml"))
WEIGHTS = sorted(path.name for path in EXAMPLES.glob("*.json"))


def iris_rows():
    with (EXAMPLES / "iris.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_problem_is_read(name):
    problem = symland.read_problem(EXAMPLES / name)
    assert problem.name == name.removesuffix(".toml")


@pytest.mark.parametrize("name", WEIGHTS)
def test_every_weights_file_fits_its_problem(name):
    owner = max((p for p in PROBLEMS if name.startswith(p.removesuffix(".toml"))), key=len)
    problem = symland.read_problem(EXAMPLES / owner)
    weights = symland.read_weights(EXAMPLES / name, problem.network)
    assert set(weights.values) == set(problem.network.shapes)


def test_every_file_is_in_the_table():
    text = (EXAMPLES / "README.md").read_text()
    for name in [*PROBLEMS, *WEIGHTS]:
        assert f"`{name}`" in text, name


def test_iris_is_three_times_fifty():
    species = [row["species"] for row in iris_rows()]
    assert species == ["setosa"] * 50 + ["versicolor"] * 50 + ["virginica"] * 50


@pytest.mark.parametrize(
    ("species", "means"),
    [
        # The means of the paper's table, as statistics packages print them too.
        ("setosa", ("5.006", "3.428", "1.462", "0.246")),
        ("versicolor", ("5.936", "2.77", "4.26", "1.326")),
        ("virginica", ("6.588", "2.974", "5.552", "2.026")),
    ],
)
def test_iris_has_the_means_of_the_paper(species, means):
    rows = [row for row in iris_rows() if row["species"] == species]
    columns = ("sepal_length", "sepal_width", "petal_length", "petal_width")
    found = tuple(sum(Fraction(row[column]) for row in rows) / 50 for column in columns)
    assert found == tuple(map(Fraction, means))


def test_iris_is_read_exactly():
    problem = symland.read_problem(EXAMPLES / "iris.toml")
    assert problem.dataset.inputs[0] == tuple(map(Fraction, ("51/10", "7/2", "7/5", "1/5")))
    assert problem.dataset.targets[0] == (1, 0, 0)
    assert problem.dataset.targets[149] == (0, 0, 1)
