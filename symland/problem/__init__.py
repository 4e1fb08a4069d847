"""The question: network, activation, loss, dataset, regularizer, problem and weights files.

Every number is a `fractions.Fraction`; nothing here imports more than the standard library
(NumPy only while an ``.npz`` file is read).
"""

from symland.problem.activation import Activation, parse_activation
from symland.problem.dataset import Dataset
from symland.problem.entry import Algebraic, Entry, Log
from symland.problem.errors import InputError
from symland.problem.exact_number import exact_number, number_text, parse_number
from symland.problem.loss import Loss
from symland.problem.network import Network
from symland.problem.problem import Problem
from symland.problem.problem_file import parse_problem, read_problem
from symland.problem.regularizer import Regularizer
from symland.problem.root import Root
from symland.problem.weights import Weights
from symland.problem.weights_file import parse_weights, read_weights

__all__ = [
    "Activation",
    "Algebraic",
    "Dataset",
    "Entry",
    "InputError",
    "Log",
    "Loss",
    "Network",
    "Problem",
    "Regularizer",
    "Root",
    "Weights",
    "exact_number",
    "number_text",
    "parse_activation",
    "parse_number",
    "parse_problem",
    "parse_weights",
    "read_problem",
    "read_weights",
]
