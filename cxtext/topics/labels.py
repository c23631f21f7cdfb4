"""Which of its names each topic gets, so that all labels differ; a user's own labeller may propose them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from cxtext.errors import InputTypeError
from cxtext.topics.word_lists import Code


class Labeller(Protocol):
    """A callable of the user's that names a topic, such as a language model they run."""

    def __call__(self, keywords: Sequence[str], quotes: Sequence[str], language: Code, /) -> str:
        """Name a topic.

        Parameters
        ----------
        keywords
            Its phrases, best first; none for a topic of emoji only, say.
        quotes
            Up to three texts that stand for it, best first, in the language where it has such.
        language
            ``"de"`` or ``"en"``: the language of the label.
        """
        ...


def choose_labels(ranked: Sequence[Sequence[str]]) -> list[str | None]:
    """Give each topic the best of its names that no topic before it has.

    The first name of a topic is kept for it: a topic whose own first name is taken does not take that of a later one.
    Where all its names are taken, they are numbered.

    Returns
    -------
    One label a topic, all different without regard to case; null for a topic without names.

    Examples
    --------
    >>> choose_labels([["Zug", "Verspätung"], ["Zug", "Sitzplatz"], []])
    ['Zug', 'Sitzplatz', None]
    >>> choose_labels([["train"], ["train", "fare", "seat"], ["fare"], ["fare"]])
    ['train', 'seat', 'fare', 'fare (2)']
    """
    labels: list[str | None] = [None] * len(ranked)
    taken: set[str] = set()
    for topic, names in enumerate(ranked):
        if names and names[0].casefold() not in taken:
            labels[topic] = names[0]
            taken.add(names[0].casefold())
    for topic, names in enumerate(ranked):
        if names and labels[topic] is None:
            numbered = (f"{names[0]} ({i})" for i in range(2, len(ranked) + 2))
            label = next(name for name in [*names, *numbered] if name.casefold() not in taken)
            taken.add(label.casefold())
            labels[topic] = label
    return labels


def propose(
    labeller: Labeller,
    ranked: Sequence[Sequence[str]],
    keywords: Sequence[Sequence[str]],
    quotes: Mapping[int, Sequence[str]],
    code: Code,
) -> list[list[str]]:
    """Put the answers of a labeller before the names that topics have.

    White space in an answer becomes single blanks. An empty answer changes nothing; of topics with the same answer the
    first keeps it, and the others have the names they would have had.

    Raises
    ------
    InputTypeError
        If an answer is no str.

    Examples
    --------
    >>> def shout(keywords, quotes, language):
    ...     return keywords[0].upper()
    >>> propose(shout, [["Zug"], ["Preis"]], [["Zug"], ["Preis"]], {}, "de")
    [['ZUG', 'Zug'], ['PREIS', 'Preis']]
    >>> choose_labels(propose(lambda *_: "travel", [["train"], ["fare"]], [["train"], ["fare"]], {}, "en"))
    ['travel', 'fare']
    """
    proposed: list[list[str]] = []
    for topic, names in enumerate(ranked):
        answer = labeller(list(keywords[topic]), list(quotes.get(topic, ())), code)
        if not isinstance(answer, str):
            raise InputTypeError(
                f"labeller must return a str, got {type(answer).__name__} for topic {topic}; return '' to keep the "
                "label that the topic has"
            )
        label = " ".join(answer.split())
        proposed.append([label, *names] if label else list(names))
    return proposed
