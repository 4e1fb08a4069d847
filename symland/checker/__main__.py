"""``python -I symland/checker STATEMENT CERTIFICATE``: exit 0 accepted, 1 refused, 2 unreadable.

The folder is loaded as a package of its own, under a private name, so that relative imports work
without importing symland.
"""

from __future__ import annotations

import importlib.util
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

MAX_BYTES = 64 * 2**20  # one byte more is read, so that the checker sees that it is too much


def load_checker() -> Any:
    """This folder as the package ``symland_checker``."""
    folder = Path(__file__).resolve().parent
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != folder]
    spec = importlib.util.spec_from_file_location(
        "symland_checker", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder} is not a package")
    module = importlib.util.module_from_spec(spec)
    sys.modules["symland_checker"] = module
    spec.loader.exec_module(module)
    return module


def bound_memory(size: int) -> None:
    """At most 2 GiB for each process, and 64 bytes for every byte of the files, where the system
    can see to it: files that need more are unreadable (certificate.py), and no machine is brought
    to a halt."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    most = 2**31 + 64 * size
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
        with suppress(ValueError, OSError):
            _, hard = resource.getrlimit(kind)
            if hard == resource.RLIM_INFINITY or most < hard:
                resource.setrlimit(kind, (most, hard))


def main(arguments: list[str]) -> int:
    """Check the two files named; print one line a claim, or the reason of the refusal."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    if len(arguments) != 2:
        print("usage: python -I symland/checker STATEMENT CERTIFICATE", file=sys.stderr)
        return 2
    contents = []
    for path in arguments:
        try:
            with open(path, "rb") as file:
                contents.append(file.read(MAX_BYTES + 1))
        except (OSError, ValueError) as error:
            print(f"unreadable: {path!r}: {getattr(error, 'strerror', None) or error}")
            return 2
    bound_memory(sum(map(len, contents)))
    verdict = load_checker().check(*contents)
    for line in verdict.lines:
        print(line)
    if not verdict.accepted:
        print(f"{'unreadable' if verdict.unreadable else 'refused'}: {verdict.reason}")
    status: int = verdict.exit_status
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
