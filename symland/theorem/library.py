"""Where theorem files are: the built-in ones by name, a user's own by path; their references."""

from __future__ import annotations

import re
from pathlib import Path

from symland.problem.errors import InputError

__all__ = ["built_in", "find", "reference_keys"]

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
        f"{name}: no such theorem file, expected a path or a name that `symland list` prints"
    )


def reference_keys(folder: Path) -> set[str]:
    """The keys in the references.bib of a folder and in that of the built-in files."""
    keys: set[str] = set()
    for bib in {folder / "references.bib", _folder() / "references.bib"}:
        if bib.is_file():
            keys |= set(_ENTRY.findall(bib.read_text(encoding="utf-8")))
    return keys
