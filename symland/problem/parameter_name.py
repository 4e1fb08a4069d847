"""Names of parameters: W1, b1, W2, b2, ..."""

import re
from typing import Any

_NAME = re.compile(r"[Wb][1-9][0-9]{0,5}", re.ASCII)


def is_parameter_name(name: Any) -> bool:
    """Whether `name` is W or b followed by a layer, counted from 1.

    >>> is_parameter_name("W12"), is_parameter_name("W0"), is_parameter_name("w1")
    (True, False, False)
    """
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def parameter_order(name: str) -> tuple[int, bool]:
    """The sort key that gives the order W1, b1, W2, b2, ...

    >>> sorted(["b1", "W10", "W2", "W1"], key=parameter_order)
    ['W1', 'b1', 'W2', 'W10']
    """
    return int(name[1:]), name[0] == "b"
