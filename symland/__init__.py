"""symland: exact answers about the loss landscape of a small neural network, each proved.

A problem is a network, data and a loss; a question about it is answered together with a
statement and a certificate, two files that a small independent checker re-checks.

>>> import symland
>>> network = symland.Network([2, 1, 2])
>>> data = symland.Dataset(inputs=[[1, 0], [0, 1]], targets=[[2, 0], [0, 1]])
>>> symland.Problem(network, data).sample_count
2

Every public name is loaded at its first use, so that ``import symland`` stays light.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as `typing` has it, which takes longer to import than all of this file
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

# One line a public name: name -> module that defines it.
_HOME = {
    "Activation": "symland.problem",
    "Counterexample": "symland.questions.replication_counterexamples",
    "Dataset": "symland.problem",
    "InputError": "symland.problem",
    "Loss": "symland.problem",
    "Network": "symland.problem",
    "NotProved": "symland.claims.all_shapes",
    "Problem": "symland.problem",
    "Proof": "symland.claims.all_shapes",
    "Regularizer": "symland.problem",
    "Signature": "symland.exact.word",
    "Weights": "symland.problem",
    "classify": "symland.questions.classify",
    "critical_set": "symland.questions.critical_set",
    "decide": "symland.claims.decide",
    "derive": "symland.questions.derive",
    "derive_all_shapes": "symland.questions.derive",
    "either": "symland.exact.word_relation",
    "equation": "symland.exact.word_relation",
    "for_all": "symland.exact.word_relation",
    "nonnegative": "symland.exact.word_relation",
    "nonzero": "symland.exact.word_relation",
    "parse_problem": "symland.problem",
    "parse_weights": "symland.problem",
    "read_problem": "symland.problem",
    "read_weights": "symland.problem",
    "replicate": "symland.questions.replicate",
    "sloped_minimum": "symland.questions.replication_counterexamples",
    "trace": "symland.exact.trace_polynomial",
    "two_minima": "symland.questions.replication_counterexamples",
    "verify": "symland.questions.verify",
}

# Subpackages that may be reached as attributes without importing them first.
_SUBPACKAGES = frozenset({"problem", "theorem"})

__all__ = ["__version__", *sorted(_HOME)]

if TYPE_CHECKING:
    from symland.claims.all_shapes import (
        NotProved as NotProved,
        Proof as Proof,
    )
    from symland.claims.decide import decide as decide
    from symland.exact.trace_polynomial import trace as trace
    from symland.exact.word import Signature as Signature
    from symland.exact.word_relation import (
        either as either,
        equation as equation,
        for_all as for_all,
        nonnegative as nonnegative,
        nonzero as nonzero,
    )
    from symland.problem import (
        Activation as Activation,
        Dataset as Dataset,
        InputError as InputError,
        Loss as Loss,
        Network as Network,
        Problem as Problem,
        Regularizer as Regularizer,
        Weights as Weights,
        parse_problem as parse_problem,
        parse_weights as parse_weights,
        read_problem as read_problem,
        read_weights as read_weights,
    )
    from symland.questions.classify import classify as classify
    from symland.questions.critical_set import critical_set as critical_set
    from symland.questions.derive import (
        derive as derive,
        derive_all_shapes as derive_all_shapes,
    )
    from symland.questions.replicate import replicate as replicate
    from symland.questions.replication_counterexamples import (
        Counterexample as Counterexample,
        sloped_minimum as sloped_minimum,
        two_minima as two_minima,
    )
    from symland.questions.verify import verify as verify


def __getattr__(name: str) -> Any:
    """Import a public name from its home module at its first use (PEP 562)."""
    from importlib import import_module

    if name in _SUBPACKAGES:
        return import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME, *_SUBPACKAGES})
