"""Topics over time: what an update keeps, finds and gives up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxtext.errors import InputTypeError, InputValueError, NotFittedError
from cxtext.topics.evolve import excess
from cxtext.topics.model import TopicModel

SUBJECTS = ("train", "staff", "price", "app")
LABELS = {"train": "Zug", "staff": "Personal", "price": "Fahrpreis", "app": "App"}
QUIET = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def about(planted, *subjects):
    return [text for text, subject in zip(planted[0], planted[1], strict=True) if subject in subjects]


@pytest.fixture
def march(encoder, planted):
    """A model of all subjects but the app."""
    return TopicModel(encoder=encoder).fit(about(planted, "train", "staff", "price"))


def state_of(model):
    return dict(zip(model.drift_["label"], model.drift_["state"], strict=True))


def test_fit_tells_that_all_topics_are_new(march):
    assert list(march.drift_.columns) == [
        "id", "label", "state", "from_ids", "to_ids", "size_before", "size_after", "similarity",
    ]  # fmt: skip
    assert set(march.drift_["state"]) == {"new"}
    assert list(march.drift_["size_after"]) == list(march.topics_["size"])
    assert not march.drift_["size_before"].any()


def test_update_with_the_same_texts_changes_nothing(march, planted):
    texts = about(planted, "train", "staff", "price")
    table, labels, places = march.topics_.copy(), march.labels_.copy(), march.transform(texts)
    assert march.update(texts) is march
    pd.testing.assert_frame_equal(march.topics_, table)
    np.testing.assert_array_equal(march.labels_, labels)
    np.testing.assert_array_equal(march.transform(texts), places)
    assert set(march.drift_["state"]) == {"kept"}
    assert (march.drift_["similarity"] > 0.99).all()


@pytest.mark.parametrize("texts", [[], ["", "  "]], ids=["none", "empty ones"])
def test_update_without_any_text_changes_nothing(march, texts):
    table, labels = march.topics_.copy(), march.labels_.copy()
    march.update(texts)
    pd.testing.assert_frame_equal(march.topics_, table)
    np.testing.assert_array_equal(march.labels_, labels)
    assert set(march.drift_["state"]) == {"kept"}
    assert list(march.drift_["size_before"]) == list(march.drift_["size_after"])


def test_a_new_subject_becomes_a_topic_with_an_id_and_labels_of_its_own(march, planted):
    old = march.topics_.copy()
    march.update(planted[0])
    assert state_of(march) == {"Zug": "kept", "Personal": "kept", "Fahrpreis": "kept", "App": "new"}
    new = march.topics_[~march.topics_["id"].isin(old["id"])]
    assert new[["id", "label_de", "label_en", "size"]].to_numpy().tolist() == [[3, "App", "app", 48]]
    pd.testing.assert_frame_equal(march.topics_.iloc[:3], old)
    subjects = np.array(planted[1])
    assert set(march.labels_[subjects == "app"]) == {3}
    np.testing.assert_array_equal(march.predict(planted[0]), march.labels_)
    assert march.transform(planted[0]).shape == (192, 4)


def test_what_was_new_is_known_in_the_next_window(march, planted):
    march.update(planted[0])
    table = march.topics_.copy()
    march.update(planted[0])
    assert set(march.drift_["state"]) == {"kept"}
    pd.testing.assert_frame_equal(march.topics_, table)


def test_too_few_texts_are_no_new_topic(march, planted):
    march.update(about(planted, "train", "staff", "price") + about(planted, "app")[:4])
    assert set(march.drift_["state"]) == {"kept"}


def test_new_subjects_are_told_apart(encoder, planted):
    model = TopicModel(encoder=encoder).fit(about(planted, "train", "staff"))
    model.update(planted[0])
    assert state_of(model) == {"Zug": "kept", "Personal": "kept", "Fahrpreis": "new", "App": "new"}


def test_a_topic_without_texts_retires_and_its_id_is_never_given_again(march, planted):
    staff = next(i for i, label in zip(march.topics_["id"], march.topics_["label"], strict=True) if label == "Personal")
    march.update(about(planted, "train", "price"))
    gone = march.drift_.set_index("id").loc[staff]
    assert (gone["state"], gone["to_ids"], gone["size_before"], gone["size_after"]) == ("retired", [], 48, 0)
    assert staff not in set(march.topics_["id"])
    march.update(about(planted, "train", "price", "app"))
    march.update(planted[0])
    assert staff not in set(march.topics_["id"])
    assert set(march.topics_["label"]) == {"Zug", "Fahrpreis", "App", "Personal"}
    assert march.topics_["id"].max() == 4


def test_a_small_window_retires_nothing(march, planted):
    march.update(about(planted, "train")[:3])
    assert set(march.drift_["state"]) == {"kept"}
    assert sorted(march.topics_["size"]) == [0, 0, 3]


def test_a_pinned_topic_stays_without_texts(march, planted):
    staff = int(march.topics_.set_index("label").loc["Personal", "id"])
    march.pin(staff).update(about(planted, "train", "price"))
    assert state_of(march)["Personal"] == "kept"
    assert march.topics_.set_index("id").loc[staff, "size"] == 0


def test_a_window_about_nothing_known_retires_nothing(march):
    march.update(["🙂" * n for n in range(1, 4)])
    assert set(march.drift_["state"]) == {"kept"}
    assert len(march.topics_) == 3


def _cloud(center, count, rng, spread=0.12):
    return center + spread * rng.normal(size=(count, len(center))) / len(center) ** 0.5


def test_topics_whose_texts_cannot_be_told_apart_any_more_merge():
    rng = np.random.default_rng(0)
    axes = np.eye(16)
    # Two close subjects, and a third.
    close, other = (axes[0] + 0.45 * axes[1], axes[0] - 0.45 * axes[1]), axes[2]
    first = np.vstack([_cloud(close[0], 40, rng), _cloud(close[1], 40, rng), _cloud(other, 40, rng)])
    model = TopicModel(n_topics=3).fit([f"Der Text {i}" for i in range(120)], embeddings=first)
    assert len(set(model.labels_)) == 3
    between = np.vstack([_cloud(axes[0], 80, rng), _cloud(other, 40, rng)])
    model.update([f"Der andere Text {i}" for i in range(120)], embeddings=between)
    merged = model.drift_[model.drift_["state"] == "merged"]
    assert len(merged) == 1
    into = merged.iloc[0]["to_ids"][0]
    assert model.drift_.set_index("id").loc[into, "from_ids"] == sorted([into, int(merged.iloc[0]["id"])])
    assert sorted(model.topics_["size"]) == [40, 80]
    assert set(model.predict(["a", "b"], embeddings=np.vstack(close))) == {into}
    assert model.transform(["a"], embeddings=close[0][None]).shape == (1, 2)


def test_a_topic_that_loses_a_quarter_to_a_new_one_is_split():
    rng = np.random.default_rng(0)
    axes = np.eye(16)
    first = np.vstack([_cloud(axes[0], 60, rng), _cloud(axes[1], 60, rng)])
    model = TopicModel(n_topics=2, min_similarity=-1.0).fit([f"Der Text {i}" for i in range(120)], embeddings=first)
    beside = axes[0] + 0.9 * axes[3]
    second = np.vstack([_cloud(axes[0], 60, rng), _cloud(beside, 40, rng), _cloud(axes[1], 60, rng)])
    model.update([f"Der andere Text {i}" for i in range(160)], embeddings=second)
    drift = model.drift_.set_index("id")
    assert sorted(drift["state"]) == ["kept", "new", "split"]
    pinned = TopicModel(n_topics=2, min_similarity=-1.0).fit([f"Der Text {i}" for i in range(120)], embeddings=first)
    pinned.pin(0).pin(1).update([f"Der andere Text {i}" for i in range(160)], embeddings=second)
    assert sorted(pinned.drift_["state"]) == ["kept", "kept", "new"]
    whole = drift.index[drift["state"] == "split"][0]
    part = drift.index[drift["state"] == "new"][0]
    assert drift.loc[whole, "to_ids"] == [whole, part]
    assert drift.loc[part, "from_ids"] == [whole]
    assert drift.loc[part, "size_after"] == 40


def test_a_saved_model_goes_on_as_if_it_had_not_been_saved(march, encoder, planted, tmp_path):
    march.save(tmp_path)
    loaded = TopicModel.load(tmp_path, encoder=encoder).update(planted[0])
    march.update(planted[0])
    pd.testing.assert_frame_equal(loaded.topics_, march.topics_)
    pd.testing.assert_frame_equal(loaded.drift_, march.drift_)
    np.testing.assert_array_equal(loaded.labels_, march.labels_)


def test_given_embeddings_do_the_same_as_the_encoder(march, encoder, planted, tmp_path):
    march.save(tmp_path)
    vectors = encoder.encode(planted[0])
    other = TopicModel.load(tmp_path, encoder=encoder).update(planted[0], embeddings=vectors)
    np.testing.assert_array_equal(march.update(planted[0]).labels_, other.labels_)


def test_update_needs_a_fit_and_texts(encoder, march):
    with pytest.raises(NotFittedError):
        TopicModel(encoder=encoder).update(["Der Zug ist gut."])
    with pytest.raises(InputTypeError, match="item 1 must be a str"):
        march.update(["Der Zug ist gut.", None])


@QUIET
@given(seed=st.integers(0, 2**32 - 1))
def test_order_of_rows_does_not_matter_to_an_update(encoder, planted, seed):
    texts = about(planted, "train", "staff", "price")
    order = np.random.default_rng(seed).permutation(len(planted[0]))
    one = TopicModel(encoder=encoder).fit(texts).update(planted[0])
    other = TopicModel(encoder=encoder).fit(texts).update([planted[0][i] for i in order])
    np.testing.assert_array_equal(other.labels_, one.labels_[order])
    pd.testing.assert_frame_equal(other.topics_, one.topics_)
    pd.testing.assert_frame_equal(other.drift_, one.drift_)


@QUIET
@given(
    windows=st.lists(
        st.tuples(st.sets(st.sampled_from(SUBJECTS)), st.integers(0, 2**16), st.integers(1, 60)), min_size=1, max_size=4
    )
)
def test_invariants_hold_over_any_windows(encoder, planted, windows):
    model = TopicModel(encoder=encoder).fit(about(planted, "train", "staff"))
    names = dict(zip(model.topics_["id"], model.topics_["label"], strict=True))
    highest, gone = model.topics_["id"].max(), set()
    for subjects, seed, count in windows:
        texts = about(planted, *subjects)
        texts = [texts[i] for i in np.random.default_rng(seed).permutation(len(texts))[:count]]
        had = model.topics_.copy()
        model.update(texts)
        drift, table = model.drift_, model.topics_
        assert table["id"].is_unique
        assert drift["id"].is_unique
        assert table["label"].is_unique
        present, before = set(table["id"]), set(had["id"])
        new = set(drift.loc[drift["state"] == "new", "id"])
        lost = set(drift.loc[drift["state"].isin(["merged", "retired"]), "id"])
        assert set(drift["id"]) == present | before
        assert present == (before - lost) | new
        assert not new & (before | gone)
        assert all(i > highest for i in new)
        assert not lost & present
        kept = dict(zip(table["id"], table["label"], strict=True))
        assert all(kept[i] == names[i] for i in before & present)
        if texts:
            assert drift["size_after"].sum() == table["size"].sum() == (model.labels_ >= 0).sum()
            assert len(model.labels_) == len(texts)
            assert set(model.labels_) <= present | {-1}
            np.testing.assert_array_equal(model.predict(texts), model.labels_)
        assert drift["size_before"].sum() == had["size"].sum()
        names |= kept
        highest, gone = max([highest, *present]), gone | lost


@pytest.mark.parametrize(
    ("seen", "texts", "found", "window", "likely", "why"),
    [
        (0, 1000, 5, 1000, False, "never seen, five now"),
        (0, 1000, 1, 1000, True, "once says nothing"),
        (20, 1000, 20, 1000, True, "as many as before"),
        (20, 1000, 60, 1000, False, "three times as many"),
        (20, 1000, 60, 3000, True, "three times as many, in a window as much larger"),
        (0, 50, 5, 5000, True, "too little seen to say that it is new"),
    ],
)
def test_what_is_more_than_before_depends_on_how_much_was_seen(seen, texts, found, window, likely, why):
    assert (excess(np.array([seen]), texts, np.array([found]), window)[0] > 0.05) == likely, why


def test_models_of_schema_1_cannot_be_updated(encoder):
    from pathlib import Path

    model = TopicModel.load(Path(__file__).parent / "golden" / "topic_model_1", encoder=encoder)
    with pytest.raises(InputValueError, match="fit again"):
        model.update(["Der Zug ist gut."])
    with pytest.raises(InputValueError, match="fit again"):
        model.to_registry()
