"""Who looks after which topic."""

import pandas as pd
import pytest

from cxtext.engines.summary import with_owners

TOPICS = pd.DataFrame(
    {
        "id": [0, 1, 2, 3, 4],
        "parent": pd.array([None, 0, 1, None, 3], dtype="Int64"),
        "label": ["Becken", "Wasser", "Chlor", "Eintritt", "Preis"],
        "label_de": ["Becken", "Wasser", "Chlor", "Eintritt", "Preis"],
        "label_en": ["Pool", "Water", "Chlorine", "Entry", "Price"],
        "keywords": [["Rutsche"], [], [], ["Kasse"], []],
        "category": ["pool", "pool.water", "pool.water.chlorine", "entry", None],
    }
)


@pytest.mark.parametrize(
    ("owners", "expected", "why"),
    [
        ({"becken": "T"}, ["T", "T", "T", None, None], "topics below belong to the owner of the one above"),
        ({"Pool": "T", "water": "W"}, ["T", "W", "W", None, None], "unless they have one of their own"),
        ({"Kasse": "V"}, [None, None, None, "V", "V"], "a keyword is as good as a label"),
        ({"pool.water": "W"}, [None, "W", "W", None, None], "and so is the id in the taxonomy"),
        ({"Rutsche": "R", "Becken": "T"}, ["R", "R", "R", None, None], "the first word counts"),
        ({"Sauna": "S"}, [None] * 5, "a word that no topic has"),
    ],
)
def test_topics_have_the_owner_of_their_words_or_of_the_topic_above(owners, expected, why):
    found = with_owners(TOPICS.sample(frac=1, random_state=0), owners).sort_values("id")

    assert [None if pd.isna(o) else o for o in found["owner"]] == expected, why


def test_topics_without_a_taxonomy_have_owners_too():
    found = with_owners(TOPICS.drop(columns="category"), {"Price": "V"})

    assert found["owner"].iloc[4] == "V"


def test_without_owners_the_table_stays_as_it_is():
    assert with_owners(TOPICS, {}) is TOPICS
