"""Transcripts in JSON: roles, one clock, and who says what in a row."""

import json

import pytest

from cxtext.sources import read


def document_of(tmp_path, value, **options):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    (document,) = read(path, **options)
    return document


def turns(document):
    return [(document.text[t.start : t.end], t.role, t.start_time, t.end_time) for t in document.turns]


def genesys(*phrases, **more):
    keys = ("text", "participantPurpose", "startTimeMs")
    return {"transcripts": [{"phrases": [dict(zip(keys, p, strict=True)) for p in phrases]}], **more}


@pytest.mark.parametrize(
    ("purpose", "role", "why"),
    [
        ("external", "customer", "who calls"),
        ("internal", "agent", "who answers"),
        ("ivr", "bot", "a menu"),
        ("acd", "system", "the queue"),
        ("voicemail", "system", "no conversation"),
        ("manager", None, "unknown words stay unknown"),
        (None, None, "nothing is said of it"),
        (7, None, "no word"),
    ],
)
def test_words_of_the_platform_become_roles(tmp_path, purpose, role, why):
    document = document_of(tmp_path, genesys(("Hallo.", purpose, 0), ("Ja?", "internal", 900)))

    assert document.turns[0].role == role, why


def test_roles_of_the_caller_come_first(tmp_path):
    value = {"segments": [
        {"start": 0, "end": 1, "text": "Guten Tag.", "speaker": "SPEAKER_00"},
        {"start": 1, "end": 2, "text": "Es klemmt.", "speaker": "SPEAKER_01"},
    ]}  # fmt: skip

    document = document_of(tmp_path, value, roles={"speaker_00": "agent", "SPEAKER_01": "customer"})

    assert [t.role for t in document.turns] == ["agent", "customer"]
    assert [t.role for t in document_of(tmp_path, value).turns] == [None, None]


def test_what_one_speaker_says_in_a_row_is_one_turn(tmp_path):
    document = document_of(
        tmp_path, genesys(("Mein Zug", "external", 0), ("fiel aus.", "external", 800), ("Oh.", "internal", 1600))
    )

    assert turns(document) == [("Mein Zug fiel aus.", "customer", 0.0, None), ("Oh.", "agent", 1.6, None)]


def test_times_since_1970_count_from_the_beginning(tmp_path):
    value = genesys(("Ja?", "internal", 1770120004000), ("Hallo.", "external", 1770120002500))

    late = document_of(tmp_path, {**value, "conversationStartTime": 1770120000000})

    assert turns(late) == [("Hallo.", "customer", 2.5, None), ("Ja?", "agent", 4.0, None)]
    assert late.created_at.isoformat() == "2026-02-03T12:00:00+00:00"
    assert [t.start_time for t in document_of(tmp_path, value).turns] == [0.0, 1.5]


def test_channels_are_put_in_the_order_of_their_times(tmp_path):
    value = {"transcripts": [
        {"phrases": [{"text": "Eins.", "participantPurpose": "external", "startTimeMs": 0},
                     {"text": "Drei.", "participantPurpose": "external", "startTimeMs": 2000}]},
        {"phrases": [{"text": "Zwei.", "participantPurpose": "internal", "startTimeMs": 1000}]},
    ]}  # fmt: skip

    assert document_of(tmp_path, value).text == "Eins.\nZwei.\nDrei."


def test_without_times_the_order_of_the_file_stays(tmp_path):
    document = document_of(tmp_path, genesys(("Zwei.", "external", None), ("Eins.", "internal", 500)))

    assert document.text == "Zwei.\nEins."


def test_a_declared_language_is_kept_and_the_option_fills_the_rest(tmp_path):
    segments = [{"start": 0, "end": 1, "text": "Ciao."}]

    assert document_of(tmp_path, {"segments": segments, "language": "it"}, language="de").language == "other"
    assert document_of(tmp_path, {"segments": segments}, language="de").language == "de"


@pytest.mark.parametrize(
    ("value", "expected", "why"),
    [
        (
            {"metadata": {}, "results": {"channels": [{"alternatives": [{"transcript": "Hallo, ja."}]}]}},
            [(None, "Hallo, ja.")],
            "no words, no times",
        ),
        (
            {"metadata": {}, "results": {"channels": [{"alternatives": [{"transcript": "a b", "words": [
                {"word": "a", "start": 0.1, "end": 0.2, "speaker": 0},
                {"word": "b", "start": 0.3, "end": 0.4, "speaker": 1},
            ]}]}]}},
            [("speaker 0", "a"), ("speaker 1", "b")],
            "speakers of single words",
        ),
        (
            {"metadata": {}, "results": {"channels": [], "utterances": [
                {"transcript": "Ja.", "speaker": 0, "channel": 0, "start": 0, "end": 1}]}},
            [("speaker 0", "Ja.")],
            "utterances alone",
        ),
        (
            {"metadata": {}, "results": {"channels": [{}, {}], "utterances": [
                {"transcript": "Ja.", "speaker": 0, "channel": 0, "start": 0, "end": 1},
                {"transcript": "Nein.", "speaker": 0, "channel": 1, "start": 1, "end": 2}]}},
            [("channel 0 speaker 0", "Ja."), ("channel 1 speaker 0", "Nein.")],
            "speakers are counted anew in every channel",
        ),
    ],
)  # fmt: skip
def test_deepgram_in_all_its_forms(tmp_path, value, expected, why):
    document = document_of(tmp_path, value)

    assert [(t.speaker, document.text[t.start : t.end]) for t in document.turns] == expected, why


def test_assemblyai_without_utterances_gives_words_or_text(tmp_path):
    base = {"id": "t", "audio_url": "a", "utterances": None, "text": "Hello there."}
    words = [{"text": "Hello", "start": 100, "end": 300, "speaker": "A"}, {"text": "there.", "start": 300, "end": 600}]

    assert turns(document_of(tmp_path, {**base, "words": []})) == [("Hello there.", None, None, None)]
    assert [t.speaker for t in document_of(tmp_path, {**base, "words": words}).turns] == ["A", None]


def test_no_utterance_at_all_is_a_document_without_text(tmp_path):
    document = document_of(tmp_path, {"transcripts": [{"phrases": []}]})

    assert (document.text, document.turns, document.channel) == ("", (), "call")


@pytest.mark.parametrize("lines", [1, 3])
def test_one_conversation_a_line(tmp_path, lines):
    path = tmp_path / "a.jsonl"
    path.write_text(f"{json.dumps(genesys(('Hallo.', 'external', 0)))}\n" * lines, encoding="utf-8")

    assert [d.id for d in read(path)] == [f"a.jsonl#{n}" for n in range(1, lines + 1)]


def test_roles_are_counted_and_unknown_ones_noted(tmp_path):
    path = tmp_path / "a.json"
    segments = [{"start": i, "end": i + 1, "text": "Ja.", "speaker": f"S{i}"} for i in range(3)]
    path.write_text(json.dumps({"segments": segments}), encoding="utf-8")

    reading = read(path)
    list(reading)

    assert reading.report.to_dict()["roles"] == {"unknown": 3}
    assert any("who is the customer" in note for note in reading.report.notes)
