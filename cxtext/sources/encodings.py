"""Which encoding a text file has: a byte order mark, else UTF-8 if it is valid, else Windows-1252."""

import codecs
import re
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from cxtext.sources.load_report import UnreadableError

SAMPLE = 2**20
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Bytes that could not be decoded, as errors="surrogateescape" marks them.
UNDECODED = re.compile("[\udc80-\udcff]")
_NON_ASCII = re.compile("[\u0080-\ud7ff\ue000-\U0010ffff]")


def encoding_of_bytes(data: bytes) -> str:
    """Name the encoding of a whole text.

    Raises
    ------
    UnreadableError
        If it is empty, or holds NUL bytes and thus is no text.
    """
    return _encoding([data])


def encoding_of_file(path: Path, *, limit: int | None = None) -> str:
    """Name the encoding of a file, from its first ``limit`` bytes or all of it; reads by chunks.

    Raises
    ------
    UnreadableError
        If the file is empty or is no text.
    """
    with path.open("rb") as file:
        if limit is not None:
            data = file.read(limit)
            # A cut through a character is no error.
            return _encoding([data[: data.rfind(b"\n") + 1] or data])
        return _encoding(iter(lambda: file.read(SAMPLE), b""))


def _encoding(chunks: Iterable[bytes]) -> str:
    filled = (chunk for chunk in chunks if chunk)
    head = next(filled, None)
    if head is None:
        raise UnreadableError("empty_file", length=0)
    wide = _by_mark(head) or _utf16_without_mark(head[:4096])
    if wide:
        return wide
    valid = invalid = 0
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for chunk in chain([head], filled):
        if b"\0" in chunk:
            raise UnreadableError("not_text")
        if not chunk.isascii():
            text = decoder.decode(chunk)
            invalid += len(UNDECODED.findall(text))
            valid += len(_NON_ASCII.findall(text))
    invalid += len(decoder.decode(b"", final=True))
    # A UTF-8 file with a few damaged bytes stays UTF-8 (those rows are rejected). In Windows-1252 hardly any non-ASCII
    # byte is part of a valid UTF-8 sequence.
    return "cp1252" if invalid > valid else "utf-8"


def _by_mark(head: bytes) -> str | None:
    for mark, name in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            if len(head) == len(mark):
                raise UnreadableError("empty_file", length=len(mark))
            return name
    return None


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half >= 2 and odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if half >= 2 and even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def decode(data: bytes) -> tuple[str, str]:
    """Decode a whole text and name its encoding.

    Raises
    ------
    UnreadableError
        If it is empty, no text, or damaged.

    Examples
    --------
    >>> decode("Grüße".encode("cp1252"))
    ('Grüße', 'cp1252')
    >>> decode("Züge".encode("utf-8-sig"))
    ('Züge', 'utf-8-sig')
    """
    encoding = encoding_of_bytes(data)
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise UnreadableError("bad_encoding", length=len(data), byte=error.start) from None
