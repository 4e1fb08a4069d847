"""Random exact problems of every kind, for the tests of this folder."""

from fractions import Fraction
from random import Random

from symland.problem import Dataset, Loss, Network, Problem, Regularizer

POLYNOMIAL = ["linear", "square", "cube", "polynomial(1, 2, 1)", "polynomial(0, 1, 0, 1/2)"]
PIECEWISE = ["relu", "leaky_relu(1/10)", "leaky_relu(-1)", "leaky_relu(1)"]
SMOOTH = ["sigmoid", "tanh", "softplus", "softplus(2)", "exp"]
ALL = POLYNOMIAL + PIECEWISE + SMOOTH


def number(random, low=-4, high=4):
    return Fraction(random.randint(low, high), random.randint(1, 3))


def rows(random, count, width):
    return [[number(random) for _ in range(width)] for _ in range(count)]


def targets(random, kind, samples, width):
    if kind == "logistic":
        return [[random.choice([-1, 1]) for _ in range(width)] for _ in range(samples)]
    if kind == "cross_entropy":
        hot = [random.randrange(width) for _ in range(samples)]
        return [[int(j == h) for j in range(width)] for h in hot]
    return rows(random, samples, width)


def random_problem(random, activations=ALL, kinds=("squared", "logistic", "cross_entropy")):
    """A small problem: any depth to 3, bias, skip, loss weights, regularizer at random."""
    widths = [random.randint(1, 3) for _ in range(random.randint(2, 4))]
    hidden = [random.choice(activations) for _ in widths[1:-1]]
    skip = None
    if hidden and random.random() < 0.25:
        neurons = [(k, i + 1) for k, d in enumerate(widths[1:-1], 1) for i in range(d)]
        skip = random.sample(neurons, random.randint(1, len(neurons)))
    network = Network(widths, hidden, random.choice(["none", "hidden", "output", "all"]), skip)
    samples = random.randint(1, 3)
    kind = random.choice(kinds)
    weights = None
    if kind == "squared" and random.random() < 0.3:
        weights = [[random.randint(0, 2) for _ in range(widths[-1])] for _ in range(samples)]
    data = Dataset(rows(random, samples, widths[0]), targets(random, kind, samples, widths[-1]))
    scale = random.choice([None, "mean", "2/3"])
    loss = Loss(kind, scale=scale, weights=weights)
    return Problem(network, data, loss, random_regularizer(random, network))


def random_regularizer(random, network):
    draw = random.random()
    if draw < 0.5:
        return None
    if draw < 0.7:
        return Regularizer("1/10")
    table = {}
    for name, shape in network.shapes.items():
        if random.random() < 0.7:

            def entry():
                return random.choice([0, 1, 1, 2])

            table[name] = (
                [entry() for _ in range(shape[0])]
                if len(shape) == 1
                else [[entry() for _ in range(shape[1])] for _ in range(shape[0])]
            )
    return Regularizer(table) if table else None


def random_point(random, network):
    """Rational weights without zeros, so that no kink of relu is met as a rule."""

    def entry():
        return random.choice([-1, 1]) * Fraction(random.randint(1, 9), random.randint(5, 11))

    return {
        name: [entry() for _ in range(shape[0])]
        if len(shape) == 1
        else [[entry() for _ in range(shape[1])] for _ in range(shape[0])]
        for name, shape in network.shapes.items()
    }


def seeded(seed):
    return Random(seed)
