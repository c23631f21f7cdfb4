"""Feedback with known truth.

Two levels. :func:`tags` draws mentions and ratings from planted effects and skips the text: it tests statistics.
:func:`texts` writes short German and English comments with gold spans: it tests the whole path. Templates flatter every
tagger, so scores on :func:`texts` are upper bounds and belong beside a real data set.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxtext.errors import InputValueError
from cxtext.testing.comments import GoldMention, GoldPersonal, SyntheticText, default_topics, texts
from cxtext.testing.plan import PlantedTopic, chances, planted_topics

__all__ = [
    "GoldMention", "GoldPersonal", "PlantedTopic", "SyntheticText", "Tags", "default_topics", "planted_topics", "tags",
    "texts",
]  # fmt: skip


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
        if topic.channel is not None and topic.channel not in channels:
            raise InputValueError(f"topic {topic.name!r} names a channel that is not one of {', '.join(channels)}")
        here = np.asarray(channels)[channel] == (topic.channel or "")
        mentioned = rng.random(n) < chances(topic, here, day // 7)
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
