import json
from datetime import UTC, date, datetime, timedelta, timezone

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.documents import Annotation, Document, Language, Turn
from cxtext.engines.local import annotate
from cxtext.engines.parts import Parts, from_table, plain, schema, to_bytes, to_table
from cxtext.errors import InputValueError, SourceError

ZURICH = timezone(timedelta(hours=1))
DOCUMENTS = [
    Document(
        text="Die Lieferung war langsam. Die Beratung war freundlich.",
        id="s#1",
        channel="survey",
        created_at=datetime(2026, 2, 1, 0, 30, tzinfo=ZURICH),
        language="de",
        question="Was stört Sie?",
        scores={"nps": 3, "stars": float("nan")},
        attributes={"region": "Süd", "since": date(2020, 5, 1), "size": np.int64(4)},
    ),
    Document.from_turns(
        [
            {"role": "agent", "speaker": "A", "text": "Hello."},
            {"role": "customer", "text": "The delivery was slow.", "start_time": 2.5},
        ],
        id="s#2",
        channel="call",
    ),
    Document(text="", id="s#3"),
]


def annotated(pipeline):
    return annotate(DOCUMENTS, pipeline=pipeline)


def test_annotations_and_documents_come_back(tiny, tmp_path):
    annotations = annotated(tiny)
    (tmp_path / "part-00000.parquet").write_bytes(to_bytes(annotations))
    back = list(Parts([tmp_path / "part-00000.parquet"]))
    assert back == annotations
    first, second = back[0].document, back[1].document
    assert first.created_at == DOCUMENTS[0].created_at
    assert first.created_at.utcoffset() == timedelta(hours=1)
    assert dict(first.scores) == {"nps": 3.0}
    assert dict(first.attributes) == {"region": "Süd", "since": "2020-05-01", "size": 4}
    assert second.turns == (Turn(0, 6, "A", "agent"), Turn(7, 29, None, "customer", 2.5))
    assert [d.document.text for d in back] == [d.text for d in DOCUMENTS]


def test_parts_may_be_read_many_times(tiny, tmp_path):
    (tmp_path / "a.parquet").write_bytes(to_bytes(annotated(tiny)[:2]))
    (tmp_path / "b.parquet").write_bytes(to_bytes(annotated(tiny)[2:]))
    parts = Parts([tmp_path / "a.parquet", tmp_path / "b.parquet"])
    assert list(parts) == list(parts) == annotated(tiny)


def test_the_same_annotations_give_the_same_bytes(tiny, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(to_bytes(annotated(tiny)))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


def test_pandas_reads_a_part(tiny, tmp_path):
    (tmp_path / "a.parquet").write_bytes(to_bytes(annotated(tiny)))
    frame = pd.read_parquet(tmp_path / "a.parquet")
    assert list(frame.columns) == schema().names
    assert list(frame["negative_drivers"]) == [1, 1, 0]
    assert frame["created_at"][0] == pd.Timestamp("2026-01-31 23:30", tz="UTC")
    assert json.loads(frame["scores"][0]) == {"nps": 3.0}
    assert frame["annotation"][0]["drivers"]["negative"][0]["aspect"]["text"] == "Lieferung"


def test_duckdb_reads_a_part(tiny, tmp_path):
    (tmp_path / "part-00000.parquet").write_bytes(to_bytes(annotated(tiny)))
    rows = duckdb.sql(
        f"SELECT id, scores->>'nps', d.aspect.text FROM (SELECT id, scores, unnest(annotation.drivers.negative) AS d "
        f"FROM '{tmp_path}/part-*.parquet') ORDER BY id"
    ).fetchall()
    assert rows == [("s#1", "3.0", "Lieferung"), ("s#2", None, "delivery")]


def test_lone_surrogates_become_replacement_characters_of_the_same_length(tiny):
    text = "Die App \ud83d ist langsam."
    (annotation,) = annotate([{"text": text, "attributes": {"a\udc00": "\ud800"}}], pipeline=tiny)
    (back,) = from_table(to_table([annotation]))
    assert back.document.text == "Die App \ufffd ist langsam."
    assert back.drivers == annotation.drivers
    assert dict(back.document.attributes) == {"a\ufffd": "\ufffd"}


def test_an_annotation_without_its_document_is_refused(tiny):
    bare = Annotation.from_dict(annotated(tiny)[0].to_dict())
    with pytest.raises(InputValueError, match="annotation 0 has no document"):
        to_table([bare])


@pytest.mark.parametrize("content", [None, b"", b"PAR1 not really PAR1"])
def test_a_missing_or_damaged_part_is_a_clear_error(tmp_path, content):
    path = tmp_path / "part-00000.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=r"part-00000.parquet.*--force"):
        list(Parts([path]))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (pd.NA, None),
        (pd.NaT, None),
        (float("inf"), None),
        (np.float64("nan"), None),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.str_("ä"), "ä"),
        (True, True),
        (np.bool_(True), True),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (pd.Timestamp("2026-01-02"), "2026-01-02T00:00:00"),
        ({"a": (1, float("nan"))}, {"a": [1, None]}),
    ],
)
def test_attributes_become_plain_values(value, expected):
    assert plain(value) == expected
    json.dumps(plain(value), allow_nan=False)


@given(
    text=st.text(st.characters(exclude_categories=[])),
    attributes=st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()),
    score=st.floats(allow_infinity=False),
)
def test_any_document_can_be_written(text, attributes, score):
    document = Document(text=text, scores={"x": score}, attributes=attributes)
    annotation = Annotation(
        id=None, status="ok", reason=None, language=Language("de", 1.0), sentiment=None, document=document
    )
    (back,) = from_table(to_table([annotation]))
    assert back == annotation
    assert back.document.text == "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text)
