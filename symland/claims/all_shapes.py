"""Lemmas about matrices of all shapes: searched for here, proved by the checker.

`Proof` is a signature, hypotheses and steps that read as in a paper: each step is a claim for all
dimensions and all real matrices that satisfy the hypotheses its proof used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NoReturn

from symland.claims.shapes_answer import (
    Answer,
    NotProved,
    refutation,
)
from symland.claims.shapes_ledger import Ledger, check_signature
from symland.claims.word_json import matrices_json, poly_json, row_json
from symland.exact.rational_matrix import RationalMatrix
from symland.exact.trace_polynomial import TracePolynomial, as_trace, trace
from symland.exact.word import Signature, WordError
from symland.exact.word_polynomial import WordPolynomial
from symland.exact.word_relation import Relation, either, equation, nonnegative, nonzero
from symland.search.cofactor import Fact
from symland.search.completion import find_cofactors
from symland.search.word_sampling import find_counterexample

__all__ = ["Answer", "NotProved", "Proof"]

Body = WordPolynomial | TracePolynomial
Number = int | Fraction
Square = tuple[Number, Sequence[str], WordPolynomial]

_QUICK_SECONDS = 0.15  # for a proof before a counterexample is looked for
_SAMPLES = 4  # samples at which a claim is evaluated before the long search for a proof
_SAMPLE_SECONDS = 0.15


class Proof(Ledger):
    """A proof for all shapes, step by step.

    Parameters
    ----------
    signature
        Letters with their shapes.
    hypotheses
        Name -> relation. A bare polynomial means that it is zero; see `symland.exact.word_relation`
        for nonnegative, nonzero and for_all.
    budget
        Seconds that the search for one step may take.
    seed
        The same seed gives the same proof.

    Examples
    --------
    A product at a critical point is a projection of the least squares solution:

    >>> s = Signature({"C": ("dy", "d1"), "H": ("d1", "d1"), "W": ("d1", "dx"),
    ...                "X": ("dx", "m"), "Y": ("dy", "m"), "N": ("dx", "dx")})
    >>> C, H, W, X, Y, N = s.letters()
    >>> proof = Proof(s, {"critical": C.T @ (C @ W @ X - Y) @ X.T,
    ...                   "inverse": X @ X.T @ N - s.one("dx"),
    ...                   "ginverse": C.T @ C @ H @ C.T @ C - C.T @ C})
    >>> Q = C @ H @ C.T @ C - C
    >>> proof.prove("square", Q.T @ Q, using=["ginverse"])
    >>> proof.star("PC", [Q.T], of="square")
    >>> proof.prove("product", C @ W - C @ H @ C.T @ Y @ X.T @ N)
    >>> proof.used("PC"), proof.unused("PC")
    (('ginverse',), ('critical', 'inverse'))
    >>> proof.check().accepted
    True
    """

    def __init__(
        self,
        signature: Signature,
        hypotheses: Mapping[str, Relation | Body],
        budget: float = 10.0,
        seed: int = 0,
    ) -> None:
        super().__init__(signature, hypotheses)
        self.budget = budget
        self.seed = seed

    # -- steps that search --------------------------------------------------------------------

    def prove(
        self,
        name: str,
        claim: Body,
        using: Iterable[str] | None = None,
        assuming: Iterable[str] | None = None,
    ) -> None:
        """The claim (a polynomial, or a sum of traces) is zero: searched for by completion.

        ``using`` names the equations among hypotheses and earlier steps to try; all by default.
        ``assuming`` names the facts that a counterexample has to satisfy; all hypotheses by
        default. Raises NotProved with a counterexample or as undecided.
        """
        relation = equation(claim)
        names = self._usable(name, relation, using)
        known = self._assumed(names, assuming)
        if self._by_cofactors(name, claim, names, min(_QUICK_SECONDS, self.budget)):
            return  # as most are: no matrices need be looked for then
        samples = self._try_to_refute(name, relation, known, _SAMPLE_SECONDS)
        if not self._by_cofactors(name, claim, names, self.budget):
            self._give_up(name, relation, known, samples)

    def sum_of_squares(
        self,
        name: str,
        claim: Body,
        squares: Sequence[Square] = (),
        adding: Sequence[tuple[Number, str]] = (),
        using: Iterable[str] | None = None,
        assuming: Iterable[str] | None = None,
    ) -> None:
        """The sum of traces is nonnegative.

        It is sum c f_1 ... f_k tr Q Q' over ``squares`` (c, [f_1, ...], Q) plus sum c F over
        ``adding`` (c, F), the f and F names of inequalities, up to what vanishes by ``using``.
        ``assuming`` as for `prove`.
        """
        relation = nonnegative(claim)
        names = self._usable(name, relation, using)
        factors = [f for _, many, _ in squares for f in many] + [f for _, f in adding]
        known = self._assumed([*names, *factors], assuming)
        if self._by_squares(name, claim, squares, adding, names, min(_QUICK_SECONDS, self.budget)):
            return
        samples = self._try_to_refute(name, relation, known, _SAMPLE_SECONDS)
        if not self._by_squares(name, claim, squares, adding, names, self.budget):
            self._give_up(name, relation, known, samples)

    # -- steps that follow a rule -------------------------------------------------------------

    def star(
        self,
        name: str,
        squares: Sequence[WordPolynomial],
        of: str,
        index: int = 0,
        weights: Sequence[Number] | None = None,
    ) -> None:
        """``squares[index]`` is zero, because ``of`` says that sum Q Q' (or its trace) is.

        ``weights`` are positive numbers c in sum c Q Q', all 1 by default.
        """
        numbers = [1] * len(squares) if weights is None else weights
        rule = {
            "rule": "star",
            "of": of,
            "squares": [
                [str(Fraction(c)), poly_json(q)] for c, q in zip(numbers, squares, strict=True)
            ],
            "index": index,
        }
        self._follow(name, equation(squares[index]), rule, [of])

    def variation(self, name: str, claim: WordPolynomial, of: str, letter: str) -> None:
        """The claim G is zero, because ``of`` says tr(G'D) = 0 and D is arbitrary."""
        self._follow(name, equation(claim), {"rule": "variation", "of": of, "letter": letter}, [of])

    def affine(self, name: str, of: str, scalar: str) -> None:
        """The coefficient of the scalar is zero, because ``of`` says alpha + s beta >= 0."""
        relation = equation(self._sum(of).coefficient(scalar, 1))
        self._follow(name, relation, {"rule": "affine", "of": of, "scalar": scalar}, [of])

    def prime(
        self, name: str, left: WordPolynomial, right: WordPolynomial, of: str, letter: str
    ) -> None:
        """One of M = left, K = right is zero, because ``of`` says M Z K = 0 and Z is arbitrary."""
        rule = {"rule": "prime", "of": of, "letter": letter}
        self._follow(name, either(left, right), rule, [of])

    def cancel(self, name: str, claim: Body, of: str, nonzero: str) -> None:
        """The claim p is zero, because ``of`` says q p = 0 and ``nonzero`` that q is not 0."""
        rule = {"rule": "cancel", "of": of, "nonzero": nonzero}
        self._follow(name, equation(claim), rule, [of, nonzero])

    def one_sign(
        self,
        name: str,
        claim: WordPolynomial,
        strict: tuple[Number, Sequence[str]] = (1, ()),
        adding: Sequence[tuple[Number, str]] = (),
        sign: int = 1,
    ) -> None:
        """The number is not 0: ``sign`` times it is c p + sum c F over ``adding`` (c, F), F >= 0.

        ``strict`` is (c, facts): p is 1 without facts, f^2 with one that f is not 0, and f with
        two, that f is not 0 and that f >= 0.
        """
        factor, facts = strict
        rule = {
            "rule": "one_sign",
            "sign": sign,
            "strict": [str(Fraction(factor)), list(facts)],
            "sum": [[str(Fraction(c)), fact] for c, fact in adding],
        }
        self._follow(name, nonzero(claim), rule, [*facts, *(fact for _, fact in adding)])

    def both_signs(self, name: str, above: str, below: str) -> None:
        """The sum of traces f is 0, because ``above`` says f >= 0 and ``below`` that -f >= 0."""
        rule = {"rule": "both_signs", "above": above, "below": below}
        self._follow(name, equation(self._sum(above)), rule, [above, below])

    def coefficient(self, name: str, of: str, scalar: str, power: int) -> None:
        """The coefficient of a power of an arbitrary scalar in the equation ``of`` is zero."""
        known = self._relation(of)
        if known.kind not in ("equation", "traces") or isinstance(known.body, tuple):
            raise WordError(f"coefficient of {of!r}: {known}, expected an equation")
        relation = equation(known.body.coefficient(scalar, power))
        rule = {"rule": "coefficient", "of": of, "scalar": scalar, "power": power}
        self._follow(name, relation, rule, [of])

    def instantiate(self, name: str, of: str, **letters: WordPolynomial | Number) -> None:
        """The quantified hypothesis ``of`` at the given matrices; letters not given stay free."""
        known = self._relation(of)
        images = self._images(letters)
        body = _transport(known.body, images, {})
        rule = {
            "rule": "instantiate",
            "of": of,
            "letters": {letter: poly_json(image) for letter, image in images.items()},
        }
        self._follow(name, Relation(known.kind, body), rule, [of])

    def substitute(
        self,
        name: str,
        of: str,
        letters: Mapping[str, WordPolynomial | Number],
        dimensions: Mapping[str, str] | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> None:
        """The claim ``of`` with other matrices and dimensions: a lemma applied.

        ``facts`` names, for hypotheses of ``of`` that the substitution changes, the facts that
        they become.
        """
        known = self._relation(of)
        rename = dict(dimensions or {})
        images = self._images(letters, shaped=False)
        facts = dict(facts or {})
        rule = {
            "rule": "substitute",
            "of": of,
            "letters": {letter: poly_json(image) for letter, image in images.items()},
            "dimensions": rename,
            "facts": facts,
        }
        kept = [h for h in self._given([of]) if h not in facts]
        relation = Relation(known.kind, _transport(known.body, images, rename))
        self._follow(name, relation, rule, [*kept, *facts.values()])

    def instance(self, name: str, of: str, matrices: Mapping[str, RationalMatrix]) -> None:
        """At these matrices the hypotheses of the step ``of`` hold, and so does its conclusion."""
        self._relation(of)
        self._instances.append(
            {"name": name, "claim": "instance", "of": of, "letters": matrices_json(matrices)}
        )

    # -- inside -------------------------------------------------------------------------------

    def _usable(self, name: str, relation: Relation, using: Iterable[str] | None) -> list[str]:
        self._check_name(name)
        check_signature(f"step {name!r}", relation, self.signature)
        if using is None:
            names = [*self._known, *self._steps]
            usable = ("equation", "traces")
            return [
                n for n in names if self._relation(n).kind in usable and not self._relation(n).bound
            ]
        for fact in (names := list(using)):
            known = self._relation(fact)
            if known.kind not in ("equation", "traces") or known.bound:
                raise WordError(f"step {name!r}: {fact!r} is no equation: {known}")
        return names

    def _assumed(self, used: Iterable[str], assuming: Iterable[str] | None) -> list[str]:
        """The hypotheses that a counterexample to a step has to satisfy, of every kind.

        A claim that fails where one of them fails may still follow from all of them.
        """
        return list(self._given([*used, *(self._known if assuming is None else assuming)]))

    def _by_cofactors(self, name: str, claim: Body, names: Iterable[str], budget: float) -> bool:
        """Add the equation as a combination of the facts named, if one is found in time."""
        found = find_cofactors(claim, self._facts(names), budget, self.seed)
        if found is None:
            return False
        rows = [row_json(row) for row in found.rows]
        rule = "cofactor" if isinstance(claim, WordPolynomial) else "trace"
        self._add(name, equation(claim), {"rule": rule, "rows": rows}, found.facts)
        return True

    def _by_squares(
        self,
        name: str,
        claim: Body,
        squares: Sequence[Square],
        adding: Sequence[tuple[Number, str]],
        names: Iterable[str],
        budget: float,
    ) -> bool:
        """Add the inequality if the rest is found to vanish by the facts named in time."""
        rest = as_trace(self.signature, claim)
        for c, many, q in squares:
            term = trace(q @ q.T) * c
            for factor in many:
                term = term * self._number(factor)
            rest = rest - term
        for c, factor in adding:
            rest = rest - self._sum(factor) * c
        found = find_cofactors(rest, self._facts(names), budget, self.seed)
        if found is None:
            return False
        rule = {
            "rule": "sum_of_squares",
            "squares": [[str(Fraction(c)), list(many), poly_json(q)] for c, many, q in squares],
            "sum": [[str(Fraction(c)), factor] for c, factor in adding],
            "rows": [row_json(row) for row in found.rows],
        }
        used = [f for _, many, _ in squares for f in many] + [f for _, f in adding]
        self._add(name, nonnegative(claim), rule, [*used, *found.facts])
        return True

    def _facts(self, names: Iterable[str]) -> dict[str, Fact]:
        bodies = {name: self._relation(name).body for name in names}
        return {name: body for name, body in bodies.items() if not isinstance(body, tuple)}

    def _images(
        self, letters: Mapping[str, WordPolynomial | Number], shaped: bool = True
    ) -> dict[str, WordPolynomial]:
        images = {}
        for letter, image in letters.items():
            shape = self.signature.shape_of((letter, False))
            if not isinstance(image, WordPolynomial):
                image = self.signature.one("1").scale(Fraction(image))
            if shaped and image.shape != shape:
                raise WordError(
                    f"substitution for {letter!r}: {' x '.join(image.shape)},"
                    f" expected {' x '.join(shape)}"
                )
            images[letter] = image
        return images

    def _follow(
        self, name: str, relation: Relation, rule: dict[str, Any], facts: Iterable[str]
    ) -> None:
        """Add a step by a rule; the checker decides at once whether the rule applies."""
        self._check_name(name)
        facts = list(facts)
        for fact in facts:
            self._relation(fact)
        self._add(name, relation, rule, facts)
        verdict = self.check()
        if not verdict.accepted:
            del self._steps[name]
            raise WordError(f"step {name!r}: {verdict.reason}")

    def _try_to_refute(
        self,
        name: str,
        relation: Relation,
        given: Iterable[str],
        budget: float,
        enough: int | None = _SAMPLES,
    ) -> int:
        """Evaluate at matrices that satisfy the hypotheses; raises NotProved if it fails."""
        known = {hypothesis: self._known[hypothesis] for hypothesis in given}
        trial = find_counterexample(relation, list(known.values()), budget, self.seed, enough)
        if trial.counterexample is not None:
            answer = refutation(self.signature, known, relation, trial.counterexample)
            if answer.verdict == "refuted":
                raise NotProved(name, answer)
        return trial.samples

    def _give_up(
        self, name: str, relation: Relation, given: Iterable[str], samples: int
    ) -> NoReturn:
        # The same seed begins with the same samples.
        samples = max(samples, self._try_to_refute(name, relation, given, self.budget / 4, None))
        raise NotProved(name, Answer("undecided", str(relation), samples=samples))


def _transport(body: Any, images: Mapping[str, WordPolynomial], rename: Mapping[str, str]) -> Any:
    if isinstance(body, tuple):
        return tuple(part.transport(images, rename) for part in body)
    return body.transport(images, rename)
