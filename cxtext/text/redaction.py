"""Personal data: where it stands, masked, or replaced by pseudonyms."""

import hashlib
import hmac
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar, Literal, get_args

from cxtext.config import read_data
from cxtext.documents import Document, Pii, Turn
from cxtext.errors import ConfigError, nearest
from cxtext.pipeline import Draft
from cxtext.text.field_redaction import Substitute, find_known, known_names, redact_label, redact_value
from cxtext.text.recognisers import Hit, find, joined

_MOST_ROUNDS = 8

Mode = Literal["keep", "mask", "pseudonymise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionConfig:
    """How to treat personal data.

    Parameters
    ----------
    mode
        ``"keep"`` leaves the text and only lists what was found; ``"mask"`` writes ``[EMAIL]``, ``[NAME]`` and so on;
        ``"pseudonymise"`` writes ``[NAME_1]``, the same for the same person.
    key
        With a key a pseudonym is a keyed hash (HMAC-SHA256), the same in all documents and runs with that key. Without
        one, persons are counted in each document by itself, so nothing in the texts links documents. With ``"mask"``
        it serves ids and fields that link documents, such as the customer's: without a key, whoever can list all
        customer numbers can find out whose such a stand-in is. A pipeline's description holds the key: guard such a
        file like the key.
    """

    mode: Mode = "keep"
    key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.mode not in get_args(Mode):
            raise ConfigError(f"redaction has no mode {self.mode!r}; {nearest(str(self.mode), get_args(Mode))}")
        if self.key is not None and self.mode == "keep":
            raise ConfigError("redaction takes a key with mode 'mask' or 'pseudonymise' only; the mode is 'keep'")
        if self.key is not None and len(self.key) < 16:
            raise ConfigError(f"the key has {len(self.key)} characters; at least 16 are needed to resist guessing")


def redact(document: Document, *, mode: Mode = "mask", key: str | None = None) -> tuple[Document, tuple[Pii, ...]]:
    """Find personal data in a document, and take it out.

    Question, id and attributes are redacted, too. Attributes that tell customers or conversations apart get a stand-in
    for each value, so that they still do. Speakers of a conversation are numbered, because transcripts give them by
    name; their names are taken out of the text as well.

    Parameters
    ----------
    document
        The document.
    mode, key
        As in :class:`RedactionConfig`.

    Returns
    -------
    The document with its new text and turns (with ``"keep"`` itself), and where personal data stands in that text.

    Examples
    --------
    >>> document, pii = redact(Document(text="Frau Weiß rief mich unter 0170 1234567 zurück."))
    >>> document.text
    'Frau [NAME] rief mich unter [PHONE] zurück.'
    >>> [(p.type, document.text[p.start : p.end]) for p in pii]
    [('name', '[NAME]'), ('phone', '[PHONE]')]
    >>> redact(Document(text="Mrs Hill wrote to hill@example.org"), mode="pseudonymise")[0].text
    'Mrs [NAME_1] wrote to [EMAIL_1]'
    """
    config = RedactionConfig(mode=mode, key=key)
    return _redact(document, config)


def _redact(document: Document, config: RedactionConfig) -> tuple[Document, tuple[Pii, ...]]:
    if config.mode == "keep":
        hits = _within_turns(find(document.text), document.turns)
        return document, tuple(Pii(type=h.type, start=h.start, end=h.end) for h in hits)
    known = known_names(document, role_words())
    document = _beside_the_text(document, config)
    found = [*find(document.text), *find_known(document.text, known)]
    hits = _within_turns(joined(document.text, found), document.turns)
    if not hits and not document.turns:
        return document, ()
    redacted, pii = _rewritten(document, hits, _substitutes(document.text, hits, config, pii=()))
    # What is taken out brings what stands around it closer, so that a word may now explain a number it did not reach.
    for _ in range(_MOST_ROUNDS):
        found = _within_turns(find(redacted.text), redacted.turns)
        ends = [p.end for p in pii]
        more = [h for h in found if (i := bisect_right(ends, h.start)) == len(pii) or h.end <= pii[i].start]
        if not more:
            break
        pairs = [(Hit(p.type, p.start, p.end, 1.0, ""), redacted.text[p.start : p.end]) for p in pii]
        pairs += zip(more, _substitutes(redacted.text, more, config, pii=pii), strict=True)
        pairs.sort(key=lambda pair: pair[0].start)
        redacted, pii = _rewritten(redacted, [h for h, _ in pairs], [s for _, s in pairs])
    return redacted, pii


@cache
def role_words() -> frozenset[str]:
    """Give the words of speaker labels that are no names, in lower case."""
    table = read_data("speaker_roles.toml")
    labels = [label for group in (table["roles"], table["not_speakers"]) for words in group.values() for label in words]
    return frozenset(word for label in labels for word in label.split())


def _beside_the_text(document: Document, config: RedactionConfig) -> Document:
    changes: dict[str, Any] = {}
    substitute = substitute_with(config)
    if document.attributes:
        attributes = {name: redact_value(name, value, substitute) for name, value in document.attributes.items()}
        if attributes != document.attributes:
            changes["attributes"] = attributes
    if document.id is not None and (redacted := redact_label(document.id, substitute)) != document.id:
        changes["id"] = redacted
    if document.question is not None:
        changes["question"] = redact_value("", document.question, _masked)
    return replace(document, **changes) if changes else document


def substitute_with(config: RedactionConfig) -> Substitute:
    """Give what writes stand-ins beside the text: alike for equal values, so that documents still belong together.

    >>> substitute_with(RedactionConfig(mode="mask", key="0123456789abcdef"))("customer", "4711")
    '[CUSTOMER_...]'
    """

    def substitute(kind: str, value: str) -> str:
        if config.key is None and kind != "customer":
            return f"[{kind.upper()}]"
        return f"[{kind.upper()}_{_pseudonym(config.key or '', kind, _value(value))}]"

    return substitute


def _masked(kind: str, value: str) -> str:
    return f"[{kind.upper()}]"


def _value(text: str) -> str:
    # "DE89 3704" and "de893704" are one account, "Müller" and "müller" one person.
    return "".join(c for c in text.casefold() if c.isalnum())


def _within_turns(hits: Sequence[Hit], turns: Sequence[Turn]) -> list[Hit]:
    """Cut what reaches from one turn into the next, so that every turn keeps its own text."""
    if not turns:
        return list(hits)
    borders = sorted({offset for turn in turns for offset in (turn.start, turn.end)})
    pieces: list[Hit] = []
    for hit in hits:
        inside = borders[bisect_right(borders, hit.start) : bisect_left(borders, hit.end)]
        ends = [hit.start, *inside, hit.end]
        pieces.extend(replace(hit, start=a, end=b) for a, b in pairwise(ends))
    return pieces


def _substitutes(text: str, hits: Sequence[Hit], config: RedactionConfig, *, pii: Sequence[Pii]) -> list[str]:
    if config.mode == "mask":
        return [f"[{hit.type.upper()}]" for hit in hits]
    numbers: dict[tuple[str, str], int] = {}
    counts = Counter(p.type for p in pii)
    substitutes = []
    for hit in hits:
        value = _value(text[hit.start : hit.end])
        if config.key is not None:
            substitutes.append(f"[{hit.type.upper()}_{_pseudonym(config.key, hit.type, value)}]")
            continue
        if (hit.type, value) not in numbers:
            counts[hit.type] += 1
            numbers[hit.type, value] = counts[hit.type]
        substitutes.append(f"[{hit.type.upper()}_{numbers[hit.type, value]}]")
    return substitutes


def _pseudonym(key: str, kind: str, value: str) -> str:
    message = f"{kind}\0{value}".encode("utf-8", "replace")
    mac = hmac.new(key.encode("utf-8", "replace"), message, hashlib.sha256).digest()
    # Letters only: digits could be taken for a number by the next reader.
    return "".join("ABCDEFGHIJKLMNOP"[byte & 15] for byte in mac[:12])


def _rewritten(document: Document, hits: Sequence[Hit], substitutes: Sequence[str]) -> tuple[Document, tuple[Pii, ...]]:
    pieces: list[str] = []
    pii: list[Pii] = []
    ends, shifts = [0], [0]
    position = length = 0
    for hit, substitute in zip(hits, substitutes, strict=True):
        pieces += [document.text[position : hit.start], substitute]
        length += hit.start - position
        pii.append(Pii(type=hit.type, start=length, end=length + len(substitute)))
        length += len(substitute)
        position = hit.end
        ends.append(hit.end)
        shifts.append(length - hit.end)
    pieces.append(document.text[position:])

    def moved(offset: int) -> int:
        return offset + shifts[bisect_right(ends, offset) - 1]

    named = dict.fromkeys(turn.speaker for turn in document.turns if turn.speaker is not None)
    speakers = {speaker: f"SPEAKER_{i}" for i, speaker in enumerate(named, start=1)}
    turns = tuple(
        replace(
            turn,
            start=moved(turn.start),
            end=moved(turn.end),
            speaker=None if turn.speaker is None else speakers[turn.speaker],
        )
        for turn in document.turns
    )
    return replace(document, text="".join(pieces), turns=turns), tuple(pii)


class Redact:
    """Stage ``redact.v1``: personal data listed, masked or pseudonymised. Needs no language, so it can run first.

    Examples
    --------
    >>> stage = Redact(Redact.Config(mode="mask"))
    >>> stage.predict([Draft(document=Document(text="Mail an max@example.org"))])[0]["document"].text
    'Mail an [EMAIL]'
    >>> stage.predict([Draft(document=Document(text="My order number is 4711-2026."))])[0]["document"].text
    'My order number is [REFERENCE].'
    """

    name: ClassVar[str] = "redact.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document"})
    provides: ClassVar[frozenset[str]] = frozenset({"document", "pii"})
    Config: ClassVar[type] = RedactionConfig

    def __init__(self, config: RedactionConfig | None = None) -> None:
        self._config = config or RedactionConfig()

    @property
    def config(self) -> RedactionConfig:
        """The stage's frozen config."""
        return self._config

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give each draft's document as the mode says, and where personal data stands in it."""
        redacted = [_redact(draft.document, self._config) for draft in batch]
        return [{"document": document, "pii": pii} for document, pii in redacted]
