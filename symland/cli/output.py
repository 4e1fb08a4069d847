"""What is done with an answer: its files are kept, its pages written, its document printed."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from symland.cli.exit_status import exit_status
from symland.cli.failures import closed_pipe, discard_output, fail
from symland.cli.options import Options

__all__ = ["certificates_into", "deliver", "kept", "kept_pairs", "print_document", "progress"]


def progress(question: str, options: Options, total: int | None = None) -> Any:
    """The progress of a question on standard error, as a context that gives a `Stage`."""
    from symland.report.progress import progress as shown

    return shown(question, options.budget, total)


@contextmanager
def certificates_into(directory: Path) -> Iterator[None]:
    """While this lasts, files that cannot be written are bad input: --certificates named them."""
    try:
        yield
    except OSError as error:
        fail(f"--certificates {directory}: {error.strerror or error}")


def kept(answer: Any, options: Options) -> dict[str, Any]:
    """The answer's document, after its two files were kept where asked for."""
    document: dict[str, Any] = dict(answer.document)  # to_json would copy 100 megabytes
    if options.certificates is None:
        return document
    with certificates_into(options.certificates):
        paths = answer.save(options.certificates)
    if paths and document.get("certificate"):
        names = dict(zip(("statement", "certificate"), map(str, paths), strict=False))
        document["certificate"] = {**document["certificate"], **names}
    return document


def kept_pairs(answer: Any, options: Options) -> dict[str, Any]:
    """The document of an answer with several pairs of files, after they were kept."""
    document: dict[str, Any] = answer.to_json()
    if options.certificates is None:
        return document
    with certificates_into(options.certificates):
        paths = iter(answer.save(options.certificates))
    for pair in document["certificates"]:
        pair["statement"], pair["certificate"] = str(next(paths)), str(next(paths))
    return document


def deliver(
    document: dict[str, Any], options: Options, draw: Callable[[Path], Any] | None = None
) -> int:
    """Write what was asked for, print the answer last, and give the exit status.

    The picture is that of a critical set, or what `draw` writes to a path.
    """
    from symland.claims.writing import write_whole
    from symland.report import to_html

    try:
        if options.plot is not None:
            _plot(document, options.plot, draw)
        if options.html is not None:
            write_whole(options.html, to_html(document))
    except OSError as error:
        fail(f"{error.filename or 'output'}: {error.strerror or error}")
    print_document(document, options)
    return exit_status(document)


def _plot(document: dict[str, Any], path: Path, draw: Callable[[Path], Any] | None) -> None:
    from symland.report.plot import NothingToDraw, plot_critical_set

    try:
        plot_critical_set(document, path) if draw is None else draw(path)
    except NothingToDraw as reason:
        click.echo(f"{reason}, nothing written", err=True)


def print_document(document: dict[str, Any], options: Options) -> None:
    """Print an answer's document on standard output: as JSON, or as a page for a terminal."""
    try:
        _print_json(document) if options.json else _print_page(document)
        sys.stdout.flush()
    except BrokenPipeError:
        closed_pipe()
    except OSError as error:
        discard_output()
        fail(f"standard output: {error.strerror or error}")


def _print_json(document: dict[str, Any]) -> None:
    import json

    # Indenting takes Python's slow encoder: seconds for a document of a hundred thousand strata.
    indent = 1 if len(document.get("strata") or ()) < 1000 else None
    click.echo(json.dumps(document, indent=indent, ensure_ascii=False, allow_nan=False))


def _print_page(document: dict[str, Any]) -> None:
    from symland.report import to_terminal
    from symland.report.terminal import PlainConsole

    # Where the width is not that of a terminal, the table of strata is given the room it likes.
    known = sys.stdout.isatty() or "COLUMNS" in os.environ
    to_terminal(document, PlainConsole(None if known else 100))
