import random
from datetime import UTC, datetime

import pandas as pd
import pytest

from cxtext.documents import Document
from cxtext.engines.gather import gather
from cxtext.engines.local import annotate

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


def tables(tiny, documents, **options):
    return gather(annotate(documents, pipeline=tiny), **options)


def test_documents_units_and_mentions(tiny):
    text = "Die Beratung war freundlich. Die Lieferung war sehr langsam und teuer!"
    got = tables(tiny, [Document(text=text, id="a", scores={"nps": 4}, created_at=DAY, channel="email")])
    assert got.documents.to_dict("records") == [
        {
            "id": "a",
            "language": "de",
            "created_at": DAY,
            "channel": "email",
            "question": None,
            "customer": None,
            "sentiment": 0.0,
            "markers": (),
            "respondent": None,
        }
    ]
    assert list(got.units["text"]) == ["Die Beratung war freundlich.", "Die Lieferung war sehr langsam und teuer!"]
    assert list(got.units["words"]) == [4, 7]
    assert got.scores.to_dict("list") == {"nps": [4.0]}
    assert list(zip(got.mentions["polarity"], got.mentions["unit"], got.mentions["words"], strict=True)) == [
        ("positive", 0, "Beratung war freundlich"),
        ("negative", 1, "Lieferung war sehr langsam"),
        ("negative", 1, "Lieferung war sehr langsam und teuer"),
    ]
    for row in got.mentions.itertuples():
        unit = got.units["text"][row.unit]
        assert unit[row.aspect_start : row.aspect_end] in ("Beratung", "Lieferung")
        assert unit[row.opinion_start : row.opinion_end] in ("freundlich", "langsam", "teuer")


def test_what_has_no_customers_words_in_german_or_english_is_counted_and_left_out(tiny):
    documents = [
        Document(text="Die App ist langsam."),
        Document(text="C'est la vie, monsieur.", language="other"),
        Document(text="   "),
        Document(text="..."),
    ]
    got = tables(tiny, documents)
    assert len(got.documents) == 1
    assert (got.read, got.skipped, got.short) == (4, 1, 1)
    assert got.languages == {"de": 1, "en": 1, "other": 1}


def test_placeholders_are_counted_and_no_feedback(tiny):
    texts = ["Keine Angabe", "n/a", "No comment.", "Die App ist langsam.", "Keine Angabe zum Preis gefunden, schade."]
    got = tables(tiny, [Document(text=text) for text in texts])
    assert got.placeholders == 3
    assert sorted(got.units["text"]) == sorted(texts[3:])


def test_an_answer_that_may_be_meant_is_a_placeholder_only_where_it_comes_again_and_again(tiny):
    other = [Document(text=f"Die App ist langsam {i}.", id=str(i)) for i in range(20)]
    few = tables(tiny, [*other, *[Document(text="Did not answer")] * 4])
    assert (few.placeholders, len(few.documents)) == (0, 24)
    often = [*other, *[Document(text="Did not answer", id=f"x{i}") for i in range(5)]]
    many = tables(tiny, often)
    assert (many.placeholders, len(many.documents)) == (5, 20)
    assert not {f"x{i}" for i in range(5)} & set(many.documents["id"])
    assert set(many.documents["id"]) == set(tables(tiny, often[::-1]).documents["id"])
    assert len(tables(tiny, often, duplicates="all").documents) == 20


def test_every_document_that_was_read_is_accounted_for(tiny):
    documents = [
        *[Document(text="Die Lieferung war sehr langsam und teuer.", attributes={"customer": "k"})] * 2,
        Document(text="   "),
        Document(text="C'est la vie, monsieur.", language="other"),
        Document(text="k. A."),
        Document(text="Sehr geehrte Damen und Herren,", channel="email"),
    ]
    got = tables(tiny, documents)
    apart = got.skipped + got.languages["other"] + got.placeholders + got.wordless + len(got.duplicates)
    assert got.read == len(got.documents) + apart


def test_the_order_of_the_rows_does_not_matter(tiny):
    documents = [
        Document(text=f"Die App ist langsam {i % 7}.", id=str(i), scores={"nps": i % 11}, attributes={"shop": i % 3})
        for i in range(30)
    ]
    first = tables(tiny, documents, groups=["shop"])
    random.Random(1).shuffle(documents)
    second = tables(tiny, documents, groups=["shop"])
    for name in ("documents", "scores", "groups", "units", "mentions"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


def test_duplicates_are_equal_texts_of_one_customer_on_one_day(tiny):
    def one(text="Die App ist langsam.", customer="k1", at=DAY):
        return Document(text=text, created_at=at, attributes={"customer": customer})

    documents = [one(), one(), one(customer="k2"), one(at=datetime(2026, 3, 2, tzinfo=UTC)), one("ok"), one("ok")]
    assert len(tables(tiny, documents).duplicates) == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Größe", "7"),
        ("groesse", "7"),
        ("channel", "call"),
        ("language", "de"),
        ("question", None),
        ("unknown", None),
        ("leer", None),
    ],
)
def test_groups_are_attributes_or_fields(tiny, name, expected):
    document = Document(text="Die App ist langsam.", channel="call", attributes={"Größe": 7, "leer": " "})
    got = tables(tiny, [document], groups=[name])
    assert got.groups[name].tolist() == [expected]


def test_answers_of_one_respondent_belong_together(tiny):
    documents = [
        Document(text="Die App ist langsam.", attributes={"respondent": "r1"}),
        Document(text="Die App ist teuer.", attributes={"respondent": "r1", "customer": "c1"}),
    ]
    assert sorted(tables(tiny, documents).documents["customer"]) == ["c1", "r1"]


def test_pii_is_counted_by_type(tiny):
    assert tables(tiny, ["Die Adresse ist a@b.de und c@d.de"]).pii == {"EMAIL": 2}


def test_nothing_gives_empty_tables(tiny):
    got = tables(tiny, [], groups=["shop"])
    assert [len(t) for t in (got.documents, got.scores, got.groups, got.units, got.mentions)] == [0] * 5
    assert list(got.groups.columns) == ["shop"]
