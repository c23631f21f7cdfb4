"""Which opinion belongs to which aspect, and with what polarity."""

import math

import pytest

from cxtext.drivers.pairing import pair, pair_features, pair_probabilities
from cxtext.drivers.spans import decode
from cxtext.drivers.stage import find_tags


def spans_of(tokens, text):
    """Decode the aspects and the opinions of one document."""
    [heads] = find_tags([tokens])
    return [decode(tagged, tokens.offsets.tolist(), tokens.segments.tolist(), text) for tagged in heads]


@pytest.fixture
def paired(hand_made):
    def pairs(text, *, aspects=(), opinions=(), links=(), segments=None):
        tokens = hand_made(text, text.split(), aspects=aspects, opinions=opinions, links=links, segments=segments)
        spans = spans_of(tokens, text)
        return [
            (
                p.aspect and text[p.aspect.start : p.aspect.end],
                p.opinion and text[p.opinion.start : p.opinion.end],
                p.polarity,
            )
            for p in pair(tokens, *spans, text)
        ]

    return pairs


def test_an_opinion_goes_with_its_aspect(paired):
    assert paired(
        "Personal nett Zimmer schmutzig",
        aspects={0: "B-positive", 2: "B-negative"},
        opinions={1: "B-positive", 3: "B-negative"},
        links=[(0, 1), (2, 3)],
    ) == [("Personal", "nett", "positive"), ("Zimmer", "schmutzig", "negative")]


def test_two_opinions_on_one_aspect_are_two(paired):
    assert paired(
        "Personal nett kompetent",
        aspects={0: "B-positive"},
        opinions={1: "B-positive", 2: "B-positive"},
        links=[(0, 1), (0, 2)],
    ) == [("Personal", "nett", "positive"), ("Personal", "kompetent", "positive")]


def test_two_aspects_under_one_opinion_are_two(paired):
    assert paired(
        "Preis Qualität schlecht",
        aspects={0: "B-negative", 1: "B-negative"},
        opinions={2: "B-negative"},
        links=[(0, 2), (1, 2)],
    ) == [("Preis", "schlecht", "negative"), ("Qualität", "schlecht", "negative")]


def test_praise_and_blame_of_one_aspect_are_both_kept(paired):
    assert paired(
        "App schnell instabil",
        aspects={0: "B-negative|B-positive"},
        opinions={1: "B-positive", 2: "B-negative"},
        links=[(0, 1), (0, 2)],
    ) == [("App", "schnell", "positive"), ("App", "instabil", "negative")]


def test_spans_without_partner_stand_alone(paired):
    assert paired("Preis sonst super", aspects={0: "B-negative"}, opinions={2: "B-positive"}) == [
        ("Preis", None, "negative"),
        (None, "super", "positive"),
    ]


def test_neutral_mentions_are_left_out(paired):
    assert paired("Preis normal", aspects={0: "B-neutral"}, opinions={1: "B-neutral"}, links=[(0, 1)]) == []
    assert paired("Preis normal", aspects={0: "B-neutral"}) == []


def test_nothing_is_paired_across_segments(paired):
    found = paired(
        "Preis schlecht", aspects={0: "B-negative"}, opinions={1: "B-negative"}, links=[(0, 1)], segments=[0, 1]
    )
    assert found == [("Preis", None, "negative"), (None, "schlecht", "negative")]


def test_pairs_stand_in_the_order_of_the_text(paired):
    found = paired(
        "nett Personal schmutzig Zimmer",
        aspects={1: "B-positive", 3: "B-negative"},
        opinions={0: "B-positive", 2: "B-negative"},
        links=[(3, 2), (1, 0)],
    )
    assert [opinion for _, opinion, _ in found] == ["nett", "schmutzig"]


def test_probabilities_of_pairs_and_scores_lie_between_0_and_1(hand_made):
    text = "Preis schlecht gut"
    tokens = hand_made(
        text, text.split(), aspects={0: "B-negative"}, opinions={1: "B-negative", 2: "B-positive"}, links=[(0, 1)]
    )
    aspects, opinions = spans_of(tokens, text)
    [[linked, other]] = pair_probabilities(tokens, aspects, opinions, text)
    assert linked == pytest.approx(1)
    assert other == pytest.approx(0)
    assert all(0 < p.score <= 1 for p in pair(tokens, aspects, opinions, text))


def test_features_of_a_pair_say_what_stands_between(hand_made):
    text = "Preis , Essen und Wein gut . Bett hart"
    tokens = hand_made(
        text,
        text.split(),
        aspects={0: "B-positive", 2: "B-positive", 4: "B-positive", 7: "B-negative"},
        opinions={5: "B-positive", 8: "B-negative"},
        links=[(0, 5)],
    )
    spans = spans_of(tokens, text)
    price, food, wine, bed = pair_features(tokens, *spans, text)
    # score, log of 1 + tokens between, aspect first, commas, sentence ends, aspects between, opinions between
    assert price[0][0] > 0 > food[0][0]
    assert price[0][1:] == pytest.approx((math.log(5), 1, 1, 0, 2, 0))
    assert wine[0][1:] == pytest.approx((0, 1, 0, 0, 0, 0))
    assert bed[0][1:] == pytest.approx((math.log(2), 0, 0, 1, 0, 0)), "the opinion stands first"
    assert wine[1][1:] == pytest.approx((math.log(4), 1, 0, 1, 1, 1))
