"""Labels that a manager can read: phrases from the texts themselves, in German and in English.

A topic's phrases are ranked by c-TF-IDF (Grootendorst 2022, "BERTopic") over the texts that hold them, times the cosine
between the topic and the mean of those texts, which is how KeyBERT ranks phrases, but without encoding each, times what
the phrase is worth as a noun phrase (:mod:`cxtext.topics.phrases`). Names of people, places and brands come last,
unless the topic is about them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.text.words import fold
from cxtext.topics.clusters import Labels, Units
from cxtext.topics.phrases import NAME_WORTH, Found, Phrase, find_phrases
from cxtext.topics.word_lists import CODES, Code, word_lists

_RANKED = 40  # phrases of a topic that are compared by embedding
_KEPT = 12  # phrases that stay with a topic
_FEWEST = 2  # texts of a language that a label in it needs, and texts that a phrase needs
_LEAST_IN_ALL = 0.02  # of all texts that are in a language: fewer are mostly taken for it by mistake
_LEAST_LANGUAGE = 0.05  # of a topic's texts that are in a language, for a label in it
# Of a topic's texts in a language, what a phrase needs to stand for it; less, where no noun phrase has so much.
_LEAST_SHARES = (0.05, 0.025, 0.01)
_CHOICE = 2  # noun phrases that are enough to choose from
_NAMED = 0.4  # of a topic's texts that hold a name, from which on the topic is about it
_TOPICAL = 0.8  # what such a name is worth then
_ENOUGH = 0.12  # of a topic's texts that one phrase must stand in to be the label alone
_RIVAL = (
    0.4  # of the best phrase's score from which on another may take its place, where it is taken, or stand beside it
)
_TELLING = 3  # nouns and adjectives among the keywords that make verbs needless
_NEW = 0.3  # of the texts with a second phrase that lack the first, for the two to stand together


@dataclass(frozen=True, slots=True)
class Named:
    """What a topic is called in one language, best first; nothing where it has too few texts of it.

    ``labels`` are what it may be called: noun phrases, two of them together, and other words last. ``keywords`` are its
    phrases.
    """

    labels: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What a topic is called in each language."""

    de: Named
    en: Named

    def of(self, code: Code) -> Named:
        """Give what it is called in a language; in the other one where it has nothing in this."""
        first, second = (self.de, self.en) if code == "de" else (self.en, self.de)
        return first if first.labels else second


@dataclass(frozen=True, eq=False)
class _Ranked:
    """A candidate: whether it stands in a fair share of the topic's texts, how good, and which texts hold it."""

    phrase: Phrase
    fair: bool
    score: float
    texts: frozenset[int]


def name_topics(
    texts: Sequence[str],
    languages: Sequence[str | None],
    weights: NDArray[np.float64],
    units: Units,
    levels: Sequence[tuple[Labels, Units]],
) -> list[Names]:
    """Find the phrases of each topic.

    Parameters
    ----------
    texts, languages, weights, units
        Distinct texts in canonical order; for each its language (``"de"``, ``"en"`` or null), weight and place.
    levels
        Leaf topics, and parents: for each text its topic (-1 for none), and the places of the topics (k, d).

    Returns
    -------
    One :class:`Names` a topic, the levels one after the other.
    """
    found: dict[Code, list[Named]] = {}
    for code in CODES:
        rows = np.array([i for i, language in enumerate(languages) if language == code], dtype=np.intp)
        if len(rows) < _LEAST_IN_ALL * len(texts):
            found[code] = [Named()] * sum(len(centroids) for _, centroids in levels)
            continue
        phrases = find_phrases([texts[i] for i in rows], code)
        found[code] = []
        for labels, centroids in levels:
            count = np.bincount(labels[labels >= 0], minlength=len(centroids))
            least = np.minimum(count, np.maximum(_FEWEST, _LEAST_LANGUAGE * count))
            found[code] += _name_level(phrases, labels[rows], weights[rows], units[rows], centroids, least)
    return [Names(de=de, en=en) for de, en in zip(found["de"], found["en"], strict=True)]


def _name_level(
    found: Found,
    labels: Labels,
    weights: NDArray[np.float64],
    units: Units,
    centroids: Units,
    least: NDArray[np.float64],
) -> list[Named]:
    from scipy.sparse import csr_matrix

    topics, inside = len(centroids), np.flatnonzero(labels >= 0)
    if not found.phrases or not len(inside):
        return [Named()] * topics
    shape = (len(labels), len(found.phrases))
    holds: Any = csr_matrix((weights[found.rows], (found.rows, found.columns)), shape=shape)
    member: Any = csr_matrix((np.ones(len(inside)), (labels[inside], inside)), shape=(topics, len(labels)))
    counts: Any = (member @ holds).tocsr()
    sizes = np.bincount(labels[inside], weights=weights[inside], minlength=topics)
    rarity = np.log1p(weights.sum() / np.asarray(holds.sum(axis=0)).ravel())
    holders: Any = holds.tocsc()
    worth = np.array([phrase.worth for phrase in found.phrases])
    # What says only that something is judged is no choice.
    whole = fold(word_lists(found.classes.code).whole.split()[-1])
    nouns = np.array([phrase.is_noun() and phrase.key[-1] != whole for phrase in found.phrases])
    names = np.array([phrase.is_name() and not phrase.is_placed() for phrase in found.phrases])
    texts_in = np.bincount(labels[inside], minlength=topics)
    out: list[Named] = []
    for topic in range(topics):
        if texts_in[topic] < max(1, least[topic]):
            out.append(Named())
            continue
        here = slice(counts.indptr[topic], counts.indptr[topic + 1])
        columns, held = counts.indices[here], counts.data[here]
        for least_share in _LEAST_SHARES:
            enough = held >= max(_FEWEST, least_share * sizes[topic])
            if (enough & nouns[columns]).sum() >= _CHOICE:
                break
        if enough.any():  # else there are too few texts to ask for repetition
            columns, held = columns[enough], held[enough]
        share = held / max(sizes[topic], 1.0)
        about = np.where(names[columns] & (share >= _NAMED), _TOPICAL / NAME_WORTH, 1.0)
        score = worth[columns] * about * share * rarity[columns]
        order = np.lexsort((columns, -np.round(score, 9)))[:_RANKED]
        ranked: list[_Ranked] = []
        for column, value, part in zip(columns[order], score[order], share[order], strict=True):
            holding = holders.indices[holders.indptr[column] : holders.indptr[column + 1]]
            cosine = _cosine(units[holding].astype(np.float64).sum(axis=0), centroids[topic].astype(np.float64))
            own = frozenset(int(i) for i in holding if labels[i] == topic)
            value = round(float(value) * max(cosine, 0.0), 9)
            ranked.append(_Ranked(found.phrases[column], bool(part >= _LEAST_SHARES[0]), value, own))
        ranked.sort(key=lambda r: (not r.fair, -r.score, r.phrase.number))
        out.append(_named(ranked, found, int(texts_in[topic])))
    return out


def _cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    lengths = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / lengths if lengths else 0.0


def _named(ranked: Sequence[_Ranked], found: Found, size: int) -> Named:
    chosen: dict[str, tuple[str, _Ranked]] = {}
    for one in ranked:
        # "time" adds nothing to "waiting time".
        if any(set(one.phrase.key) < set(other.phrase.key) for _, other in chosen.values()):
            continue
        shown = found.show(one.phrase)
        chosen.setdefault(shown.casefold(), (shown, one))
        if len(chosen) == _KEPT:
            break
    telling = [shown for shown, one in chosen.values() if one.phrase.is_noun() or one.phrase.is_adjective()]
    keywords = tuple(telling if len(telling) >= _TELLING else (shown for shown, _ in chosen.values()))
    nouns = [pair for pair in chosen.values() if pair[1].phrase.is_noun()]
    lists = word_lists(found.classes.code)
    if not nouns:
        return Named(labels=tuple(f"{lists.rest} ({shown})" for shown in keywords), keywords=keywords)
    if not nouns[0][1].fair:
        # No phrase stands in a fair share of the texts: they have no subject in common, and the label says so.
        nouns.sort(key=lambda pair: pair[0] == lists.whole)
        return Named(labels=tuple(f"{lists.rest} ({label})" for label in _variants(nouns, size)), keywords=keywords)
    fair = [pair for pair in nouns if pair[1].fair]
    # Judgements of the whole are praise and blame: "Gesamteindruck (lächerlich)" would name both.
    judging = lists.impression | lists.judging if fair[0][0] == lists.whole else frozenset[str]()
    other = [
        (shown, one.phrase.is_adjective())
        for shown, one in chosen.values()
        if not one.phrase.is_noun() and judging.isdisjoint(one.phrase.key)
    ]
    # "Anschluss (verpasst)", and "Anschluss (bleibt)" only where nothing else is left.
    last = [f"{fair[0][0]} ({shown})" for shown, adjective in other if adjective]
    last += [f"{lists.rest} ({shown})" for shown, one in nouns if not one.fair]
    last += [f"{fair[0][0]} ({shown})" for shown, adjective in other if not adjective]
    return Named(labels=(*_variants(fair, size), *last), keywords=keywords)


def _variants(nouns: Sequence[tuple[str, _Ranked]], size: int) -> list[str]:
    """Give what a topic with these noun phrases may be called, best first."""
    name, best = nouns[0]
    rivals = [(shown, one) for shown, one in nouns[1:] if one.score >= _RIVAL * best.score]
    # Of what is left when another topic has the best phrase: first those that say more, then two together.
    narrower = [shown for shown, one in rivals if set(best.phrase.key) < set(one.phrase.key)]
    beside = [f"{name}, {shown}" for shown, one in nouns[1:] if not set(one.phrase.key) & set(best.phrase.key)]
    further = [shown for shown, _ in nouns[1:] if shown not in narrower]
    together: list[str] = []
    if len(best.texts) < _ENOUGH * size:
        together = [
            f"{name}, {shown}"
            for shown, one in rivals
            if not set(one.phrase.key) & set(best.phrase.key) and len(one.texts - best.texts) >= _NEW * len(one.texts)
        ][:1]
    return [*together, name, *narrower, *beside, *further]
