"""Synthetic comments and calls in German and English with gold spans: the texts of :mod:`cxtext.testing.synth`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from cxtext.documents import Document, LanguageCode, Polarity
from cxtext.errors import InputValueError
from cxtext.testing.phrases import PHRASES, Phrase
from cxtext.testing.plan import PlantedTopic, chances

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})

# (before, value, type). Numbers from the range that is kept for films, and the domain for examples.
PERSONAL: Mapping[str, tuple[tuple[str, str, str], ...]] = MappingProxyType(
    {
        "de": (
            ("Bitte rufen Sie mich zurück: ", "030 23125 147", "phone"),
            ("Antwort bitte an ", "kundin@example.org", "email"),
            ("Das Geld bitte auf ", "DE89 3704 0044 0532 0130 00", "iban"),
        ),
        "en": (
            ("Please call me back on ", "020 7946 0158", "phone"),
            ("Please reply to ", "customer@example.org", "email"),
        ),
    }
)
_AGENT: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "de": ("Guten Tag, was kann ich für Sie tun?", "Das verstehe ich.", "Vielen Dank für Ihren Anruf."),
        "en": ("Good morning, how can I help you?", "I understand.", "Thank you for your call."),
    }
)


@dataclass(frozen=True, slots=True)
class GoldMention:
    """What a comment says, with offsets into its text; spans carry no article."""

    topic: str
    polarity: Polarity
    aspect: tuple[int, int]
    opinion: tuple[int, int]
    cause: tuple[int, int] | None


class GoldPersonal(NamedTuple):
    """Personal data that was put in."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class SyntheticText:
    """A comment or call with its rating (``document.scores["rating"]``, 1 to 5), and what it says.

    ``moods`` has, for a call, -1 or 1 per turn of the customer: blame or praise.
    """

    document: Document
    gold: tuple[GoldMention, ...]
    personal: tuple[GoldPersonal, ...] = ()
    moods: tuple[int, ...] = field(default=())


def default_topics() -> tuple[PlantedTopic, ...]:
    """Give all topics that have phrases, each in two of five comments, with equal effects.

    Examples
    --------
    >>> [t.name for t in default_topics()][:3]
    ['app', 'delivery', 'price']
    """
    return tuple(PlantedTopic(name=name, prevalence=0.4, reward=0.7, penalty=-0.7) for name in sorted(PHRASES))


def texts(
    n: int,
    topics: Sequence[PlantedTopic] | None = None,
    *,
    german: float = 0.5,
    causes: float = 0.3,
    mood: float = 0.8,
    noise: float = 0.5,
    personal: float = 0.0,
    calls: float = 0.0,
    respelled: float = 0.0,
    weeks: int = 36,
    seed: int = 0,
) -> list[SyntheticText]:
    """Write short comments and calls in German and English with known content.

    Parameters
    ----------
    n
        How many.
    topics
        What is talked about and what it does to the rating; names of :data:`cxtext.testing.phrases.PHRASES`. By default
        all of them (:func:`default_topics`). Channels are ``"call"`` and ``"survey"``.
    german
        Share that is German; the rest is English.
    causes
        Share of opinions that state why.
    mood
        How strongly a comment's opinions, and its rating, go together (log-odds per standard deviation): halo.
    noise
        Deviation of the rating.
    personal
        Share with a telephone number, an e-mail address or an IBAN.
    calls
        Share that are calls, in turns of agent and customer.
    respelled
        Share of German comments with ae for ä and so on.
    weeks
        Weeks from 2026-01-05 on, over which they are spread.
    seed
        Same seed, same bytes.

    Raises
    ------
    InputValueError
        If a topic has no phrases, or rides on one that does not come before it.

    Examples
    --------
    >>> for comment in texts(2, seed=1):
    ...     assert all(comment.document.text[slice(*g.aspect)] for g in comment.gold)
    >>> {comment.document.language for comment in texts(50, seed=1)} == {"de", "en"}
    True
    """
    plan = tuple(default_topics() if topics is None else topics)
    for place, topic in enumerate(plan):
        if topic.name not in PHRASES:
            raise InputValueError(f"there are no phrases for topic {topic.name!r}; there are for {', '.join(PHRASES)}")
        if topic.rides_on is not None and topic.rides_on not in {t.name for t in plan[:place]}:
            raise InputValueError(f"topic {topic.name!r} rides on {topic.rides_on!r}, which must come before it")
    rng = np.random.default_rng(seed)
    shares = {"german": german, "causes": causes, "personal": personal, "calls": calls, "respelled": respelled}
    return [_write(i, rng, plan, shares, mood, noise, weeks) for i in range(n)]


def _write(
    number: int,
    rng: np.random.Generator,
    plan: Sequence[PlantedTopic],
    shares: Mapping[str, float],
    mood: float,
    noise: float,
    weeks: int,
) -> SyntheticText:
    drawn = {name: bool(rng.random() < share) for name, share in sorted(shares.items())}
    language: LanguageCode = "de" if drawn["german"] else "en"
    feeling = float(rng.standard_normal())
    day = int(rng.integers(weeks * 7))
    channel = "call" if drawn["calls"] else "survey"
    said = _choose(plan, rng, channel, day // 7, mood * feeling)
    pieces: list[tuple[str, GoldMention]] = []
    for topic, praised in said:
        phrases = PHRASES[topic.name][language]["positive" if praised else "negative"]
        phrase = phrases[int(rng.integers(len(phrases)))]
        if drawn["respelled"] and language == "de":
            phrase = Phrase(*(part.translate(_UMLAUTS) for part in phrase))
        pieces.append(_sentence(phrase, topic.name, praised=praised, because=bool(rng.random() < shares["causes"])))
    rating = 3 + mood * 0.6 * feeling + sum(t.reward if p else t.penalty for t, p in said) + rng.normal(0, noise)
    extra = None
    if drawn["personal"]:
        extra = PERSONAL[language][int(rng.integers(len(PERSONAL[language])))]
    known: dict[str, Any] = {
        "id": f"synthetic-{number}",
        "language": language,
        "channel": channel,
        "created_at": START + timedelta(days=day),
        "scores": {"rating": float(np.clip(np.round(rating), 1, 5))},
    }
    return _put_together(pieces, extra, language, known)


def _choose(
    plan: Sequence[PlantedTopic], rng: np.random.Generator, channel: str, week: int, lean: float
) -> list[tuple[PlantedTopic, bool]]:
    chosen: dict[str, tuple[PlantedTopic, bool]] = {}
    weights = [float(chances(t, np.array([t.channel == channel]), np.array([week]))[0]) for t in plan]
    for topic, chance in zip(plan, weights, strict=True):
        praised = bool(rng.random() < 1 / (1 + np.exp(-lean * topic.mood_weight)))
        mentioned = bool(rng.random() < chance)
        host = chosen.get(topic.rides_on) if topic.rides_on is not None else None
        if host is not None and not host[1] and rng.random() < topic.ride:
            mentioned, praised = True, False
        if mentioned:
            chosen[topic.name] = (topic, praised)
    if not chosen:
        # Nobody writes nothing.
        topic = plan[int(rng.choice(len(plan), p=np.asarray(weights) / sum(weights)))]
        chosen[topic.name] = (topic, bool(rng.random() < 1 / (1 + np.exp(-lean * topic.mood_weight))))
    said = list(chosen.values())
    return [said[int(i)] for i in rng.permutation(len(said))]


def _put_together(
    pieces: Sequence[tuple[str, GoldMention]],
    extra: tuple[str, str, str] | None,
    language: LanguageCode,
    known: Mapping[str, Any],
) -> SyntheticText:
    sentences = [piece for piece, _ in pieces] + ([f"{extra[0]}{extra[1]}."] if extra else [])
    moods: tuple[int, ...] = ()
    if known["channel"] == "call":
        hello, listen, goodbye = _AGENT[language]
        turns = [{"role": "agent", "text": hello}]
        for sentence in sentences:
            turns += [{"role": "customer", "text": sentence}, {"role": "agent", "text": listen}]
        turns[-1] = {"role": "agent", "text": goodbye}
        document = Document.from_turns(turns, **known)
        starts = [turn.start for turn in document.turns if turn.role == "customer"]
        moods = tuple(1 if gold.polarity == "positive" else -1 for _, gold in pieces)
    else:
        document = Document(text=" ".join(sentences), **known)
        starts = [sum(len(s) + 1 for s in sentences[:i]) for i in range(len(sentences))]
    personal: tuple[GoldPersonal, ...] = ()
    if extra:
        begin = starts[-1] + len(extra[0])
        personal = (GoldPersonal(begin, begin + len(extra[1]), extra[2]),)
    gold = tuple(_moved(mention, start) for (_, mention), start in zip(pieces, starts, strict=False))
    return SyntheticText(document, gold, personal, moods)


def _sentence(phrase: Phrase, topic: str, *, praised: bool, because: bool) -> tuple[str, GoldMention]:
    aspect = len(phrase.before)
    opinion = aspect + len(phrase.aspect) + len(phrase.between)
    end = opinion + len(phrase.opinion)
    sentence = phrase.before + phrase.aspect + phrase.between + phrase.opinion
    cause = None
    if because:
        sentence += phrase.link
        cause = (end + len(phrase.link), end + len(phrase.link) + len(phrase.cause))
        sentence += phrase.cause
    polarity: Polarity = "positive" if praised else "negative"
    return sentence + ".", GoldMention(topic, polarity, (aspect, aspect + len(phrase.aspect)), (opinion, end), cause)


def _moved(mention: GoldMention, by: int) -> GoldMention:
    def move(span: tuple[int, int]) -> tuple[int, int]:
        return span[0] + by, span[1] + by

    cause = None if mention.cause is None else move(mention.cause)
    return GoldMention(mention.topic, mention.polarity, move(mention.aspect), move(mention.opinion), cause)
