"""The picture of a classified point."""

import pytest

pytest.importorskip("matplotlib")

from symland.report.plot import NothingToDraw
from symland.report.plot_profiles import plot_profiles

DOCUMENT = {
    "problem": "toy",
    "network": {"widths": [1, 1]},
    "given": {"kind": "strict_saddle", "status": "certified"},
}
PROFILE = {
    "title": "least eigenvalue -1",
    "x": [-1.0, 0.0, 1.0],
    "loss": [1.0, 2.0, 1.0],
    "marks": [(0.0, 2.0, "strict_saddle"), (1.0, 1.0, "lower point")],
}


@pytest.mark.parametrize(
    ("suffix", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<")]
)
def test_files(tmp_path, suffix, start):
    path = plot_profiles(DOCUMENT, [PROFILE] * 4, tmp_path / f"new/picture.{suffix}")
    assert path.read_bytes().startswith(start)
    assert [p.name for p in path.parent.iterdir()] == [f"picture.{suffix}"]


def test_the_title_says_what_is_shown_and_that_it_is_no_proof(tmp_path):
    text = plot_profiles(DOCUMENT, [PROFILE], tmp_path / "a.svg").read_text()
    for words in (
        "toy (1-1)",
        "strict saddle",
        "floating",
        "no proof",
        "lower point",
        "eigenvalue",
    ):
        assert words in text
    undecided = DOCUMENT | {"given": {"kind": "undecided", "status": "undecided"}}
    text = plot_profiles(undecided, [PROFILE], tmp_path / "b.svg").read_text()
    assert "undecided, undecided" not in text


def test_nothing_to_draw(tmp_path):
    with pytest.raises(NothingToDraw, match="no losses near the point are floats"):
        plot_profiles(DOCUMENT, [], tmp_path / "a.png")
    with pytest.raises(ValueError, match="type 'gif', expected png, pdf or svg"):
        plot_profiles(DOCUMENT, [PROFILE], tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())


def test_a_far_point_and_high_losses_are_drawn_by_logarithms(tmp_path):
    far = PROFILE | {"unit": 2.0, "level": 4.0, "x": [-2.0, 0.0, 1e5], "loss": [3.0, 2.0, 1e8]}
    text = plot_profiles(DOCUMENT, [PROFILE, far], tmp_path / "a.svg").read_text()
    for words in ("distance, logarithmic beyond 2", "loss, logarithmic above 4"):
        assert words in text
    plain = plot_profiles(DOCUMENT, [PROFILE, PROFILE], tmp_path / "b.svg").read_text()
    assert "logarithmic" not in plain


def test_a_long_title_breaks_between_sentences(tmp_path):
    """Not before its last word."""
    name = "a_problem_with_a_name_that_is_so_long_that_the_title_needs_two_lines"
    text = plot_profiles(DOCUMENT | {"problem": name}, [PROFILE], tmp_path / "a.svg").read_text()
    assert ">Curves in floating point, no proof<" in text


def test_the_common_factor_of_losses_is_not_under_the_title():
    """It stands left of the axis, where the title begins right of it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from symland.report.plot_profiles import _draw

    figure = Figure(layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _draw(PROFILE | {"loss": [1e9, 2e9, 3e9]}, axes, first=True)
    figure.canvas.draw()
    factor = axes.yaxis.get_offset_text()
    assert factor.get_text() == "1e9"
    assert factor.get_window_extent().x1 < axes.get_window_extent().x0 + 1
