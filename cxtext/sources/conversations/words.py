"""Formats of speech recognition that are lists of words: Amazon Transcribe, Deepgram, AssemblyAI."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from cxtext.documents import Document
from cxtext.sources.conversations.fields import Unit, are_sound, at, first, rows, seconds, word
from cxtext.sources.conversations.talk import Place, Talk
from cxtext.sources.load_report import Reject


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its punctuation."""

    text: str
    speaker: str | None
    start: float | None
    end: float | None


def _say(talk: Talk, words: list[Word], column: str) -> None:
    """Add words in the order of their times, those that one speaker says in a row as one piece."""
    # A word without a time stays behind the one before it.
    ordered: list[tuple[float, Word]] = []
    for spoken in words:
        before = ordered[-1][0] if ordered else 0.0
        ordered.append((before if spoken.start is None else spoken.start, spoken))
    ordered.sort(key=lambda pair: pair[0])
    for speaker, group in groupby((w for _, w in ordered), key=lambda w: w.speaker):
        said = list(group)
        talk.say(
            " ".join(w.text for w in said),
            column,
            speaker=speaker,
            role=talk.role(None, speaker),
            start=next((w.start for w in said if w.start is not None), None),
            end=next((w.end for w in reversed(said) if w.end is not None), None),
        )


def _timed(talk: Talk, word: Word, column: str) -> Word:
    """Leave out times that are none, and note it."""
    if are_sound(word.start, word.end):
        return word
    talk.fault("bad_time", column)
    return replace(word, start=None, end=None)


def read_transcribe(value: Mapping[str, object], place: Place) -> Iterator[Document | Reject]:
    """Read a result of Amazon Transcribe: items with times as text, speakers or channels in a list of their own."""
    talk = Talk(place, "amazon")
    channels = at(value, "results.channel_labels.channels")
    words: list[Word] = []
    if isinstance(channels, list):
        for channel in channels:
            label = word(at(channel, "channel_label"))
            words += _transcribed(talk, rows(channel, "items.*"), {}, label)
    elif isinstance(at(value, "results.items"), list):
        speakers = {
            (at(item, "start_time"), at(item, "end_time")): word(at(item, "speaker_label"))
            for item in rows(value, "results.speaker_labels.segments.*.items.*")
            if isinstance(at(item, "start_time"), str) and isinstance(at(item, "end_time"), str)
        }
        words += _transcribed(talk, rows(value, "results.items.*"), speakers, None)
    else:
        yield place.reject("missing_field", "results.items")
        return
    _say(talk, words, "results.items")
    yield from talk.document(
        channel="call",
        language=at(value, "results.language_code"),
        conversation=at(value, "jobName"),
    )


def _transcribed(
    talk: Talk, items: Iterator[object], speakers: Mapping[Any, str | None], channel: str | None
) -> list[Word]:
    words: list[Word] = []
    for item in items:
        text = at(item, "alternatives.0.content")
        if not isinstance(text, str):
            talk.fault("missing_field", "results.items.*.alternatives.0.content")
        elif at(item, "type") == "punctuation" and words:
            words[-1] = replace(words[-1], text=words[-1].text + text)
        else:
            times = (at(item, "start_time"), at(item, "end_time"))
            known = speakers.get(times) if all(isinstance(time, str) for time in times) else None
            speaker = channel or word(at(item, "speaker_label")) or known
            spoken = Word(text, speaker, seconds(times[0], "s"), seconds(times[1], "s"))
            words.append(_timed(talk, spoken, "results.items.*.start_time"))
    return words


def read_deepgram(value: Mapping[str, object], place: Place) -> Iterator[Document | Reject]:
    """Read a result of Deepgram: its utterances, else the words of each channel, else the mere transcripts."""
    talk = Talk(place, "deepgram")
    channels = at(value, "results.channels")
    if not isinstance(channels, list):
        yield place.reject("missing_field", "results.channels")
        return
    several = len(channels) > 1
    utterances = at(value, "results.utterances")
    if isinstance(utterances, list) and utterances:
        for said in utterances:
            speaker = _deepgram_speaker(at(said, "channel") if several else None, at(said, "speaker"))
            talk.say(
                at(said, "transcript"),
                "results.utterances.*.transcript",
                speaker=speaker,
                role=talk.role(None, speaker),
                start=seconds(at(said, "start"), "s"),
                end=seconds(at(said, "end"), "s"),
                times="results.utterances.*.start",
            )
    else:
        words: list[Word] = []
        for number, channel in enumerate(channels):
            words += _deepgram_words(talk, at(channel, "alternatives.0"), number if several else None)
        _say(talk, words, "results.channels.*.alternatives")
    yield from talk.document(
        channel="call",
        language=first(value, ("results.channels.0.detected_language",)),
        conversation=at(value, "metadata.request_id"),
    )


def _deepgram_words(talk: Talk, alternative: object, channel: int | None) -> list[Word]:
    column = "results.channels.*.alternatives"
    if not isinstance(alternative, Mapping):
        talk.fault("missing_field", column)
        return []
    words = _words(talk, alternative, f"{column}.*.words", ("punctuated_word", "word"), "s")
    if not words:
        # Without words there are no times.
        text = alternative.get("transcript")
        if not isinstance(text, str):
            talk.fault("missing_field" if text is None else "not_text", f"{column}.*.transcript")
            return []
        return [Word(text, _deepgram_speaker(channel, None), None, None)]
    return [replace(w, speaker=_deepgram_speaker(channel, w.speaker)) for w in words]


def _deepgram_speaker(channel: object, speaker: object) -> str | None:
    # Speakers are counted anew in every channel.
    parts = (word(channel, "channel"), word(speaker, "speaker"))
    return " ".join(part for part in parts if part) or None


def read_assemblyai(value: Mapping[str, object], place: Place) -> Iterator[Document | Reject]:
    """Read a result of AssemblyAI: its utterances, else its words, else the mere text."""
    talk = Talk(place, "assemblyai")
    utterances = value.get("utterances")
    if isinstance(utterances, list) and utterances:
        for said in utterances:
            speaker = word(at(said, "speaker"), "speaker")
            talk.say(
                at(said, "text"),
                "utterances.*.text",
                speaker=speaker,
                role=talk.role(None, speaker),
                start=seconds(at(said, "start"), "ms"),
                end=seconds(at(said, "end"), "ms"),
                times="utterances.*.start",
            )
    elif words := _words(talk, value, "words", ("text",), "ms"):
        _say(talk, words, "words")
    else:
        talk.say(value.get("text"), "text")
    yield from talk.document(channel="call", language=value.get("language_code"), conversation=value.get("id"))


def _words(talk: Talk, holder: Mapping[str, object], column: str, texts: tuple[str, ...], unit: Unit) -> list[Word]:
    words = []
    for item in rows(holder, "words.*"):
        text = first(item, texts)
        if not isinstance(text, str):
            talk.fault("missing_field" if text is None else "not_text", f"{column}.*.{texts[-1]}")
            continue
        speaker = word(at(item, "speaker"), "speaker")
        spoken = Word(text, speaker, seconds(at(item, "start"), unit), seconds(at(item, "end"), unit))
        words.append(_timed(talk, spoken, f"{column}.*.start"))
    return words
