"""Theorem files that fail: each is named with its error, and the others are still checked."""

import time

import pytest

from symland.theorem import run
from symland.theorem.run import run_files
from tests.theorem.files import GOOD, HEAD, STEP

BROKEN = {
    "raises": (HEAD + 'raise ValueError("no such lemma")', "ValueError: no such lemma (line 9)"),
    "syntax": ("theorem = (", "SyntaxError: '(' was never closed (line 1)"),
    "nothing": ("x = 1", "defines no theorem, expected theorem = Theorem(...)"),
    "exits": ("import sys; sys.exit(0)", "SystemExit: 0 (line 1)"),
    "dies": ("import os; os._exit(3)", "ended with status 3"),
    "writes": ('open("{out}", "w").write("x")', "opens '{out}' for writing, which a theorem file"),
    "appends": ('open("{out}", "a")', "opens '{out}' for writing"),
    "path": ('import pathlib; pathlib.Path("{out}").write_text("x")', "opens '{out}' for writing"),
    "low level": ('import os; os.open("{out}", os.O_CREAT)', "opens '{out}' for writing"),
    "swallows": (
        GOOD + 'try:\n    open("{out}", "w")\nexcept OSError:\n    pass\n',
        "opens '{out}' for writing",
    ),
    "makes folders": ('import os; os.mkdir("{out}")', "writes to '{out}'"),
    "makes pipes": ('import os; os.mkfifo("{out}")', "writes to '{out}'"),
    "removes": ('import os; os.remove("{out}")', "removes '{out}'"),
    "runs programs": ('import subprocess; subprocess.run(["true"])', "starts a program"),
    "datagram": (
        "import socket\nsocket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))",
        "opens a connection (socket.sendto)",
    ),
    "asks for a host": (
        'import socket; socket.gethostbyname("localhost")',
        "opens a connection (socket.gethostbyname)",
    ),
    "null byte": ("\0", "SyntaxError: source code string cannot contain null bytes"),
    "colours": ("raise ValueError('\\33[31mred')", "ValueError: ?[31mred (line 1)"),
    "memory": (
        "x = []\nwhile True:\n    x.append(bytes(2**28))",
        "took more than 4 GiB of memory (line 3)",
    ),
    "shell": ('import os; os.system("true")', "starts a program (os.system)"),
    "no conclusion": (
        'from symland.theorem import Theorem\nt = Theorem("empty", wording="own")',
        "empty: the theorem has no conclusion",
    ),
    "conclusion not given": (HEAD, "lemma: conclusion c is given by no step and no citation"),
    "step proves another": (
        HEAD + STEP.replace('proof.prove("killed", A @ B)', "pass"),
        "lemma: step 'squares' does not prove conclusion c",
    ),
    "step beyond its uses": (
        HEAD
        + STEP.replace("uses=[kills]", "uses=[]")
        .replace('"square", B', '"square", B', 1)
        .replace("@ A @ B)", '@ A @ B, using=["h"])', 1),
        "step 'squares' refers to 'h', but uses only nothing",
    ),
    "foreign premise": (
        HEAD + STEP.replace("uses=[kills]", "uses=[killed]"),
        "lemma: step 'squares' uses 'c', which is no hypothesis or earlier step of this theorem",
    ),
    "unknown key": (
        GOOD + 'theorem.cited("folklore", key="nobody_1900")',
        "lemma: 'nobody_1900' is cited, but not in references.bib",
    ),
    "wording": (
        GOOD + 'theorem.cited("folklore", wording="sure")',
        "lemma: folklore: wording 'sure', expected one of read, recalled, reconstructed, own",
    ),
    "label twice": (GOOD + 'theorem.hypothesis("h", "again")', "lemma: the label 'h' is taken"),
    "shapes": (
        GOOD + "A @ A",
        "WordError: @ of shapes m x n and m x n: n columns do not meet m rows (line 15)",
    ),
    "undeclared letter": (GOOD + 's.letter("Q")', "letter 'Q' is not declared"),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory, same_nursery_of_module):
    folder = tmp_path_factory.mktemp("files")
    paths = {}
    for name, (text, _) in {**BROKEN, "good": (GOOD, "")}.items():
        paths[name] = folder / f"{name.replace(' ', '_')}.py"
        paths[name].write_text(text.replace("{out}", str(folder / "out")))
    found = run_files(list(paths.values()), budget=20, jobs=2)
    return folder, dict(zip(paths, found, strict=True))


@pytest.mark.parametrize("name", BROKEN)
def test_error_names_the_file_and_the_reason(results, name):
    folder, found = results
    error = found[name].error
    assert error is not None
    assert error.startswith(f"{folder}/{name.replace(' ', '_')}.py: ")
    assert BROKEN[name][1].replace("{out}", str(folder / "out")) in error
    assert "\n" not in error
    assert found[name].theorems == []


def test_nothing_was_written(results):
    folder, _ = results
    assert not (folder / "out").exists()
    assert {path.suffix for path in folder.iterdir()} == {".py"}


def test_the_good_file_beside_them_is_checked(results):
    _, found = results
    (theorem,) = found["good"].theorems
    assert theorem["entry"]["verdict"] == "certified"


@pytest.mark.usefixtures("same_nursery")
def test_a_file_that_hangs_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "GRACE", 2.0)
    hangs, good = tmp_path / "hangs.py", tmp_path / "good.py"
    hangs.write_text("while True:\n    pass\n")
    good.write_text(GOOD)
    start = time.monotonic()
    first, second = run_files([hangs, good], budget=1, jobs=2)
    assert first.error == f"{hangs}: took longer than 3 seconds and was stopped"
    assert second.error is None
    assert time.monotonic() - start < 40


@pytest.mark.usefixtures("same_nursery")
def test_what_a_file_prints_does_not_disturb(tmp_path):
    path = tmp_path / "talks.py"
    path.write_text(GOOD + 'print("hello")\nimport os\nos.write(1, b"there")\n')
    (result,) = run_files([path], budget=20)
    assert result.error is None
