"""Derivatives relative to one sample, where the last hidden layer is one neuron h = exp(z).

Let f = v h + b be the one output, L the sum of losses and l w^2 / 2 over weights w, each with its
l, and r the derivative of the loss of a sample by its output: r increases with f.  With s = v h and
G = r s of each sample, with z' for dz/dw, and sums over samples, critical points have

    v dL/dv = sum G + l v^2 = 0,   dL/dw = sum G z' + l w = 0,   dL/db = sum r + l b = 0,      (1)

for the weights w below v.  Let t be a sample, p = v h_t, and q = h / h_t = exp(z - z_t) for the
others, so that s = p q.  Then dL/dv / h_t is, with v = p / h_t,

    B(p) = sum r(p q + b) q + l p / h_t^2,                                                     (2)

which increases with p, and is 0 at critical points: if B(a) < 0 over the box, then a < p there, and
p < a if B(a) > 0.  So p is known well where h_t is large, whatever v may be in the box.

With z' of sample t times the first equation taken from the second ones, integers c for v, b and
each w, and one for (2) where there is a b, critical points have

    sum G (c_v + sum_w c_w (z - z_t)') + sum r (c_b + c q) + l v^2 (c_v - sum_w c_w z_t')
        + sum_w c_w l w + c_b l b + c l p / h_t^2 = 0,                                         (3)

where samples with the input of t, however large their G, only have c_v.  The first equation of (1)
also bounds each G by the others.  For the logistic loss, with a = y f for the label y,

    r f = -scale a s(-a),   s the sigmoid,

and a s(-a) increases up to a place between 1.2784 and 1.2785, where it is below 0.2785 (its
derivative is s(-a) (1 - a s(a)), so that s(a) = 1 / a there and the value is a - 1), and then
decreases to 0.  So G = r f - r b is bounded where f has the sign of y, however large it is.

If (3) is away from 0 over the box, or nothing is left of p or of a G, no point of it is critical.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from . import elementary
from .backpropagation import Backpropagation, _affine, _dot
from .duals import Dual
from .effort import spend
from .intervals import Interval, number
from .network import shaped
from .scaled_gradients import needs_exp
from .statement import Problem
from .verdict import Refused

RELATIVE = 4  # after the kinds of scaled_gradients.py
PLACES = 56  # bounds of p are multiples of 2^-PLACES,
MAX_SIZE = 13  # and below FAR: 10^8 2^MAX_SIZE at most
LIMIT = 64  # of e^x no upper bound is computed beyond
# A lower end up to -FAR, and an upper end from FAR, of an interval of p, s, f or r, stands for an
# infinite one.  A lower end from FAR, and an upper one up to -FAR, are bounds like others.
FAR = 1 << 40
PEAK = Fraction(12784, 10000), Fraction(12785, 10000)  # around the place where a s(-a) is largest
PEAK_VALUE = Fraction(2785, 10000)

Box = Sequence[Interval]
Range = tuple[int, int | None]  # in units of 2^-bits; None where there is no upper bound


class Known(NamedTuple):
    """Over a box: z of each input, and z - z_t with their derivatives along the c_w, None for the
    input of t; z_t; h_t^-2; and b."""

    values: list[Interval]
    logarithms: list[Dual | None]
    top: Dual
    inverse: Interval
    bias: Interval


class RelativeGradient:
    """The test of one problem over boxes."""

    def __init__(self, problem: Problem, bits: int) -> None:
        self.known = Backpropagation(problem, bits)
        K, self.problem, self.bits = problem.K, problem, bits
        needs_exp(problem)
        if tuple(problem.shapes[f"W{K}"]) != (1, 1):
            raise Refused("more than one output, or neuron in the last hidden layer")
        if bits < PLACES:
            raise Refused(f"less than {PLACES} binary places")
        self.zero = number(0, bits)
        self.penalties = [self.zero if x is None else x for x in self.known.l2]
        if problem.kind == "logistic" and any(abs(y) != 1 for (y,) in problem.targets):
            raise Refused("a label that is not 1 or -1")
        weights = [w for row in problem.weights or [] for w in row]
        if any(x < 0 for x in [problem.scale, *weights]) or any(
            x.lower < 0 for x in self.penalties
        ):
            raise Refused("a loss or penalty that is not convex")
        index = {place: k for k, place in enumerate(self.known.places)}
        self.v, self.b = index[f"W{K}", 0, 0], index.get((f"b{K}", 0, 0))
        self.size = len(index) + (self.b is not None)  # of the integers
        self.limit, self.far = LIMIT << bits, FAR << bits
        # Samples that have the same input are one, with the sums of their r and G.
        self.samples: dict[tuple[Fraction, ...], list[int]] = {}
        for i, x in enumerate(problem.inputs):
            self.samples.setdefault(tuple(x), []).append(i)
        self.groups = list(self.samples.values())

    def is_excluded(
        self,
        box: Box,
        integers: Sequence[int],
        reference: int,
        least: Fraction | None,
        most: Fraction | None,
    ) -> bool:
        """Whether no point of the box is critical, as seen by these integers, that of (2) last, by
        the sample t, and by p between ``least`` and ``most``, which is checked first."""
        if len(integers) != self.size or not 0 <= reference < len(self.problem.inputs):
            raise Refused("integers or a sample that do not fit the network and the data")
        spend(8 * len(self.problem.inputs))
        directions = [number(c, self.bits) for c in integers]
        known, v = self._known(box, directions, reference), box[self.v]
        p = self._multiple(known, v, least, most)
        shares = None if p is None else self._shares(known, v, p)
        if p is None or shares is None:
            return True
        errors = [self._error(i, s + known.bias) for i, s in enumerate(shares)]
        pairs = enumerate(zip(shares, errors, strict=True))
        products = [self._product(i, s, r, known.bias) for i, (s, r) in pairs]
        squared = self._square(known, v, p)
        narrowed = self._narrowed(products, squared * self.penalties[self.v])
        if narrowed is None:
            return True
        total = self._total(box, directions, known, p, errors, narrowed, squared)
        return not total.lower <= 0 <= total.upper

    def _known(self, box: Box, directions: Box, reference: int) -> Known:
        problem, known = self.problem, self.known
        rows = shaped(problem, [Dual(w, c) for w, c in zip(box, directions, strict=False)])
        layers: dict[tuple[Fraction, ...], list[Dual]] = {}
        for x in self.samples:
            spend(2 * len(box))
            layer = [Dual(number(a, self.bits), self.zero) for a in x]
            for k in range(1, problem.K - 1):
                layer = [known._activated(k, z)[0] for z in _affine(rows, k, layer)]
            layers[x] = layer
        t, (row,) = tuple(problem.inputs[reference]), rows[f"W{problem.K - 1}"]
        logarithms = {
            x: None if x == t else _dot(row, [a - b for a, b in zip(layer, layers[t], strict=True)])
            for x, layer in layers.items()
        }
        preactivations = {x: _affine(rows, problem.K - 1, layer)[0] for x, layer in layers.items()}
        top = preactivations[t]
        double = -(top.value + top.value)
        if double.upper > self.limit:
            raise Refused("a reference that is too small")
        bias = self.zero if self.b is None else box[self.b]
        if max(bias.magnitudes()) > self.far:
            raise Refused("a bias that is too large")
        return Known(
            [preactivations[x].value for x in self.samples],
            [logarithms[x] for x in self.samples],
            top,
            elementary.exp(double),
            bias,
        )

    def _times_exp(self, factor: Interval, z: Interval) -> Interval:
        """Products by e^z; ends may be far ones, see `FAR`."""
        start = min(z.lower, self.limit)
        least = elementary.exp(Interval(start, start, self.bits)).lower
        most = elementary.exp(z).upper if z.upper <= self.limit else None
        low, high = -2 * self.far, 2 * self.far
        if factor.lower > -self.far and (factor.lower >= 0 or most is not None):
            by = least if most is None or factor.lower >= 0 else most
            low = max(low, min(high, factor.lower * by >> self.bits))
        if factor.upper < self.far and (factor.upper <= 0 or most is not None):
            by = least if most is None or factor.upper <= 0 else most
            high = max(-high, min(high, -(-factor.upper * by >> self.bits)))
        return Interval(low, high, self.bits)

    def _multiple(
        self, known: Known, v: Interval, least: Fraction | None, most: Fraction | None
    ) -> Interval | None:
        """Where p is; None if it is nowhere."""
        if any(abs(a) >= FAR for a in (least, most) if a is not None):
            raise Refused("a bound of a multiple that is too large")  # low, high may be far ends
        within = self._times_exp(v, known.top.value)
        low, high = within.lower, within.upper
        if least is not None:
            a = number(least, self.bits)
            if not self._exceeds(known, a, -1):
                raise Refused("a multiple of the reference may be smaller than it is said to be")
            low = max(low, a.lower)
        if most is not None:
            a = number(most, self.bits)
            if not self._exceeds(known, a, 1):
                raise Refused("a multiple of the reference may be larger than it is said to be")
            high = min(high, a.upper)
        return None if low > high else Interval(low, high, self.bits)

    def _exceeds(self, known: Known, p: Interval, sign: int) -> bool:
        """Whether sign B(p) > 0, sign 1 or -1, with p a number, or as good as one."""
        penalty = self._penalty(known, p)
        total = penalty.lower if sign > 0 else -penalty.upper
        for i, logarithm in enumerate(known.logarithms):
            if logarithm is None:
                r = self._error(i, p + known.bias)
                total += r.lower if sign > 0 else -r.upper
            else:
                total += self._least_term(i, p, logarithm.value, known.bias, sign)
        return total > 0

    def _least_term(self, index: int, p: Interval, log: Interval, bias: Interval, sign: int) -> int:
        """A lower bound of sign r q, from r and q or from r q = G / p."""
        s = self._times_exp(p, log)
        r, found = self._error(index, s + bias), []
        plain = self._times_exp(r if sign > 0 else -r, log).lower
        if plain > -self.far:
            found.append(plain)
        if p.lower and self.problem.kind == "logistic":
            low, high = self._product(index, s, r, bias)
            if (p.lower > 0) == (sign > 0):
                found.append((low << self.bits) // abs(p.lower))
            elif high is not None:
                found.append((-high << self.bits) // abs(p.lower))
        if not found:
            raise Refused("a sample without bound beside the reference")
        return max(found)

    def _penalty(self, known: Known, p: Interval) -> Interval:
        """l p / h_t^2."""
        return p * known.inverse * self.penalties[self.v]

    def _is_far(self, x: Interval) -> bool:
        return x.lower <= -self.far or x.upper >= self.far

    def _error(self, index: int, f: Interval) -> Interval:
        """r where the output is f; the ends of r for far ones are its limits."""
        if self.problem.kind == "squared" and self._is_far(f):
            raise Refused("an output without bound")
        total = self.zero
        for i in self.groups[index]:
            (error,) = self.known._errors(i, [f])
            total = error + total
        return total

    def _product(self, index: int, s: Interval, r: Interval, bias: Interval) -> Range:
        """G where v h is s and r is that of s and the bias."""
        if self.problem.kind == "squared":
            product = s * r
            return product.lower, product.upper
        scale, shift = number(self.problem.scale, self.bits), r * bias
        low, high = -shift.upper, -shift.lower
        bounded = True
        for i in self.groups[index]:
            least, largest = self._peaked(-((s + bias) * self.known.targets[i][0]))
            low -= (Interval(largest, largest, self.bits) * scale).upper
            bounded = bounded and least is not None
            if least is not None:
                high -= (Interval(least, least, self.bits) * scale).lower
        if self._is_far(s):
            if (r.lower >= 0 and s.lower >= 0) or (r.upper <= 0 and s.upper <= 0):
                low = max(low, 0)
            if (r.lower >= 0 and s.upper <= 0) or (r.upper <= 0 and s.lower >= 0):
                return low, min(high, 0) if bounded else 0
            return low, high if bounded else None
        plain = s * r
        return max(low, plain.lower), min(high, plain.upper) if bounded else plain.upper

    def _peaked(self, a: Interval) -> tuple[int | None, int]:
        """Bounds of a s(-a); None where there is no lower one."""
        # At a far end, which stands for infinity, the lower bound is 0.
        left, right = self._logistic(a.lower), self._logistic(a.upper)
        rising, falling = (number(x, self.bits) for x in PEAK)
        if a.lower >= falling.upper:
            most = left.upper
        elif a.upper <= rising.lower:
            most = right.upper
        else:
            most = number(PEAK_VALUE, self.bits).upper
        return None if a.lower <= -self.far else min(left.lower, right.lower), most

    def _logistic(self, a: int) -> Interval:
        """a s(-a); for a >= n, the number of binary places, below n e^-n < 2^-n."""
        if a >= self.bits << self.bits:
            return Interval(0, 1, self.bits)
        x = Interval(a, a, self.bits)
        at: Interval = elementary.derivatives("sigmoid", -x, 0)[0]
        return x * at

    def _shares(self, known: Known, v: Interval, p: Interval) -> list[Interval] | None:
        """s of each sample; None if there is none."""
        found = []
        for z, logarithm in zip(known.values, known.logarithms, strict=True):
            if logarithm is None:
                found.append(p)
                continue
            by_p, by_v = self._times_exp(p, logarithm.value), self._times_exp(v, z)
            low, high = max(by_p.lower, by_v.lower), min(by_p.upper, by_v.upper)
            if low > high:
                return None
            found.append(Interval(low, high, self.bits))
        return found

    def _square(self, known: Known, v: Interval, p: Interval) -> Interval:
        """v^2; with ends in the wrong order only if no point is critical, and then all is right."""
        if self._is_far(p):
            return v.square()
        by_p, by_v = p.square() * known.inverse, v.square()
        return Interval(max(by_p.lower, by_v.lower), min(by_p.upper, by_v.upper), self.bits)

    def _narrowed(self, products: list[Range], penalty: Interval) -> list[Interval] | None:
        """What the first equation of (1) leaves of each G; None if it does not hold."""
        total = penalty.lower + sum(low for low, _ in products)
        if total > 0:
            return None
        capped = [
            (low, low - total if high is None else min(high, low - total)) for low, high in products
        ]
        most = penalty.upper + sum(high for _, high in capped)
        if most < 0:
            return None
        return [Interval(max(low, high - most), high, self.bits) for low, high in capped]

    def _total(
        self,
        box: Box,
        directions: Box,
        known: Known,
        p: Interval,
        errors: list[Interval],
        products: list[Interval],
        squared: Interval,
    ) -> Interval:
        """(3)."""
        own, top = directions[self.v], known.top
        total: Interval = squared * self.penalties[self.v] * (own - top.slope)
        for logarithm, product in zip(known.logarithms, products, strict=True):
            turn = own if logarithm is None else own + logarithm.slope
            total = total + product * turn
        for k, (w, c) in enumerate(zip(box, directions, strict=False)):
            if k != self.v:
                total = total + w * self.penalties[k] * c
        if self.b is None:
            return total
        plain, relative = directions[self.b], directions[-1]
        for logarithm, error in zip(known.logarithms, errors, strict=True):
            factor = plain + relative
            if logarithm is not None and relative.lower:
                if logarithm.value.upper > self.limit:
                    raise Refused("a sample without bound beside the reference")
                factor = plain + relative * elementary.exp(logarithm.value)
            elif logarithm is not None:
                factor = plain
            total = total + error * factor
        if relative.lower:
            if self._is_far(p):
                raise Refused("a multiple of the reference without bound")
            total = total + relative * self._penalty(known, p)
        return total
