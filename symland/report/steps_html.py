"""The lines of a derivation as HTML with MathML: nothing is loaded, no script runs."""

from html import escape

from symland.report.page import Formula, Step, Steps
from symland.report.prose import html
from symland.report.vocabulary import verdict


def steps_html(part: Steps) -> str:
    """A section."""
    prose = f"<p>{html(part.prose)}</p>" if part.prose else ""
    steps = "\n".join(map(_step, part.steps))
    return f'<section class="derivation"><h3>{html(part.title)}</h3>{prose}\n{steps}\n</section>'


def _step(step: Step) -> str:
    term = verdict(step.status)
    badge = (
        f'<span class="term {escape(step.status)}" title="{escape(term.meaning)}">'
        f"{escape(term.label)}</span>"
    )
    return (
        f'<div class="step" id="line-{step.number}"><p>{html(step.why)}</p>'
        f'<div class="formula"><div class="scroll">{_math(step.formula)}</div>'
        f'<span class="number">({step.number})</span></div>'
        f'{_entries(step)}<p class="evidence">{badge}{html(step.evidence)}</p></div>'
    )


def _math(formula: Formula) -> str:
    text = escape(formula.text, quote=True)
    return f'<math display="block" alttext="{text}">{formula.mathml}</math>'


def _entries(step: Step) -> str:
    if not step.entries:
        return ""
    lines = "".join(f'<div class="scroll">{_math(entry)}</div>' for entry, _ in step.entries)
    more = f'<p class="more">and {step.left_out} more entries</p>' if step.left_out else ""
    count = len(step.entries) + step.left_out
    return (
        f"<details{' open' if count <= 8 else ''}><summary>entry by entry ({count})</summary>"
        f"{lines}{more}</details>"
    )
