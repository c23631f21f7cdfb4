"""Corrections of single mentions: what is named changes, and nothing else."""

import json

import pandas as pd
import pytest

from cxtext import analyze
from cxtext.engines import found as finding
from cxtext.engines.batch import Batch, Settings
from cxtext.engines.correct_topics import notes_on
from cxtext.engines.corrections import MentionCorrection, named, read_corrections
from cxtext.errors import ConfigError, InputTypeError

TEXTS = [
    "Die Beratung war freundlich. Die Lieferung war langsam und teuer.",
    "Die Hotline war unfreundlich. Die App ist kaputt.",
    "Die Lieferung war pünktlich. Der Preis ist schnell gestiegen.",
    "The delivery was slow. The advice was helpful.",
] + [
    f"Die {thing} war {word}, Fall {i}."
    for i in range(8)
    for thing, word in (("Lieferung", "langsam"), ("Beratung", "freundlich"))
]
ROWS = pd.DataFrame({"id": [f"r{i}" for i in range(len(TEXTS))], "text": TEXTS})


def place(row, words):
    start = TEXTS[row].index(words)
    return f"r{row}", start, start + len(words)


def csv_file(folder, *lines):
    path = folder / "right.csv"
    rows = [",".join(map(str, line)) for line in lines]
    path.write_text("\n".join(["document,start,end,polarity,topic", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def mentions(monkeypatch, without_model):
    """Run an analysis and give its result, and each mention that it counts."""
    seen = []
    kept = finding.correct_topics

    def spied(collection, found, corrections):
        right, table = kept(collection, found, corrections)
        units = collection.mentions["unit"].to_numpy(dtype=int)
        frame = collection.mentions.assign(
            id=collection.documents["id"].to_numpy()[collection.mentions["document"].to_numpy(dtype=int)],
            start=collection.units["start"].to_numpy()[units] + collection.mentions["opinion_start"],
            topic=right.mentions,
        )
        seen.append(frame[["id", "start", "polarity", "topic", "words", "category", "score"]])
        return right, table

    monkeypatch.setattr(finding, "correct_topics", spied)

    def run(corrections=None):
        result = analyze(ROWS, text="text", id="id", corrections=corrections)
        lines = seen[-1].to_csv(index=False).splitlines()
        return result, sorted(lines)

    return run


def test_a_polarity_changes_the_named_mention_and_no_other_byte(mentions, tmp_path):
    _, before = mentions()
    file = csv_file(tmp_path, (*place(2, "schnell"), "negative", ""))
    result, after = mentions(file)
    gone, come = set(before) - set(after), set(after) - set(before)
    assert len(gone) == len(come) == 1
    assert gone.pop().replace(",positive,", ",negative,") == come.pop()
    assert result.corrections["status"].tolist() == ["applied"]
    assert "corrections: 1 carried out" in result.meta["notes"]


def test_a_topic_changes_the_named_mention_and_no_other_byte(mentions, tmp_path):
    plain, before = mentions()
    line = next(x for x in before if x.startswith("r3,") and "helpful" in TEXTS[3])
    old = int(line.split(",")[3])
    other = next(int(t) for t in plain.topics["id"] if int(t) != old)
    _, start, end = place(3, "helpful" if int(line.split(",")[1]) == TEXTS[3].index("helpful") else "slow")
    _, after = mentions(csv_file(tmp_path, ("r3", start, end, "", other)))
    assert len(set(before) - set(after)) == len(set(after) - set(before)) == 1


def test_no_topic_takes_a_mention_out_of_every_count(mentions, tmp_path):
    plain, _ = mentions()
    result, _ = mentions(csv_file(tmp_path, (*place(4, "langsam"), "", "none")))
    assert plain.drivers["n"].sum() - result.drivers["n"].sum() == 1


@pytest.mark.parametrize(
    ("line", "status", "why"),
    [
        (("r99", 0, 4, "negative", ""), "unknown_document", "no such document"),
        (("r0", 0, 3, "negative", ""), "unknown_span", "no mention there"),
        ((*place(0, "Lieferung"), "positive", ""), "ambiguous_span", "two opinions are about it"),
        ((*place(0, "Lieferung war langsam"), "positive", ""), "applied", "both together say which"),
        ((*place(1, "kaputt"), "", "Raumfahrt"), "unknown_topic", "there is no such topic"),
    ],
)
def test_what_names_nothing_is_listed(mentions, tmp_path, line, status, why):
    _, before = mentions()
    result, after = mentions(csv_file(tmp_path, line))
    assert result.corrections["status"].tolist() == [status], why
    assert (before == after) == (status != "applied")
    assert any(status.replace("_", " ") in note for note in result.meta["notes"]) == (status != "applied")
    result.save(tmp_path / "out")
    assert status in (tmp_path / "out" / "corrections.csv").read_text(encoding="utf-8")


def test_a_document_that_repeats_another_is_told_apart(without_model, tmp_path):
    twice = pd.concat([ROWS, ROWS.head(1).assign(id="again")])
    twice["when"] = "2026-03-01 10:11:12"
    lines = [(name, *place(0, "freundlich")[1:], "negative", "") for name in ("r0", "again")]
    result = analyze(twice, text="text", id="id", time="when", corrections=csv_file(tmp_path, *lines))
    told = dict(zip(result.corrections["document_id"], result.corrections["status"], strict=True))
    [repeated] = result.duplicates["document_id"]
    assert told.pop(repeated) == "repeated_document"
    assert list(told.values()) == ["applied"]


def test_a_batch_writes_the_right_polarity_and_leaves_all_other_annotations(without_model, tmp_path):
    survey = tmp_path / "survey.csv"
    ROWS.to_csv(survey, index=False)
    file = csv_file(tmp_path, (*place(2, "schnell"), "negative", ""))
    annotations = []
    for name, given in (("plain", ()), ("right", (str(file),))):
        Batch([survey], Settings(text=("text",), id="id", corrections=given)).run(tmp_path / name)
        rows = pd.read_parquet(sorted((tmp_path / name / "annotations").glob("part-*.parquet"))).set_index("id")[
            "annotation"
        ]
        annotations.append({i: json.dumps(a, default=lambda x: x.tolist(), sort_keys=True) for i, a in rows.items()})
    plain, right = annotations
    assert [i for i in plain if plain[i] != right[i]] == ["r2"]
    assert (tmp_path / "right" / "corrections.csv").exists()
    assert not (tmp_path / "plain" / "corrections.csv").exists()


def test_csv_and_jsonl_say_the_same(tmp_path):
    file = csv_file(tmp_path, ("r1", 0, 4, "negative", ""), ("r2", 3, 9, "", "Lieferung"))
    lines = tmp_path / "right.jsonl"
    lines.write_text(
        '{"document": "r1", "start": 0, "end": 4, "polarity": "negative"}\n\n'
        '{"document": "r2", "start": 3, "end": 9, "polarity": null, "topic": "Lieferung"}\n',
        encoding="utf-8",
    )
    assert read_corrections(file) == read_corrections([lines])
    assert read_corrections(file).mentions[0] == MentionCorrection("r1", 0, 4, "negative")
    assert read_corrections(None).mentions == ()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "document,start,end,polarity\nr1,0,4,good\n", "line 2: polarity must be positive or negative"),
        ("a.csv", "document,start,end,polarity\nr1,4,4,negative\n", "start must be before end"),
        ("a.csv", "document,start,end,polarity\nr1,x,4,negative\n", "start must be a whole number"),
        ("a.csv", "document,start,end,polarity\nr1,0,4,\n", "says neither a polarity nor a topic"),
        ("a.csv", "document,start,end,feeling\nr1,0,4,bad\n", "has no option 'feeling'"),
        ("a.csv", "document,start,end,polarity\nr1,0,4,negative,x\n", "more cells than the first line"),
        ("a.csv", "document,start,end,polarity\nr1,0,4,negative\nr1,0,4,positive\n", "line 3 names a span"),
        ("a.jsonl", '{"document": "r1"', "line 1 is no JSON object"),
        ("a.jsonl", '{"document": "r1", "start": 0, "polarity": "negative"}', "end"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_corrections(path)


def test_other_wrong_inputs_are_told(tmp_path):
    with pytest.raises(ConfigError, match="there is no file"):
        read_corrections(tmp_path / "none.csv")
    with pytest.raises(InputTypeError, match="got int"):
        read_corrections([3])


def test_a_span_names_by_both_then_by_opinion_then_by_aspect():
    spans = [[(0, 4), (10, 14), None], [None, (20, 24), None], [(30, 34), None, None]]
    assert [named(spans, *s) for s in ((0, 14), (10, 14), (0, 4), (20, 24), (30, 34), (1, 4))] == [0, 0, 0, 1, 2, None]


def test_notes_count_what_was_done():
    table = pd.DataFrame({"status": ["applied", "unknown_span", "applied", "unknown_span"]})
    assert notes_on(table) == ["corrections: 2 carried out", "corrections: 2 not carried out, unknown span"]
