"""The question: network, activation, loss, dataset, regularizer, problem and weights files.

Every number is a `fractions.Fraction`; nothing here imports more than the standard library
(NumPy only while an ``.npz`` file is read).
"""

from symland.problem.activation import Activation, parse_activation
from symland.problem.dataset import Dataset
from symland.problem.errors import InputError
from symland.problem.loss import Loss
from symland.problem.network import Network
from symland.problem.problem import Problem
from symland.problem.regularizer import Regularizer

__all__ = [
    "Activation",
    "Dataset",
    "InputError",
    "Loss",
    "Network",
    "Problem",
    "Regularizer",
    "parse_activation",
]
