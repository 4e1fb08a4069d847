"""A page as Markdown with pipe tables."""

from symland.report.matrix import matrix_text
from symland.report.page import Cell, Lines, Matrices, Page, Part, Steps, Table
from symland.report.vocabulary import verdict


def page_markdown(page: Page) -> str:
    """The page; headings are of the second and third level, so that it fits into a document."""
    blocks = [f"## {_escape(page.title)}"]
    if page.about:
        blocks.append(_escape(page.about))
    if page.verdict:
        blocks.append(f"**{verdict(page.verdict).label}**: {_escape(page.headline)}")
    for part in page.parts:
        blocks.append(f"### {_escape(part.title)}")
        blocks.append(_part(part))
    blocks += [f"> warning: {_escape(warning)}" for warning in page.warnings]
    if page.footer:
        blocks.append(_escape(page.footer))
    return "\n\n".join(blocks) + "\n"


def _part(part: Part) -> str:
    match part:
        case Steps():
            from symland.report.steps_markdown import steps_markdown

            return steps_markdown(part)
        case Table():
            return _table(part)
        case Lines():
            return "\n".join(_item(label, cell) for label, cell in part.lines)
        case Matrices():
            text = "\n".join(line for matrix in part.matrices for line in matrix_text(matrix))
            return f"```text\n{text}\n```"


def _item(label: str, cell: Cell) -> str:
    return f"- {_escape(label)}: {_escape(cell.text)}" if label else f"- {_escape(cell.text)}"


def _table(table: Table) -> str:
    head = "| " + " | ".join(_escape(column.heading) for column in table.columns) + " |"
    rule = "|" + "|".join("---:" if column.right else "---" for column in table.columns) + "|"
    rows = ["| " + " | ".join(_escape(cell.text) for cell in row) + " |" for row in table.rows]
    more = [f"\n{table.left_out} more rows are left out."] if table.left_out else []
    return "\n".join([head, rule, *rows, *more])


def _escape(text: str) -> str:
    r"""Text without meaning to Markdown.

    >>> print(_escape("a|b *c*"))
    a\|b \*c\*
    """
    for character in "\\|*_`<":
        text = text.replace(character, "\\" + character)
    return text
