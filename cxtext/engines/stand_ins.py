"""The key that a batch run makes its stand-ins with, and what its files are called."""

import hashlib
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from cxtext.text.field_redaction import redact_label
from cxtext.text.redaction import RedactionConfig, substitute_with

# The environment's variable with a key of one's own, which makes the stand-ins of all runs alike.
KEY = "CXTEXT_REDACTION_KEY"


def key_of_files(paths: Iterable[Path]) -> str:
    """Make a key of what the files hold.

    It is the same for the same files, so that a run can be repeated, and known to nobody who does not have them: what
    the manifest tells of them is another hash.
    """
    digests = sorted(_digest(path) for path in set(paths))
    return hashlib.blake2b("".join(digests).encode(), person=b"cxtext key").hexdigest()


def _digest(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, partial(hashlib.blake2b, person=b"cxtext file")).hexdigest()
    except OSError:
        return ""  # the reader rejects it, with the reason


def shown_name(name: str, key: str) -> str:
    """Give what a file is called where its name may hold somebody's: ids, the report, the manifest, rejects.

    >>> shown_name("umfrage.csv", "0123456789abcdef")
    'umfrage.csv'
    >>> shown_name("complaint max@example.org.eml", "0123456789abcdef")
    'complaint [EMAIL_...]'
    """
    return redact_label(name, substitute_with(RedactionConfig(mode="mask", key=key)))
