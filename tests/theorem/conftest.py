"""One nursery for the tests that each run a file or two: its imports are not what they test."""

from types import SimpleNamespace

import pytest

from symland.theorem import run


@pytest.fixture(scope="session")
def nursery():
    """What starts the processes of theorem files, open until the tests end."""
    processes = run._processes()
    yield SimpleNamespace(run=processes.run, close=lambda: None)
    processes.close()


@pytest.fixture
def same_nursery(monkeypatch, nursery):
    """`run_files` takes its processes from that nursery."""
    monkeypatch.setattr(run, "_processes", lambda: nursery)
