"""Settings and fixtures shared by every test."""

import gc
import os
import signal
from types import SimpleNamespace

import pytest
from hypothesis import settings

# As in the command `symland`, and before NumPy is imported: threads for small matrices only wait.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Shared machines pause; a slow example is not a wrong one.
settings.register_profile("symland", deadline=None)
settings.load_profile("symland")

# A shell ignores Ctrl-C for what it runs in the background, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Thousands of collected tests are no garbage: looking through them time and again takes seconds.
gc.disable()


def pytest_collection_finish():
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    gc.enable()


@pytest.fixture(scope="session")
def nursery():
    """What starts the processes of theorem files, open until the tests end."""
    from symland.theorem.run import _processes

    processes = _processes()
    processes.run(["no file", "0", "0"], limit=600)  # imports are in no time limit of a test
    yield SimpleNamespace(run=processes.run, close=lambda: None)
    processes.close()


@pytest.fixture
def same_nursery(monkeypatch, nursery):
    """`run_files` takes its processes from that one: imports are not what such a test is about."""
    monkeypatch.setattr("symland.theorem.run._processes", lambda: nursery)


@pytest.fixture(scope="module")
def same_nursery_of_module(nursery):
    """The same for fixtures whose files run once a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("symland.theorem.run._processes", lambda: nursery)
        yield
