"""``symland check``: theorem files."""

from pathlib import Path
from typing import Any

import click

from symland.cli.exit_status import BAD_INPUT, PROVED
from symland.cli.options import Options, common, html
from symland.cli.output import certificates_into, deliver, progress

__all__ = ["check"]


@click.command()
@click.argument("theorems", nargs=-1, metavar="[NAME or PATH]...")
@html
@common
def check(theorems: tuple[str, ...], options: Options) -> int:
    """Checks theorem files: steps, instances, dropped hypotheses.

    NAME is a built-in theorem, or the beginning of several names, such as petzka_2021 (all
    theorems without an argument); PATH is a file of your own. Every file has the whole budget. One
    that is not there or fails does not stop the others; the exit status is then 2.
    """
    import time

    from symland.theorem.document import check_document
    from symland.theorem.library import built_in
    from symland.theorem.run import FileResult, run_files

    start = time.monotonic()
    paths, missing = _found(theorems) if theorems else (list(built_in().values()), [])
    done: list[str] = []

    def finished(result: FileResult) -> None:
        done.append(result.path.stem)
        stage(f"{len(done)} of {len(paths)}, {result.path.stem}")

    with progress("check", options, len(paths)) as stage:
        results = run_files(paths, options.budget, options.seed, finished)
    results += missing
    document = options.document("check", **check_document(results))
    document["seconds"] = round(time.monotonic() - start, 2)
    if options.certificates is not None:
        document["directory"] = str(options.certificates)
        document["certificates"] = _saved(results, options.certificates)
    for error in document["errors"]:
        click.echo(f"error: {error['error']}", err=True)
    status = deliver(document, options)
    return BAD_INPUT if document["errors"] else PROVED if document["verdict"] == "cited" else status


def _found(names: tuple[str, ...]) -> tuple[list[Path], list[Any]]:
    """The files of the names, each once, and results that failed for names without a file."""
    from symland.problem.errors import InputError
    from symland.theorem.library import matching
    from symland.theorem.run import FileResult

    paths, missing = [], []
    for name in dict.fromkeys(names):
        try:
            paths += matching(name)
        except InputError as error:
            missing.append(FileResult(Path(name), 0.0, error=str(error)))
    return list(dict.fromkeys(paths)), missing


def _saved(results: Any, directory: Path) -> list[str]:
    """Keep the two files of every line; the statements' paths."""
    with certificates_into(directory):
        return [path for result in results for path in result.save(directory)]
