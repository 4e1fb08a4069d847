"""Finds candidates and proves nothing: what comes out is checked by what comes after."""
