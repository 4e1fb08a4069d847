"""The options that the commands have in common, and how they are read and checked."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import click

from symland import __version__

__all__ = ["FILE", "Options", "common", "html", "only_printed"]

FILE = click.Path(path_type=Path)


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
    click.option("--certificates", type=FILE, metavar="DIR", help="Keep the two files there."),
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
        type=click.IntRange(min=64, max=8192),
        default=128,
        metavar="BITS",
        show_default=True,
        help="Bits with which enclosures begin; exact answers need none.",
    ),
    click.option("--plot", type=FILE, metavar="FILE", help="Draw a picture (png, pdf or svg)."),
    click.option("--debug", is_flag=True, help="Show the traceback of an internal error."),
)
html = click.option("--html", type=FILE, metavar="FILE", help="Write the answer as a page.")


def common(command: Callable[..., int]) -> Callable[..., int]:
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


def only_printed(command: str, options: Options) -> list[str]:
    """Warnings of a command that makes no files, where an option asks for one."""
    asked = {"--plot": options.plot, "--certificates": options.certificates}
    return [
        f"{name} {path}: symland {command} writes no files"
        for name, path in asked.items()
        if path is not None
    ]


def _check_plot(path: Path | None) -> None:
    """Refuse before the work what could not be drawn after it."""
    from importlib.util import find_spec

    if path is None:
        return
    if path.suffix.lower() not in (".png", ".pdf", ".svg"):
        raise click.UsageError(f"--plot: got {str(path)!r}, expected a .png, .pdf or .svg file")
    if find_spec("matplotlib") is None:
        raise click.UsageError("--plot needs Matplotlib: pip install 'symland[plot]'")
