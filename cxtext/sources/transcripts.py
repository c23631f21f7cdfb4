"""What was said by whom: speaker labels, their roles, and turns."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, cast

from cxtext.config import read_data
from cxtext.documents import Document, Role
from cxtext.sources.columns import plain_header
from cxtext.sources.input import InputFile

_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
# "[00:12] Agent: ...", "00:01:12 Kunde: ...", "Sprecher 1 (00:12): ..."
_LABELLED = re.compile(
    rf"\s*+(?:[\[(]?(?P<before>{_TIME})[\])]?\s*+(?:[-–]\s*+)?)?"
    rf"(?P<label>[^\W\d_][^:<>\[\]\n]{{0,39}}?)\s*(?:[\[(](?P<after>{_TIME})[\])]\s*)?:(?:\s+|$)(?P<text>.*)",
    re.DOTALL,
)
UNKNOWN_ROLES = (
    "conversations of several speakers do not say who is the customer: all their turns count as the customer's; "
    "the option roles of cxtext.sources.read says who is who"
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said in one go: a cue, a labelled line, a message. Times are seconds from the beginning.

    ``role`` is given where the source says it; else the speaker's label may.
    """

    text: str
    speaker: str | None = None
    start_time: float | None = None
    end_time: float | None = None
    role: Role | None = None


@cache
def _data() -> Mapping[str, Any]:
    return read_data("speaker_roles.toml")


@cache
def _vocabulary() -> tuple[Mapping[str, Role], frozenset[str]]:
    roles = {word: cast(Role, role) for role, words in _data()["roles"].items() for word in words}
    return roles, frozenset(_data()["not_speakers"]["labels"])


@cache
def platform_roles(platform: str) -> Mapping[str, Role]:
    """Give what the words of a platform for the sides of a conversation mean.

    >>> platform_roles("genesys")["external"], platform_roles("intercom")["lead"]
    ('customer', 'customer')
    """
    words: Mapping[str, Role] = _data()["platforms"].get(platform, {})
    return words


def role_of(speaker: str | None, roles: Mapping[str, Role] | None = None) -> Role | None:
    """Give the role that a speaker label stands for; null if it is not known.

    Parameters
    ----------
    speaker
        The label.
    roles
        Further labels and their roles, e.g. ``{"Frau Weber": "agent"}``; they come first.

    Examples
    --------
    >>> role_of("Kundin"), role_of("Agent 2"), role_of("Berater (Filiale)"), role_of("Sprecher 1")
    ('customer', 'agent', 'agent', None)
    >>> role_of("Frau Weber", {"Frau Weber": "agent"})
    'agent'
    """
    if not speaker:
        return None
    own = {plain_header(label): role for label, role in (roles or {}).items()}
    known, _ = _vocabulary()
    exact = plain_header(speaker)
    bare = plain_header(re.sub(r"[\[(].{0,99}?[\])]|\d+", " ", speaker))
    for label in (exact, bare):
        if found := own.get(label) or known.get(label):
            return found
    # "Agent Weber", "Kundin Frau Meier": the word for the role stands first, before a name.
    first, *name = speaker.split()
    named = 1 <= len(name) <= 3 and all(word[0].isupper() for word in name)
    return known.get(plain_header(first)) if named else None


def nobody_known(document: Document) -> bool:
    """Say whether several speakers talk in a document and the role of none is known."""
    return len({turn.speaker for turn in document.turns}) > 1 and all(turn.role is None for turn in document.turns)


def plain_transcript(text: str, roles: Mapping[str, Role] | None = None) -> list[Utterance] | None:
    r"""Split a text with speaker labels at the beginning of its lines; null if it is no transcript.

    It is one if two to twelve labels stand before at least a third of its lines, beginning with one of the first three,
    and one of them is known as a speaker, all of them come again, or they are the initials of a customer and an agent.
    Lines without a label go on with the turn before.

    Examples
    --------
    >>> [(u.speaker, u.text) for u in plain_transcript("Kunde: Hallo.\nAgent: Guten Tag!\nWas kann ich tun?")]
    [('Kunde', 'Hallo.'), ('Agent', 'Guten Tag! Was kann ich tun?')]
    >>> plain_transcript("Betreff: Rechnung\nVon: Anna\nIch warte noch.") is None
    True
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [_LABELLED.fullmatch(line) for line in lines]
    labels = _speakers((m["label"] for m in found if m), roles)
    sides = _initials(labels, roles)
    begin = next((i for i, m in enumerate(found) if m and m["label"] in labels), len(lines))
    labelled = sum(1 for m in found if m and m["label"] in labels)
    if not 2 <= len(labels) <= 12 or begin > 2 or labelled * 3 < len(lines):
        return None
    # What stands above the first label (a title, a date) was said by nobody.
    utterances: list[Utterance] = []
    pieces: list[list[str]] = []
    for line, match in zip(lines[begin:], found[begin:], strict=True):
        if match and match["label"] in labels:
            time = match["before"] or match["after"]
            label = match["label"]
            utterances.append(Utterance("", label, clock_seconds(time) if time else None, role=sides.get(label)))
            pieces.append([match["text"].strip()])
        else:
            pieces[-1].append(line)
    said = [replace(u, text=" ".join(p).strip()) for u, p in zip(utterances, pieces, strict=True)]
    return [u for u in said if u.text]


def _speakers(labels: Iterable[str], roles: Mapping[str, Role] | None) -> frozenset[str]:
    """Give the labels that name speakers: all, if one is a known role or all come more than once; else none."""
    _, not_speakers = _vocabulary()
    counts = Counter(label for label in labels if plain_header(label) not in not_speakers)
    known = {label for label in counts if role_of(label, roles) is not None}
    repeated = {label for label, n in counts.items() if n > 1 and len(label.split()) <= 4}
    if known:
        return frozenset(known | repeated)
    if _initials(counts, roles):
        return frozenset(counts)
    return frozenset(repeated) if repeated == set(counts) else frozenset()


def _initials(labels: Iterable[str], roles: Mapping[str, Role] | None) -> dict[str, Role]:
    """Give whose initials the two labels of a conversation are: ``K`` and ``A``; nothing if they are not those."""
    own = {plain_header(label) for label in roles or {}}
    words = cast("Mapping[Role, Sequence[str]]", _data()["initials"])
    sides = {label: role for label in labels for role, letters in words.items() if plain_header(label) in letters}
    pair = len(set(labels)) == len(sides) == 2 and len(set(sides.values())) == 2
    return {label: role for label, role in sides.items() if plain_header(label) not in own} if pair else {}


def label_cues(cues: Sequence[Utterance], roles: Mapping[str, Role] | None = None) -> list[Utterance]:
    """Take ``Name:`` before the words as the speaker, if names stand there; a cue without one goes on with the last."""
    found = [_LABELLED.fullmatch(cue.text) if cue.speaker is None else None for cue in cues]
    labels = _speakers((m["label"] for m in found if m), roles)
    sides = _initials(labels, roles)
    labelled: list[Utterance] = []
    speaker: str | None = None
    for cue, match in zip(cues, found, strict=True):
        if cue.speaker is not None:
            speaker = cue.speaker
            labelled.append(cue)
        elif match and match["label"] in labels:
            speaker = match["label"]
            labelled.append(replace(cue, text=match["text"].strip(), speaker=speaker, role=sides.get(speaker)))
        else:
            labelled.append(replace(cue, speaker=speaker, role=sides.get(speaker or "")))
    return labelled


def turns_of(
    utterances: Iterable[Utterance], roles: Mapping[str, Role] | None = None, *, joint: str = " "
) -> list[dict[str, Any]]:
    """Join what one speaker says in a row into turns, as :meth:`cxtext.Document.from_turns` takes them."""
    turns: list[dict[str, Any]] = []
    pieces: list[list[str]] = []
    for said in utterances:
        if not said.text:
            continue
        role = said.role or role_of(said.speaker, roles)
        if turns and (turns[-1]["speaker"], turns[-1]["role"]) == (said.speaker, role):
            pieces[-1].append(said.text)
            turns[-1]["end_time"] = _later(said.end_time, turns[-1])
        else:
            pieces.append([said.text])
            turns.append(
                {
                    "speaker": said.speaker,
                    "role": role,
                    "start_time": said.start_time,
                    "end_time": said.end_time,
                }
            )
    return [{"text": joint.join(texts), **turn} for texts, turn in zip(pieces, turns, strict=True)]


def _later(end: float | None, turn: Mapping[str, Any]) -> float | None:
    """Give the end of a turn that goes on; some sources do not keep what was said in the order of its times."""
    known = [time for time in (turn["start_time"], turn["end_time"]) if time is not None]
    return None if end is None else max([end, *known])


def conversation(utterances: Iterable[Utterance], file: InputFile) -> Document:
    """Build the document of a call."""
    return Document.from_turns(
        turns_of(utterances, file.options.roles),
        id=f"{file.name}#1",
        channel="call",
        language=file.options.language,
    )


def clock_seconds(clock: str) -> float:
    """Read the time of a clock.

    >>> clock_seconds("01:02,5"), clock_seconds("1:00:00.250")
    (62.5, 3600.25)
    """
    value = 0.0
    for part in clock.replace(",", ".").split(":"):
        value = value * 60 + float(part)
    return round(value, 3)
