"""Run the checker on two files."""

from __future__ import annotations

from pathlib import Path

from symland.checker import Verdict, check
from symland.problem.errors import InputError

__all__ = ["verify"]

LARGEST_FILE = 64 * 1024 * 1024 + 1
"""One byte more than the checker accepts: enough for it to see that a file is too large."""


def verify(statement: str | Path | bytes, certificate: str | Path | bytes) -> Verdict:
    """What the checker says of a statement and a certificate, given as paths or as bytes.

    This is the program that ``python -I symland/checker STATEMENT CERTIFICATE`` runs. It never
    raises over the contents; InputError is raised where a file cannot be read at all.

    >>> from symland import Dataset, Network, Problem, critical_set
    >>> answer = critical_set(Problem(Network((1, 1)), Dataset([[1]], [[2]])))
    >>> verify(answer.statement, answer.certificate).accepted
    True
    >>> verify(answer.statement, b"{}").reason
    'certificate: not a symland certificate, expected {"symland": "certificate", ...}'
    """
    return check(_bytes(statement, "statement"), _bytes(certificate, "certificate"))


def _bytes(source: str | Path | bytes, what: str) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        with Path(source).open("rb") as file:
            return file.read(LARGEST_FILE)
    except OSError as error:
        raise InputError(f"{what} {source}: {error.strerror}, expected a readable file") from None
