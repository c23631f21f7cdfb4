"""Models for labels of one's own: cxtext.encoder.own, own_files, own_network."""

import json
import random
from functools import partial

import numpy as np
import pytest

from cxtext.encoder.head import fit_head
from cxtext.encoder.own import learn, load_own
from cxtext.encoder.own_files import HEAD, JSON
from cxtext.errors import ArtefactError, InputTypeError, InputValueError, OutputExistsError

FIT = partial(fit_head, strength=10)


@pytest.fixture(scope="module")
def learnt(labelled):
    return learn([r["Kommentar"] for r in labelled], [r["Kategorie"] for r in labelled], task="categories", fit=FIT)


@pytest.fixture
def folder(learnt, tmp_path):
    learnt.model.save(tmp_path / "model")
    return tmp_path / "model"


def test_what_is_learnt_carries_over_to_other_words_and_the_other_language(learnt):
    texts = ["Die Tickets kosten zu viel.", "Our train was delayed by two hours.", "Such friendly staff!"]
    assert learnt.model.predict(texts).tolist() == ["Preis", "Pünktlichkeit", "Personal"]


def test_probabilities_are_a_row_a_text_and_independent_of_neighbours(learnt, varied):
    texts = [*varied(20), "", "\ud83d"]
    together = learnt.model.predict_proba(texts)
    assert together.shape == (22, 3)
    assert together.sum(axis=1) == pytest.approx(np.ones(22), abs=1e-5)
    for text, row in zip(texts, together, strict=True):
        assert learnt.model.predict_proba(text)[0].tobytes() == row.tobytes()
    assert learnt.model.predict_proba([]).shape == (0, 3)
    with pytest.raises(InputTypeError, match="item 1 must be a str"):
        learnt.model.predict(["gut", None])


def test_the_order_of_rows_does_not_matter_and_the_seed_does_not_change_the_weights(learnt, labelled):
    rows = random.Random(1).sample(labelled, len(labelled))
    texts, labels = [f" {r['Kommentar']}\n" for r in rows], [r["Kategorie"] for r in rows]
    again = learn(texts, labels, task="categories", fit=FIT)
    assert again.model.head.weights.tobytes() == learnt.model.head.weights.tobytes()
    assert again.validation.probabilities.tobytes() == learnt.validation.probabilities.tobytes()
    other = learn(texts, labels, task="categories", fit=FIT, seed=7)
    assert other.model.head.weights.tobytes() == learnt.model.head.weights.tobytes()


def test_a_saved_model_loads_as_the_same(learnt, folder):
    assert sorted(p.name for p in folder.iterdir()) == [HEAD, JSON]
    loaded = load_own(folder, task="categories")
    texts = ["Zu teuer!", "Late again."]
    assert loaded.predict_proba(texts).tobytes() == learnt.model.predict_proba(texts).tobytes()
    assert loaded.classes_.tolist() == ["Personal", "Preis", "Pünktlichkeit"]


def test_two_saves_are_equal_byte_for_byte(learnt, folder, tmp_path):
    learnt.model.save(tmp_path / "twin")
    for name in (HEAD, JSON):
        assert (tmp_path / "twin" / name).read_bytes() == (folder / name).read_bytes()


def test_the_folder_holds_no_text(folder, labelled):
    content = b"".join(p.read_bytes() for p in folder.iterdir()).decode("latin-1")
    assert not [r for r in labelled if r["Kommentar"].encode().decode("latin-1") in content]


def test_a_folder_in_use_is_left_alone(learnt, folder, tmp_path):
    with pytest.raises(OutputExistsError, match="--force"):
        learnt.model.save(folder)
    learnt.model.save(folder, force=True)
    (tmp_path / "diary").mkdir()
    (tmp_path / "diary" / "page.txt").write_text("x")
    with pytest.raises(OutputExistsError, match="holds no model"):
        learnt.model.save(tmp_path / "diary", force=True)
    with pytest.raises(OutputExistsError, match="is a file"):
        learnt.model.save(tmp_path / "diary" / "page.txt")


def change(folder, **values):
    path = folder / JSON
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda f: (f / JSON).unlink(), "holds no model of your own"),
        (lambda f: (f / JSON).write_text("{"), "not JSON"),
        (lambda f: (f / HEAD).unlink(), "cannot be read"),
        (lambda f: (f / HEAD).write_bytes(b"PK"), "SHA-256"),
        (lambda f: change(f, schema="cxtext.own_model/9"), "own_model/9"),
        (lambda f: change(f, files={"../x": ""}), "'files'"),
        (lambda f: change(f, temperature="warm"), "of another type"),
        (lambda f: change(f, temperature=0), "does not fit"),
        (lambda f: change(f, classes=["a"]), "does not fit"),
        (lambda f: change(f, encoder="another"), "another encoder"),
        (lambda f: change(f, task="sentiment"), "for 'sentiment'"),
    ],
)
def test_a_damaged_folder_is_refused(folder, spoil, says):
    spoil(folder)
    with pytest.raises(ArtefactError, match=says):
        load_own(folder, task="categories")


def test_texts_and_labels_belong_together():
    with pytest.raises(InputValueError, match="2 texts and 1 labels"):
        learn(["a", "b"], ["x"], task="categories", fit=FIT)
