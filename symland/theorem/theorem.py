"""A theorem: what it says, how it is proved, where it is tried, what each hypothesis is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symland.exact.word import Signature
from symland.problem import Problem
from symland.theorem.part import Report
from symland.theorem.statement import (
    Citation,
    Conclusion,
    Holds,
    Hypothesis,
    Premise,
    Step,
    TheoremError,
    Words,
    check_wording,
    relation_of,
)
from symland.theorem.words import Binding

__all__ = ["Dropped", "Theorem", "Trial"]


@dataclass(frozen=True)
class Trial:
    """An instance on which the theorem is tried."""

    name: str
    problem: Problem | None
    at: Any = None
    better: Any = None
    letters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Dropped:
    """Hypotheses dropped: an instance without them, or the reason why nothing breaks."""

    hypotheses: tuple[Hypothesis, ...]
    name: str
    trial: Trial | None
    breaks: tuple[Conclusion, ...]
    keeps: tuple[Conclusion, ...]
    because: str
    citation: Citation | None
    fails: str = ""


@dataclass(eq=False)
class Theorem:
    """A theorem with its steps, instances and dropped hypotheses.

    Parameters
    ----------
    name
        The name of the file without its suffix.
    source
        The key of the source in references.bib; None for a statement of one's own.
    wording
        How sure the statement's wording is: "read" in the source, "recalled", "reconstructed"
        (with a proof of one's own), or "own".

    Examples
    --------
    A square that vanishes, for matrices of all shapes:

    >>> s = Signature({"A": ("m", "n"), "B": ("n", "n")})
    >>> A, B = s.letters()
    >>> theorem = Theorem("gram", wording="own")
    >>> kills = theorem.hypothesis("h", "B is killed by A'A", words=A.T @ A @ B)
    >>> result = theorem.conclusion("c", "B is killed by A", words=A @ B)
    >>> @theorem.step("squares", uses=[kills], gives=[result])
    ... def squares(proof):
    ...     proof.prove("square", B.T @ A.T @ A @ B)
    ...     proof.star("transposed", [B.T @ A.T], of="square")
    ...     proof.prove("killed", A @ B)
    >>> report = theorem.check()
    >>> print(report.parts[0])
    step squares: certified (all shapes: A B = 0; gives c; uses h)
    """

    name: str
    source: str | None = None
    wording: str = "recalled"
    hypotheses: list[Hypothesis] = field(default_factory=list)
    conclusions: list[Conclusion] = field(default_factory=list)
    steps: list[Step | Citation] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    bindings: dict[Signature, Binding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_wording(self.wording, self.name)

    # -- what it says ---------------------------------------------------------------------------

    def hypothesis(
        self, label: str, text: str, holds: Holds | None = None, words: Words | None = None
    ) -> Hypothesis:
        """A hypothesis: ``holds`` decides it on an instance, ``words`` says it for all shapes."""
        found = Hypothesis(label, text, holds, relation_of(words, f"hypothesis {label}"))
        return self._hypothesis(found)

    def definition(self, label: str, text: str, words: Words) -> Hypothesis:
        """What a letter stands for, as an equation; it is no hypothesis and never dropped."""
        relation = relation_of(words, f"definition {label}")
        return self._hypothesis(Hypothesis(label, text, None, relation, definition=True))

    def _hypothesis(self, found: Hypothesis) -> Hypothesis:
        self._new_label(found.label)
        self.hypotheses.append(found)
        return found

    def conclusion(
        self,
        label: str,
        text: str,
        holds: Holds | None = None,
        words: Words | Iterable[Words] | None = None,
        given: Iterable[Hypothesis] = (),
    ) -> Conclusion:
        """A conclusion; ``given`` are hypotheses (listed before) that only this one needs.

        No conclusion may rest on what is given for others only: its step is then undecided.
        """
        many: Any = words if isinstance(words, (list, tuple)) else [words]
        relations = [relation_of(one, f"conclusion {label}") for one in many]
        kept = tuple(one for one in relations if one is not None)
        found = Conclusion(label, text, holds, kept, tuple(given))
        self._new_label(label)
        self.conclusions.append(found)
        return found

    def _new_label(self, label: str) -> None:
        taken = [x.label for x in (*self.hypotheses, *self.conclusions, *self.steps)]
        if label in taken:
            raise TheoremError(f"{self.name}: the label {label!r} is taken")

    # -- how it is proved -----------------------------------------------------------------------

    def step(
        self, label: str, uses: Iterable[Premise] = (), gives: Iterable[Conclusion] = ()
    ) -> Callable[[Callable[[Any], None]], Step]:
        """A step for all shapes: the decorated function adds facts to the proof it is given.

        It may use only ``uses`` (facts of a step used, hypotheses with words by their labels);
        a conclusion in ``gives`` must be among the facts it proves.
        """

        used, given = self._known(label, uses), self._own(label, gives)

        def register(build: Callable[[Any], None]) -> Step:
            self._new_label(label)
            text = " ".join((build.__doc__ or "").split())
            found = Step(label, text, build, used, given)
            self.steps.append(found)
            return found

        return register

    def cited(
        self,
        label: str,
        text: str = "",
        key: str | None = None,
        wording: str = "recalled",
        uses: Iterable[Premise] = (),
        gives: Iterable[Conclusion] = (),
        discharges: Iterable[Hypothesis] = (),
    ) -> Citation:
        """A result that is not proved here; ``key`` is its entry in references.bib.

        ``discharges`` are hypotheses behind the steps it uses on which it does not rest: of "B,
        given A" it uses the implication.
        """
        self._new_label(label)
        check_wording(wording, f"{self.name}: {label}")
        given = self._own(label, gives)
        used, gone = self._known(label, uses), tuple(discharges)
        for one in gone:
            if not any(_is_behind(one, premise) for premise in used):
                shown = getattr(one, "label", one)
                raise TheoremError(
                    f"{self.name}: {label!r} discharges {shown!r}, which no step that it uses uses"
                )
        found = Citation(label, text, key, wording, used, given, gone)
        self.steps.append(found)
        return found

    def _known(self, label: str, uses: Iterable[Premise]) -> tuple[Premise, ...]:
        uses = tuple(uses)
        for one in uses:
            if one not in self.hypotheses and one not in self.steps:
                shown = getattr(one, "label", one)
                raise TheoremError(
                    f"{self.name}: step {label!r} uses {shown!r}, which is no hypothesis or"
                    " earlier step of this theorem"
                )
        return uses

    def _own(self, label: str, gives: Iterable[Conclusion]) -> tuple[Conclusion, ...]:
        gives = tuple(gives)
        for one in gives:
            if one not in self.conclusions:
                shown = getattr(one, "label", one)
                reason = f"{label!r} gives {shown!r}, which is no conclusion"
                raise TheoremError(f"{self.name}: {reason}")
        return gives

    # -- where it is tried ----------------------------------------------------------------------

    def bind(self, signature: Signature, **letters: Callable[[Any], Any]) -> None:
        """What the letters are on an instance with a point: functions of the `Instance`.

        A polynomial in its `W`, `G`, `X`, `Y` and `product` is computed by the checker; any other
        matrix is given to it, which the line says.
        """
        for letter, value in letters.items():
            signature.shape_of((letter, False))
            if not callable(value):
                raise TheoremError(
                    f"{self.name}: bind: {letter} = {value!r}, expected a function of the instance;"
                    " a matrix for one instance is given as letters= there"
                )
        self.bindings[signature] = letters

    def instance(
        self,
        name: str,
        problem: Problem | None = None,
        at: Any = None,
        letters: Mapping[str, Any] | None = None,
    ) -> None:
        """An instance: all hypotheses and all conclusions are decided on it.

        ``at`` is a point: a list of matrices W_1, ..., a mapping, or a function of the `Instance`.
        ``letters`` are matrices or numbers for letters, in place of those that `bind` gives;
        without a problem what is said in words is evaluated at these alone.
        """
        if problem is None and not letters:
            raise TheoremError(f"{self.name}: instance {name!r}: expected a problem or letters")
        self.trials.append(Trial(name, problem, at, None, dict(letters or {})))

    def without(
        self,
        *hypotheses: Hypothesis,
        name: str = "",
        problem: Problem | None = None,
        at: Any = None,
        better: Any = None,
        breaks: Iterable[Conclusion] = (),
        keeps: Iterable[Conclusion] = (),
        because: str = "",
        key: str | None = None,
        wording: str = "recalled",
        fails: str = "",
        letters: Mapping[str, Any] | None = None,
    ) -> None:
        """What happens without some hypotheses.

        With a problem or ``letters`` (as for `instance`): on it they fail, the others hold, the
        conclusions in ``breaks`` fail and those in ``keeps`` hold; all of that is decided, not
        believed. ``better`` is a point of lower loss, where one shows that a local minimum is not
        global. Without these ``keeps`` hold and ``breaks`` fail ``because`` of a reason, or of a
        result with this ``key`` in references.bib; that is ``cited``, not decided. Where the
        conclusions kept and all other hypotheses have ``words``, a proof or a counterexample is
        looked for as well, and is a line of its own. A hypothesis without ``holds`` and ``words``
        cannot be seen to fail on an instance: say in ``fails`` why it does, the line repeats it.
        """
        for one in hypotheses:
            if one not in self.hypotheses or one.definition:
                shown = getattr(one, "label", one)
                raise TheoremError(f"{self.name}: without {shown!r}, which is no hypothesis")
        label = ", ".join(h.label for h in hypotheses)
        kept, broken = self._own(label, keeps), self._own(label, breaks)
        if not hypotheses or not (kept or broken):
            raise TheoremError(
                f"{self.name}: without {label or 'nothing'}: expected hypotheses, and conclusions"
                " that break or stay"
            )
        tried = problem is not None or bool(letters)
        if not tried and not because:
            raise TheoremError(f"{self.name}: without {label}: expected an instance or a reason")
        unseen = [h.label for h in hypotheses if h.holds is None and h.words is None]
        if tried and unseen and not fails:
            raise TheoremError(
                f"{self.name}: without {label}: {', '.join(unseen)} has neither holds nor words, so"
                " no instance shows that it fails; give one of these, or the reason as fails="
            )
        check_wording(wording, f"{self.name}: without {label}")
        trial = Trial(name, problem, at, better, dict(letters or {})) if tried else None
        citation = Citation(because, because, key, wording) if because else None
        self.dropped.append(
            Dropped(hypotheses, name, trial, broken, kept, because, citation, fails)
        )

    def check(self, budget: float = 60.0, seed: int = 0, text: str = "") -> Report:
        """Prove the steps, decide the instances and the dropped hypotheses; the report.

        Raises TheoremError if the file does not hang together: a conclusion that no step or
        citation gives, or a step that does not prove the conclusion it gives.
        """
        from symland.theorem.checking import check_theorem

        return check_theorem(self, budget, seed, text)


def _is_behind(hypothesis: Hypothesis, premise: Premise) -> bool:
    """Whether a step or citation uses the hypothesis, directly or through what it uses."""
    if isinstance(premise, Hypothesis):
        return False
    return hypothesis in premise.uses or any(_is_behind(hypothesis, u) for u in premise.uses)
