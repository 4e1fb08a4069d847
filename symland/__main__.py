"""``python -m symland`` is the command ``symland``."""

from symland.cli import main

if __name__ == "__main__":
    main()
