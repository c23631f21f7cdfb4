import pytest

from cxtext.sources import captions, read

HEAD = "WEBVTT\n\n"
GOOD = "00:01.000 --> 00:02.000\n<v Kunde>Hallo.\n\n"


def reading_of(tmp_path, content, name="c.vtt"):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    reading = read(path)
    return list(reading), reading.report


@pytest.mark.parametrize(
    ("block", "rejects", "why"),
    [
        ("NOTE ein Hinweis\n\n", [], "a comment"),
        ("STYLE\n::cue { color: red }\n\n", [], "a style"),
        ("7\n00:03.000 --> 00:04.000\nJa.\n\n", [], "a number before the time"),
        ("00:03.000 --> 00:04.000 line:0 align:start\nJa.\n\n", [], "settings behind the time"),
        ("00:03.000 --> 00:04.000\n \n\n", [], "no words"),
        ("00:03.000 --> 00:0x.000\nJa.\n\n", ["broken_cue"], "a time that is none"),
        ("Ja, aber ohne Zeit.\n\n", ["broken_cue"], "no time"),
        ("00:03,000 --> 00:04,000\nJa.\n\n", ["broken_cue"], "the comma of SRT"),
        ("00:04.000 --> 00:03.000\nJa.\n\n", ["bad_time"], "the end comes before the beginning"),
    ],
)
def test_cues_that_cannot_be_read_are_counted(tmp_path, block, rejects, why):
    (document,), report = reading_of(tmp_path, HEAD + GOOD + block + GOOD)

    assert [r.reason for r in report.rejects] == rejects, why
    assert document.text.startswith("Hallo.")
    assert document.text.endswith("Hallo.")


def test_two_who_talk_at_once_keep_their_sentences(tmp_path):
    (document,), _ = reading_of(
        tmp_path,
        HEAD
        + "a-b/1-0\n00:01.000 --> 00:02.000\n<v Kundin>Die Karte</v>\n\n"
        + "a-b/2-0\n00:01.500 --> 00:02.000\n<v Agent>Ja?</v>\n\n"
        + "a-b/1-1\n00:02.000 --> 00:03.000\n<v Kundin>ist weg.</v>\n\n",
    )

    assert document.text == "Die Karte ist weg.\nJa?"
    assert [(t.role, t.start_time, t.end_time) for t in document.turns] == [("customer", 1.0, 3.0), ("agent", 1.5, 2.0)]


def test_a_file_without_a_cue_that_can_be_read_is_rejected(tmp_path):
    documents, report = reading_of(tmp_path, HEAD + "00:0x.000 --> 00:02.000\nHallo.\n\n")

    assert documents == []
    assert [r.reason for r in report.rejects] == ["broken_vtt"]


def test_words_of_srt_may_hold_blank_lines_and_numbers(tmp_path):
    (document,), report = reading_of(
        tmp_path,
        "1\n00:00:01,000 --> 00:00:02,000\nKunde: Um\n\n12 Uhr.\n\n2\n00:00:03,000 --> 00:00:04,000\nAgent: Gut.\n",
        "c.srt",
    )

    assert report.rejects == []
    assert document.text == "Um 12 Uhr.\nGut."


def test_more_than_a_transcript_can_be_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(captions, "LARGEST", 50)

    _, report = reading_of(tmp_path, HEAD + GOOD * 3)

    assert [r.reason for r in report.rejects] == ["too_large"]
