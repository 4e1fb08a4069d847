"""The number systems over which a network's forward pass and its loss are computed.

One file a system. A system is all that `symland.landscape.forward` and `symland.landscape.loss`
know about their numbers, so that each formula is written once. Another system (jets of balls,
say) is one more subclass of `NumberSystem`.

>>> from symland.landscape.number_systems import rationals
>>> rationals.number("1/3") * 3
Fraction(1, 1)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from symland.landscape.number_systems.number_system import Kink, MissingFunction, NumberSystem

if TYPE_CHECKING:
    from symland.landscape.number_systems.arb_balls import Balls, balls
    from symland.landscape.number_systems.exact_rings import (
        Ring,
        algebraic_numbers,
        curves,
        flint_rationals,
        germs,
        polynomials,
        rationals,
    )
    from symland.landscape.number_systems.jets import Jet, Jets
    from symland.landscape.number_systems.mpmath_numbers import Multiprecision
    from symland.landscape.number_systems.numpy_floats import Floats, floats
    from symland.landscape.number_systems.sympy_symbols import Symbols, symbols

__all__ = [
    "Balls",
    "Floats",
    "Jet",
    "Jets",
    "Kink",
    "MissingFunction",
    "Multiprecision",
    "NumberSystem",
    "Ring",
    "Symbols",
    "algebraic_numbers",
    "balls",
    "curves",
    "flint_rationals",
    "floats",
    "germs",
    "polynomials",
    "rationals",
    "symbols",
]

_HOME = {
    "Balls": "arb_balls",
    "balls": "arb_balls",
    "Floats": "numpy_floats",
    "floats": "numpy_floats",
    "Jet": "jets",
    "Jets": "jets",
    "Multiprecision": "mpmath_numbers",
    "Ring": "exact_rings",
    "algebraic_numbers": "exact_rings",
    "curves": "exact_rings",
    "flint_rationals": "exact_rings",
    "germs": "exact_rings",
    "polynomials": "exact_rings",
    "rationals": "exact_rings",
    "Symbols": "sympy_symbols",
    "symbols": "sympy_symbols",
}


def __getattr__(name: str) -> Any:
    """Load a system, and the library under it, at its first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
