"""The nullspace of an integer matrix by p-adic lifting, for large matrices.

Modulo a prime p the matrix T shows its pivots: rows and columns with an invertible square block.
With A the pivot columns and B the others (all rows), and C the inverse of the block modulo p, the
kernel is spanned by the columns of (N, -d) with A N = d B: d is the common denominator of
X = A^-1 B, and N = d X.  Both sides are expanded in powers of p (Dixon's lifting): with the digits
d_i of d and the residual R_0 = 0, the digits N_i of N follow from the pivot rows,

    N_i = C (R_i + d_i B) mod p,    R_(i+1) = (R_i + d_i B - A N_i) / p.

The digits lie around 0, so that the expansion of an integer matrix ends; it has ended with R = 0
and no digit of d left.  Then A N = d B, all rows included, whatever p, C and d are: R_(i+1) is an
integer solution of p R_(i+1) = R_i + d_i B - A N_i, computed modulo 2^64 and confirmed by floating
point, where a difference would be at least 2^64.  The rank modulo p is a lower bound of the rank,
so these columns are all of the kernel.  Where d, which is guessed from a few combinations of the
columns of X, or p was unlucky, there is no result.
"""

from __future__ import annotations

from math import gcd, isqrt
from typing import Any

from flint import fmpz, fmpz_mat, nmod_mat

_MANTISSA, _WORD = 53, 64
_LEAST_NULLITY = 8
# So many combinations of the rows and of the columns of X show its denominator, up to a small
# factor once in a hundred times.
_COMBINATIONS, _SPARE = 8, 720
_PART = 200_000  # multiplications in one product of floats
_GAP = 20  # binary places by which a fraction is smaller than chance makes it


def lifted_nullspace(matrix: fmpz_mat) -> fmpz_mat | None:
    """A basis of the kernel over Q, or None without a result.

    The vectors are the columns, coprime integers with the first one that is not 0 positive.  There
    is a result for entries of up to about 55 bits, unless the rank modulo a prime is 0, too near
    the number of columns, or accidental.  It pays from about 60 rows and columns on.

    Examples
    --------
    >>> rows = [[(i * i + j) ** 2 % 101 if i < 30 else 0 for j in range(60)] for i in range(60)]
    >>> kernel = lifted_nullspace(fmpz_mat(rows))
    >>> (kernel.ncols(), (fmpz_mat(rows) * kernel).is_zero())
    (30, True)
    >>> lifted_nullspace(fmpz_mat([[1 << 70] * 60])) is None
    True
    """
    height, width = matrix.nrows(), matrix.ncols()
    bits = (_MANTISSA + 1 - min(height, width).bit_length()) // 2
    prime = _prime_below(1 << bits)
    residues = nmod_mat(matrix, prime)
    columns = _pivots(residues)
    rank = len(columns)
    if rank == 0 or width - rank < _LEAST_NULLITY:
        return None
    table = _machine_integers(matrix)
    if table is None:
        return None
    rows = _pivots(residues.transpose())
    rows += sorted(set(range(height)) - set(rows))
    free = sorted(set(range(width)) - set(columns))
    inverse = _inverse(table[rows[:rank]][:, columns], prime)
    if inverse is None:
        return None
    lifting = _Lifting(prime, bits, inverse, table[rows][:, columns], table[rows][:, free])
    found = _scaled_solution(lifting)
    return None if found is None else _kernel(*found, columns, free)


def _kernel(solution: list[list[int]], d: int, columns: list[int], free: list[int]) -> fmpz_mat:
    """The columns (d X, -d) in their places, divided by their content."""
    kernel = fmpz_mat(len(columns) + len(free), len(free))
    for place, (vector, j) in enumerate(zip(solution, free, strict=True)):
        leading = next((x for x, k in zip(vector, columns, strict=True) if x and k < j), -d)
        content = gcd(d, *vector) if leading > 0 else -gcd(d, *vector)
        kernel[j, place] = -d // content
        for x, k in zip(vector, columns, strict=True):
            if x:
                kernel[k, place] = x if content == 1 else x // content
    return kernel


def _prime_below(limit: int) -> int:
    return next(n for n in range(limit - 1, 2, -1) if fmpz(n).is_prime())


def _machine_integers(matrix: fmpz_mat) -> Any:
    """The entries as NumPy's integers, or None where sums of a row might not fit."""
    import numpy as np

    height, width = matrix.nrows(), matrix.ncols()
    square: Any = matrix * matrix.transpose()
    largest = isqrt(sum(int(square[i, i]) for i in range(height)))  # at least every entry
    if (width + 2) * largest >= 1 << _WORD - 2:
        return None
    # A row is read off the one number that has its entries as digits in base 2^32 or 2^64.
    word = _WORD // 2 if largest < 1 << _WORD // 2 - 1 else _WORD
    places = fmpz_mat(width, 1, [fmpz(1) << word * j for j in range(width)])
    half = 1 << word - 1
    shift = sum(half << word * j for j in range(width))  # makes the digits positive
    numbers: list[Any] = (matrix * places).entries()
    data = b"".join((int(x) + shift).to_bytes(width * word // 8, "little") for x in numbers)
    shifted = np.frombuffer(data, dtype=f"<u{word // 8}").reshape(height, width)
    return (shifted.astype(np.uint64) - np.uint64(half)).view(np.int64)


def _pivots(matrix: nmod_mat) -> list[int]:
    """The pivot columns over the field of the matrix."""
    reduced, rank = matrix.rref()
    found, column = [], 0
    for i in range(rank):
        while not int(reduced[i, column]):
            column += 1
        found.append(column)
        column += 1
    return found


def _inverse(block: Any, prime: int) -> Any:
    """The inverse modulo the prime with entries around 0, in floats, or None for a singular block.

    Gauss and Jordan in place.  Entries grow by at most prime^2 / 2 in each step, which is exact.
    """
    import numpy as np

    a = (block % prime).astype(float)
    order, left = [], list(range(len(a)))
    for k in range(len(a)):
        column = a[:, k] % prime
        chosen = next((i for i in left if column[i]), None)
        if chosen is None:
            return None
        left.remove(chosen)
        order.append(chosen)
        scale = pow(int(column[chosen]), -1, prime)
        row = _around_zero(a[chosen], prime)
        row[k] = 1
        row = _around_zero(row * scale, prime)
        column[chosen] = 0
        a[:, k] = 0
        a -= np.multiply.outer(_around_zero(column, prime), row)
        a[chosen] = row
    # Row order[k] of the result belongs to column k of the block, column k to row order[k].
    found = np.empty_like(a)
    found[:, order] = a[order]
    return _around_zero(found, prime)


def _around_zero(values: Any, prime: int) -> Any:
    """Residues of least absolute value, up to rounding; the values are integers below 2^53."""
    import numpy as np

    return values - prime * np.rint(values / prime)


class _Lifting:
    """The digits of N with A N = d B, for A and B of machine integers, the pivot rows first."""

    def __init__(self, prime: int, bits: int, inverse: Any, left: Any, right: Any):
        import numpy as np

        self.prime, self.bits, self.inverse, self.right = prime, bits, inverse, right
        self.left, self.words = left.astype(float), []
        # Words of so many bits, the last with the sign, have products that floats hold exactly.
        while abs(left).max() >> bits:
            self.words.append((left & ((1 << bits) - 1)).astype(float))
            left = left >> bits
        self.words.append(left.astype(float))
        self._reciprocal = np.uint64(pow(prime, -1, 1 << _WORD)).astype(np.int64)

    def step(self, rest: Any, factor: int, right: Any) -> tuple[Any, Any] | None:
        """(N_i, R_(i+1)) for R_i and d_i, or None where there is no such integer residual."""
        import numpy as np

        size, prime = len(self.inverse), self.prime
        total, about, residues = rest, rest.astype(float), rest[:size] % prime
        if factor:
            total, about = total + factor * right, about + float(factor) * right.astype(float)
            residues = (residues + factor * (right[:size] % prime)) % prime
        digit = _around_zero(self.inverse @ residues.astype(float), prime)
        for k, word in enumerate(self.words):
            total = total - ((word @ digit).astype(np.int64) << k * self.bits)
        rest = total * self._reciprocal
        about -= self.left @ digit
        about -= prime * rest.astype(float)
        return (digit, rest) if abs(about).max() < 1 << _WORD - 1 else None


def _scaled_solution(lifting: _Lifting) -> tuple[list[list[int]], int] | None:
    """(columns of d X, d), or None where the guess at d fails."""
    found = _denominator(lifting)
    if found is None:
        return None
    guess, most = found
    for denominator in (guess, guess * _SPARE):
        numbers = _multiple(lifting, denominator, most)
        if numbers is not None:
            rank = len(lifting.inverse)
            return [numbers[i : i + rank] for i in range(0, len(numbers), rank)], denominator
    return None


def _multiple(lifting: _Lifting, denominator: int, most: int) -> list[int] | None:
    """The entries of d X, column by column, or None if it has no expansion of so many digits."""
    import numpy as np

    digits: list[Any] = []
    left, rest = denominator, np.zeros_like(lifting.right)
    while left or rest.any():
        factor = (left + lifting.prime // 2) % lifting.prime - lifting.prime // 2
        left = (left - factor) // lifting.prime
        step = lifting.step(rest, factor, lifting.right)
        if step is None or len(digits) > most:
            return None
        digit, rest = step
        digits.append(digit.T.ravel())
    return _integers(np.array(digits), lifting.prime)


def _denominator(lifting: _Lifting) -> tuple[int, int] | None:
    """What seems to be the common denominator of X, and how many digits N should have at most."""
    import numpy as np

    prime, (rank, nullity) = lifting.prime, (len(lifting.inverse), lifting.right.shape[1])
    random = np.random.default_rng(0)
    before = random.integers(-1, 2, (_COMBINATIONS, rank)).astype(float)
    right = lifting.right @ random.integers(-1, 2, (nullity, _COMBINATIONS))
    bound = 2 * rank * (int(abs(lifting.left).max()).bit_length() + rank.bit_length())
    values, power, attempt = [0] * _COMBINATIONS**2, 1, 4
    rest = np.zeros_like(right)
    for count in range(1, bound // (lifting.bits - 1) + 8):
        step = lifting.step(rest, int(count == 1), right)
        if step is None:
            return None
        digit, rest = step
        combined = (before @ digit).astype(np.int64).ravel().tolist()
        values = [value + power * x for value, x in zip(values, combined, strict=True)]
        power *= prime
        if count == attempt:
            denominator, numerator = _common_denominator(values, power)
            if numerator:
                largest = max(numerator, denominator).bit_length()
                return denominator, largest // (lifting.bits - 1) + 3
            attempt += 1 + count // 3
    return None


def _common_denominator(values: list[int], modulus: int) -> tuple[int, int]:
    """(d, bound of the numerators) of fractions modulo the modulus; bound 0 if they are longer."""
    found, largest = 1, 1
    half = modulus // 2
    for value in values:
        numerator = (value * found + half) % modulus - half
        if (abs(numerator) * found) << _GAP >= modulus:
            factor = _likely_denominator(numerator, modulus)
            found, largest = found * factor, largest * factor
            numerator = (value * found + half) % modulus - half
        largest = max(largest, abs(numerator))
        if (largest * found) << _GAP >= modulus:
            return found, 0
    return found, largest


def _likely_denominator(value: int, modulus: int) -> int:
    """Of the fractions a/b equal to the value modulo the modulus that with the least a b (Monagan).

    It stands in Euclid's algorithm before the largest quotient.
    """
    a, b, s, t = modulus, value % modulus, 0, 1
    largest, found = 0, 1
    while b and a >> _GAP:
        quotient = a // b
        if quotient > largest:
            largest, found = quotient, abs(t)
        a, b, s, t = b, a - quotient * b, t, s - quotient * t
    return found


def _integers(digits: Any, prime: int) -> list[int]:
    """The numbers whose digits in base prime are the columns, lowest first."""
    import numpy as np

    count = len(digits)
    limbs = count * prime.bit_length() // 16 + 2
    powers = b"".join((prime**i).to_bytes(2 * limbs, "little") for i in range(count))
    table = np.frombuffer(powers, dtype="<u2").reshape(count, limbs).astype(float)
    # The limbs of a number and its digits are few, so that these sums are below 2^53, too.  In
    # parts, as starting threads for one product takes longer than all of them.
    parts = np.array_split(digits, 1 + table.size * digits.shape[1] // _PART, axis=1)
    sums = np.concatenate([table.T @ part for part in parts], axis=1).astype(np.int64)
    for k in range(limbs - 1):
        sums[k + 1] += sums[k] >> 16
    data = (sums.T & 0xFFFF).astype("<u2").tobytes()
    size = 2 * limbs
    return [
        int.from_bytes(data[i : i + size], "little", signed=True) for i in range(0, len(data), size)
    ]
