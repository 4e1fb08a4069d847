"""``symland path`` and ``symland valley``: questions of a later version, which read their input."""

from pathlib import Path
from typing import Any

import click

from symland.cli.exit_status import OPEN
from symland.cli.options import FILE, Options, common
from symland.cli.output import print_document

__all__ = ["path", "valley"]


@click.command()
@click.argument("problem", type=FILE)
@click.option("--from", "start", type=FILE, required=True, metavar="WEIGHTS", help="The start.")
@click.option("--along", type=FILE, metavar="FILE", help="Check this path instead.")
@common
def path(problem: Path, start: Path, along: Path | None, options: Options) -> int:
    """A certified path along which the loss does not increase."""
    empty: dict[str, Any] = {
        "status": "undecided",
        "reaches": "stopped",
        "start": None,
        "end": None,
        "pieces": [],
    }
    return _pending("path", "non-increasing paths", options, problem, start, **empty)


@click.command()
@click.argument("problem", type=FILE)
@click.option("--from", "start", type=FILE, required=True, metavar="WEIGHTS", help="The point.")
@common
def valley(problem: Path, start: Path, options: Options) -> int:
    """Whether a point sits in a spurious valley."""
    empty = {"floor": None, "barrier": None, "better": None}
    answer = {"answer": "undecided", "status": "undecided", **empty}
    return _pending("valley", "sublevel components", options, problem, start, **answer)


def _pending(
    question: str,
    what: str,
    options: Options,
    problem: Path | None = None,
    weights: Path | None = None,
    **keys: Any,
) -> int:
    """The honest answer to a question of a later version, once its input was read."""
    import symland

    if problem is not None:
        read = symland.read_problem(problem)
        keys["problem"] = read.name
        if weights is not None:
            symland.read_weights(weights, read.network)
    keys["reason"] = f"{what} are not part of this version yet"
    print_document(options.document(question, verdict="undecided", **keys), options)
    return OPEN
