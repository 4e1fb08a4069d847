"""``symland verify``: the checker on two files."""

from pathlib import Path

import click

from symland.cli.exit_status import BAD_INPUT, PROVED, REFUTED
from symland.cli.failures import fail
from symland.cli.options import FILE, Options, common, only_printed
from symland.cli.output import print_document

__all__ = ["verify"]


@click.command()
@click.argument("statement", type=FILE)
@click.argument("certificate", type=FILE)
@common
def verify(statement: Path, certificate: Path, options: Options) -> int:
    """Runs the checker on the files STATEMENT and CERTIFICATE."""
    import symland

    verdict = symland.verify(statement, certificate)
    if verdict.unreadable and not options.json:
        fail(f"{statement} with {certificate}: {verdict.reason}")
    status = "accepted" if verdict.accepted else "unreadable" if verdict.unreadable else "refused"
    document = options.document(
        "verify",
        status=status,
        statement=str(statement),
        certificate=str(certificate),
        established=list(verdict.established),
        lines=list(verdict.lines),
        reason=verdict.reason,
    )
    document["warnings"] = only_printed("verify", options)
    print_document(document, options)
    return {"accepted": PROVED, "refused": REFUTED, "unreadable": BAD_INPUT}[status]
