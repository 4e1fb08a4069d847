"""All critical points in a cube of weights, by a covering of the cube.

The witness "cover" lists a binary tree in preorder, n the number of weights: k < n halves the box
along weight k (its lower half comes first), n <= k < 2 n says that derivative k - n is not 0 in the
box, k >= 2 n that the box lies in the box of point k - 2 n; a list of n integers c says that
c . gradient is not 0 in the box; -k that symmetry k, counted from 1, moves the box to one that the
cover settles (rule `fundamental_domain`); with p points, 2 n + p + k that balance k, counted from
0, is not 0 in the box (rule `balanced_domain`); with b balances, 2 n + p + b + k that minor k is
not 0 in the box (rule `spanned_domain`); with m minors, 2 n + p + b + m that the box is expanded,
for what follows in it (rule `expanded_domain`).  A kind and a list of n integers say that a
combination of scaled derivatives is not 0 in the box, and with a sample and two bounds that one
relative to that sample is not (rule `scaled_domain`).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Any

from . import files
from .balances import MAX_BALANCES, balance
from .context import Context
from .cover_leaves import Leaves
from .cover_parts import Ends, Part, bits_of
from .effort import spend
from .enclosed_points import box
from .interval_polynomials import Ranged
from .minors import Minors
from .network import coordinates
from .power_series import MAX_ORDER
from .relative_gradients import MAX_SIZE, PLACES, RELATIVE, RelativeGradient
from .rules_enclosures import precision
from .scaled_gradients import MAX_KIND, ScaledGradient
from .shares import in_shares, processes
from .signed_permutations import Map, read_map
from .verdict import Refused, Unreadable, show

Object = dict[str, Any]
MAX_FACTOR = 10**6
MAX_SCALED = 10**8
MAX_WEIGHTS = 1000
ALONE, TOGETHER = 4000, 256  # nodes that one process checks, and leaves that one does together


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
    return _covered(_Cover(context, claim, step), files.array(step["cover"], "cover"))


def _covered(cover: _Cover, nodes: list[Any]) -> str:
    in_shares(
        lambda share, count: cover.hold(nodes, share, count),
        processes() if len(nodes) > ALONE else 1,
    )
    return all_between(cover.lower, cover.upper, len(cover.names))


def all_between(lower: Fraction, upper: Fraction, count: int) -> str:
    """What is said of so many critical points.

    >>> all_between(Fraction(-3), Fraction(3), 1)
    'with all weights in [-3, 3] there is exactly 1 critical point'
    """
    counted = (
        "is exactly 1 critical point" if count == 1 else f"are exactly {count} critical points"
    )
    return f"with all weights in [{show(lower)}, {show(upper)}] there {counted}"


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


def expanded_domain_all_critical(context: Context, claim: Object, step: Object) -> str:
    """As `spanned_domain_all_critical` ("minors" may be null, and are then not used), where boxes
    may be expanded (expansions.py) by derivatives of the loss up to the witness "order"; the leaves
    in them that say that a derivative or a combination is not 0 are then read off that."""
    return branch_and_bound_all_critical(context, claim, step)


def scaled_domain_all_critical(context: Context, claim: Object, step: Object) -> str:
    """As `expanded_domain_all_critical` ("order" may be null, and nothing is then expanded), with
    leaves excluded by scaled derivatives too (scaled_gradients.py, relative_gradients.py):
    combinations that are 0 at every critical point."""
    cover = _Cover(context, claim, step, scaled=True)
    return _covered(cover, files.array(step["cover"], "cover"))


class _Cover:
    """What the nodes of a cover say, in preorder of the tree, and whether it holds."""

    def __init__(self, context: Context, claim: Object, step: Object, scaled: bool = False) -> None:
        problem, bits = context.problem, precision(step)
        self.size = len(coordinates(problem))
        if self.size > MAX_WEIGHTS:
            raise Refused(f"a cover of boxes in more than {MAX_WEIGHTS} dimensions")
        self.lower, self.upper = (files.number(claim[end], end) for end in ("lower", "upper"))
        if self.lower >= self.upper:
            raise Refused("the bounds leave no room between them")
        self.names = files.array(claim["points"], "points")
        self.boxes = _boxes(context, self.names, self.lower, self.upper)
        centre = self.lower + self.upper
        self.domain = _Domain(context, step.get("symmetries"), self.names, self.boxes, centre)
        self.balances = _balances(context, step.get("balances"), bits)
        self.minors = _minors(context, step.get("minors"), bits)
        none = "order" not in step or (scaled and step["order"] is None)
        order = 0 if none else files.count(step["order"], "order", 2, MAX_ORDER)
        self.here = Part(self.size, self.lower, self.upper)
        self.leaves = Leaves(problem, bits, order)
        self.scaled = ScaledGradient(problem, bits) if scaled else None
        self.relative: RelativeGradient | None = None
        # The tests of leaves, each with how many there are, in the order of their numbers.
        self.tests: list[tuple[int, Callable[[Part, int], None]]] = [
            (self.size, self.leaves.derivative),
            (len(self.boxes), self._inside),
            (len(self.balances), self._balance),
            (0 if self.minors is None else len(self.minors.columns), self._minor),
        ]
        self.expand = self.size + sum(count for count, _ in self.tests)
        self.largest = self.expand if order else self.expand - 1

    def hold(self, nodes: list[Any], share: int, count: int) -> None:
        """`Refused` unless these are the nodes of a tree that covers the cube, of which those
        leaves settle their boxes that are in one of so many shares."""
        self.here, uncovered, leaf = Part(self.size, self.lower, self.upper), True, 0
        self.leaves.leave(self.here)
        for node in nodes:
            if not uncovered:
                raise Refused("the cover goes on after the cube is covered")
            if self._goes_on(node):
                continue
            if leaf // TOGETHER % count == share:
                self._settle(node)
            leaf += 1
            uncovered = self.here.next()
            self.leaves.leave(self.here)
        if uncovered:
            raise Refused("the cover ends before the cube is covered")

    def _goes_on(self, node: Any) -> bool:
        """Whether the node is no leaf: go to the lower half of the box, or expand it."""
        if isinstance(node, list):
            return False
        k = files.count(node, "cover", -len(self.domain.maps), self.largest)
        if 0 <= k < self.size:
            self.here.halve(k)
            return True
        if k == self.expand:
            self.leaves.expand(self.here)
            return True
        return False

    def _settle(self, node: Any) -> None:
        """`Refused` unless the leaf settles the box."""
        if isinstance(node, list):
            if len(node) == 2 and isinstance(node[1], list):
                self._scaled(*node)
            elif len(node) == 5 and isinstance(node[1], list):
                self._relative(*node)
            else:
                self.leaves.combination(self.here, _integers(node, self.size))
            return
        if node < 0:
            self.domain.leave_out(-node - 1, self.here.ends())
            return
        k = node - self.size
        for count, test in self.tests:
            if k < count:
                test(self.here, k)
                return
            k -= count
        raise Refused(f"node {node} of a cover is no leaf")

    def _inside(self, here: Part, k: int) -> None:
        pairs = zip(here.ends(), self.boxes[k], strict=True)
        if not all(a <= low and high <= b for (low, high), (a, b) in pairs):
            raise Refused(f"a leaf is not inside the box {show(self.names[k])}")

    def _balance(self, here: Part, k: int) -> None:
        if not self.leaves.arithmetic.sign(self.balances[k].over(self.leaves.box(here.ends()))):
            raise Refused(f"balance {k} may be 0 in a leaf")

    def _scaled(self, kind: Any, given: list[Any]) -> None:
        if self.scaled is None:
            raise Refused("scaled derivatives in a cover of a rule without them")
        kind, integers = (
            files.count(kind, "cover", 0, MAX_KIND),
            _integers(given, self.size, MAX_SCALED),
        )
        ends = self.here.ends()
        middles = [(low + high) / 2 for low, high in ends]
        if not self.scaled.is_excluded(kind, self.leaves.box(ends), middles, integers):
            raise Refused("scaled derivatives do not show that no point of a leaf is critical")

    def _relative(self, kind: Any, given: list[Any], sample: Any, least: Any, most: Any) -> None:
        if self.scaled is None:
            raise Refused("relative derivatives in a cover of a rule without them")
        if self.relative is None:
            self.relative = RelativeGradient(self.leaves.problem, self.leaves.bits)
        files.count(kind, "cover", RELATIVE, RELATIVE)
        integers = _integers(given, self.relative.size, MAX_SCALED)
        t = files.count(sample, "cover", 0, len(self.leaves.problem.inputs) - 1)
        bounds = [None if x is None else _multiple(x) for x in (least, most)]
        if not self.relative.is_excluded(self.leaves.box(self.here.ends()), integers, t, *bounds):
            raise Refused("relative derivatives do not show that no point of a leaf is critical")

    def _minor(self, here: Part, k: int) -> None:
        if self.minors is None or not self.minors.is_nonzero(k, here.ends()):
            raise Refused(f"minor {k} may be 0 in a leaf")


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
        spend(len(one), max(bits_of(x) for x in one[0]))
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


def _multiple(given: Any) -> Fraction:
    """[a, e] for a 2^e."""
    a, e = files.array(given, "cover", 2)
    factor = files.count(a, "cover", -MAX_SCALED, MAX_SCALED)
    return factor * Fraction(2) ** files.count(e, "cover", -PLACES, MAX_SIZE)


def _integers(node: list[Any], size: int, largest: int = MAX_FACTOR) -> list[int]:
    if len(node) != size or any(type(c) is not int or abs(c) > largest for c in node):
        raise Unreadable(f"cover: {show(node)}, expected {size} integers")
    return node
