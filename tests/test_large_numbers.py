"""Numbers beyond the range of floats are answered exactly, and shown."""

import json

import pytest
from click.testing import CliRunner

from symland import Dataset, Network, Problem, classify, critical_set
from symland.cli import main
from symland.report import to_html_fragment, to_latex, to_markdown

LINEAR = Problem(Network((1, 1, 1)), Dataset([[1]], [[2]]))
CUBE = Problem(Network((1, 1, 1), "cube"), Dataset([[1]], [[2]]))
FAR = Problem(Network((1, 1, 1), "cube"), Dataset([["1e400"]], [[2]]))


@pytest.mark.parametrize("problem", [LINEAR, CUBE, FAR], ids=["linear", "cube", "far data"])
@pytest.mark.parametrize("weight", ["1e200", "1e400"])
def test_a_point_beyond_the_floats_is_not_critical(problem, weight):
    document = classify(problem, {"W1": [[weight]], "W2": [[2]]}).to_json()
    assert document["verdict"] == "certified"
    assert document["given"]["kind"] == "not_critical"
    assert document["given"]["weights"]["W1"] == [[weight]]
    assert document["refined"] is None
    assert "critical point" in document["reason"]


@pytest.mark.parametrize("place", ["inputs", "targets"])
@pytest.mark.parametrize("value", ["1e200", "1e400"])
@pytest.mark.parametrize("activation", ["sigmoid", "exp"])
def test_analytic_networks_with_data_beyond_the_floats(place, value, activation):
    data = {"inputs": [[0], [1], [3]], "targets": [[1], [-2], [3]]}
    data[place][1] = [value]
    problem = Problem(Network((1, 2, 1), activation, bias="all"), Dataset(**data))
    weights = {"W1": [[1], [1]], "b1": [0, 1], "W2": [[1, 2]], "b2": [0]}
    document = classify(problem, weights, budget=10).to_json()
    assert document["verdict"] in ("certified", "undecided")
    assert document["given"]["kind"] in ("not_critical", "undecided")
    assert document["reason"]


@pytest.mark.parametrize("place", ["inputs", "targets"])
@pytest.mark.parametrize("value", ["1e200", "-1e400", "1e99"])
@pytest.mark.parametrize("box", [None, (-3, 3)])
def test_critical_points_of_analytic_networks_with_data_beyond_the_floats(place, value, box):
    data = {"inputs": [[0], [1], [3]], "targets": [[1], [-2], [3]]}
    data[place][1] = [value]
    problem = Problem(Network((1, 1, 1), "exp"), Dataset(**data))
    document = critical_set(problem, budget=1.5, box=box).to_json()
    large = "a number of the problem has over 100 digits" in document.get("reason", "")
    assert large is (value != "1e99")


def test_critical_values_of_thousands_of_digits():
    # One sample: the losses are 0 and half the square of the target.
    problem = Problem(Network((1, 1, 1)), Dataset([[1]], [["1e3000"]]))
    document = critical_set(problem).to_json()
    assert document["verdict"] == "certified"
    assert [row["loss"]["exact"] for row in document["strata"]] == ["0", "5" + "0" * 5999]
    for text in (to_markdown(document), to_html_fragment(document), to_latex(document)):
        assert "5e5999" in text
        assert "(6000 digits)" in text


def test_irrational_critical_values_of_thousands_of_digits():
    # With t = 10^2500, Y = t (1, 1; 0, 1) and Σ = t^2 (2, 1; 1, 1) has eigenvalues
    # t^2 (3 ± √5)/2; the losses are t^2 (3 ∓ √5)/4 and 3 t^2 / 2.
    t = "1e2500"
    problem = Problem(Network((2, 1, 2)), Dataset([[1, 0], [0, 1]], [[t, 0], [t, t]]))
    document = critical_set(problem).to_json()
    assert document["verdict"] == "certified"
    for text in (to_markdown(document), to_html_fragment(document)):
        for value in ("1.9098300...e4999", "1.3090169...e5000", "1.5e5000", "root of p1"):
            assert value in text


def test_a_picture_of_such_values_is_declined(tmp_path):
    pytest.importorskip("matplotlib")
    problem, picture = tmp_path / "far.json", tmp_path / "far.png"
    data = {"inputs": [[1]], "targets": [["1e3000"]]}
    problem.write_text(json.dumps({"network": {"widths": [1, 1, 1]}, "data": data}))
    result = CliRunner().invoke(main, ["critical", str(problem), "--plot", str(picture)])
    assert result.exit_code == 0
    assert f"--plot {picture}: a loss is too large to draw, nothing written" in result.stderr
    assert not picture.exists()
