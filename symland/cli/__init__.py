"""The command line: reads what was given, asks the question, hands the answer to the report.

`main` is the command ``symland`` with its subcommands, one module each; `options` is what they
have in common, `output` what is done with an answer, `failures` how everything else ends.
"""

import click

from symland import __version__
from symland.cli.check import check
from symland.cli.classify import classify
from symland.cli.critical import critical
from symland.cli.derive import derive
from symland.cli.failures import OneLineFailures
from symland.cli.inventory import list_
from symland.cli.pending import path, valley
from symland.cli.verify import verify

__all__ = ["main"]


@click.group(
    name="symland", cls=OneLineFailures, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="symland", message="%(prog)s %(version)s")
def main() -> None:
    """Exact answers about the loss landscape of a small neural network, each with a certificate.

    \b
    Exit status: 0  everything asked for was answered with proof
                 1  something is refuted or refused
                 2  bad input or usage
                 3  something is undecided or numerical only
    """


for _command in (check, classify, critical, derive, list_, path, valley, verify):
    main.add_command(_command)
