"""From tag scores to spans: whole words, no articles, no edge punctuation, inside one segment."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.drivers.spans import Tagged, decode, find_tagged, softmax, trim


def spans_of(logits, offsets, segments, text, tags):
    """Decode one head of one document."""
    [tagged] = find_tagged([logits], tags)
    return decode(tagged, offsets.tolist(), segments.tolist(), text)


@pytest.fixture
def spell(hand_made):
    """Decode the aspect tags given by hand, as texts with their strongest polarity."""

    def spelled(text, pieces, tags, segments=None):
        tokens = hand_made(text, pieces, aspects=tags, segments=segments)
        spans = spans_of(tokens.aspects, tokens.offsets, tokens.segments, text, tokens.manifest.tags)
        names = ("negative", "neutral", "positive")
        return [(text[s.start : s.end], max(names, key=lambda n: getattr(s, n))) for s in spans]

    return spelled


@pytest.mark.parametrize(
    ("text", "pieces", "tags", "spans", "why"),
    [
        ("Service gut", ["Service", "gut"], {0: "B-positive"}, [("Service", "positive")], "one word"),
        ("Service gut", ["Service", "gut"], {}, [], "nothing tagged"),
        (
            "the carer's kind ways",
            ["the", "carer", "'", "s", "kind", "ways"],
            {1: "B-positive", 3: "B-positive"},
            [("carer", "positive")],
            "a genitive s is no thing of its own",
        ),
        (
            "Die lange Wartezeit",
            ["Die", "lange", "Wartezeit"],
            {0: "B-negative", 1: "I-negative", 2: "I-negative"},
            [("lange Wartezeit", "negative")],
            "no article",
        ),
        ("an der Kasse", ["an", "der", "Kasse"], {1: "B-negative", 2: "I-negative"}, [("Kasse", "negative")], "dative"),
        ("the staff", ["the", "staff"], {0: "B-positive", 1: "I-positive"}, [("staff", "positive")], "English article"),
        (
            "„Service“!",
            ["„", "Service", "“", "!"],
            {0: "B-neutral", 1: "I-neutral", 2: "I-neutral", 3: "I-neutral"},
            [("Service", "neutral")],
            "no punctuation at the edges",
        ),
        (
            "Warte zeitansage",
            ["Warte", "zeit", "ansage"],
            {1: "B-negative"},
            [("zeitansage", "negative")],
            "the rest of the word",
        ),
        (
            "Wartezeitansage",
            ["Warte", "zeit", "ansage"],
            {1: "B-negative"},
            [("Wartezeitansage", "negative")],
            "the whole compound",
        ),
        (
            "Wartezeit",
            ["Warte", "zeit"],
            {0: "B-negative", 1: "B-negative"},
            [("Wartezeit", "negative")],
            "one word is one span",
        ),
        (
            "Wartezeit",
            ["Wa", "rte", "zeit"],
            {0: "B-negative", 2: "B-negative"},
            [("Wartezeit", "negative")],
            "a gap inside a word makes no two spans of it",
        ),
        (
            "Hotline-Mitarbeiterin nett",
            ["Hotline", "-", "Mitarbeiterin", "nett"],
            {2: "B-positive"},
            [("Hotline-Mitarbeiterin", "positive")],
            "a hyphen joins",
        ),
        (
            "E-Mail-Support",
            ["E", "-", "Mail", "-", "Support"],
            {2: "B-positive"},
            [("E-Mail-Support", "positive")],
            "two hyphens",
        ),
        ("Service - gut", ["Service", "-", "gut"], {0: "B-positive"}, [("Service", "positive")], "a dash does not"),
        (
            "Beratungs- und Service",
            ["Beratungs", "-", "und", "Service"],
            {0: "B-positive", 1: "I-positive"},
            [("Beratungs", "positive")],
            "a suspended hyphen is at the edge",
        ),
        (
            "Preis Leistung",
            ["Preis", "Leistung"],
            {0: "B-positive", 1: "B-negative"},
            [("Preis", "positive"), ("Leistung", "negative")],
            "a new beginning is a new span",
        ),
        (
            "Preis Leistung",
            ["Preis", "Leistung"],
            {0: "I-positive", 1: "I-positive"},
            [("Preis Leistung", "positive")],
            "a span may begin without a beginning",
        ),
        ("alles 👍", ["alles", "👍"], {1: "B-positive"}, [("👍", "positive")], "emoji stay"),
        (
            "I can't complain",
            ["I", "can", "'", "t", "complain"],
            {1: "B-positive", 3: "I-positive", 4: "I-positive"},
            [("can't complain", "positive")],
            "a contraction is one word",
        ),
        (
            "the hotel's staff",
            ["hotel", "'", "s", "staff"],
            {0: "B-positive"},
            [("hotel", "positive")],
            "a genitive is not",
        ),
        ("gut ...", ["gut", "..."], {1: "B-positive"}, [], "punctuation alone is no span"),
        ("die", ["die"], {0: "B-negative"}, [("die", "negative")], "a pronoun alone is not an article"),
        (
            "unmo\u0308glich",
            ["unmo", "glich"],
            {0: "B-negative"},
            [("unmo\u0308glich", "negative")],
            "a decomposed umlaut",
        ),
        (
            "Erreich\u00adbarkeit",
            ["Erreich", "barkeit"],
            {1: "B-negative"},
            [("Erreich\u00adbarkeit", "negative")],
            "a soft hyphen",
        ),
    ],
)
def test_tags_spell_out_spans(spell, text, pieces, tags, spans, why):
    assert spell(text, pieces, tags) == spans, why


def test_a_span_ends_at_the_end_of_its_segment(spell):
    pieces, tags = ["Preis", "Leistung"], {0: "B-positive", 1: "I-positive"}
    assert spell("Preis Leistung", pieces, tags, [0, 0]) == [("Preis Leistung", "positive")]
    assert spell("Preis Leistung", pieces, tags, [0, 1]) == [("Preis", "positive"), ("Leistung", "positive")]


def test_a_span_knows_its_tokens_and_how_sure_it_is(hand_made):
    text = "Die lange Wartezeit nervt"
    tokens = hand_made(text, text.split(), aspects={1: "B-negative", 2: "I-negative"})
    [span] = spans_of(tokens.aspects, tokens.offsets, tokens.segments, text, tokens.manifest.tags)
    assert (span.first, span.last) == (1, 3)
    chances = softmax(tokens.aspects)[1:3]
    assert span.negative == pytest.approx(chances[:, [1, 4]].sum(axis=1).mean())
    assert span.confidence == pytest.approx(1 - chances[:, 0].mean())


def test_documents_are_decoded_by_their_own_tokens_alone(hand_made):
    made = [
        hand_made(
            "Die lange Wartezeit nervt", ["Die", "lange", "Wartezeit"], aspects={1: "B-negative", 2: "I-negative"}
        ),
        hand_made("Hallo", ["Hallo"]),
        hand_made("Service gut", ["Service", "gut"], aspects={0: "B-positive", 1: "B-neutral|B-positive"}),
    ]
    tags = made[0].manifest.tags
    alone = [find_tagged([tokens.aspects], tags)[0] for tokens in made]
    assert [tagged.tokens for tagged in alone] == [[1, 2], [], [0, 1]]
    assert find_tagged([tokens.aspects for tokens in made], tags) == alone
    assert find_tagged([tokens.aspects for tokens in made[::-1]], tags) == alone[::-1]
    assert find_tagged([], tags) == []


def test_softmax_bears_large_scores():
    shares = softmax(np.array([[1e4, 0.0], [-1e4, -1e4]], np.float32))
    assert shares.tolist() == [[1.0, 0.0], [0.5, 0.5]]


@pytest.mark.parametrize(
    ("text", "trimmed", "why"),
    [
        ("Frau [NAME]", "Frau [NAME]", "the bracket closes what stands for a word"),
        ("Frau [NAME].", "Frau [NAME]", "but not what stands behind it"),
        ("Hotline [sehr lang]", "Hotline [sehr lang", "a customer's own brackets are punctuation"),
        ("Hotline [X]", "Hotline [X", "one letter masks nothing"),
        ("der die Kasse", "Kasse", "articles one after the other"),
        ("„Die Kasse“", "Kasse", "an article inside quotation marks"),
        ("die ", "die", "an article alone stays"),
        ("The staff's", "staff", "a genitive"),
        ("STAFF’S", "STAFF", "in capitals, with a typographic apostrophe"),
        ("'s", "s", "an s with nothing before it"),
        ("a's", "a", "one letter before it is enough"),
        ("its", "its", "an s without apostrophe"),
        ("Diebstahl", "Diebstahl", "a word that begins like an article"),
        ("...", "", "nothing but punctuation"),
        ("👍!", "👍", "symbols stay"),
        ("C++", "C", "signs go"),
    ],
)
def test_edges_are_trimmed(text, trimmed, why):
    start, end = trim(text, 0, len(text))
    assert text[start:end] == trimmed, why


def test_trimming_looks_at_nothing_outside_its_part():
    text = "die Kasse's, der Preis"
    assert trim(text, 0, 9) == (4, 9)
    assert trim(text, 3, 12) == (4, 9)
    assert trim(text, 13, 16) == (13, 16), "an article that the part ends with stays"


def test_on_a_draw_a_token_is_not_tagged_and_the_likeliest_tag_decides_whether_a_span_begins():
    tags = ("O", "B-negative", "B-neutral", "B-positive", "I-negative", "I-neutral", "I-positive")
    logits = np.array(
        [[1, 1, 0, 0, 0, 0, 0], [0, 2, 0, 0, 1, 0, 0], [0, 1, 0, 0, 2, 0, 0], [5, 4, 0, 0, 0, 0, 0]], np.float32
    )
    [found] = find_tagged([logits], tags)
    assert (found.tokens, found.begins) == ([1, 2], [True, False])
    rest = 4 + np.exp(1) + np.exp(2)
    wanted = [(np.exp(1) + np.exp(2)) / (rest + 1), 2 / (rest + 1), 2 / (rest + 1)]
    assert found.chances == [pytest.approx(wanted), pytest.approx(wanted)]


def test_a_span_has_the_mean_of_its_tokens():
    text = "lange Wartezeit"
    found = Tagged([0, 1], [True, False], [[0.6, 0.1, 0.2], [0.8, 0.0, 0.1]])
    [span] = decode(found, [[0, 5], [6, 15]], [0, 0], text)
    assert (span.negative, span.neutral, span.positive) == pytest.approx((0.7, 0.05, 0.15))
    assert span.confidence == pytest.approx(0.9)


def test_two_spans_of_one_word_are_the_first():
    # A long untagged gap ends the span, although one word goes on: the second would be the same word once more.
    text = "a" * 200
    found = Tagged([0, 2], [True, True], [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    [span] = decode(found, [[0, 10], [10, 190], [190, 200]], [0, 0, 0], text)
    assert (span.start, span.end, span.negative) == (0, 200, 1.0)


TEXTS = st.text(st.sampled_from("abÄß -.,!\u0308\u00ad👍'_"), min_size=1, max_size=24)


@given(TEXTS, st.data())
def test_spans_are_whole_words_in_order_and_apart(text, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)) | {0, len(text)})
    offsets = np.array(list(itertools.pairwise(cuts)), np.int32)
    logits = np.array(
        data.draw(
            st.lists(st.lists(st.integers(-3, 3), min_size=7, max_size=7), min_size=len(offsets), max_size=len(offsets))
        ),
        np.float32,
    )
    tags = ("O", "B-negative", "B-neutral", "B-positive", "I-negative", "I-neutral", "I-positive")
    position = 0
    for span in spans_of(logits, offsets, np.zeros(len(offsets), np.int32), text, tags):
        assert position <= span.start < span.end <= len(text)
        assert trim(text, span.start, span.end) == (span.start, span.end)
        for edge in (span.start, span.end):
            assert not (0 < edge < len(text) and text[edge - 1].isalnum() and text[edge].isalnum()), "no half words"
        assert 0 <= span.confidence <= 1 + 1e-9
        position = span.end


@given(st.text(st.characters(exclude_categories=[]), max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_trimming_stays_inside_and_trimming_again_changes_nothing(text, one, other):
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    low, high = trim(text, start, end)
    assert start <= low <= high <= end
    assert trim(text, low, high) == (low, high)
