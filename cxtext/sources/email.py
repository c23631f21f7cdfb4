"""E-mails: single messages (``.eml``) and mailboxes (mbox), which stream."""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Any

from cxtext.documents import Document
from cxtext.sources.automatic_mail import Automatic, automatic_kind
from cxtext.sources.input import InputFile
from cxtext.sources.load_report import Reject, UnreadableError
from cxtext.sources.mail_text import PARSER_FAULTS, POLICY, body_text, header

_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
# "From " lines that begin a message name a sender and a time; "From now on ..." does not.
_MBOX_BEGIN = re.compile(rb"From \S{1,500} .{0,200}?\d{1,2}:\d{2}.{0,100}?\d{4}")
_MBOX_ESCAPED = re.compile(rb">+From ")
_EXPECTED_HEADERS = ("From", "To", "Date", "Subject", "Message-ID", "Received")


def read_eml(file: InputFile) -> Iterator[Document | Reject]:
    """Read one message.

    Raises
    ------
    UnreadableError
        If the file is empty or no e-mail.
    """
    data = file.path.read_bytes()
    if not data.strip():
        raise UnreadableError("empty_file", length=len(data))
    yield document_of_bytes(data, 1, None, file)


def read_mbox(file: InputFile) -> Iterator[Document | Reject]:
    """Read the messages of a mailbox, one at a time.

    Raises
    ------
    UnreadableError
        If the file is empty.
    """
    if file.path.stat().st_size == 0:
        raise UnreadableError("empty_file", length=0)
    for number, (start, data) in enumerate(_messages(file.path), start=1):
        yield document_of_bytes(data, number, start, file)


def _messages(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give each message's first byte and content, with the escapes of the mboxrd format undone."""
    lines: list[bytes] = []
    position = begin = 0
    after_blank, inside = True, False
    with path.open("rb") as mailbox:
        for line in mailbox:
            if after_blank and _MBOX_BEGIN.match(line):
                if inside or any(existing.strip() for existing in lines):
                    yield begin, b"".join(lines)
                lines, begin, inside = [], position, True
            else:
                lines.append(line[1:] if _MBOX_ESCAPED.match(line) else line)
            after_blank = not line.strip()
            position += len(line)
    if inside or any(existing.strip() for existing in lines):
        yield begin, b"".join(lines)


def document_of_bytes(data: bytes, number: int, start: int | None, file: InputFile) -> Document | Reject:
    """Read one message as it was sent."""
    file.loaded.rows += 1
    broken = Reject(file.name, "broken_mail", row=number, byte=start, length=len(data))
    try:
        message = BytesParser(policy=POLICY).parsebytes(data)
        if not isinstance(message, EmailMessage) or all(name not in message for name in _EXPECTED_HEADERS):
            return broken
        return document_of_message(message, body_text(message), automatic_kind(message), number, file)
    except PARSER_FAULTS:
        return broken


def document_of_message(
    message: EmailMessage, text: str, automatic: Automatic | None, number: int, file: InputFile
) -> Document:
    """Make a document of a message's headers and its text."""
    created_at, zone_named = _date(header(message, "Date"))
    attributes = _attributes(message, file)
    if created_at is not None and not zone_named:
        created_at = created_at.replace(tzinfo=file.options.zone)
        file.report.note(f"some mails' dates name no time zone; taken as {file.options.zone}")
    if automatic is not None:
        attributes["automatic"] = automatic
        file.report.automatic_kinds[automatic] += 1
    return Document(
        text=text,
        id=f"{file.name}#{number}",
        channel="email",
        author_role="customer" if automatic is None else "system",
        created_at=created_at,
        language=file.options.language,
        attributes=attributes,
    )


def _attributes(message: EmailMessage, file: InputFile) -> dict[str, Any]:
    own = _MESSAGE_ID.findall(header(message, "Message-ID"))
    # The first reference is the message that began the conversation.
    earlier = _MESSAGE_ID.findall(header(message, "References")) or _MESSAGE_ID.findall(header(message, "In-Reply-To"))
    attributes: dict[str, Any] = {
        "subject": header(message, "Subject"),
        "message_id": own[0] if own else None,
        "conversation": (earlier or own or [None])[0],
    }
    if file.options.columns.customer is not None and (sender := _pseudonym(header(message, "From"))):
        attributes["customer"] = sender
    return attributes


def _pseudonym(sender: str) -> str | None:
    # Tells one sender's mails from another's without holding the address. Whoever has a list of addresses can find
    # them again: a pseudonym, not anonymous.
    address = parseaddr(sender)[1].lower()
    return hashlib.blake2b(address.encode("utf-8", "replace"), digest_size=8).hexdigest() if address else None


def _date(text: str) -> tuple[datetime | None, bool]:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None, False
    return found, found.tzinfo is not None
