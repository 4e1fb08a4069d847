"""The README shows what the program prints, and gives two commands."""

import re
from pathlib import Path

from click.testing import CliRunner

from symland.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def shown():
    """The lines under the first command, without the indentation."""
    block = re.search(r"^    \$ symland critical.*\n((?:(?:    .*)?\n)+)", README, re.MULTILINE)
    return [line.removeprefix("    ") for line in block[1].rstrip().splitlines()]


def without_time(lines):
    """Everything but the last line, which gives the seconds."""
    kept = [line.rstrip() for line in lines if not re.match(r"\d+\.\d\d s, symland", line)]
    return "\n".join(kept).strip()


def test_the_table_is_what_the_program_prints(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    result = CliRunner().invoke(main, ["critical", "docs/examples/iris.toml"])
    assert result.exit_code == 0
    assert without_time(shown()) == without_time(result.stdout.splitlines())


def test_there_are_exactly_two_commands_for_a_fresh_machine():
    commands = [line for line in README.splitlines() if "python3 -m venv" in line]
    assert len(commands) == 2
    first, second = commands
    assert first.endswith("symland critical docs/examples/iris.toml")
    assert second.endswith("-m pytest -q -n 2 --dist loadfile")
    assert all("&&" in line for line in commands)


def test_what_the_readme_names_is_there():
    for path in re.findall(r"`(docs/[a-z_/.]+|\.ci/run)`", README):
        assert (ROOT / path).exists(), path
