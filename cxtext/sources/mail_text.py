"""The body of a mail as text: parts, broken character sets, flowed lines, and what is only automatic."""

import tomllib
from email.message import EmailMessage, MIMEPart
from functools import cache
from importlib.resources import files

from cxtext.sources.encodings import decode
from cxtext.sources.load_report import UnreadableError
from cxtext.sources.mail_html import html_to_text


def header(message: EmailMessage, name: str) -> str:
    """Give a header as text, encoded words decoded; empty if it is missing or beyond repair."""
    try:
        value = message.get(name)
    except (ValueError, LookupError, AttributeError, TypeError):
        # The header parser of the standard library fails on some malformed headers.
        return ""
    return " ".join(str(value).split()) if value is not None else ""


def body_text(message: EmailMessage) -> str:
    """Give a mail's text: its plain part, or where that is missing or empty, its HTML part.

    Attachments are no part of the body.
    """
    plain = message.get_body(preferencelist=("plain",))
    if plain is not None:
        text = _part_text(plain)
        if str(plain.get_param("format", "")).lower() == "flowed":
            text = unflow(text, delete_space=str(plain.get_param("delsp", "")).lower() == "yes")
        if text.strip():
            return text.strip("\n")
    html = message.get_body(preferencelist=("html",))
    return html_to_text(_part_text(html)) if html is not None else ""


def _part_text(part: MIMEPart) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    declared = part.get_content_charset() or "us-ascii"
    try:
        text = data.decode(declared)
    except (UnicodeDecodeError, LookupError):
        # The declared character set is wrong or unknown, which is common; what the bytes are can be told.
        try:
            text, _ = decode(data)
        except UnreadableError:
            text = data.decode("utf-8", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def unflow(text: str, *, delete_space: bool = False) -> str:
    r"""Join the soft line breaks of ``format=flowed`` text (RFC 3676); quoted lines keep one ``>`` per level.

    Examples
    --------
    >>> unflow("Der Zug kam \nzu spät.\n> alte \n> Zeile\n-- \nAnna")
    'Der Zug kam zu spät.\n> alte Zeile\n-- \nAnna'
    """
    joined: list[tuple[int, str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")  # space-stuffing
        flowed = content.endswith(" ") and content != "-- "
        if flowed and delete_space:
            content = content[:-1]
        if open_depth == depth and content != "-- ":
            joined[-1] = (depth, joined[-1][1] + content)
        else:
            joined.append((depth, content))
        open_depth = depth if flowed else None
    return "\n".join(">" * depth + (" " if depth and content else "") + content for depth, content in joined)


@cache
def _automatic() -> tuple[tuple[str, ...], tuple[str, ...]]:
    data = tomllib.loads(files("cxtext.data").joinpath("automatic_mail.toml").read_text(encoding="utf-8"))
    return tuple(data["subjects"]), tuple(data["senders"])


def is_automatic(message: EmailMessage) -> bool:
    """Say whether a mail is an automatic reply or a bounce: by its headers (RFC 3834), its sender or its subject."""
    subjects, senders = _automatic()
    if header(message, "Auto-Submitted").lower().partition(";")[0].strip() not in ("", "no"):
        return True
    if any(message.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Failed-Recipients")):
        return True
    if header(message, "Precedence").lower() in ("auto_reply", "auto-reply"):
        return True
    if message.get_content_type() == "multipart/report" or header(message, "Return-Path") == "<>":
        return True
    if any(name in header(message, "From").lower() for name in senders):
        return True
    return header(message, "Subject").lower().startswith(subjects)
