"""Topics of a taxonomy in an analysis: cxtext.engines.by_taxonomy."""

import numpy as np
import pandas as pd
import pytest

from cxtext.engines.by_taxonomy import assign_by_taxonomy, taxonomy_of, told, with_taxonomy
from cxtext.engines.collection import analyze
from cxtext.engines.gather import gather
from cxtext.engines.local import annotate
from cxtext.errors import InputTypeError, InputValueError
from cxtext.pipeline import Pipeline, make_stage

pytestmark = pytest.mark.usefixtures("without_model")

TAXONOMY = """
schema = "cxtext.taxonomy/1"
name = "shop"

[[topics]]
id = "service"
label = { de = "Service", en = "Service" }

[[topics.topics]]
id = "service.advice"
label = { de = "Beratung", en = "Advice" }
keywords = { de = ["Beratung"], en = ["advice"] }

[[topics]]
id = "price"
label = { de = "Preis", en = "Price" }
keywords = { de = ["Preis", "teuer"], en = ["price"] }
"""
ADVICE = [f"Die Beratung war wieder freundlich {i}" for i in range(12)]
DELIVERY = [f"Lieferung leider langsam {i}" for i in range(12)]
PRICE = [f"Der Preis ist teuer {i}" for i in range(9)]
BOTH = [f"Preis und Beratung sind freundlich {i}" for i in range(6)]
TEXTS = [*ADVICE, *DELIVERY, *PRICE, *BOTH]


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "shop.toml"
    found.write_text(TAXONOMY, encoding="utf-8")
    return found


@pytest.fixture
def pipeline(tiny, path):
    return with_taxonomy(tiny, path)


@pytest.fixture
def collection(pipeline):
    return gather(annotate(TEXTS, pipeline=pipeline))


@pytest.fixture
def found(collection, pipeline):
    return assign_by_taxonomy(collection, taxonomy_of(pipeline), random_state=0)


def test_units_count_for_every_topic_they_have_and_for_those_above(found):
    topics = found.assignment.topics.set_index("category")
    assert topics.loc["service.advice", "size"] == len(ADVICE) + len(BOTH)
    assert topics.loc["service", "size"] == len(ADVICE) + len(BOTH)
    assert topics.loc["price", "size"] == len(PRICE) + len(BOTH)
    assert topics.loc["service.advice", "parent"] == topics.loc["service", "id"]


def test_ids_are_places_in_the_taxonomy_and_discovered_topics_come_after(found):
    topics = found.assignment.topics
    assert topics["id"].tolist() == list(range(len(topics)))
    assert topics["category"].tolist()[:3] == ["service", "service.advice", "price"]
    assert topics["category"].isna().tolist() == [False] * 3 + [True] * (len(topics) - 3)
    assert len(topics) > 3
    for name in ("label", "label_de", "label_en"):
        assert topics[name].str.casefold().is_unique


def test_what_the_taxonomy_leaves_open_is_given_discovered_topics(collection, found):
    words = collection.units["text"]
    delivery = np.flatnonzero(words.isin(DELIVERY))
    assert (found.assignment.units[delivery] >= 3).all()
    mentions = collection.mentions["unit"].isin(delivery).to_numpy()
    assert mentions.any()
    assert (found.assignment.mentions[mentions] >= 3).all()
    assert (found.assignment.mentions[~mentions] < 3).all()


def test_untagged_share_and_overlaps_are_counted(found, pipeline):
    said = told(taxonomy_of(pipeline), found.coverage)
    assert (said["name"], said["topics"], said["units"]) == ("shop", 3, len(TEXTS))
    assert said["untagged"] == pytest.approx(len(DELIVERY) / len(TEXTS))
    assert [(pair["topics"], pair["n"]) for pair in said["overlaps"]] == [([2, 1], len(BOTH))]


def test_an_analysis_counts_drivers_over_both_kinds_of_topics(path):
    scores = [9] * len(ADVICE) + [2] * len(DELIVERY) + [4] * len(PRICE) + [8] * len(BOTH)
    frame = pd.DataFrame({"Nr": range(len(TEXTS)), "Kommentar": TEXTS, "NPS": scores})
    options = {"text": "Kommentar", "id": "Nr", "scores": {"nps": "NPS"}, "taxonomy": path}
    result = analyze(frame, **options)
    assert set(result.drivers["topic"]) <= set(result.topics["id"])
    drivers = result.drivers.merge(result.topics, left_on="topic", right_on="id")
    assert {"service.advice", "price"} <= set(drivers["category"].dropna())
    assert drivers["category"].isna().any()
    assert result.quality["untagged"] == pytest.approx(len(DELIVERY) / len(TEXTS))
    assert result.quality["unassigned"] < result.quality["untagged"]
    assert result.meta["taxonomy"]["name"] == "shop"
    shuffled = analyze(frame.sample(frac=1, random_state=1), **options)
    assert shuffled.to_dict() == result.to_dict()
    assert "Was die Taxonomie abdeckt" in result.to_markdown()


@pytest.mark.parametrize("texts", [[], ["👍", "👎"], ["Der Preis ist teuer"], ["Lieferung langsam"]])
def test_few_texts_leave_the_taxonomy_alone(texts, pipeline):
    found = assign_by_taxonomy(gather(annotate(texts, pipeline=pipeline)), taxonomy_of(pipeline), random_state=0)
    assert found.assignment.topics["category"].tolist() == ["service", "service.advice", "price"]
    assert len(found.assignment.units) == found.coverage.texts


def test_a_pipeline_with_a_taxonomy_needs_no_other_option(path, tiny):
    chain = Pipeline([*tiny.stages, make_stage("categories.v1", taxonomy=str(path), threshold=0.6)])
    result = analyze(TEXTS, pipeline=chain)
    assert result.meta["taxonomy"]["name"] == "shop"
    with pytest.raises(InputValueError, match=r"gives categories already.*leave out taxonomy"):
        analyze(TEXTS, pipeline=chain, taxonomy="cx")


def test_without_a_taxonomy_nothing_is_said_of_one(tiny):
    assert with_taxonomy(tiny, None) is tiny
    assert taxonomy_of(tiny) is None
    result = analyze(TEXTS, pipeline=tiny)
    assert "taxonomy" not in result.meta
    assert "untagged" not in result.quality
    assert "category" not in result.topics
    with pytest.raises(InputTypeError, match="got list"):
        with_taxonomy(tiny, ["a"])
