"""The key that a batch run makes its stand-ins with, and what its files are called."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from cxtext.text.field_redaction import redact_label
from cxtext.text.redaction import RedactionConfig, substitute_with

# The environment's variable with a key of one's own, which makes the stand-ins of all runs alike.
KEY = "CXTEXT_REDACTION_KEY"
# What is longer is taken in pieces of so many bytes, so that a file without line breaks needs no more memory.
_LONGEST_LINE = 1 << 20


def key_of_files(paths: Iterable[Path]) -> str:
    """Make a key of what the files hold, in whatever order their lines stand.

    It is the same for the same files, so that a run can be repeated, and known to nobody who does not have them: what
    the manifest tells of them is another hash.
    """
    digests = sorted(_digest(path) for path in set(paths))
    return hashlib.blake2b("".join(digests).encode(), person=b"cxtext key").hexdigest()


def _digest(path: Path) -> str:
    if not path.is_file():
        return ""
    total = 0
    try:
        with path.open("rb") as file:
            while line := file.readline(_LONGEST_LINE):
                # A sum does not tell in which order its parts came; the last line may lack its end.
                total += int.from_bytes(hashlib.blake2b(line.rstrip(b"\r\n"), person=b"cxtext line").digest())
    except OSError:
        return ""  # the reader rejects it, with the reason
    return hashlib.blake2b(total.to_bytes(128), person=b"cxtext file").hexdigest()


def shown_name(name: str, key: str) -> str:
    """Give what a file is called where its name may hold somebody's: ids, the report, the manifest, rejects.

    >>> shown_name("umfrage.csv", "0123456789abcdef")
    'umfrage.csv'
    >>> shown_name("complaint max@example.org.eml", "0123456789abcdef")
    'complaint [EMAIL_...]'
    """
    return redact_label(name, substitute_with(RedactionConfig(mode="mask", key=key)))
