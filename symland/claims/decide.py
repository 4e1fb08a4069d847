"""One lemma about matrices of all shapes, decided: the rules are tried by themselves.

Beyond combinations of the hypotheses the search uses that tr(G'D) = 0 for all D gives G = 0, that
alpha + s beta >= 0 for all s gives beta = 0, that a sum of squares vanishes only with its terms,
that a number cancels which is positive or not 0, that a number of both signs is 0, and Pythagoras.
It is not complete: what it does not find is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from typing import Any

from symland.claims.derived_facts import CLAIM, DerivedFacts
from symland.claims.shapes_answer import Answer, NotProved
from symland.claims.shapes_ledger import Step, check_signature
from symland.exact.trace_polynomial import TracePolynomial, as_trace, trace
from symland.exact.word import Signature, WordError
from symland.exact.word_polynomial import WordPolynomial
from symland.exact.word_relation import Relation, equation
from symland.search.deadline import Deadline
from symland.search.squares import distances, sum_of_squares

__all__ = ["decide", "found_steps"]

Body = WordPolynomial | TracePolynomial
Route = Callable[[float], bool]

_FIRST_ROUND = 0.5  # seconds for each route before any gets more
_SAMPLE_SECONDS = 0.15
_LONG_SAMPLE = 1.0
_MOST_DISTANCES = 12


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
    return lemma.answer(CLAIM)


def found_steps(
    signature: Signature,
    facts: Mapping[str, Relation],
    claim: Relation,
    budget: float,
    seed: int,
) -> dict[str, tuple[Step, tuple[str, ...]]] | None:
    """The steps that prove the claim from the facts, each with the facts it cites; the claim is
    the last one. None if it is not proved."""
    lemma = _Lemma(signature, facts, budget, seed)
    try:
        lemma.decide(claim)
    except NotProved:
        return None
    return {name: (step, lemma.cites(name)) for name, step in lemma.steps().items()}


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


class _Lemma(DerivedFacts):
    """A proof of one claim that takes its steps itself and keeps those it needs."""

    def decide(self, relation: Relation) -> None:
        """Add the claim; NotProved if it is refuted or not found."""
        check_signature("claim", relation, self.signature)
        given = list(self._known)
        samples = self._try_to_refute(CLAIM, relation, given, _SAMPLE_SECONDS)
        deadline = Deadline(self.budget)
        self.use_positive()
        routes = self._routes(relation)
        if self._any(routes, [_FIRST_ROUND] * len(routes), deadline):
            return
        sampling = min(_LONG_SAMPLE, self.budget / 8)
        samples = max(samples, self._try_to_refute(CLAIM, relation, given, sampling, enough=None))
        self.derive()
        routes = self._routes(relation)
        # Combining the hypotheses is as likely as all other routes together.
        others = deadline.remaining() / 2 / max(1, len(routes) - 1)
        if self._any(routes, [deadline.remaining() / 2, *[others] * len(routes)], deadline):
            return
        self._give_up(CLAIM, relation, given, samples)

    def _any(self, routes: list[Route], seconds: list[float], deadline: Deadline) -> bool:
        for route, share in zip(routes, seconds, strict=False):
            if not deadline.passed() and route(min(share, deadline.remaining())):
                self.keep(CLAIM)
                return True
        return False

    # -- routes to the claim ----------------------------------------------------------------------

    def _routes(self, relation: Relation) -> list[Route]:
        """Ways to prove the claim; each takes seconds and says whether it did."""
        body = relation.body
        if relation.kind == "nonnegative" and isinstance(body, TracePolynomial):
            return self._inequality_routes(CLAIM, body)
        if isinstance(body, tuple):
            return self._alternative_routes(*body)
        if relation.kind == "nonzero" and isinstance(body, WordPolynomial):
            return [partial(self._not_zero, CLAIM, body)]
        goal = body
        routes: list[Route] = [partial(self._zero, CLAIM, goal, ())]
        for factors in self._factors():
            routes.append(partial(self._zero, CLAIM, goal, factors))
        if isinstance(goal, WordPolynomial):
            for factors in ((), *self._factors()):
                routes.append(partial(self._star, CLAIM, goal, factors))
            routes.append(partial(self._star_of_star, goal))
        if any(h.kind == "nonnegative" for h in self._known.values()):
            routes.append(partial(self._of_both_signs, goal))
        return routes

    def _factors(self) -> list[tuple[str, ...]]:
        """The numbers known not to vanish, one at a time, then all of them."""
        names = list(self._numbers("nonzero"))
        return [(name,) for name in names] + ([tuple(names)] if len(names) > 1 else [])

    def _zero(self, name: str, goal: Body, factors: tuple[str, ...], seconds: float) -> bool:
        """The goal times numbers that are not 0 vanishes, and they cancel."""
        products = [goal]
        for factor in factors:
            number = self._relation(factor).body
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
        gram = self._fresh(f"{CLAIM} squared")
        if not self._star(gram, goal @ goal.T, (), seconds):
            return False
        self.star(CLAIM, [goal], of=gram)
        return True

    def _inequality_routes(self, name: str, goal: TracePolynomial) -> list[Route]:
        """A sum of squares plus facts that are inequalities, none, one or all of them."""
        facts = {key: self._relation(key) for key in (*self._known, *self._steps)}
        names = [key for key, h in facts.items() if h.kind == "nonnegative" and not h.bound]
        choices = [(), *((name,) for name in names), *([tuple(names)] if len(names) > 1 else [])]
        routes = [partial(self._nonnegative, name, goal, added) for added in choices]
        return [*routes, partial(self._distance, name, goal)]

    def _nonnegative(
        self, name: str, goal: TracePolynomial, added: tuple[str, ...], seconds: float
    ) -> bool:
        rest = goal
        for fact in added:
            rest = rest - self._sum(fact)
        squares = [(c, (), q) for c, q in sum_of_squares(rest) or ()]
        usable = self._usable(name, equation(goal), None)
        adding = [(1, fact) for fact in added]
        return self._by_squares(name, goal, squares, adding, usable, seconds)

    def _distance(self, name: str, goal: TracePolynomial, seconds: float) -> bool:
        """A single square that the hypotheses leave of the difference of two."""
        squares = list(islice(distances(goal), _MOST_DISTANCES))
        usable = self._usable(name, equation(goal), None)
        return any(
            self._by_squares(name, goal, [(c, (), q)], (), usable, seconds / len(squares))
            for c, q in squares
        )

    def _of_both_signs(self, goal: Body, seconds: float) -> bool:
        """A number, or the sum of the squares of the entries, is neither negative nor positive."""
        if isinstance(goal, TracePolynomial):
            return self._signs(CLAIM, goal, seconds)
        name = self._fresh(f"{CLAIM} of both signs")
        square = as_trace(self.signature, goal) if goal.is_number else trace(goal @ goal.T)
        if not self._signs(name, square, seconds / 2):
            return False
        if goal.is_number:
            return self._star(CLAIM, goal, (), seconds / 2)
        self.star(CLAIM, [goal], of=name)
        return True

    def _signs(self, name: str, goal: TracePolynomial, seconds: float) -> bool:
        facts = {sign: self._fresh(f"{name}, {sign}") for sign in ("above", "below")}
        for fact, number in zip(facts.values(), (goal, -goal), strict=True):
            routes = self._inequality_routes(fact, number)
            if not any(route(seconds / 2 / len(routes)) for route in routes):
                return False
        self.both_signs(name, **facts)
        return True

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
        product = self._fresh(f"{CLAIM} with {letter}")
        for name, known in self._known.items():
            if letter in known.bound:
                self._use_quantified(name)
        goal = left @ self.signature.letter(letter) @ right
        usable = self._usable(product, equation(goal), None)
        if not self._by_cofactors(product, goal, usable, seconds):
            return False
        self.prime(CLAIM, left, right, of=product, letter=letter)
        return True
