"""``symland classify``: what a given point is."""

from pathlib import Path

import click

from symland.cli.options import FILE, Options, common, html
from symland.cli.output import deliver, kept, progress

__all__ = ["classify"]


@click.command()
@click.argument("problem", type=FILE)
@click.option("--at", "weights", type=FILE, required=True, metavar="WEIGHTS", help="The point.")
@html
@common
def classify(problem: Path, weights: Path, options: Options) -> int:
    """Says, with proof, what the point in the file WEIGHTS is."""
    import symland

    with progress("classify", options) as stage:
        stage(f"reading {problem} and {weights}")
        read = symland.read_problem(problem)
        point = symland.read_weights(weights, read.network)
        stage("analysing and proving")
        answer = symland.classify(
            read,
            point,
            budget=options.budget,
            seed=options.seed,
            stage=stage,
            precision=options.precision,
        )
        stage("writing")
        document = kept(answer, options)

    def draw(path: Path) -> None:
        from symland.questions.loss_profiles import loss_profiles
        from symland.report.plot_profiles import plot_profiles

        plot_profiles(document, loss_profiles(read, answer), path)

    return deliver(document, options, draw)
