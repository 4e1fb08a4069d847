"""A time by which a search has to stop, asked in every one of its loops."""

from __future__ import annotations

import time

__all__ = ["Deadline"]

BEFORE, LEAST_LOAD, MOST_LOAD = 1.0, 1.25, 10.0


class Deadline:
    """Passed once ``seconds`` have gone by since it was made.

    >>> Deadline(-1).passed(), Deadline(3600).passed()
    (True, False)
    """

    def __init__(self, seconds: float) -> None:
        self._start = time.monotonic()
        self._end = self._start + seconds
        self._worked = time.process_time()

    def passed(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._end

    def remaining(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self._end - time.monotonic())

    def load(self) -> float:
        """How many times as long as alone on the machine work has taken since the start: seconds
        over seconds of the processor, up to 10, and 1 where nearly that.

        A second without load is thought before that, so that short times say little.

        >>> Deadline(60).load()
        1.0
        """
        worked = time.process_time() - self._worked
        found = (self.elapsed() + BEFORE) / (worked + BEFORE)
        return 1.0 if found < LEAST_LOAD else min(found, MOST_LOAD)

    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start
