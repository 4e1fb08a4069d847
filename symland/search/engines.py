"""Programs and libraries that searches can use, as found on this machine.

Nothing is imported or run to find out: libraries are looked up in the installed packages,
programs on the PATH.
"""

import shutil
from importlib import metadata
from typing import Any

_LIBRARIES = {
    "python-flint": "exact and ball arithmetic",
    "numpy": "floating-point searches",
    "scipy": "floating-point searches",
    "sympy": "symbols, on request",
    "matplotlib": "pictures, on request",
}
_PROGRAMS = {
    "msolve": ("msolve", "all real roots of a finite system"),
    "Singular": ("Singular", "Groebner bases"),
}


def engines() -> list[dict[str, Any]]:
    """One entry an engine: name, whether it is found, version or path, what it is used for.

    >>> [engine["found"] for engine in engines() if engine["name"] == "python-flint"]
    [True]
    """
    return [*map(_library, _LIBRARIES), *map(_program, _PROGRAMS)]


def _library(name: str) -> dict[str, Any]:
    try:
        version: str | None = metadata.version(name)
    except metadata.PackageNotFoundError:
        version = None
    found = version is not None
    return {"name": name, "found": found, "version": version, "used_for": _LIBRARIES[name]}


def _program(name: str) -> dict[str, Any]:
    command, use = _PROGRAMS[name]
    path = shutil.which(command)
    return {"name": name, "found": path is not None, "path": path, "used_for": f"{use} (planned)"}
