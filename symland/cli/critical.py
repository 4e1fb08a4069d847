"""``symland critical``: the whole critical set."""

from pathlib import Path
from typing import Any

import click

from symland.cli.options import FILE, Options, common, html
from symland.cli.output import deliver, kept, progress

__all__ = ["critical"]


@click.command()
@click.argument("problem", type=FILE)
@click.option("--box", metavar='"LOW,HIGH"', help="Only points with every weight in the box.")
@click.option("--barcodes", is_flag=True, help="One row a stratum, each with its barcode.")
@html
@common
def critical(problem: Path, box: str | None, barcodes: bool, options: Options) -> int:
    """The whole critical set of the problem file PROBLEM, classified."""
    import symland

    with progress("critical", options) as stage:
        stage(f"reading {problem}")
        read = symland.read_problem(problem)
        stage("analysing and proving")
        answer = symland.critical_set(
            read,
            budget=options.budget,
            seed=options.seed,
            barcodes=barcodes,
            stage=stage,
            precision=options.precision,
            box=None if box is None else _box_ends(box),
        )
        stage("writing")
        document = kept(answer, options)
    return deliver(document, options)


def _box_ends(box: str) -> tuple[Any, Any]:
    from symland.problem.exact_number import parse_number

    ends = [parse_number(text.strip(), "--box") for text in box.split(",")]
    if len(ends) != 2 or ends[0] >= ends[1]:
        raise click.UsageError(f"--box: got {box!r}, expected two numbers, the lower first")
    return ends[0], ends[1]
