"""Checking a theorem: does it hang together, and what is the verdict on each part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symland.search.deadline import Deadline
from symland.theorem.graph import graph_json
from symland.theorem.part import Part, Report, overall, proved
from symland.theorem.proving import Proving, signature_of
from symland.theorem.statement import (
    Citation,
    Conclusion,
    Hypothesis,
    Premise,
    Step,
    TheoremError,
    labels,
)
from symland.theorem.trying import Trying

if TYPE_CHECKING:
    from symland.theorem.theorem import Theorem

__all__ = ["check_theorem"]


def check_theorem(theorem: Theorem, budget: float, seed: int, text: str) -> Report:
    """The report on a theorem; see `Theorem.check`."""
    _hangs_together(theorem)
    deadline = Deadline(budget)
    proving = Proving(theorem, deadline, seed)
    steps = proving.parts()
    others = Trying(theorem, deadline, seed).parts()
    unused = _not_used(theorem, proving)
    parts = (
        *steps,
        *(p for p in others if p.part == "instance"),
        *unused,
        *(p for p in others if p.part == "without"),
    )
    standing = {c.label: _standing(theorem, proving, c) for c in theorem.conclusions}
    verdict = _verdict(list(parts), standing)
    return Report(theorem.name, parts, verdict, _background(theorem, text, parts, standing))


def _hangs_together(theorem: Theorem) -> None:
    """Every conclusion is given by some step or citation; there is at least one."""
    if not theorem.conclusions:
        raise TheoremError(f"{theorem.name}: the theorem has no conclusion")
    given = {c for step in theorem.steps for c in step.gives}
    for conclusion in theorem.conclusions:
        if conclusion not in given:
            raise TheoremError(
                f"{theorem.name}: conclusion {conclusion.label} is given by no step and no citation"
            )


def _sources(theorem: Theorem, conclusion: Conclusion) -> list[Step | Citation]:
    return [step for step in theorem.steps if conclusion in step.gives]


def _rests_on_citation(premise: Premise) -> bool:
    if isinstance(premise, Hypothesis):
        return False
    return isinstance(premise, Citation) or any(_rests_on_citation(u) for u in premise.uses)


def _standing(theorem: Theorem, proving: Proving, conclusion: Conclusion) -> str:
    """certified (all shapes), cited, or undecided: how the conclusion stands in general."""
    sources = _sources(theorem, conclusion)
    if any(
        isinstance(s, Step) and s in proving.results and not _rests_on_citation(s) for s in sources
    ):
        return "certified"
    if any(_rests_on_citation(s) for s in sources):
        return "cited"
    return "undecided"


def _verdict(parts: list[Part], standing: dict[str, str]) -> str:
    """Refuted or undecided if some part is; else the weakest standing of a conclusion."""
    worst = overall([part.verdict for part in parts])
    return worst if worst in ("refuted", "undecided") else overall(list(standing.values()))


def _not_used(theorem: Theorem, proving: Proving) -> list[Part]:
    """Hypotheses in words that the proof for all shapes of a conclusion does not use."""
    parts = []
    special = {h for c in theorem.conclusions for h in c.given}
    for result in proving.results.values():
        for conclusion, rests_on in result.behind.items():
            idle = [
                h
                for h in theorem.hypotheses
                if h.words is not None
                and not h.definition
                and h.label not in rests_on
                and (h not in special or h in conclusion.given)
                and signature_of(h.words) == result.signature
            ]
            if idle:
                detail = f"not needed for {conclusion.label}: its proof for all shapes uses " + (
                    ", ".join(sorted(rests_on)) or "no hypothesis"
                )
                parts.append(
                    proved(
                        "without",
                        f"{labels(idle)}: {conclusion.label} stays",
                        "certified",
                        detail,
                        result.statement,
                        result.certificate,
                    )
                )
    return parts


def _background(
    theorem: Theorem, text: str, parts: tuple[Part, ...], standing: dict[str, str]
) -> dict[str, Any]:
    """What a report shows around its lines."""
    citations = [(s.label, s) for s in theorem.steps if isinstance(s, Citation)]
    citations += [
        (f"without {labels(d.hypotheses)}", d.citation)
        for d in theorem.dropped
        if d.citation is not None
    ]
    return {
        "text": text,
        "source": theorem.source,
        "wording": theorem.wording,
        "hypotheses": [
            {
                "label": h.label,
                "text": h.text,
                "words": None if h.words is None else str(h.words),
                "definition": h.definition,
            }
            for h in theorem.hypotheses
        ],
        "conclusions": [
            {
                "label": c.label,
                "text": c.text,
                "words": [str(w) for w in c.words],
                "standing": standing[c.label],
            }
            for c in theorem.conclusions
        ],
        "axioms": [
            {"label": label, "text": c.text, "key": c.key, "wording": c.wording}
            for label, c in citations
        ],
        "summary": _summary(theorem, parts, standing),
        "graph": graph_json(
            theorem, {p.name: p.verdict for p in parts if p.part == "step"}, standing
        ),
    }


def _summary(theorem: Theorem, parts: tuple[Part, ...], standing: dict[str, str]) -> str:
    """One sentence that never calls instances a proof."""
    bad = [f"{p.part} {p.name}" for p in parts if p.verdict in ("refuted", "undecided")]
    if bad:
        return f"not established: {', '.join(bad)}"
    shapes = [label for label, verdict in standing.items() if verdict == "certified"]
    cited = [label for label, verdict in standing.items() if verdict == "cited"]
    tried = sum(p.part == "instance" for p in parts)
    texts = []
    if shapes:
        texts.append(f"{', '.join(shapes)} proved for all shapes")
    if cited:
        axioms = sum(isinstance(s, Citation) for s in theorem.steps)
        texts.append(
            f"{', '.join(cited)} in general rests on {axioms} cited result"
            + ("" if axioms == 1 else "s")
        )
    if tried:
        texts.append(
            f"certified on {tried} line{'' if tried == 1 else 's'} of instances,"
            " which is no proof in general"
        )
    return "; ".join(texts)
