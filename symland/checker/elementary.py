"""exp, log, sigmoid, tanh, softplus of intervals, and derivatives to fourth order, with proof.

exp.  For 0 <= y <= 1/2 the partial sum of y^k/k! up to k = n falls short of e^y by less than
    y^n/n! * (y/(n+1) + (y/(n+1))^2 + ...) <= y^n/n! * y/(1 - y) <= y^n/n!,
  the last term, which is added to the upper end.  A larger x is m/256 + y with a whole number m
  and 0 <= y < 1/256; e^(m/256) is a power of e^(1/256), by squaring, and e^-x = 1/e^x.  Beyond
  x = bits, 0 < e^-x < 2^-bits because e > 2.
log.  log q = e log 2 + 2 atanh t with q = m 2^e, 2/3 <= m <= 4/3, t = (m - 1)/(m + 1), and
  log 2 = 2 atanh(1/3); and log(1 + E) = 2 atanh t with t = E/(2 + E) <= 1/3 for E <= 1.
  For 0 <= t <= 1/3 the terms t^(2k+1)/(2k+1) beyond k = K sum to at most
    t^(2K+1) * (t^2 + t^4 + ...) <= t^(2K+1)/8,
  and t^(2K+1) is added to the upper end.
Every term is rounded down in the lower sum and up in the upper one, with more binary places than
the result has.  exp, log, sigmoid, tanh and softplus increase, so the ends of an interval are
mapped; at one point they follow from E = e^-|x| in (0, 1]:
  sigmoid = 1/(1 + E) for x >= 0 and E/(1 + E) otherwise, softplus = max(x, 0) + log(1 + E),
  tanh = (1 - E^2)/(1 + E^2) with the sign of x.
Derivatives are polynomials in the value: with s the sigmoid, s' = s - s^2, s'' = s - 3 s^2 + 2 s^3,
s''' = s - 7 s^2 + 12 s^3 - 6 s^4, s'''' = s - 15 s^2 + 50 s^3 - 60 s^4 + 24 s^5; with t the tanh,
t' = 1 - t^2, t'' = -2 t + 2 t^3, t''' = -2 + 8 t^2 - 6 t^4, t'''' = 16 t - 40 t^3 + 24 t^5;
softplus' = s.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from .effort import spend
from .intervals import Interval
from .verdict import Refused

Ends = tuple[int, int]
GUARD = 16
MAX_EXPONENT = 1 << 14  # of e^x: beyond, numbers have more than 23000 binary digits
# The first four derivatives as polynomials in the value.
SIGMOID = ((0, 1, -1), (0, 1, -3, 2), (0, 1, -7, 12, -6), (0, 1, -15, 50, -60, 24))
TANH = ((1, 0, -1), (0, -2, 0, 2), (-2, 0, 8, 0, -6), (0, 16, 0, -40, 0, 24))
STEP = 8  # exp is kept at multiples of 2^-STEP
KEPT = 1 << 15  # enclosures that are kept, of so many places at most, and arguments below so much
MAX_KEPT_BITS, MAX_KEPT = 128, 64
KINK = "a preactivation may be 0, where relu and leaky_relu have a kink"


def _up(x: int, places: int) -> int:
    return -(-x >> places)


@lru_cache(maxsize=4096)
def _exp_positive(a: int, bits: int) -> Ends:
    """Bounds of e^x in units of 2^-bits for x = a / 2^bits >= 0."""
    whole = a >> bits
    if whole > MAX_EXPONENT:
        raise Refused(f"exp of a number above {MAX_EXPONENT}")
    # e^x < 2^(3x/2), and the power below has as many times the error of e^(1/256).
    work = bits + GUARD + whole * 3 // 2 + STEP + whole.bit_length()
    # x is so many steps of 2^-STEP, and the rest y / 2^work.
    steps, y = divmod(a << (work - bits), 1 << (work - STEP))
    least, largest = _exp_of_steps(steps, work)
    low, high = _exp_small(y, work)
    places = 2 * work - bits
    return least * low >> places, _up(largest * high, places)


@lru_cache(maxsize=1 << 13)
def _exp_of_steps(steps: int, work: int) -> Ends:
    """Bounds of e^(steps / 2^STEP) in units of 2^-work; kept, since arguments share them."""
    spend(4 * steps.bit_length(), work)
    low, high = 1 << work, 1 << work
    root = _exp_small(1 << (work - STEP), work)
    for digit in f"{steps:b}":
        low, high = low * low >> work, _up(high * high, work)
        if digit == "1":
            low, high = low * root[0] >> work, _up(high * root[1], work)
    return low, high


def _exp_small(y: int, work: int) -> Ends:
    """Bounds of e^(y / 2^work) in units of 2^-work for 0 <= y / 2^work <= 2^-STEP.

    Each term is less than 3 units below the real one: 3 / 2^STEP / n from the one before, and 1 / n
    and 1 from the two roundings, are less than 3 together."""
    spend(work // STEP, work)
    total = term = 1 << work
    if not y:
        return total, total
    n = 0
    while term:
        n += 1
        term = (term * y >> work) // n
        total += term
    # Of the first n terms, and of all later ones together, the last of them is the bound.
    return total, total + 3 * n + 3


def exp_ends(a: int, bits: int) -> Ends:
    """Bounds of e^x in units of 2^-bits for x = a / 2^bits."""
    if a >= 0:
        return _exp_positive(a, bits)
    if -a >> bits >= bits:
        return 0, 1
    work = bits + GUARD
    low, high = _exp_positive(-a << GUARD, work)
    one = 1 << 2 * work
    return one // high >> GUARD, _up(-(-one // low), GUARD)


def _atanh(t: int, bits: int) -> Ends:
    """Bounds of atanh for 0 <= t / 2^bits <= 1/3, in units of 2^-bits."""
    spend(bits // 5, bits)  # each term is less than 1/8 of the one before
    low = high = least = largest = t
    least_square, largest_square = t * t >> bits, _up(t * t, bits)
    k = 1
    while largest > 1:
        least, largest = least * least_square >> bits, _up(largest * largest_square, bits)
        k += 2
        low += least // k
        high += -(-largest // k)
    return low, high + largest


@lru_cache(maxsize=64)
def _log_two(bits: int) -> Ends:
    low, high = _atanh((1 << bits) // 3, bits)[0], _atanh(((1 << bits) + 2) // 3, bits)[1]
    return 2 * low, 2 * high


def log_ends(q: Fraction, bits: int) -> Ends:
    """Bounds of log q for a rational q > 0, in units of 2^-bits."""
    if q <= 0:
        raise Refused("the logarithm of a number that is not positive")
    spend(3, q.numerator.bit_length() + q.denominator.bit_length() + bits)
    exponent = q.numerator.bit_length() - q.denominator.bit_length()
    mantissa = q / Fraction(2) ** exponent
    if mantissa > Fraction(4, 3):
        mantissa, exponent = mantissa / 2, exponent + 1
    elif mantissa < Fraction(2, 3):
        mantissa, exponent = mantissa * 2, exponent - 1
    work = bits + GUARD + exponent.bit_length()
    t = (mantissa - 1) / (mantissa + 1)
    low, high = _log_ratio(abs(t.numerator), t.denominator, work)
    if t < 0:
        low, high = -high, -low
    two = sorted(exponent * end for end in _log_two(work))
    places = work - bits
    return (two[0] + low) >> places, _up(two[1] + high, places)


def _log_ratio(p: int, q: int, bits: int) -> Ends:
    """Bounds of log((1 + t) / (1 - t)) = 2 atanh t for 0 <= t = p / q <= 1/3."""
    t, rest = divmod(p << bits, q)
    low, high = _atanh(t, bits)
    # From t rounded down to t, less than a unit, atanh grows by at most 1 / (1 - t^2) < 2 units.
    return 2 * low, 2 * (high + 2 if rest else high)


def _log_one_plus(low: int, high: int, bits: int) -> Ends:
    """Bounds of log(1 + E) for low <= E <= high, E at most 1, all in units of 2^-bits."""
    ends = _log_ratio(low, (2 << bits) + low, bits + GUARD)
    # The logarithm grows more slowly than its argument.
    return ends[0] >> GUARD, _up(ends[1], GUARD) + high - low


def _sigmoid_ends(a: int, bits: int) -> Ends:
    one, (low, high) = 1 << bits, exp_ends(-abs(a), bits)
    square = one << bits
    if a >= 0:
        return square // (one + high), -(-square // (one + low))
    return (low << bits) // (one + low), -(-(high << bits) // (one + high))


def _tanh_ends(a: int, bits: int) -> Ends:
    one, (low, high) = 1 << bits, exp_ends(-2 * abs(a), bits)
    least = ((one - high) << bits) // (one + high)
    largest = -(-((one - low) << bits) // (one + low))
    return (least, largest) if a >= 0 else (-largest, -least)


def _softplus_ends(a: int, bits: int) -> Ends:
    least, largest = _log_one_plus(*exp_ends(-abs(a), bits), bits)
    return max(a, 0) + least, max(a, 0) + largest


def _increasing(function: Callable[[int, int], Ends], x: Interval) -> Interval:
    low, high = function(x.lower, x.bits)
    if x.upper != x.lower:
        high = function(x.upper, x.bits)[1]
    return Interval(low, high, x.bits)


def exp(x: Interval) -> Interval:
    """All e^x."""
    return _increasing(exp_ends, x)


def log(x: Interval) -> Interval:
    """All log x; `Refused` unless every x is positive."""
    return _increasing(lambda a, bits: log_ends(Fraction(a, 1 << bits), bits), x)


def sigmoid(x: Interval) -> Interval:
    """All 1 / (1 + e^-x)."""
    return _increasing(_sigmoid_ends, x)


def tanh(x: Interval) -> Interval:
    """All (e^x - e^-x) / (e^x + e^-x)."""
    return _increasing(_tanh_ends, x)


def softplus(x: Interval) -> Interval:
    """All log(1 + e^x)."""
    return _increasing(_softplus_ends, x)


def _sigmoid_slope(s: Interval) -> Interval:
    """All s - s^2: it grows up to s = 1/2, where it is 1/4, and falls from there."""
    spend(1)
    one = 1 << s.bits
    ends = [x * (one - x) for x in (s.lower, s.upper)]
    top = one * one // 4 if 2 * s.lower <= one <= 2 * s.upper else max(ends)
    return Interval(min(ends) >> s.bits, -(-top >> s.bits), s.bits)


def _meeting(value: Interval, listed: list[Interval], shift: int) -> list[Interval]:
    """The second derivative also as f' (shift - 2 f), which holds with shift 1 for the sigmoid
    (s'' = s' (1 - 2 s)) and 0 for tanh (t'' = -2 t t')."""
    if len(listed) > 2:
        listed[2] = listed[2].meet(listed[1] * value.polynomial((shift, -2)))
    return listed


def derivatives(name: str, x: Interval, order: int) -> list[Interval]:
    """Value and derivatives up to ``order`` <= 4 of exp, sigmoid, tanh, softplus or log.

    >>> zero = Interval(0, 0, 40)
    >>> [[float(end) for end in d.ends()] for d in derivatives("sigmoid", zero, 2)]
    [[0.5, 0.5], [0.25, 0.25], [0.0, 0.0]]
    """
    if x.bits <= MAX_KEPT_BITS and max(abs(x.lower), abs(x.upper)) >> x.bits < MAX_KEPT:
        return list(_kept(name, x.lower, x.upper, x.bits, order))
    return _derivatives(name, x, order)


@lru_cache(maxsize=KEPT)
def _kept(name: str, lower: int, upper: int, bits: int, order: int) -> tuple[Interval, ...]:
    """The same, for covers: leaves that differ in other weights have the same preactivations."""
    return tuple(_derivatives(name, Interval(lower, upper, bits), order))


def _derivatives(name: str, x: Interval, order: int) -> list[Interval]:
    if name == "exp":
        return [exp(x)] * (order + 1)
    if name == "tanh":
        t = tanh(x)
        return _meeting(t, [t, *(t.polynomial(p) for p in TANH[:order])], 0)
    if name in ("sigmoid", "softplus"):
        s = sigmoid(x)
        slope = [_sigmoid_slope(s)][:order]
        listed = _meeting(s, [s, *slope, *(s.polynomial(p) for p in SIGMOID[1:order])], 1)
        return listed if name == "sigmoid" else [softplus(x), *listed[:order]]
    if name == "log":
        r = x.reciprocal()
        square = r.square()
        powers = [r, -square, (r * square).polynomial((0, 2)), square.square().polynomial((0, -6))]
        return [log(x), *powers[:order]]
    raise Refused(f"no enclosure of the function {name}")
