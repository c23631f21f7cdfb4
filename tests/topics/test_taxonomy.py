"""Reading a taxonomy: cxtext.topics.taxonomy."""

import pytest

from cxtext.errors import ConfigError, InputTypeError
from cxtext.topics.taxonomy import SCHEMA, Keyword, Taxonomy, parse_taxonomy, read_taxonomy

MINE = """
schema = "cxtext.taxonomy/1"

[[topics]]
id = "delivery"
label = { de = "Lieferung", en = "Delivery" }
description = "Wie die Ware ankommt."
keywords = { de = ["Paket", "Zustellung"], en = ["parcel"] }
examples = ["Kam nie an.", "Never arrived."]

[[topics.topics]]
id = "delivery.other"
label = { de = "Sonstiges", en = "Other" }

[[topics]]
id = "price"
label = "Preis"
keywords = "teuer"

[[topics.topics]]
id = "price.other"
label = { de = "Sonstiges", en = "Other" }
"""


def of(topics, **more):
    return {"schema": SCHEMA, "topics": topics, **more}


def test_a_file_is_read_in_order_with_parents_before_their_topics(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    found = read_taxonomy(path)
    assert found.name == "mine"
    assert [t.id for t in found.topics] == ["delivery", "delivery.other", "price", "price.other"]
    assert found.parents == (None, 0, None, 2)
    delivery, _, price, _ = found.topics
    assert delivery.keywords == (Keyword("Paket", "de"), Keyword("Zustellung", "de"), Keyword("parcel", "en"))
    assert delivery.examples == ("Kam nie an.", "Never arrived.")
    assert price.keywords == (Keyword("teuer", None),)
    assert (price.label_de, price.label_en) == ("Preis", "Preis")


def test_labels_that_occur_twice_say_what_they_lie_under(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    labels = [t.label_de for t in read_taxonomy(path).topics]
    assert labels == ["Lieferung", "Lieferung: Sonstiges", "Preis", "Preis: Sonstiges"]


def test_topics_may_lie_as_deep_as_one_likes():
    found = parse_taxonomy(of([{"id": "a", "topics": [{"id": "b", "topics": [{"id": "c"}]}]}]), where="t")
    assert list(found.above(2)) == [1, 0]
    assert found.topics[2].label_en == "c", "the id stands in for a label"


def test_the_hash_is_of_what_is_said_and_not_of_how_it_is_written(tmp_path):
    for name, text in (("one", MINE), ("two", MINE.replace("\n\n", "\n# said otherwise\n"))):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    one, two = (read_taxonomy(tmp_path / f"{name}.toml") for name in ("one", "two"))
    assert one.sha256 == two.sha256 != read_taxonomy("cx").sha256


def test_texts_are_trimmed_and_count_once():
    found = parse_taxonomy(of([{"id": "a", "examples": [" Ja. ", "Ja."]}]), where="t")
    assert found.topics[0].examples == ("Ja.",)


@pytest.mark.parametrize(
    ("values", "message", "why"),
    [
        ({"topics": [{"id": "a"}]}, r"t\.toml: 'schema' must be 'cxtext\.taxonomy/1'", "no schema"),
        ({"schema": "cxtext.taxonomy/9"}, r"got 'cxtext\.taxonomy/9'", "a later schema"),
        (of([{"id": "a"}], topic=[]), r"unknown key 'topic'; did you mean 'topics'", "slip of the pen above"),
        (of([]), r"'topics' must be a list of tables", "no topics"),
        (of({"a": {}}), r"'topics' must be a list of tables", "a table instead of a list"),
        (of([{"label": "x"}]), r"topic number 1 needs an 'id'", "no id"),
        (of([{"id": "a"}, {"id": 3}]), r"topic number 2 needs an 'id'.*got 3", "a number for an id"),
        (of([{"id": "a"}, {"id": "a"}]), r"topic 'a' occurs twice", "an id twice"),
        (of([{"id": "a", "keyword": []}]), r"topic 'a' has an unknown key 'keyword'; did you mean 'keywords'", "slip"),
        (of([{"id": "a", "label": {"fr": "x"}}]), r"topic 'a': 'label' has an unknown language 'fr'", "language"),
        (of([{"id": "a", "label": {}}]), r"topic 'a': 'label' is empty", "no label"),
        (of([{"id": "a", "label": ["x"]}]), r"topic 'a': 'label' must be a text", "a list for a label"),
        (of([{"id": "a", "label": "x" * 61}]), r"topic 'a': 'label' must be a text of up to 60", "long label"),
        (of([{"id": "a", "keywords": {"fr": ["x"]}}]), r"topic 'a': 'keywords' has an unknown language", "language"),
        (of([{"id": "a", "keywords": 3}]), r"topic 'a': 'keywords' must be a text, a list", "a number for keywords"),
        (of([{"id": "a", "examples": ["x", ""]}]), r"topic 'a': number 2 of 'examples'", "an empty example"),
        (of([{"id": "a", "examples": ["x", 2]}]), r"topic 'a': number 2 of 'examples'.*got 2", "a number among texts"),
        (of([{"id": "a", "topics": [{"id": "b", "x": 1}]}]), r"topic 'b' has an unknown key 'x'", "in a sub-topic"),
        (of([{"id": "a", "topics": 3}]), r"topic 'a': 'topics' must be a list of tables", "sub-topics are no list"),
        (of([{"id": "a", "label": "x"}, {"id": "b", "label": "X"}]), r"topic 'b' has the label 'X'", "a label twice"),
        (of([{"id": "a"}], name=""), r"'name' must be a text", "no name"),
    ],
)
def test_what_is_wrong_is_said_with_file_topic_and_key(values, message, why):
    with pytest.raises(ConfigError, match=message) as error:
        parse_taxonomy(values, where="t.toml")
    assert str(error.value).startswith("t.toml"), why


def test_an_example_of_a_wrong_type_is_not_repeated():
    with pytest.raises(ConfigError) as error:
        parse_taxonomy(of([{"id": "a", "examples": [["Frau Beispiel war sehr unfreundlich zu mir."]]}]), where="t")
    assert "Beispiel" not in str(error.value)


def test_a_missing_file_is_named_and_the_shipped_one_offered(tmp_path):
    with pytest.raises(ConfigError, match=r"no taxonomy file 'mein\.toml'.*'cx'"):
        read_taxonomy("mein.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("schema = ", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"broken\.toml is not valid TOML"):
        read_taxonomy(broken)
    with pytest.raises(InputTypeError, match="got dict"):
        read_taxonomy({"a": ["b"]})


def test_the_shipped_taxonomy_is_whole_in_both_languages():
    cx = read_taxonomy("cx")
    assert isinstance(cx, Taxonomy)
    assert read_taxonomy(cx) is cx
    tops = {t.id for t in cx.topics if t.parent is None}
    assert tops >= {
        "punctuality", "price", "staff", "reachability", "product", "digital", "billing", "delivery", "complaint",
        "contract", "cleanliness", "information", "waiting",
    }  # fmt: skip
    for topic in cx.topics:
        assert topic.parent is None or topic.id.startswith(f"{topic.parent}."), topic.id
        assert {k.language for k in topic.keywords} == {"de", "en"}, topic.id
        assert len(topic.descriptions) == 2, topic.id
        assert len(topic.examples) >= 2, topic.id
        assert topic.label_de, topic.id


def test_no_keyword_of_the_shipped_taxonomy_stands_for_two_topics():
    seen: dict[tuple[str, str], str] = {}
    for topic in read_taxonomy("cx").topics:
        for keyword in topic.keywords:
            key = (keyword.text.casefold(), str(keyword.language))
            assert seen.setdefault(key, topic.id) == topic.id, key
