"""Formulas of a derivation, from their JSON, in any notation; here as plain text."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

Tree = Sequence[Any]

RELATION, SUM, ENTRYWISE, PRODUCT, POWER, ATOM = range(6)
"""How tightly a formula holds together; a looser part of a tighter whole gets parentheses."""


class Notation(ABC):
    """A way of writing formulas: what is particular to it are the methods without a body.

    The kinds of nodes are those of `symland.questions.derivation.formula`.
    """

    minus, plus, dots, infinity = "−", "+", "⋯", "∞"
    cross, circle, comma = "⊗", "∘", ", "

    def write(self, tree: Tree) -> str:
        """The whole formula."""
        return self.part(tree, RELATION)

    def part(self, tree: Tree, least: int) -> str:
        """A part that must hold together at least so tightly."""
        text, level = self._written(tree)
        return text if level >= least else self.parenthesized(text)

    def _written(self, tree: Tree) -> tuple[str, int]:
        kind, *parts = tree
        writer = getattr(self, f"_{kind}", None)
        if writer is None:
            raise ValueError(f"formula: kind {kind!r}, expected one that the report knows")
        found: tuple[str, int] = writer(*parts)
        return found

    # -- what notations differ in -----------------------------------------------------------------

    @abstractmethod
    def letter(self, base: str, sub: str, sup: str) -> str:
        """A letter with its indices."""

    @abstractmethod
    def fraction(self, value: Fraction) -> str:
        """A nonnegative rational number."""

    @abstractmethod
    def parenthesized(self, text: str) -> str:
        """In parentheses."""

    @abstractmethod
    def transposed(self, text: str) -> str:
        """The transpose."""

    @abstractmethod
    def times(self, factors: list[str]) -> str:
        """Factors side by side."""

    @abstractmethod
    def joined(self, operator: str, parts: list[str]) -> str:
        """Parts with an operator between them."""

    @abstractmethod
    def called(self, function: str, arguments: list[str]) -> str:
        """A function at arguments."""

    @abstractmethod
    def word(self, name: str) -> str:
        """The name of an operator, upright: tr, rank."""

    @abstractmethod
    def norm(self, text: str) -> str:
        """The squared norm."""

    @abstractmethod
    def angles(self, left: str, right: str) -> str:
        """The inner product."""

    @abstractmethod
    def total(self, text: str) -> str:
        """The sum of all entries."""

    @abstractmethod
    def differentiated(self, body: str, variables: list[tuple[str, int]]) -> str:
        """The derivative by scalars at 0."""

    @abstractmethod
    def nabla(self, letter: str) -> str:
        """The gradient of the loss by a parameter."""

    @abstractmethod
    def partials(self, entries: list[str]) -> str:
        """A partial derivative of the loss."""

    @abstractmethod
    def indexed(self, letter: str, places: list[str]) -> str:
        """An entry of a matrix, counted from 1."""

    @abstractmethod
    def grid(self, rows: list[list[str]]) -> str:
        """A matrix of numbers."""

    @abstractmethod
    def raised(self, base: str, exponent: int) -> str:
        """A power."""

    @abstractmethod
    def words(self, text: str) -> str:
        """Words between formulas."""

    # -- the kinds of nodes -----------------------------------------------------------------------

    def number(self, value: Any) -> tuple[str, int]:
        """A rational number and how tightly it holds together."""
        number = Fraction(value)
        text = self.fraction(abs(number))
        return (text, ATOM) if number >= 0 else (self.times([self.minus, text]), SUM)

    _number = number

    def _symbol(self, base: str, sub: str, sup: str) -> tuple[str, int]:
        return self.letter(base, sub, sup), ATOM

    def _sum(self, *parts: Tree) -> tuple[str, int]:
        text = self.part(parts[0], SUM)
        for tree in parts[1:]:
            negative = tree[0] == "minus"
            term = self.part(tree[1] if negative else tree, ENTRYWISE)
            text = self.joined(self.minus if negative else self.plus, [text, term])
        return text, SUM

    def _minus(self, body: Tree) -> tuple[str, int]:
        return self.times([self.minus, self.part(body, ENTRYWISE)]), SUM

    def _product(self, *parts: Tree) -> tuple[str, int]:
        return self.times([self.part(p, PRODUCT) for p in parts]), PRODUCT

    def _hadamard(self, *parts: Tree) -> tuple[str, int]:
        return self.joined(self.circle, [self.part(p, POWER) for p in parts]), ENTRYWISE

    def _kronecker(self, *parts: Tree) -> tuple[str, int]:
        return self.joined(self.cross, [self.part(p, PRODUCT) for p in parts]), ENTRYWISE

    def _transpose(self, body: Tree) -> tuple[str, int]:
        return self.transposed(self.part(body, ATOM)), POWER

    def _power(self, base: Tree, exponent: int) -> tuple[str, int]:
        return self.raised(self.part(base, ATOM), exponent), POWER

    def _component(self, body: Tree, *indices: str) -> tuple[str, int]:
        return self.indexed(self.part(body, ATOM), list(indices)), ATOM

    def _trace(self, body: Tree) -> tuple[str, int]:
        return self.called(self.word("tr"), [self.write(body)]), POWER

    def _rank(self, body: Tree) -> tuple[str, int]:
        return self.called(self.word("rank"), [self.write(body)]), POWER

    def _norm2(self, body: Tree) -> tuple[str, int]:
        return self.norm(self.write(body)), POWER

    def _inner(self, left: Tree, right: Tree) -> tuple[str, int]:
        return self.angles(self.write(left), self.write(right)), POWER

    def _total(self, body: Tree) -> tuple[str, int]:
        return self.total(self.part(body, ATOM)), PRODUCT

    def _applied(self, function: str, sub: str, order: int, body: Tree) -> tuple[str, int]:
        return self.called(self.letter(function, sub, "′" * order), [self.write(body)]), POWER

    def _columnwise(self, function: str, body: Tree) -> tuple[str, int]:
        return self.called(self.word(function), [self.write(body)]), POWER

    def _at(self, head: Tree, *moves: Sequence[Tree]) -> tuple[str, int]:
        return self.called(self.write(head), [self.write(image) for _, image in moves]), POWER

    def _derivative(self, body: Tree, *variables: tuple[Tree, int]) -> tuple[str, int]:
        by = [(self.write(scalar), order) for scalar, order in variables]
        return self.differentiated(self.part(body, POWER), by), PRODUCT

    def _gradient(self, letter: Tree) -> tuple[str, int]:
        return self.nabla(self.write(letter)), POWER

    def _moved_gradient(self, letter: Tree) -> tuple[str, int]:
        return self.called(self.word("D"), [self.nabla(self.write(letter))]), POWER

    def _partial(self, *entries: Tree) -> tuple[str, int]:
        return self.partials([self.write(entry) for entry in entries]), POWER

    def _entry(self, letter: Tree, *places: int) -> tuple[str, int]:
        return self.indexed(self.part(letter, ATOM), [str(p + 1) for p in places]), ATOM

    def _relation(self, sign: str, *sides: Tree) -> tuple[str, int]:
        return self.joined(sign, [self.part(side, SUM) for side in sides]), RELATION

    def _for_all(self, body: Tree, *letters: Tree) -> tuple[str, int]:
        names = self.comma.join(self.write(letter) for letter in letters)
        return self.times([self.write(body), self.words(" for all "), names]), RELATION

    def _row(self, *parts: Tree) -> tuple[str, int]:
        return self.words(",  ").join(self.write(part) for part in parts), RELATION

    def _matrix(self, *rows: Sequence[Any]) -> tuple[str, int]:
        return self.grid([[self.number(x)[0] for x in row] for row in rows]), ATOM

    def _dots(self) -> tuple[str, int]:
        return self.dots, ATOM

    def _text(self, text: str) -> tuple[str, int]:
        return self.words(text), ATOM

    # -- polynomials ------------------------------------------------------------------------------

    def polynomial(self, terms: Sequence[Any], count: int) -> str:
        """A polynomial of which the first terms are given and ``count`` are there."""
        text = ""
        for coefficient, monomial in terms:
            value = Fraction(coefficient)
            factors = [
                self.part(letter, ATOM)
                if power == 1
                else self.raised(self.part(letter, ATOM), power)
                for letter, power in monomial
            ]
            if abs(value) != 1 or not factors:
                factors.insert(0, self.fraction(abs(value)))
            term = self.times(factors)
            sign = self.minus if value < 0 else self.plus
            lead = self.times([self.minus, term]) if value < 0 else term
            text = self.joined(sign, [text, term]) if text else lead
        if count > len(terms):
            left = count - len(terms)
            more = self.words(f" ({left} more term{'s' * (left > 1)})")
            text = self.joined(self.plus, [text, self.times([self.dots, more])])
        return text or self.fraction(Fraction(0))


_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LOW = {"t": "ₜ", "s": "ₛ"}
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class TextNotation(Notation):
    """Plain text with the letters of mathematics.

    >>> TextNotation().write(["transpose", ["sum", ["symbol", "W", "1", ""],
    ...                                     ["minus", ["symbol", "Y", "", ""]]]])
    '(W₁ − Y)ᵀ'
    """

    def letter(self, base: str, sub: str, sup: str) -> str:
        low = sub.translate(_SUBSCRIPTS) if sub.isdecimal() else f"_{sub}" if sub else ""
        low = f"_{{{sub}}}" if len(sub) > 1 and not sub.isdecimal() else low
        return base + low + sup

    def fraction(self, value: Fraction) -> str:
        return str(value)

    def parenthesized(self, text: str) -> str:
        return f"({text})"

    def transposed(self, text: str) -> str:
        return f"{text}ᵀ"

    def times(self, factors: list[str]) -> str:
        text = ""
        for factor in factors:
            apart = text and not text.endswith((self.minus, " ")) and not factor.startswith(" ")
            text += (" " if apart else "") + factor
        return text

    def joined(self, operator: str, parts: list[str]) -> str:
        return f" {operator} ".join(parts)

    def called(self, function: str, arguments: list[str]) -> str:
        return f"{function}({', '.join(arguments)})"

    def word(self, name: str) -> str:
        return name

    def norm(self, text: str) -> str:
        return f"‖{text}‖²"

    def angles(self, left: str, right: str) -> str:
        return f"⟨{left}, {right}⟩"

    def total(self, text: str) -> str:
        return f"sum of the entries of {text}"

    def differentiated(self, body: str, variables: list[tuple[str, int]]) -> str:
        order = sum(n for _, n in variables)
        sign = "d" if len(variables) == 1 else "∂"
        power = str(order).translate(_SUPERSCRIPTS) if order > 1 else ""
        by = "".join(
            f"{sign}{x}{str(n).translate(_SUPERSCRIPTS) if n > 1 else ''}" for x, n in variables
        )
        place = "₌".join([*(_LOW.get(x, x) for x, _ in variables), "₀"])
        return f"({sign}{power}/{by}){place} {body}"

    def nabla(self, letter: str) -> str:
        return f"∇ℒ by {letter}"

    def partials(self, entries: list[str]) -> str:
        if len(entries) == 2 and entries[0] == entries[1]:
            return f"∂²ℒ/∂{entries[0]}²"
        power = str(len(entries)).translate(_SUPERSCRIPTS) if len(entries) > 1 else ""
        return f"∂{power}ℒ/" + "".join(f"∂{entry}" for entry in entries)

    def indexed(self, letter: str, places: list[str]) -> str:
        return f"{letter}[{','.join(places)}]"

    def grid(self, rows: list[list[str]]) -> str:
        return "[" + "; ".join(" ".join(row) for row in rows) + "]"

    def raised(self, base: str, exponent: int) -> str:
        return base + str(exponent).translate(_SUPERSCRIPTS)

    def words(self, text: str) -> str:
        return text
