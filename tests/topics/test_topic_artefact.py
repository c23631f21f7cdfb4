"""A topic model on disk."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxtext.errors import ArtefactError, InputValueError
from cxtext.topics.model import TopicModel

GOLDEN = Path(__file__).parent / "golden" / "topic_model_1"
ARTEFACTS = Path(__file__).parent / "artefacts"  # of schema 2; later versions must read them, so they stay as they are


@pytest.fixture
def saved(encoder, planted, tmp_path):
    model = TopicModel(encoder=encoder, min_similarity=0.3).fit(planted[0])
    model.save(tmp_path / "model")
    return model, tmp_path / "model"


def test_loaded_model_gives_the_same_bytes(saved, encoder, planted):
    model, folder = saved
    loaded = TopicModel.load(folder, encoder=encoder)
    pd.testing.assert_frame_equal(loaded.topics_, model.topics_)
    assert loaded.get_params(deep=False) == model.get_params(deep=False)
    assert loaded.transform(planted[0]).tobytes() == model.transform(planted[0]).tobytes()
    np.testing.assert_array_equal(loaded.predict(planted[0]), model.labels_)
    assert (loaded.language_, loaded.unassigned_share_) == (model.language_, model.unassigned_share_)


def test_saving_twice_gives_the_same_bytes(saved, encoder, tmp_path):
    _, folder = saved
    TopicModel.load(folder, encoder=encoder).save(tmp_path / "again")
    for name in ("topic_model.json", "topic_model.npz"):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    assert sorted(p.name for p in folder.iterdir()) == ["topic_model.json", "topic_model.npz"]


def test_no_text_is_inside(saved, planted):
    content = (saved[1] / "topic_model.json").read_text(encoding="utf-8")
    assert not [t for t in planted[0] if t in content or t[:-1] in content]


def test_encoder_object_must_be_given_again(saved):
    with pytest.raises(InputValueError, match="StubEncoder"):
        TopicModel.load(saved[1])


def _change(folder, **changes):
    file = folder / "topic_model.json"
    state = json.loads(file.read_text(encoding="utf-8"))
    state.update(changes)
    file.write_text(json.dumps({k: v for k, v in state.items() if v is not None}), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema": "cxtext.topic_model/3"}, "upgrade cxtext"),
        ({"schema": "cxtext.pipeline/1"}, "not a topic model"),
        ({"schema": None}, "not a topic model"),
        ({"sha256": "0" * 64}, "damaged"),
        ({"topics": None}, "lacks something"),
        ({"topics": []}, "do not fit"),
        ({"parameters": {"colour": 1}}, "lacks something"),
    ],
    ids=["newer", "other kind", "no schema", "wrong sum", "no topics", "too few topics", "unknown parameter"],
)
def test_damaged_or_newer_artefacts_are_refused(saved, encoder, changes, message):
    _change(saved[1], **changes)
    with pytest.raises(ArtefactError, match=message):
        TopicModel.load(saved[1], encoder=encoder)


@pytest.mark.parametrize("name", ["topic_model.json", "topic_model.npz"])
def test_cut_or_missing_files_are_refused(saved, encoder, name):
    file = saved[1] / name
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(ArtefactError, match="damaged"):
        TopicModel.load(saved[1], encoder=encoder)
    file.unlink()
    with pytest.raises(ArtefactError, match=name):
        TopicModel.load(saved[1], encoder=encoder)


def test_pickled_arrays_are_refused(saved, encoder, tmp_path):
    import hashlib

    file = saved[1] / "topic_model.npz"
    np.savez(file, mean=np.array([{"a": 1}], dtype=object), axes=np.zeros((0, 1)), centroids=np.zeros((1, 1)))
    _change(saved[1], sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    with pytest.raises(ArtefactError, match="damaged"):
        TopicModel.load(saved[1], encoder=encoder)


def test_artefact_of_schema_1_is_still_read_and_gives_what_it_gave(encoder, planted):
    expected = json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8"))
    model = TopicModel.load(GOLDEN, encoder=encoder)
    assert list(model.topics_["label"]) == expected["labels"]
    assert model.predict(expected["texts"]).tolist() == expected["predicted"]
    np.testing.assert_allclose(model.transform(expected["texts"]), expected["similarities"], atol=1e-6)


@pytest.fixture
def expected():
    return json.loads((ARTEFACTS / "expected.json").read_text(encoding="utf-8"))


def test_artefact_of_schema_2_is_read_and_gives_what_it_gave(encoder, expected):
    model = TopicModel.load(ARTEFACTS / "topic_model_2", encoder=encoder)
    vectors = np.array(expected["embeddings"])
    texts = [f"Text {i}" if row.any() else "" for i, row in enumerate(vectors)]
    assert model.topics_["id"].tolist() == expected["ids"]
    assert model.topics_["label_de"].tolist() == expected["labels_de"]
    assert model.predict(texts, embeddings=vectors).tolist() == expected["predicted"]
    np.testing.assert_allclose(model.transform(texts, embeddings=vectors), expected["similarities"], atol=1e-6)


def test_artefact_of_schema_2_can_be_updated_and_keeps_its_corrections(encoder, expected, planted):
    model = TopicModel.load(ARTEFACTS / "topic_model_2", encoder=encoder).update(planted[0])
    assert model.topics_["id"].tolist() == expected["ids"]
    assert model.topics_["label_de"].tolist() == expected["labels_de"]
    assert set(model.drift_["state"]) == {"kept"}
    with pytest.raises(InputValueError, match="merged into topic 1"):
        model.rename(2, label_de="Preis")


def test_registry_of_schema_1_is_read_and_gives_the_same_ids(encoder, expected, planted):
    model = TopicModel(encoder=encoder, language="de", registry=ARTEFACTS / "topic_registry_1.json").fit(planted[0])
    assert model.topics_["id"].tolist() == expected["ids"]
    assert model.topics_["label_de"].tolist() == expected["labels_de"]


def test_artefacts_are_small_and_hold_no_texts(planted):
    assert sum(p.stat().st_size for p in ARTEFACTS.rglob("*") if p.is_file()) < 50_000
    for path in ARTEFACTS.rglob("*.json"):
        content = path.read_text(encoding="utf-8")
        assert not [text for text in planted[0] if text[:-1] in content]


@pytest.mark.parametrize(
    "changes",
    [{"memory": None}, {"corrections": {}}, {"gone": None}, {"memory": {"reach": "x"}}],
    ids=["no memory", "no corrections", "none gone", "memory of words"],
)
def test_artefacts_without_what_schema_2_needs_are_refused(saved, encoder, changes):
    _change(saved[1], **changes)
    with pytest.raises(ArtefactError, match="lacks something"):
        TopicModel.load(saved[1], encoder=encoder)


def test_arrays_that_do_not_fit_are_refused(saved, encoder):
    import hashlib

    file = saved[1] / "topic_model.npz"
    with np.load(file) as arrays:
        kept = dict(arrays)
    kept["owners"] = kept["owners"] + 100
    np.savez(file, **kept)
    _change(saved[1], sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    with pytest.raises(ArtefactError, match="do not fit"):
        TopicModel.load(saved[1], encoder=encoder)
