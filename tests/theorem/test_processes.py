"""The processes of theorem files: both ways to start them, and that none is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symland.theorem import run
from symland.theorem.fresh_processes import FreshProcesses
from symland.theorem.nursery import POSSIBLE, Nursery
from symland.theorem.run import run_files
from tests.theorem.files import GOOD

linux = pytest.mark.skipif(not POSSIBLE, reason="the nursery is for Linux")
HANGS = "import time\ntime.sleep(1000)\n"


@pytest.fixture(params=[FreshProcesses, pytest.param(Nursery, marks=linux)])
def start(request, monkeypatch):
    """Either way; the nursery is the one of all tests, which has imported already."""
    if request.param is Nursery:
        request.getfixturevalue("same_nursery")
    else:
        monkeypatch.setattr(run, "_processes", lambda: FreshProcesses(run._environment()))


@pytest.fixture(params=[FreshProcesses, pytest.param(Nursery, marks=linux)])
def start_here(request, monkeypatch):
    """Either way, started in the folder where the test is."""
    monkeypatch.setattr(run, "_processes", lambda: request.param(run._environment()))


def written(folder, **texts):
    paths = [folder / f"{name}.py" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text)
    return paths


CRASHES = """
import ctypes, os
os.write(2, b"first\\nlast\\n")
ctypes.string_at(0)
"""
SHOWS = """
import os, signal, sys
from symland.theorem import Theorem
threads = len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 1
raise ValueError("given", hash("symland"), sys.dont_write_bytecode, threads,
    os.environ["OMP_NUM_THREADS"], os.environ["OPENBLAS_NUM_THREADS"], os.read(0, 1),
    signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""


@pytest.mark.usefixtures("start")
def test_what_a_process_is_given_and_what_becomes_of_it(tmp_path):
    """No seed of the hashes, no bytecode, one thread, no standard input, Ctrl-C as ever."""
    crashes, shows = run_files(written(tmp_path, crashes=CRASHES, shows=SHOWS), budget=20, jobs=2)
    assert crashes.error == f"{crashes.path}: ended with status -11: last"
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    code = "print(hash('symland'), end='')"
    known = subprocess.check_output([sys.executable, "-c", code], env=environment, text=True)
    assert f"('given', {known}, True, 1, '1', '1', b'', True)" in shows.error


@pytest.mark.usefixtures("start")
def test_the_time_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "GRACE", 0.5)
    (hangs,) = run_files(written(tmp_path, hangs=HANGS), budget=0.5)
    assert hangs.error == f"{hangs.path}: took longer than 1 seconds and was stopped"


@pytest.mark.usefixtures("same_nursery")
def test_a_file_does_not_see_what_another_left(tmp_path):
    text = "import symland.theorem\nseen = hasattr(symland.theorem, 'left')\n"
    text += "symland.theorem.left = 1\nraise ValueError(f'seen: {seen}')\n"
    for result in run_files(written(tmp_path, one=text, two=text), budget=20, jobs=1):
        assert result.error == f"{result.path}: ValueError: seen: False (line 4)"


@pytest.mark.usefixtures("start_here")
def test_a_file_may_have_the_name_of_a_module(tmp_path, monkeypatch):
    paths = written(tmp_path, numpy=GOOD, symland=GOOD, select=GOOD)
    monkeypatch.chdir(tmp_path)
    for result in run_files([path.relative_to(tmp_path) for path in paths], budget=20):
        assert result.error is None
        assert result.theorems[0]["entry"]["verdict"] == "certified"


@pytest.mark.usefixtures("start")
def test_a_file_imports_what_is_beside_it(tmp_path):
    text = "from beside import theorem\n"
    path, _, _ = written(tmp_path, mine=text, beside=GOOD, numpy="raise ImportError")
    (result,) = run_files([path], budget=20)
    assert result.error is None
    assert result.theorems[0]["entry"]["verdict"] == "certified"


@linux
def test_a_nursery_that_does_not_begin(tmp_path, monkeypatch):
    (tmp_path / "symland").mkdir()
    (tmp_path / "symland" / "__init__.py").write_text('raise ImportError("spoiled")')
    spoiled = {**run._environment(), "PYTHONPATH": str(tmp_path)}
    monkeypatch.setattr(run, "_environment", lambda: spoiled)
    for result in run_files(written(tmp_path, one=GOOD, two=GOOD), jobs=2):
        assert result.error == f"{result.path}: ended with status 1: ImportError: spoiled"


@linux
def test_a_nursery_that_is_killed(tmp_path, monkeypatch):
    nursery = Nursery(run._environment())
    monkeypatch.setattr(run, "_processes", lambda: nursery)
    nursery._process.kill()
    for result in run_files(written(tmp_path, one=GOOD, two=GOOD), jobs=2):
        assert result.error == f"{result.path}: ended with status -9: no output"


def descendants(pid):
    """Processes that this one started, and those that they started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {pid}
    while new := {p for p, parent in parents.items() if parent in found} - found:
        found |= new
    return found - {pid}


def eventually(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@linux
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_no_process_is_left(tmp_path, sent):
    """However the command ends: the nursery and two files that hang end with it."""
    paths = written(tmp_path, one=HANGS, two=HANGS)
    command = [sys.executable, "-m", "symland", "check", *map(str, paths)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, start_new_session=True, **pipes) as process:
        eventually(lambda: len(descendants(process.pid)) == 3)
        started = descendants(process.pid)
        (os.killpg if sent == signal.SIGINT else os.kill)(process.pid, sent)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == (130 if sent == signal.SIGINT else -sent)
    assert "Traceback" not in errors
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started))


@pytest.mark.usefixtures("start")
def test_checks_in_a_theorem_file_are_made_by_one_process(tmp_path):
    """A file may start no process, and the checker starts none for it."""
    last = "\nfrom symland.checker.shares import processes\nassert processes() == 1\n"
    (result,) = run_files(written(tmp_path, good=GOOD + last), budget=30)
    assert result.error is None, result.error
