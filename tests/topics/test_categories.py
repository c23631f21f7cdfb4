"""Categories of one's own: cxtext.topics.categories."""

import pytest

import cxtext
from cxtext.documents import Annotation
from cxtext.errors import ArtefactError, ConfigError
from cxtext.pipeline import DEFAULT, Pipeline, make_stage
from cxtext.topics.categories import LEAST, learn_categories, load_categories

TEXTS = [
    "Der Zug kam zu spät, aber die Mitarbeiterin war sehr freundlich.",
    "The fare is far too expensive. The staff were kind.",
    "Guten Tag,\n\ndas Ticket ist zu teuer.\n\nViele Grüße\nA. Beispiel",
    "Le train était en retard et personne ne nous a informés, c'est dommage.",
    "Hm.",
    "\ud83d",
    "",
]


@pytest.fixture(scope="module")
def folder(labelled, tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "model"
    texts, labels = [r["Kommentar"] for r in labelled], [r["Kategorie"] for r in labelled]
    learn_categories(texts, labels).model.save(path)
    return path


@pytest.fixture(scope="module")
def pipeline(folder):
    return Pipeline([*DEFAULT, make_stage("categories.v1", model=str(folder))])


def test_segments_get_a_topic_and_drivers_a_category(pipeline, folder):
    found = cxtext.annotate(TEXTS[1], pipeline=pipeline)
    assert [(t.segment, t.label) for t in found.topics] == [(0, "Preis"), (1, "Personal")]
    names = load_categories(folder).classes_.tolist()
    assert [names[t.id] for t in found.topics] == [t.label for t in found.topics]
    assert all(LEAST <= t.score <= 1 for t in found.topics)
    drivers = [*found.drivers.positive, *found.drivers.negative]
    assert {(d.segment, d.category) for d in drivers} == {(0, "Preis"), (1, "Personal")}


def test_two_mentions_of_one_sentence_may_be_about_two_things(pipeline):
    found = cxtext.annotate(TEXTS[0], pipeline=pipeline)
    assert len(found.segments) == 1
    assert {d.category for d in found.drivers.positive} == {"Personal"}
    assert {d.category for d in found.drivers.negative} == {"Pünktlichkeit"}


def test_only_the_customers_words_have_one(pipeline):
    _, _, mail, other, _, _, empty = cxtext.annotate(TEXTS, pipeline=pipeline)
    assert mail.topics
    assert all(mail.segments[t.segment].kind == "customer" for t in mail.topics)
    assert other.topics == empty.topics == ()


def test_batch_is_equal_to_single_and_survives_json(pipeline):
    many = cxtext.annotate(TEXTS, pipeline=pipeline)
    assert many == [cxtext.annotate(t, pipeline=pipeline) for t in TEXTS]
    assert [Annotation.from_dict(a.to_dict()) for a in many] == many
    assert "category" in cxtext.to_frame(many, level="driver")


def test_all_but_category_and_topics_is_as_without_it(pipeline):
    def rest(annotation):
        plain = annotation.to_dict()
        plain["topics"] = []
        for driver in (*plain["drivers"]["positive"], *plain["drivers"]["negative"]):
            driver["category"] = None
        return plain

    without = cxtext.annotate(TEXTS, pipeline=Pipeline(DEFAULT))
    assert [rest(a) for a in cxtext.annotate(TEXTS, pipeline=pipeline)] == [a.to_dict() for a in without]


def test_the_pipeline_is_saved_as_toml_and_loads_as_the_same(pipeline):
    again = Pipeline.from_config(pipeline.to_config())
    assert again.to_config() == pipeline.to_config()
    assert cxtext.annotate(TEXTS, pipeline=again) == cxtext.annotate(TEXTS, pipeline=pipeline)


def test_an_unlikely_category_is_left_open(labelled, tmp_path):
    # Labels without meaning: nothing can be learnt from them.
    texts = sorted({r["Kommentar"] for r in labelled})[:27]
    learnt = learn_categories(texts, [f"k{i % 3}" for i in range(27)])
    learnt.model.save(tmp_path / "m")
    chain = Pipeline([*DEFAULT, make_stage("categories.v1", model=str(tmp_path / "m"))])
    assert cxtext.annotate("Ein ganz anderer Satz.", pipeline=chain).topics == ()


def test_a_model_that_is_not_there_is_said_when_the_pipeline_is_built(tmp_path):
    with pytest.raises(ArtefactError, match="holds no model of your own"):
        make_stage("categories.v1", model=str(tmp_path / "nowhere"))


# --- by a taxonomy ---------------------------------------------------------------------------------------------------

TAXONOMY = """
schema = "cxtext.taxonomy/1"

[[topics]]
id = "train"
label = { de = "Bahnfahrt", en = "Train ride" }
keywords = { de = ["Zug"], en = ["train"] }

[[topics.topics]]
id = "train.delay"
label = { de = "Verspätung", en = "Delay" }
keywords = { de = ["Verspätung", "zu spät"], en = ["late", "delay"] }
examples = ["40 Minuten nach Plan angekommen.", "We arrived an hour after schedule."]

[[topics]]
id = "staff"
label = { de = "Personal", en = "Staff" }
keywords = { de = ["freundlich", "Mitarbeiterin"], en = ["staff", "kind"] }
examples = ["Sie hat uns sehr nett geholfen."]

[[topics]]
id = "price"
label = { de = "Preis", en = "Price" }
keywords = { de = ["teuer"], en = ["expensive", "fare"] }
"""


@pytest.fixture(scope="module")
def by_taxonomy(tmp_path_factory):
    path = tmp_path_factory.mktemp("taxonomy") / "mine.toml"
    path.write_text(TAXONOMY, encoding="utf-8")
    return Pipeline([*DEFAULT, make_stage("categories.v1", taxonomy=str(path))])


def test_a_segment_gets_all_topics_of_a_taxonomy_and_a_driver_the_likeliest_one(by_taxonomy):
    found = cxtext.annotate(TEXTS[0], pipeline=by_taxonomy)
    assert len(found.segments) == 1
    assert {(t.id, t.label) for t in found.topics} == {(1, "Verspätung"), (2, "Personal")}
    assert {d.category for d in found.drivers.positive} == {"staff"}
    assert {d.category for d in found.drivers.negative} == {"train.delay"}


def test_labels_of_a_taxonomy_are_in_the_language_of_the_document(by_taxonomy):
    found = cxtext.annotate(TEXTS[1], pipeline=by_taxonomy)
    assert {(t.segment, t.label) for t in found.topics} == {(0, "Price"), (1, "Staff")}


def test_a_taxonomy_keeps_the_contract_of_a_stage(by_taxonomy):
    many = cxtext.annotate(TEXTS, pipeline=by_taxonomy)
    assert many == [cxtext.annotate(t, pipeline=by_taxonomy) for t in TEXTS]
    assert [Annotation.from_dict(a.to_dict()) for a in many] == many
    again = Pipeline.from_config(by_taxonomy.to_config())
    assert again.to_config() == by_taxonomy.to_config()
    assert cxtext.annotate(TEXTS, pipeline=again) == many
    assert many[3].topics == many[-1].topics == ()
    for found in many:
        assert all(found.segments[t.segment].kind == "customer" for t in found.topics)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"taxonomy": "nowhere.toml"}, r"no taxonomy file 'nowhere\.toml'"),
        ({"taxonomy": "cx", "model": "m"}, "a model or a taxonomy, got both"),
        ({"taxonomy": "cx", "threshold": 1.5}, "threshold must lie from 0 to 1"),
    ],
)
def test_a_taxonomy_that_cannot_be_used_is_said_when_the_pipeline_is_built(options, message):
    with pytest.raises(ConfigError, match=message):
        make_stage("categories.v1", **options)
