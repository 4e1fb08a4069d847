"""How each failure ends: one line on standard error and a status, never a traceback.

A failure inside symland itself is one line as well; ``--debug`` shows the traceback before it.
"""

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from symland.cli.exit_status import BAD_INPUT, CLOSED_PIPE, INTERRUPTED, PROVED

__all__ = ["OneLineFailures", "closed_pipe", "discard_output", "fail"]


def fail(message: str) -> NoReturn:
    """End with one line on standard error and the status of bad input."""
    click.echo(f"error: {' '.join(message.split())}", err=True)
    sys.exit(BAD_INPUT)


def closed_pipe() -> NoReturn:
    """End quietly after the reader of standard output went away."""
    discard_output()
    sys.exit(CLOSED_PIPE)


def discard_output() -> None:
    """From here on nothing can be written, not even by the interpreter as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class OneLineFailures(click.Group):
    """A group whose failures are one line each, with the statuses above."""

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = "symland",
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command and end the process; without `standalone_mode` just run it."""
        given = list(sys.argv[1:] if args is None else args)

        def run() -> Any:
            return super(OneLineFailures, self).main(
                given, prog_name, standalone_mode=False, **extra
            )

        if not standalone_mode:
            return run()
        _replace_unprintable()
        try:
            status = run()
        except click.UsageError as error:
            fail(f"{error.format_message()}{_see_help(error)}")
        except click.ClickException as error:
            fail(error.format_message())
        except (click.Abort, KeyboardInterrupt):
            click.echo("interrupted", err=True)
            sys.exit(INTERRUPTED)
        except Exception as error:
            _report_failure(error, debug="--debug" in given)
        sys.exit(status if isinstance(status, int) else PROVED)


def _replace_unprintable() -> None:
    """A terminal that lacks a letter shows `?` in its place."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _see_help(error: click.UsageError) -> str:
    return f" (see {error.ctx.command_path} --help)" if error.ctx else ""


def _report_failure(error: Exception, debug: bool) -> NoReturn:
    from symland.problem import InputError

    if isinstance(error, InputError):
        fail(str(error))
    if debug:
        import traceback

        traceback.print_exception(error)
    hint = "" if debug else " (--debug shows where)"
    click.echo(f"internal error: {_one_line(error)}{hint}", err=True)
    sys.exit(BAD_INPUT)


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
