"""The estimator's contract."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score

from cxtext.errors import InputTypeError, InputValueError, NotFittedError
from cxtext.topics.model import TopicModel


@pytest.fixture
def fitted(encoder, planted):
    return TopicModel(encoder=encoder).fit(planted[0])


def test_constructor_only_stores_and_clone_gives_equal_parameters(encoder):
    model = TopicModel(random_state=7, encoder=encoder, n_topics=3, min_similarity=0.2, min_size=2, language="de")
    copy = clone(model)
    assert copy.get_params(deep=False) == model.get_params(deep=False)
    assert copy.set_params(n_topics=5).n_topics == 5
    assert vars(TopicModel()) == {
        "random_state": 0,
        "encoder": None,
        "n_topics": None,
        "min_topics": 2,
        "min_similarity": 0.15,
        "min_size": 5,
        "language": None,
        "labeller": None,
        "registry": None,
        "corrections": None,
    }


def test_parameters_are_keyword_only():
    with pytest.raises(TypeError):
        TopicModel(0)


def test_fit_returns_self_and_fit_twice_is_the_last_fit(encoder, planted):
    texts = planted[0]
    model = TopicModel(encoder=encoder)
    assert model.fit(texts[:40]) is model
    again = model.fit(texts).labels_
    np.testing.assert_array_equal(again, TopicModel(encoder=encoder).fit(texts).labels_)


def test_planted_topics_are_found_with_their_number(fitted, planted):
    assert adjusted_rand_score(planted[1], fitted.labels_) == 1.0
    assert fitted.topics_["parent"].isna().all()
    assert list(fitted.topics_["size"]) == [48] * 4


def test_languages_share_topics_although_the_encoder_sets_them_apart(fitted, planted):
    table = pd.crosstab(fitted.labels_, np.array(planted[2]))
    assert (table.to_numpy() == 24).all()


def test_topic_table_has_the_columns_and_types_of_the_contract(fitted):
    table = fitted.topics_
    assert list(table.columns) == ["id", "parent", "label", "label_de", "label_en", "keywords", "size"]
    assert table["id"].dtype == np.int64
    assert str(table["parent"].dtype) == "Int64"
    assert -1 not in set(table["id"])
    for column in ("label", "label_de", "label_en"):
        assert table[column].is_unique
        assert table[column].str.len().gt(0).all()


def test_labels_are_nouns_in_each_language(fitted, planted):
    found = dict(zip(fitted.topics_["label_de"], fitted.topics_["label_en"], strict=True))
    assert found == {"Zug": "train", "Personal": "staff", "Fahrpreis": "fare", "App": "app"}


@pytest.mark.parametrize(("language", "column"), [("de", "label_de"), ("en", "label_en")])
def test_label_is_in_the_language_asked_for(encoder, planted, language, column):
    table = TopicModel(encoder=encoder, language=language).fit(planted[0]).topics_
    assert list(table["label"]) == list(table[column])


@pytest.mark.parametrize("language", ["de", "en"])
def test_label_is_in_the_language_of_most_texts(encoder, planted, language):
    texts = [t for t, code in zip(planted[0], planted[2], strict=True) if code == language]
    other = [t for t, code in zip(planted[0], planted[2], strict=True) if code != language]
    model = TopicModel(encoder=encoder).fit(texts + other[:20])
    assert model.language_ == language


def test_label_of_a_language_without_texts_is_that_of_the_other(encoder, planted):
    texts = [t for t, code in zip(planted[0], planted[2], strict=True) if code == "en"]
    table = TopicModel(encoder=encoder).fit(texts).topics_
    assert list(table["label_de"]) == list(table["label_en"]) == list(table["label"])


def test_keywords_are_lists_of_words_of_the_texts(fitted):
    for words in fitted.topics_["keywords"]:
        assert isinstance(words, list)
        assert len(words) == len({w.casefold() for w in words}) > 0


def test_predict_of_the_fitted_texts_is_labels(fitted, planted):
    labels = fitted.predict(planted[0])
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(labels, fitted.labels_)
    np.testing.assert_array_equal(fitted.fit_predict(planted[0]), labels)


def test_single_texts_and_batches_agree_bit_for_bit(fitted, planted):
    texts = [*planted[0][::7], "Etwas ganz anderes", "", "🙂"]
    batch = fitted.transform(texts)
    for i, text in enumerate(texts):
        assert fitted.predict([text])[0] == fitted.predict(texts)[i]
        np.testing.assert_array_equal(fitted.transform([text])[0], batch[i])


def test_transform_gives_float32_cosines_whose_best_column_is_the_topic(fitted, planted):
    values = fitted.transform(planted[0])
    assert values.dtype == np.float32
    assert values.shape == (len(planted[0]), 4)
    assert np.abs(values).max() <= 1
    np.testing.assert_array_equal(values.argmax(axis=1), fitted.labels_)
    np.testing.assert_array_equal(fitted.fit_transform(planted[0]), values)


def test_two_fits_are_identical(encoder, planted, fitted):
    again = TopicModel(encoder=encoder).fit(planted[0])
    pd.testing.assert_frame_equal(again.topics_, fitted.topics_)
    assert again.transform(planted[0]).tobytes() == fitted.transform(planted[0]).tobytes()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_order_of_rows_does_not_matter(encoder, planted, fitted, seed):
    order = np.random.default_rng(seed).permutation(len(planted[0]))
    other = TopicModel(encoder=encoder).fit([planted[0][i] for i in order])
    np.testing.assert_array_equal(other.labels_, fitted.labels_[order])
    pd.testing.assert_frame_equal(other.topics_, fitted.topics_)


def test_noise_below_the_grid_does_not_matter(encoder, planted, fitted):
    vectors = encoder.encode(planted[0]).astype(np.float64)
    vectors += np.random.default_rng(0).normal(size=vectors.shape) * 1e-9
    other = TopicModel().fit(planted[0], embeddings=vectors)
    np.testing.assert_array_equal(other.labels_, fitted.labels_)


def test_given_embeddings_do_the_same_as_the_encoder(encoder, planted, fitted):
    vectors = encoder.encode(planted[0])
    model = TopicModel().fit(planted[0], embeddings=vectors)
    np.testing.assert_array_equal(model.labels_, fitted.labels_)
    np.testing.assert_array_equal(model.predict(planted[0][:5], embeddings=vectors[:5]), model.labels_[:5])
    np.testing.assert_array_equal(
        model.transform(planted[0][:5], embeddings=vectors[:5]), fitted.transform(planted[0][:5])
    )


def test_identical_texts_have_one_topic_and_all_count_in_its_size(encoder, planted):
    texts = planted[0] + planted[0][:10] * 5
    model = TopicModel(encoder=encoder).fit(texts)
    for text, label in zip(texts, model.labels_, strict=True):
        assert label == model.labels_[texts.index(text)]
    leaves = model.topics_[model.topics_["id"] <= model.labels_.max()]
    assert leaves["size"].sum() == (model.labels_ >= 0).sum() == len(texts)


def test_empty_texts_are_unassigned_and_counted(encoder, planted):
    texts = ["", "  \n", *planted[0]]
    model = TopicModel(encoder=encoder).fit(texts)
    assert list(model.labels_[:2]) == [-1, -1]
    assert (model.labels_[2:] >= 0).all()
    assert model.unassigned_share_ == pytest.approx(2 / len(texts))
    assert not model.transform(["", " "]).any()
    assert list(model.predict(["", " "])) == [-1, -1]
    assert model.predict([]).shape == (0,)
    assert model.transform([]).shape == (0, 4)


def test_only_the_threshold_makes_texts_unassigned(encoder, planted):
    assert (TopicModel(encoder=encoder, min_similarity=-1.0).fit(planted[0]).labels_ >= 0).all()
    strict = TopicModel(encoder=encoder, min_similarity=0.95).fit(planted[0])
    assert strict.unassigned_share_ == np.mean(strict.labels_ == -1) > 0
    far = strict.transform(planted[0]).max(axis=1)
    np.testing.assert_array_equal(strict.labels_ == -1, far < np.float32(0.95))


def test_two_different_texts_are_enough(encoder):
    model = TopicModel(encoder=encoder).fit(["Der Zug ist gut.", "The app is good."])
    assert len(set(model.labels_)) == len(model.topics_) == 2


@pytest.mark.parametrize(
    "texts",
    [[], ["Der Zug ist gut."], ["Der Zug ist gut."] * 9, ["The train is good.", "", " "]],
    ids=["none", "one", "one repeated", "one and empty ones"],
)
def test_fewer_than_two_different_texts_are_refused(encoder, texts):
    with pytest.raises(InputValueError, match="at least two different texts"):
        TopicModel(encoder=encoder).fit(texts)


def test_texts_that_the_encoder_cannot_tell_apart_share_a_topic():
    vectors = np.tile([[0.6, 0.8, 0.0]], (12, 1))
    model = TopicModel().fit([f"Text {i}" for i in range(12)], embeddings=vectors)
    assert set(model.labels_) == {0}


@pytest.mark.parametrize("method", ["fit", "predict", "transform", "fit_predict", "fit_transform", "representatives"])
@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["gut", None], "item 1 must be a str, got NoneType"),
        (["gut", "schlecht", 3.5], "item 2 must be a str, got float"),
        ("ein einzelner Text", r"got one str; write \[text\]"),
        (5, "got int"),
    ],
    ids=["null", "number", "one string", "no iterable"],
)
def test_wrong_types_are_named_with_their_position(fitted, method, texts, message):
    with pytest.raises(InputTypeError, match=message):
        getattr(fitted, method)(texts)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_topics": 1}, "n_topics"),
        ({"n_topics": True}, "n_topics"),
        ({"min_topics": 1}, "min_topics"),
        ({"min_topics": 2.5}, "min_topics"),
        ({"n_topics": 999}, "only 192 different texts"),
        ({"min_size": 0}, "min_size"),
        ({"min_similarity": 2.0}, "min_similarity"),
        ({"language": "fr"}, "language"),
    ],
)
def test_parameters_are_checked_when_fitting(encoder, planted, parameters, message):
    with pytest.raises(InputValueError, match=message):
        TopicModel(encoder=encoder, **parameters).fit(planted[0])


@pytest.mark.parametrize("count", [2, 4, 7])
def test_number_of_topics_can_be_given(encoder, planted, count):
    model = TopicModel(encoder=encoder, n_topics=count).fit(planted[0])
    assert len(set(model.labels_)) == count


def test_more_topics_can_be_asked_for_without_giving_their_number(encoder, planted, fitted):
    least = len(set(fitted.labels_)) + 5
    assert len(set(TopicModel(encoder=encoder, min_topics=least).fit(planted[0]).labels_)) >= least


def test_embeddings_must_fit(fitted, planted):
    for wrong, message in [
        (np.zeros((3, 32)), "shape"),
        (np.zeros(192), "shape"),
        (np.full((192, 32), np.nan), "NaN"),
    ]:
        with pytest.raises(InputValueError, match=message):
            TopicModel().fit(planted[0], embeddings=wrong)
    with pytest.raises(InputTypeError, match="numbers"):
        TopicModel().fit(planted[0], embeddings=np.full((192, 32), "x"))
    with pytest.raises(InputValueError, match="7 dimensions"):
        fitted.predict(["Der Zug"], embeddings=np.ones((1, 7)))


@pytest.mark.parametrize("known", [0, 1])
def test_texts_without_any_direction_cannot_be_told_apart(known):
    texts = ["Der Zug war voll.", "The staff were kind.", "Zu teuer."]
    embeddings = np.zeros((3, 8), dtype=np.float32)
    embeddings[:known, 0] = 1
    with pytest.raises(InputValueError) as refused:
        TopicModel().fit(texts, embeddings=embeddings)
    assert str(refused.value).startswith(f"the encoder gave no vectors for all but {known} of 3 different texts")


def test_unfitted_model_says_so(encoder):
    for use in (lambda m: m.predict(["a"]), lambda m: m.transform(["a"]), lambda m: m.save("nowhere")):
        with pytest.raises(NotFittedError, match="fit"):
            use(TopicModel(encoder=encoder))


@pytest.mark.parametrize("kind", [tuple, iter, pd.Series], ids=["tuple", "generator", "series"])
def test_any_iterable_of_texts_is_read(encoder, planted, fitted, kind):
    np.testing.assert_array_equal(TopicModel(encoder=encoder).fit(kind(planted[0])).labels_, fitted.labels_)


def test_arrow_columns_are_read(fitted, planted):
    import pyarrow as pa

    np.testing.assert_array_equal(fitted.predict(pa.array(planted[0])), fitted.labels_)


def test_lone_surrogates_and_emoji_pass(encoder, planted):
    model = TopicModel(encoder=encoder).fit([*planted[0], "Der Zug \ud83d kam nicht.", "🚂🚂🚂"])
    assert model.labels_[-2] == model.labels_[0]


def test_large_collections_are_sampled_and_all_texts_assigned(encoder, planted, monkeypatch):
    monkeypatch.setattr("cxtext.topics.model._SAMPLE", 60)
    model = TopicModel(encoder=encoder).fit(planted[0])
    assert len(model.labels_) == 192
    assert adjusted_rand_score(planted[1], model.labels_) == 1.0
    np.testing.assert_array_equal(model.labels_, model.predict(planted[0]))


def test_many_topics_get_parents_with_ids_of_their_own():
    rng = np.random.default_rng(0)
    above = np.eye(4, 24)[np.repeat(np.arange(4), 3)]
    centres = above + 0.6 * np.eye(12, 24, 6)
    rows = np.repeat(np.arange(12), 20)
    texts = [f"Der {'ABCDEFGHIJKL'[r]}bahnhof Nummer {'abcdefghijklmnopqrst'[i % 20]}" for i, r in enumerate(rows)]
    model = TopicModel().fit(texts, embeddings=centres[rows] + 0.1 * rng.normal(size=(240, 24)) / 24**0.5)
    table = model.topics_.set_index("id")
    assert sorted(set(model.labels_)) == list(range(12))
    assert sorted(table.index) == list(range(16))
    children = table[table["parent"].notna()]
    assert sorted(set(children["parent"])) == [12, 13, 14, 15]
    assert list(children.groupby("parent")["size"].sum()) == list(table.loc[12:, "size"])
    parent_of = table["parent"]
    for group in range(4):
        assert len({parent_of[label] for label in model.labels_[60 * group : 60 * group + 60]}) == 1


def test_representatives_are_near_distinct_and_of_readable_length(fitted, planted):
    texts = ["Zug", *planted[0], planted[0][0].upper()]
    found = fitted.representatives(texts, k=3)
    assert sorted(found) == [0, 1, 2, 3]
    near = fitted.transform(texts)
    for topic, positions in found.items():
        assert len(positions) == 3
        assert all(5 <= len(texts[i].split()) <= 40 for i in positions)
        assert list(near[positions, topic]) == sorted(near[positions, topic], reverse=True)
    assert fitted.representatives([]) == {}


def test_a_labeller_is_asked_for_each_topic_and_language_and_is_not_saved(encoder, planted, tmp_path):
    asked = []

    def labeller(keywords, quotes, language):
        asked.append((list(keywords), list(quotes), language))
        return f"{language}: {keywords[0]}"

    plain = TopicModel(encoder=encoder).fit(planted[0])
    model = TopicModel(encoder=encoder, labeller=labeller).fit(planted[0])
    assert len(asked) == 2 * len(model.topics_)
    assert {language for _, _, language in asked} == {"de", "en"}
    assert all(1 <= len(quotes) <= 3 and set(quotes) <= set(planted[0]) for _, quotes, _ in asked)
    assert set(model.topics_["label_en"]) == {f"en: {label}" for label in plain.topics_["label_en"]}
    german = {text for text, language in zip(planted[0], planted[2], strict=True) if language == "de"}
    assert all(set(quotes) <= german for _, quotes, language in asked if language == "de")
    model.save(tmp_path)
    loaded = TopicModel.load(tmp_path, encoder=encoder)
    assert loaded.labeller is None
    pd.testing.assert_frame_equal(loaded.topics_, model.topics_)


def test_borderline_names_the_topic_that_is_next(fitted, planted):
    texts = [*planted[0], "", "Der Zug und das Personal"]
    found = fitted.borderline(texts, k=2)
    values = fitted.transform(texts)
    assert set(found) == set(fitted.labels_)
    for topic, rows in found.items():
        assert len(rows) == 2
        for row, other in rows:
            assert values[row].argmax() == topic
            assert np.argsort(-values[row])[1] == other


@pytest.mark.parametrize("block", [3, 50, 4_096])
def test_labels_do_not_depend_on_blocks(encoder, planted, monkeypatch, block):
    texts, _, _ = planted
    whole = TopicModel(encoder=encoder).fit(texts)
    monkeypatch.setattr("cxtext.topics.space._BLOCK", block)
    cut = TopicModel(encoder=encoder).fit(texts)
    np.testing.assert_array_equal(cut.labels_, whole.labels_)
    np.testing.assert_array_equal(cut.predict(texts), whole.labels_)


def test_given_embeddings_are_read_where_they_lie(encoder, planted):
    texts, _, _ = planted
    vectors = encoder.encode(texts)
    vectors.flags.writeable = False
    doubled = TopicModel().fit([*texts, *texts], embeddings=np.vstack([vectors, vectors]))
    np.testing.assert_array_equal(doubled.labels_[: len(texts)], doubled.labels_[len(texts) :])
    np.testing.assert_array_equal(doubled.predict(texts, embeddings=vectors), doubled.labels_[: len(texts)])
