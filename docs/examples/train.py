"""Plain gradient descent for sigmoid networks with one hidden layer and without biases."""

import numpy as np

x = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
y = np.array([[3.0], [2.0], [-1.0], [1.0], [1.0]])


def loss(W1, W2):
    """Half the sum of the squared residuals."""
    return ((1 / (1 + np.exp(-x @ W1.T)) @ W2.T - y) ** 2).sum() / 2


def descend(W1, W2, steps=20_000, rate=0.01):
    """The weights after so many steps."""
    for _ in range(steps):
        h = 1 / (1 + np.exp(-x @ W1.T))
        residual = h @ W2.T - y
        slope = ((residual @ W2) * h * (1 - h)).T @ x
        W1, W2 = W1 - rate * slope, W2 - rate * residual.T @ h
    return W1, W2


def train(seed, hidden=2):
    """The weights reached from random ones."""
    random = np.random.default_rng(seed)
    W1 = 2 * random.standard_normal((hidden, 1))
    return descend(W1, 2 * random.standard_normal((1, hidden)))
