"""Enclosures on Arb: dyadic rounding, Krawczyk's operator, inertia of interval matrices."""
