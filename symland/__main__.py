"""``python -m symland`` and the command ``symland``: quiet from the first moment on.

The command is imported only once an interruption no longer ends in Python's own traceback.
"""

import os
import signal

INTERRUPTED = 130
"""The status that a shell gives to what Ctrl-C ended."""


def main() -> None:
    """Run the command line; Ctrl-C while it is still being loaded ends with 130, silently."""
    # Matrices here are small: threads of the linear algebra library only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    ask = signal.getsignal(signal.SIGINT)
    if ask is signal.default_int_handler:  # not where the caller has it ignored
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(INTERRUPTED))
    from symland.cli import main as command

    signal.signal(signal.SIGINT, ask)
    command()


if __name__ == "__main__":
    main()
