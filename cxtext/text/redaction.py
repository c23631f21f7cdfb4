"""Personal data: where it stands, masked, or replaced by pseudonyms."""

import hashlib
import hmac
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, ClassVar, Literal, get_args

from cxtext.documents import Document, Pii, Turn
from cxtext.errors import ConfigError, nearest
from cxtext.pipeline import Draft
from cxtext.text.recognisers import Hit, find

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
        For ``"pseudonymise"``: with a key the pseudonym is a keyed hash (HMAC-SHA256), the same in all documents and
        runs with that key. Without one, persons are counted in each document by itself, so nothing links documents.
        A pipeline's description holds the key: guard such a file like the key.
    """

    mode: Mode = "keep"
    key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.mode not in get_args(Mode):
            raise ConfigError(f"redaction has no mode {self.mode!r}; {nearest(str(self.mode), get_args(Mode))}")
        if self.key is not None and self.mode != "pseudonymise":
            raise ConfigError(f"redaction takes a key with mode 'pseudonymise' only; the mode is {self.mode!r}")
        if self.key is not None and len(self.key) < 16:
            raise ConfigError(f"the key has {len(self.key)} characters; at least 16 are needed to resist guessing")


def redact(document: Document, *, mode: Mode = "mask", key: str | None = None) -> tuple[Document, tuple[Pii, ...]]:
    """Find personal data in a document, and take it out.

    The question, the id and the attributes stay as they are: they are not the customer's words. Speakers of a
    conversation are numbered, because transcripts give them by name.

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
    hits = _within_turns(find(document.text), document.turns)
    if config.mode == "keep":
        return document, tuple(Pii(type=h.type, start=h.start, end=h.end) for h in hits)
    if not hits and not document.turns:
        return document, ()
    redacted, pii = _rewritten(document, hits, _substitutes(document.text, hits, config, pii=()))
    # What is taken out brings what stands around it closer, so that a word may now explain a number it did not reach.
    for _ in range(_MOST_ROUNDS):
        found = _within_turns(find(redacted.text), redacted.turns)
        more = [h for h in found if all(h.end <= p.start or p.end <= h.start for p in pii)]
        if not more:
            break
        pairs = [(Hit(p.type, p.start, p.end, 1.0, ""), redacted.text[p.start : p.end]) for p in pii]
        pairs += zip(more, _substitutes(redacted.text, more, config, pii=pii), strict=True)
        pairs.sort(key=lambda pair: pair[0].start)
        redacted, pii = _rewritten(redacted, [h for h, _ in pairs], [s for _, s in pairs])
    return redacted, pii


def _within_turns(hits: Sequence[Hit], turns: Sequence[Turn]) -> list[Hit]:
    """Cut what reaches from one turn into the next, so that every turn keeps its own text."""
    if not turns:
        return list(hits)
    borders = sorted({offset for turn in turns for offset in (turn.start, turn.end)})
    pieces: list[Hit] = []
    for hit in hits:
        inside = [b for b in borders if hit.start < b < hit.end]
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
        # "DE89 3704" and "de893704" are one account, "Müller" and "müller" one person.
        value = "".join(c for c in text[hit.start : hit.end].casefold() if c.isalnum())
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

    speakers = list(dict.fromkeys(turn.speaker for turn in document.turns if turn.speaker is not None))
    turns = tuple(
        replace(
            turn,
            start=moved(turn.start),
            end=moved(turn.end),
            speaker=None if turn.speaker is None else f"SPEAKER_{speakers.index(turn.speaker) + 1}",
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
