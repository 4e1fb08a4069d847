"""The trusted half: decides whether a certificate proves the claims of a statement.

Standard library only, and nothing of the rest of symland.  `check` takes the two files as bytes
and answers with a `Verdict`; ``python -I symland/checker STATEMENT CERTIFICATE`` does the same
from the command line.  Read `certificate` first, then `dispatch` (the table of rules), then the
rules: the docstring of each is the argument for its soundness.
"""

from .certificate import check
from .verdict import Verdict

__all__ = ["Verdict", "check"]
