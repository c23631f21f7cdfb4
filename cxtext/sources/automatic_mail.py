"""Mails that nobody wrote to the company: automatic replies, bounces, newsletters."""

from email.message import EmailMessage
from functools import cache
from typing import Any, Literal

from cxtext.config import read_data
from cxtext.sources.mail_text import header

Automatic = Literal["reply", "bounce", "newsletter"]


@cache
def _signs() -> dict[str, Any]:
    return read_data("automatic_mail.toml")


def automatic_kind(message: EmailMessage) -> Automatic | None:
    """Tell an automatic reply, a bounce or a newsletter by its headers, its sender or its subject.

    After RFC 3834 (automatic replies), RFC 3464 (bounces), RFC 2369 and RFC 8058 (lists). Mails of a discussion list
    are somebody's words: support addresses are often such a list, and its headers name where to post.
    """
    if _is_bounce(message):
        return "bounce"
    if _is_reply(message):
        return "reply"
    return "newsletter" if _is_newsletter(message) else None


def _has(message: EmailMessage, group: str) -> bool:
    return any(name in message for name in _signs()[group]["headers"])


def _begins(message: EmailMessage, group: str) -> bool:
    return header(message, "Subject").lower().startswith(tuple(_signs()[group]["subjects"]))


def _is_bounce(message: EmailMessage) -> bool:
    report = (
        str(message.get_param("report-type", "")).lower() if message.get_content_type() == "multipart/report" else ""
    )
    if report == "delivery-status" or _has(message, "bounce"):
        return True
    sender = header(message, "From").lower()
    return any(name in sender for name in _signs()["bounce"]["senders"]) or _begins(message, "bounce")


def _is_reply(message: EmailMessage) -> bool:
    if header(message, "Auto-Submitted").lower().partition(";")[0].strip() not in ("", "no"):
        return True
    if _has(message, "reply") or header(message, "Precedence").lower() in ("auto_reply", "auto-reply"):
        return True
    if message.get_content_type() == "multipart/report" or header(message, "Return-Path") == "<>":
        return True
    return _begins(message, "reply")


def _is_newsletter(message: EmailMessage) -> bool:
    posting = header(message, "List-Post").lower()
    if posting and posting != "no":
        return False
    return header(message, "Precedence").lower() in ("bulk", "junk") or _has(message, "newsletter")
