"""Which parts of a mail are not the writer's own words of today.

Old mail quoted below, above or between the lines, forwarded mail, greetings, closings, signatures and legal notices are
marked, never removed. An answer below or between quoted lines stays the customer's, and so do words behind a closing
that read like sentences.

``mail-parser-reply`` does part of this, but not on untrusted text: 4 kB of "Am a schrieb" keep its expressions busy for
15 seconds, and it misses the reversed „Name schrieb am", the German separators and most German closings. Every
expression here sees a line, or a paragraph, of bounded length.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cxtext.documents import Kind

# A closing stands near the end: at most so many lines of signature may follow.
_LONGEST_SIGNATURE = 20
# Lines with more words than this, or that end like a sentence, are somebody speaking.
_SIGNATURE_WORDS = 9
# Fields of a header block, wrapped lines among them.
_LONGEST_HEADER = 40
# Regular expressions see no more of a line than this.
_LONGEST_LINE = 400

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_QUOTE = re.compile(r"[ \t]*(?:(?:>|\|(?=\s)|&gt;)[ \t]?)+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”“»)]*$")
_POSTSCRIPT = re.compile(r"P\.? ?S\.?\b ?[:.]?", re.IGNORECASE)
_NAME = r"(?-i:[A-ZÄÖÜ][\w'’.-]*)"
_NAME_LINE = re.compile(
    r"(?:(?:Dr|Prof|Mag|Dipl|Ing|DI|Frau|Herr|Mr|Mrs|Ms)\.?[ -]*){0,4}"
    r"(?:[A-ZÄÖÜ][\w'’.-]{0,30}[ ,]{0,2}){1,4}(?:\([^)]{1,20}\))?"
)
_RULE = re.compile(r"[-_=]{10,}")
_WROTE = re.compile(
    r"schr[ie]{2}b|wrote|writes|écrit|scritto|escribió|schreef|Zitat|Quoting|Zitiere|said|sagt|meint|^\\d{4}-",
    re.IGNORECASE,
)
_LOVE = re.compile(r"Lieben?\sGr[uü]", re.IGNORECASE)  # a closing, though „Liebe Frau" is a greeting
_ON = re.compile(r"(?:Am|On)\s")
_MESSAGE_ID = re.compile(r"<?[^\s<>]+@[^\s<>]+>?\.*:?")
_THANKS = re.compile(r"Dank|Thank|Bitte|Please", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Patterns:
    original: re.Pattern[str]
    forwarded: re.Pattern[str]
    attribution: re.Pattern[str]
    weak_attribution: re.Pattern[str]
    header: re.Pattern[str]
    first_fields: frozenset[str]
    forwarded_subject: re.Pattern[str]
    greeting: re.Pattern[str]
    greeting_before: re.Pattern[str]
    closing: re.Pattern[str]
    closing_behind: re.Pattern[str]
    delimiter: re.Pattern[str]
    program: re.Pattern[str]
    contact: re.Pattern[str]
    disclaimer: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank: where its words stand, what they are, and how it is quoted."""

    start: int
    end: int
    words: str
    quoted: bool
    after_blank: bool


def _one_of(patterns: Iterable[str], flags: int = re.IGNORECASE) -> re.Pattern[str]:
    joined = "|".join(f"(?:{p})" for p in patterns)
    return re.compile(joined.replace("{NAME}", _NAME).replace(" ", r"\s"), flags)


@cache
def _patterns() -> _Patterns:
    table = tomllib.loads((files("cxtext.data") / "replies.toml").read_text(encoding="utf-8"))
    header, signature = table["header"], table["signature"]
    fields = "|".join(re.escape(f) for f in sorted(header["first"] + header["more"], key=len, reverse=True))
    greeting = table["greeting"]["patterns"]
    closing = table["closing"]["patterns"]
    return _Patterns(
        original=_one_of(table["separators"]["original"]),
        forwarded=_one_of(table["separators"]["forwarded"]),
        attribution=_one_of(table["attribution"]["clear"]),
        weak_attribution=_one_of(table["attribution"]["weak"]),
        header=re.compile(rf"[* ]*({fields})\s?\*?\s?:\*?(?=\s|$|\*)", re.IGNORECASE),
        first_fields=frozenset(f.lower() for f in header["first"]),
        forwarded_subject=re.compile(header["forwarded"], re.IGNORECASE),
        greeting=re.compile(f"(?:{_one_of(greeting).pattern})[^\\w?]*", re.IGNORECASE),
        greeting_before=re.compile(f"(?:{_one_of(greeting).pattern})\\s?[,!]\\s*(?=\\w)", re.IGNORECASE),
        closing=re.compile(f"[-–—*\\s]*(?:{_one_of(closing).pattern})[^\\w?]*", re.IGNORECASE),
        closing_behind=re.compile(f"(?<=[.!?,)]\\s)(?:{_one_of(closing[:2]).pattern})$", re.IGNORECASE),
        delimiter=_one_of(signature["delimiters"]),
        program=_one_of(signature["programs"]),
        contact=_one_of(signature["contact"]),
        disclaimer=_one_of(table["disclaimer"]["patterns"], re.IGNORECASE | re.MULTILINE),
    )


def mark(text: str) -> tuple[tuple[int, int, Kind], ...]:
    r"""Mark what is not the writer's own words in a mail.

    Parameters
    ----------
    text
        The mail's text, German or English or both.

    Returns
    -------
    (start, end, kind) in order and without overlap. Everything between is the customer's own voice.

    Examples
    --------
    >>> text = "Hallo Frau Weiß,\ndas Paket fehlt.\nLG Max\n\nAm 03.05.2026 schrieb Service:\n> Guten Tag"
    >>> [(text[a:b].split("\n")[0], kind) for a, b, kind in mark(text)]
    [('Hallo Frau Weiß,', 'greeting'), ('LG Max', 'closing'), ('Am 03.05.2026 schrieb Service:', 'quoted_reply')]
    >>> mark("On hold for two hours.\nThanks for nothing!")
    ()
    """
    lines = _lines(text)
    kinds: list[Kind | None] = [None] * len(lines)
    _mark_old_mail(lines, kinds)
    own = [i for i, kind in enumerate(kinds) if kind is None]
    _mark_disclaimers(text, lines, kinds, own)
    greeted = _mark_greeting(lines, kinds, own)
    _mark_signatures(lines, kinds, own)
    _mark_closings(lines, kinds, own)
    _mark_contacts(lines, kinds, own)
    if greeted is not None:
        _mark_name(lines, kinds, own)
    return tuple(_spans(lines, kinds, own, greeted))


def is_mail(text: str) -> bool:
    r"""Tell whether a text of unknown channel is clearly a mail.

    Quoted lines under a line that names their writer, a separator or a header block of a mail program, a signature
    behind ``-- ``, or both a greeting and a closing in lines of their own.

    Examples
    --------
    >>> is_mail("Guten Tag,\nmeine Rechnung ist falsch.\nMit freundlichen Grüßen\nMax Muster")
    True
    >>> is_mail("Great shop.\nFast delivery.")
    False
    """
    lines = _lines(text)
    if len(lines) < 3:
        return False
    p = _patterns()
    kinds: list[Kind | None] = [None] * len(lines)
    if _mark_old_mail(lines, kinds):
        return True
    if any(text[line.start : line.end + 1] == "-- " for line in lines):
        return True
    greeted = p.greeting.fullmatch(lines[0].words) is not None
    return greeted and any(p.closing.fullmatch(line.words) for line in lines[2:])


def _lines(text: str) -> list[_Line]:
    lines = []
    previous_end = 0
    for match in _LINE.finditer(text):
        quote = _QUOTE.match(text, match.start(), match.end())
        start, end = quote.end() if quote else match.start(), match.end()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end and quote is None:
            continue
        gap = text[previous_end : match.start()]
        blank = gap.count("\n") > 1 or (gap.count("\n") == 0 and len(gap) > 1)
        outer = match.start() if quote else start
        lines.append(
            _Line(outer, max(end, outer), text[start : min(end, start + _LONGEST_LINE)], quote is not None, blank)
        )
        previous_end = match.end()
    return lines


def _mark_old_mail(lines: Sequence[_Line], kinds: list[Kind | None]) -> bool:
    """Mark quoted and forwarded lines; say whether a mail program left its marks."""
    quoted = [i for i, line in enumerate(lines) if line.quoted]
    headers = list(_headers(lines))
    if len(quoted) == 1 and not headers and lines[quoted[0]].words[:1].isdigit():
        quoted = []  # "> 3 weeks"
    for i in quoted:
        kinds[i] = "quoted_reply"
    _mark_wrapped_quotes(lines, kinds)
    for start, end, kind in headers:
        if kinds[start] is not None:
            continue
        for i in range(start, end):
            kinds[i] = kind
        if end == len(lines) or any(lines[i].quoted for i in range(end, min(end + 2, len(lines)))):
            continue
        before = [i for i in range(start) if kinds[i] is None and not _patterns().greeting.fullmatch(lines[i].words)]
        if before or kind == "forwarded":
            # The mail program set the old mail below without marks; nobody can tell an answer in it.
            for i in range(end, len(lines)):
                kinds[i] = kind
            break
    return bool(headers)


def _mark_wrapped_quotes(lines: Sequence[_Line], kinds: list[Kind | None]) -> None:
    """Quoted lines that were wrapped once more leave short lines without a mark."""
    for i in range(1, len(lines) - 1):
        if kinds[i] is None and lines[i - 1].quoted and lines[i + 1].quoted:
            short = len(lines[i].words) <= 25 and len(lines[i - 1].words) >= 55
            if short and not lines[i].after_blank and not lines[i + 1].after_blank:
                kinds[i] = "quoted_reply"


def _headers(lines: Sequence[_Line]) -> Iterator[tuple[int, int, Kind]]:
    """Ranges of lines in which a mail program says that old mail follows."""
    p = _patterns()
    i = 0
    while i < len(lines):
        words = lines[i].words
        kind: Kind = "quoted_reply"
        end = i
        if lines[i].quoted:
            pass
        elif p.original.fullmatch(words):
            end = _block_end(lines, i + 1) or i + 1
        elif p.forwarded.fullmatch(words):
            kind = "forwarded"
            end = _block_end(lines, i + 1) or i + 1
        elif _RULE.fullmatch(words):
            end = _block_end(lines, i + 1) or i
        else:
            end = _block_end(lines, i) or _attribution_end(lines, i) or i
        if end > i:
            if any(p.forwarded_subject.match(line.words) for line in lines[i:end]):
                kind = "forwarded"
            yield i, end, kind
        i = max(end, i + 1)


def _block_end(lines: Sequence[_Line], start: int) -> int | None:
    """Give the end of a block of header fields (From, Sent, To, Subject) that starts at a line."""
    p = _patterns()
    found: list[str] = []
    end = i = start
    while i < min(len(lines), start + _LONGEST_HEADER) and i - end <= 1:
        match = p.header.match(lines[i].words)
        if match:
            found.append(match.group(1).lower())
            end = i + 1
        elif lines[i].after_blank and len(found) > 1:
            break
        i += 1
    if not found or p.header.match(lines[start].words) is None:
        return None
    return end if len(set(found)) >= 2 and p.first_fields.intersection(found) else None


def _attribution_end(lines: Sequence[_Line], start: int) -> int | None:
    """Give the end of „Am … schrieb …:", which mail programs wrap over up to three lines."""
    p = _patterns()
    words = ""
    for i in range(start, min(start + 3, len(lines))):
        if i > start and (lines[i].after_blank or lines[i].quoted or _ON.match(lines[i].words)):
            return None
        words = f"{words} {lines[i].words}".strip()
        if not _WROTE.search(words):
            continue
        end = i + 1
        if p.attribution.fullmatch(words[:_LONGEST_LINE]):
            # A message id stands in a line of its own.
            return end + 1 if end < len(lines) and _MESSAGE_ID.fullmatch(lines[end].words) else end
        if end < len(lines) and lines[end].quoted and p.weak_attribution.fullmatch(words[:_LONGEST_LINE]):
            return end
    return None


def _mark_disclaimers(text: str, lines: Sequence[_Line], kinds: list[Kind | None], own: Sequence[int]) -> None:
    for paragraph in _paragraphs(lines, own):
        begin = lines[paragraph[0]].start
        match = _patterns().disclaimer.search(text[begin : min(lines[paragraph[-1]].end, begin + 4 * _LONGEST_LINE)])
        if match:
            for i in paragraph:
                if lines[i].end > begin + match.start():
                    kinds[i] = "disclaimer"


def _paragraphs(lines: Sequence[_Line], own: Sequence[int]) -> Iterator[list[int]]:
    paragraph: list[int] = []
    for i in own:
        if paragraph and (lines[i].after_blank or i != paragraph[-1] + 1):
            yield paragraph
            paragraph = []
        paragraph.append(i)
    if paragraph:
        yield paragraph


def _mark_greeting(lines: Sequence[_Line], kinds: list[Kind | None], own: Sequence[int]) -> tuple[int, int] | None:
    """Mark the greeting; give the line and the end of the words where it is only the beginning of its line."""
    p = _patterns()
    for i in [i for i in own if kinds[i] is None][:3]:
        if _LOVE.match(lines[i].words):
            return None
        if p.greeting.fullmatch(lines[i].words):
            kinds[i] = "greeting"
            if i + 1 in own and p.greeting.fullmatch(lines[i + 1].words):
                kinds[i + 1] = "greeting"  # Liebe Anna, / lieber Max,
            return i, lines[i].end
        match = p.greeting_before.match(lines[i].words)
        if match:
            return i, lines[i].start + len(match.group().rstrip())
        if len(lines[i].words.split()) > _SIGNATURE_WORDS:
            return None
    return None


def _mark_signatures(lines: Sequence[_Line], kinds: list[Kind | None], own: Sequence[int]) -> None:
    """Mark what stands behind ``--``, and the lines that mail programs add."""
    p = _patterns()
    for position, i in enumerate(own):
        if kinds[i] is not None:
            continue
        if p.program.fullmatch(lines[i].words):
            kinds[i] = "signature"
        elif len(own) - position <= _LONGEST_SIGNATURE + 1 and p.delimiter.fullmatch(lines[i].words):
            rest = own[position + 1 :]
            contacts = any(p.contact.search(lines[j].words) for j in rest)
            plain = lines[i].words.startswith("--") and len(lines[i].words) < 6
            prose = sum(_is_prose(lines[j].words) for j in rest)
            if (plain or prose <= 2) and (contacts or (plain and len(rest) <= 8)):
                for j in [i, *rest]:
                    kinds[j] = kinds[j] or "signature"


def _mark_closings(lines: Sequence[_Line], kinds: list[Kind | None], own: Sequence[int]) -> None:
    """Mark closings, and below them what reads like a signature."""
    p = _patterns()
    position = 0
    while position < len(own):
        i = own[position]
        position += 1
        if kinds[i] is not None or not p.closing.fullmatch(lines[i].words):
            continue
        rest = [j for j in own[position : position + 2 * _LONGEST_SIGNATURE] if kinds[j] is None]
        prose = sum(_is_prose(lines[j].words) for j in rest)
        kinds[i] = "closing"
        for j in rest[:_LONGEST_SIGNATURE]:
            words = lines[j].words
            if p.closing.fullmatch(words):
                kinds[j] = "closing"
            elif p.contact.search(words) or _NAME_LINE.fullmatch(words) or (prose <= 1 and not _is_prose(words)):
                kinds[j] = "signature"
            else:
                break


def _is_prose(words: str) -> bool:
    return (
        len(words.split()) > _SIGNATURE_WORDS
        or _SENTENCE_END.search(words) is not None
        or _POSTSCRIPT.match(words) is not None
    )


def _mark_contacts(lines: Sequence[_Line], kinds: list[Kind | None], own: Sequence[int]) -> None:
    """Mark a block of contact data at the end that no closing announces."""
    p = _patterns()
    tail: list[int] = []
    contacts = 0
    for i in reversed(own):
        if kinds[i] in ("signature", "disclaimer"):
            continue
        if kinds[i] is not None or _is_prose(lines[i].words) or len(tail) >= _LONGEST_SIGNATURE:
            break
        contacts += p.contact.search(lines[i].words) is not None
        tail.append(i)
    named = False
    while tail and not p.contact.search(lines[tail[-1]].words):
        above = tail.pop()
        if tail and p.contact.search(lines[tail[-1]].words) and _NAME_LINE.fullmatch(lines[above].words):
            tail.append(above)
            named = lines[above].after_blank
            break
    if contacts >= 2 or named:
        for i in tail:
            kinds[i] = "signature"


def _mark_name(lines: Sequence[_Line], kinds: list[Kind | None], own: Sequence[int]) -> None:
    """Mark the writer's name where it stands alone in the last line of a mail that began with a greeting."""
    left = [i for i in own if kinds[i] is None]
    if len(left) < 2 or len(left) != len([i for i in own if kinds[i] not in ("greeting", "disclaimer")]):
        return
    last, before = lines[left[-1]], lines[left[-2]]
    short = len(last.words.split()) <= 3 and _NAME_LINE.fullmatch(last.words) is not None
    if short and last.after_blank and _SENTENCE_END.search(before.words) and not _THANKS.match(last.words):
        kinds[left[-1]] = "signature"


def _spans(
    lines: Sequence[_Line], kinds: Sequence[Kind | None], own: Sequence[int], greeted: tuple[int, int] | None
) -> Iterator[tuple[int, int, Kind]]:
    pieces: list[tuple[int, int, Kind | None]] = []
    spoken = [i for i in own if kinds[i] is None]
    for i, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        start = line.start
        if kind is None and greeted is not None and greeted[0] == i:
            pieces.append((start, greeted[1], "greeting"))
            start = greeted[1]
        behind = None
        if kind is None and spoken and i == spoken[-1] and line.end - line.start <= _LONGEST_LINE:
            behind = _patterns().closing_behind.search(line.words)
        if behind:
            cut = line.start + behind.start()
            pieces += [(start, cut, None), (cut, line.end, "closing")]
        else:
            pieces.append((start, line.end, kind))
    merged: list[tuple[int, int, Kind | None]] = []
    for start, end, kind in pieces:
        if merged and merged[-1][2] == kind:
            merged[-1] = (merged[-1][0], end, kind)
        else:
            merged.append((start, end, kind))
    for start, end, kind in merged:
        if kind is not None:
            yield start, end, kind
