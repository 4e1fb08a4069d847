"""Directives that run what a page shows: a command that fails, fails the build.

``{run} symland critical docs/examples/iris.toml`` runs the command in a scratch folder that holds
the examples, and shows command and output. ``{run-python}`` does the same with Python code.

Options: ``:status:`` the exit status expected (default 0), ``:lines:`` the most lines shown,
``:html:`` (Python only) insert the output as HTML instead of as text.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parents[2]
_FOLDERS: dict[str, tempfile.TemporaryDirectory[str]] = {}


def _folder(page: str) -> Path:
    """One scratch folder a page, so that its commands see each other's files."""
    if page not in _FOLDERS:
        _FOLDERS[page] = tempfile.TemporaryDirectory()
        copy = Path(_FOLDERS[page].name) / "docs" / "examples"
        shutil.copytree(ROOT / "docs" / "examples", copy)
    return Path(_FOLDERS[page].name)


def _output(arguments: list[str], page: str, status: int) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        arguments, cwd=_folder(page), env=environment, capture_output=True, text=True, timeout=300
    )
    if done.returncode != status:
        shown = shlex.join(arguments)
        raise ExtensionError(
            f"{page}: {shown} ended with {done.returncode}, expected {status}\n{done.stderr}"
        )
    # What a reader of this page must see of a failure is on standard error.
    text = done.stdout or ("" if status == 0 else done.stderr.splitlines()[-1])
    return "\n".join(line.rstrip() for line in text.splitlines())


class _Run(Directive):
    option_spec: ClassVar[Any] = {
        "status": directives.nonnegative_int,
        "lines": directives.positive_int,
        "html": directives.flag,
    }

    def _result(self, arguments: list[str]) -> str:
        page = self.state.document.settings.env.docname
        text = _output(arguments, page, self.options.get("status", 0))
        lines = text.splitlines()
        most = self.options.get("lines", len(lines))
        return "\n".join(lines[:most] + (["..."] if len(lines) > most else []))

    def _block(self, text: str, language: str) -> nodes.literal_block:
        return nodes.literal_block(text, text, language=language)


class RunCommand(_Run):
    """Run the command of the directive's first line."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        command = " ".join(self.arguments[0].split())
        first, *rest = shlex.split(command)
        program = {
            "symland": [sys.executable, "-m", "symland"],
            "python": [sys.executable],
        }.get(first, [first])
        text = self._result([*program, *rest])
        return [self._block(f"$ {command}\n{text}".rstrip(), "text")]


class RunPython(_Run):
    """Run the Python code of the directive's body."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        code = "\n".join(self.content)
        text = self._result([sys.executable, "-c", code])
        shown: list[nodes.Node] = [self._block(code, "python")]
        if "html" in self.options:
            return [*shown, nodes.raw("", text, format="html")]
        return [*shown, self._block(text, "text")] if text else shown


def _clean_up(app: Sphinx, exception: Exception | None) -> None:
    for folder in _FOLDERS.values():
        folder.cleanup()
    _FOLDERS.clear()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register both directives."""
    app.add_directive("run", RunCommand)
    app.add_directive("run-python", RunPython)
    app.connect("build-finished", _clean_up)
    return {"version": "1", "parallel_read_safe": False}
