"""``symland derive``: the derivation, each line checked."""

from pathlib import Path
from typing import Any

import click

from symland.cli.exit_status import exit_status
from symland.cli.options import FILE, Options, common, html
from symland.cli.output import deliver, kept_pairs, progress

__all__ = ["derive"]


@click.command()
@click.argument("problem", type=FILE)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "latex", "markdown", "html"]),
    default="text",
    show_default=True,
    help="How to write the derivation.",
)
@click.option("--all-shapes", is_flag=True, help="For every width and depth.")
@html
@common
def derive(problem: Path, form: str, all_shapes: bool, options: Options) -> int:
    """The derivation of loss, gradient and Hessian, each line checked.

    PROBLEM is a problem file. With --all-shapes it may be the name of a family instead
    (`symland derive --all-shapes linear`), or a problem file of that family.
    """
    import symland

    with progress("derive", options) as stage:
        stage("deriving and proving")
        if all_shapes:
            answer = symland.derive_all_shapes(_family(problem), options.budget, options.seed)
        else:
            read = symland.read_problem(problem)
            answer = symland.derive(read, budget=options.budget, seed=options.seed)
        stage("writing")
        document = kept_pairs(answer, options)
    if form != "text" and not options.json:
        click.echo(_written(document, form), nl=False)
        return exit_status(document)
    return deliver(document, options)


def _family(problem: Path) -> str:
    """The family that is named, or that the problem of a file belongs to."""
    from symland.questions.derive import FAMILIES, family_of

    if str(problem) in FAMILIES:
        return str(problem)
    if not problem.suffix:
        return str(problem)  # refused there, with the names that are known
    import symland

    return family_of(symland.read_problem(problem))


def _written(document: dict[str, Any], form: str) -> str:
    from symland import report

    write = {
        "latex": report.to_latex_document,
        "markdown": report.to_markdown,
        "html": report.to_html,
    }[form]
    return write(document)
