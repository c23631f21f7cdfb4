"""The estimators inside scikit-learn: its own checks, pipelines, searches, and frames."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone, is_classifier, is_clusterer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.utils import estimator_checks as checks
from sklearn.utils.validation import check_is_fitted

import cxtext

TEXTS = ["Der Zug war spät", "Tolle Beratung", "The app crashes", "Lovely staff", "Nie wieder", "Great value"] * 3
TONES = ["negative", "positive"] * 9

ESTIMATORS = [cxtext.Encoder(), cxtext.SentimentClassifier(), cxtext.TopicModel()]
by_estimator = pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)


# scikit-learn fits its other checks with tables of numbers, which estimators of texts refuse, its own among them.
CHECKS = [
    checks.check_do_not_raise_errors_in_init_or_set_params,
    checks.check_estimator_cloneable,
    checks.check_estimator_repr,
    checks.check_estimator_tags_renamed,
    checks.check_get_params_invariance,
    checks.check_mixin_order,
    checks.check_no_attributes_set_in_init,
    checks.check_parameters_default_constructible,
    checks.check_set_params,
    checks.check_valid_tag_types,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
@by_estimator
def test_the_checks_of_scikit_learn_that_fit_texts_pass(estimator, check):
    check(type(estimator).__name__, clone(estimator))


@pytest.mark.filterwarnings("ignore:Can't test estimator")
@by_estimator
def test_check_estimator_passes(estimator):
    checks.check_estimator(estimator)


@by_estimator
def test_it_is_cloned_with_its_parameters_and_shown_with_those_that_were_given(estimator):
    name = "threads" if "threads" in estimator.get_params() else "random_state"
    changed = clone(estimator).set_params(**{name: 7})
    assert clone(changed).get_params() == changed.get_params()
    assert f"{name}=7" in repr(changed)
    assert "sk-" in changed._repr_html_()


@by_estimator
def test_it_takes_texts_and_says_so(estimator):
    tags = estimator.__sklearn_tags__()
    assert (tags.input_tags.string, tags.input_tags.two_d_array) == (True, False)


def test_what_comes_trained_needs_no_fit():
    check_is_fitted(cxtext.Encoder())
    check_is_fitted(cxtext.SentimentClassifier())
    assert is_classifier(cxtext.SentimentClassifier())
    assert is_clusterer(cxtext.TopicModel())


def test_embeddings_feed_a_classifier_that_is_searched():
    search = GridSearchCV(
        make_pipeline(cxtext.Encoder(), LogisticRegression()), {"logisticregression__C": [0.1, 10.0]}, cv=3
    ).fit(TEXTS, TONES)
    assert search.best_score_ > 0.9
    assert search.predict(["Die Beratung war toll"]).tolist() == ["positive"]


def test_the_classifier_is_scored():
    assert cross_val_score(cxtext.SentimentClassifier(), TEXTS, TONES, cv=3).mean() > 0.8


def test_columns_have_names_and_frames_come_out():
    frame = cxtext.Encoder().set_output(transform="pandas").fit_transform(TEXTS[:2])
    assert (frame.shape, frame.columns[0]) == ((2, 384), "encoder0")
    both = FeatureUnion([("meaning", cxtext.Encoder())]).fit(TEXTS)
    assert both.get_feature_names_out()[-1] == "meaning__encoder383"


def test_similarities_to_topics_are_named_by_the_topics():
    model = cxtext.TopicModel(n_topics=2).fit(TEXTS)
    names = model.get_feature_names_out()
    assert model.transform(TEXTS).shape == (len(TEXTS), len(names))
    assert set(names) <= set(model.topics_["label"])


def test_an_encoder_goes_to_another_process():
    encoder = pickle.loads(pickle.dumps(cxtext.Encoder()))
    np.testing.assert_array_equal(encoder.encode(["Gut."]), cxtext.encode(["Gut."]))
