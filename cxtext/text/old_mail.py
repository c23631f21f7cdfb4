"""Old mail: what is quoted line by line, and what mail programs set below headers of their own."""

import re
from collections.abc import Iterator, Sequence

from cxtext.documents import Kind
from cxtext.text.mail_lines import LONGEST_LINE, Line, Marking, patterns

# Fields of a header block, wrapped lines among them.
_LONGEST_HEADER = 40
# A field may stand twice (a second header below); a text in which it stands more often is something else.
_REPEATED_FIELD = 2

_RULE = re.compile(r"[-_=]{10,}")
_WROTE = re.compile(
    r"schr[ie]{2}b|wrote|writes|écrit|scritto|escribió|schreef|Zitat|Quoting|Zitiere|said|sagt|meint|^\d{4}-",
    re.IGNORECASE,
)
_ON = re.compile(r"(?:Am|On)\s")
# What programs write into the line that names the writer, and people do not.
_EXACT = re.compile(r"@|\d{1,2}:\d\d")
_MESSAGE_ID = re.compile(r"<?[^\s<>]+@[^\s<>]+>?\.*:?")


def mark_old_mail(marking: Marking) -> bool:
    """Mark quoted and forwarded lines; say whether a mail program left its marks."""
    lines, kinds = marking.lines, marking.kinds
    headers = list(_headers(lines))
    _mark_quoted(marking, lonely=bool(headers))
    _mark_wrapped_quotes(marking)
    for start, end, kind in headers:
        if kinds[start] is not None:
            continue
        for i in range(start, _end_of_quote(lines, end) if kind == "forwarded" else end):
            kinds[i] = kind
        if end == len(lines) or any(lines[i].quoted for i in range(end, min(end + 2, len(lines)))):
            continue
        if kind == "forwarded" or any(kinds[i] is None for i in range(start)):
            # The mail program set the old mail below without marks; nobody can tell an answer in it.
            for i in range(end, len(lines)):
                kinds[i] = kind
            break
    return bool(headers)


def _mark_quoted(marking: Marking, *, lonely: bool) -> None:
    """Mark lines with quotation marks; with ``lonely`` also one that begins with a number: "> 3 weeks"."""
    lines = marking.lines
    quoted = [i for i, line in enumerate(lines) if line.quoted]
    if len(quoted) == 1 and not lonely and lines[quoted[0]].words[:1].isdigit():
        return
    kind: Kind = "quoted_reply"
    for i in quoted:
        if not i or not lines[i - 1].quoted:
            kind = "quoted_reply"
        elif patterns().forwarded.fullmatch(lines[i].words):
            kind = "forwarded"  # to the end of what is quoted
        marking.kinds[i] = kind


def _end_of_quote(lines: Sequence[Line], start: int) -> int:
    end = start
    while end < len(lines) and lines[end].quoted:
        end += 1
    return end


def _mark_wrapped_quotes(marking: Marking) -> None:
    """Quoted lines that were wrapped once more leave short lines without a mark."""
    lines, kinds = marking.lines, marking.kinds
    for i in range(1, len(lines) - 1):
        if kinds[i] is None and lines[i - 1].quoted and lines[i + 1].quoted:
            short = len(lines[i].words) <= 25 and len(lines[i - 1].words) >= 55
            if short and not lines[i].after_blank and not lines[i + 1].after_blank:
                kinds[i] = "quoted_reply"


def _headers(lines: Sequence[Line]) -> Iterator[tuple[int, int, Kind]]:
    """Ranges of lines in which a mail program says that old mail follows."""
    p = patterns()
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


def _block_end(lines: Sequence[Line], start: int) -> int | None:
    """Give the end of a block of header fields (From, Sent, To, Subject) that starts at a line."""
    p = patterns()
    if start >= len(lines) or p.header.match(lines[start].words) is None:
        return None
    found: list[str] = []
    end = i = start
    while i < min(len(lines), start + _LONGEST_HEADER) and i - end <= 1:
        match = p.header.match(lines[i].words)
        if match:
            found.append(match.group(1).lower())
            if found.count(found[-1]) > _REPEATED_FIELD:
                break
            end = i + 1
        elif lines[i].after_blank and len(found) > 1:
            break
        i += 1
    return end if len(set(found)) >= 2 and p.first_fields.intersection(found) else None


def _attribution_end(lines: Sequence[Line], start: int) -> int | None:
    """Give the end of „Am … schrieb …:", which mail programs wrap over up to three lines."""
    p = patterns()
    words = ""
    for i in range(start, min(start + 3, len(lines))):
        if i > start and (lines[i].after_blank or lines[i].quoted or _ON.match(lines[i].words)):
            return None
        words = f"{words} {lines[i].words}".strip()
        if not _WROTE.search(words):
            continue
        end = i + 1
        told = p.told.search(words) is not None and _EXACT.search(words) is None
        if not told and p.attribution.fullmatch(words[:LONGEST_LINE]):
            # A message id stands in a line of its own.
            return end + 1 if end < len(lines) and _MESSAGE_ID.fullmatch(lines[end].words) else end
        if end < len(lines) and lines[end].quoted and p.weak_attribution.fullmatch(words[:LONGEST_LINE]):
            return end
    return None
