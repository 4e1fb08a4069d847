"""``symland list``: theorems, activations, losses and search engines found here."""

import click

from symland.cli.exit_status import PROVED
from symland.cli.options import Options, common, only_printed
from symland.cli.output import print_document

__all__ = ["list_"]


@click.command(name="list")
@common
def list_(options: Options) -> int:
    """Lists theorems, activations, losses and engines found here."""
    from symland.problem.activation import ACTIVATION_NAMES
    from symland.problem.loss import LOSS_KINDS
    from symland.search.engines import engines
    from symland.theorem.library import built_in

    names = {"activations": list(ACTIVATION_NAMES), "losses": list(LOSS_KINDS)}
    document = options.document("list", theorems=list(built_in()), **names)
    document |= {"engines": engines(), "warnings": only_printed("list", options)}
    print_document(document, options)
    return PROVED
