"""Terminal output without spaces at the ends of its lines."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import (
    Console,
    ConsoleOptions,
    ConsoleRenderable,
    RenderableType,
    RenderHook,
    RenderResult,
)
from rich.segment import Segment

__all__ = ["trimmed"]


@contextmanager
def trimmed(console: Console) -> Iterator[None]:
    """While this lasts, the console leaves out the spaces with which rich fills lines up.

    >>> from io import StringIO
    >>> from rich.padding import Padding
    >>> console = Console(file=StringIO(), width=20)
    >>> with trimmed(console):
    ...     console.print(Padding("a", (0, 0, 0, 2)))
    >>> console.file.getvalue()
    '  a\\n'
    """
    console.push_render_hook(_Trimming())
    try:
        yield
    finally:
        console.pop_render_hook()


class _Trimming(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Trimmed(content) for content in renderables]


class _Trimmed:
    def __init__(self, content: RenderableType):
        self.content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in Segment.split_lines(console.render(self.content, options)):
            while line and not line[-1].text.strip():
                line.pop()
            if line:
                last = line.pop()
                line.append(Segment(last.text.rstrip(), last.style, last.control))
            yield from line
            yield Segment.line()
