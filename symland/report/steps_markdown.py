"""The lines of a derivation as Markdown, formulas between double dollars."""

from symland.report.page import Step, Steps
from symland.report.prose import markdown
from symland.report.vocabulary import verdict


def steps_markdown(part: Steps) -> str:
    """Prose and lines; the title is written by the page."""
    blocks = [markdown(part.prose)] if part.prose else []
    blocks += [_step(step) for step in part.steps]
    return "\n\n".join(blocks)


def _step(step: Step) -> str:
    blocks = [markdown(step.why), f"$${step.formula.latex} \\tag{{{step.number}}}$$"]
    if step.entries:
        lines = [f"- ${entry.latex}$" for entry, _ in step.entries]
        lines += [f"- and {step.left_out} more entries"] if step.left_out else []
        blocks.append("\n".join(lines))
    blocks.append(f"*{verdict(step.status).label}*{markdown(step.evidence)}")
    return "\n\n".join(blocks)
