"""One run at a time in a folder."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from cxtext.errors import OutputExistsError

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder while the block runs.

    The operating system holds the lock, and lets go of it when the process ends, however it ends: no lock is ever
    stale, and neither clocks nor process numbers matter.

    Parameters
    ----------
    folder
        Made if it does not exist.

    Raises
    ------
    OutputExistsError
        If another run holds it, or the folder is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputExistsError(f"the output folder {folder} is a file; name a folder, e.g. --out report/")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOCK
    file = _take(path)
    if file is None:
        raise OutputExistsError(
            f"another run is writing into {folder}; wait until it has ended, or name another --out. (Its lock goes "
            "with its process: a run that was killed holds none)"
        )
    try:
        yield
    finally:
        # While it is held, so that nobody can lock a file that has just lost its name.
        with suppress(OSError):
            path.unlink()
        file.close()


def _take(path: Path) -> IO[Any] | None:
    while True:
        file = path.open("ab")
        try:
            _lock(file.fileno())
            # Who held it before may have taken the name away between opening and locking.
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except FileNotFoundError:
            pass
        except BlockingIOError:
            file.close()
            return None
        except BaseException:
            file.close()
            raise
        file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            raise BlockingIOError from None

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
