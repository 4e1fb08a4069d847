"""Random exact critical points whose stratum is known because it was built in.

A critical point is made of eigenvectors of Sigma that the product uses (set S) and, on what is
left, of *bars*: chains of vectors, one at every vertex of an interval of the cycle

    input, hidden layer 1, ..., hidden layer H, output, (through B') input, ...

each layer maps a bar's vector at one vertex to the one at the next. Bars avoid at least one
vertex. Everything is then hidden behind random changes of basis: of the hidden layers, and of the
unused parts of input and output, together so that B' stays what it is there.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_poly

from symland import Dataset, Loss, Network, Problem
from symland.exact.algebraic_matrix import AlgebraicMatrix
from symland.exact.number_field import NumberField
from symland.exact.rational_matrix import RationalMatrix

GOLDEN = NumberField(fmpq_poly([1, -3, 1]), (fmpq(5, 2), fmpq(3)))
"""Q(t), t = (3 + sqrt 5) / 2 an eigenvalue of [[2, 1], [1, 1]]."""


@dataclass(frozen=True)
class Data:
    """Targets N (d_y x n) at orthonormal inputs, and orthogonal eigenvectors of N N'.

    `pairs` are (eigenvalue, column) for the positive eigenvalues, decreasing; `spread` is the
    d_x x n matrix of rank n whose columns are the inputs really used.
    """

    N: RationalMatrix
    pairs: list[tuple[Any, Any]]
    spread: RationalMatrix

    @property
    def multiplicities(self) -> tuple[int, ...]:
        """Of the distinct positive eigenvalues, decreasing."""
        found: list[int] = []
        for i, (value, _) in enumerate(self.pairs):
            if i and value == self.pairs[i - 1][0]:
                found[-1] += 1
            else:
                found.append(1)
        return tuple(found)


@dataclass(frozen=True)
class Planted:
    """A critical point with what was built into it."""

    problem: Problem
    weights: tuple[Any, ...]
    taken: tuple[int, ...]
    multiplicities: tuple[int, ...]
    barcode: tuple[tuple[int, int, int], ...]
    loss_below_zero: Any
    """The sum of the eigenvalues taken."""

    @property
    def point(self) -> dict[str, Any]:
        """The weights by name, nested lists."""
        return {f"W{k}": W.tolist() for k, W in enumerate(self.weights, start=1)}


def reflection(choose: random.Random, size: int) -> RationalMatrix:
    """A product of two random reflections with rational entries."""
    total = RationalMatrix.identity(size)
    for _ in range(2):
        v = RationalMatrix([[choose.choice([-1, 0, 1, 1, 2])] for _ in range(size)])
        if not v.is_zero():
            total = total - (v @ (v.T @ total)).scale(fmpq(2) / (v.T @ v)[0, 0])
    return total


def invertible(choose: random.Random, size: int) -> RationalMatrix:
    """A random invertible matrix of small integers."""
    while True:
        matrix = RationalMatrix(
            [[choose.randint(-2, 2) for _ in range(size)] for _ in range(size)], size
        )
        if matrix.rank() == size:
            return matrix


def tall(choose: random.Random, rows: int, columns: int) -> RationalMatrix:
    """A random matrix of small integers whose columns are independent."""
    while True:
        matrix = RationalMatrix(
            [[choose.randint(-1, 2) for _ in range(columns)] for _ in range(rows)], columns
        )
        if matrix.rank() == columns:
            return matrix


def rational_data(
    choose: random.Random, singular_values: list[int], d_y: int, n: int, d_x: int
) -> Data:
    """Data with these singular values of N (not increasing, 0 allowed)."""
    left, right = reflection(choose, d_y), reflection(choose, n)
    middle = RationalMatrix(
        [
            [singular_values[i] if i == j and i < len(singular_values) else 0 for j in range(n)]
            for i in range(d_y)
        ]
    )
    pairs = [(fmpq(s * s), left.columns([i])) for i, s in enumerate(singular_values) if s]
    spread = (
        RationalMatrix.identity(n) if d_x == n and choose.random() < 0.5 else tall(choose, d_x, n)
    )
    return Data(left @ middle @ right.T, pairs, spread)


def irrational_data(choose: random.Random, copies: int, extra: int) -> Data:
    """Eigenvalues (3 + sqrt 5) / 2 and (3 - sqrt 5) / 2, each `copies` times.

    `extra` further outputs and inputs carry the eigenvalue 1 (extra >= 1) and then 0.
    """
    size = 2 * copies + extra
    entries = [[0] * size for _ in range(size)]
    for c in range(copies):
        entries[2 * c][2 * c] = entries[2 * c][2 * c + 1] = entries[2 * c + 1][2 * c + 1] = 1
    if extra:
        entries[2 * copies][2 * copies] = 1
    t = GOLDEN.generator
    mixing = reflection(choose, copies)
    pairs = []
    for value, first in ((t, t - 1), (3 - t, 2 - t)):
        for c in range(copies):
            column = [x for k in range(copies) for x in (first * mixing[k, c], mixing[k, c])]
            pairs.append((value, AlgebraicMatrix(GOLDEN, [[x] for x in [*column, *[0] * extra]])))
    if extra:
        unit = [[GOLDEN.element(int(i == 2 * copies))] for i in range(size)]
        pairs.insert(copies, (GOLDEN.element(1), AlgebraicMatrix(GOLDEN, unit)))
    return Data(RationalMatrix(entries), pairs, RationalMatrix.identity(size))


def random_bars(choose: random.Random, room: list[int], e: int) -> list[tuple[int, int]] | None:
    """Bars (start, length): e through the arrow from output to input; None if out of luck."""
    K = len(room) - 1
    room, bars = list(room), []

    def place(start: int, length: int) -> bool:
        vertices = [(start + i) % (K + 1) for i in range(length)]
        if any(room[v] < 1 for v in vertices):
            return False
        for v in vertices:
            room[v] -= 1
        bars.append((start, length))
        return True

    for _ in range(e):
        every = [
            (K - back, back + ahead + 2)
            for back in range(K)
            for ahead in range(K)
            if back + ahead + 2 <= K
        ]
        choose.shuffle(every)
        if not any(place(*bar) for bar in every):
            return None
    # What is left of input and output is kernel: no bar starts at the output and goes on.
    for _ in range(choose.randint(0, 6)):
        start = choose.randint(0, K)
        end = choose.randint(start, K)
        if end - start < K:
            place(start, end - start + 1)
    for v in range(K + 1):
        while room[v]:
            place(v, 1)
    return bars


def plant(
    choose: random.Random,
    data: Data,
    hidden: list[int],
    loss: Loss | None = None,
    kind: str = "random",
) -> Planted | None:
    """A point with random eigenvectors taken and random bars; None if the bars do not fit.

    kind "top" takes the largest eigenvalues.
    """
    q = len(data.pairs)
    r = choose.randint(0, min([q, *hidden])) if hidden else q
    chosen = list(range(r)) if kind == "top" else sorted(choose.sample(range(q), r))
    rest = [a for a in range(q) if a not in chosen]
    d_y, n = data.N.shape
    room = [n - r, *(d - r for d in hidden), d_y - r]
    bars = random_bars(choose, room, q - r) if hidden else []
    if bars is None:
        return None
    weights = _wired(choose, data, chosen, rest, bars, hidden) if hidden else None
    return _dressed(choose, data, chosen, bars, hidden, weights, loss)


def _beside(matrices: list[Any], rows: int) -> Any:
    total: Any = RationalMatrix.zero(rows, 0)
    for m in matrices:
        if isinstance(m, AlgebraicMatrix) and isinstance(total, RationalMatrix):
            total = AlgebraicMatrix(m.field, total.flint.tolist(), total.shape[1])
        total = total.beside(m)
    return total


def _block(choose: random.Random, e: int, size: int, lower: bool) -> RationalMatrix:
    """The same random e x e block for the paired vectors, mixed one way with the kernel."""
    matrix = [[int(i == j) for j in range(size)] for i in range(size)]
    for i in range(e, size):
        for j in range(e):
            value = choose.randint(-1, 1)
            matrix[i][j], matrix[j][i] = (value, 0) if lower else (0, value)
    return RationalMatrix(matrix, size)


def _wired(
    choose: random.Random,
    data: Data,
    chosen: list[int],
    rest: list[int],
    bars: list[tuple[int, int]],
    hidden: list[int],
) -> list[Any]:
    """Weights for orthonormal inputs: W_1 is d_1 x n."""
    N, K, r = data.N, len(hidden) + 1, len(chosen)
    d_y, n = N.shape
    e = len(rest)
    vectors = [v for _, v in data.pairs]

    def functional(a: int, over: Any) -> Any:
        return (N.T @ vectors[a]).scale(1 / over)

    taken_columns = [vectors[a] for a in chosen]
    taken_rows = [functional(a, (vectors[a].T @ vectors[a])[0, 0]) for a in chosen]
    outputs = _beside([*(vectors[b] for b in rest), N.T.nullspace()], d_y)
    inputs = _beside(
        [
            *(functional(b, (vectors[b].T @ (N @ N.T) @ vectors[b])[0, 0]) for b in rest),
            N.nullspace(),
        ],
        n,
    ).T
    a = invertible(choose, e)
    pad = [RationalMatrix.identity(size - e) for size in (outputs.shape[1], inputs.shape[0])]
    block = [_diagonal(a, p) for p in pad]
    outputs = outputs @ (block[0] @ _block(choose, e, outputs.shape[1], True))
    inputs = (block[1] @ _block(choose, e, inputs.shape[0], False)).inverse() @ inputs
    at_output, at_input = iter(range(e, outputs.shape[1])), iter(range(e, inputs.shape[0]))
    paired = iter(range(e))
    spot: dict[tuple[int, int], int] = {}
    used = [r] * (K + 1)
    for b, (start, length) in enumerate(bars):
        vertices = [(start + i) % (K + 1) for i in range(length)]
        pair = next(paired) if start + length > K + 1 else None
        for v in vertices:
            if v == K:
                spot[b, v] = next(at_output) if pair is None else pair
            elif v == 0:
                spot[b, v] = next(at_input) if pair is None else pair
            else:
                spot[b, v] = used[v]
                used[v] += 1
    first = _beside(taken_rows, n).T
    zero = RationalMatrix.zero(1, n)
    rows: list[Any] = [zero] * hidden[0]
    columns: list[Any] = [RationalMatrix.zero(d_y, 1)] * hidden[-1]
    middle = [
        [[int(i == j < r) for j in range(hidden[k])] for i in range(hidden[k + 1])]
        for k in range(K - 2)
    ]
    for i in range(r):
        rows[i], columns[i] = first.rows([i]), taken_columns[i]
    for b, (start, length) in enumerate(bars):
        vertices = [(start + i) % (K + 1) for i in range(length)]
        for v, w in itertools.pairwise(vertices):
            if v == 0:
                rows[spot[b, 1]] = inputs.rows([spot[b, 0]])
            elif w == K:
                columns[spot[b, K - 1]] = outputs.columns([spot[b, K]])
            elif v != K:
                middle[v - 1][spot[b, w]][spot[b, v]] = 1
    W1 = _beside([row.T for row in rows], n).T
    return [W1, *map(RationalMatrix, middle), _beside(columns, d_y)]


def _diagonal(a: RationalMatrix, b: RationalMatrix) -> RationalMatrix:
    top = a.beside(RationalMatrix.zero(a.shape[0], b.shape[1]))
    bottom = RationalMatrix.zero(b.shape[0], a.shape[1]).beside(b)
    return top.T.beside(bottom.T).T


def _dressed(
    choose: random.Random,
    data: Data,
    chosen: list[int],
    bars: list[tuple[int, int]],
    hidden: list[int],
    weights: list[Any] | None,
    loss: Loss | None,
) -> Planted:
    """Random bases of the hidden layers, inputs spread out, weights where no input is."""
    G, N = data.spread, data.N
    d_x, _n = G.shape
    back = (G.T @ G).solve(G.T)
    free = RationalMatrix.identity(d_x) - G @ back
    if weights is None:
        noise = RationalMatrix(
            [[choose.randint(-2, 2) for _ in range(d_x)] for _ in range(N.shape[0])]
        )
        moved: list[Any] = [N @ back + noise @ free]
    else:
        noise = RationalMatrix(
            [[choose.randint(-2, 2) for _ in range(d_x)] for _ in range(hidden[0])]
        )
        bases = [None, *(invertible(choose, d) for d in hidden), None]
        moved = [weights[0] @ back + noise @ free, *weights[1:]]
        for k in range(len(moved)):
            before, after = bases[k], bases[k + 1]
            moved[k] = moved[k] if after is None else after @ moved[k]
            moved[k] = moved[k] if before is None else moved[k] @ before.inverse()
    problem = _problem(G, N, [d_x, *hidden, N.shape[0]], loss)
    values = [data.pairs[a][0] for a in chosen]
    taken, position = [], 0
    for mu in data.multiplicities:
        taken.append(sum(position <= a < position + mu for a in chosen))
        position += mu
    counts = Counter(bars)
    barcode = tuple(sorted((u, length, c) for (u, length), c in counts.items()))
    if not hidden:
        barcode = ()
    return Planted(
        problem, tuple(moved), tuple(taken), data.multiplicities, barcode, sum(values, fmpq(0))
    )


def _problem(G: RationalMatrix, N: RationalMatrix, widths: list[int], loss: Loss | None) -> Problem:
    """Samples are the columns; one of weight 4 is halved so that the loss stays the same."""
    inputs, targets = G.T.tolist(), N.T.tolist()
    if loss is not None and loss.weights is not None:
        inputs = [[x / 2 for x in row] for row in inputs]
        targets = [[y / 2 for y in row] for row in targets]
    return Problem(Network(widths), Dataset(inputs, targets), loss or Loss())


def instances(seed: int) -> list[Planted]:
    """A dozen small points of one seed: depths 1 to 4, degenerate data of every sort."""
    choose, found = random.Random(seed), []
    while len(found) < 12:
        H = choose.choice([0, 1, 1, 2, 2, 2, 3])
        widest = 3 if H < 3 else 2
        hidden = [choose.randint(1, widest) for _ in range(H)]
        d_y, n = choose.randint(1, widest), choose.randint(1, widest)
        values = sorted((choose.choice([0, 1, 1, 2, 3]) for _ in range(min(d_y, n))), reverse=True)
        data = rational_data(choose, values, d_y, n, n + choose.choice([0, 0, 1]))
        weights = [[4] * d_y] * n
        loss = choose.choice([None, None, Loss(scale="mean"), Loss(weights=weights)])
        point = plant(choose, data, hidden, loss, choose.choice(["random", "top"]))
        if point is not None:
            found.append(point)
    return found


def irrational_instances(seed: int) -> list[Planted]:
    """Four points over Q(sqrt 5), eigenvalues often taken in part."""
    choose, found = random.Random(seed), []
    while len(found) < 4:
        H = choose.choice([1, 2])
        double = choose.random() < 0.6
        hidden = [choose.randint(1, 3 if H == 1 else 2) for _ in range(H)]
        copies, extra = (2, 0) if double else (1, choose.choice([0, 1, 2]))
        data = irrational_data(choose, copies, extra)
        point = plant(choose, data, hidden, None, choose.choice(["random", "top"]))
        if point is not None:
            found.append(point)
    return found
