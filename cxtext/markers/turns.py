"""The mood of each of the customer's turns, and which turns say nothing."""

import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cxtext.config import read_data
from cxtext.documents import Annotation, Segment, Sentiment, Turn
from cxtext.errors import InputTypeError, InputValueError

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_RUN = re.compile(r"(\w)\1{2,}")
# What stands for words that were taken out or not understood: "[NAME]", "<unk>", "{{date}}", "XXXX", "***".
_STAND_IN = re.compile(r"\[[^\[\]\n]{1,40}\]|<[^<>\n]{1,40}>|\{{1,2}[^{}\n]{1,40}\}{1,2}|\b[Xx]{3,}\b|[*#_]{3,}")


@dataclass(frozen=True, slots=True)
class TurnMood:
    """How a customer's turn sounds.

    ``turn`` is its index in the document's turns, ``start`` and ``end`` its offsets, ``score`` from -1 to 1.
    """

    turn: int
    start: int
    end: int
    score: float


def turn_moods(
    text: str, turns: Sequence[Turn], segments: Sequence[Segment], sentiments: Sequence[Sentiment | None]
) -> list[TurnMood]:
    """Give the mood of each of the customer's turns that says something.

    A turn's score is the mean of its segments' scores, weighted by their length in characters: "Ja. Danke." must not
    outvote the sentence of complaint between them, and the mean does not change with how finely speech without
    punctuation is cut. Neutral words count, with a score near 0; small talk ("mhm", "ja, genau", "hello", a bare "no")
    does not, nor do segments without any word whose sentiment is neutral ("…"), nor what stands for words that were
    taken out or not understood ("[NAME]", "<unk>").

    Parameters
    ----------
    text
        The document's text.
    turns
        Its turns, in order.
    segments, sentiments
        Its segments, none of which crosses a turn, and the sentiment of each.

    Returns
    -------
    list of TurnMood
        In order; turns of others, and turns that say nothing, are not in it.

    Examples
    --------
    >>> from cxtext.documents import Document, Probabilities
    >>> said = [{"role": "customer", "text": "Mhm, ja."}, {"role": "customer", "text": "Das nervt!"}]
    >>> talk = Document.from_turns(said)
    >>> mood = Sentiment("negative", -0.8, Probabilities(0.85, 0.1, 0.05))
    >>> turn_moods(talk.text, talk.turns, [Segment(0, 8), Segment(9, 19)], [mood, mood])
    [TurnMood(turn=1, start=9, end=19, score=-0.8)]
    >>> chat = Document.from_turns([{"role": "customer", "text": "Uh-huh. This is hopeless."}])
    >>> turn_moods(chat.text, chat.turns, [Segment(0, 7), Segment(8, 25)], [mood, mood])
    [TurnMood(turn=0, start=0, end=25, score=-0.8)]
    """
    starts = [s.start for s in segments]
    found = []
    for position, turn in enumerate(turns):
        said = []
        for i in range(bisect_left(starts, turn.start), bisect_left(starts, turn.end)):
            segment, mood = segments[i], sentiments[i]
            if segment.kind != "customer" or mood is None:
                continue
            if _tells(text[segment.start : segment.end], mood):
                said.append((segment.end - segment.start, mood.score))
        if said:
            # Rounding may carry a mean of equal scores past them by the last bit.
            score = math.fsum(length * value for length, value in said) / sum(length for length, _ in said)
            found.append(TurnMood(position, turn.start, turn.end, round(score, 6) + 0.0))
    return found


def _tells(passage: str, mood: Sentiment) -> bool:
    words = _STAND_IN.sub(" ", passage)
    if _WORD.search(words) is None:
        return words == passage and mood.label != "neutral"
    return not is_small_talk(words)


def annotated_moods(annotation: Annotation) -> list[TurnMood]:
    """Give the mood of each of the customer's turns of an annotated conversation; none where there are no turns.

    Raises
    ------
    InputTypeError, InputValueError
        If it is no annotation, or does not carry its document (after a trip through JSON).

    Examples
    --------
    >>> import cxtext
    >>> annotated_moods(cxtext.annotate("Die Leitung ist tot."))
    []
    >>> talk = [{"role": "agent", "text": "Hello!"}, {"role": "customer", "text": "This is a disgrace."}]
    >>> [mood.turn for mood in annotated_moods(cxtext.annotate({"turns": talk}))]
    [1]
    """
    if not isinstance(annotation, Annotation):
        raise InputTypeError(f"an Annotation is needed, as cxtext.annotate returns, got {type(annotation).__name__}")
    document = annotation.document
    if document is None:
        raise InputValueError(
            "the annotation does not carry its document, so that its turns are not known; use what cxtext.annotate "
            "returned, or dataclasses.replace(annotation, document=...)"
        )
    segments = annotation.segments
    return turn_moods(document.text, document.turns, segments, [s.sentiment for s in segments])


def is_small_talk(passage: str) -> bool:
    """Say whether a passage has words and none that tells a mood: backchannels, greetings, a bare yes or no.

    Examples
    --------
    >>> [is_small_talk(p) for p in ("Mhm, ja, genau.", "Tschüss, schönen Tag noch!", "Ja, leider.", "😡")]
    [True, True, False, False]
    >>> [is_small_talk(p) for p in ("Uh-huh. Okaaay.", "I see, bye", "No!", "Yeah, thanks")]
    [True, True, True, False]
    """
    words = [_RUN.sub(r"\1", w.replace("’", "'")) for w in _WORD.findall(passage.lower())]
    if not words:
        return False
    single, phrases = _small_talk()
    position = 0
    while position < len(words):
        step = next((len(p) for p in phrases if tuple(words[position : position + len(p)]) == p), 0)
        if not step and words[position] in single:
            step = 1
        if not step:
            return False
        position += step
    return True


@cache
def _small_talk() -> tuple[frozenset[str], tuple[tuple[str, ...], ...]]:
    table = read_data("small_talk.toml")
    phrases = sorted((tuple(p.split()) for p in table["phrases"]), key=lambda p: (-len(p), p))
    words = " ".join(table[name] for name in ("backchannels", "answers", "greetings"))
    return frozenset(words.split()), tuple(phrases)
