"""What an entry of a weight matrix may be: a rational, log(p/q), or an algebraic number."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from symland.problem.errors import InputError
from symland.problem.exact_number import number_text
from symland.problem.root import trim


@dataclass(frozen=True)
class Log:
    """The real number log(argument), `argument` a positive rational other than 1.

    >>> str(Log(Fraction(1, 2)))
    'log(1/2)'
    """

    argument: Fraction

    def __post_init__(self) -> None:
        if self.argument <= 0:
            raise InputError.of("log", self.argument, "a positive argument")

    def __str__(self) -> str:
        return f"log({number_text(self.argument)})"


@dataclass(frozen=True)
class Algebraic:
    """The sum over `terms` (root name, coefficients lowest first) of the polynomial at the root.

    >>> Algebraic((("s", (Fraction(1), Fraction(2))),)).root_names     # 1 + 2 s
    ('s',)
    """

    terms: tuple[tuple[str, tuple[Fraction, ...]], ...]

    @property
    def root_names(self) -> tuple[str, ...]:
        """The roots that occur, in order."""
        return tuple(name for name, _ in self.terms)


Entry: TypeAlias = Fraction | Log | Algebraic
"""What an entry of a weight matrix may be."""


def log_entry(argument: Fraction) -> Fraction | Log:
    """log(argument); the rational 0 where the argument is 1.

    >>> log_entry(Fraction(1))
    Fraction(0, 1)
    """
    return Fraction(0) if argument == 1 else Log(argument)


def algebraic_entry(terms: dict[str, tuple[Fraction, ...]]) -> Fraction | Algebraic:
    """The sum of polynomials in roots in its canonical form.

    Zeros at the high end go, constants are gathered in the first term that is not constant, and
    an entry without such a term is the rational number it is.

    >>> algebraic_entry({"s": (Fraction(0), Fraction(1)), "t": (Fraction(3), Fraction(0))})
    Algebraic(terms=(('s', (Fraction(3, 1), Fraction(1, 1))),))
    """
    trimmed = {name: trim(coefficients) for name, coefficients in terms.items()}
    constant = sum((c[0] for c in trimmed.values() if c), Fraction(0))
    moving = sorted((name, c) for name, c in trimmed.items() if len(c) > 1)
    if not moving:
        return constant
    parts = [
        (name, (constant if i == 0 else Fraction(0), *c[1:])) for i, (name, c) in enumerate(moving)
    ]
    return Algebraic(tuple(parts))
