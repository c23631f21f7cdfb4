import numpy as np
import pandas as pd
import pytest

from cxtext.engines import assign as module
from cxtext.engines.assign import assign_topics
from cxtext.engines.gather import gather
from cxtext.engines.local import annotate

pytestmark = pytest.mark.usefixtures("without_model")

PRAISE = [f"Beratung wieder freundlich {i}" for i in range(30)]
BLAME = [f"Lieferung leider langsam {i}" for i in range(30)]
CONTRAST = "Beratung wieder freundlich, Lieferung leider langsam"


def assign(texts):
    collection = gather(annotate(texts))
    return collection, assign_topics(collection, random_state=0)


def topics_of(collection, found, text):
    units = collection.units["text"]
    rows = [i for i, u in enumerate(collection.mentions["unit"]) if units[u] == text]
    return {collection.mentions["polarity"][i]: int(found.mentions[i]) for i in rows}


def test_the_two_halves_of_a_contrast_are_about_two_topics():
    collection, found = assign([*PRAISE, *BLAME, CONTRAST])
    praised = topics_of(collection, found, PRAISE[0])["positive"]
    blamed = topics_of(collection, found, BLAME[0])["negative"]
    assert praised != blamed
    assert topics_of(collection, found, CONTRAST) == {"positive": praised, "negative": blamed}


def test_a_mention_without_an_aspect_is_about_what_its_unit_is_about():
    collection, found = assign([*PRAISE, *BLAME, "Alles viel zu langsam wie immer mit der Lieferung"])
    mentions = collection.mentions
    implicit = np.flatnonzero(mentions["words"].isna())
    assert len(implicit) == 1
    assert found.mentions[implicit[0]] == found.units[mentions["unit"][implicit[0]]]


def test_centrality_is_the_similarity_of_unit_and_topic():
    _, found = assign([*PRAISE, *BLAME])
    assert ((found.centrality >= -1) & (found.centrality <= 1)).all()
    assert (found.centrality[found.mentions >= 0] > 0.15).all()


def test_topics_are_those_of_the_table():
    _, found = assign([*PRAISE, *BLAME, CONTRAST])
    assert set(found.units[found.units >= 0]) <= set(found.topics["id"])
    assert set(found.mentions[found.mentions >= 0]) <= set(found.topics["id"])


def test_vectors_on_disk_give_what_vectors_in_memory_give(monkeypatch):
    _, expected = assign([*PRAISE, *BLAME, CONTRAST, PRAISE[0]])
    monkeypatch.setattr(module, "IN_MEMORY", 7)
    _, found = assign([*PRAISE, *BLAME, CONTRAST, PRAISE[0]])
    pd.testing.assert_frame_equal(found.topics, expected.topics)
    for name in ("units", "mentions", "centrality"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()


@pytest.mark.parametrize(
    "texts", [[], ["Die Lieferung war langsam."], ["Die Lieferung war langsam."] * 9, ["👍", "👎"]]
)
def test_too_few_different_texts_have_no_topics(texts):
    collection, found = assign(texts)
    assert found.topics is None
    assert (found.units == -1).all()
    assert (found.mentions == -1).all()
    assert len(found.units) == len(collection.units)
    assert len(found.mentions) == len(found.centrality) == len(collection.mentions)
