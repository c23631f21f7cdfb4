"""What a span must say to be one, and German verbs that stand in two parts."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from cxtext.config import read_data
from cxtext.documents import LanguageCode
from cxtext.drivers.spans import TaggedSpan, trim
from cxtext.text.words import negators, stop_words

# At most so many words, the particle among them, follow a verb in what is still one judgement.
_REACH = 4
_NEXT = re.compile(r"\s+([^\W\d_]+)")
_CLAUSE_END = re.compile(r"\s*(?:[.,;:!?…)]|$)")
_STAND_IN = re.compile(r"\[[A-Z][A-Z_ ]{1,40}\d*\]|\b[A-Z]+_[A-Z_]+\b|\b[Xx]{3,}\b|<(?:unk|[A-Z_]{2,40})>")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


def says_something(text: str, span: TaggedSpan, language: LanguageCode) -> bool:
    """Whether a span holds more than function words: "dafür", "musste" or a bare "nicht" judge nothing.

    "Nie wieder" does, and so does a span without letters, such as an emoji. What stands for words that were taken out
    ("[NAME]", "PERSON_NAME", "XXXX") does not.
    """
    # With a character on each side, since brackets were taken off the edges.
    around = text[max(0, span.start - 1) : span.end + 1]
    said = _STAND_IN.sub(" ", around)
    words = _WORD.findall(said.lower())
    if not words and said != around:
        return False
    empty, negating = stop_words(language), negators(language)
    if not words or any(w not in empty and w not in negating for w in words):
        return True
    return len(words) > 1 and any(w in negating for w in words)


def closed(text: str, aspect: TaggedSpan) -> TaggedSpan:
    """Take function words off the end of a German aspect: nobody names a thing "Beratung am".

    English names end in such words ("check in"), so that they are left alone there.

    Examples
    --------
    >>> span = closed("Beratung am Schalter gut", TaggedSpan(0, 11, 0, 2, 0.0, 0.1, 0.9))
    >>> span.start, span.end
    (0, 8)
    """
    end = aspect.end
    for word in reversed(list(_WORD.finditer(text, aspect.start, aspect.end))[1:]):
        if word.end() > end:
            continue  # an article, trimmed already
        if word.end() != end or word[0].lower() not in stop_words("de"):
            break
        end = trim(text, aspect.start, word.start())[1]
    return aspect if end == aspect.end else replace(aspect, end=end)


def with_particles(
    text: str, opinions: Sequence[TaggedSpan], aspects: Sequence[TaggedSpan], ends: Sequence[int]
) -> list[TaggedSpan]:
    """Let opinions reach to their verb's particle at the end of the clause, unless an aspect stands between.

    Parameters
    ----------
    text
        The document's text, in German.
    opinions, aspects
        Spans in text order.
    ends
        For each opinion where its segment ends.

    Examples
    --------
    >>> text = "Die App stürzt ständig ab."
    >>> span = TaggedSpan(8, 14, 2, 3, 0.9, 0.0, 0.1)
    >>> (joined,) = with_particles(text, [span], [], [len(text)])
    >>> text[joined.start : joined.end]
    'stürzt ständig ab'
    """
    joined: list[TaggedSpan] = []
    for opinion, end in zip(opinions, ends, strict=True):
        if joined and opinion.start < joined[-1].end:
            continue  # taken in already
        reach = _particle_end(text, opinion.end, end)
        if reach > opinion.end and not any(a.start < reach and a.end > opinion.end for a in aspects):
            opinion = replace(opinion, end=reach)
        joined.append(opinion)
    return joined


@cache
def _particles() -> frozenset[str]:
    data = read_data("verb_particles.toml")
    return frozenset(data["particles"])


def _particle_end(text: str, position: int, end: int) -> int:
    reach = position
    for _ in range(_REACH):
        word = _NEXT.match(text, reach, end)
        if word is None:
            break
        reach = word.end()
        if word[1].lower() in _particles() and _CLAUSE_END.match(text, reach, end):
            return reach
    return position
