"""Files that are whole or not there, whenever the process is killed, the disk is full or the power goes."""

import contextlib
import os
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, flush it to disk and rename it: a file with this name is always whole.

    Raises
    ------
    OSError
        If it cannot be written, with the file's name; nothing is left behind then.
    """
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        # What was written would keep a full disk full.
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _named(error, path) from None
    flush_folder(path.parent)


def append_line(path: Path, line: str) -> None:
    """Add a line to a file, and flush it to disk.

    Raises
    ------
    OSError
        If it cannot be written, with the file's name. Half a line may then stand at the end.
    """
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _named(error, path) from None


def flush_file(path: Path) -> None:
    """Flush a file that was written before to disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder to disk: on some file systems a renamed file loses its name with the power."""
    if os.name == "nt":
        return  # folders cannot be opened there, and names are kept by the file system's own journal
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _named(error: OSError, path: Path) -> OSError:
    # A write that fails knows the file's number only.
    return type(error)(error.errno, error.strerror or "the write failed", str(path))
