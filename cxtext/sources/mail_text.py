"""The body of a mail as text: parts, broken character sets, flowed lines."""

import codecs
import re
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from typing import Any, cast

from cxtext.sources.encodings import decode
from cxtext.sources.load_report import UnreadableError
from cxtext.sources.mail_html import html_to_text

# What the standard library's parser raises on some malformed messages; one such mail must not end the run.
PARSER_FAULTS = (ValueError, LookupError, AttributeError, TypeError, RecursionError, MessageError, OverflowError)

# The standard library takes quadratic time for a header of an address or of parameters, and real ones are shorter.
_LONGEST_HEADER = {"subject": 8000, "references": 8000, "in-reply-to": 8000}
_LONGEST_OTHER = 1000


class _Bounded(EmailPolicy):
    """Understands the beginning of a header, as far as headers reach."""

    def header_fetch_parse(self, name: str, value: str) -> Any:  # noqa: ANN401 (as the library has it)
        return super().header_fetch_parse(name, value[: _LONGEST_HEADER.get(name.lower(), _LONGEST_OTHER)])


POLICY = cast("EmailPolicy[EmailMessage]", _Bounded())
_UNDECODED = re.compile("[\udc80-\udcff]")
_ENCODED_WORDS = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=(?:\s+=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=)*")
# Declared where a program does not know better; valid UTF-8 with umlauts is never one of these by chance.
_SINGLE_BYTE = frozenset({"ascii", "iso8859-1", "cp1252", "iso8859-15"})


def header(message: EmailMessage, name: str) -> str:
    """Give a header as text, encoded words decoded; empty if it is missing or beyond repair.

    Umlauts that stand in it without being encoded, which is not allowed and common, are told like those of a text.
    """
    try:
        raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
        if _UNDECODED.search(raw):
            value = _ENCODED_WORDS.sub(_decoded, _mended(raw))
        else:
            found = message.get(name)
            value = str(found) if found is not None else ""
    except PARSER_FAULTS:
        # The header parser of the standard library fails on some malformed headers.
        return ""
    return " ".join(value.split())


def _decoded(words: re.Match[str]) -> str:
    try:
        return str(make_header(decode_header(words[0])))
    except PARSER_FAULTS:
        return words[0]


def _mended(text: str) -> str:
    data = text.encode("utf-8", "surrogateescape")
    try:
        return decode(data)[0]
    except UnreadableError:
        return data.decode("utf-8", "replace")


def body_text(message: EmailMessage) -> str:
    """Give a mail's text: its plain parts, or where an alternative is missing or empty, its HTML part.

    Attachments are no part of the body. What stands between pictures is, so that a mail may have several parts.
    """
    return "\n\n".join(_texts(message)).strip("\n")


def _texts(part: Message) -> list[str]:
    kind = part.get_content_type()
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return []
    if part.is_multipart():
        children = [child for child in part.get_payload() if isinstance(child, Message)]
        if kind == "multipart/alternative":
            return _alternative(children)
        # What is attached as a message, or reported about one, is somebody else's.
        return [text for child in children if not kind.startswith("message/") for text in _texts(child)]
    # A mail that says it has parts and shows no border between them is read as it stands.
    if kind not in ("text/plain", "text/html") and part.get_content_maintype() != "multipart":
        return []
    text = _part_text(part)
    if kind == "text/html":
        text = html_to_text(text)
    elif str(part.get_param("format", "")).lower() == "flowed":
        text = unflow(text, delete_space=str(part.get_param("delsp", "")).lower() == "yes")
    return [text.strip("\n")] if text.strip() else []


def _alternative(children: list[Message]) -> list[str]:
    plain = [child for child in children if child.get_content_type() == "text/plain"]
    for child in [*plain, *reversed([child for child in children if child not in plain])]:
        if texts := _texts(child):
            return texts
    return []


def _part_text(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    return text_of_bytes(data, part.get_content_charset()).replace("\r\n", "\n").replace("\r", "\n")


def text_of_bytes(data: bytes, declared: str | None) -> str:
    """Decode bytes by their declared character set, or where it is wrong, unknown or missing, by what they are.

    Examples
    --------
    >>> text_of_bytes("Grüße".encode("utf-8"), "iso-8859-1")
    'Grüße'
    >>> text_of_bytes("“yes”".encode("cp1252"), "us-ascii")
    '“yes”'
    """
    with_name = _codec_name(declared)
    if with_name in _SINGLE_BYTE and not data.isascii():
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            # Quotation marks and dashes of Windows are often declared as Latin-1, which does not have them.
            with_name = "cp1252" if with_name in ("ascii", "iso8859-1") else with_name
    if with_name is not None:
        try:
            return data.decode(with_name)
        except (UnicodeError, LookupError):
            pass
    try:
        return decode(data)[0]
    except UnreadableError:
        return data.decode("utf-8", errors="replace")


def _codec_name(declared: str | None) -> str | None:
    try:
        return codecs.lookup(declared or "us-ascii").name
    except (LookupError, ValueError, UnicodeError):
        return None


def unflow(text: str, *, delete_space: bool = False) -> str:
    r"""Join the soft line breaks of ``format=flowed`` text (RFC 3676); quoted lines keep one ``>`` per level.

    Examples
    --------
    >>> unflow("Der Zug kam \nzu spät.\n> alte \n> Zeile\n-- \nAnna")
    'Der Zug kam zu spät.\n> alte Zeile\n-- \nAnna'
    """
    joined: list[tuple[int, list[str]]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")  # space-stuffing
        flowed = content.endswith(" ") and content != "-- "
        if flowed and delete_space:
            content = content[:-1]
        if open_depth == depth and content != "-- ":
            joined[-1][1].append(content)
        else:
            joined.append((depth, [content]))
        open_depth = depth if flowed else None
    lines = ((depth, "".join(pieces)) for depth, pieces in joined)
    return "\n".join(">" * depth + (" " if depth and content else "") + content for depth, content in lines)
