"""A file is whole or not there."""

import os

import pytest

from symland.claims.writing import save_files, write_whole


def test_replaces_and_leaves_nothing_beside(tmp_path):
    path = tmp_path / "new" / "a.json"
    write_whole(path, "first")
    write_whole(path, b"second")
    assert path.read_text() == "second"
    assert os.listdir(path.parent) == ["a.json"]


def test_an_interruption_keeps_the_old_file(tmp_path, monkeypatch):
    path = write_whole(tmp_path / "a.json", "old")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_new_files_have_the_usual_permissions(tmp_path):
    path = write_whole(tmp_path / "a", "")
    other = tmp_path / "b"
    other.touch()
    assert path.stat().st_mode == other.stat().st_mode


def test_a_failure_names_the_file_that_was_asked_for(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(IsADirectoryError) as failure:
        write_whole(folder, "text")
    assert (failure.value.filename, failure.value.filename2) == (str(folder), None)
    assert [file.name for file in tmp_path.iterdir()] == ["folder"]


def test_a_pair_of_files_never_replaces_another_statement(tmp_path):
    for count in (1, 2):  # saved again, nothing new appears
        for text in (b"one", b"two", b"three"):
            save_files(tmp_path, "q", text, b"proof %d" % count)
    names = [f"q{n}.{kind}.json" for n in ("", "-2", "-3") for kind in ("certificate", "statement")]
    assert sorted(os.listdir(tmp_path)) == sorted(names)
    assert (tmp_path / "q-2.statement.json").read_bytes() == b"two"
    assert (tmp_path / "q-2.certificate.json").read_bytes() == b"proof 2"
