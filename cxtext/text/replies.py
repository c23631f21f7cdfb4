"""Which parts of a mail are not the writer's own words of today.

Old mail quoted below, above or between the lines, forwarded mail, greetings, closings, signatures and legal notices are
marked, never removed. An answer below or between quoted lines stays the customer's, and so do words behind a closing
that read like sentences.

``mail-parser-reply`` does part of this, but not on untrusted text: 4 kB of "Am a schrieb" keep its expressions busy for
15 seconds, and it misses the reversed „Name schrieb am", the German separators and most German closings. Every
expression here sees a line, or a paragraph, of bounded length. ``benchmarks/mail.py`` compares both.
"""

from collections.abc import Iterator, Sequence

from cxtext.documents import Kind
from cxtext.text.mail_frame import mark_closings, mark_contacts, mark_greeting, mark_name, mark_signatures
from cxtext.text.mail_lines import LONGEST_LINE, Line, Marking, patterns, split_lines
from cxtext.text.old_mail import mark_old_mail


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
    marking = Marking(split_lines(text))
    mark_old_mail(marking)
    own = marking.own()
    _mark_disclaimers(text, marking, own)
    mark_greeting(marking, own)
    mark_signatures(marking, own)
    mark_closings(marking, own)
    mark_contacts(marking, own)
    mark_name(marking, own)
    if not marking.own() and not any(marking.kinds[i] == "closing" for i in own):
        # Whoever writes "Hello" and nothing else says just that.
        for i in own:
            if marking.kinds[i] == "greeting":
                marking.kinds[i] = None
    return tuple(_spans(marking))


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
    lines = split_lines(text)
    if len(lines) < 3:
        return False
    p = patterns()
    if mark_old_mail(Marking(lines)):
        return True
    if any(text[line.start : line.end + 1] == "-- " for line in lines):
        return True
    greeted = p.greeting.fullmatch(lines[0].words) is not None
    return greeted and any(p.closing.fullmatch(line.words) for line in lines[2:])


def _mark_disclaimers(text: str, marking: Marking, own: Sequence[int]) -> None:
    lines = marking.lines
    for paragraph in _paragraphs(lines, own):
        begin = lines[paragraph[0]].start
        match = patterns().disclaimer.search(text[begin : min(lines[paragraph[-1]].end, begin + 4 * LONGEST_LINE)])
        if match:
            for i in paragraph:
                if lines[i].end > begin + match.start():
                    marking.kinds[i] = "disclaimer"


def _paragraphs(lines: Sequence[Line], own: Sequence[int]) -> Iterator[list[int]]:
    paragraph: list[int] = []
    for i in own:
        if paragraph and (lines[i].after_blank or i != paragraph[-1] + 1):
            yield paragraph
            paragraph = []
        paragraph.append(i)
    if paragraph:
        yield paragraph


def _spans(marking: Marking) -> Iterator[tuple[int, int, Kind]]:
    pieces: list[tuple[int, int, Kind | None]] = []
    for i, (line, kind) in enumerate(zip(marking.lines, marking.kinds, strict=True)):
        start, end = line.start, line.end
        if kind is None and i in marking.greeting_end:
            pieces.append((start, marking.greeting_end[i], "greeting"))
            start = marking.greeting_end[i]
        if kind is None and start < marking.closing_start.get(i, -1):
            cut = marking.closing_start[i]
            pieces += [(start, cut, None), (cut, end, "closing")]
        else:
            pieces.append((start, end, kind))
    merged: list[tuple[int, int, Kind | None]] = []
    for start, end, kind in pieces:
        if merged and merged[-1][2] == kind:
            merged[-1] = (merged[-1][0], end, kind)
        else:
            merged.append((start, end, kind))
    for start, end, kind in merged:
        if kind is not None:
            yield start, end, kind
