"""The table of causes: from mentions to topic > cause, with counts and quotes."""

import numpy as np
import pandas as pd
import pytest

from cxtext.engines.causes import PER_DRIVER, cause_table
from cxtext.engines.gather import DOCUMENT_COLUMNS, MENTION_COLUMNS, UNIT_COLUMNS, Collection

pytestmark = pytest.mark.usefixtures("without_model")

TOPICS = pd.DataFrame({"id": [0, 1], "label": ["Lieferung", "App"]})


def collection(rows):
    """Rows of text, polarity, cause (null where not stated); one document each."""
    spans = dict.fromkeys(("aspect_start", "aspect_end", "opinion_start", "opinion_end"))
    mentions = [
        {"document": i, "unit": i, "polarity": p, "words": None, "score": 0.9, "mood": 0.9, **spans}
        | {"cause_start": None if c is None else t.index(c), "cause_end": None if c is None else t.index(c) + len(c)}
        for i, (t, p, c) in enumerate(rows)
    ]
    documents = pd.DataFrame(
        [{"id": f"d{i}", "language": "de"} for i in range(len(rows))], columns=list(DOCUMENT_COLUMNS), dtype=object
    )
    units = pd.DataFrame(
        [{"document": i, "segment": 0, "text": t, "words": len(t.split())} for i, (t, _, _) in enumerate(rows)],
        columns=list(UNIT_COLUMNS),
    )
    empty = pd.DataFrame()
    return Collection(
        documents, empty, empty, units, pd.DataFrame(mentions, columns=list(MENTION_COLUMNS)), 0, 0, {}, {}, 0, empty
    )


STATED = [
    *[("Lieferung langsam, weil der Fahrer krank war", "negative", "der Fahrer krank war")] * 6,
    *[("Lieferung langsam, wegen krankem Fahrer", "negative", "krankem Fahrer")] * 2,
    *[("Lieferung langsam, weil Schnee gefallen ist", "negative", "Schnee gefallen ist")] * 3,
    *[("Lieferung schnell, weil das Lager nahe liegt", "positive", "das Lager nahe liegt")] * 5,
    *[("App ist gut", "positive", None)] * 40,
]
TOPIC = np.array([0] * 16 + [1] * 40)


def test_the_same_cause_said_differently_is_one_with_both_forms():
    found = cause_table(collection(STATED), TOPIC, TOPICS)
    stated = found[(found["source"] == "stated") & (found["polarity"] == "negative")]
    assert stated[["topic", "cause", "n"]].to_numpy().tolist() == [
        [0, "der Fahrer krank war", 8],
        [0, "Schnee gefallen ist", 3],
    ]
    assert stated["forms"].iloc[0] == ["krankem Fahrer"]
    assert stated["share"].iloc[0] == pytest.approx(8 / 11, abs=1e-6)


def test_praise_and_blame_have_causes_of_their_own():
    found = cause_table(collection(STATED), TOPIC, TOPICS)
    praised = found[(found["source"] == "stated") & (found["polarity"] == "positive")]
    assert praised["cause"].tolist() == ["das Lager nahe liegt"]


def test_every_quote_holds_its_cause():
    found = cause_table(collection(STATED), TOPIC, TOPICS)
    assert len(found)
    for row in found.to_dict("records"):
        assert row["text"][int(row["cause_start"]) : int(row["cause_end"])] == row["cause"]
        assert row["document_id"].startswith("d")


def test_distinctive_phrases_leave_out_the_topics_name():
    found = cause_table(collection(STATED), TOPIC, TOPICS)
    words = found.loc[found["source"] == "distinctive", "cause"].tolist()
    assert words
    assert not any("Lieferung" in w or "App" in w for w in words)


def test_no_more_than_a_handful_of_causes_and_none_without_a_topic():
    many = [
        (f"Lieferung langsam, weil xx{c}{c}{c}{c}{c} war", "negative", f"xx{c}{c}{c}{c}{c}") for c in "abcdefghijkl"
    ]
    found = cause_table(collection(many), np.zeros(12, dtype=int), TOPICS)
    assert len(found[found["source"] == "stated"]) <= PER_DRIVER
    assert cause_table(collection(many), np.full(12, -1), TOPICS).empty
    assert cause_table(collection([]), np.zeros(0, dtype=int), TOPICS).empty


def test_the_order_of_rows_has_no_influence_on_counts():
    one = cause_table(collection(STATED), TOPIC, TOPICS)
    other = cause_table(collection(STATED[::-1]), TOPIC[::-1], TOPICS)
    columns = ["topic", "polarity", "source", "cause", "n", "share"]
    assert (
        one[columns].sort_values(columns).to_numpy().tolist() == other[columns].sort_values(columns).to_numpy().tolist()
    )
