"""Step 2: read every training set into one schema.

Sets that were published as space-separated tokens are detokenised with their offsets carried along, because real text
is not tokenised. ``LICENCES`` says which sets may train which model.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Licence = Literal["yes", "unstated", "no"]
LABELS = ("negative", "neutral", "positive")

# May a set train the shipped model? "yes": permissive licence; "unstated": published for research without a licence
# text; "no": non-commercial terms, research variant only.
LICENCES: dict[str, Licence] = {
    "umsab_de": "unstated",
    "umsab_en": "unstated",
    "sb10k": "unstated",
    "sst": "unstated",
    "customer_reviews": "unstated",
    "tweeteval": "unstated",
    "germeval2017_tweets": "no",
    "germeval2017": "no",
    "one_million_posts": "no",
    "airline": "no",
    "mobasa": "yes",
    "potts": "yes",
    "htw_dialog": "yes",
    "vader_amazon": "yes",
    "vader_tweets": "yes",
    "vader_movies": "yes",
    "vader_editorials": "yes",
    "uci_phones": "yes",
    "uci_restaurants": "yes",
    "uci_movies": "yes",
    "nhs_survey": "yes",
    "gerntsa": "yes",
    "mams": "yes",
    "own": "yes",
}
ALLOWED: dict[str, tuple[Licence, ...]] = {
    "permissive": ("yes",),
    "shipped": ("yes", "unstated"),
    "all": ("yes", "unstated", "no"),
}

# Sets published with a dev part only, and sets with a train part only, are split by text hash.
OWN = Path(__file__).parent / "own"
DEV_SHARE_OF_DEV_ONLY = 30
DEV_SHARE_OF_TRAIN_ONLY = 8
# "Nothing." and "Very good" are what everybody answers, not copies of one another: as long as this, in letters, a text
# that stands in dev as well is left out of training.
COPY_LETTERS = 20

Offsets = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mention:
    """A labelled driver mention; a null span means implicit where its part is annotated."""

    aspect: Offsets | None
    opinion: Offsets | None
    polarity: str


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text. ``annotated`` names what ``mentions`` covers: aspect, opinion, target (one aspect of many)."""

    text: str
    lang: str
    source: str
    label: str | None = None
    mentions: tuple[Mention, ...] = ()
    annotated: frozenset[str] = frozenset()
    question: str | None = None


def licence(name: str) -> Licence:
    """Licence class of a set; those that are not listed (``m_absa_*``, parallel sets ...) are ``unstated``."""
    return LICENCES.get(name, "unstated")


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """Read a JSON lines file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def rewrite(text: str, edits: Sequence[tuple[int, int, str]]) -> tuple[str, list[int]]:
    """Apply edits (start, end, new) in order; also give where each old offset is now.

    >>> rewrite("a , b", [(1, 2, "")])
    ('a, b', [0, 1, 1, 2, 3, 4])
    """
    pieces: list[str] = []
    where: list[int] = []
    position = length = 0
    for start, end, new in edits:
        if start < position:
            continue  # overlaps the edit before it
        pieces.append(text[position:start])
        where.extend(range(length, length + start - position))
        length += start - position
        pieces.append(new)
        span = end - start
        where.extend(length + min(i, len(new)) for i in range(span))
        length += len(new)
        position = end
    pieces.append(text[position:])
    where.extend(range(length, length + len(text) - position + 1))
    return "".join(pieces), where


_DETOKENISE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"-lrb- ?", "("),
        (r" ?-rrb-", ")"),
        (r"(?<=[a-z]) ?n ?['’´`] ?t\b", "n't"),
        (r"(?<=[a-z])n  t\b", "n't"),
        (r"(?<=\w) ?['’´`] (s|m|re|ve|ll|d)\b", "'{1}"),
        (r"(?<=\w) ['’´`](s|m|re|ve|ll|d)\b", "'{1}"),
        (r"(?<=\w)  (s|m|re|ve|ll|d)\b", "'{1}"),
        (r"` ` ?|`` ?", '"'),
        (r" ?' '| ?''", '"'),
        (r" +(?=[.,!?%\]}…]|[;:)](?![-)(DPp/]))", ""),
        (r"(?<=[(\[{$#£€]) +", ""),
        (r"  +", " "),
    )
)


def detokenise(text: str, mentions: tuple[Mention, ...]) -> tuple[str, tuple[Mention, ...]]:
    """Undo space tokenisation and carry the offsets along.

    >>> detokenise("i do n't like it , at all !", ())[0]
    "i don't like it, at all!"
    """
    for pattern, new in _DETOKENISE:
        edits = [
            (m.start(), m.end(), new.replace("{1}", m.group(1) if m.groups() else "")) for m in pattern.finditer(text)
        ]
        if edits:
            text, where = rewrite(text, edits)
            mentions = tuple(move(m, text, where) for m in mentions)
    return text, mentions


def move(mention: Mention, text: str, where: Sequence[int]) -> Mention:
    """Carry a mention to the offsets of a rewritten text, without white space at the edges."""

    def span(old: Offsets | None) -> Offsets | None:
        if old is None:
            return None
        start, end = where[old[0]], where[old[1]]
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return (start, end) if end > start else None

    return Mention(span(mention.aspect), span(mention.opinion), mention.polarity)


def share(text: str) -> int:
    """Give a number from 0 to 99 that depends on the text alone, to split sets by."""
    return int(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8], 16) % 100


def _offsets(span: dict[str, Any] | None) -> Offsets | None:
    return None if span is None else (span["start"], span["end"])


def _sentiment(path: Path, name: str) -> Iterator[Example]:
    for row in read_jsonl(path):
        text = row["text"].strip()
        if not text or row["label"] not in LABELS or text == "Did not answer":
            continue
        # potts is partly tokenised and does not flag where.
        if row.get("tokenised") or name == "potts":
            text, _ = detokenise(text, ())
        yield Example(text, row["lang"], name, row["label"], question=row.get("question"))


def _drivers(path: Path, name: str) -> Iterator[Example]:
    for row in read_jsonl(path):
        if not row["text"].strip():
            continue
        mentions = tuple(
            Mention(_offsets(t["aspect"]), _offsets(t["opinion"]), t["polarity"])
            for t in row["tuples"]
            if t["polarity"] in LABELS
        )
        parts = frozenset({"target"} if "aspect polarity only" in row["annotated"] else row["annotated"]) - {"category"}
        # The English m_absa sets are space-tokenised too, although not flagged.
        text = row["text"]
        if row.get("tokenised") or re.search(r"\w [.,!?](?: |$)", text):
            text, mentions = detokenise(text, mentions)
        polarities = {m.polarity for m in mentions}
        # One polarity throughout is a sentence label as well; several, or a lone target, are not.
        label = polarities.pop() if len(polarities) == 1 and "target" not in parts and name != "mams" else None
        yield Example(text, row["lang"], name, label, mentions, parts)


_MARK = re.compile(r"\[([AO])(\d+)([-+0]):((?:[^\[\]]|\[[A-Z]+\])+)\]")
_SIGNS = {"-": "negative", "+": "positive", "0": "neutral"}


def read_own(path: Path) -> Iterator[Example]:
    """Read the examples written for this project; ``own/README.md`` has their notation."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        lang, label, *rest = (part.strip() for part in line.split("|"))
        question = rest.pop(0).removeprefix("Q:").strip() if len(rest) == 2 else None
        if len(rest) != 1 or lang not in ("de", "en") or label not in (*LABELS, "mixed"):
            raise ValueError(f"{path}:{number} is not 'lang | label | [Q: question |] text'")
        text, mentions = parse_marks(rest[0])
        yield Example(
            text,
            lang,
            "own",
            None if label == "mixed" else label,
            mentions,
            frozenset({"aspect", "opinion"}),
            question,
        )


def parse_marks(marked: str) -> tuple[str, tuple[Mention, ...]]:
    """Take the marks out of a text and give the mentions that they stand for.

    >>> parse_marks("Das [A1+:Personal] war [O1+:nett].")
    ('Das Personal war nett.', (Mention(aspect=(4, 12), opinion=(17, 21), polarity='positive'),))
    """
    pieces: list[str] = []
    groups: dict[str, dict[str, list[tuple[Offsets, str]]]] = {}
    length = position = 0
    for mark in _MARK.finditer(marked):
        kind, group, sign, words = mark.groups()
        before = marked[position : mark.start()]
        start = length + len(before)
        pieces += [before, words]
        length = start + len(words)
        position = mark.end()
        groups.setdefault(group, {"A": [], "O": []})[kind].append(((start, length), _SIGNS[sign]))
    pieces.append(marked[position:])
    mentions = []
    for group in groups.values():
        aspects = group["A"] or [(None, "")]
        opinions = group["O"] or [(None, "")]
        mentions += [Mention(a, o, polarity or other) for a, polarity in aspects for o, other in opinions]
    return "".join(pieces), tuple(mentions)


def load(data: Path, *, licences: str) -> tuple[list[Example], dict[str, list[Example]]]:
    """Read the training mixture and the dev sets.

    Parameters
    ----------
    data
        Folder with ``sentiment/``, ``themes/``, ``drivers/`` as ``models/README.md`` lays out.
    licences
        ``"permissive"``, ``"shipped"`` or ``"all"``: which sets train.

    Returns
    -------
    tuple
        Training examples, and dev examples by ``"sentiment/NAME"`` and ``"drivers/NAME"``. No dev text, nor a near-copy
        of one, is in training, except short answers that many people give.
    """
    train: list[Example] = []
    dev: dict[str, list[Example]] = {}
    paths = [(p, "sentiment", _sentiment) for p in sorted((data / "sentiment").glob("*.jsonl"))]
    paths += [(p, "sentiment", _sentiment) for p in sorted((data / "themes").glob("*.jsonl"))]
    paths += [(p, "drivers", _drivers) for p in sorted((data / "drivers").glob("*.jsonl"))]
    names = {
        (kind, p.name.split(".")[0]): {
            q.name.split(".")[1] for q, k, _ in paths if k == kind and q.name.split(".")[0] == p.name.split(".")[0]
        }
        for p, kind, _ in paths
    }
    for path, kind, reader in paths:
        name, part, _ = path.name.split(".")
        allowed = licence(name) in ALLOWED[licences]
        for example in reader(path, name):
            held_out = part == "dev"
            if names[kind, name] == {"train"}:
                held_out = share(example.text) < DEV_SHARE_OF_TRAIN_ONLY
            elif names[kind, name] == {"dev"} and licence(name) != "no":
                held_out = share(example.text) < DEV_SHARE_OF_DEV_ONLY
            if held_out:
                dev.setdefault(f"{kind}/{name}", []).append(example)
            elif allowed:
                train.append(example)
    for example in (e for path in sorted(OWN.glob("*.txt")) for e in read_own(path)):
        if share(example.text) < DEV_SHARE_OF_TRAIN_ONLY:
            dev.setdefault("drivers/own", []).append(example)
            if example.label:
                dev.setdefault("sentiment/own", []).append(example)
        else:
            train.append(example)
    seen = {_letters(e.text) for examples in dev.values() for e in examples}
    seen = {letters for letters in seen if len(letters) >= COPY_LETTERS}
    train = [e for e in train if _letters(e.text) not in seen]
    # Sets overlap in near-copies (other user names, links, tokens). A dev text whose near-copy trains measures memory.
    trained = {gist for e in train if len(gist := _gist(e.text)) >= COPY_LETTERS}
    return train, {name: [e for e in examples if _gist(e.text) not in trained] for name, examples in dev.items()}


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def _gist(text: str) -> str:
    """Give the beginning of a text without user names, links, case and punctuation."""
    return _letters(re.sub(r"http\S*|www\.\S+|@\w+|\bRT\b", "", text))[:60]


def parallel_pairs(data: Path, *, licences: str) -> Iterator[tuple[str, str]]:
    """German and English sentences that mean the same, of the sets that may train this variant."""
    for path in sorted((data / "parallel").glob("*.train.jsonl")):
        if licence(path.name.split(".")[0]) not in ALLOWED[licences]:
            continue
        for row in read_jsonl(path):
            pairs = zip(row["de"], row["en"], strict=True) if isinstance(row["de"], list) else [(row["de"], row["en"])]
            for german, english in pairs:
                yield german, detokenise(english, ())[0]
