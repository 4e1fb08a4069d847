"""A derivation for all shapes, written line by line and then proved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symland.claims.all_shapes import NotProved, Proof
from symland.claims.shapes_answer import to_bytes
from symland.exact.word import Shape, Signature
from symland.exact.word_relation import Relation
from symland.questions.derivation.formula import Formula
from symland.questions.derivation.lines import Line, Section
from symland.questions.derivation.words import expand, expand_relation, unexpanded_traces

__all__ = ["ShapesScript"]

Action = Callable[[Proof], None]


class ShapesScript:
    """Lines about matrices of all shapes, and the proof that they make together.

    `define` and `suppose` become hypotheses of the proof, `prove` and its relatives steps of it;
    `show` is a line that another step has proved. Hidden steps are steps without a line.

    Parameters
    ----------
    matrices
        Letter -> (row symbol, column symbol).
    scalars
        Letters that are numbers.

    Examples
    --------
    >>> from symland.questions.derivation.formula import equation, symbol
    >>> script = ShapesScript({"P": ("n", "n"), "Q": ("n", "n")})
    >>> P, Q = symbol("P"), symbol("Q")
    >>> script.section("Projections")
    >>> script.suppose("PQ", equation(P @ Q, Q), "P leaves the columns of Q in place:")
    >>> script.prove("PPQ", equation(P @ P @ Q, Q), "So does its square.", ["PQ"])
    >>> sections, proof = script.run(budget=1)
    >>> sections[0].lines[1].uses, proof.check().accepted
    (('PQ',), True)
    """

    def __init__(self, matrices: Mapping[str, Shape], scalars: Iterable[str] = ()) -> None:
        self.signature = Signature(matrices, scalars)
        self._hypotheses: dict[str, Relation] = {}
        self._actions: dict[str, Action] = {}
        self._sections: list[Section] = []
        self._formulas: dict[str, Formula] = {}

    # -- lines ---

    def section(self, title: str, prose: str = "") -> None:
        """Begin a section."""
        self._sections.append(Section(title, prose))

    def remark(self, name: str, formula: Formula, why: str, status: str = "definition") -> None:
        """A line that is shown and no part of the proof: a notation."""
        self._line(Line(name, formula, why, status))

    def define(self, name: str, formula: Formula, why: str) -> None:
        """A definition that the proof uses as an equation."""
        self._hypotheses[name] = expand_relation(formula, self.signature)
        self._line(Line(name, formula, why, "definition"))

    def suppose(self, name: str, formula: Formula, why: str, note: str = "") -> None:
        """A hypothesis."""
        self._hypotheses[name] = expand_relation(formula, self.signature)
        self._line(Line(name, formula, why, "hypothesis", note=note))

    def prove(
        self, name: str, formula: Formula, why: str, using: Iterable[str] = (), note: str = ""
    ) -> None:
        """A line that follows from the facts named by sums and products."""
        facts = list(using)
        relation = expand_relation(formula, self.signature)
        if relation.kind == "nonnegative" or isinstance(relation.body, tuple):
            raise ValueError(f"{name}: an equation is proved so; use squares")
        body = relation.body
        self._formulas[name] = formula
        self._step(name, lambda proof: proof.prove(name, body, using=facts))
        self._line(Line(name, formula, why, "certified", note=note))

    def squares(
        self,
        name: str,
        formula: Formula,
        why: str,
        squares: Sequence[Formula],
        using: Iterable[str] = (),
    ) -> None:
        """An inequality: left - right is the sum of the squared norms of the matrices named."""
        facts, relation = list(using), expand_relation(formula, self.signature)
        terms = [(1, (), self._words(q)) for q in squares]
        body: Any = relation.body
        self._formulas[name] = formula
        self._step(name, lambda proof: proof.sum_of_squares(name, body, terms, using=facts))
        self._line(Line(name, formula, why, "certified"))

    def star(self, name: str, formula: Formula, why: str, square: Formula, of: str) -> None:
        """The matrix ``square`` is zero because ``of`` says that square square' is."""
        words = self._words(square)
        self._step(name, lambda proof: proof.star(name, [words], of=of))
        self._line(Line(name, formula, why, "certified"))

    def vary(self, name: str, formula: Formula, why: str, of: str, letter: str) -> None:
        """G = 0, because the hypothesis ``of`` says that tr(G'D) = 0 for all D."""
        words = self._words(formula.parts[-2])
        pairing = f"{name}: at any {letter}"
        self._step(pairing, lambda proof: proof.instantiate(pairing, of))
        self._step(name, lambda proof: proof.variation(name, words, of=pairing, letter=letter))
        self._line(Line(name, formula, why, "certified"))

    def show(self, name: str, formula: Formula, why: str, proved: str) -> None:
        """Another reading of a line: ``proved`` is the step that says it."""
        line = Line(name, formula, why, "certified", claims=(f"shapes: {proved}",))
        self._line(replace(line, uses=(proved,)))

    def hidden(self, name: str, formula: Formula, using: Iterable[str] = ()) -> None:
        """A step without a line of its own."""
        facts, body = list(using), expand_relation(formula, self.signature).body
        if isinstance(body, tuple):
            raise ValueError(f"{name}: expected an equation")
        self._formulas[name] = formula
        self._step(name, lambda proof: proof.prove(name, body, using=facts))

    # -- the proof ---

    def run(self, budget: float, seed: int = 0) -> tuple[tuple[Section, ...], Proof]:
        """The sections with their verdicts to be, and the proof of all steps that were found.

        A step that is not found leaves its line, and those that rest on it, undecided.
        """
        proof = Proof(self.signature, self._hypotheses, budget, seed)
        missing: dict[str, str] = {}
        for name, action in self._actions.items():
            try:
                action(proof)
            except NotProved as error:
                missing[name] = str(error.answer)
            except ValueError as error:  # the step cites one that is missing
                missing[name] = str(error)
        cited = _cited(proof.certificate()["steps"])
        shown = {line.name for section in self._sections for line in section.lines}
        sections = tuple(
            replace(s, lines=tuple(self._finished(x, cited, shown, missing) for x in s.lines))
            for s in self._sections
        )
        return sections, proof

    def statement(self, proof: Proof) -> dict[str, Any]:
        """The statement of the proof, substitutions and differentials left to the checker.

        A claim that a loss has a differential would be 0 = 0 if it were written expanded.
        """
        statement = proof.statement()
        for claim in statement["claims"]:
            formula = self._formulas.get(claim["name"])
            if formula is None:
                continue
            for key in {"traces", "nonnegative"} & claim.keys():
                claim[key] = unexpanded_traces(formula, self.signature)
        return statement

    def files(self, proof: Proof) -> tuple[bytes, bytes]:
        """Statement and certificate as the files have them."""
        return to_bytes(self.statement(proof)), to_bytes(proof.certificate())

    def _finished(
        self, line: Line, cited: Mapping[str, set[str]], shown: set[str], missing: Mapping[str, str]
    ) -> Line:
        if line.name in missing:
            return replace(line, status="undecided", note=missing[line.name])
        if line.status != "certified" or line.claims:
            return line
        uses = _resolved(cited.get(line.name, set()), cited, shown)
        return replace(line, claims=(f"shapes: {line.name}",), uses=tuple(sorted(uses)))

    def _words(self, formula: Formula) -> Any:
        return expand(formula, self.signature)

    def _step(self, name: str, action: Action) -> None:
        self._actions[name] = action

    def _line(self, line: Line) -> None:
        last = self._sections[-1]
        self._sections[-1] = replace(last, lines=(*last.lines, line))


def _cited(steps: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Claim -> the facts that its step cites."""
    found: dict[str, set[str]] = {}
    for step in steps:
        facts = {row[3] for row in step.get("rows", ())}
        facts |= {fact for _, fact in step.get("sum", ())}
        facts |= {step[key] for key in ("of", "nonzero") if key in step}
        found[step["claim"]] = facts
    return found


def _resolved(facts: set[str], cited: Mapping[str, set[str]], shown: set[str]) -> set[str]:
    """Facts with a line of their own, in place of hidden ones those that these rest on."""
    result: set[str] = set()
    for fact in facts:
        result |= {fact} if fact in shown else _resolved(cited.get(fact, set()), cited, shown)
    return result
