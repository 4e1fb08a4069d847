"""A page as HTML: self-contained, readable on a light and on a dark ground."""

from html import escape

from symland.report.matrix import matrix_text
from symland.report.page import Cell, Lines, Matrices, Page, Part, Steps, Table
from symland.report.style import STYLE
from symland.report.vocabulary import verdict


def page_html(page: Page) -> str:
    """A whole document; it loads nothing from anywhere."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(page.title)}</title>\n</head>\n"
        f'<body class="symland-page">\n{fragment_html(page)}</body>\n</html>\n'
    )


def fragment_html(page: Page) -> str:
    """A piece for a notebook or for another page; its style touches nothing outside it."""
    blocks = [f"<style>{STYLE}</style>", '<div class="symland">', _head(page)]
    blocks += [_part(part) for part in page.parts]
    blocks += [f'<p class="warning">warning: {escape(w)}</p>' for w in page.warnings]
    if page.footer:
        blocks.append(f"<footer>{escape(page.footer)}</footer>")
    return "\n".join(blocks) + "\n</div>\n"


def _head(page: Page) -> str:
    about = f'<p class="about">{escape(page.about)}</p>' if page.about else ""
    line = ""
    if page.verdict or page.headline:
        badge = _badge(page.verdict) if page.verdict else ""
        line = f'<p class="headline">{badge}{escape(page.headline)}</p>'
    return f"<header><h2>{escape(page.title)}</h2>{about}{line}</header>"


def _badge(name: str) -> str:
    term = verdict(name)
    return f'<span class="badge {escape(name)}" title="{escape(term.meaning)}">{term.label}</span>'


def _part(part: Part) -> str:
    match part:
        case Steps():
            from symland.report.steps_html import steps_html

            return steps_html(part)
        case Table():
            return _table(part)
        case Lines():
            return _lines(part)
        case Matrices():
            return _matrices(part)


def _table(table: Table) -> str:
    head = "".join(
        f'<th{_side(column.right)} title="{escape(column.meaning)}">{escape(column.heading)}</th>'
        for column in table.columns
    )
    rows = "\n".join(f"<tr>{_row(table, row)}</tr>" for row in table.rows)
    more = f'<p class="more">{table.left_out} more rows are left out here</p>'
    return (
        f'<section><h3>{escape(table.title)}</h3>\n<div class="scroll"><table>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
        f"{more if table.left_out else ''}</section>"
    )


def _row(table: Table, row: tuple[Cell, ...]) -> str:
    return "".join(
        f"<td{_side(column.right)}>{_cell(cell)}</td>"
        for column, cell in zip(table.columns, row, strict=True)
    )


def _side(right: bool) -> str:
    return ' class="right"' if right else ""


def _cell(cell: Cell) -> str:
    text = escape(cell.text)
    return f'<span class="term {escape(cell.term)}">{text}</span>' if cell.term else text


def _lines(part: Lines) -> str:
    if not any(label for label, _ in part.lines):
        body = "".join(f"<li>{_cell(cell)}</li>" for _, cell in part.lines)
        return f"<section><h3>{escape(part.title)}</h3><ul>{body}</ul></section>"
    body = "".join(f"<dt>{escape(label)}</dt><dd>{_cell(cell)}</dd>" for label, cell in part.lines)
    return f"<section><h3>{escape(part.title)}</h3><dl>{body}</dl></section>"


def _matrices(part: Matrices) -> str:
    texts = ["\n".join(matrix_text(matrix)) for matrix in part.matrices]
    body = "".join(f"<pre>{escape(text)}</pre>" for text in texts)
    return f'<section><h3>{escape(part.title)}</h3><div class="matrices">{body}</div></section>'
