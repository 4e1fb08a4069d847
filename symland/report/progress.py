"""Progress on standard error: a bar where it is a terminal, a line a stage where it is not."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(
    title: str, budget: float, total: int | None = None
) -> Iterator[Callable[[str], None]]:
    """A function to call with the name of each stage as it begins.

    The bar shows the seconds spent out of the budget, and with ``total`` how many of so many stages
    are done; it is gone when the work is done. Nothing is ever written to standard output.
    """
    if sys.stderr.isatty():
        with _bar(title, budget, total) as stage:
            yield stage
    else:
        yield _lines(title)


def _lines(title: str) -> Callable[[str], None]:
    start = time.monotonic()

    def stage(name: str) -> None:
        print(f"{title}: {name} ({time.monotonic() - start:.1f} s)", file=sys.stderr, flush=True)

    return stage


@contextmanager
def _bar(title: str, budget: float, total: int | None) -> Iterator[Callable[[str], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as bars:
        # Where it is not known how much work is left the bar pulses; the clock counts.
        task = bars.add_task(title, total=total)

        def stage(name: str) -> None:
            text = f"{title}: {name} (budget {budget:g} s)"
            bars.update(task, description=text, advance=None if total is None else 1)

        yield stage
