"""The picture: a whole file of the right type, or none."""

import pytest

pytest.importorskip("matplotlib")

from symland import Dataset, Network, Problem, Regularizer, critical_set
from symland.report.plot import NothingToDraw, picture, plot_critical_set
from tests.report.documents import GOLDEN, TWO_BY_TWO, UNDECIDED

MAGIC = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}


@pytest.mark.parametrize("suffix", MAGIC)
def test_each_type_is_what_it_says(tmp_path, suffix):
    path = plot_critical_set(TWO_BY_TWO, tmp_path / f"picture.{suffix}")
    assert path.read_bytes().startswith(MAGIC[suffix])
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_marks_are_labelled(tmp_path):
    text = plot_critical_set(TWO_BY_TWO, tmp_path / "a.svg").read_text()
    for words in ("global minimum", "strict saddle", "dim 1, inertia (3, 0, 1)", "two_by_two"):
        assert words in text


def test_ranges_are_shown_as_ranges(tmp_path):
    text = plot_critical_set(GOLDEN, tmp_path / "a.svg").read_text()
    assert "inertia (2-3, 0-1, 1)" in text


def test_nothing_to_draw(tmp_path):
    with pytest.raises(NothingToDraw, match="the answer has no strata or points to draw"):
        plot_critical_set(UNDECIDED, tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


def test_a_loss_beyond_the_floats(tmp_path):
    stratum = TWO_BY_TWO["strata"][0] | {"loss": {"exact": "1" + "0" * 400}}
    with pytest.raises(NothingToDraw, match="a loss is too large to draw"):
        plot_critical_set(TWO_BY_TWO | {"strata": [stratum]}, tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


def test_unknown_type(tmp_path):
    with pytest.raises(ValueError, match="type 'gif', expected png, pdf or svg"):
        plot_critical_set(TWO_BY_TWO, tmp_path / "a.gif")


def test_points_over_their_index(tmp_path):
    problem = Problem(Network((1, 1, 1)), Dataset([[1]], [[2]]), regularizer=Regularizer("1/10"))
    document = critical_set(problem, budget=4).to_json()
    assert not document["strata"]
    text = plot_critical_set(document, tmp_path / "a.svg").read_text()
    for expected in ("negative eigenvalues of the Hessian", "strict saddle", "inertia (2, 0, 0)"):
        assert expected in text


def drawn(panels):
    """The figure that `picture` writes, as matplotlib has it."""
    from matplotlib.figure import Figure

    figures = []

    class Kept(Figure):
        def savefig(self, *arguments, **options):
            figures.append(self)
            super().savefig(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matplotlib.figure.Figure", Kept)
        picture("png", panels, (3.6 * len(panels), 3.9))
    return figures[0]


def test_the_legend_lies_beside_the_data_and_names_each_kind_once():
    def draw(axes):
        axes.scatter([0, 1], [0, 1], label="strict saddle")

    figure = drawn([draw, draw])
    assert all(axes.get_legend() is None for axes in figure.axes)
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["strict saddle"]
    box = legend.get_window_extent()
    assert not any(box.overlaps(axes.get_window_extent()) for axes in figure.axes)


def test_no_legend_where_there_is_nothing_to_name():
    assert drawn([lambda axes: axes.plot([0, 1], [0, 1])]).legends == []
