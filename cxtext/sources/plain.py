"""Plain text files: one document each; a transcript if it has speaker labels, a mail if it begins and ends like one."""

from collections.abc import Iterator, Mapping
from functools import cache

from cxtext.config import read_data
from cxtext.documents import Channel, Document
from cxtext.sources.encodings import decode
from cxtext.sources.input import InputFile
from cxtext.sources.load_report import Reject
from cxtext.sources.transcripts import conversation, plain_transcript

# A closing stands near the end: within so many lines of it, for a signature may follow.
_CLOSING_LINES = 8


@cache
def _signs() -> Mapping[str, tuple[str, ...]]:
    data = read_data("mail_signs.toml")
    return {name: tuple(data[name]) for name in ("headers", "greetings", "closings")}


def looks_like_mail(text: str) -> bool:
    r"""Say whether a text is a mail: a header block at the top, a greeting on its own line, or greeting and closing.

    Examples
    --------
    >>> looks_like_mail("Sehr geehrte Damen und Herren,\nmein Zug fiel aus.\nMit freundlichen Grüßen\nA. Muster")
    True
    >>> looks_like_mail("Hello from the app: the new timetable is great.")
    False
    """
    signs = _signs()
    lines = [line.strip().lower() for line in text.splitlines() if line.strip()]
    if sum(line.lstrip("*").startswith(signs["headers"]) for line in lines[:6]) >= 2:
        return True
    greeted = any(line.startswith(signs["greetings"]) and len(line) <= 60 for line in lines[:2])
    if greeted and len(lines) >= 3 and (lines[0][-1] in ",!:" or len(lines[0].split()) <= 4):
        return True
    closed = any(line.startswith(signs["closings"]) and len(line) <= 60 for line in lines[1:][-_CLOSING_LINES:])
    return greeted and closed


def read_txt(file: InputFile) -> Iterator[Document | Reject]:
    """Read a text file as one document.

    Raises
    ------
    UnreadableError
        If the file is empty, no text, or its encoding is damaged.
    """
    text, file.loaded.encoding = decode(file.path.read_bytes())
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    file.loaded.rows += 1
    utterances = plain_transcript(text, file.options.roles)
    if utterances:
        yield conversation(utterances, file)
        return
    channel: Channel | None = "email" if looks_like_mail(text) else None
    yield Document(text=text, id=f"{file.name}#1", channel=channel, language=file.options.language)
