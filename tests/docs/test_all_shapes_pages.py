"""The pages about all shapes: their code runs, and their example files are accepted."""

import json
import re
from pathlib import Path

import pytest

from symland.checker import check
from symland.checker.dispatch import SHAPE_RULES

DOCS = Path(__file__).parents[2] / "docs"
BLOCKS = re.findall(
    r"```\{run-python\}\n(.*?)```", (DOCS / "concepts/all_shapes.md").read_text(), re.DOTALL
)

EXPECTED = [
    ("given critical, ginverse, inverse", "not used for PC: critical, inverse"),
    ("gradient: ", " = 0 for all shapes, given critical"),
    ("refuted: ", "undecided: ", "certified, all shapes: "),
    ("certified, all shapes: A = 0, given e, h", "refuted: A = 0 fails at "),
]


def test_every_block_has_an_expectation():
    assert len(BLOCKS) == len(EXPECTED)


@pytest.mark.parametrize("block", range(len(EXPECTED)))
def test_code_on_the_page_runs(block, capsys):
    exec(compile(BLOCKS[block], f"all_shapes.md block {block}", "exec"), {})
    printed = capsys.readouterr().out
    for text in EXPECTED[block]:
        assert text in printed


def test_every_rule_is_on_the_format_page():
    page = (DOCS / "certificate_format_shapes.md").read_text()
    for kind, rule in SHAPE_RULES:
        assert f"| `{rule}` |" in page
        assert f"| `{kind}` `{{" in page


def test_example_of_the_format_page_is_accepted():
    page = (DOCS / "certificate_format_shapes.md").read_text()
    statement, certificate = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    verdict = check(statement.encode(), certificate.encode())
    assert verdict.accepted, verdict.reason
    assert verdict.established == ("square", "PC")
    worse = json.loads(certificate)
    worse["steps"][0]["rows"].pop()
    assert not check(statement.encode(), json.dumps(worse).encode()).accepted
