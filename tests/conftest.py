"""Settings shared by every test."""

from hypothesis import settings

# Shared machines pause; a slow example is not a wrong one.
settings.register_profile("symland", deadline=None)
settings.load_profile("symland")
