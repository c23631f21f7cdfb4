"""Step 4: mix the sources and turn examples into tensors."""

import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Encoding, Tokenizer

from models.recipe.augment import augment, joint
from models.recipe.data import Example, Mention, Offsets
from models.recipe.lexicon import sentences
from models.recipe.model import SENTIMENT, TAGS

Spans = tuple[Offsets | None, Offsets | None]

MAX_TOKENS = 128
IGNORE = -100
# Share of a source in the mixture ~ size ** TEMPERATURE, so that no domain drowns the rest.
TEMPERATURE = 0.75
# The survey and the project's own examples are closest to what users have. Small sets of good quality come up more
# often, German ones too, of which there are fewer; film reviews, editorials and news are far from feedback.
WEIGHTS = {
    "nhs_survey": 5.0,
    "own": 10.0,
    "mobasa": 2.5,
    "umsab_de": 3.5,
    "umsab_en": 3.5,
    "sb10k": 1.3,
    "htw_dialog": 2.0,
    "vader_amazon": 2.5,
    "vader_movies": 0.3,
    "vader_editorials": 0.4,
    "sst": 0.4,
    "gerntsa": 0.5,
    "mams": 0.5,
    "aste_14res": 3.0,
    "aste_14lap": 4.0,
    "aste_15res": 1.5,
    "aste_16res": 1.5,
    "asqp_flightabsa": 2.5,
    "asqp_amazon": 0.6,
    **{
        f"m_absa_{domain}_de": 2.0 for domain in ("coursera", "food", "hotel", "laptop", "phone", "restaurant", "sight")
    },
}
JOIN_SHARE = 0.12
# Sentences made of words that judge come up this often among the labelled texts.
LEXICON_SHARE = 0.05
# Most users will not pass the question.
QUESTION_DROPPED = 0.6


@dataclass(frozen=True, slots=True)
class Item:
    """A text with passages that have a sentiment label, mentions, and an embedding target (row number) or none."""

    text: str
    passages: tuple[tuple[int, int, int], ...] = ()
    mentions: tuple[Mention, ...] = ()
    annotated: frozenset[str] = frozenset()
    question: str | None = None
    target: int | None = None


def overall(example: Example) -> str | None:
    """Give a text's label: its own, or neutral where as many mentions praise as blame.

    With three classes to choose from, people call such a text neutral: so does the survey, and so the network must,
    or its praise and its blame are learnt as a coin's two sides.
    """
    if example.label is None and "target" not in example.annotated:
        praise, blame = (sum(m.polarity == p for m in example.mentions) for p in ("positive", "negative"))
        if praise and praise == blame:
            return "neutral"
    return example.label


def to_item(example: Example) -> Item:
    """Turn an example into an item; its label covers the whole text."""
    label = overall(example)
    passages = () if label is None else ((0, len(example.text), SENTIMENT.index(label)),)
    return Item(example.text, passages, example.mentions, example.annotated, example.question)


def join(first: Example, second: Example, rng: random.Random) -> Item:
    """Put two texts into one, each with its own label; praise and blame together are neutral as a whole."""
    link = joint(rng)
    if not first.text.rstrip().endswith((".", "!", "?", "…")) and link == " ":
        link = ". "
    shift = len(first.text) + len(link)
    passages = []
    for example, offset in ((first, 0), (second, shift)):
        if example.label is not None:
            passages.append((offset, offset + len(example.text), SENTIMENT.index(example.label)))
    if {first.label, second.label} == {"positive", "negative"}:
        passages.append((0, shift + len(second.text), SENTIMENT.index("neutral")))
    annotated = first.annotated & second.annotated
    mentions: tuple[Mention, ...] = ()
    if annotated:

        def moved(span: Offsets | None) -> Offsets | None:
            return None if span is None else (span[0] + shift, span[1] + shift)

        mentions = first.mentions + tuple(
            Mention(moved(m.aspect), moved(m.opinion), m.polarity) for m in second.mentions
        )
    return Item(first.text + link + second.text, tuple(passages), mentions, annotated)


def stream(examples: Sequence[Example], rng: random.Random, *, favoured: Collection[str] = ()) -> Iterator[Item]:
    """Draw items without end: a source by its tempered weight, then its examples in shuffled rounds.

    ``favoured`` sources come up ten times as often.
    """
    by_source: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_source[example.source].append(example)
    names = sorted(by_source)
    weights = [len(by_source[n]) ** TEMPERATURE * WEIGHTS.get(n, 1.0) * (10.0 if n in favoured else 1.0) for n in names]
    rounds: dict[str, list[Example]] = {n: [] for n in names}

    def draw(name: str) -> Example:
        if not rounds[name]:
            rounds[name] = rng.sample(by_source[name], len(by_source[name]))
        return augment(rounds[name].pop(), rng)

    made = sentences(rng)
    while True:
        if rng.random() < LEXICON_SHARE:
            yield to_item(augment(next(made), rng))
            continue
        (name,) = rng.choices(names, weights)
        example = draw(name)
        if rng.random() < JOIN_SHARE and len(example.text) < 160 and "target" not in example.annotated:
            # Same kind of annotation, same language: another source of the same family may do, this one always does.
            other = draw(name)
            if other.lang == example.lang and len(other.text) < 160:
                yield join(example, other, rng)
                continue
        item = to_item(example)
        if item.question and rng.random() < QUESTION_DROPPED:
            item = Item(item.text, item.passages, item.mentions, item.annotated)
        yield item


@dataclass
class Batch:
    """Tensors of one batch: ``pools`` (batch, passages, tokens), ``pairs`` (row, aspect span, opinion span, 0 or 1)."""

    ids: torch.Tensor
    mask: torch.Tensor
    pools: torch.Tensor
    labels: torch.Tensor
    aspects: torch.Tensor
    opinions: torch.Tensor
    pairs: list[tuple[int, Offsets, Offsets, int]]
    targets: torch.Tensor


def token_range(encoding: Encoding, start: int, end: int, sequence: int) -> Offsets | None:
    """Tokens (first, last + 1) of ``sequence`` that touch the characters start..end."""
    touched = [
        i
        for i, (offsets, s) in enumerate(zip(encoding.offsets, encoding.sequence_ids, strict=True))
        if s == sequence and offsets[0] < end and offsets[1] > start and offsets[1] > offsets[0]
    ]
    return (touched[0], touched[-1] + 1) if touched else None


def collate(items: Sequence[Item], tokenizer: Tokenizer) -> Batch:
    """Turn items into tensors."""
    tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first")
    encodings = tokenizer.encode_batch([(i.question, i.text) if i.question else i.text for i in items])
    # Few different widths: the CPU kernels are compiled anew for every shape.
    width = -(-max(len(e.ids) for e in encodings) // 8) * 8
    ids = torch.full((len(items), width), 1)
    mask = torch.zeros((len(items), width), dtype=torch.long)
    passages = max(1, max(len(i.passages) for i in items))
    pools = torch.zeros((len(items), passages, width))
    labels = torch.full((len(items), passages), IGNORE)
    aspects = torch.full((len(items), width), IGNORE)
    opinions = torch.full((len(items), width), IGNORE)
    targets = torch.full((len(items),), -1)
    pairs: list[tuple[int, Offsets, Offsets, int]] = []
    for row, (item, encoding) in enumerate(zip(items, encodings, strict=True)):
        n = len(encoding.ids)
        sequence = 1 if item.question else 0
        ids[row, :n] = torch.tensor(encoding.ids)
        mask[row, :n] = 1
        own = [i for i, s in enumerate(encoding.sequence_ids) if s == sequence]
        for p, (start, end, label) in enumerate(item.passages):
            span = token_range(encoding, start, end, sequence)
            if span:
                pools[row, p, span[0] : span[1]] = 1
                labels[row, p] = label
        if item.target is not None:
            targets[row] = item.target
        if "aspect" in item.annotated and own:
            aspects[row, own[0] : own[-1] + 1] = 0
        if "opinion" in item.annotated and own:
            opinions[row, own[0] : own[-1] + 1] = 0
        spans = [
            tuple(token_range(encoding, *span, sequence) if span else None for span in (m.aspect, m.opinion))
            for m in item.mentions
        ]
        write_tags(item, spans, aspects[row], opinions[row])
        if "opinion" in item.annotated:
            pairs += candidates(row, spans)
    return Batch(ids, mask, pools, labels, aspects, opinions, pairs, targets)


def write_tags(item: Item, spans: Sequence[Spans], aspects: torch.Tensor, opinions: torch.Tensor) -> None:
    """Write the mentions of one item into its rows of tags, the longest first: no shorter one may overwrite it."""
    order = sorted(range(len(spans)), key=lambda i: -sum(s[1] - s[0] for s in spans[i] if s))
    for i in order:
        aspect, opinion = spans[i]
        if aspect:
            fill(aspects, aspect, item.mentions[i].polarity)
        if opinion and "opinion" in item.annotated:
            fill(opinions, opinion, item.mentions[i].polarity)


def candidates(row: int, spans: Sequence[Spans]) -> list[tuple[int, Offsets, Offsets, int]]:
    """Pair every aspect with every opinion of an item, and say which pairs are gold."""
    gold = {(a, o) for a, o in spans if a and o}
    aspects, opinions = (sorted({s[i] for s in spans if s[i]}) for i in (0, 1))
    return [(row, a, o, int((a, o) in gold)) for a in aspects for o in opinions]


def fill(tags: torch.Tensor, span: Offsets, polarity: str) -> None:
    """Write begin and inside tags unless another span stands there already."""
    if (tags[span[0] : span[1]] > 0).any():
        return
    tags[span[0]] = TAGS.index(f"B-{polarity}")
    tags[span[0] + 1 : span[1]] = TAGS.index(f"I-{polarity}")
