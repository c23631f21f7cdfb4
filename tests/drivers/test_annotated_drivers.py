"""What `cxtext.annotate` says with the shipped encoder: clear cases, and what must hold for every text."""

import multiprocessing
import os
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxtext
from cxtext.documents import Document

NOUNS = ["Lieferung", "App", "Kundenhotline", "Filiale", "Versandkostenpauschale", "delivery", "staff", "invoice"]
MOODS = ["schlecht", "sehr gut", "zu teuer", "okay", "nicht übel", "a disaster", "lovely", "far too slow"]
PATTERNS = [
    "Die {n} war {m}.",
    "The {n} was {m}.",
    "{n} {m}",
    "Leider ist die {n} {m}, aber die Beratung war super 👍.",
    "No {n} for {k} days, because nobody answers - {m}!",
    "Kein {n}-Mitarbeiter da, weil die Hotline {k} Minuten dauert.",
    "{m} \ud83d {n} \udc4e",
    "> {n} {m}\nDanke!",
    "Guten Tag,\ndie {n} ist {m}.\nMfG\nA. Beispiel",
    "😡😡",
    "9,5/10",
    "ok",
    "Le service était catastrophique, je ne reviendrai jamais dans cet hôtel avec ma famille.",
    "Die Gro\u0308\u00dfe der {n} ist unmo\u0308glich {m}.",
]


def make_texts(count, seed):
    rng = random.Random(seed)
    texts = []
    for number in range(count):
        sentences = rng.choice([1, 1, 1, 2, 3, 30 if number % 20 == 0 else 5])
        parts = [
            rng.choice(PATTERNS).format(n=rng.choice(NOUNS), m=rng.choice(MOODS), k=number) for _ in range(sentences)
        ]
        texts.append(rng.choice([" ", "\n"]).join(parts))
    return texts


def as_dicts(annotations):
    return [a.to_dict() for a in annotations]


def check_spans(value, text):
    """Every span in the annotation points at its own text."""
    if isinstance(value, dict):
        if "start" in value:
            assert 0 <= value["start"] <= value["end"] <= len(text)
            assert value.get("text", text[value["start"] : value["end"]]) == text[value["start"] : value["end"]]
        for part in value.values():
            check_spans(part, text)
    elif isinstance(value, list):
        for part in value:
            check_spans(part, text)


def drivers(annotation, polarity):
    return [(d.aspect and d.aspect.text, d.opinion and d.opinion.text) for d in annotation.drivers[polarity]]


# --- clear cases ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Alles super, vielen Dank!", "positive"),
        ("Der Service war eine Katastrophe.", "negative"),
        ("I love this shop, the staff are wonderful.", "positive"),
        ("Worst experience ever, I want my money back.", "negative"),
    ],
)
def test_clear_cases_have_a_clear_sentiment(text, label):
    annotation = cxtext.annotate(text)
    assert annotation.sentiment.label == label
    assert annotation.sentiment.why
    other = "negative" if label == "positive" else "positive"
    assert not annotation.drivers[other]


@pytest.mark.parametrize(
    ("text", "praised", "blamed"),
    [
        ("Das Personal war sehr freundlich, aber das Zimmer war schmutzig.", "Personal", "Zimmer"),
        ("The staff were lovely but the waiting time was far too long.", "staff", "waiting time"),
    ],
)
def test_a_contrast_has_drivers_in_both_lists_and_is_mixed(text, praised, blamed):
    annotation = cxtext.annotate(text)
    assert annotation.sentiment.mixed
    assert praised in [aspect for aspect, _ in drivers(annotation, "positive")]
    assert blamed in [aspect for aspect, _ in drivers(annotation, "negative")]


def test_the_question_says_what_a_bare_answer_means():
    bad, good = cxtext.annotate(["Preis", "Preis"], question=["Was stört Sie?", "Was gefällt Ihnen?"])
    assert bad.sentiment.score < good.sentiment.score


def test_other_languages_have_neither_sentiment_nor_drivers():
    text = "Le service était catastrophique et le personnel désagréable, je ne reviendrai jamais dans cet hôtel."
    annotation = cxtext.annotate(text)
    assert (annotation.status, annotation.language.code) == ("ok", "other")
    assert annotation.sentiment is None
    assert all(s.sentiment is None for s in annotation.segments)
    assert not annotation.drivers.positive
    assert not annotation.drivers.negative


# --- whose words ---------------------------------------------------------------------------------------------------


def test_what_agents_say_changes_nothing_of_the_customers():
    said = ["Die App stürzt ständig ab.", "Der Berater war sehr nett."]
    agent = {"role": "agent", "text": "Das ist ja furchtbar, eine Katastrophe!"}
    customer = [{"role": "customer", "text": t} for t in said]
    plain = cxtext.annotate(Document.from_turns(customer, channel="chat", language="de"))
    mixed = cxtext.annotate(
        Document.from_turns([agent, customer[0], agent, customer[1], agent], channel="chat", language="de")
    )
    assert mixed.sentiment.score == plain.sentiment.score
    assert [w.text for w in mixed.sentiment.why] == [w.text for w in plain.sentiment.why]
    for polarity in ("positive", "negative"):
        assert drivers(mixed, polarity) == drivers(plain, polarity)
    assert [s.sentiment for s in mixed.segments if s.kind == "customer"] == [s.sentiment for s in plain.segments]
    assert all(s.sentiment is None for s in mixed.segments if s.kind != "customer")


def test_quoted_mail_changes_nothing():
    own = "Die Lieferung war beschädigt und niemand hilft mir."
    quote = "\n\nAm 3.5.2026 schrieb Kundenservice:\n> Wunderbar, alles perfekt!\n> Ihr Team"
    plain = cxtext.annotate(Document(text=own, channel="email", language="de"))
    quoted = cxtext.annotate(Document(text=own + quote, channel="email", language="de"))
    assert quoted.sentiment == plain.sentiment
    assert quoted.drivers == plain.drivers


# --- invariants ----------------------------------------------------------------------------------------------------


def check_batches(texts, seed, alone):
    together = as_dicts(cxtext.annotate(texts))
    for text, annotation in zip(texts, together, strict=True):
        check_spans(annotation, text)
    rng = random.Random(seed)
    order = list(range(len(texts)))
    rng.shuffle(order)
    assert as_dicts(cxtext.annotate([texts[i] for i in order])) == [together[i] for i in order]
    start = 0
    while start < len(order):
        size = rng.randrange(1, 90)
        part = order[start : start + size]
        assert as_dicts(cxtext.annotate([texts[i] for i in part])) == [together[i] for i in part]
        start += size
    for i in order[:alone]:
        assert cxtext.annotate(texts[i]).to_dict() == together[i]


def test_an_annotation_is_the_same_alone_in_any_order_and_in_any_batch():
    check_batches(make_texts(200, 1), seed=1, alone=20)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_thousand_annotations_are_the_same_alone_in_any_order_and_in_any_batch():
    check_batches(make_texts(10_000, 2), seed=2, alone=2_000)


@settings(max_examples=40)
@given(st.lists(st.text(st.characters(exclude_categories=[]), max_size=60), max_size=3))
def test_any_texts_are_annotated_alone_as_together(texts):
    together = as_dicts(cxtext.annotate(texts))
    assert [cxtext.annotate(t).to_dict() for t in texts] == together
    for text, annotation in zip(texts, together, strict=True):
        check_spans(annotation, text)


def test_the_end_of_a_long_text_counts():
    body = "Die Lieferung kam am Montag und wurde am Dienstag ausgepackt. " * 330
    good, bad = cxtext.annotate([body + "Alles perfekt, vielen Dank!", body + "Eine absolute Katastrophe, nie wieder!"])
    assert not good.truncated
    assert good.segments[-1].sentiment.label == "positive"
    assert bad.segments[-1].sentiment.label == "negative"
    assert good.sentiment.score > bad.sentiment.score


def test_eight_threads_annotate_as_one():
    texts = make_texts(40, 3)
    expected = as_dicts(cxtext.annotate(texts))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda k: as_dicts(cxtext.annotate(texts[k::8])), range(8)))
    assert [found[i % 8][i // 8] for i in range(len(texts))] == expected


def _annotate_in_child(queue, texts):
    queue.put(as_dicts(cxtext.annotate(texts)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_annotates_the_same():
    texts = make_texts(12, 4)
    expected = as_dicts(cxtext.annotate(texts))
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_annotate_in_child, args=(queue, texts), daemon=True)
    child.start()
    assert queue.get(timeout=120) == expected
    child.join(60)
    assert child.exitcode == 0
