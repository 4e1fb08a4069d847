"""Random matrices of small unequal sizes that satisfy given relations exactly.

Letters get their matrices one after the other, those that occur nonlinearly first. Where the
relations whose other letters are known are affine in the next letter, its solutions are computed
and one is drawn; otherwise simple matrices are drawn (projections, reflections, permutations,
nilpotents, ranks below full, integers) until the relations hold. Failure to find any says nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from flint import fmpq

from symland.exact.rational_matrix import RationalMatrix, as_fmpq, as_fraction
from symland.exact.trace_polynomial import TracePolynomial
from symland.exact.word import UNIT, Signature
from symland.exact.word_evaluation import evaluate, evaluate_trace
from symland.exact.word_relation import Relation
from symland.search.deadline import Deadline

__all__ = ["Sampler", "find_counterexample"]

_LARGEST = (3, 3, 3, 3, 5)  # sizes are drawn up to one of these
_TRIES = 8  # simple matrices drawn for one letter
_PATIENCE = 200  # draws for integers after a rational counterexample
_SCALARS = [Fraction(x) for x in ("0", "1", "-1", "2", "-2", "3", "1/2", "3/5", "4/5", "-3/5")]


@dataclass
class Sampler:
    """Draws matrices for all letters of some relations.

    Quantified relations cannot be sampled: `possible` is False if there is one.
    """

    signature: Signature
    relations: Sequence[Relation]
    letters: Sequence[str]
    generator: random.Random

    @property
    def possible(self) -> bool:
        """Whether no relation is quantified."""
        return not any(relation.bound for relation in self.relations)

    def draw(self, deadline: Deadline) -> dict[str, RationalMatrix] | None:
        """One attempt: matrices that satisfy all relations, or None."""
        largest = self.generator.choice(_LARGEST)
        sizes = {symbol: self.generator.randint(1, largest) for symbol in self.signature.objects}
        sizes[UNIT] = 1
        matrices: dict[str, RationalMatrix] = {}
        for letter in self._order():
            if deadline.passed():
                return None
            known = {*matrices, letter}
            active = [r for r in self.relations if letter in r.letter_names() <= known]
            matrix = self._draw_letter(letter, active, matrices, sizes)
            if matrix is None:
                return None
            matrices[letter] = matrix
        # Relations between dimensions alone have no letter to be met by.
        pure = (r for r in self.relations if not r.letter_names())
        return matrices if all(r.holds(matrices) for r in pure) else None

    def _order(self) -> list[str]:
        names = list(self.letters)
        self.generator.shuffle(names)
        if self.generator.random() < 0.75:
            # Quadratic letters first: what is left for the others is then linear.
            names.sort(key=lambda name: all(_degree(r, name) <= 1 for r in self.relations))
        return names

    def _draw_letter(
        self,
        letter: str,
        active: list[Relation],
        matrices: Mapping[str, RationalMatrix],
        sizes: Mapping[str, int],
    ) -> RationalMatrix | None:
        rows, columns = (sizes[symbol] for symbol in self.signature.shape_of((letter, False)))
        linear = [r for r in active if r.kind in ("equation", "traces") and _degree(r, letter) <= 1]
        others = [r for r in active if r not in linear]
        for _ in range(_TRIES):
            # A projection is rarely met among the solutions of P = P', but often simple.
            if linear and not (others and self.generator.random() < 0.5):
                matrix = self._solve(letter, (rows, columns), linear, matrices)
            else:
                matrix = self._simple(rows, columns)
            if matrix is None:
                return None
            if all(r.holds({**matrices, letter: matrix}) for r in active):
                return matrix
        return None

    def _solve(
        self,
        letter: str,
        size: tuple[int, int],
        relations: list[Relation],
        matrices: Mapping[str, RationalMatrix],
    ) -> RationalMatrix | None:
        """A random solution of relations that are affine in the letter."""
        rows, columns = size
        places = [(i, j) for i in range(rows) for j in range(columns)]

        def value(entries: Mapping[tuple[int, int], int]) -> list[fmpq]:
            matrix = [[entries.get((i, j), 0) for j in range(columns)] for i in range(rows)]
            return _values(relations, {**matrices, letter: RationalMatrix(matrix)})

        constant = value({})
        slopes = [
            [a - b for a, b in zip(value({place: 1}), constant, strict=True)] for place in places
        ]
        system = RationalMatrix([list(row) for row in zip(*slopes, constant, strict=True)])
        kernel = system.nullspace().T.flint.tolist()
        solution = _affine_point(kernel, self.generator)
        if solution is None:
            return None
        return RationalMatrix([solution[i * columns : (i + 1) * columns] for i in range(rows)])

    def _simple(self, rows: int, columns: int) -> RationalMatrix:
        choice = self.generator.choice
        if rows == columns == 1:
            return RationalMatrix([[choice(_SCALARS)]])
        kind = choice(["integers", "integers", "integers", "rank one", "units", "special", "zero"])
        if kind == "special" and rows == columns:
            return self._special(rows)
        if kind == "zero" and self.generator.random() < 0.5:
            return RationalMatrix.zero(rows, columns)
        if kind == "rank one":
            left, right = self._integers(rows, 1), self._integers(1, columns)
            return left @ right
        if kind == "units":
            shift = self.generator.randrange(columns)
            keep = self.generator.randint(1, min(rows, columns))
            return RationalMatrix(
                [
                    [int(i < keep and (i + shift) % columns == j) for j in range(columns)]
                    for i in range(rows)
                ]
            )
        return self._integers(rows, columns)

    def _integers(self, rows: int, columns: int) -> RationalMatrix:
        draw = self.generator.randint
        return RationalMatrix([[draw(-2, 2) for _ in range(columns)] for _ in range(rows)])

    def _special(self, size: int) -> RationalMatrix:
        """A projection, a reflection, a symmetric or a nilpotent matrix, a permutation."""
        one = RationalMatrix.identity(size)
        kind = self.generator.random()
        if kind < 0.2:
            matrix = self._integers(size, size)
            return matrix + matrix.T
        if kind < 0.6:
            return self._monomial(size)
        normal = self._integers(size, 1)
        length = as_fraction((normal.T @ normal)[0, 0])
        if not length:
            return one
        projection = (normal @ normal.T).scale(1 / length)
        return self.generator.choice([projection, one - projection, one - projection.scale(2)])

    def _monomial(self, size: int) -> RationalMatrix:
        """At most one integer in a row and column: diagonal, a permutation, or a nilpotent."""
        choice = self.generator.choice
        order = self.generator.sample(range(size), size)
        kind = choice(["signs", "diagonal", "permutation", "nilpotent"])
        rows = [[0] * size for _ in range(size)]
        for k in range(size):
            if kind == "nilpotent" and k + 1 < size:
                rows[order[k]][order[k + 1]] = 1
            elif kind == "permutation":
                rows[k][order[k]] = 1
            elif kind in ("signs", "diagonal"):
                rows[k][k] = choice([1, -1] if kind == "signs" else [0, 1])
        return RationalMatrix(rows)


def _degree(relation: Relation, letter: str) -> int:
    """How often the letter occurs in a term, at most."""
    bodies = relation.body if isinstance(relation.body, tuple) else (relation.body,)
    most = 0
    for body in bodies:
        for monomial in body.terms:
            words = (*monomial[0], monomial[1])
            most = max(most, sum(name == letter for word in words for name, _ in word))
    return most


def _values(relations: Iterable[Relation], matrices: Mapping[str, RationalMatrix]) -> list[fmpq]:
    values: list[fmpq] = []
    for relation in relations:
        if isinstance(relation.body, TracePolynomial):
            values.append(as_fmpq(evaluate_trace(relation.body, matrices)))
        elif not isinstance(relation.body, tuple):
            values += evaluate(relation.body, matrices).flint.entries()
    return values


def _affine_point(kernel: list[list[fmpq]], generator: random.Random) -> list[fmpq] | None:
    """A random combination of the vectors with last coordinate 1, without it."""
    based = next((v for v in kernel if v[-1]), None)
    if based is None:
        return None
    total = [x / based[-1] for x in based]
    for vector in kernel:
        if vector is based:
            continue
        shift = [x - vector[-1] * y / based[-1] for x, y in zip(vector, based, strict=True)]
        factor = generator.randint(-2, 2)
        total = [x + factor * y for x, y in zip(total, shift, strict=True)]
    return total[:-1]


@dataclass(frozen=True)
class Trial:
    """What a search for a counterexample saw: the matrices of one, if any, and how many samples
    satisfied the hypotheses."""

    counterexample: dict[str, RationalMatrix] | None
    samples: int


def find_counterexample(
    claim: Relation,
    hypotheses: Sequence[Relation],
    budget: float = 1.0,
    seed: int = 0,
    enough: int | None = None,
) -> Trial:
    """Matrices at which all hypotheses hold and the claim does not, integers where possible.

    Parameters
    ----------
    budget
        Seconds; ``enough`` stops after so many samples at which the claim held.
    seed
        Decides all that is drawn.

    Examples
    --------
    >>> from symland.exact.word_relation import equation
    >>> A, B = Signature({"A": ("n", "n"), "B": ("n", "n")}).letters()
    >>> trial = find_counterexample(equation(A @ B - B @ A), [equation(A @ A - A)])
    >>> equation(A @ A - A).holds(trial.counterexample)
    True
    >>> equation(A @ B - B @ A).holds(trial.counterexample)
    False
    """
    body = claim.body[0] if isinstance(claim.body, tuple) else claim.body
    letters = _letters_needed(body.signature, [claim, *hypotheses])
    sampler = Sampler(body.signature, hypotheses, letters, random.Random(seed))
    deadline = Deadline(budget)
    samples, rational, patience = 0, None, _PATIENCE
    while sampler.possible and not claim.bound and not deadline.passed() and patience:
        if rational is not None:
            patience -= 1
        matrices = sampler.draw(deadline)
        if matrices is None:
            continue
        samples += 1
        if not claim.holds(matrices):
            matrices = _scaled(matrices, claim, hypotheses)
            if _integral(matrices):
                return Trial(matrices, samples)
            rational = rational or matrices
        elif rational is None and enough is not None and samples >= enough:
            break
    return Trial(rational, samples)


def _letters_needed(signature: Signature, relations: Sequence[Relation]) -> list[str]:
    """The letters that occur, and one for every dimension that only an identity mentions."""
    names = {name for relation in relations for name in relation.letter_names()}
    covered = {UNIT, *(symbol for name in names for symbol in signature.shapes[name])}
    for name, shape in signature.shapes.items():
        if _mentioned(relations, [symbol for symbol in shape if symbol not in covered]):
            names.add(name)
            covered.update(shape)
    return [name for name in signature.shapes if name in names]


def _mentioned(relations: Sequence[Relation], symbols: list[str]) -> bool:
    for relation in relations:
        bodies = relation.body if isinstance(relation.body, tuple) else (relation.body,)
        for body in bodies:
            parts = body.parts if isinstance(body, TracePolynomial) else (body,)
            if any(symbol in part.shape for part in parts for symbol in symbols):
                return True
    return False


def _scaled(
    matrices: dict[str, RationalMatrix], claim: Relation, hypotheses: Sequence[Relation]
) -> dict[str, RationalMatrix]:
    """The counterexample with the denominators of letters cleared, where it remains one."""
    fractions = [name for name, matrix in matrices.items() if not _integral({name: matrix})]
    for names in (*([name] for name in fractions), fractions):
        factor = lcm(*(_denominator(matrices[name]) for name in names))
        scaled = {n: m.scale(factor) if n in names else m for n, m in matrices.items()}
        if all(h.holds(scaled) for h in hypotheses) and not claim.holds(scaled):
            matrices = scaled
    return matrices


def _denominator(matrix: RationalMatrix) -> int:
    return lcm(*(x.denominator for row in matrix.tolist() for x in row))


def _integral(matrices: Mapping[str, RationalMatrix]) -> bool:
    return all(_denominator(matrix) == 1 for matrix in matrices.values())
