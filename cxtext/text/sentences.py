"""Where sentences end in German and English feedback.

Customers write without capitals, without spaces after the full stop, with emoji for full stops, in lists and headings,
and speech recognition writes without any punctuation. The rules below are written for that; ``benchmarks/sentences.py``
has what they and other splitters find in texts that they were not written on.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from cxtext.config import read_data

# The encoder reads windows made of whole segments; these bounds keep a segment inside one window.
LONGEST_WORDS = 96
LONGEST_CHARACTERS = 800
_CUT_FROM, _CUT_TO = 20, 60
_LONG_ENOUGH = 75  # a little more than _CUT_TO, so that no crumb is cut off

# Mails are wrapped at 65 columns and more. Where the next word would have fitted into less, the break was meant.
_WRAP = 60

_EMOJI = (
    "[\u231a-\u23ff\u2600-\u27bf\u2b1b-\u2bff\u3030\u303d\U0001f000-\U0001faff]"
    "[\ufe0e\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff\U0001f1e6-\U0001f1ff\U000e0020-\U000e007f]*"
)
_EMOTICON = r"(?:(?<![^\s.!?…])(?:[:;=][-o^']?[)(DPp/|\\*]+|<3+|[xX]D+)|\^\^)(?!\w)"
_FACE = f"(?:{_EMOJI}|{_EMOTICON})"
_FACES = re.compile(rf"(?:[ \t]*{_FACE})+")
_BLANK_LINE = re.compile(r"(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])[^\S\n]*(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])\s*")
_LINE_BREAK = re.compile(r"(?:\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029])\s*")
_LIST_ITEM = re.compile(
    r"(?:[-*+•–—·▪‣●○◦►✓✔✗✘➢→]+\s|[-+](?=[^\W\d])|[•▪●✓✔✗✘➢]|\(?\d{1,2}[.)]\s|[a-zA-Z]\)\s|#{1,6}\s)"
)
_MARK = re.compile(rf"(?P<marks>[.!?…。！？]+)(?P<closers>[\"'”“»«’)\]]*)|(?P<faces>{_FACE}(?:[ \t]*{_FACE})*)")
_WORD_BEFORE = re.compile(r"[^\W_]+$")
_CONTENT = re.compile(rf"[^\W_]|{_EMOJI}")
_PAUSES = frozenset(",;–—")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_NO_SPACE = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+")
_LINK = re.compile(r"(?:https?://|www\.|\S@)\S*$")
_VOWEL = re.compile(r"[aeiouyäöüáéíóúàèìòùâêîôû]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Rules:
    abbreviations: frozenset[str]
    also_final: frozenset[str]
    before_numbers: frozenset[str]
    months: frozenset[str]
    before_ordinals: frozenset[str]
    conjunctions: frozenset[str]


@cache
def _rules() -> _Rules:
    table = read_data("sentences.toml")
    return _Rules(
        abbreviations=frozenset(table["abbreviations"].split()),
        also_final=frozenset(table["abbreviations_also_final"].split()),
        before_numbers=frozenset(table["abbreviations_before_numbers"].split()),
        months=frozenset(table["months"].split()),
        before_ordinals=frozenset(table["before_ordinals"].split()),
        conjunctions=frozenset(table["conjunctions"].split()),
    )


def split(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    r"""Split a text into sentences.

    Parameters
    ----------
    text
        The text.
    start, end
        The part of it to split; offsets of the result count from the beginning of ``text``.

    Returns
    -------
    Spans in order, without overlap and without white space at their edges. Every other character is in exactly one.

    Examples
    --------
    >>> text = "Am 3. Mai kam Dr. Weiß z. B. zu spät.Danach war alles gut 👍 Danke!"
    >>> [text[a:b] for a, b in split(text)]
    ['Am 3. Mai kam Dr. Weiß z. B. zu spät.', 'Danach war alles gut 👍', 'Danke!']
    >>> text = "- Staff were kind\n- Long wait, e.g. 3.5 hours"
    >>> [text[a:b] for a, b in split(text)]
    ['- Staff were kind', '- Long wait, e.g. 3.5 hours']
    """
    end = len(text) if end is None else end
    pieces: list[tuple[int, int]] = []
    for a, b in _blocks(text, start, end):
        pieces.extend(_sentences(text, a, b))
    return [cut for a, b in _joined(pieces, text) for cut in _cut(text, a, b)]


def paragraphs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split at blank lines only, and where a paragraph is longer than a segment may be."""
    pieces = []
    position = start
    for match in _BLANK_LINE.finditer(text, start, end):
        pieces.append((position, match.start()))
        position = match.end()
    pieces.append((position, end))
    return [cut for a, b in pieces for cut in _cut(text, *_trim(text, a, b))]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Parts that no sentence crosses: paragraphs, list items, headings, lines broken on purpose."""
    position = line = start
    for match in _LINE_BREAK.finditer(text, start, end):
        if match.end() >= end:
            break
        if _is_meant(text, line, match, end):
            yield _trim(text, position, match.start())
            position = match.end()
        line = match.end()
    a, b = _trim(text, position, end)
    if a < b:
        yield a, b


def _is_meant(text: str, line: int, match: re.Match[str], end: int) -> bool:
    """Tell whether a line break ends a sentence, rather than wraps a line."""
    _, stop = _trim(text, line, match.start())
    if stop == line:
        return False
    if _BLANK_LINE.match(match.group()) or _LIST_ITEM.match(text, match.end(), end) or text[stop - 1] == ":":
        return True
    width = stop - line
    # "bin sehr\nzufrieden" is wrapped, and so is a list item that goes on in the next line.
    if width > _WRAP or text[match.end()].islower():
        return False
    word = _NO_SPACE.match(text, match.end(), min(end, match.end() + _WRAP))
    return width + 1 + (word.end() - word.start() if word else 0) <= _WRAP


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    listed = _LIST_ITEM.match(text, start, end)
    position = start
    for stop in _ends(text, start, listed.end() if listed else start, end):
        a, b = _trim(text, position, stop)
        if a < b:
            yield a, b
        position = max(position, stop)
    a, b = _trim(text, position, end)
    if a < b:
        yield a, b


def _ends(text: str, start: int, search: int, end: int) -> Iterator[int]:
    """Offsets behind the last character of each sentence but the last."""
    sentence = start
    position = search
    while match := _MARK.search(text, position, end):
        position = match.end()
        if match.lastgroup == "faces":
            stop = position if _faces_end(text, sentence, match, end) else None
        else:
            stop = _stop(text, sentence, match, end)
        if stop is not None and stop < end:
            yield stop
            sentence = stop
            position = max(position, stop)


def _faces_end(text: str, sentence: int, match: re.Match[str], end: int) -> bool:
    """Emoji end a sentence where a new one clearly begins behind them."""
    following = _next_letter(text, match.end(), end)
    return following.isupper() and len(_WORD.findall(text, sentence, match.start())) >= 2


def _stop(text: str, sentence: int, match: re.Match[str], end: int) -> int | None:
    """Give the end of the sentence that a punctuation mark ends, or null if it ends none."""
    marks, after = match.group("marks"), match.end()
    faces = _FACES.match(text, after, end)
    stop = faces.end() if faces else after
    if after >= end:
        return None
    spaced = text[after].isspace() or faces is not None
    following = _next_letter(text, stop, end)
    if not spaced:
        return stop if _space_is_missing(text, sentence, match, end) else None
    if match.group("closers") and (following.islower() or following in ",;"):
        return None  # „Das geht nicht!", sagte er
    if marks == ".":
        return stop if _ends_with_full_stop(text, sentence, match.start(), following, stop, end) else None
    if marks[0] in ".…" and not set(marks) & set("!?"):
        return None if following.islower() else stop  # an ellipsis
    return stop


def _space_is_missing(text: str, sentence: int, match: re.Match[str], end: int) -> bool:
    """Tell „gut.Aber" from "example.Org", "3.5" and "z.B."."""
    before = _WORD_BEFORE.search(text, max(sentence, match.start() - 40), match.start())
    word = _WORD.match(text, match.end(), end)
    if before is None or word is None or len(before.group()) < 2 or not before.group()[-1].islower():
        return False
    if match.group("marks")[-1] not in "!?" and not (word.group()[0].isupper() and len(word.group()) > 1):
        return False
    if before.group().lower() in _rules().abbreviations:
        return False
    return _LINK.search(text, max(sentence, match.start() - 200), match.start()) is None


def _ends_with_full_stop(text: str, sentence: int, dot: int, following: str, stop: int, end: int) -> bool:
    """Tell the end of a sentence from an abbreviation, an ordinal or a date."""
    rules = _rules()
    before = _WORD_BEFORE.search(text, max(sentence, dot - 40), dot)
    if before is None:
        return True
    word = before.group()
    lower = word.lower()
    if word.isdigit():
        return _ends_with_number(text, sentence, before.start(), word, following, stop, end)
    if lower in rules.abbreviations:
        return False
    if lower in rules.before_numbers and following.isdigit():
        return False
    if len(word) == 1 and lower != "i":
        # Initials, z. B., i. d. R.; but „o.k." and "p.m." may end one.
        return following.isupper() and text[max(sentence, dot - 3) : dot].lower().strip() in rules.also_final
    if following.islower():
        # People who write no capitals still write full stops; unknown abbreviations are short or have no vowel.
        return len(word) >= 3 and _VOWEL.search(word) is not None and lower not in rules.also_final
    return True


def _ends_with_number(text: str, sentence: int, number: int, digits: str, following: str, stop: int, end: int) -> bool:
    rules = _rules()
    if following.islower() and len(digits) <= 2:
        return False
    word = _WORD.match(text, _skip_space(text, stop, end), end)
    if word is not None and word.group().lower() in rules.months:
        return False
    if len(digits) > 2:
        return True
    previous = re.search(r"(\w+)\W{1,3}$", text[max(sentence, number - 30) : number])
    if previous is None:
        return not text[sentence:number].isspace() and number > sentence  # at the beginning it counts a list
    return not (previous.group(1).lower() in rules.before_ordinals and following.isupper())


def _skip_space(text: str, position: int, end: int) -> int:
    while position < end and text[position].isspace():
        position += 1
    return position


def _next_letter(text: str, position: int, end: int) -> str:
    """Give the first character of what follows, behind opening quotes and brackets; a space where nothing follows."""
    while position < end and (text[position].isspace() or text[position] in "\"'„“”»«‚‘([*_"):
        position += 1
    return text[position] if position < end else " "


def _joined(pieces: Iterable[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Join pieces that hold neither letter, digit nor emoji to the piece before them, or else to the one behind."""
    joined: list[tuple[int, int]] = []
    for a, b in pieces:
        if joined and (_is_empty(text, a, b) or _is_empty(text, *joined[-1])):
            joined[-1] = (joined[-1][0], b)
        else:
            joined.append((a, b))
    return joined


def _is_empty(text: str, start: int, end: int) -> bool:
    return _CONTENT.search(text, start, end) is None


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what is too long for a segment: at a conjunction or comma, else between words, else anywhere."""
    while end - start > 2 * _CUT_TO:  # fewer characters cannot hold too many words
        tokens = [m.span() for _, m in zip(range(LONGEST_WORDS + 1), _TOKEN.finditer(text, start, end), strict=False)]
        wide = end - start > LONGEST_CHARACTERS
        if not wide and len(tokens) <= _LONG_ENOUGH:
            break
        cut = _best_cut(text, start, tokens, end)
        a, b = _trim(text, start, cut)
        if a < b:
            yield a, b
        start = _skip_space(text, cut, end)
    if start < end:
        yield start, end


def _best_cut(text: str, start: int, tokens: list[tuple[int, int]], end: int) -> int:
    limit = min(end, start + LONGEST_CHARACTERS)
    conjunctions = _rules().conjunctions
    comma = word = start
    for i, (a, b) in enumerate(tokens):
        if b > limit:
            break
        if i > _CUT_TO and comma > start:
            return comma
        if i >= _CUT_FROM and text[a - 1].isspace() and text[a:b].lower() in conjunctions:
            comma = a
        elif i >= _CUT_FROM and text[a:b] in _PAUSES and b < end and text[b].isspace():
            comma = b
        if a > start and text[a - 1].isspace():
            word = a
    return comma if comma > start else word if word > start else limit
