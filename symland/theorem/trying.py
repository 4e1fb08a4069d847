"""The instances of a theorem and its dropped hypotheses, as parts of its report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from symland.exact.rational_matrix import RationalMatrix
from symland.exact.word import Signature
from symland.exact.word_relation import Relation
from symland.theorem.examples import linear_network
from symland.theorem.instance import Instance, NotDecided, asked
from symland.theorem.not_needed import stays
from symland.theorem.part import Part, proved
from symland.theorem.proving import signature_of
from symland.theorem.statement import Conclusion, Hypothesis, labels
from symland.theorem.witness import witness_matrices, witness_point
from symland.theorem.words import Bound, alternative, at_matrices, bound

if TYPE_CHECKING:
    from symland.search.deadline import Deadline
    from symland.theorem.theorem import Dropped, Theorem, Trial

__all__ = ["Trying"]

Statement = Hypothesis | Conclusion


@dataclass
class Trying:
    """Instances decided one after the other within the time that is left."""

    theorem: Theorem
    deadline: Deadline
    seed: int

    def parts(self) -> list[Part]:
        """A line for each instance and each way of reading it, then the dropped hypotheses."""
        found: list[Part] = []
        for trial in self.theorem.trials:
            found += self._instance(trial)
        for dropped in self.theorem.dropped:
            found += self._without(dropped)
        return found

    def _decided(
        self, kind: str, name: str, trial: Trial, decide: Callable[[Instance], Part]
    ) -> Part:
        if self.deadline.passed():
            return Part(kind, name, "undecided", "the budget ran out before this line")
        left = self.deadline.remaining()
        try:
            problem = trial.problem or linear_network((1, 1), X=[[0]], Y=[[0]])  # not looked at
            instance = Instance(problem, trial.at, trial.better, left, self.seed)
            return decide(instance)
        except NotDecided as reason:
            return Part(kind, name, "undecided", str(reason))

    # -- instances ------------------------------------------------------------------------------

    def _instance(self, trial: Trial) -> list[Part]:
        theorem = self.theorem
        parts = []
        statements: list[Statement] = [*theorem.conclusions, *theorem.hypotheses]
        if trial.problem is not None and any(one.holds for one in statements):
            parts.append(
                self._decided(
                    "instance",
                    trial.name,
                    trial,
                    lambda s: _on_instance(trial.name, s, theorem.hypotheses, theorem.conclusions),
                )
            )
        if trial.letters or (trial.at is not None and theorem.bindings):
            name = trial.name if trial.problem is None else f"{trial.name}, letters"
            parts.append(
                self._decided("instance", name, trial, lambda s: self._letters(name, s, trial))
            )
        if not parts:
            reason = "nothing in the theorem can be decided on an instance"
            reason += " without a point (at=)" if theorem.bindings and trial.at is None else ""
            parts.append(Part("instance", trial.name, "undecided", reason))
        return parts

    def _letters(self, name: str, instance: Instance, trial: Trial) -> Part:
        """All unquantified facts in words, evaluated at the matrices of the instance."""
        statements = _concerned(None if trial.problem is None else instance, self.theorem)
        if statements is None:
            return Part("instance", name, "undecided", "no instance: a hypothesis fails")
        signature, letters = self._bound(instance, trial)
        matrices = letters.matrices
        statements = _met(statements, *_evaluated(statements, signature, matrices))
        hold, fail = _evaluated(statements, signature, matrices)
        files = at_matrices(signature, hold, fail, letters)
        premises = {h.label for h in self.theorem.hypotheses}
        if broken := [label for label in fail if label in premises]:
            detail = f"no instance: {', '.join(broken)} fails at these matrices"
            return Part("instance", name, "undecided", detail)
        conclusions = [x for x in statements if isinstance(x, Conclusion)]
        if not fail and not _judged(conclusions, hold, fail)[0]:
            detail = "no conclusion can be evaluated at these matrices"
            return Part("instance", name, "undecided", detail)
        sizes = "-".join(map(str, instance.widths))
        if fail:
            where = "given" if trial.problem is None else f"of {sizes}"
            detail = f"{', '.join(fail)} fails at the matrices {where}, {', '.join(hold)} hold"
            detail = _with(detail, witness_matrices(fail.values(), matrices))
            return proved("instance", name, "refuted", detail, *files)
        if trial.problem is None:
            detail = f"{', '.join(hold)} hold at the matrices given"
            return proved("instance", name, "certified", detail, *files)
        detail = f"{', '.join(hold)} hold at the matrices of this one network {sizes}"
        return proved("instance", name, "certified", _and_given(detail, letters), *files)

    # -- dropped hypotheses ---------------------------------------------------------------------

    def _without(self, dropped: Dropped) -> list[Part]:
        label = labels(dropped.hypotheses)
        parts = []
        trial = dropped.trial
        if trial is not None:
            name = f"{label}: {trial.name}" if trial.name else label
            in_cases = all(c.holds for c in (*dropped.breaks, *dropped.keeps))
            in_words = [h for h in dropped.hypotheses if h.holds is None and h.words is not None]
            if in_cases and in_words:
                at = f"{name}, letters"
                parts.append(
                    self._decided(
                        "without", at, trial, lambda s: self._fails(at, s, trial, in_words)
                    )
                )
            is_problem = trial.problem is not None
            if is_problem and not in_cases and any(h.holds for h in self.theorem.hypotheses):
                parts.append(
                    self._decided(
                        "without",
                        f"{name}, hypotheses",
                        trial,
                        lambda s: _dropped_on_instance(
                            f"{name}, hypotheses", s, dropped, self.theorem
                        ),
                    )
                )
            on_problem = in_cases and is_problem
            decide = _dropped_on_instance if on_problem else self._dropped_in_words
            parts.append(
                self._decided(
                    "without", name, trial, lambda s: decide(name, s, dropped, self.theorem)
                )
            )
        if dropped.citation is not None:
            citation = dropped.citation
            where = citation.key or "remark of this file"
            said = _verbs([c.label for c in dropped.keeps], [c.label for c in dropped.breaks])
            if trial is not None:
                said = f"{_verbs([c.label for c in dropped.keeps], [])} in general"
            detail = f"{said}: {dropped.because}; {where}, wording {citation.wording}"
            parts.append(Part("without", f"{label}: in general", "cited", detail))
            parts += stays(self.theorem, dropped, self.deadline, self.seed)
        return parts

    def _bound(self, instance: Instance, trial: Trial) -> tuple[Signature, Bound]:
        """The letters of the theorem at the matrices of the instance."""
        theorem = self.theorem
        known = [*theorem.bindings, *map(signature_of, _relations(theorem))]
        binding: dict[str, Any] = {}
        if trial.problem is not None and theorem.bindings:
            binding |= theorem.bindings[known[0]]
        binding |= {x: partial(_constant, value) for x, value in trial.letters.items()}
        if not binding or not known:
            raise NotDecided("the letters are not bound to matrices: theorem.bind(...)")
        for letter in trial.letters:
            known[0].shape_of((letter, False))
        return known[0], bound(known[0], binding, instance)

    def _fails(
        self, name: str, instance: Instance, trial: Trial, hypotheses: list[Hypothesis]
    ) -> Part:
        """That hypotheses in words, which no predicate decides, fail at these matrices."""
        signature, letters = self._bound(instance, trial)
        hold, fail = _evaluated(hypotheses, signature, letters.matrices)
        if left := [h.label for h in hypotheses if h.label not in fail]:
            detail = f"{', '.join(left)} is not shown to fail there"
            return Part("without", name, "undecided", detail)
        files = at_matrices(signature, hold, fail, letters)
        detail = _with(_verbs(hold, fail), witness_matrices(fail.values(), letters.matrices))
        return proved("without", name, "certified", _and_given(detail, letters), *files)

    def _dropped_in_words(
        self, name: str, instance: Instance, dropped: Dropped, theorem: Theorem
    ) -> Part:
        assert dropped.trial is not None
        signature, letters = self._bound(instance, dropped.trial)
        matrices = letters.matrices
        conclusions = [*dropped.keeps, *dropped.breaks]
        needed = {h for c in conclusions for h in c.given}
        special = {h for c in theorem.conclusions for h in c.given} - needed
        special -= set(dropped.hypotheses)
        statements = [h for h in theorem.hypotheses if h not in special]
        concerned: list[Statement] = [*statements, *conclusions]
        hold, fail = _evaluated(concerned, signature, matrices)
        kept, broken = _judged(concerned, hold, fail)
        gone = {h.label for h in dropped.hypotheses if h.words is not None}
        # A hypothesis with a predicate too is decided by the part before this one.
        unseen = {h.label for h in dropped.hypotheses if h.label in gone and h.holds is None}
        if left := (gone & kept) | (unseen - broken):
            detail = f"{', '.join(sorted(left))} is not shown to fail there"
            return Part("without", name, "undecided", detail)
        others = {h.label for h in statements} - gone
        if others & broken:
            detail = f"{', '.join(sorted(others & broken))} fails there too"
            return Part("without", name, "undecided", detail)
        breaks, keeps = ({c.label for c in group} for group in (dropped.breaks, dropped.keeps))
        if breaks & kept or keeps & broken:
            unlike = True
        elif breaks <= broken and keeps <= kept:
            unlike = False
        else:
            detail = f"{', '.join(sorted((breaks | keeps) - kept - broken))} cannot be evaluated"
            return Part("without", name, "undecided", detail)
        files = at_matrices(signature, hold, fail, letters)
        verdict = "refuted" if unlike else "certified"
        detail = _with(_verbs(hold, fail), witness_matrices(fail.values(), matrices))
        detail += f"; {dropped.fails} (not decided)" if dropped.fails else ""
        return proved("without", name, verdict, _and_given(detail, letters), *files)


def _constant(value: Any, instance: Any) -> Any:
    return value(instance) if callable(value) else value


def _relations(theorem: Theorem) -> list[Relation]:
    return [relation for _, relation in _in_words([*theorem.hypotheses, *theorem.conclusions])]


def _met(
    statements: Iterable[Statement], hold: Iterable[str], fail: Iterable[str]
) -> list[Statement]:
    """Without the conclusions whose own hypotheses fail in words, and without these hypotheses."""
    statements = list(statements)
    _, broken = _judged(statements, hold, fail)
    conclusions = [c for c in statements if isinstance(c, Conclusion)]
    met = [c for c in conclusions if not {h.label for h in c.given} & broken]
    special = {h for c in conclusions for h in c.given} - {h for c in met for h in c.given}
    return [x for x in statements if x not in special and (x in met or x not in conclusions)]


def _concerned(instance: Instance | None, theorem: Theorem) -> list[Statement] | None:
    """Hypotheses, and the conclusions whose own hypotheses hold; None if another one fails."""
    special = {h for c in theorem.conclusions for h in c.given}
    if instance is None:
        return [*theorem.hypotheses, *theorem.conclusions]
    _, fail = _split(instance, [h for h in theorem.hypotheses if h not in special])
    if fail:
        return None
    met = [c for c in theorem.conclusions if not _split(instance, c.given)[1]]
    used = {h for c in met for h in c.given}
    return [*(h for h in theorem.hypotheses if h not in special or h in used), *met]


def _evaluated(
    statements: Iterable[Statement], signature: Signature, matrices: Mapping[str, RationalMatrix]
) -> tuple[dict[str, Relation], dict[str, Relation]]:
    """What holds and what fails at the matrices, of all that can be evaluated there."""
    hold: dict[str, Relation] = {}
    fail: dict[str, Relation] = {}
    for label, relation in _in_words(statements):
        if relation.bound or signature_of(relation) != signature:
            continue
        if relation.letter_names() <= set(matrices):
            relation = alternative(relation, matrices)
            (hold if relation.holds(matrices) else fail)[label] = relation
    return hold, fail


def _judged(
    statements: Iterable[Statement], hold: Iterable[str], fail: Iterable[str]
) -> tuple[set[str], set[str]]:
    """The labels of the statements that hold, all of their relations, and of those that fail, one
    of theirs; what was not evaluated in full and shows no failure is in neither."""
    hold, fail, kept, broken = set(hold), set(fail), set(), set()
    for one in statements:
        relations = {label for label, _ in _in_words([one])}
        if relations & fail:
            broken.add(one.label)
        elif relations and relations <= hold:
            kept.add(one.label)
    return kept, broken


def _in_words(statements: Iterable[Statement]) -> list[tuple[str, Relation]]:
    """Label and relation of everything said in words; several relations are numbered."""
    found = []
    for one in statements:
        words = one.words if isinstance(one.words, tuple) else (one.words,)
        kept = [w for w in words if w is not None]
        for number, relation in enumerate(kept, start=1):
            found.append((one.label if len(kept) == 1 else f"{one.label}.{number}", relation))
    return found


def _verbs(hold: Iterable[str], fail: Iterable[str]) -> str:
    """What holds and what fails, in words.

    >>> _verbs(["A", "B"], ["c"]), _verbs([], ["A", "c"])
    ('A, B hold; c fails', 'A, c fail')
    """
    texts = []
    for names, one, many in ((list(hold), "holds", "hold"), (list(fail), "fails", "fail")):
        if names:
            texts.append(f"{', '.join(names)} {one if len(names) == 1 else many}")
    return "; ".join(texts) or "nothing to decide"


def _and_given(said: str, letters: Bound) -> str:
    """What was found, and which letters the checker was given where others are a network's."""
    if letters.weights is None or not letters.given:
        return said
    return f"{said}; given {', '.join(letters.given)}"


def _with(said: str, witness: str) -> str:
    """What was found, and where it is seen if that can be shown."""
    return f"{said}; {witness}" if witness else said


def _split(instance: Instance, statements: Iterable[Statement]) -> tuple[list[str], list[str]]:
    """Labels of what holds and of what fails, among the statements that can be decided."""
    hold: list[str] = []
    fail: list[str] = []
    for one in statements:
        if one.holds is not None:
            try:
                (hold if asked(one.holds, instance) else fail).append(one.label)
            except NotDecided as reason:
                raise NotDecided(f"{one.label} is not decided: {reason}") from None
    return hold, fail


def _claimed(
    part: str, name: str, verdict: str, instance: Instance, hold: list[str], fail: list[str]
) -> Part:
    """The part, with the claims that hypotheses and conclusions looked at as its files."""
    detail, case = _verbs(hold, fail), instance.case
    if case.size == 0:
        return Part(part, name, "undecided", f"{detail}, but no claim was looked at")
    if fail:
        detail = _with(detail, witness_point(instance))
    return proved(part, name, verdict, detail, case.statement(), case.certificate())


def _on_instance(
    name: str,
    instance: Instance,
    hypotheses: Iterable[Hypothesis],
    conclusions: Iterable[Conclusion],
) -> Part:
    """Certified if all hypotheses and conclusions hold, refuted if only the former do."""
    conclusions = list(conclusions)
    special = {h for c in conclusions for h in c.given}
    hold, fail = _split(instance, [h for h in hypotheses if h not in special])
    if fail:
        return Part("instance", name, "undecided", f"no instance: {_verbs([], fail)}")
    for conclusion in conclusions:
        met, missed = _split(instance, conclusion.given)
        hold += [label for label in met if label not in hold]
        if not missed:
            good, bad = _split(instance, [conclusion])
            hold, fail = hold + good, fail + bad
    return _claimed("instance", name, "refuted" if fail else "certified", instance, hold, fail)


def _dropped_on_instance(name: str, instance: Instance, dropped: Dropped, theorem: Any) -> Part:
    """Certified if what should break breaks and what should stay stays, refuted if not."""
    concerned = [c for c in (*dropped.breaks, *dropped.keeps) if c.holds is not None]
    needed = {h for c in concerned for h in c.given}
    special = {h for c in theorem.conclusions for h in c.given} - needed
    others = [h for h in theorem.hypotheses if h not in (*dropped.hypotheses, *special)]
    met, missed = _split(instance, dropped.hypotheses)
    if met:
        detail = f"{_verbs(met, [])} there, so that nothing was dropped"
        return Part("without", name, "undecided", detail)
    hold, fail = _split(instance, others)
    if fail:
        return Part("without", name, "undecided", f"{_verbs([], fail)} there too")
    good, bad = _split(instance, concerned)
    unlike = {c.label for c in dropped.breaks} & set(good)
    unlike |= {c.label for c in dropped.keeps} & set(bad)
    verdict = "refuted" if unlike else "certified"
    part = _claimed("without", name, verdict, instance, hold + good, missed + bad)
    if not dropped.fails:
        return part
    return replace(part, detail=f"{part.detail}; {dropped.fails} (not decided)")
