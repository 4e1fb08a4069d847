"""What the reference pages show is read as it stands there."""

import json
import re
from pathlib import Path

import pytest

from symland.problem import parse_problem, parse_weights
from symland.problem.activation import ACTIVATION_NAMES
from symland.problem.document import parse_json, parse_toml

DOCS = Path(__file__).parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / "reference" / page).read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert found
    return found


@pytest.mark.parametrize("text", blocks("problem_file.md", "toml"))
def test_problem_files(text: str) -> None:
    problem = parse_problem(parse_toml(text), folder=DOCS / "examples")
    assert problem.sample_count >= 2


def test_the_problem_in_json_is_the_statement_of_the_first_one() -> None:
    first = parse_problem(parse_toml(blocks("problem_file.md", "toml")[0]))
    assert json.loads(blocks("problem_file.md", "json")[0]) == first.to_json()


def test_the_problem_in_python() -> None:
    names: dict = {}
    exec(blocks("problem_file.md", "python")[0], names)
    assert str(names["problem"].l2["W2"][0][0]) == "1/10"


@pytest.mark.parametrize(
    "table",
    [parse_json(text) for text in blocks("weights_file.md", "json")]
    + [parse_toml(text) for text in blocks("weights_file.md", "toml")],
)
def test_weights_files(table: dict) -> None:
    assert set(parse_weights(table).values) == {name for name in table if name[:4] != "root"}


def test_every_activation_has_its_row() -> None:
    page = (DOCS / "reference" / "problem_file.md").read_text(encoding="utf-8")
    rows = {name for line in page.splitlines() for name in re.findall(r"`(\w+)", line)
            if line.startswith("| `")}  # fmt: skip
    assert set(ACTIVATION_NAMES) <= rows
