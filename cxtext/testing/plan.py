"""What is planted in synthetic feedback: topics, their effects, and when and where they are talked about."""

from dataclasses import dataclass

import numpy as np

from cxtext.errors import InputValueError


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


def chances(topic: PlantedTopic, in_channel: np.ndarray, week: np.ndarray) -> np.ndarray:
    """Give the probability that each document mentions a topic.

    Parameters
    ----------
    topic
        The topic.
    in_channel
        Whether each document is in the topic's channel, shape (documents,).
    week
        In which week each was written, shape (documents,).

    Examples
    --------
    >>> rising = PlantedTopic(name="App", prevalence=0.1, rises_in=10)
    >>> chances(rising, np.array([False, False]), np.array([9, 10])).tolist()
    [0.1, 0.2]
    """
    chance = np.where(in_channel, topic.prevalence * topic.channel_ratio, topic.prevalence)
    if topic.rises_in is not None:
        steps = np.clip((week - topic.rises_in + 1) / (topic.rise_weeks + 1), 0, 1)
        chance = chance * (1 + (topic.rise - 1) * steps)
    return np.minimum(chance, 1.0)
