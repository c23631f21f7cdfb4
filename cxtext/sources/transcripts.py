"""Call transcripts: WebVTT, SRT, and plain text with speaker labels, as conversations with turns."""

import html
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, cast

from cxtext.documents import Document, Role
from cxtext.sources.columns import plain_header
from cxtext.sources.encodings import decode
from cxtext.sources.input import InputFile
from cxtext.sources.load_report import Reject, UnreadableError

_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
# "[00:12] Agent: ...", "00:01:12 Kunde: ...", "Sprecher 1 (00:12): ..."
_LABELLED = re.compile(
    rf"\s*(?:[\[(]?(?P<before>{_TIME})[\])]?\s*[-–]?\s*)?"
    rf"(?P<label>[^\W\d_][^:<>\[\]\n]{{0,39}}?)\s*(?:[\[(](?P<after>{_TIME})[\])]\s*)?:(?:\s+|$)(?P<text>.*)",
    re.DOTALL,
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]*)>")
_TAG = re.compile(r"</?[^>]*>")


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said in one go: a cue, or a labelled line. Times are seconds from the beginning."""

    text: str
    speaker: str | None = None
    start_time: float | None = None
    end_time: float | None = None


@cache
def _vocabulary() -> tuple[Mapping[str, Role], frozenset[str]]:
    data = tomllib.loads(files("cxtext.data").joinpath("speaker_roles.toml").read_text(encoding="utf-8"))
    roles = {word: cast(Role, role) for role, words in data["roles"].items() for word in words}
    return roles, frozenset(data["not_speakers"]["labels"])


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
    bare = plain_header(re.sub(r"[\[(].*?[\])]|\d+", " ", speaker))
    for label in (exact, bare):
        if found := own.get(label) or known.get(label):
            return found
    # "Agent Weber", "Kundin Frau Meier": the word for the role stands first, before a name.
    first, *name = speaker.split()
    named = 1 <= len(name) <= 3 and all(word[0].isupper() for word in name)
    return known.get(plain_header(first)) if named else None


def read_vtt(file: InputFile) -> Iterator[Document | Reject]:
    """Read a WebVTT file; speakers come from ``<v Name>`` or ``Name:`` before the words.

    Raises
    ------
    UnreadableError
        If the file is empty, no text, or not WebVTT.
    """
    import webvtt

    data = file.path.read_bytes()
    text, file.loaded.encoding = decode(data)
    try:
        captions = webvtt.from_string(text.removeprefix("\ufeff")).captions
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError):
        raise UnreadableError("broken_vtt", length=len(data)) from None
    cues = [cue for caption in captions for cue in _voices(caption)]
    if not cues and "-->" in text:
        raise UnreadableError("broken_vtt", length=len(data))
    yield _conversation(label_cues(cues, file.options.roles), file)


def _voices(caption: Any) -> Iterator[Utterance]:  # noqa: ANN401 (webvtt has no stable types)
    start, end = _seconds(caption.start), _seconds(caption.end)
    before, *voices = _VOICE.split(caption.raw_text)
    if _plain(before):
        yield Utterance(_plain(before), None, start, end)
    for name, spoken in zip(voices[::2], voices[1::2], strict=True):
        if _plain(spoken):
            yield Utterance(_plain(spoken), _plain(name) or None, start, end)


def _plain(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", markup)).split())


def read_srt(file: InputFile) -> Iterator[Document | Reject]:
    """Read an SRT file; speakers come from ``Name:`` before the words.

    Raises
    ------
    UnreadableError
        If the file is empty, no text, or has no cue.
    """
    import pysubs2

    data = file.path.read_bytes()
    text, file.loaded.encoding = decode(data)
    try:
        events = list(pysubs2.SSAFile.from_string(text.removeprefix("\ufeff"), format_="srt"))
    except (pysubs2.exceptions.Pysubs2Error, ValueError):
        raise UnreadableError("broken_srt", length=len(data)) from None
    if not events:
        raise UnreadableError("broken_srt", length=len(data))
    cues = [Utterance(_plain(e.plaintext), None, e.start / 1000, e.end / 1000) for e in events]
    yield _conversation(label_cues([cue for cue in cues if cue.text], file.options.roles), file)


def plain_transcript(text: str, roles: Mapping[str, Role] | None = None) -> list[Utterance] | None:
    r"""Split a text with speaker labels at the beginning of its lines; null if it is no transcript.

    It is one if two to twelve labels stand before at least a third of its lines, beginning with one of the first three,
    and one of them is known as a speaker or all of them come again. Lines without a label go on with the turn before.

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
    begin = next((i for i, m in enumerate(found) if m and m["label"] in labels), len(lines))
    labelled = sum(1 for m in found if m and m["label"] in labels)
    if not 2 <= len(labels) <= 12 or begin > 2 or labelled * 3 < len(lines):
        return None
    # What stands above the first label (a title, a date) was said by nobody.
    utterances: list[Utterance] = []
    for line, match in zip(lines[begin:], found[begin:], strict=True):
        if match and match["label"] in labels:
            time = match["before"] or match["after"]
            utterances.append(Utterance(match["text"].strip(), match["label"], _seconds(time) if time else None))
        else:
            last = utterances[-1]
            utterances[-1] = replace(last, text=f"{last.text} {line}".strip())
    return [u for u in utterances if u.text]


def _speakers(labels: Iterable[str], roles: Mapping[str, Role] | None) -> frozenset[str]:
    """Give the labels that name speakers: all, if one is a known role or all come more than once; else none."""
    _, not_speakers = _vocabulary()
    counts = Counter(label for label in labels if plain_header(label) not in not_speakers)
    known = {label for label in counts if role_of(label, roles) is not None}
    repeated = {label for label, n in counts.items() if n > 1 and len(label.split()) <= 4}
    if known:
        return frozenset(known | repeated)
    return frozenset(repeated) if repeated == set(counts) else frozenset()


def label_cues(cues: Sequence[Utterance], roles: Mapping[str, Role] | None = None) -> list[Utterance]:
    """Take ``Name:`` before the words as the speaker, if names stand there; a cue without one goes on with the last."""
    found = [_LABELLED.fullmatch(cue.text) if cue.speaker is None else None for cue in cues]
    labels = _speakers((m["label"] for m in found if m), roles)
    labelled: list[Utterance] = []
    speaker: str | None = None
    for cue, match in zip(cues, found, strict=True):
        if cue.speaker is not None:
            speaker = cue.speaker
            labelled.append(cue)
        elif match and match["label"] in labels:
            speaker = match["label"]
            labelled.append(replace(cue, text=match["text"].strip(), speaker=speaker))
        else:
            labelled.append(replace(cue, speaker=speaker))
    return labelled


def turns_of(utterances: Iterable[Utterance], roles: Mapping[str, Role] | None = None) -> list[dict[str, Any]]:
    """Join what one speaker says in a row into turns, as :meth:`cxtext.Document.from_turns` takes them."""
    turns: list[dict[str, Any]] = []
    for said in utterances:
        if turns and turns[-1]["speaker"] == said.speaker:
            turns[-1]["text"] = f"{turns[-1]['text']} {said.text}".strip()
            turns[-1]["end_time"] = said.end_time
        elif said.text:
            turns.append(
                {
                    "text": said.text,
                    "speaker": said.speaker,
                    "role": role_of(said.speaker, roles),
                    "start_time": said.start_time,
                    "end_time": said.end_time,
                }
            )
    return turns


def conversation(utterances: Iterable[Utterance], file: InputFile) -> Document:
    """Build the document of a call."""
    return Document.from_turns(
        turns_of(utterances, file.options.roles),
        id=f"{file.name}#1",
        channel="call",
        language=file.options.language,
    )


def _conversation(utterances: Iterable[Utterance], file: InputFile) -> Document:
    file.loaded.rows += 1
    return conversation(utterances, file)


def _seconds(clock: str) -> float:
    value = 0.0
    for part in clock.replace(",", ".").split(":"):
        value = value * 60 + float(part)
    return round(value, 3)
