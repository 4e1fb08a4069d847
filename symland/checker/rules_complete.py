"""All critical points in a cube of weights, by a covering of the cube.

The witness "cover" lists a binary tree in preorder, n the number of weights: k < n halves the box
along weight k (its lower half comes first), n <= k < 2 n says that derivative k - n is not 0 in the
box, k >= 2 n that the box lies in the box of point k - 2 n; a list of n integers c says that
c . gradient is not 0 in the box; -k that symmetry k, counted from 1, moves the box to one that the
cover settles (rule `fundamental_domain`); with p points, 2 n + p + k that balance k, counted from
0, is not 0 in the box (rule `balanced_domain`); with b balances, 2 n + p + b + k that minor k is
not 0 in the box (rule `spanned_domain`).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

from . import files
from .backpropagation import Backpropagation, is_covered
from .balances import MAX_BALANCES, balance
from .context import Context
from .duals import Dual
from .effort import spend
from .enclosed_points import box
from .interval_jets import Intervals, gradient, hessian, loss
from .interval_polynomials import Ranged
from .intervals import Interval, dot, number
from .minors import Minors
from .network import coordinates, shaped
from .rules_enclosures import precision
from .signed_permutations import Map, read_map
from .verdict import Refused, Unreadable, show

Object = dict[str, Any]
Ends = list[tuple[Fraction, Fraction]]
MAX_FACTOR = 10**6
MAX_HALVINGS = 200  # along one weight
MAX_WEIGHTS = 1000


class Part:
    """A box of the binary tree, from the whole cube through its leaves in preorder.

    Along weight k it is number ``index[k]`` of the 2^``level[k]`` equal parts of [lower, upper],
    counted from 0.  ``halved`` lists the weights along which the boxes around it were halved, so
    that the last half, a lower one, has an even number and the upper one the odd number after it.

    >>> part = Part(1, Fraction(0), Fraction(1))
    >>> part.halve(0)
    >>> part.ends(), part.next(), part.ends(), part.next()
    ([(Fraction(0, 1), Fraction(1, 2))], True, [(Fraction(1, 2), Fraction(1, 1))], False)
    """

    def __init__(self, size: int, lower: Fraction, upper: Fraction) -> None:
        self.lower, self.width = lower, upper - lower
        self.index, self.level = [0] * size, [0] * size
        self.halved: list[int] = []

    def halve(self, k: int) -> None:
        """Go to the lower half along weight k."""
        if self.level[k] == MAX_HALVINGS:
            raise Refused(f"the cover halves a box more than {MAX_HALVINGS} times along one weight")
        self.level[k] += 1
        self.index[k] *= 2
        self.halved.append(k)

    def next(self) -> bool:
        """Go to the box that follows in preorder; False if the cube is covered."""
        while self.halved:
            k = self.halved[-1]
            if self.index[k] % 2 == 0:
                self.index[k] += 1
                return True
            self.index[k] //= 2
            self.level[k] -= 1
            self.halved.pop()
        return False

    def ends(self) -> Ends:
        """The box itself."""
        spend(3 * len(self.index), _bits(self.lower), _bits(self.width))
        step = [self.width / (1 << level) for level in self.level]
        return [
            (self.lower + i * d, self.lower + (i + 1) * d)
            for i, d in zip(self.index, step, strict=True)
        ]


def branch_and_bound_all_critical(context: Context, claim: Object, step: Object) -> str:
    """The critical points with all weights between the bounds are exactly those named.

    Each named box holds one critical point (established by `krawczyk` or `degenerate`), whose
    refined box lies between the bounds, and refined boxes are pairwise disjoint: so many different
    points are there.
    The leaves of the tree cover the cube, since halves cover a box.  No other critical point is in
    a leaf: it lies in a box with only one, or a combination of derivatives is not 0 anywhere in
    it.  That is read off the interval gradient, or for integers c off c g(m) + c H (x - m), which
    encloses c g(x) by the mean value theorem, m the middle and H the Hessian over the leaf.
    """
    bits, n = precision(step), len(coordinates(context.problem))
    if n > MAX_WEIGHTS:
        raise Refused(f"a cover of boxes in more than {MAX_WEIGHTS} dimensions")
    lower, upper = (files.number(claim[end], end) for end in ("lower", "upper"))
    if lower >= upper:
        raise Refused("the bounds leave no room between them")
    names = files.array(claim["points"], "points")
    boxes = _boxes(context, names, lower, upper)
    domain = _Domain(context, step.get("symmetries"), names, boxes, lower + upper)
    balances = _balances(context, step.get("balances"), bits)
    first_minor = 2 * n + len(boxes) + len(balances)
    minors = _minors(context, step.get("minors"), bits)
    most = first_minor + (0 if minors is None else len(minors.columns)) - 1
    here, uncovered = Part(n, lower, upper), True
    for node in files.array(step["cover"], "cover"):
        if not uncovered:
            raise Refused("the cover goes on after the cube is covered")
        if not isinstance(node, list):
            k = files.count(node, "cover", -len(domain.maps), most)
            if 0 <= k < n:
                here.halve(k)
                continue
            if k < 0:
                domain.leave_out(-k - 1, here.ends())
            elif k < 2 * n:
                _derivative(context, here.ends(), k - n, bits)
            elif k >= first_minor:
                if minors is None or not minors.is_nonzero(k - first_minor, here.ends()):
                    raise Refused(f"minor {k - first_minor} may be 0 in a leaf")
            elif k >= 2 * n + len(boxes):
                _balance(balances, here.ends(), k - 2 * n - len(boxes), bits)
            elif not _inside(here.ends(), boxes[k - 2 * n]):
                raise Refused(f"a leaf is not inside the box {show(names[k - 2 * n])}")
        else:
            _combination(context, here.ends(), node, bits)
        uncovered = here.next()
    if uncovered:
        raise Refused("the cover ends before the cube is covered")
    return (
        f"with all weights in [{show(lower)}, {show(upper)}] there are exactly {len(names)} "
        "critical points"
    )


def fundamental_domain_all_critical(context: Context, claim: Object, step: Object) -> str:
    """As `branch_and_bound_all_critical`, with leaves left out for a symmetry.

    The witness "symmetries" lists maps g_k with L(g_k w) = L(w) (signed_permutations.py), which
    send the cube to itself: signs change only if its centre is 0.  Each sends the points named to
    points named: g_k of the refined box of p lies in the box of q, and only q is critical there.
    With the witness "direction" c, g_k c is not c, and a leaf is left out for k if
    c . g_k w >= c . w for all w in it.

    Let x be critical in the cube, and y, in the orbit of x under the group that the g_k generate,
    have the largest c . y; y is critical and in the cube.  With m the centre of the cube let
    y_e = y + e (m + t c - y), for small t > 0 and all small e > 0 in the cube.  Then
        c . g_k y_e - c . y_e = (1 - e) c . (g_k y - y) + e t (c . g_k c - c . c) < 0
    because g_k m = m, c . g_k y <= c . y, and g_k, orthogonal, moves c.  So y_e lies in no leaf
    that is left out, hence in other leaves; one of these holds y_e for e as small as one likes,
    and y, since it is closed.  So y is named.  The group is finite, so x is a product of g_k
    applied to y, and named too.
    """
    return branch_and_bound_all_critical(context, claim, step)


def balanced_domain_all_critical(context: Context, claim: Object, step: Object) -> str:
    """As `fundamental_domain_all_critical` ("symmetries" may be null, and is then not used), with
    leaves excluded by a balance too.  The witness "balances" lists generators; each gives a
    polynomial that is 0 at every critical point (balances.py), so there is none in a leaf over
    which it is enclosed away from 0."""
    return branch_and_bound_all_critical(context, claim, step)


def spanned_domain_all_critical(context: Context, claim: Object, step: Object) -> str:
    """As `balanced_domain_all_critical` ("balances" may be null, and are then not used), with
    leaves excluded by minors too (minors.py), which are 0 at every critical point."""
    return branch_and_bound_all_critical(context, claim, step)


class _Domain:
    """The symmetries of a step, if there are any, and what they leave out."""

    def __init__(
        self, context: Context, given: Any, names: list[Any], boxes: list[Ends], centre: Fraction
    ) -> None:
        """``centre`` is any multiple, not 0, of a coordinate of the cube's centre."""
        self.maps: list[Map] = []
        self.rise: list[list[int]] = []  # c . g_k w - c . w = rise . w
        if given is None:
            return
        files.fields(given, "symmetries", "direction maps")
        n = len(coordinates(context.problem))
        c = [
            files.count(x, "direction", -MAX_FACTOR, MAX_FACTOR)
            for x in files.array(given["direction"], "direction", n)
        ]
        for entry in files.array(given["maps"], "maps"):
            files.fields(entry, "maps", "neurons images")
            g = read_map(context.problem, entry["neurons"], "neurons")
            if centre and any(sign < 0 for _, sign in g):
                raise Refused("a symmetry changes signs, and the centre of the cube is not 0")
            if all(sign * c[i] == x for x, (i, sign) in zip(c, g, strict=True)):
                raise Refused("a symmetry does not move the direction")
            _moves_points(context, g, entry["images"], names, boxes)
            rise = [-x for x in c]
            for x, (i, sign) in zip(c, g, strict=True):
                rise[i] += sign * x
            self.maps.append(g)
            self.rise.append(rise)

    def leave_out(self, k: int, here: Ends) -> None:
        """`Refused` unless c . g_k w >= c . w in the leaf."""
        rise = self.rise[k]
        least = sum(r * (low if r > 0 else high) for r, (low, high) in zip(rise, here, strict=True))
        if least < 0:
            raise Refused(f"symmetry {k + 1} may lower the direction in a leaf")


def _moves_points(
    context: Context, g: Map, images: Any, names: list[Any], boxes: list[Ends]
) -> None:
    """g sends the critical point of each box to that of the box given by "images"."""
    spend(2 * len(names) * len(g))
    for name, image in zip(names, files.array(images, "images", len(names)), strict=True):
        there = boxes[files.count(image, "images", 0, len(boxes) - 1)]
        midpoint, radius = context.cache["only critical point", name]
        for (low, high), (i, sign) in zip(there, g, strict=True):
            x, r = sign * midpoint[i], radius[i]
            if not low <= x - r <= x + r <= high:
                raise Refused(f"a symmetry does not send {show(name)} into the box named")


def _boxes(context: Context, names: list[Any], lower: Fraction, upper: Fraction) -> list[Ends]:
    """The boxes of the points, which are different and lie between the bounds."""
    spend(len(names) ** 2)
    given: list[Ends] = []
    refined: list[Ends] = []
    for name in names:
        midpoint, radius = box(context, name)
        if ("only critical point", name) not in context.cache:
            raise Refused(f"the box {show(name)} is not yet known to hold one critical point")
        given.append([(m - r, m + r) for m, r in zip(midpoint, radius, strict=True)])
        small = zip(*context.cache["only critical point", name], strict=True)
        refined.append([(m - r, m + r) for m, r in small])
        if any(low < lower or high > upper for low, high in refined[-1]):
            raise Refused(f"the point {show(name)} is not shown to lie between the bounds")
    for (i, one), (j, other) in combinations(enumerate(refined), 2):
        spend(len(one), max(_bits(x) for x in one[0]))
        if all(a <= d and c <= b for (a, b), (c, d) in zip(one, other, strict=True)):
            raise Refused(f"{show(names[i])} and {show(names[j])} may be one point")
    return given


def _balances(context: Context, given: Any, bits: int) -> list[Ranged]:
    if given is None:
        return []
    listed = files.array(given, "balances")
    if len(listed) > MAX_BALANCES:
        raise Refused(f"more than {MAX_BALANCES} balances")
    return [balance(context.problem, generator, bits) for generator in listed]


def _minors(context: Context, given: Any, bits: int) -> Minors | None:
    return None if given is None else Minors(context.problem, given, bits)


def _balance(balances: list[Ranged], here: Ends, k: int, bits: int) -> None:
    if not Intervals(bits).sign(balances[k].over(_interval_box(here, bits))):
        raise Refused(f"balance {k} may be 0 in a leaf")


def _inside(here: Ends, there: Ends) -> bool:
    return all(a <= low and high <= b for (low, high), (a, b) in zip(here, there, strict=True))


def _bits(x: Fraction) -> int:
    return x.numerator.bit_length() + x.denominator.bit_length()


def _interval_box(here: Ends, bits: int) -> list[Interval]:
    return [Interval.between(low, high, bits) for low, high in here]


def _derivative(context: Context, here: Ends, k: int, bits: int) -> None:
    """`Refused` unless derivative k is not 0 anywhere in the leaf: by backpropagation, which is
    fast, or by jets, whose enclosure may be the narrower one."""
    over, arithmetic, problem = _interval_box(here, bits), Intervals(bits), context.problem
    known = _backpropagation(context, bits)
    if known is not None and arithmetic.sign(known.partial(over, k)):
        return
    jet = loss(problem, arithmetic, shaped(problem, over), 1)
    if not arithmetic.sign(gradient(problem, jet, arithmetic)[k]):
        raise Refused(f"derivative {k} may be 0 in a leaf")


def _combination(context: Context, here: Ends, node: list[Any], bits: int) -> None:
    """`Refused` unless the combination of derivatives is not 0 anywhere in the leaf; as above."""
    if len(node) != len(here) or any(type(c) is not int or abs(c) > MAX_FACTOR for c in node):
        raise Unreadable(f"cover: {show(node)}, expected {len(here)} integers")
    factors = [number(c, bits) for c in node]
    middle = [(low + high) / 2 for low, high in here]
    centre, over = [number(m, bits) for m in middle], _interval_box(here, bits)
    shift = [
        Interval.between(low - m, high - m, bits)
        for (low, high), m in zip(here, middle, strict=True)
    ]
    arithmetic, known = Intervals(bits), _backpropagation(context, bits)
    if known is not None:
        value = known.along([Dual(x, c) for x, c in zip(centre, factors, strict=True)])
        moved = known.gradient([Dual(x, c) for x, c in zip(over, factors, strict=True)])
        if arithmetic.sign(value + dot([x.slope for x in moved], shift)):
            return
    problem = context.problem
    slope = gradient(problem, loss(problem, arithmetic, shaped(problem, centre), 1), arithmetic)
    curvature = hessian(problem, loss(problem, arithmetic, shaped(problem, over), 2), arithmetic)
    bent = [dot(factors, column) for column in zip(*curvature, strict=True)]
    if not arithmetic.sign(dot(factors, slope) + dot(bent, shift)):
        raise Refused("a combination of derivatives may be 0 in a leaf")


def _backpropagation(context: Context, bits: int) -> Backpropagation | None:
    """Derivatives by backpropagation, where the problem is one of those that it is known for."""
    key = "backpropagation", bits
    if key not in context.cache:
        known = is_covered(context.problem)
        context.cache[key] = Backpropagation(context.problem, bits) if known else None
    found: Backpropagation | None = context.cache[key]
    return found
