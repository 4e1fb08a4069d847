"""How long `import symland` and `symland --help` take, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from tests.benchmarks.timing import seconds

IMPORT_LIMIT = 0.15
HELP_LIMIT = 0.4


def run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def start_times() -> tuple[float, float]:
    """Seconds that `import symland` adds to an empty process, and that --help takes in all."""
    empty = seconds(lambda: run("-c", "pass"), repeat=5)
    imported = seconds(lambda: run("-c", "import symland"), repeat=5) - empty
    helped = seconds(lambda: run("-m", "symland", "--help"), repeat=5)
    print(f"\nimport symland: {imported:.3f} s beyond an empty process ({empty:.3f} s)")
    print(f"symland --help: {helped:.3f} s in all")
    return imported, helped


def test_import_and_help_are_quick(benchmark: Any) -> None:
    benchmark(run, "-c", "import symland")
    imported, helped = start_times()
    assert imported < IMPORT_LIMIT
    assert helped < HELP_LIMIT


if __name__ == "__main__":
    start_times()
