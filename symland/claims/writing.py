"""Writing files so that each is whole or not there, and none of another question is lost."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["save_files", "write_whole"]


def save_files(
    directory: str | Path, name: str, statement: bytes, certificate: bytes
) -> tuple[Path, Path]:
    """Write ``NAME.statement.json`` and ``NAME.certificate.json`` into a folder; their paths.

    A number is added to the name where files of another statement have it already; those of the
    same statement are replaced.

    Raises
    ------
    OSError
        The folder cannot be made or written to.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pairs = [save_files(folder, "a", text, b"proof") for text in (b"one", b"two", b"one")]
    >>> [statement.name for statement, _ in pairs]
    ['a.statement.json', 'a-2.statement.json', 'a.statement.json']
    """
    folder, stem, number = Path(directory), name, 1
    while (old := folder / f"{stem}.statement.json").exists() and old.read_bytes() != statement:
        number += 1
        stem = f"{name}-{number}"
    return (
        write_whole(folder / f"{stem}.statement.json", statement),
        write_whole(folder / f"{stem}.certificate.json", certificate),
    )


def write_whole(path: str | Path, content: str | bytes) -> Path:
    """Write `content` (text as UTF-8) to a temporary neighbour, then rename it to `path`.

    The folder is made where it is missing. An interruption leaves what was at `path` before, and
    nothing beside it.

    Raises
    ------
    OSError
        The folder cannot be made or written to.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "a" / "b.txt", "text").read_text()
    'text'
    """
    path = Path(path)
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _replace(path, data)
    except OSError as error:
        error.filename, error.filename2 = str(path), None  # not the temporary name
        raise
    return path


def _replace(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    """The permissions withheld from new files; `mkstemp` withholds more."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
