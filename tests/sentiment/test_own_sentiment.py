"""Sentiment by labels of one's own: cxtext.sentiment.own and the stage sentiment.v1 with a model."""

import numpy as np
import pytest

import cxtext
from cxtext.documents import Annotation
from cxtext.encoder.own import Learnt
from cxtext.errors import ArtefactError, InputValueError
from cxtext.pipeline import Pipeline, make_stage
from cxtext.sentiment.labels import as_sentiment
from cxtext.sentiment.own import SCALE, fit_sentiment, learn_sentiment, load_sentiment, log_odds, shipped_labels

TEXTS = [
    "Alles bestens, vielen Dank!",
    "Der Zug war pünktlich. Leider stürzt die App ständig ab! Montag.",
    "Le train était en retard et personne ne nous a informés, c'est dommage.",
    "Guten Tag,\n\nmeine Rechnung ist falsch.\n\nViele Grüße\nA. Beispiel",
    "\ud83d",
    "",
]


@pytest.fixture(scope="module")
def learnt(moods) -> Learnt:
    return learn_sentiment([r["Kommentar"] for r in moods], [as_sentiment(r["Stimmung"]) for r in moods])


@pytest.fixture(scope="module")
def folder(learnt, tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "model"
    learnt.model.save(path)
    return path


@pytest.fixture(scope="module")
def pipeline(folder):
    return Pipeline(
        ["language.v1", "segment.v1", "encode.v1", make_stage("sentiment.v1", model=str(folder)), "drivers.v1"]
    )


def test_a_dozen_examples_are_enough_for_clear_cases(learnt):
    found = learnt.model.predict(["Wunderbar, danke!", "I was in Hull.", "Awful, never again!"])
    assert found.tolist() == ["positive", "neutral", "negative"]


def test_the_head_sees_what_the_shipped_model_says(learnt):
    assert learnt.model.head.weights.shape[1] == cxtext.Encoder().dimension + 3
    odds = log_odds(np.array([[0.0, 0.5, 0.5]]))
    assert odds.sum() == pytest.approx(0)
    assert odds[0, 0] < odds[0, 1] == odds[0, 2]


@pytest.mark.parametrize("labels", [("negative", "neutral", "positive"), ("negative", "positive")])
def test_where_labels_say_nothing_new_the_shipped_model_is_kept(labels):
    rng = np.random.default_rng(0)
    given = [label for label in labels for _ in range(8)]
    chances = np.array([[0.96 if label == g else 0.02 for label in ("negative", "neutral", "positive")] for g in given])
    features = np.hstack([rng.normal(scale=0.05, size=(len(given), 384)), log_odds(chances)])
    head = fit_sentiment(features, given)
    shipped = log_odds(chances)[:, [("negative", "neutral", "positive").index(label) for label in labels]] / SCALE
    assert head.classes == labels
    assert head.scores(features) == pytest.approx(shipped, abs=0.3)


def test_the_stage_gives_what_the_model_gives_for_a_text_of_one_segment(pipeline, learnt):
    text = TEXTS[0]
    found = cxtext.annotate(text, pipeline=pipeline).sentiment
    [row] = learnt.model.predict_proba(text)
    assert [found.probabilities[c] for c in learnt.model.head.classes] == pytest.approx(row.tolist(), abs=1e-6)
    assert found.why == ()


def test_only_the_customers_words_are_judged(pipeline):
    single, several, other, mail, _, empty = cxtext.annotate(TEXTS, pipeline=pipeline)
    assert single.segments[0].sentiment is not None
    assert len({s.sentiment.label for s in several.segments}) > 1
    assert several.sentiment.mixed
    assert other.language.code == "other"
    assert other.sentiment is None
    assert all((s.sentiment is not None) == (s.kind == "customer") for s in mail.segments)
    assert empty.sentiment is None


def test_batch_is_equal_to_single_and_survives_json(pipeline):
    many = cxtext.annotate(TEXTS, pipeline=pipeline)
    assert many == [cxtext.annotate(t, pipeline=pipeline) for t in TEXTS]
    assert [Annotation.from_dict(a.to_dict()) for a in many] == many


def test_the_pipeline_is_saved_as_toml_and_loads_as_the_same(pipeline, tmp_path):
    pipeline.to_config(tmp_path / "pipeline.toml")
    again = Pipeline.from_config(tmp_path / "pipeline.toml")
    assert again.to_config() == pipeline.to_config()
    assert cxtext.annotate(TEXTS, pipeline=again) == cxtext.annotate(TEXTS, pipeline=pipeline)


def test_a_class_without_labels_is_never_given(moods, tmp_path):
    rows = [r for r in moods if r["Stimmung"] != "neutral"]
    learnt = learn_sentiment([r["Kommentar"] for r in rows], [as_sentiment(r["Stimmung"]) for r in rows])
    learnt.model.save(tmp_path / "m")
    stage = make_stage("sentiment.v1", model=str(tmp_path / "m"))
    assert stage.classes == ("negative", "positive")
    chain = Pipeline(["language.v1", "segment.v1", "encode.v1", stage])
    assert cxtext.annotate("Montag in Bern.", language="de", pipeline=chain).sentiment.probabilities.neutral == 0


def test_a_model_that_is_not_there_is_said_when_the_pipeline_is_built(tmp_path):
    with pytest.raises(ArtefactError, match="holds no model of your own"):
        make_stage("sentiment.v1", model=str(tmp_path / "nowhere"))


def test_other_labels_are_refused():
    with pytest.raises(InputValueError, match="1 labels are no sentiment"):
        learn_sentiment(["a"], ["mixed"])


def test_the_shipped_labels_are_those_of_the_classifier(folder):
    labels, sure = shipped_labels(TEXTS[:2])
    assert labels == cxtext.SentimentClassifier().predict(TEXTS[:2]).tolist()
    assert all(1 / 3 <= s <= 1 for s in sure)
    assert load_sentiment(folder).task == "sentiment"
