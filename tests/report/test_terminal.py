"""The terminal at every width: nothing is cut off."""

import io
import re

import pytest
from rich.console import Console

from symland.report import to_terminal
from tests.report.documents import EVERY_DOCUMENT, GOLDEN, TWO_BY_TWO


def printed(document, width, colour=False, **options):
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=colour, highlight=False)
    to_terminal(document, console, **options)
    return stream.getvalue()


@pytest.mark.parametrize("name", EVERY_DOCUMENT)
@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_no_line_is_longer_than_the_terminal(name, width):
    assert max(map(len, printed(EVERY_DOCUMENT[name], width).splitlines())) <= width


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("name", EVERY_DOCUMENT)
@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_line_ends_in_spaces(name, width, colour):
    text = re.sub(r"\x1b\[[0-9;]*m", "", printed(EVERY_DOCUMENT[name], width, colour))
    assert not [line for line in text.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_no_word_of_the_table_is_lost(width):
    words = printed(GOLDEN, width).split()
    for word in ("0.19098300...", "mixed", "2-3", "0-1", "(0,2)", "(2,1)x3", "certified", "λ₁"):
        assert any(word in found for found in words), word


def test_a_wide_terminal_gives_one_line_a_stratum():
    rows = [line for line in printed(TWO_BY_TWO, 120).splitlines() if "saddle" in line]
    assert len(rows) == 2
    assert rows[0].split()[0] == "2"
    assert rows[0].endswith("rational")


def test_a_narrow_terminal_gives_one_line_a_cell():
    text = printed(TWO_BY_TWO, 48)
    assert len(re.findall(r"^  kind ", text, re.MULTILINE)) == 3


def test_what_is_left_out_is_said():
    assert "... and 2 more rows" in printed(TWO_BY_TWO, 100, rows=1)


def test_colours_only_on_a_terminal():
    assert "\x1b[" not in printed(TWO_BY_TWO, 100)
    assert "\x1b[" in printed(TWO_BY_TWO, 100, colour=True)


def test_user_text_is_not_markup():
    assert "[red]x" in printed({**TWO_BY_TWO, "problem": "[red]x"}, 100)
