"""Thin, on python-flint: rational matrices, polynomials, algebraic numbers, real roots."""
