"""The command line as a process of its own: start, signals, pipes, terminals."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import symland

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
PROBLEM = str(EXAMPLES / "two_by_two.toml")
COMMANDS = ["check", "classify", "critical", "derive", "list", "path", "valley", "verify"]


def process(*arguments, **options):
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent.parent)}
    command = [sys.executable, "-m", "symland", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=60, **options
    )


def test_bad_input_with_json_leaves_standard_output_empty():
    result = process("critical", "nosuch.toml", "--json")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == "error: nosuch.toml: no such file"


def test_help_is_quick():
    start = time.perf_counter()
    result = process("--help")
    assert result.returncode == 0
    assert time.perf_counter() - start < 1.5  # 0.4 s on an idle machine
    for command in COMMANDS:
        assert f"\n  {command} " in result.stdout


def test_help_imports_nothing_heavy():
    code = (
        "import sys, symland.cli\n"
        "try: symland.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'sympy', 'scipy', 'matplotlib', 'flint', 'rich', 'mpmath'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stderr.strip() == "[]"


def test_version():
    assert process("--version").stdout == f"symland {symland.__version__}\n"


def test_a_terminal_without_the_letters():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "90"}
    code = (
        "import symland, symland.cli\n"
        "from tests.report.documents import TWO_BY_TWO\n"
        "class Answer:\n"
        "    document = TWO_BY_TWO\n"
        "symland.critical_set = lambda *a, **k: Answer()\n"
        f"symland.cli.main(['critical', {PROBLEM!r}])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        cwd=EXAMPLES.parent.parent,
    )
    assert result.returncode == 0, result.stderr
    assert "global minimum" in result.stdout


def interruptible():
    """Tests that run in a shell's background have SIGINT ignored, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")
def test_interruption_of_a_process(tmp_path):
    code = (
        "import sys, time, symland, symland.cli\n"
        "def slow(*a, **k):\n"
        "    print('ready', file=sys.stderr, flush=True)\n"
        "    time.sleep(30)\n"
        "symland.critical_set = slow\n"
        f"symland.cli.main(['critical', {PROBLEM!r}, '--certificates', {str(tmp_path / 'out')!r}])"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=interruptible,
    )
    while "ready" not in child.stderr.readline():
        pass
    child.send_signal(signal.SIGINT)
    output, errors = child.communicate(timeout=20)
    assert child.returncode == 130
    assert output == ""
    assert errors.strip().splitlines()[-1] == "interrupted"
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")
@pytest.mark.parametrize("module", ["click", "symland.cli.critical", "symland.cli.verify"])
def test_interruption_while_the_command_is_loaded(module):
    code = (
        "import os, signal, sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "from symland.__main__ import main\n"
        "main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, preexec_fn=interruptible
    )
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")


@pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")
def test_the_installed_command_starts_where_interruptions_are_quiet():
    scripts = (EXAMPLES.parent.parent / "pyproject.toml").read_text()
    assert 'symland = "symland.__main__:main"' in scripts
    code = "import sys, symland.__main__; print({'click'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "set()\n"


@pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")
def test_a_closed_pipe_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    child = subprocess.run(
        [sys.executable, "-m", "symland", "list"], stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    assert child.returncode == 141
    assert "Traceback" not in child.stderr
    assert "Exception" not in child.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_full_disk_is_one_clear_line(options):
    with open("/dev/full", "w") as full:
        child = subprocess.run(
            [sys.executable, "-m", "symland", "list", *options],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert child.returncode == 2
    assert child.stderr == "error: standard output: No space left on device\n"
