"""Which opinion belongs to which aspect, and with what polarity."""

import math
from dataclasses import replace

import pytest

from cxtext.drivers.pairing import pair, pair_features, pair_probabilities
from cxtext.drivers.spans import TaggedSpan, decode
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
            for p in pair(tokens, *spans, text, "de")
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
    assert all(0 < p.score <= 1 for p in pair(tokens, aspects, opinions, text, "de"))


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


def span(start, end, *chances):
    """Give a span of the token that starts at its first character."""
    return TaggedSpan(start, end, 0, 1, *chances)


@pytest.mark.parametrize(
    ("chances", "judged", "why"),
    [
        ((0.6, 0.1, 0.2), ("negative", 0.6), "0.6 of 0.9, times 0.9"),
        ((0.1, 0.2, 0.6), ("positive", 0.6), "the same for praise"),
        ((0.0, 0.5, 0.5), None, "on a draw with neutral it is no mention"),
        ((0.4, 0.3, 0.3), None, "alone it needs half"),
        ((0.5, 0.25, 0.25), ("negative", 0.5), "half is enough"),
        ((0.4, 0.0, 0.4), ("negative", 0.4), "on a draw it is blame"),
        ((0.8, 0.3, 0.1), ("negative", 0.8 / 1.2), "no score is raised by rounding above 1"),
    ],
)
def test_a_span_alone_is_judged_by_its_own_polarity(hand_made, chances, judged, why):
    tokens = hand_made("Preis", ["Preis"])
    for spans in (([span(0, 5, *chances)], []), ([], [span(0, 5, *chances)])):
        found = [(p.polarity, pytest.approx(p.score)) for p in pair(tokens, *spans, "Preis", "de")]
        assert found == ([judged] if judged else []), why


def test_a_pair_has_the_mean_polarity_of_its_spans_and_the_surer_ones_confidence(hand_made):
    tokens = hand_made("Preis hoch", ["Preis", "hoch"], links=[(0, 1)])
    aspect = TaggedSpan(0, 5, 0, 1, 0.2, 0.3, 0.1)
    opinion = TaggedSpan(6, 10, 1, 2, 0.7, 0.1, 0.1)
    [found] = pair(tokens, [aspect], [opinion], "Preis hoch", "de")
    assert (found.aspect, found.opinion, found.polarity) == (aspect, opinion, "negative")
    # negative .45, neutral .2, positive .1; the opinion is sure at .9
    assert found.score == pytest.approx(0.45 / 0.75 * 0.9)


def test_what_stands_between_spans_is_counted_whichever_stands_first(hand_made):
    text = "gut, schnell , App. Preis"
    tokens = hand_made(text, ["gut", "schnell", "App", "Preis"])
    good, quick = TaggedSpan(0, 3, 0, 1, 0, 0, 1), TaggedSpan(5, 12, 1, 2, 0, 0, 1)
    app, price = TaggedSpan(15, 18, 2, 3, 0, 0, 1), TaggedSpan(20, 25, 3, 4, 0, 0, 1)
    [near, far] = pair_features(tokens, [app, price], [good, quick], text)
    assert near[0][1:] == pytest.approx((math.log(2), 0, 2, 0, 0, 1))
    assert near[1][1:] == pytest.approx((0, 0, 1, 0, 0, 0))
    assert far[0][1:] == pytest.approx((math.log(3), 0, 2, 1, 1, 1))
    [[inside]] = pair_features(tokens, [TaggedSpan(0, 12, 0, 2, 0, 0, 1)], [quick], text)
    assert inside[1:] == (0, 1, 0, 0, 0, 0), "where one lies in the other nothing stands between"


def test_the_score_of_a_pair_is_the_scaled_product_of_mean_projections(hand_made):
    text = "sehr gute App"
    tokens = hand_made(text, text.split(), links=[(2, 1)])
    opinion, app = TaggedSpan(0, 9, 0, 2, 0, 0, 1), TaggedSpan(10, 13, 2, 3, 0, 0, 1)
    [[features]] = pair_features(tokens, [app], [opinion], text)
    # The aspect's own direction is 20; the two words of the opinion answer with -20 and 20.
    assert features[0] == pytest.approx(20 * (-20 + 20) / 2 / math.sqrt(3))


@pytest.mark.parametrize(("bias", "chance"), [(0.0, 0.5), (2.0, 1 / (1 + math.exp(-2))), (1e6, 1.0), (-1e6, 0.0)])
def test_probabilities_are_logistic_and_bear_any_score(hand_made, bias, chance):
    tokens = hand_made("Preis hoch", ["Preis", "hoch"])
    manifest = replace(tokens.manifest, pair_weights=(0.0,) * 7, pair_bias=bias)
    spans = [TaggedSpan(0, 5, 0, 1, 1, 0, 0)], [TaggedSpan(6, 10, 1, 2, 1, 0, 0)]
    [[found]] = pair_probabilities(replace(tokens, manifest=manifest), *spans, "Preis hoch")
    assert found == pytest.approx(chance, abs=1e-12)


def test_from_three_fifths_on_a_pair_stands(hand_made):
    tokens = hand_made("Preis hoch", ["Preis", "hoch"])
    spans = [TaggedSpan(0, 5, 0, 1, 1, 0, 0)], [TaggedSpan(6, 10, 1, 2, 1, 0, 0)]
    for bias, number in ((0.4055, 1), (0.4054, 2)):
        manifest = replace(tokens.manifest, pair_weights=(0.0,) * 7, pair_bias=bias)
        assert len(pair(replace(tokens, manifest=manifest), *spans, "Preis hoch", "de")) == number


@pytest.mark.parametrize(
    ("language", "of_aspect", "of_opinion", "stands"),
    [
        ("de", 0.72, 0.5, True),
        ("de", 0.5, 0.72, True),
        ("de", 0.71, 0.71, False),
        ("en", 0.6, 0.5, True),
        ("en", 0.59, 0.59, False),
    ],
)
def test_a_driver_has_a_span_that_is_surely_one(hand_made, language, of_aspect, of_opinion, stands):
    tokens = hand_made("Preis hoch", ["Preis", "hoch"])
    manifest = replace(tokens.manifest, pair_weights=(0.0,) * 7, pair_bias=5.0)
    spans = [TaggedSpan(0, 5, 0, 1, of_aspect, 0, 0)], [TaggedSpan(6, 10, 1, 2, of_opinion, 0, 0)]
    assert bool(pair(replace(tokens, manifest=manifest), *spans, "Preis hoch", language)) is stands
