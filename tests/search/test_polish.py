"""Polishing by Newton's method where balls are too wide, steps get longer, or gradients do."""

import numpy as np
from flint import arb, arb_mat, ctx

from symland.search.ball_newton import polish, polish_by_gradients
from symland.search.deadline import Deadline


class Blurred:
    """The gradient tanh(2^90 (x - 1/3)) of one weight, which says nothing in balls of 80 bits."""

    def at(self, point):
        slope = (arb(2) ** 90 * (point[0] - arb(1) / 3)).tanh()
        return arb(0), [slope], arb_mat([[arb(2) ** 90 * (1 - slope**2)]])


def test_more_bits_where_the_gradient_is_not_seen():
    """A gradient that may be 0 everywhere is not one that is: the start would be the end."""
    with ctx.workprec(600):
        start = arb(1) / 3 + arb(2) ** -92
        point = polish(Blurred(), [start.mid()], 200, Deadline(9))
        assert abs(point[0] - arb(1) / 3) < arb(2) ** -200


class Rough:
    """The gradient (x - 1/3)^3 + (x - 1/3) beside noise as large as balls of 80 bits are wide."""

    noise = True

    def at(self, point):
        x = point[0] - arb(1) / 3
        jump = 1000 if ctx.prec == 160 and self.noise else 0
        self.noise = self.noise and not jump
        return arb(0), [x + x**3 + jump], arb_mat([[1 + 3 * x**2]])


def test_a_step_that_gets_longer_is_taken_back():
    with ctx.workprec(640):
        point = polish(Rough(), [arb("0.34").mid()], 200, Deadline(9))
        assert abs(point[0] - arb(1) / 3) < arb(2) ** -200


class Stiff:
    """The step from (1, 0) is to a gradient a hundred times as long, of which the next step is
    short."""

    def gradient(self, point):
        return [arb(1), arb(0)] if point[0] == 1 else [arb("0.1"), arb(100)]

    def hessian(self, place):
        return np.diag([1.0, 1e6])


def test_no_step_with_floats_that_makes_the_gradient_longer():
    with ctx.workprec(600):
        point, step = polish_by_gradients(Stiff(), Stiff(), [1.0, 0.0], 170, Deadline(9))
    assert (point, float(step)) == ([1, 0], 1.0)
