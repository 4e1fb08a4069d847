"""A page on the terminal, with rich: tables that fit, colours where there are any."""

from dataclasses import replace

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from symland.report.matrix import matrix_text
from symland.report.page import Cell, Lines, Matrices, Page, Part, Steps, Table
from symland.report.trimmed import trimmed
from symland.report.vocabulary import KINDS, VERDICTS, verdict


class PlainConsole(Console):
    """A console that reports a closed pipe as the error it is, and leaves text unhighlighted."""

    def __init__(self, width: int | None = None) -> None:
        super().__init__(width=width, highlight=False)

    def on_broken_pipe(self) -> None:
        """Called by rich while the `BrokenPipeError` is being handled."""
        raise BrokenPipeError


def print_page(page: Page, console: Console) -> None:
    """Print a page; nothing is cut off, and what a narrow terminal cannot hold is folded."""
    with trimmed(console):
        console.print(_title(page), soft_wrap=False)
        if page.verdict or page.headline:
            console.print(_verdict_line(page))
        for part in page.parts:
            console.print()
            _print_part(part, console)
        for warning in page.warnings:
            console.print(Text(f"warning: {warning}", style="yellow"))
        if page.footer:
            console.print()
            console.print(Text(page.footer, style="dim"))


def _print_part(part: Part, console: Console) -> None:
    match part:
        case Table():
            _print_table(part, console)
        case Lines():
            _print_lines(part, console)
        case Matrices():
            _print_matrices(part, console)
        case Steps():
            from symland.report.steps_terminal import print_steps

            print_steps(part, console)


def _title(page: Page) -> Text:
    title = Text(page.title, style="bold")
    return title.append(f"   {page.about}", style="not bold") if page.about else title


def _verdict_line(page: Page) -> Text:
    line = Text()
    if page.verdict:
        term = verdict(page.verdict)
        line.append(term.label, style=f"bold {term.terminal}".strip())
        line.append(": " if page.headline else "")
    return line.append(page.headline)


def _styled(cell: Cell) -> Text:
    term = {**VERDICTS, **KINDS}.get(cell.term or "")
    return Text(cell.text, style=term.terminal if term else "")


def _print_table(table: Table, console: Console) -> None:
    if _least_width(table) > console.width:
        table = _without_constants(table)
    console.print(Text(table.title, style="italic"))
    if _least_width(table) > console.width:
        _print_blocks(table, console)
    else:
        console.print(_grid(table, console.width))
    if table.left_out:
        console.print(Text(f"... and {table.left_out} more rows (all are in --json)", style="dim"))


def _texts(table: Table, number: int) -> list[str]:
    return [table.columns[number].heading, *(row[number].text for row in table.rows)]


def _longest_words(table: Table) -> list[int]:
    return [
        max(len(word) for text in _texts(table, number) for word in (text.split() or [""]))
        for number in range(len(table.columns))
    ]


def _least_width(table: Table) -> int:
    """The width below which some word of the table would have to be broken."""
    return sum(_longest_words(table)) + len(table.columns) - 1


def _wanted_widths(table: Table) -> list[int]:
    """What keeps every row on one line; a heading may take two."""
    words = _longest_words(table)
    cells = [max((len(row[n].text) for row in table.rows), default=0) for n in range(len(words))]
    return [max(pair) for pair in zip(words, cells, strict=True)]


def _column_widths(table: Table, width: int) -> list[int]:
    """At least the longest word each; the rest goes first to the columns that need least."""
    widths, wanted = _longest_words(table), _wanted_widths(table)
    spare = width - sum(widths)
    for number in sorted(range(len(widths)), key=lambda n: wanted[n] - widths[n]):
        more = min(wanted[number] - widths[number], max(spare, 0))
        widths[number] += more
        spare -= more
    return widths


def _without_constants(table: Table) -> Table:
    """The table without foldable columns that say the same in every row; the title says it."""
    cells = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    constant = [
        column.foldable and len(set(texts)) == 1
        for column, texts in zip(table.columns, cells, strict=True)
    ]
    first = (table.rows or [()])[0]
    said = [
        f"{table.columns[number].heading} {first[number].text}"
        for number, same in enumerate(constant)
        if same
    ]
    kept = [number for number, same in enumerate(constant) if not same]
    rows = tuple(tuple(row[number] for number in kept) for row in table.rows)
    columns = tuple(table.columns[number] for number in kept)
    title = f"{table.title}; in every row {', '.join(said)}" if said else table.title
    return replace(table, title=title, columns=columns, rows=rows)


def _grid(table: Table, width: int) -> RichTable:
    gaps = len(table.columns) - 1
    gap = 2 if sum(_wanted_widths(table)) + 2 * gaps <= width else 1
    grid = RichTable(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, gap - 1, 0, 0))
    widths = _column_widths(table, width - gap * gaps)
    for column, share in zip(table.columns, widths, strict=True):
        side: JustifyMethod = "right" if column.right else "left"
        grid.add_column(column.heading, justify=side, width=share)
    for row in table.rows:
        grid.add_row(*map(_styled, row))
    return grid


def _print_blocks(table: Table, console: Console) -> None:
    width = max((len(column.heading) for column in table.columns), default=0)
    for row in table.rows:
        console.print()
        for column, cell in zip(table.columns, row, strict=True):
            console.print(_labelled(column.heading, cell, width))


def _labelled(label: str, cell: Cell, width: int) -> RichTable:
    grid = RichTable.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=width + 2, style="dim")
    grid.add_column(overflow="fold")
    grid.add_row(Text(f"  {label}"), _styled(cell))
    return grid


def _print_lines(part: Lines, console: Console) -> None:
    console.print(Text(part.title, style="italic"))
    width = min(max((len(label) for label, _ in part.lines), default=0), 30)
    for label, cell in part.lines:
        if part.as_written:
            console.print(_styled(cell))
        elif width:
            console.print(_labelled(label, cell, width))
        else:
            console.print(Padding(_styled(cell), (0, 0, 0, 2)))


def _print_matrices(part: Matrices, console: Console) -> None:
    console.print(Text(part.title, style="italic"))
    for matrix in part.matrices:
        for line in matrix_text(matrix):
            console.print(Text(f"  {line}"), soft_wrap=True)
