"""The lines of a derivation on the terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from symland.report.page import Step, Steps
from symland.report.prose import plain
from symland.report.vocabulary import verdict


def print_steps(part: Steps, console: Console) -> None:
    """Title, prose, and each line: why, number and formula, verdict."""
    console.print(Text(plain(part.title), style="bold underline"))
    if part.prose:
        console.print(Text(plain(part.prose)))
    for step in part.steps:
        _print_step(step, console)


def _print_step(step: Step, console: Console) -> None:
    console.print()
    console.print(Text(plain(step.why)))
    label = f"({step.number})".rjust(5)
    formula = Text(f"{label}   ", style="dim").append(step.formula.text, style="not dim bold")
    console.print(_hanging(formula, 8, console))
    for entry, status in step.entries:
        line = Text(entry.text)
        if status != step.status:
            line.append(f"   [{verdict(status).label}]", style="dim")
        console.print(_hanging(line, 4, console, indent=8))
    if step.left_out:
        text = f"... and {step.left_out} more entries (all are in --json)"
        console.print(Padding(Text(text, style="dim"), (0, 0, 0, 8)))
    term = verdict(step.status)
    evidence = Text("        ").append(term.label, style=term.terminal)
    evidence.append(plain(step.evidence), style="dim")
    console.print(_hanging(evidence, 8, console))


def _hanging(text: Text, hang: int, console: Console, indent: int = 0) -> Padding:
    """The text folded to the width, its further lines indented."""
    lines = text.wrap(console, max(console.width - indent - hang, 20))
    folded = Text("\n").join(
        line if k == 0 else Text(" " * hang).append_text(line) for k, line in enumerate(lines)
    )
    return Padding(folded, (0, 0, 0, indent))
