"""Symmetries: every one found leaves the loss alone, and none is missed on small cases."""

from fractions import Fraction
from itertools import permutations, product

import mpmath
import numpy as np
import pytest

from symland.exact.polynomial import parameter_keys
from symland.exact.rational_matrix import RationalMatrix
from symland.landscape import Landscape
from symland.landscape.loss import loss_polynomial
from symland.landscape.parameters import flat, shaped
from symland.landscape.symmetry import find_symmetries
from symland.landscape.symmetry.exchange import signed_generators
from symland.landscape.symmetry.signed_permutation import automorphisms, closure
from symland.landscape.symmetry.symmetry import ChangeOfBasis, Scaling, SignChange
from symland.problem import Dataset, InputError, Loss, Network, Problem, Regularizer, Weights
from tests.landscape import textbook
from tests.landscape.random_problems import POLYNOMIAL, random_point, random_problem, seeded


def described(problem):
    return [str(symmetry) for symmetry in find_symmetries(problem)]


def make(
    widths, activation="linear", bias="none", skip=None, l2=None, loss=None, seed=0, samples=6
):
    """Generic data: enough samples that the data add no symmetry of their own."""
    random = seeded(0)
    dx, dy = widths[0], widths[-1]
    inputs = [[random.randint(-9, 9) or 5 for _ in range(dx)] for _ in range(samples)]
    kind = loss.kind if loss else "squared"
    if kind == "cross_entropy":
        targets = [[int(j == n % dy) for j in range(dy)] for n in range(samples)]
    else:
        targets = [[random.randint(-9, 9) or 7 for _ in range(dy)] for _ in range(samples)]
    network = Network(widths, activation, bias, skip)
    regularizer = None if l2 is None else Regularizer(l2)
    return Problem(network, Dataset(inputs, targets), loss or Loss(), regularizer)


@pytest.mark.parametrize("seed", range(36))
def test_every_symmetry_leaves_the_textbook_loss_as_it_is(seed):
    """Networks of all kinds; the loss is the one of tests, in 40 digits."""
    random = seeded(1000 + seed)
    problem = random_problem(random)
    shapes = problem.network.shapes
    for symmetry in find_symmetries(problem):
        for _ in range(2):
            point = random_point(random, problem.network)
            moved = symmetry.act(point, symmetry.random_element(random))
            with mpmath.workdps(40):
                before, after = (
                    textbook.loss(
                        problem,
                        textbook.mpmath_parameters(
                            problem.network,
                            [mpmath.mpf(v.numerator) / v.denominator for v in flat(shapes, p)],
                        ),
                        textbook.MpmathArithmetic,
                    )
                    for p in (point, moved)
                )
                assert abs(before - after) < 1e-20 * (1 + abs(before)), (str(symmetry), moved)


@pytest.mark.parametrize("seed", range(24))
def test_polynomial_losses_are_invariant_as_polynomials(seed):
    """L(g W) = L(W) identically, by substituting the affine map into the loss polynomial."""
    random = seeded(2000 + seed)
    problem = random_problem(random, POLYNOMIAL, ["squared"])
    landscape = Landscape(problem)
    if problem.network.parameter_count > 9 or len(landscape.loss.polynomial) > 300:
        pytest.skip("substitution would take minutes")
    ring = landscape.ring
    for symmetry in landscape.symmetries:
        matrix, shift = symmetry.affine_map(symmetry.random_element(random))
        images = [
            sum((ring.number(a) * x for a, x in zip(row, ring.gens, strict=True)), ring.number(t))
            for row, t in zip(matrix, shift, strict=True)
        ]
        assert ring.substitute(landscape.loss.polynomial, images) == landscape.loss.polynomial


SMALL = [
    make([1, 1, 1]),
    make([1, 1, 1, 1]),
    make([1, 1, 1, 1, 1]),
    make([1, 2, 1]),
    make([2, 1, 1]),
    make([2, 1, 2]),
    make([1, 2, 1], "square"),
    make([1, 2, 1], "cube", l2=1),
    make([1, 2, 1], "polynomial(0, 1, 0, 1)"),
    make([1, 2, 1], "polynomial(1, 1, 1)"),
    make([1, 2, 1], "square", l2={"W1": [[1], [2]]}),
    make([1, 2, 1], l2=1),
    make([1, 2, 1], l2={"W1": [[1], [2]], "W2": [[3, 3]]}),
    make([1, 1, 1], "square", bias="all"),
    make([1, 1, 1], "linear", bias="all"),
    make([1, 2, 1], "square", skip=[[1, 2]]),
    make([1, 1, 1, 1], ["square", "linear"], skip=[[2, 1], [1, 1]]),
    Problem(Network([2, 1, 2]), Dataset([[1, 0], [0, 1]], [[1, 0], [0, 1]])),
    Problem(Network([2, 1, 2]), Dataset([[1, 0], [0, 1]], [[2, 0], [0, 1]])),
    Problem(Network([2, 2]), Dataset([[1, 0], [0, 1]], [[0, 1], [1, 0]])),
    Problem(Network([2, 1, 1], "square"), Dataset([[1, 2], [2, 1]], [[1], [1]])),
]


@pytest.mark.parametrize("problem", SMALL, ids=range(len(SMALL)))
def test_no_signed_permutation_is_missed(problem):
    """Every signed permutation of the parameters is tried on the loss polynomial, one by one."""
    polynomial = loss_polynomial(problem)
    ring, size = Landscape(problem).ring, problem.network.parameter_count
    brute = set()
    for order in permutations(range(size)):
        for signs in product((1, -1), repeat=size):
            images = [s * ring.gens[i] for i, s in zip(order, signs, strict=True)]
            if ring.substitute(polynomial, images) == polynomial:
                brute.add(tuple(zip(order, signs, strict=True)))
    generated = closure(signed_generators(find_symmetries(problem)), 100_000)
    generated = generated or {tuple((i, 1) for i in range(size))}
    used = [i for i in range(size) if polynomial.degrees()[i]]

    def on_used(group):
        return {tuple(g[i] for i in used) for g in group}

    assert on_used(generated) == on_used(brute)
    terms = {e: c for c, e in ring.terms(polynomial)}
    assert set(automorphisms(terms, size, 100_000)) == brute


def affine_orbit_dimension(problem, point):
    """The dimension of the orbit of a point under all affine symmetries of the loss polynomial.

    By linear algebra: the vector fields a W + t that annihilate L, then their rank at the point.
    """
    landscape = Landscape(problem)
    ring, gradient = landscape.ring, landscape.gradient.polynomials
    columns = [
        {e: c for c, e in ring.terms(g * x)} for g in gradient for x in (*ring.gens, ring.number(1))
    ]
    monomials = sorted({e for column in columns for e in column})
    algebra = RationalMatrix([[c.get(e, Fraction(0)) for c in columns] for e in monomials])
    basis = zip(*algebra.nullspace().tolist(), strict=True)
    size = len(gradient)
    extended = [*point, Fraction(1)]
    fields = [
        [
            sum(
                v * x
                for v, x in zip(field[i * (size + 1) : (i + 1) * (size + 1)], extended, strict=True)
            )
            for i in range(size)
        ]
        for field in basis
    ]
    return RationalMatrix(fields).rank() if fields else 0


CONTINUOUS = [
    (make([2, 2, 2]), 4),
    (make([2, 2, 1]), 4),
    (make([3, 2, 2], l2=1), 1),
    (make([2, 1, 2, 2]), 5),
    (make([2, 3, 2], l2={"W1": [[1, 1], [1, 1], [2, 2]], "W2": [[1, 1, 2], [1, 1, 2]]}), 1),
    (make([2, 2, 2], l2={"W1": [[1, 1], [2, 2]]}), 1),
    (make([2, 2, 2], l2={"W1": [[1, 1], [0, 0]]}), 2),
    (make([2, 2, 2], l2={"W1": [[1, 0], [0, 1]]}), 0),
    (make([2, 2, 2], l2={"W2": [[1, 2], [1, 2]]}), 1),
    (make([2, 2, 1, 1], l2={"W2": [[1, 2]]}), 4),
    (make([1, 1, 1], "square", bias="hidden", samples=1), 2),
    (make([2, 2, 2], "cube", l2={"W1": [[1, 1], [0, 0]]}), 1),
    (make([2, 2, 1], "square"), 2),
    (make([1, 2, 2], "cube", bias="hidden"), 2),
    (make([2, 2, 2], "square", l2={"W1": [[1, 0], [0, 0]]}), 1),
    (make([1, 2, 1], "polynomial(1, 2, 1)", bias="all"), 2),
    (make([2, 2, 2], "polynomial(1, 2, 1)"), 0),
    (make([2, 1, 2], "polynomial(1, 2, 1)", bias="hidden"), 1),
    (make([2, 1, 2], "polynomial(3, 2, 1)", bias="hidden"), 0),
    (make([1, 2, 1], "polynomial(0, 1, 1, 1)", bias="all"), 0),
    (make([2, 2, 2], bias="all"), 6),
    (make([2, 2, 2], bias="hidden"), 4),
    (make([2, 2, 1], bias="all", l2={"b1": [1, 0]}), 5),
    (make([2, 1, 1, 2], "square", l2={"W2": [[1]]}), 1),
    (make([2, 1, 1, 2], l2={"W2": [[1]]}), 1),
    (make([2, 2, 2], "square", skip=[[1, 1]]), 3),
    (make([2, 3, 2], "linear", skip=[[1, 1], [1, 3]]), 6),
    (make([2, 2, 1, 1], "linear", skip=[[1, 1], [2, 1]]), 5),
    (make([3, 2, 2], "square", samples=2), 4),
    (make([1, 2, 1]), 3),
    (make([1, 2, 2, 1], l2={"W1": [[1], [0]]}), 6),
    (make([2, 1, 2, 2], l2={"W2": [[1], [2]]}), 4),
    (make([2, 2, 2], "square", loss=Loss(weights=[[1, 0]] * 6)), 4),
]


@pytest.mark.parametrize(("problem", "dimension"), CONTINUOUS, ids=range(len(CONTINUOUS)))
def test_orbits_are_those_of_all_affine_symmetries(problem, dimension):
    random = seeded(4)
    point = random_point(random, problem.network)
    vector = flat(problem.network.shapes, point)
    assert affine_orbit_dimension(problem, vector) == dimension
    moves = []
    for symmetry in find_symmetries(problem):
        if not symmetry.dimension:
            continue
        # Differences along short paths in the group are tangent up to second order.
        for _ in range(2 * symmetry.dimension + 2):
            g = nearby(symmetry, random, Fraction(1, 10**9))
            moved = flat(problem.network.shapes, symmetry.act(point, g))
            moves.append([float((b - a) * 10**9) for a, b in zip(vector, moved, strict=True)])
    assert (np.linalg.matrix_rank(np.array(moves), tol=1e-5) if moves else 0) == dimension


def nearby(symmetry, random, h):
    """An element of the group at distance about h from the identity."""

    def step():
        return h * random.randint(-5, 5)

    if isinstance(symmetry, ChangeOfBasis):
        size = len(symmetry.algebra[0])
        a = RationalMatrix.zero(size, size)
        for direction in symmetry.algebra:
            a = a + RationalMatrix(direction).scale(step())
        one = RationalMatrix.identity(size)
        return ((one - a).inverse() @ (one + a)).tolist()
    if isinstance(symmetry, Scaling):
        return [1 + step() for _ in symmetry.exponents]
    return [step() for _ in range(symmetry.dimension)]


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (
            make([2, 3, 2], "relu"),
            [
                "scaling of neurons of hidden layer 1: (R_{>0})^3, dimension 3",
                "permutation of neurons of hidden layer 1: S_3",
            ],
        ),
        (make([2, 3, 2], "relu", l2="1/10"), ["permutation of neurons of hidden layer 1: S_3"]),
        (
            make([2, 3, 2], "leaky_relu(-1)", l2=1),
            [
                "permutation of neurons of hidden layer 1: S_3",
                "sign change of neurons of hidden layer 1: {1, -1}^3",
            ],
        ),
        (make([2, 1, 2]), ["change of basis of hidden layer 1: GL(1), dimension 1"]),
        (
            make([2, 3, 2], "leaky_relu(1)"),
            ["change of basis of hidden layer 1: GL(3), dimension 9"],
        ),
        (make([2, 2, 2], "sigmoid"), ["permutation of neurons of hidden layer 1: S_2"]),
        (
            make([2, 2, 2], "sigmoid", bias="output"),
            [
                "permutation of neurons of hidden layer 1: S_2",
                "sign change of neurons of hidden layer 1: {1, -1}^2",
            ],
        ),
        (
            make([2, 2, 2], "sigmoid", bias="all", l2={"b2": [0, 1]}),
            ["permutation of neurons of hidden layer 1: S_2"],
        ),
        (
            make([2, 2, 2], "softplus", bias="all"),
            ["permutation of neurons of hidden layer 1: S_2"],
        ),
        (
            make([2, 3, 2], "tanh", skip=[[1, 1], [1, 2]]),
            [
                "permutation of neurons of hidden layer 1: S_2",
                "sign change of neurons of hidden layer 1: {1, -1}^3",
                "translation (unused parameters): R^2, dimension 2",
            ],
        ),
        (
            make([2, 2, 3], "exp", loss=Loss("cross_entropy"), bias="all"),
            [
                "permutation of neurons of hidden layer 1: S_2",
                "translation (softmax shift): R^3, dimension 3",
            ],
        ),
        (
            make([2, 2, 3], "exp", loss=Loss("cross_entropy"), bias="all", l2=1),
            [
                "permutation of neurons of hidden layer 1: S_2",
                "translation (softmax shift): R^1, dimension 1",
            ],
        ),
        (
            make([1, 3, 1], "tanh", l2={"W1": [[1], [1], [2]]}),
            [
                "permutation of neurons of hidden layer 1: S_2",
                "sign change of neurons of hidden layer 1: {1, -1}^3",
            ],
        ),
        (
            make([1, 2, 2, 1], "tanh", l2={"W2": [[1, 2], [2, 1]]}),
            [
                "sign change of neurons of hidden layer 1: {1, -1}^2",
                "sign change of neurons of hidden layer 2: {1, -1}^2",
                "joint permutation of hidden layers: signed permutations, order 2",
            ],
        ),
    ],
)
def test_planted_cases(problem, expected):
    assert described(problem) == expected


def test_notes_say_what_was_not_searched():
    assert find_symmetries(make([3, 3, 3])).notes == (
        "exchanges of parameters: not searched, 18 parameters, only up to 8 are",
    )
    uneven = {"W1": [[k] for k in range(7)], "W2": [[1] * 7] * 7}
    assert find_symmetries(make([1, 7, 7, 1], "tanh", l2=uneven)).notes[0] == (
        "joint permutations of layers: not searched, 25401600 candidates"
    )


def test_action_keeps_the_type_of_the_weights():
    problem = make([1, 2, 1], "tanh")
    permutation = find_symmetries(problem)[0]
    point = {"W1": [["1/2"], [3]], "W2": [[5, 7]]}
    moved = permutation.act(point, (1, 0))
    assert moved == {"W1": ((3,), (Fraction(1, 2),)), "W2": ((7, 5),)}
    weights = permutation.act(Weights(point), (1, 0))
    assert isinstance(weights, Weights)
    assert weights.values == moved


def test_action_refuses_what_is_no_element_or_no_point():
    problem = make([1, 2, 1], "relu")
    sign = SignChange(problem.network, 1, (0, 1))
    with pytest.raises(ValueError, match=r"layer 1: relu forbids \[Fraction\(-1, 1\)"):
        sign.act({"W1": [[1], [1]], "W2": [[1, 1]]}, (-1, 1))
    with pytest.raises(InputError, match="weights: W2 is missing"):
        find_symmetries(problem)[0].act({"W1": [[1], [1]]}, (1, 1))


def test_a_wrong_symmetry_does_not_pass_the_verification():
    from symland.landscape.symmetry.find import _verify
    from symland.landscape.symmetry.parameter_symmetry import Translation

    problem = make([1, 1])
    wrong = Translation(problem.network, "planted", ((Fraction(1),),))
    with pytest.raises(RuntimeError, match=r"symmetry translation \(planted\).*changes the loss"):
        _verify(problem, wrong)


def test_keys_and_shapes_agree():
    shapes = make([2, 3, 2], bias="all").network.shapes
    keys = parameter_keys(shapes)
    assert flat(shapes, shaped(shapes, keys)) == list(keys)


def test_exchanges_are_not_searched_where_the_loss_has_too_many_terms():
    activation = f"polynomial({', '.join(['1'] * 60)})"
    problem = Problem(Network((1, 1, 1, 1), activation), Dataset([[1]], [[2]]))
    notes = find_symmetries(problem).notes
    assert any("not searched, the loss has too many terms" in note for note in notes)
