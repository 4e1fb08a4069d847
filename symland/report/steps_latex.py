r"""The lines of a derivation as LaTeX: prose, tagged equations, evidence in small type."""

from symland.report.page import Step, Steps
from symland.report.prose import latex
from symland.report.vocabulary import verdict

_LONG = 72
"""A formula of more characters, as plain text, is broken at its relation sign."""

_WIDE = 100
"""Characters of LaTeX after which a sum goes on in the next line."""


def steps_latex(part: Steps) -> str:
    """A section."""
    blocks = [rf"\section*{{{latex(part.title)}}}"]
    if part.prose:
        blocks.append(latex(part.prose))
    blocks += [_step(step) for step in part.steps]
    return "\n\n".join(blocks)


def _step(step: Step) -> str:
    body = _broken(step.formula.latex) if len(step.formula.text) > _LONG else step.formula.latex
    lines = [latex(step.why), rf"\begin{{equation}}\tag{{{step.number}}}", body, r"\end{equation}"]
    lines += _entries(step)
    lines.append(rf"{{\small\emph{{{verdict(step.status).label}}}{latex(step.evidence)}.\par}}")
    return "\n".join(line for line in lines if line)


def _entries(step: Step) -> list[str]:
    if not step.entries:
        return []
    rows = [rf"  & {_summands(entry.latex)}" for entry, _ in step.entries]
    more = rf" \\ & \text{{and {step.left_out} more entries}}" if step.left_out else ""
    body = " \\\\\n".join(rows)
    return [r"{\footnotesize", r"\begin{align*}", body + more, r"\end{align*}", "}"]


def _broken(formula: str) -> str:
    """A long formula on several lines: before the relation sign, and before long summands."""
    for sign in (" = ", r" \ge "):
        left, found, right = formula.partition(sign)
        if found:
            lines = [f"& {left}", rf"& \quad {sign.strip()} {_summands(right)}"]
            inside = " \\\\\n".join(lines)
            return f"\\begin{{aligned}}\n{inside}\n\\end{{aligned}}"
    return formula


def _summands(right: str) -> str:
    """A sum on lines that fit, broken before signs that stand outside all brackets."""
    text, depth, width = "", 0, 0
    for k, character in enumerate(right):
        depth += (character in "{(") - (character in "})")
        depth += right.startswith((r"\bigl\langle", r"\lVert"), k)
        depth -= right.startswith((r"\bigr\rangle", r"\rVert"), k)
        if depth == 0 and width > _WIDE and right[k - 1 : k + 2] in (" + ", " - "):
            text, width = text + r" \\" + "\n" + r"& \qquad ", 0
        text, width = text + character, width + 1
    return text
