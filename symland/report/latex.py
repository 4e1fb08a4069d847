r"""A page as LaTeX, for a document that loads ``amsmath`` and ``booktabs``."""

from symland.report.page import Cell, Column, Lines, Matrices, Matrix, Page, Part, Steps, Table
from symland.report.vocabulary import verdict

_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "…": r"\ldots{}",
    "λ": r"$\lambda$",
    "Σ": r"$\Sigma$",
    "κ": r"$\kappa$",
    "σ": r"$\sigma$",
    "⟨": r"$\langle$",
    "⟩": r"$\rangle$",
    "−": "$-$",
    "²": "$^{2}$",
    "³": "$^{3}$",
    "≠": r"$\ne$",
    "Δ": r"$\Delta$",
    "⊗": r"$\otimes$",
    "∘": r"$\circ$",
    "⋯": r"$\cdots$",
    "≤": r"$\le$",
    "≥": r"$\ge$",
    "ℒ": r"$\mathcal{L}$",
    "Ω": r"$\Omega$",
    "–": "--",
    "′": "$'$",
    "ᵀ": r"$^{\mathsf{T}}$",
    "⁺": r"$^{+}$",
    "±": r"$\pm$",
    **{sub: f"$_{{{n}}}$" for n, sub in enumerate("₀₁₂₃₄₅₆₇₈₉")},
}


def page_latex(page: Page, whole: bool = False) -> str:
    """The page, without a preamble; the title of a whole document is set large."""
    heading = r"\begin{{center}}\LARGE {}\end{{center}}" if whole else r"\paragraph{{{}}}"
    blocks = [f"{heading.format(escape(page.title))} {escape(page.about)}".rstrip()]
    if page.verdict:
        stop = "" if page.headline.endswith(".") else "."
        headline = escape(page.headline) + stop
        blocks.append(rf"\emph{{{verdict(page.verdict).label}}}: {headline}")
    blocks += [_part(part) for part in page.parts]
    blocks += [rf"\emph{{warning}}: {escape(warning)}" for warning in page.warnings]
    if page.footer:
        blocks.append(rf"{{\small {escape(page.footer)}}}")
    return "\n\n".join(blocks) + "\n"


_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb,booktabs}
\usepackage[margin=2.6cm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\allowdisplaybreaks
"""


def document_latex(page: Page) -> str:
    """The page as a whole document."""
    return f"{_PREAMBLE}\\begin{{document}}\n\n{page_latex(page, whole=True)}\n\\end{{document}}\n"


def _part(part: Part) -> str:
    match part:
        case Steps():
            from symland.report.steps_latex import steps_latex

            return steps_latex(part)
        case Table():
            return _table(part)
        case Lines():
            return _lines(part)
        case Matrices():
            body = ",\\quad\n".join(_matrix(matrix) for matrix in part.matrices)
            return f"{escape(part.title)}:\n\\[\n{body}\n\\]"


def _table(table: Table) -> str:
    shape = "".join("r" if column.right else "l" for column in table.columns)
    lines = [rf"\begin{{tabular}}{{{shape}}}", r"\toprule", _head(table.columns), r"\midrule"]
    lines += [" & ".join(map(_cell, row)) + r" \\" for row in table.rows]
    if table.left_out:
        count = len(table.columns)
        lines.append(rf"\multicolumn{{{count}}}{{l}}{{{table.left_out} more rows left out}} \\")
    lines += [r"\bottomrule", r"\end{tabular}"]
    return f"{escape(table.title)}\n\n" + "\n".join(lines)


def _head(columns: tuple[Column, ...]) -> str:
    return " & ".join(escape(column.heading) for column in columns) + r" \\"


def _lines(part: Lines) -> str:
    items = [
        (rf"\item[{escape(label)}] " if label else r"\item ") + _cell(cell)
        for label, cell in part.lines
    ]
    body = "\n".join(items)
    return f"{escape(part.title)}\n\\begin{{description}}\n{body}\n\\end{{description}}"


def _cell(cell: Cell) -> str:
    return f"${cell.latex}$" if cell.latex else escape(cell.text)


def _matrix(matrix: Matrix) -> str:
    rows = " \\\\ ".join(" & ".join(map(_entry, row)) for row in matrix.rows)
    name = matrix.name[0] + (f"_{{{matrix.name[1:]}}}" if matrix.name[1:] else "")
    return rf"{name} = \begin{{pmatrix}} {rows} \end{{pmatrix}}"


def _entry(text: str) -> str:
    return text if set(text) <= set("-0123456789./") else rf"\text{{{escape(text)}}}"


def escape(text: str) -> str:
    r"""Text without meaning to LaTeX.

    >>> print(escape("50 % of a_1"))
    50 \% of a\_1
    """
    return "".join(_SPECIAL.get(character, character) for character in text)
