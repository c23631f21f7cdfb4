"""Feedback with known truth.

Two levels. :func:`tags` draws mentions and ratings from planted effects and skips the text: it tests statistics.
:func:`texts` writes short German and English comments with gold spans: it tests the whole path. Templates flatter every
tagger, so scores on :func:`texts` are upper bounds and belong beside a real data set.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxtext.documents import Document, Polarity
from cxtext.errors import InputValueError
from cxtext.testing.phrases import PHRASES, Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedTopic:
    """A topic and what it does to the rating.

    Parameters
    ----------
    name
        Its name.
    prevalence
        Probability that a document mentions it.
    reward, penalty
        What praise adds to the rating (0 or more) and blame takes from it (0 or less).
    rides_on
        Name of an earlier topic with which this one is co-mentioned, in the same polarity; null for none.
    ride
        Probability of being mentioned where the other is.
    mood_weight
        How strongly its polarity follows the mood, as a multiple of the halo of :func:`tags`.
    channel, channel_ratio
        A channel in which it is mentioned so many times as often; null for none.
    rises_in, rise, rise_weeks
        From this week on (counted from 0) it is mentioned ``rise`` times as often, reached in steps over so many weeks
        (0: at once); null for never.
    """

    name: str
    prevalence: float
    reward: float = 0.0
    penalty: float = 0.0
    rides_on: str | None = None
    ride: float = 0.6
    mood_weight: float = 1.0
    channel: str | None = None
    channel_ratio: float = 1.0
    rises_in: int | None = None
    rise: float = 2.0
    rise_weeks: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Tags:
    """What :func:`tags` draws.

    Attributes
    ----------
    mentions
        What a tagger saw: ``document_id``, ``topic``, ``polarity``.
    outcome
        Ratings, indexed by document.
    gold
        A row per (topic, polarity): ``topic``, ``polarity``, ``effect`` (planted), ``driver`` (effect is not 0),
        ``rider``, ``kind`` of the topic, and what it does otherwise: ``channel``, ``rises_in``.
    about
        Indexed by document: ``channel`` and ``created_at`` (a day, from Monday 2026-01-05 on).
    """

    mentions: pd.DataFrame
    outcome: "pd.Series[float]"
    gold: pd.DataFrame
    about: pd.DataFrame


def planted_topics(
    *, topics: int = 24, reward: float = 0.9, penalty: float = -1.3, riders: int = 2, seed: int = 0
) -> tuple[PlantedTopic, ...]:
    """Plan a taxonomy: three basic factors (only blame hurts), three excitement factors (only praise helps), three
    performance factors (both), riders on the blame of the first ones, and topics without effect.

    Parameters
    ----------
    topics
        How many in all, at least 9 plus the riders.
    reward, penalty
        Effect of praise and of blame where there is one.
    riders
        Topics without effect that ride on a basic factor, at most 3.
    seed
        Draws the prevalences, log-uniform from 3 to 15 %.

    Raises
    ------
    InputValueError
        If there are too few topics for the plan.

    Examples
    --------
    >>> [(t.name, t.reward, t.penalty) for t in planted_topics()][:4:3]
    [('basic-0', 0.0, -1.3), ('excitement-0', 0.9, 0.0)]
    """  # noqa: D205
    if not 0 <= riders <= 3 or topics < 9 + riders:
        raise InputValueError(f"9 factors and {riders} riders (0 to 3) need more than {topics} topics")
    prevalence = np.exp(np.random.default_rng(seed).uniform(np.log(0.03), np.log(0.15), topics))
    plan = [("basic", 0.0, penalty), ("excitement", reward, 0.0), ("performance", reward, penalty)]
    made: list[PlantedTopic] = []
    for kind, plus, minus in plan:
        for i in range(3):
            share = float(prevalence[len(made)])
            made.append(PlantedTopic(name=f"{kind}-{i}", prevalence=share, reward=plus, penalty=minus))
    for i in range(riders):
        made.append(PlantedTopic(name=f"rider-{i}", prevalence=0.02, rides_on=f"basic-{i}"))
    while len(made) < topics:
        made.append(PlantedTopic(name=f"idle-{len(made)}", prevalence=float(prevalence[len(made)])))
    return tuple(made)


def tags(
    n: int,
    topics: Sequence[PlantedTopic] | None = None,
    *,
    halo: float = 0.0,
    missed: float = 0.0,
    flipped: float = 0.0,
    spurious: float = 0.0,
    noise: float = 1.5,
    base: float = 6.5,
    scale: tuple[int, int] = (0, 10),
    channels: Sequence[str] = ("call", "email", "survey"),
    weeks: int = 36,
    seed: int = 0,
) -> Tags:
    """Draw mentions and ratings.

    Parameters
    ----------
    n
        Documents; their ids are ``"d0"``, ``"d1"`` ….
    topics
        The plan; by default :func:`planted_topics`.
    halo
        A mood per document (standard normal) adds ``halo`` times itself to the rating and to the log-odds that a
        mention is praise: topics without effect then go with the rating, too.
    missed, flipped, spurious
        Tagger noise: share of mentions not seen, seen in the wrong polarity, and the chance per topic of one that is
        not there.
    noise, base, scale
        Deviation of the rating, its middle, and the whole numbers it is rounded and cut to.
    channels, weeks
        Documents are spread evenly over both.
    seed
        Same seed, same bytes.

    Examples
    --------
    >>> drawn = tags(1000, seed=1)
    >>> sorted(drawn.mentions.columns), len(drawn.outcome), int(drawn.gold["driver"].sum())
    (['document_id', 'polarity', 'topic'], 1000, 12)
    """
    plan = tuple(planted_topics() if topics is None else topics)
    rng = np.random.default_rng(seed)
    mood = rng.standard_normal(n)
    rating = base + halo * mood + rng.normal(0.0, noise, n)
    seen: list[pd.DataFrame] = []
    drawn: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    ids = np.asarray([f"d{i}" for i in range(n)])
    channel = rng.integers(len(channels), size=n)
    day = rng.integers(weeks * 7, size=n)
    for topic in plan:
        mentioned = rng.random(n) < _chance(topic, channel, channels, day // 7)
        praised = rng.random(n) < 1 / (1 + np.exp(-halo * topic.mood_weight * mood))
        if topic.rides_on is not None:
            if topic.rides_on not in drawn:
                raise InputValueError(f"topic {topic.name!r} rides on {topic.rides_on!r}, which must come before it")
            host, host_praised = drawn[topic.rides_on]
            # A rider sits on the blame of its host.
            carried = host & ~host_praised & (rng.random(n) < topic.ride)
            mentioned, praised = mentioned | carried, praised & ~carried
        drawn[topic.name] = (mentioned, praised)
        rating += topic.reward * (mentioned & praised) + topic.penalty * (mentioned & ~praised)
        found = (mentioned & (rng.random(n) >= missed)) | (rng.random(n) < spurious)
        read_as = np.where(rng.random(n) < flipped, ~praised, praised)
        rows = np.flatnonzero(found)
        seen.append(
            pd.DataFrame(
                {
                    "document_id": ids[rows],
                    "topic": topic.name,
                    "polarity": np.where(read_as[rows], "positive", "negative"),
                }
            )
        )
    index = pd.Index(ids, name="document_id")
    outcome = pd.Series(np.clip(np.round(rating), *scale), index=index, name="rating")
    created_at = pd.Timestamp("2026-01-05") + pd.to_timedelta(day, unit="D")
    about = pd.DataFrame({"channel": np.asarray(channels)[channel], "created_at": created_at}, index=index)
    return Tags(pd.concat(seen, ignore_index=True), outcome, _gold(plan), about)


def _chance(topic: PlantedTopic, channel: np.ndarray, channels: Sequence[str], week: np.ndarray) -> np.ndarray:
    chance = np.full(channel.size, topic.prevalence)
    if topic.channel is not None:
        if topic.channel not in channels:
            raise InputValueError(f"topic {topic.name!r} names a channel that is not one of {', '.join(channels)}")
        chance[channel == list(channels).index(topic.channel)] *= topic.channel_ratio
    if topic.rises_in is not None:
        steps = np.clip((week - topic.rises_in + 1) / (topic.rise_weeks + 1), 0, 1)
        chance *= 1 + (topic.rise - 1) * steps
    return chance


def _gold(plan: Sequence[PlantedTopic]) -> pd.DataFrame:
    rows = []
    for topic in plan:
        kind = {
            (False, False): "indifferent",
            (False, True): "basic",
            (True, False): "excitement",
            (True, True): "performance",
        }[topic.reward != 0, topic.penalty != 0]
        for polarity, effect in (("negative", topic.penalty), ("positive", topic.reward)):
            rider = topic.rides_on is not None
            rows.append((topic.name, polarity, effect, effect != 0, rider, kind, topic.channel, topic.rises_in))
    columns = ["topic", "polarity", "effect", "driver", "rider", "kind", "channel", "rises_in"]
    return pd.DataFrame(rows, columns=columns).astype({"channel": object, "rises_in": "Int64"})


@dataclass(frozen=True, slots=True)
class GoldMention:
    """What a comment says, with offsets into its text; spans carry no article."""

    topic: str
    polarity: Polarity
    aspect: tuple[int, int]
    opinion: tuple[int, int]
    cause: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class SyntheticText:
    """A comment with its rating (``document.scores["rating"]``, 1 to 5), and what it says."""

    document: Document
    gold: tuple[GoldMention, ...]


def texts(n: int, *, german: float = 0.5, causes: float = 0.3, mood: float = 0.8, seed: int = 0) -> list[SyntheticText]:
    """Write short comments in German and English with known content.

    Parameters
    ----------
    n
        How many.
    german
        Share that is German; the rest is English.
    causes
        Share of opinions that state why.
    mood
        How strongly a comment's opinions go together (log-odds per standard deviation).
    seed
        Same seed, same bytes.

    Examples
    --------
    >>> for comment in texts(2, seed=1):
    ...     assert all(comment.document.text[slice(*g.aspect)] for g in comment.gold)
    >>> {comment.document.language for comment in texts(50, seed=1)} == {"de", "en"}
    True
    """
    rng = np.random.default_rng(seed)
    return [_write(i, rng, german, causes, mood) for i in range(n)]


def _write(number: int, rng: np.random.Generator, german: float, causes: float, mood: float) -> SyntheticText:
    language = "de" if rng.random() < german else "en"
    feeling = float(rng.standard_normal())
    names = sorted(PHRASES)
    chosen = rng.choice(len(names), size=int(rng.integers(1, 4)), replace=False)
    text, gold, balance = "", [], 0
    for index in chosen:
        praised = bool(rng.random() < 1 / (1 + np.exp(-mood * feeling)))
        phrases = PHRASES[names[int(index)]][language]["positive" if praised else "negative"]
        phrase = phrases[int(rng.integers(len(phrases)))]
        text += " " if text else ""
        because = bool(rng.random() < causes)
        piece, mention = _sentence(phrase, names[int(index)], len(text), praised=praised, because=because)
        text += piece
        gold.append(mention)
        balance += 1 if praised else -1
    rating = float(np.clip(np.round(3 + 0.7 * balance + 0.5 * feeling + rng.normal(0, 0.5)), 1, 5))
    document = Document(
        text=text,
        id=f"synthetic-{number}",
        language="de" if language == "de" else "en",
        channel="survey",
        scores={"rating": rating},
    )
    return SyntheticText(document, tuple(gold))


def _sentence(phrase: Phrase, topic: str, offset: int, *, praised: bool, because: bool) -> tuple[str, GoldMention]:
    aspect = offset + len(phrase.before)
    opinion = aspect + len(phrase.aspect) + len(phrase.between)
    end = opinion + len(phrase.opinion)
    sentence = phrase.before + phrase.aspect + phrase.between + phrase.opinion
    cause = None
    if because:
        sentence += phrase.link
        cause = (end + len(phrase.link), end + len(phrase.link) + len(phrase.cause))
        sentence += phrase.cause
    polarity: Polarity = "positive" if praised else "negative"
    spans = ((aspect, aspect + len(phrase.aspect)), (opinion, end), cause)
    return sentence + ".", GoldMention(topic, polarity, *spans)
