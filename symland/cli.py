"""The command line: reads what was given, asks the question, hands the answer to the report."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import click

from symland import __version__
from symland.exit_status import (
    BAD_INPUT,
    OPEN,
    PROVED,
    REFUTED,
    OneLineFailures,
    closed_pipe,
    exit_status,
    fail,
)

_FILE = click.Path(path_type=Path)


@dataclass(frozen=True)
class Options:
    """The options that all commands have, as given."""

    json: bool
    certificates: Path | None
    budget: float
    seed: int
    precision: int
    plot: Path | None
    html: Path | None = None

    def document(self, question: str, **keys: Any) -> dict[str, Any]:
        """A JSON document of this command line's own making."""
        general = {"seed": self.seed, "budget": self.budget, "engines": [], "warnings": []}
        return {"symland": __version__, **general, "question": question, **keys}


def _finite(context: click.Context, option: click.Parameter, value: float) -> float:
    if not (isfinite(value) and value >= 0):
        raise click.BadParameter(f"got {value}, expected a number of seconds, 0 or more")
    return value


_COMMON = (
    click.option("--json", is_flag=True, help="Print one JSON document and nothing else."),
    click.option("--certificates", type=_FILE, metavar="DIR", help="Keep the two files there."),
    click.option(
        "--budget",
        type=float,
        default=60.0,
        callback=_finite,
        metavar="SECONDS",
        show_default=True,
        help="Stop searching after this time.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        show_default=True,
        help="Seed of every random choice.",
    ),
    click.option(
        "--precision",
        type=click.IntRange(min=24, max=1_000_000),
        default=128,
        metavar="BITS",
        show_default=True,
        help="Precision of balls and numerics; exact answers need none.",
    ),
    click.option("--plot", type=_FILE, metavar="FILE", help="Draw a picture (png, pdf or svg)."),
    click.option("--debug", is_flag=True, help="Show the traceback of an internal error."),
)
_HTML = click.option("--html", type=_FILE, metavar="FILE", help="Write the answer as a page.")


def _common(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the common options, handed over as one `Options`."""

    def run(**given: Any) -> int:
        del given["debug"]  # read from the arguments when something fails
        names = set(Options.__dataclass_fields__) & set(given)
        options = Options(**{name: given.pop(name) for name in names})
        _check_plot(options.plot)
        return command(options=options, **given)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    for option in reversed(_COMMON):
        run = option(run)
    return run


def _check_plot(path: Path | None) -> None:
    """Refuse before the work what could not be drawn after it."""
    from importlib.util import find_spec

    if path is None:
        return
    if path.suffix.lower() not in (".png", ".pdf", ".svg"):
        raise click.UsageError(f"--plot: got {str(path)!r}, expected a .png, .pdf or .svg file")
    if find_spec("matplotlib") is None:
        raise click.UsageError("--plot needs Matplotlib: pip install 'symland[plot]'")


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


@main.command()
@click.argument("problem", type=_FILE)
@click.option("--box", metavar='"LOW,HIGH"', help="Only points with every weight in the box.")
@click.option("--barcodes", is_flag=True, help="One row a stratum, each with its barcode.")
@_HTML
@_common
def critical(problem: Path, box: str | None, barcodes: bool, options: Options) -> int:
    """The whole critical set of the problem file PROBLEM, classified."""
    import symland

    with _progress("critical", options) as stage:
        stage(f"reading {problem}")
        read = symland.read_problem(problem)
        stage("analysing and proving")
        answer = symland.critical_set(
            read,
            budget=options.budget,
            seed=options.seed,
            barcodes=barcodes,
            stage=stage,
            box=None if box is None else _box_ends(box),
        )
        stage("writing")
        document = _kept(answer, options)
    return _deliver(document, options)


@main.command()
@click.argument("problem", type=_FILE)
@click.option("--at", "weights", type=_FILE, required=True, metavar="WEIGHTS", help="The point.")
@_HTML
@_common
def classify(problem: Path, weights: Path, options: Options) -> int:
    """Says, with proof, what the point in the file WEIGHTS is."""
    import symland

    with _progress("classify", options) as stage:
        stage(f"reading {problem} and {weights}")
        read = symland.read_problem(problem)
        point = symland.read_weights(weights, read.network)
        stage("analysing and proving")
        answer = symland.classify(
            read, point, budget=options.budget, seed=options.seed, stage=stage
        )
        stage("writing")
        document = _kept(answer, options)
    return _deliver(document, options)


@main.command()
@click.argument("statement", type=_FILE)
@click.argument("certificate", type=_FILE)
@_common
def verify(statement: Path, certificate: Path, options: Options) -> int:
    """Runs the checker on the files STATEMENT and CERTIFICATE."""
    import symland

    verdict = symland.verify(statement, certificate)
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
    _print(document, options)
    return {"accepted": PROVED, "refused": REFUTED, "unreadable": BAD_INPUT}[status]


@main.command(name="list")
@_common
def list_(options: Options) -> int:
    """Lists theorems, activations, losses and engines found here."""
    from symland.problem.activation import ACTIVATION_NAMES
    from symland.problem.loss import LOSS_KINDS
    from symland.search.engines import engines
    from symland.theorem.library import built_in

    names = {"activations": list(ACTIVATION_NAMES), "losses": list(LOSS_KINDS)}
    document = options.document("list", theorems=list(built_in()), **names)
    document["engines"] = engines()
    _print(document, options)
    return PROVED


@main.command()
@click.argument("problem", type=_FILE)
@click.option("--from", "start", type=_FILE, required=True, metavar="WEIGHTS", help="The start.")
@click.option("--along", type=_FILE, metavar="FILE", help="Check this path instead.")
@_common
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


@main.command()
@click.argument("problem", type=_FILE)
@click.option("--from", "start", type=_FILE, required=True, metavar="WEIGHTS", help="The point.")
@_common
def valley(problem: Path, start: Path, options: Options) -> int:
    """Whether a point sits in a spurious valley."""
    empty = {"floor": None, "barrier": None, "better": None}
    answer = {"answer": "undecided", "status": "undecided", **empty}
    return _pending("valley", "sublevel components", options, problem, start, **answer)


@main.command()
@click.argument("problem", type=_FILE)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "latex", "markdown", "html"]),
    default="text",
    show_default=True,
    help="How to write the derivation.",
)
@click.option("--all-shapes", is_flag=True, help="For every width and depth.")
@_HTML
@_common
def derive(problem: Path, form: str, all_shapes: bool, options: Options) -> int:
    """The derivation of loss, gradient and Hessian, each line checked.

    PROBLEM is a problem file. With --all-shapes it may be the name of a family instead
    (`symland derive --all-shapes linear`), or a problem file of that family.
    """
    import symland

    with _progress("derive", options) as stage:
        stage("deriving and proving")
        if all_shapes:
            answer = symland.derive_all_shapes(_family(problem), options.budget, options.seed)
        else:
            read = symland.read_problem(problem)
            answer = symland.derive(read, budget=options.budget, seed=options.seed)
        stage("writing")
        document = _kept_pairs(answer, options)
    if form != "text" and not options.json:
        click.echo(_written(document, form), nl=False)
        return exit_status(document)
    return _deliver(document, options)


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


def _kept_pairs(answer: Any, options: Options) -> dict[str, Any]:
    """The document of an answer with several pairs of files, after they were kept."""
    document: dict[str, Any] = answer.to_json()
    if options.certificates is None:
        return document
    try:
        paths = iter(answer.save(options.certificates))
    except OSError as error:
        fail(f"--certificates {options.certificates}: {error.strerror or error}")
    for pair in document["certificates"]:
        pair["statement"], pair["certificate"] = str(next(paths)), str(next(paths))
    return document


@main.command()
@click.argument("theorems", nargs=-1, metavar="[NAME or PATH]...")
@_HTML
@_common
def check(theorems: tuple[str, ...], options: Options) -> int:
    """Checks theorem files: steps, instances, dropped hypotheses.

    NAME is a built-in theorem (all of them without an argument), PATH a file of your own. Every
    file has the whole budget.
    """
    import time

    from symland.theorem.document import check_document
    from symland.theorem.library import built_in, find
    from symland.theorem.run import FileResult, run_files

    start = time.monotonic()
    paths = list(dict.fromkeys(map(find, theorems))) or list(built_in().values())
    done: list[str] = []

    def finished(result: FileResult) -> None:
        done.append(result.path.stem)
        stage(f"{len(done)} of {len(paths)}, {result.path.stem}")

    with _progress("check", options, len(paths)) as stage:
        results = run_files(paths, options.budget, options.seed, finished)
    document = options.document("check", **check_document(results))
    document["seconds"] = round(time.monotonic() - start, 2)
    if options.certificates is not None:
        document["directory"] = str(options.certificates)
        document["certificates"] = _saved(results, options.certificates)
    for error in document["errors"]:
        click.echo(f"error: {error['error']}", err=True)
    status = _deliver(document, options)
    return BAD_INPUT if document["errors"] else PROVED if document["verdict"] == "cited" else status


def _saved(results: Any, directory: Path) -> list[str]:
    """Keep the two files of every line; the statements' paths."""
    try:
        return [path for result in results for path in result.save(directory)]
    except OSError as error:
        fail(f"--certificates {directory}: {error.strerror or error}")


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
    _print(options.document(question, verdict="undecided", **keys), options)
    return OPEN


def _box_ends(box: str) -> tuple[Any, Any]:
    from symland.problem.exact_number import parse_number

    ends = [parse_number(text.strip(), "--box") for text in box.split(",")]
    if len(ends) != 2 or ends[0] >= ends[1]:
        raise click.UsageError(f"--box: got {box!r}, expected two numbers, the lower first")
    return ends[0], ends[1]


def _progress(question: str, options: Options, total: int | None = None) -> Any:
    from symland.report.progress import progress

    return progress(question, options.budget, total)


def _kept(answer: Any, options: Options) -> dict[str, Any]:
    """The answer's document, after its two files were kept where asked for."""
    document: dict[str, Any] = answer.to_json()
    if options.certificates is None:
        return document
    try:
        paths = answer.save(options.certificates)
    except OSError as error:
        fail(f"--certificates {options.certificates}: {error.strerror or error}")
    if paths and document.get("certificate"):
        names = dict(zip(("statement", "certificate"), map(str, paths), strict=False))
        document["certificate"] = {**document["certificate"], **names}
    return document


def _deliver(document: dict[str, Any], options: Options) -> int:
    """Write what was asked for, print the answer last, and give the exit status."""
    from symland.claims.writing import write_whole
    from symland.report import to_html

    try:
        if options.plot is not None:
            _plot(document, options.plot)
        if options.html is not None:
            write_whole(options.html, to_html(document))
    except OSError as error:
        fail(f"{error.filename or 'output'}: {error.strerror or error}")
    _print(document, options)
    return exit_status(document)


def _plot(document: dict[str, Any], path: Path) -> None:
    from symland.report.plot import NothingToDraw, plot_critical_set

    try:
        plot_critical_set(document, path)
    except NothingToDraw as reason:
        click.echo(f"{reason}, nothing written", err=True)


def _print(document: dict[str, Any], options: Options) -> None:
    try:
        _print_json(document) if options.json else _print_page(document)
        sys.stdout.flush()
    except BrokenPipeError:
        closed_pipe()


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
