"""Topics of a taxonomy for texts: cxtext.topics.tagging and cxtext.topics.kernel."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from cxtext.errors import ConfigError, InputTypeError, InputValueError, NotFittedError
from cxtext.topics.tagging import KEYWORD_SCORE, TaxonomyTagger
from cxtext.topics.taxonomy import SCHEMA, parse_taxonomy

TOPICS = [
    {
        "id": "train",
        "label": {"de": "Zug", "en": "Train"},
        "keywords": {"de": ["Verzögerung"], "en": ["delay"]},
        "examples": ["Der Zug ist gut.", "Die Züge waren leider nicht gut.", "The train is not what I expect."],
        "topics": [{"id": "train.seat", "label": {"de": "Sitzplatz", "en": "Seat"}, "keywords": ["Sitzplatz", "seat"]}],
    },
    {
        "id": "staff",
        "label": {"de": "Personal", "en": "Staff"},
        "examples": ["Das Personal ist gut.", "Your staff was not good at all.", "Ihr Personal hat mich überrascht."],
    },
    {"id": "price", "label": {"de": "Fahrpreis", "en": "Fare"}, "description": "Der Fahrpreis war leider nicht gut."},
]  # fmt: skip
TEXTS = [
    "Dieser Zug hat mich überrascht!",
    "The staff has surprised me.",
    "Dieser Fahrpreis ist nicht das, was ich erwarte.",
    "Die Lieferverzögerung",
    "Der Zug hatte keinen Sitzplatz",
    "",
    " \n",
    "\ud83d 👍",
]


@pytest.fixture
def taxonomy():
    return parse_taxonomy({"schema": SCHEMA, "topics": TOPICS}, where="test")


@pytest.fixture
def tagger(taxonomy, encoder):
    return TaxonomyTagger(taxonomy, encoder=encoder).fit()


@cache
def fitted():
    return TaxonomyTagger(parse_taxonomy({"schema": SCHEMA, "topics": TOPICS}, where="test"), encoder=Letters()).fit()


class Letters:
    """Stands in for an encoder: how often each letter occurs."""

    def encode(self, texts):
        return np.array([[text.lower().count(letter) for letter in "abcdefghijklmnoprstuvwz"] for text in texts], float)


def ids(tagger, text):
    return [tag.id for tag in tagger.explain([text])[0]]


def test_texts_get_the_topics_whose_examples_they_are_like(tagger):
    assert ids(tagger, TEXTS[0]) == ["train"]
    assert ids(tagger, TEXTS[1]) == ["staff"], "the examples of a topic may be in one language, the text in the other"


def test_a_keyword_is_enough_and_is_said(tagger):
    [tag] = tagger.explain([TEXTS[3]])[0]
    assert (tag.id, tag.by, tag.why, tag.similarity) == ("train", "keyword", "Verzögerung", 1.0)
    assert TEXTS[3][tag.start : tag.end] == "Lieferverzögerung"
    assert tag.score >= KEYWORD_SCORE


def test_what_is_like_an_example_names_the_nearest_one(tagger):
    [tag] = tagger.explain([TEXTS[0]])[0]
    assert tag.by == "example"
    assert tag.why in TOPICS[0]["examples"]
    assert 0 < tag.similarity < 1
    assert tag.start is None


def test_of_a_topic_and_one_below_it_only_the_latter_is_given(tagger):
    assert ids(tagger, TEXTS[4]) == ["train.seat"]
    chances = tagger.predict_proba([TEXTS[4]])[0]
    assert (chances[:2] >= tagger.threshold).all(), "both would be likely enough"


def test_a_text_may_have_several_topics_or_none(tagger):
    assert tagger.predict(["Guten Tag", *TEXTS[5:7]]).sum() == 0
    both = parse_taxonomy(
        {"schema": SCHEMA, "topics": [{"id": "a", "keywords": "App"}, {"id": "b", "keywords": "Bus"}]}, where="t"
    )
    assert TaxonomyTagger(both, encoder=tagger.encoder).fit().predict(["Bus und App"]).tolist() == [[1, 1]]


def test_remarks_about_nothing_have_no_topic_unless_the_taxonomy_lists_them(tagger):
    assert tagger.predict(["Hm.", "Vielen Dank!", "No comment"]).sum() == 0
    topics = [*TOPICS, {"id": "empty", "label": "Leer", "examples": ["Hm.", "No comment"]}]
    own = parse_taxonomy({"schema": SCHEMA, "topics": topics}, where="t")
    assert ids(TaxonomyTagger(own, encoder=tagger.encoder).fit(), "Hm.") == ["empty"]


def test_a_higher_threshold_gives_fewer_topics_and_a_lower_one_more(taxonomy, encoder):
    counts = [
        TaxonomyTagger(taxonomy, threshold=t, encoder=encoder).fit().predict(TEXTS).sum() for t in (0.0, 0.1, 0.5, 1.0)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_what_is_said_of_a_text_does_not_depend_on_the_texts_beside_it(tagger):
    together = tagger.explain(TEXTS)
    assert together == [tagger.explain([text])[0] for text in TEXTS]
    assert tagger.explain(TEXTS[::-1])[::-1] == together
    whole = tagger.predict_proba(TEXTS * 40)
    assert (whole[: len(TEXTS)] == np.vstack([tagger.predict_proba([text]) for text in TEXTS])).all()


def test_embeddings_that_are_there_already_give_the_same(tagger, encoder):
    vectors = encoder.encode(TEXTS)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    assert tagger.explain(TEXTS, embeddings=vectors) == tagger.explain(TEXTS)
    with pytest.raises(InputValueError, match="one row a text"):
        tagger.predict(TEXTS, embeddings=vectors[:2])


def test_two_taggers_of_one_taxonomy_agree(taxonomy, tagger, encoder):
    assert TaxonomyTagger(taxonomy, encoder=encoder).fit().explain(TEXTS) == tagger.explain(TEXTS)


@settings(max_examples=40)
@given(text=st.text(st.characters(exclude_categories=[]), max_size=60))
def test_any_text_at_all_is_tagged(text):
    tags = fitted().explain([text])[0]
    assert fitted().explain([text, "Der Zug"])[0] == tags
    for tag in tags:
        assert 0 <= tag.score <= 1
        assert (tag.start is None) == (tag.similarity < 1 or tag.by != "keyword")
        assert tag.start is None or 0 <= tag.start < tag.end <= len(text)


def test_it_is_a_scikit_learn_estimator(taxonomy, tagger, encoder):
    check_is_fitted(tagger)
    again = clone(TaxonomyTagger(taxonomy, threshold=0.5, encoder=encoder))
    assert again.get_params()["threshold"] == 0.5
    assert tagger.classes_.tolist() == ["train", "train.seat", "staff", "price"]
    assert tagger.predict([]).shape == tagger.predict_proba([]).shape == (0, 4)


def test_one_description_is_enough_to_begin_with(encoder):
    lone = parse_taxonomy(
        {"schema": SCHEMA, "topics": [{"id": "train", "description": TOPICS[0]["examples"][0]}]}, where="t"
    )
    assert ids(TaxonomyTagger(lone, encoder=encoder).fit(), "Der Zug ist wirklich gut!") == ["train"]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"taxonomy": 3}, InputTypeError, "got int"),
        ({"taxonomy": "nichts.toml"}, ConfigError, r"nichts\.toml"),
        ({"threshold": 2}, InputValueError, "between 0 and 1"),
        ({"threshold": "high"}, InputTypeError, "got str"),
        ({"threshold": True}, InputTypeError, "got bool"),
    ],
)
def test_wrong_parameters_are_refused_when_it_is_fitted(options, error, message):
    with pytest.raises(error, match=message):
        TaxonomyTagger(**options).fit()


def test_wrong_texts_are_refused(tagger):
    with pytest.raises(InputTypeError, match=r"write \[text\]"):
        tagger.predict("Der Zug")
    with pytest.raises(InputTypeError):
        tagger.explain([3])
    with pytest.raises(NotFittedError, match="fit"):
        TaxonomyTagger().predict(["Der Zug"])
