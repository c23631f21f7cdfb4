"""What a taxonomy covers: cxtext.topics.coverage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.topics.coverage import Overlap, coverage


@pytest.mark.parametrize(
    ("tagged", "overlaps", "why"),
    [
        ([{0, 1}] * 5, (Overlap(0, 1, 5, 1.0),), "always together"),
        ([{0, 1}] * 4, (), "too few to tell"),
        ([{0, 1}] * 5 + [{0}] * 20 + [{1}] * 15, (Overlap(1, 0, 5, 0.25),), "a quarter of the rarer one"),
        ([{0, 1}] * 5 + [{0}] * 20 + [{1}] * 16, (), "less than a quarter"),
        ([[1, 0, 1]] * 5, (Overlap(0, 1, 5, 1.0),), "a topic counts once a text"),
    ],
)
def test_topics_that_are_often_given_together_are_told(tagged, overlaps, why):
    assert coverage(tagged).overlaps == overlaps, why


def test_texts_without_a_topic_are_counted():
    assert coverage([{0}, set(), ()]).untagged == 2
    assert coverage([{0}, set(), (), {1}]).untagged_share == 0.5
    assert coverage([]).untagged_share is None


@given(st.lists(st.frozensets(st.integers(0, 3)), max_size=40), st.randoms())
def test_the_order_of_texts_does_not_matter(tagged, random):
    moved = list(tagged)
    random.shuffle(moved)
    assert coverage(moved) == coverage(tagged)
