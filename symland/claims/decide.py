"""One lemma about matrices of all shapes, decided: the rules are tried by themselves.

Beyond combinations of the hypotheses the search uses that tr(G'D) = 0 for all D gives G = 0, that
a sum of squares vanishes only with its terms, and that a nonzero number cancels. It is not
complete: what it does not find is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import count
from typing import Any

from symland.claims.all_shapes import Proof
from symland.claims.shapes_answer import Answer, NotProved
from symland.claims.shapes_ledger import check_signature
from symland.exact.pairing import pairing
from symland.exact.trace_polynomial import TracePolynomial, trace
from symland.exact.word import Signature, WordError
from symland.exact.word_polynomial import WordPolynomial
from symland.exact.word_relation import Relation, equation
from symland.search.deadline import Deadline
from symland.search.squares import sum_of_squares

__all__ = ["decide"]

Body = WordPolynomial | TracePolynomial
Route = Callable[[float], bool]

_CLAIM = "claim"
_FIRST_ROUND = 0.5  # seconds for each route before any gets more
_SAMPLE_SECONDS = 0.15
_LONG_SAMPLE = 1.0
_MOST_SQUARES = 6


def decide(
    signature: Signature,
    hypotheses: Mapping[str, Relation | Body],
    claim: Relation | Body,
    budget: float = 10.0,
    seed: int = 0,
) -> Answer:
    """Whether the claim holds for all shapes under the hypotheses.

    Parameters
    ----------
    claim
        A polynomial or a sum of traces, claimed to be zero, or a relation: `equation`,
        `nonnegative`, `nonzero` or `either`, without `for_all`.
    budget
        Seconds for the proof; a quarter more may go into looking for a counterexample.

    Raises `WordError` for a claim that is no such relation.

    Examples
    --------
    >>> s = Signature({"A": ("n", "n"), "B": ("n", "n")})
    >>> A, B = s.letters()
    >>> print(decide(s, {"A": A.T - A, "B": B.T - B}, (A @ B).T - B @ A))
    certified, all shapes: -B A + B' A' = 0, given A, B
    >>> decide(s, {"A": A.T - A, "B": B.T - B}, (A @ B).T - A @ B).verdict
    'refuted'
    >>> decide(s, {"square": A.T @ A @ B}, A @ B).verdict
    'certified'
    """
    relation = _claimed(claim)
    lemma = _Lemma(signature, hypotheses, budget, seed)
    try:
        lemma.decide(relation)
    except NotProved as error:
        return error.answer
    return lemma.answer(_CLAIM)


def _claimed(claim: Any) -> Relation:
    if isinstance(claim, (WordPolynomial, TracePolynomial)):
        return equation(claim)
    if not isinstance(claim, Relation):
        raise WordError(
            f"claim {claim!r}: expected a polynomial in the letters, a sum of traces or a relation"
        )
    if claim.bound:
        raise WordError(
            f"claim {str(claim)!r}: expected no for_all; a letter that occurs in no hypothesis"
            " is arbitrary"
        )
    return claim


class _Lemma(Proof):
    """A proof of one claim that takes its steps itself and keeps those it needs."""

    def __init__(
        self,
        signature: Signature,
        hypotheses: Mapping[str, Relation | Body],
        budget: float,
        seed: int,
    ) -> None:
        super().__init__(signature, hypotheses, budget, seed)
        self._cites: dict[str, tuple[str, ...]] = {}
        self._opened: set[str] = set()

    def _add(
        self, name: str, relation: Relation, rule: dict[str, Any], facts: Iterable[str]
    ) -> None:
        facts = tuple(facts)
        self._cites[name] = facts
        super()._add(name, relation, rule, facts)

    def decide(self, relation: Relation) -> None:
        """Add the claim; NotProved if it is refuted or not found."""
        check_signature("claim", relation, self.signature)
        given = list(self._known)
        samples = self._try_to_refute(_CLAIM, relation, given, _SAMPLE_SECONDS)
        deadline = Deadline(self.budget)
        routes = self._routes(relation)
        if self._any(routes, [_FIRST_ROUND] * len(routes), deadline):
            return
        sampling = min(_LONG_SAMPLE, self.budget / 8)
        samples = max(samples, self._try_to_refute(_CLAIM, relation, given, sampling, enough=None))
        self._derive()
        # Combining the hypotheses is as likely as all other routes together.
        others = deadline.remaining() / 2 / max(1, len(routes) - 1)
        if self._any(routes, [deadline.remaining() / 2, *[others] * len(routes)], deadline):
            return
        self._give_up(_CLAIM, relation, given, samples)

    def _any(self, routes: list[Route], seconds: list[float], deadline: Deadline) -> bool:
        for route, share in zip(routes, seconds, strict=False):
            if not deadline.passed() and route(min(share, deadline.remaining())):
                self._keep(_CLAIM)
                return True
        return False

    def _keep(self, name: str) -> None:
        """Forget the steps on which the one named does not rest."""
        needed, queue = set(), [name]
        while queue:
            step = queue.pop()
            if step in self._steps and step not in needed:
                needed.add(step)
                queue += self._cites[step]
        self._steps = {key: step for key, step in self._steps.items() if key in needed}

    def _fresh(self, text: str) -> str:
        """A name for a step on the way."""
        taken = {*self._known, *self._steps, _CLAIM}
        return next(n for n in (text + "*" * k for k in count()) if n not in taken)

    # -- facts that do not depend on the claim --------------------------------------------------

    def _derive(self) -> None:
        """What quantified hypotheses say, and the terms of sums of squares that vanish."""
        for name in list(self._known):
            if self._known[name].bound:
                self._use_quantified(name)
        for name in [*self._known, *self._steps]:
            self._use_squares(name)

    def _use_quantified(self, name: str) -> None:
        if name in self._opened:
            return
        self._opened.add(name)
        known = self._known[name]
        others = [h for key, h in self._known.items() if key != name]
        free = {x for h in others for x in h.letter_names() - set(h.bound)}
        if free & set(known.bound) or known.kind not in ("equation", "traces"):
            return
        arbitrary = self._fresh(f"{name}, any {', '.join(known.bound)}")
        self.instantiate(arbitrary, name)
        traces = _as_traces(self._relation(arbitrary))
        if traces is None:
            return
        for letter in known.bound:
            slope = pairing(traces, letter)
            if slope is not None and letter not in slope.letter_names():
                fact = self._fresh(f"{name}, slope in {letter}")
                self.variation(fact, slope, of=arbitrary, letter=letter)

    def _use_squares(self, name: str) -> None:
        known = self._relation(name)
        traces = None if known.bound else _as_traces(known)
        if traces is None or known.kind not in ("equation", "traces"):
            return
        squares = sum_of_squares(traces) or []
        for index, (_, q) in enumerate(squares):
            if q.letter_names() and len(squares) <= _MOST_SQUARES:
                fact = self._fresh(f"{name}, square {index + 1}")
                weights, terms = zip(*squares, strict=True)
                self.star(fact, terms, of=name, index=index, weights=weights)

    # -- routes to the claim ----------------------------------------------------------------------

    def _routes(self, relation: Relation) -> list[Route]:
        """Ways to prove the claim; each takes seconds and says whether it did."""
        body = relation.body
        if relation.kind == "nonnegative" and isinstance(body, TracePolynomial):
            return self._inequality_routes(body)
        if isinstance(body, tuple):
            return self._alternative_routes(*body)
        if relation.kind == "nonzero":
            return []
        goal = body
        routes: list[Route] = [partial(self._zero, _CLAIM, goal, ())]
        for factors in self._factors():
            routes.append(partial(self._zero, _CLAIM, goal, factors))
        if isinstance(goal, WordPolynomial):
            for factors in ((), *self._factors()):
                routes.append(partial(self._star, _CLAIM, goal, factors))
            routes.append(partial(self._star_of_star, goal))
        return routes

    def _factors(self) -> list[tuple[str, ...]]:
        """The numbers known not to vanish, one at a time, then all of them."""
        names = [name for name, h in self._known.items() if h.kind == "nonzero" and not h.bound]
        return [(name,) for name in names] + ([tuple(names)] if len(names) > 1 else [])

    def _zero(self, name: str, goal: Body, factors: tuple[str, ...], seconds: float) -> bool:
        """The goal times numbers that are not 0 vanishes, and they cancel."""
        products = [goal]
        for factor in factors:
            number = self._known[factor].body
            if not isinstance(number, WordPolynomial):
                return False
            products.append(products[-1] * number)
        names = [
            name,
            *(
                self._fresh(f"{name} times {', '.join(factors[: k + 1])}")
                for k in range(len(factors))
            ),
        ]
        usable = self._usable(names[-1], equation(goal), None)
        if not self._by_cofactors(names[-1], products[-1], usable, seconds):
            return False
        for k in reversed(range(len(factors))):
            self.cancel(names[k], products[k], of=names[k + 1], nonzero=factors[k])
        return True

    def _star(
        self, name: str, goal: WordPolynomial, factors: tuple[str, ...], seconds: float
    ) -> bool:
        """The sum of the squares of the entries vanishes."""
        square = self._fresh(f"{name} squared")
        if not self._zero(square, trace(goal @ goal.T), factors, seconds):
            return False
        self.star(name, [goal], of=square)
        return True

    def _star_of_star(self, goal: WordPolynomial, seconds: float) -> bool:
        gram = self._fresh(f"{_CLAIM} squared")
        if not self._star(gram, goal @ goal.T, (), seconds):
            return False
        self.star(_CLAIM, [goal], of=gram)
        return True

    def _inequality_routes(self, goal: TracePolynomial) -> list[Route]:
        """A sum of squares plus hypotheses that are inequalities, none, one or all of them."""
        names = [name for name, h in self._known.items() if h.kind == "nonnegative" and not h.bound]
        choices = [(), *((name,) for name in names), *([tuple(names)] if len(names) > 1 else [])]
        return [partial(self._nonnegative, goal, added) for added in choices]

    def _nonnegative(self, goal: TracePolynomial, added: tuple[str, ...], seconds: float) -> bool:
        rest = goal
        for name in added:
            rest = rest - self._sum(name)
        squares = [(c, (), q) for c, q in sum_of_squares(rest) or ()]
        usable = self._usable(_CLAIM, equation(goal), None)
        adding = [(1, name) for name in added]
        return self._by_squares(_CLAIM, goal, squares, adding, usable, seconds)

    def _alternative_routes(self, left: WordPolynomial, right: WordPolynomial) -> list[Route]:
        """M = 0 or K = 0, because M Z K = 0 for an arbitrary Z."""
        shape = left.shape[1], right.shape[0]
        free = {x for h in self._known.values() for x in h.letter_names() - set(h.bound)}
        taken = free | left.letter_names() | right.letter_names()
        between = [z for z, s in self.signature.shapes.items() if s == shape and z not in taken]
        return [partial(self._prime, left, right, z) for z in between]

    def _prime(
        self, left: WordPolynomial, right: WordPolynomial, letter: str, seconds: float
    ) -> bool:
        product = self._fresh(f"{_CLAIM} with {letter}")
        for name, known in self._known.items():
            if letter in known.bound:
                self._use_quantified(name)
        goal = left @ self.signature.letter(letter) @ right
        usable = self._usable(product, equation(goal), None)
        if not self._by_cofactors(product, goal, usable, seconds):
            return False
        self.prime(_CLAIM, left, right, of=product, letter=letter)
        return True


def _as_traces(relation: Relation) -> TracePolynomial | None:
    """The trace of what is said to vanish, if it has one."""
    body = relation.body
    if isinstance(body, WordPolynomial):
        return trace(body) if body.shape[0] == body.shape[1] else None
    return body if isinstance(body, TracePolynomial) else None
