"""Ids and names from one fit to the next."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxtext.errors import ArtefactError, InputValueError
from cxtext.topics.drift import match
from cxtext.topics.model import TopicModel
from cxtext.topics.registry import Registry, encoder_name


def about(planted, *subjects):
    return [text for text, subject in zip(planted[0], planted[1], strict=True) if subject in subjects]


@pytest.fixture
def march(encoder, planted):
    return TopicModel(encoder=encoder).fit(about(planted, "train", "staff", "price"))


def refit(model, encoder, texts, **options):
    return TopicModel(encoder=encoder, registry=model.to_registry(), **options).fit(texts)


def labels_by_id(model):
    return dict(zip(model.topics_["id"], model.topics_["label"], strict=True))


def test_topics_that_are_found_again_keep_ids_and_labels(march, encoder, planted):
    june = refit(march, encoder, about(planted, "price", "app", "train", "staff"))
    assert {i: label for i, label in labels_by_id(june).items() if i < 3} == labels_by_id(march)
    assert labels_by_id(june)[3] == "App"
    assert list(june.drift_["state"]) == ["kept", "kept", "kept", "new"]
    assert list(june.drift_["size_before"]) == [48, 48, 48, 0]
    texts = about(planted, "train", "staff", "price")
    np.testing.assert_array_equal(june.predict(texts), march.predict(texts))


def test_ids_do_not_follow_sizes(march, encoder, planted):
    """Alone, the largest topic of a fit has the id 0."""
    texts = about(planted, "price") + about(planted, "train")[:20] + about(planted, "staff")[:10]
    june = refit(march, encoder, texts)
    assert labels_by_id(june) == labels_by_id(march)
    assert dict(zip(june.topics_["label"], june.topics_["size"], strict=True)) == {
        "Fahrpreis": 48, "Zug": 20, "Personal": 10,
    }  # fmt: skip


def test_a_topic_without_texts_retires_and_its_id_is_never_given_again(march, encoder, planted):
    june = refit(march, encoder, about(planted, "train", "price"))
    assert dict(zip(june.drift_["label"], june.drift_["state"], strict=True)) == {
        "Zug": "kept", "Personal": "retired", "Fahrpreis": "kept",
    }  # fmt: skip
    september = refit(june, encoder, planted[0])
    gone = {i for i, label in labels_by_id(march).items() if label == "Personal"}
    assert not gone & set(september.topics_["id"])
    assert set(labels_by_id(september).values()) == {"Zug", "Personal", "Fahrpreis", "App"}
    assert september.topics_["id"].max() == 4


def test_file_and_object_do_the_same(march, encoder, planted, tmp_path):
    march.save_registry(tmp_path / "deep" / "topics.json")
    one = TopicModel(encoder=encoder, registry=tmp_path / "deep" / "topics.json").fit(planted[0])
    other = refit(march, encoder, planted[0])
    pd.testing.assert_frame_equal(one.topics_, other.topics_)
    pd.testing.assert_frame_equal(one.drift_, other.drift_)
    one.save_registry(tmp_path / "a.json")
    other.save_registry(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert Registry.load(tmp_path / "a.json").to_dict() == one.to_registry().to_dict()


def test_no_text_is_inside(march, planted, tmp_path):
    march.save_registry(tmp_path / "topics.json")
    content = (tmp_path / "topics.json").read_text(encoding="utf-8")
    assert not [text for text in planted[0] if text[:-1] in content]


def test_parents_keep_their_ids_and_labels():
    rng = np.random.default_rng(0)
    above = np.eye(4, 24)[np.repeat(np.arange(4), 3)]
    centres = above + 0.6 * np.eye(12, 24, 6)

    def fitted(count, **options):
        rows = np.repeat(np.arange(12), count)
        texts = [f"Der {'ABCDEFGHIJKL'[r]}bahnhof Nummer {i}" for i, r in enumerate(rows)]
        return TopicModel(**options).fit(texts, embeddings=centres[rows] + 0.1 * rng.normal(size=(len(rows), 24)) / 5)

    first = fitted(20)
    second = fitted(25, registry=first.to_registry())
    for column in ("id", "parent", "label"):
        assert list(second.topics_[column]) == list(first.topics_[column])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: v.update(schema="cxtext.topic_registry/2"), "upgrade cxtext"),
        (lambda v: v.update(schema="cxtext.topic_model/1"), "no topic registry"),
        (lambda v: v.pop("schema"), "no topic registry"),
        (lambda v: v.pop("places"), "damaged"),
        (lambda v: v.update(next_id=1), "damaged"),
        (lambda v: v["places"][0].update(id=77), "damaged"),
        (lambda v: v["places"][0].update(mean=[1]), "damaged"),
        (lambda v: v["topics"].append(v["topics"][0]), "damaged"),
        (lambda v: v.update(corrections=[]), "damaged"),
    ],
    ids=["newer", "other", "none", "no places", "ids to come", "no such topic", "ragged", "twice", "corrections"],
)
def test_damaged_or_newer_files_are_refused(march, encoder, planted, tmp_path, change, message):
    file = tmp_path / "topics.json"
    march.save_registry(file)
    values = json.loads(file.read_text(encoding="utf-8"))
    change(values)
    file.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ArtefactError, match=message):
        TopicModel(encoder=encoder, registry=file).fit(planted[0])


@pytest.mark.parametrize(("content", "message"), [(None, "cannot be read"), ("{", "not JSON"), ("[]", "no topic")])
def test_files_that_are_none_are_refused(encoder, planted, tmp_path, content, message):
    file = tmp_path / "topics.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(ArtefactError, match=message):
        TopicModel(encoder=encoder, registry=file).fit(planted[0])


def test_a_registry_of_another_encoder_is_refused(march, encoder, planted):
    with pytest.raises(InputValueError, match="encoder"):
        TopicModel(encoder="sentence-transformers:other", registry=march.to_registry()).fit(
            planted[0], embeddings=encoder.encode(planted[0])
        )
    with pytest.raises(InputValueError, match="32 dimensions, these have 16"):
        TopicModel(encoder=encoder, registry=march.to_registry()).fit(
            planted[0], embeddings=encoder.encode(planted[0])[:, :16]
        )


def test_encoders_are_told_by_name(encoder):
    assert encoder_name(None).startswith("cxtext encoder ")
    assert encoder_name("sentence-transformers:x") == "sentence-transformers:x"
    assert encoder_name(encoder) is None


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_order_of_rows_does_not_matter_to_a_refit(march, encoder, planted, seed):
    order = np.random.default_rng(seed).permutation(len(planted[0]))
    one, other = (refit(march, encoder, texts) for texts in (planted[0], [planted[0][i] for i in order]))
    np.testing.assert_array_equal(other.labels_, one.labels_[order])
    pd.testing.assert_frame_equal(other.topics_, one.topics_)
    pd.testing.assert_frame_equal(other.drift_, one.drift_)


@settings(max_examples=30, deadline=None)
@given(
    angles=st.lists(st.integers(0, 359), min_size=1, max_size=6),
    others=st.lists(st.integers(0, 359), min_size=1, max_size=6),
)
def test_places_are_matched_one_to_one_and_only_if_alike(angles, others):
    old, new = (
        np.rint(4000 * np.array([[np.cos(np.pi * a / 180), np.sin(np.pi * a / 180)] for a in some])).astype(np.float32)
        for some in (angles, others)
    )
    found = match(old, new)
    assert len(set(found.values())) == len(found)
    for i, j in found.items():
        assert old[i] @ new[j] / 16e6 >= 0.49
