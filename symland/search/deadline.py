"""A time by which a search has to stop, asked in every one of its loops."""

from __future__ import annotations

import time

__all__ = ["Deadline"]


class Deadline:
    """Passed once ``seconds`` have gone by since it was made.

    >>> Deadline(-1).passed(), Deadline(3600).passed()
    (True, False)
    """

    def __init__(self, seconds: float) -> None:
        self._start = time.monotonic()
        self._end = self._start + seconds

    def passed(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._end

    def remaining(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self._end - time.monotonic())

    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start
