"""The queue of a collection: from annotations to quotes, deadlines and owners."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from cxtext import Analysis
from cxtext.documents import Document, Marker
from cxtext.engines.gather import gather
from cxtext.engines.local import annotate
from cxtext.engines.queue import queue_table
from cxtext.report.tables import checked

DAY = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
TOPICS = pd.DataFrame({"id": [0, 1], "parent": [None, None], "label": ["Lieferung", "Beratung"], "size": [9, 9]})
NO_DRIVERS = checked("drivers", None)


def marked(annotation, *marks):
    """Give the annotation markers: (type, the words)."""
    text = annotation.document.text
    places = [(type_, text.index(words), words) for type_, words in marks]
    markers = tuple(Marker(type_, at, at + len(words), words, 0.9) for type_, at, words in places)
    found = replace(annotation, markers=markers)
    object.__setattr__(found, "document", annotation.document)
    return found


def collected(tiny, documents, marks=None):
    found = annotate(documents, pipeline=tiny)
    return gather(marked(a, *(marks or {}).get(a.id, ())) for a in found)


def topics_of(collection):
    """Mentions by topic: 0 where the aspect is the delivery, 1 where it is the advice."""
    units, rows = collection.units, collection.mentions
    aspect = [units["text"][r.unit][int(r.aspect_start) : int(r.aspect_end)] for r in rows.itertuples()]
    topic = [{"Lieferung": 0, "Beratung": 1}[a] for a in aspect]
    return pd.DataFrame({"document_id": rows["document"], "topic": topic, "polarity": rows["polarity"]}, rows.index)


def listed(collection, topics=TOPICS, answers=None, **options):
    return queue_table(collection, topics_of(collection), NO_DRIVERS, topics, answers, **options).set_index(
        "document_id"
    )


LATE = "Guten Tag. Die Lieferung war sehr langsam. Ich gehe zum Anwalt!"


def test_the_quote_is_the_passage_that_presses_most(tiny):
    marks = {"a": [("urgency", "gehe zum Anwalt")]}
    table = listed(collected(tiny, [Document(text=LATE, id="a", created_at=DAY, channel="email")], marks))
    [row] = table.to_dict("records")
    assert row["queue"] == "recover"
    assert row["urgency"] == "critical"
    assert row["reasons"][0] == "urgency:legal"
    assert row["quote"] == "Ich gehe zum Anwalt!"
    assert LATE[row["quote_start"] :] == row["quote"]
    [span] = row["quote_spans"]
    assert (span["kind"], row["quote"][span["start"] : span["end"]]) == ("urgency:legal", "gehe zum Anwalt")
    assert (row["deadline"], row["deadline_hours"], row["due"]) == (DAY.replace(hour=14), 2.0, date(2026, 3, 1))
    assert (row["channel"], row["suppress_marketing"], row["needs_response"]) == ("email", True, True)


def test_that_somebody_leaves_counts_where_words_say_so(tiny):
    texts = {
        "guess": "Die Lieferung hat mich sprachlos gemacht.",
        "words": "Ich kündige hiermit meinen Vertrag.",
        "own": "Die Lieferung war nichts, also Vertrag zu.",
    }
    whole = {name: [("churn", text)] for name, text in texts.items()} | {"own": [("churn", "Vertrag zu")]}
    found = []
    for annotation in annotate([Document(text=t, id=n) for n, t in texts.items()], pipeline=tiny):
        one = marked(annotation, *whole[annotation.id])
        two = replace(one, markers=tuple(replace(m, score=0.8) for m in one.markers))
        object.__setattr__(two, "document", one.document)
        found.append(two)
    collection = gather(found)
    levels = dict(zip(collection.documents["id"], collection.cases["level"], strict=True))
    assert levels == {"guess": "none", "words": "high", "own": "high"}


def test_without_markers_the_quote_is_where_the_list_points(tiny):
    text = "Die Beratung war freundlich. Die Lieferung war langsam."
    row = listed(collected(tiny, [Document(text=text, id="a")])).loc["a"]
    assert row["queue"] == "engage"
    assert row["quote"] == "Die Lieferung war langsam."
    assert [(s["kind"], row["quote"][s["start"] : s["end"]]) for s in row["quote_spans"]] == [
        ("aspect", "Lieferung"),
        ("opinion", "langsam"),
    ]
    assert pd.isna(row["deadline"])
    assert row["deadline_hours"] == 72


def test_it_goes_to_the_owner_of_what_is_quoted(tiny):
    owned = TOPICS.assign(owner=["Logistik", "Filiale"])
    documents = [
        Document(text="Die Lieferung war langsam. Die Beratung war langsam.", id="a"),
        Document(text="Die Beratung war freundlich.", id="b", scores={"nps": 10}),
    ]
    marks = {"a": [("complaint", "Die Beratung war langsam")]}
    collection = collected(tiny, documents, marks)
    table = listed(collection, owned, collection.scores["nps"])
    assert table["route_to"].to_dict() == {"a": "Filiale", "b": "Filiale"}
    nobody = listed(collection, TOPICS.assign(owner=[None, None]))
    assert nobody["route_to"].isna().all()


def test_own_hours_move_the_deadline(tiny):
    collection = collected(tiny, [Document(text="Die Lieferung war langsam.", id="a", created_at=DAY)])
    row = listed(collection, hours={"default": {"engage": 48, "recover": 48}}).loc["a"]
    assert row["deadline"] == DAY.replace(day=3)


def test_nps_says_who_stands_where(tiny):
    said = {3: "Die Lieferung war langsam.", 8: "Die Beratung war freundlich.", 10: "Die Beratung war sehr freundlich."}
    documents = [Document(text=text, id=str(nps), scores={"nps": nps}) for nps, text in said.items()]
    collection = collected(tiny, documents)
    found = listed(collection, answers=collection.scores["nps"])
    assert found["queue"].to_dict() == {"3": "recover", "8": "engage", "10": "advocate"}


@pytest.mark.parametrize(("status", "n"), [("open", 1), ("in Bearbeitung", 1), ("geschlossen", 0)])
def test_closed_cases_need_nobody_and_the_status_is_passed_on(tiny, status, n):
    document = Document(
        text="Die Lieferung war langsam.", id="a", attributes={"Fallstatus": status, "Touchpoint": "Web"}
    )
    table = listed(collected(tiny, [document]))
    assert len(table) == n
    assert table["case_status"].tolist() == [status] * n
    assert table["touchpoint"].tolist() == ["Web"] * n


def test_documents_with_and_without_a_case_stand_side_by_side(tiny):
    documents = [
        Document(text="Die Lieferung war langsam.", id="a", attributes={"Fallstatus": "erledigt"}),
        Document(text="Die Lieferung war sehr langsam.", id="b", attributes={"Fallstatus": "offen"}),
        Document(text="Die Lieferung war langsam und teuer.", id="c"),
    ]
    table = listed(collected(tiny, documents))
    assert set(table.index) == {"b", "c"}
    assert table.loc["b", "case_status"] == "offen"
    assert pd.isna(table.loc["c", "case_status"])


def test_the_table_has_the_columns_of_the_report_and_they_fit(tiny):
    collection = collected(tiny, [Document(text="Die Lieferung war langsam.", id="a")])
    table = queue_table(collection, topics_of(collection), NO_DRIVERS, TOPICS, None)
    assert Analysis(topics=TOPICS, drivers=NO_DRIVERS, queue=table).queue.equals(table)
    nobody = queue_table(
        gather([]), pd.DataFrame(columns=["document_id", "topic", "polarity"]), NO_DRIVERS, TOPICS, None
    )
    assert nobody.empty
    assert list(nobody.columns) == list(checked("queue", None).columns)


def test_the_order_of_the_rows_does_not_matter(tiny):
    documents = [Document(text=f"Die Lieferung war langsam {i % 3}.", id=str(i), created_at=DAY) for i in range(9)]
    first, second = (collected(tiny, docs) for docs in (documents, documents[::-1]))
    pd.testing.assert_frame_equal(listed(first), listed(second))
