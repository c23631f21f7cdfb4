"""WebVTT and SRT: timed cues, as conversations with turns."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cxtext.documents import Document
from cxtext.sources.conversations.fields import are_sound
from cxtext.sources.encodings import decode
from cxtext.sources.input import InputFile
from cxtext.sources.load_report import Reject, UnreadableError
from cxtext.sources.transcripts import Utterance, clock_seconds, conversation, label_cues

# Days of talk. What is larger is no transcript, and parsing it would cost many times its size.
LARGEST = 32 * 2**20
_VTT_TIME = r"(?:\d+:)?\d{2}:\d{2}\.\d{3}"
_VTT_CUE = re.compile(rf"\s*{_VTT_TIME}\s*-->\s*{_VTT_TIME}(?:\s|$)")
_SRT_TIME = r"\d{1,2}:\d{1,2}:\d{1,2}[.,]\d{1,3}"
_SRT_CUE = re.compile(rf"\s*{_SRT_TIME}\s*-->\s*{_SRT_TIME}(?:\s|$)")
_VTT_OTHER = ("WEBVTT", "NOTE", "STYLE", "REGION")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*+)?\s++(?P<name>[^<>]*+)>")
_TAG = re.compile(r"</?[^<>]*>")
# Microsoft Teams: "0b1c.../12-0", the first fragment of utterance 12.
_FRAGMENT = re.compile(r"(?P<utterance>.+/\d+)-\d+")


def begins_as_srt(head: str) -> bool:
    r"""Say whether a text begins with the number and time of a cue.

    >>> begins_as_srt("1\n00:00:01,000 --> 00:00:02,000\nGrüezi\n")
    True
    """
    lines = head.removeprefix("\ufeff").lstrip().split("\n", 2)
    return len(lines) > 1 and lines[0].strip().isdecimal() and _SRT_CUE.match(lines[1]) is not None


def read_vtt(file: InputFile) -> Iterator[Document | Reject]:
    """Read a WebVTT file; speakers come from ``<v Name>`` or ``Name:`` before the words.

    Fragments that Microsoft Teams makes of one utterance are put together again. Cues without a time that can be read
    are rejected.

    Raises
    ------
    UnreadableError
        If the file is empty, too large, no text, not WebVTT, or has no cue that can be read.
    """
    import webvtt

    text = _text(file)
    sound, broken = [], []
    for number, block in enumerate(re.split(r"\n{2,}", text)):
        if number == 0 or block.startswith(_VTT_OTHER) or any(map(_VTT_CUE.match, block.split("\n", 2)[:2])):
            sound.append(block)
        elif block.strip():
            broken.append(Reject(file.name, "broken_cue", row=number, length=len(block)))
    try:
        captions = webvtt.from_string("\n\n".join(sound)).captions
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError):
        raise UnreadableError("broken_vtt", length=len(text)) from None
    if not captions and (broken or "-->" in text):
        raise UnreadableError("broken_vtt", length=len(text))
    yield from broken
    cues = [cue for caption in _whole_utterances(captions) for cue in _voices(caption)]
    yield from _conversation(cues, file)


def _text(file: InputFile) -> str:
    size = file.path.stat().st_size
    if size > LARGEST:
        raise UnreadableError("too_large", length=size)
    text, file.loaded.encoding = decode(file.path.read_bytes())
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _whole_utterances(captions: list[Any]) -> list[Any]:
    # Two people who talk at once have their fragments interleaved.
    places: dict[str, int] = {}
    keyed = []
    for i, caption in enumerate(captions):
        found = _FRAGMENT.fullmatch(caption.identifier or "")
        keyed.append((places.setdefault(found["utterance"], i) if found else i, i, caption))
    return [caption for _, _, caption in sorted(keyed, key=lambda k: k[:2])]


def _voices(caption: Any) -> Iterator[Utterance]:  # noqa: ANN401 (webvtt has no stable types)
    start, end = clock_seconds(caption.start), clock_seconds(caption.end)
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
        If the file is empty, too large, no text, or has no cue that can be read.
    """
    import pysubs2

    text = _text(file)
    sound, broken = [], []
    for number, block in enumerate(re.split(r"\n[ \t]*\n", text), start=1):
        lines = block.strip("\n").split("\n")
        arrows = [line for line in lines if "-->" in line]
        # A blank line may stand among the words of a cue; a number at the top of several lines begins one.
        untimed = not arrows and len(lines) > 1 and lines[0].strip().isdecimal()
        if untimed or not all(map(_SRT_CUE.match, arrows)):
            broken.append(Reject(file.name, "broken_cue", row=number, length=len(block)))
        else:
            sound.append(block)
    try:
        events = list(pysubs2.SSAFile.from_string("\n\n".join(sound), format_="srt"))
    except (pysubs2.exceptions.Pysubs2Error, ValueError):
        raise UnreadableError("broken_srt", length=len(text)) from None
    if not events:
        raise UnreadableError("broken_srt", length=len(text))
    yield from broken
    cues = [Utterance(_plain(e.plaintext), None, e.start / 1000, e.end / 1000) for e in events]
    yield from _conversation([cue for cue in cues if cue.text], file)


def _conversation(cues: list[Utterance], file: InputFile) -> Iterator[Document | Reject]:
    file.loaded.rows += 1
    wrong = [not are_sound(cue.start_time, cue.end_time) for cue in cues]
    cues = [replace(u, start_time=None, end_time=None) if bad else u for u, bad in zip(cues, wrong, strict=True)]
    yield conversation(label_cues(cues, file.options.roles), file)
    if any(wrong):
        file.report.unreadable_times += sum(wrong)
        yield Reject(file.name, "bad_time", row=1)
