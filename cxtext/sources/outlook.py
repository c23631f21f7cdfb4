"""Outlook's own mails (``.msg``): MAPI properties in a compound file, after MS-OXMSG and MS-OXPROPS."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import Parser
from email.utils import format_datetime, formataddr
from typing import Any

from cxtext.documents import Document
from cxtext.errors import MissingExtraError
from cxtext.sources.automatic_mail import Automatic, automatic_kind
from cxtext.sources.email import document_of_bytes, document_of_message
from cxtext.sources.input import InputFile
from cxtext.sources.load_report import Reject, UnreadableError
from cxtext.sources.mail_html import html_to_text
from cxtext.sources.mail_text import PARSER_FAULTS, POLICY, text_of_bytes

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROPERTIES = "__properties_version1.0"
# Of the stream of properties: what stands before the first one in a message, and the length of one.
_HEADER, _ENTRY = 32, 16
_LONG, _TIME = 0x0003, 0x0040

_MESSAGE_CLASS = 0x001A
_SUBJECT = 0x0037
_SUBMITTED, _DELIVERED = 0x0039, 0x0E06
_TRANSPORT_HEADERS = 0x007D
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_BODY, _HTML, _RICH_TEXT = 0x1000, 0x1013, 0x1009
_MESSAGE_ID, _REFERENCES, _IN_REPLY_TO = 0x1035, 0x1039, 0x1042
_CODE_PAGE, _HTML_CODE_PAGE = 0x3FFD, 0x3FDE
_UTF_8 = 65001
_FIRST_TIME = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Message:
    """The properties of the message itself, not of its recipients and attachments."""

    file: Any
    fixed: dict[tuple[int, int], bytes]

    def data(self, tag: int, kind: int) -> bytes | None:
        name = f"__substg1.0_{tag:04X}{kind:04X}"
        return self.file.openstream(name).read() if self.file.exists(name) else None

    def text(self, tag: int) -> str:
        wide = self.data(tag, 0x001F)
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self.data(tag, 0x001E)
        return text_of_bytes(narrow, self.charset(_CODE_PAGE)).rstrip("\0") if narrow is not None else ""

    def number(self, tag: int) -> int | None:
        value = self.fixed.get((tag, _LONG))
        return None if value is None else struct.unpack_from("<i", value)[0]

    def charset(self, tag: int) -> str:
        page = self.number(tag) or 1252
        return "utf-8" if page == _UTF_8 else f"cp{page}"

    def time(self, tag: int) -> datetime | None:
        value = self.fixed.get((tag, _TIME))
        if value is None:
            return None
        try:
            # Tenths of a microsecond since 1601.
            return _FIRST_TIME + timedelta(microseconds=struct.unpack("<Q", value)[0] // 10)
        except OverflowError:
            return None


def read_msg(file: InputFile) -> Iterator[Document | Reject]:
    """Read one message.

    Raises
    ------
    MissingExtraError
        If olefile, which opens compound files, is not installed.
    UnreadableError
        If the file is empty.
    """
    data = file.path.read_bytes()
    if not data.strip():
        raise UnreadableError("empty_file", length=len(data))
    if not data.startswith(_MAGIC):
        # Some programs call a mail as it was sent by this suffix.
        yield document_of_bytes(data, 1, None, file)
        return
    try:
        import olefile
    except ImportError:
        raise MissingExtraError("olefile", "mail") from None
    file.loaded.rows += 1
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            document = _document(compound, file)
    except (*PARSER_FAULTS, OSError, struct.error, OverflowError):
        document = None
    yield document or Reject(file.name, "broken_mail", row=1, length=len(data))


def _document(compound: Any, file: InputFile) -> Document | Reject | None:  # noqa: ANN401 (olefile has no types)
    if not compound.exists(_PROPERTIES):
        return None  # another kind of compound file
    message = _Message(compound, _fixed(compound.openstream(_PROPERTIES).read()))
    text = _text(message)
    if text is None:
        return Reject(file.name, "no_plain_text", row=1)
    headers = _headers(message)
    return document_of_message(headers, text, _automatic(message, headers), 1, file)


def _fixed(data: bytes) -> dict[tuple[int, int], bytes]:
    """Give the values of fixed length by tag and type."""
    values = {}
    for start in range(_HEADER, len(data) - _ENTRY + 1, _ENTRY):
        kind, tag = struct.unpack_from("<HH", data, start)
        values[tag, kind] = data[start + 8 : start + _ENTRY]
    return values


def _text(message: _Message) -> str | None:
    """Give the plain text, or that of the HTML; null if the words are in rich text only."""
    text = message.text(_BODY).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if text.strip():
        return text
    html = message.data(_HTML, 0x0102)
    markup = message.text(_HTML) if html is None else text_of_bytes(html, message.charset(_HTML_CODE_PAGE))
    if markup.strip():
        return html_to_text(markup)
    return None if message.data(_RICH_TEXT, 0x0102) else ""


def _headers(message: _Message) -> EmailMessage:
    """Give the headers that the mail came with; a mail that was not sent by the net has properties only."""
    sent = message.text(_TRANSPORT_HEADERS)
    headers = Parser(policy=POLICY).parsestr(sent.lstrip(), headersonly=True)
    address = message.text(_SENDER_SMTP) or message.text(_SENDER_ADDRESS)
    time = message.time(_SUBMITTED) or message.time(_DELIVERED)
    properties = {
        "From": formataddr((message.text(_SENDER_NAME), address)) if "@" in address and address.isascii() else "",
        "Subject": message.text(_SUBJECT),
        "Date": "" if time is None else format_datetime(time),
        "Message-ID": message.text(_MESSAGE_ID),
        "References": message.text(_REFERENCES),
        "In-Reply-To": message.text(_IN_REPLY_TO),
    }
    for name, value in properties.items():
        if value and headers.get(name) is None:
            headers[name] = " ".join(value.split())
    return headers


def _automatic(message: _Message, headers: EmailMessage) -> Automatic | None:
    kind = message.text(_MESSAGE_CLASS).lower()
    if kind.startswith("report."):
        return "bounce" if kind.endswith(".ndr") else "reply"
    if kind.startswith(("ipm.note.rules.ooftemplate", "ipm.note.rules.replytemplate")):
        return "reply"
    return automatic_kind(headers)
