import random
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from cxtext.documents import Document
from cxtext.engines.duplicates import Fingerprints, find_duplicates
from cxtext.engines.gather import gather
from cxtext.engines.local import annotate
from cxtext.text.fingerprints import fingerprint, plain, similarity

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAIL = (
    "Ich habe vor drei Wochen eine Waschmaschine bestellt und warte bis heute auf die Lieferung. "
    "Die Hotline ist nie erreichbar und auf meine Mails antwortet leider niemand mehr."
)
NEARLY = MAIL.replace("drei", "zwei").replace("\n", " ").upper()
SPAM = "Klicken Sie hier und gewinnen Sie noch heute einen Gutschein über 500 Euro für den Einkauf"


def doc(text=MAIL, **more):
    return Document(text=text, **more)


def repeats(tiny, documents, **options):
    got = gather(annotate(documents, pipeline=tiny), **options)
    return got.duplicates.to_dict("records"), len(got.documents)


# documents, how many are left, why
CASES = [
    ([doc(), doc()], 1, "a long text is nobody else's"),
    ([doc(), doc(NEARLY)], 1, "one word and the case differ"),
    ([doc(), doc(MAIL.replace(". ", ".\r\n\r\n"))], 1, "line breaks do not count"),
    ([doc(channel="email"), doc(channel="chat", attributes={"customer": "k1"})], 1, "two systems, one mail"),
    ([doc(scores={"nps": 3}), doc(scores={"nps": 9})], 2, "other ratings, other people"),
    ([doc(scores={"nps": 3}), doc()], 1, "a ticket has no rating"),
    ([doc(SPAM, created_at=DAY)] * 50, 1, "a flood on one day"),
    ([doc(SPAM), doc(SPAM)], 2, "a middling text may be a template of many, if its day is not known"),
    ([doc(SPAM, created_at=DAY), doc(SPAM, created_at=DAY.replace(day=2))], 2, "another day"),
    ([doc("Alles gut"), doc("Alles gut")], 2, "short answers of different people"),
    ([doc("Nothing at all")] * 3, 3, "short answers of nobody known"),
    ([doc("Die App ist langsam.", attributes={"customer": "k1"}, created_at=DAY)] * 2, 1, "one author, one day"),
    (
        [doc("Die App ist langsam.", attributes={"customer": c}, created_at=DAY) for c in ("k1", "k2")],
        2,
        "two authors",
    ),
    (
        [doc("Alles war gut", attributes={"respondent": "r1"}, question=q) for q in ("Personal?", "Essen?")],
        2,
        "one answer to two questions",
    ),
    ([doc("Die App ist langsam.", created_at=DAY.replace(second=7))] * 2, 1, "the same second"),
    ([doc("Die App ist langsam.", created_at=DAY)] * 2, 2, "a full hour tells nothing"),
    ([doc("Die App ist langsam.", attributes={"message_id": "<1@x>"})] * 2, 1, "one message id"),
]


@pytest.mark.parametrize(("documents", "left", "why"), CASES, ids=[why for *_, why in CASES])
def test_what_repeats_counts_once(tiny, documents, left, why):
    documents = [Document(**{**_fields(d), "id": str(i)}) for i, d in enumerate(documents)]
    found, n = repeats(tiny, documents)
    assert n == left
    assert len(found) == len(documents) - left
    assert {row["first_id"] for row in found}.isdisjoint({row["document_id"] for row in found})
    assert repeats(tiny, documents, duplicates="all")[1] == len(documents)


def _fields(document):
    return {name: document[name] for name in ("text", "channel", "created_at", "question", "scores", "attributes")}


def test_the_earliest_is_the_first_whatever_the_order(tiny):
    documents = [doc(id=f"d{day}", created_at=DAY.replace(day=day)) for day in range(1, 9)]
    documents += [doc(NEARLY, id="late", created_at=DAY.replace(day=20)), doc("Nothing special here.", id="other")]
    first = repeats(tiny, documents)
    assert {row["first_id"] for row in first[0]} == {"d1"}
    assert {row["document_id"]: row["kind"] for row in first[0]}["late"] == "near"
    random.Random(4).shuffle(documents)
    second = repeats(tiny, documents)
    assert pd.DataFrame(first[0]).equals(pd.DataFrame(second[0]))


def test_fingerprints_tell_how_much_is_equal():
    one, other = (fingerprint(plain(t)) for t in (MAIL, NEARLY))
    assert similarity(one, one) == 1.0
    assert 0.7 < similarity(one, other) < 1.0
    assert similarity(one, fingerprint(plain(SPAM))) < 0.2
    assert similarity(fingerprint("ok"), fingerprint("no")) < 0.2
    assert fingerprint("\ud800 und mehr").dtype == np.uint32


def test_different_texts_are_hardly_ever_taken_for_one():
    r = random.Random(1)
    vocabulary = [f"{a}{b}{c}" for a in "bdfgklm" for b in ("a", "e", "ie", "oo") for c in ("ren", "tung", "los", "s")]
    prints = Fingerprints()
    for _ in range(400):
        prints.add(" ".join(r.choices(vocabulary, k=25)))
    assert find_duplicates(prints, range(400)) == {}
