"""Where theorem files are: the built-in ones by name, a user's own by path; their references."""

from __future__ import annotations

import re
from pathlib import Path

from symland.problem.errors import InputError, suggestion

__all__ = ["built_in", "find", "matching", "reference_keys"]

_ENTRY = re.compile(r"^\s*@\w+\{\s*([^,\s]+)\s*,", re.MULTILINE)


def _folder() -> Path:
    """Installed, theorem files are data of the package; in the source tree they are at the top."""
    package = Path(__file__).parents[1]
    installed = package / "proofs"
    return installed if installed.is_dir() else package.parent / "proofs"


def built_in() -> dict[str, Path]:
    """The built-in theorem files by name, in alphabetical order.

    >>> "kawaguchi_2016_lemma_4_1" in built_in()
    True
    """
    return {path.stem: path for path in sorted(_folder().glob("*.py"))}


def find(name: str | Path) -> Path:
    """The theorem file of a built-in name or at a path.

    Raises
    ------
    InputError
        There is no such file.
    """
    path = Path(name)
    if path.is_file():
        return path
    known = built_in()
    if (stem := str(name).removesuffix(".py")) in known:
        return known[stem]
    raise InputError(
        f"{name}: no such theorem file, expected a path, or a name that `symland list` prints or"
        f" the beginning of one{suggestion(stem, known)}"
    )


def matching(name: str | Path) -> list[Path]:
    """The theorem files that a path, a built-in name, or the beginning of built-in names means.

    A whole name means its file alone. A beginning does not end inside a number: ``theorem_1`` does
    not begin ``theorem_13``.

    Raises
    ------
    InputError
        There is none.

    Examples
    --------
    >>> [path.stem for path in matching("petzka_2021_theorem_13")]
    ['petzka_2021_theorem_13']
    >>> [path.stem for path in matching("petzka_2021_theorem_2_")]
    ['petzka_2021_theorem_2_better']
    >>> len(matching("petzka")) > 25
    True
    """
    try:
        return [find(name)]
    except InputError:
        end = r"(?!\d)" if (text := str(name))[-1:].isdigit() else ""
        beginning = re.compile(re.escape(text) + end)
        found = [path for stem, path in built_in().items() if text and beginning.match(stem)]
        if not found:
            raise
        return found


def reference_keys(folder: Path) -> set[str]:
    """The keys in the references.bib of a folder and in that of the built-in files."""
    keys: set[str] = set()
    for bib in {folder / "references.bib", _folder() / "references.bib"}:
        if bib.is_file():
            keys |= set(_ENTRY.findall(bib.read_text(encoding="utf-8")))
    return keys
