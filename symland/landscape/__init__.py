"""What follows exactly from a problem: loss, gradient, Hessian, equations, ranks, symmetries."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symland.landscape.landscape import Landscape

__all__ = ["Landscape"]


def __getattr__(name: str) -> Any:
    """Load the landscape at its first use (PEP 562), so that its parts can be used alone."""
    if name != "Landscape":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = import_module("symland.landscape.landscape").Landscape
    globals()[name] = value
    return value
