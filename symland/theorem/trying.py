"""The instances of a theorem and its dropped hypotheses, as parts of its report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from symland.exact.rational_matrix import RationalMatrix
from symland.exact.word import Signature
from symland.exact.word_relation import Relation
from symland.theorem.instance import Instance, NotDecided
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
            instance = Instance(trial.problem, trial.at, trial.better, left, self.seed)
            return decide(instance)
        except NotDecided as reason:
            return Part(kind, name, "undecided", str(reason))

    # -- instances ------------------------------------------------------------------------------

    def _instance(self, trial: Trial) -> list[Part]:
        theorem = self.theorem
        parts = []
        statements: list[Statement] = [*theorem.conclusions, *theorem.hypotheses]
        if any(one.holds for one in statements):
            parts.append(
                self._decided(
                    "instance",
                    trial.name,
                    trial,
                    lambda s: _on_instance(trial.name, s, theorem.hypotheses, theorem.conclusions),
                )
            )
        if trial.at is not None and theorem.bindings:
            name = f"{trial.name}, letters"
            parts.append(self._decided("instance", name, trial, lambda s: self._letters(name, s)))
        if not parts:
            reason = "nothing in the theorem can be decided on an instance"
            parts.append(Part("instance", trial.name, "undecided", reason))
        return parts

    def _letters(self, name: str, instance: Instance) -> Part:
        """All unquantified facts in words, evaluated at the matrices of the instance."""
        theorem = self.theorem
        statements = _concerned(instance, theorem)
        if statements is None:
            return Part("instance", name, "undecided", "no instance: a hypothesis fails")
        signature, letters = self._bound(instance)
        matrices = letters.matrices
        hold, fail = _evaluated(statements, signature, matrices)
        sizes = "-".join(map(str, instance.widths))
        files = at_matrices(signature, hold, fail, letters)
        premises = {h.label for h in theorem.hypotheses}
        broken = [label for label in fail if label in premises]
        if broken:
            detail = f"no instance: {', '.join(broken)} fails at these matrices"
            return Part("instance", name, "undecided", detail)
        if fail:
            detail = f"{', '.join(fail)} fails at the matrices of {sizes}, {', '.join(hold)} hold"
            detail = _with(detail, witness_matrices(fail.values(), matrices))
            return proved("instance", name, "refuted", detail, *files)
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
                    self._decided("without", at, trial, lambda s: self._fails(at, s, in_words))
                )
            if not in_cases and any(h.holds for h in self.theorem.hypotheses):
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
            decide = _dropped_on_instance if in_cases else self._dropped_in_words
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
        return parts

    def _bound(self, instance: Instance) -> tuple[Signature, Bound]:
        """The letters of the theorem at the matrices of the instance."""
        if not self.theorem.bindings:
            raise NotDecided("the letters are not bound to matrices: theorem.bind(...)")
        signature, binding = next(iter(self.theorem.bindings.items()))
        return signature, bound(signature, binding, instance)

    def _fails(self, name: str, instance: Instance, hypotheses: list[Hypothesis]) -> Part:
        """That hypotheses in words, which no predicate decides, fail at these matrices."""
        signature, letters = self._bound(instance)
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
        signature, letters = self._bound(instance)
        matrices = letters.matrices
        statements = theorem.hypotheses
        concerned: list[Statement] = [*statements, *dropped.keeps, *dropped.breaks]
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


def _concerned(instance: Instance, theorem: Theorem) -> list[Statement] | None:
    """Hypotheses, and the conclusions whose own hypotheses hold; None if another one fails."""
    special = {h for c in theorem.conclusions for h in c.given}
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
    """What was found, and which letters the checker was given."""
    return f"{said}; given {', '.join(letters.given)}" if letters.given else said


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
                (hold if one.holds(instance) else fail).append(one.label)
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
