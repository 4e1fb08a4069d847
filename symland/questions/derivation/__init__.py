"""Derivations: formulas that are shown, and the certificates of exactly these formulas."""
