import numpy as np
import pytest

from cxtext.documents import Document
from cxtext.engines.gather import gather
from cxtext.engines.local import annotate
from cxtext.engines.quotes import choose_quotes


def collect(tiny, texts, customer=None):
    documents = [
        Document(text=t, id=f"d{i}", attributes={} if customer is None else {"customer": customer})
        for i, t in enumerate(texts)
    ]
    return gather(annotate(documents, pipeline=tiny))


def choose(collection, topics=None, centrality=None):
    n = len(collection.mentions)
    return choose_quotes(
        collection,
        np.zeros(n, dtype=int) if topics is None else topics,
        np.full(n, 0.5) if centrality is None else centrality,
    )


VARIED = [
    "Die Lieferung war wieder einmal furchtbar langsam.",
    "Bei Ihnen ist die Lieferung leider immer langsam gewesen.",
    "Warum war meine bestellte Lieferung vom Montag so langsam?",
    "Drei Wochen gewartet, Lieferung viel zu langsam.",
    "Ohne Auskunft und langsam kam die Lieferung an.",
    "Eine dermaßen langsam eintreffende Sendung hatte niemand erwartet.",
]


def test_up_to_three_distinct_quotes_of_distinct_documents(tiny):
    quotes = choose(collect(tiny, VARIED))
    assert len(quotes) == 3
    assert quotes["document_id"].is_unique
    assert set(quotes["polarity"]) == {"negative"}
    for row in quotes.itertuples():
        assert row.text[int(row.opinion_start) : int(row.opinion_end)] == "langsam"


@pytest.mark.parametrize(("n", "quoted"), [(4, 0), (5, 3), (6, 3)])
def test_a_topic_of_fewer_than_five_documents_is_never_quoted(tiny, n, quoted):
    assert len(choose(collect(tiny, VARIED[:n]))) == quoted


def test_five_mentions_in_four_documents_are_too_few(tiny):
    assert len(choose(collect(tiny, [*VARIED[:3], "Die Lieferung war langsam, die Hotline war langsam."]))) == 0


def test_too_short_and_too_long_sentences_are_not_quoted(tiny):
    texts = ["Lieferung langsam", "war langsam", "so langsam", "Lieferung " + "sehr " * 50 + "langsam", VARIED[0]]
    assert list(choose(collect(tiny, texts))["text"]) == [VARIED[0]]


def test_equal_words_are_quoted_once(tiny):
    assert len(choose(collect(tiny, [VARIED[0]] * 6))) == 1


def test_one_customer_is_quoted_once(tiny):
    assert len(choose(collect(tiny, VARIED, customer="k1"))) == 1


def test_the_most_central_comes_first(tiny):
    collection = collect(tiny, VARIED)
    for i in range(len(collection.mentions)):
        centrality = np.full(len(collection.mentions), 0.2)
        centrality[i] = 0.9
        unit = collection.mentions["unit"][i]
        if collection.mentions["words"].notna()[i]:
            assert choose(collection, centrality=centrality)["text"][0] == collection.units["text"][unit]


def test_unassigned_mentions_are_not_quoted(tiny):
    collection = collect(tiny, VARIED)
    assert choose(collection, topics=np.full(len(collection.mentions), -1)).empty


def test_quotes_stand_under_their_topic_and_polarity(tiny):
    texts = [
        f"{w} war die Beratung freundlich, nur die Lieferung war langsam."
        for w in ["Heute", "Gestern", "Meist", "Oft", "Stets"]
    ]
    collection = collect(tiny, texts)
    topics = (collection.mentions["polarity"] == "negative").to_numpy(dtype=int)
    quotes = choose(collection, topics=topics)
    assert list(zip(quotes["topic"], quotes["polarity"], strict=True)) == [(0, "positive")] * 3 + [(1, "negative")] * 3


def test_no_mentions_give_an_empty_table_with_its_columns(tiny):
    quotes = choose(collect(tiny, ["Nichts zu sagen."]))
    assert quotes.empty
    assert "opinion_end" in quotes.columns


def test_a_sentence_that_points_the_other_way_comes_last(tiny):
    mixed = "Freundlich war man ja, great und schnell auch, nur die Lieferung war langsam."
    collection = collect(tiny, [mixed, *VARIED[:4]])
    assert mixed not in set(choose(collection)["text"][:1])
    assert (collection.mentions["mood"] < 0).any()
