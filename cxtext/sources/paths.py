"""Files and folders that the caller named, as a list of files with the names they have in document ids."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cxtext.errors import SourceNotFoundError, nearest


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read.

    ``name`` is its path within the folder that was named, or the file's own name; ``named`` says whether the caller
    named the file itself, ``hidden`` whether it or a folder on the way begins with a dot.
    """

    path: Path
    name: str
    named: bool
    hidden: bool = False


def find_files(paths: Sequence[Path]) -> list[FoundFile]:
    """List the files under the given paths; folders in sorted order, whatever the file system gives.

    Raises
    ------
    SourceNotFoundError
        If a path does not exist.
    """
    found: list[FoundFile] = []
    for path in paths:
        if path.is_dir():
            found.extend(_walk(path))
        elif path.exists():
            found.append(FoundFile(path, _shown(path.name), named=True))
        else:
            raise SourceNotFoundError(_missing(path))
    once: dict[Path, FoundFile] = {}
    for file in found:
        once.setdefault(file.path.resolve(), file)
    return _with_unique_names(list(once.values()))


def _walk(folder: Path) -> Iterator[FoundFile]:
    files: list[tuple[str, Path]] = []
    for root, _, names in os.walk(folder):
        files.extend(((Path(root) / name).relative_to(folder).as_posix(), Path(root) / name) for name in names)
    for name, path in sorted(files):
        hidden = any(part.startswith(".") for part in name.split("/"))
        yield FoundFile(path, _shown(name), named=False, hidden=hidden)


def _with_unique_names(found: list[FoundFile]) -> list[FoundFile]:
    # Two inputs may hold files of one name; ids must tell them apart, so these are named by their whole path.
    counts = Counter(f.name for f in found)
    return [
        f if counts[f.name] == 1 else FoundFile(f.path, _shown(f.path.as_posix()), named=f.named, hidden=f.hidden)
        for f in found
    ]


def _shown(name: str) -> str:
    # File systems allow names that are no text; ids and reports are.
    return os.fsencode(name).decode("utf-8", "replace")


def _missing(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"there is no {str(path)!r}: the folder {str(folder)!r} does not exist (working folder: {Path.cwd()})"
    names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    hint = nearest(path.name, names)
    # All names of a large folder would bury the message.
    if not hint.startswith("did you mean") and len(names) > 10:
        hint = f"the folder holds {len(names)} others"
    return f"there is no {str(path)!r}; {hint if names else f'the folder {str(folder)!r} is empty'}"
