"""Exit statuses of the command line.

0 everything asked for was answered with proof, 1 something is refuted or refused, 2 bad input or
usage, 3 something is undecided or numerical only. What `classify` is asked for is the kind of the
given point; a critical point nearby has a status of its own. A failure inside symland itself ends
with status 2 as well; an interruption ends with 130 and a closed pipe with 141, as in a shell.
"""

from collections.abc import Mapping
from typing import Any

__all__ = [
    "BAD_INPUT",
    "CLOSED_PIPE",
    "INTERRUPTED",
    "OPEN",
    "PROVED",
    "REFUTED",
    "exit_status",
]

PROVED, REFUTED, BAD_INPUT, OPEN = 0, 1, 2, 3
INTERRUPTED, CLOSED_PIPE = 130, 141


def exit_status(document: Mapping[str, Any]) -> int:
    """The exit status that an answer's document stands for.

    >>> exit_status({"verdict": "certified"}), exit_status({"verdict": "numerical"})
    (0, 3)
    """
    return {"certified": PROVED, "refuted": REFUTED}.get(str(document.get("verdict")), OPEN)
