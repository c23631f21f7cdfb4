"""Corrections by people, and that they hold."""

import json

import numpy as np
import pytest

from cxtext.errors import ConfigError, InputTypeError, InputValueError, NotFittedError
from cxtext.topics.corrections import Corrections, Merge, Pin, Rename, Split, read_corrections
from cxtext.topics.model import TopicModel

TOML = """schema = "cxtext.topic_corrections/1"

[[rename]]
id = 0
label_de = "Bahn"
label_en = "railway"

[[merge]]
ids = [0, 1]

[[split]]
id = 2

[[pin]]
id = 3
"""


def about(planted, *subjects):
    return [text for text, subject in zip(planted[0], planted[1], strict=True) if subject in subjects]


@pytest.fixture
def model(encoder, planted):
    return TopicModel(encoder=encoder).fit(planted[0])


def refit(model, encoder, texts, **options):
    return TopicModel(encoder=encoder, registry=model.to_registry(), **options).fit(texts)


def ids(model):
    return dict(zip(model.topics_["label_de"], model.topics_["id"].tolist(), strict=True))


def test_names_hold_in_updates_refits_and_files(model, encoder, planted, tmp_path):
    train = ids(model)["Zug"]
    assert model.rename(train, label_de="Bahnverkehr", label_en="railway service") is model
    model.save(tmp_path)
    for other in (
        model,
        TopicModel.load(tmp_path, encoder=encoder),
        refit(model, encoder, planted[0]),
        TopicModel.load(tmp_path, encoder=encoder).update(about(planted, "train", "app")),
    ):
        row = other.topics_.set_index("id").loc[train]
        assert (row["label_de"], row["label_en"]) == ("Bahnverkehr", "railway service")
        assert row["label"] == row["label_de" if other.language_ == "de" else "label_en"]


def test_one_language_can_be_renamed_alone(model):
    train = ids(model)["Zug"]
    model.rename(train, label_en="railway")
    assert model.topics_.set_index("id").loc[train, ["label_de", "label_en"]].tolist() == ["Zug", "railway"]
    model.rename(train, label_de="Bahn")
    assert model.topics_.set_index("id").loc[train, ["label_de", "label_en"]].tolist() == ["Bahn", "railway"]


def test_merged_topics_are_one_everywhere(model, encoder, planted, tmp_path):
    train, price = ids(model)["Zug"], ids(model)["Fahrpreis"]
    labels = model.labels_.copy()
    model.merge([train, price])
    assert price not in set(model.topics_["id"])
    assert model.topics_.set_index("id").loc[train, "size"] == 96
    np.testing.assert_array_equal(model.labels_, np.where(labels == price, train, labels))
    np.testing.assert_array_equal(model.predict(planted[0]), model.labels_)
    assert model.transform(planted[0]).shape == (192, 3)
    columns = model.topics_["id"].to_numpy()
    np.testing.assert_array_equal(columns[model.transform(planted[0]).argmax(axis=1)], model.labels_)
    model.save(tmp_path)
    for other in (
        TopicModel.load(tmp_path, encoder=encoder),
        refit(model, encoder, planted[0]),
        TopicModel.load(tmp_path, encoder=encoder).update(planted[0]),
    ):
        assert len(other.topics_) == 3
        np.testing.assert_array_equal(other.predict(planted[0]), model.labels_)


def test_a_merger_goes_on_where_one_half_has_no_texts(model, encoder, planted):
    train, price = ids(model)["Zug"], ids(model)["Fahrpreis"]
    model.merge([train, price])
    later = refit(model, encoder, about(planted, "price", "staff", "app"))
    assert set(later.predict(about(planted, "train", "price"))) == {train}


def test_parts_of_a_split_topic_are_topics_everywhere(model, encoder, planted):
    train, price = ids(model)["Zug"], ids(model)["Fahrpreis"]
    model.merge([train, price]).split(train, 2)
    assert len(model.topics_) == 4
    assert not hasattr(model, "labels_")
    assert model.topics_["size"].sum() == 192
    new = max(ids(model).values())
    assert new == 4
    found = model.predict(about(planted, "train")), model.predict(about(planted, "price"))
    assert [len(set(labels)) for labels in found] == [1, 1]
    assert {found[0][0], found[1][0]} == {train, new}
    assert {label for label, i in ids(model).items() if i == new} != {"Zug"}
    later = refit(model, encoder, planted[0])
    np.testing.assert_array_equal(later.predict(planted[0]), model.predict(planted[0]))
    assert ids(later)["Fahrpreis" if found[1][0] == new else "Zug (2)"] == new
    model.update(planted[0])
    np.testing.assert_array_equal(model.labels_, later.labels_)
    assert set(model.drift_["state"]) == {"kept"}


def test_a_pinned_topic_is_there_without_texts(model, encoder, planted):
    app = ids(model)["App"]
    later = refit(model.pin(app), encoder, about(planted, "train", "staff", "price"))
    assert later.topics_.set_index("id").loc[app, ["label_de", "size"]].tolist() == ["App", 0]
    again = refit(later, encoder, planted[0])
    assert again.topics_.set_index("id").loc[app, "size"] == 48
    assert set(again.predict(about(planted, "app"))) == {app}


def test_a_file_is_carried_out_by_fit_and_only_once(encoder, planted, tmp_path):
    plain = TopicModel(encoder=encoder).fit(planted[0])
    file = tmp_path / "topics.toml"
    file.write_text(TOML, encoding="utf-8")
    first = TopicModel(encoder=encoder, corrections=file).fit(planted[0])
    assert first.topics_["id"].tolist() == [0, 2, 3, 4]
    assert first.topics_.set_index("id").loc[0, ["label_de", "label_en"]].tolist() == ["Bahn", "railway"]
    np.testing.assert_array_equal(first.predict(planted[0]), first.labels_)
    moved = plain.labels_ == 1
    assert set(first.labels_[moved]) == {0}
    assert first.topics_["size"].sum() == 192
    again = refit(first, encoder, planted[0], corrections=file)
    assert again.topics_["id"].tolist() == [0, 2, 3, 4]
    np.testing.assert_array_equal(again.labels_, first.labels_)


def test_toml_and_json_say_the_same(tmp_path):
    (tmp_path / "a.toml").write_text(TOML, encoding="utf-8")
    values = {
        "schema": "cxtext.topic_corrections/1",
        "merge": [{"ids": [0, 1]}],
        "split": [{"id": 2}],
        "rename": [{"id": 0, "label_de": "Bahn", "label_en": "railway"}],
        "pin": [{"id": 3}],
    }
    (tmp_path / "b.json").write_text(json.dumps(values), encoding="utf-8")
    found = [Merge((0, 1)), Split(2, 2), Rename(0, "Bahn", "railway"), Pin(3)]
    assert read_corrections(tmp_path / "a.toml") == read_corrections(tmp_path / "b.json") == found


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.toml", "", "schema"),
        ("a.toml", 'schema = "cxtext.topic_corrections/9"', "schema"),
        ("a.toml", 'schema = "cxtext.topic_corrections/1"\n[[remove]]\nid = 1', "unknown table 'remove'"),
        ("a.toml", 'schema = "cxtext.topic_corrections/1"\nmerge = 3', "list of tables"),
        ("a.toml", 'schema = "cxtext.topic_corrections/1"\n[[pin]]\nid = "x"', "pin 1: id must be int"),
        ("a.toml", 'schema = "cxtext.topic_corrections/1"\n[[rename]]\nlabel_de = "x"', "needs 'id'"),
        ("a.toml", 'schema = "cxtext.topic_corrections/1"\n[[rename]]\nid = 1\nlabel = "x"', "no option 'label'"),
        ("a.json", "[]", "one JSON object"),
        ("a.json", "{", "not JSON"),
        ("b.json", None, "No such file"),
        ("b.toml", None, "no configuration file"),
    ],
)
def test_wrong_files_say_what_is_wrong(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_corrections(tmp_path / name)


@pytest.mark.parametrize(
    ("correct", "kind", "message"),
    [
        (lambda m: m.rename(99, label_de="x"), InputValueError, "no topic 99; the ids here are 0, 1, 2, 3"),
        (lambda m: m.rename("0", label_de="x"), InputTypeError, "whole number, got str"),
        (lambda m: m.rename(0), InputValueError, "label_de, label_en or both"),
        (lambda m: m.rename(0, label_de=" "), InputValueError, "not empty"),
        (lambda m: m.rename(ids(m)["Zug"], label_de="app"), InputValueError, "labels must differ"),
        (lambda m: m.merge([0]), InputValueError, "two different topics"),
        (lambda m: m.merge([0, 0]), InputValueError, "two different topics"),
        (lambda m: m.merge([0, 9]), InputValueError, "no topic 9"),
        (lambda m: m.merge(0), InputTypeError, "list of topic ids"),
        (lambda m: m.merge([0, 1]).pin(1), InputValueError, "topic 1 was merged into topic 0"),
        (lambda m: m.split(0, 1), InputValueError, "2 or more parts, got 1"),
        (lambda m: m.split(0, 50), InputValueError, "cannot be split into 50"),
        (lambda m: m.split(-1), InputValueError, "no topic -1"),
        (lambda m: m.pin(True), InputTypeError, "whole number, got bool"),
    ],
)
def test_wrong_corrections_say_what_is_wrong_and_change_nothing(model, planted, correct, kind, message):
    with pytest.raises(kind, match=message):
        correct(model)
    assert len(model.predict(planted[0])) == 192


def test_a_retired_topic_says_so(model, planted):
    app = ids(model)["App"]
    model.update(about(planted, "train", "staff", "price"))
    with pytest.raises(InputValueError, match=f"topic {app} is no more"):
        model.rename(app, label_de="x")


@pytest.mark.parametrize(
    "use",
    [lambda m: m.rename(0, label_de="x"), lambda m: m.merge([0, 1]), lambda m: m.split(0), lambda m: m.pin(0)],
)
def test_corrections_need_a_fit(use):
    with pytest.raises(NotFittedError):
        use(TopicModel())


def test_a_second_merger_takes_the_first_along():
    corrections = Corrections().with_pin(2).with_merge([1, 2]).renamed(1, "a", None).with_merge([0, 1])
    assert corrections.merged == {1: 0, 2: 0}
    assert corrections.pinned == {0}
    assert corrections.names == {}
    assert Corrections.from_dict(corrections.to_dict()) == corrections
