"""Driver mentions of a document, from tokens made by hand."""

import pytest

from cxtext.documents import Document, Drivers, Language, Segment
from cxtext.drivers.stage import ExtractDrivers, extract
from cxtext.pipeline import Draft


def shown(drivers):
    return [
        tuple(part and part.text for part in (d.aspect, d.opinion, d.cause))
        for d in (*drivers.positive, *drivers.negative)
    ]


def test_praise_and_blame_stand_in_two_lists(hand_made):
    text = "Die App ist schnell. Der Preis ist hoch."
    tokens = hand_made(
        text,
        ["App", "schnell", "Preis", "hoch"],
        aspects={0: "B-positive", 2: "B-negative"},
        opinions={1: "B-positive", 3: "B-negative"},
        links=[(0, 1), (2, 3)],
        segments=[0, 0, 1, 1],
    )
    drivers = extract(tokens, text, (Segment(0, 20), Segment(21, 40)), "de")
    [positive], [negative] = drivers.positive, drivers.negative
    assert (positive.aspect.text, positive.opinion.text, positive.segment) == ("App", "schnell", 0)
    assert (negative.aspect.text, negative.opinion.text, negative.segment) == ("Preis", "hoch", 1)
    assert positive.category is None
    for driver in (positive, negative):
        for span in (driver.aspect, driver.opinion):
            assert text[span.start : span.end] == span.text
        assert 0 < driver.score <= 1
        assert driver.score == round(driver.score, 6)


def test_one_aspect_may_stand_in_both_lists(hand_made):
    text = "App schnell instabil"
    tokens = hand_made(
        text,
        text.split(),
        aspects={0: "B-negative|B-positive"},
        opinions={1: "B-positive", 2: "B-negative"},
        links=[(0, 1), (0, 2)],
    )
    drivers = extract(tokens, text, (Segment(0, len(text)),), "de")
    assert shown(drivers) == [("App", "schnell", None), ("App", "instabil", None)]
    assert [len(drivers.positive), len(drivers.negative)] == [1, 1]


def test_what_is_tagged_as_both_is_what_is_judged(hand_made):
    text = "Bei der Waschmaschine fehlt der Ablaufschlauch."
    tokens = hand_made(
        text,
        ["Waschmaschine", "fehlt", "Ablaufschlauch"],
        aspects={0: "B-negative", 2: "B-negative"},
        opinions={1: "B-negative", 2: "B-negative"},
        links=[(0, 1), (0, 2), (2, 1), (2, 2)],
    )
    found = extract(tokens, text, (Segment(0, len(text)),), "de").negative
    assert [(d.aspect.text, d.opinion.text) for d in found] == [("Waschmaschine", "fehlt"), ("Ablaufschlauch", "fehlt")]


@pytest.mark.parametrize(
    ("language", "text", "cause"),
    [
        ("de", "Beratung enttäuschend, weil niemand Zeit hatte.", "niemand Zeit hatte"),
        ("en", "Beratung enttäuschend because nobody had time.", "nobody had time"),
        ("en", "Beratung enttäuschend, weil niemand Zeit hatte.", None),
    ],
)
def test_a_stated_cause_belongs_to_the_driver(hand_made, language, text, cause):
    tokens = hand_made(
        text, ["Beratung", "enttäuschend"], aspects={0: "B-negative"}, opinions={1: "B-negative"}, links=[(0, 1)]
    )
    drivers = extract(tokens, text, (Segment(0, len(text)),), language)
    assert shown(drivers) == [("Beratung", "enttäuschend", cause)]


def test_a_driver_is_not_its_own_cause(hand_made):
    text = "Ärgerlich, weil Hotline unfreundlich."
    tokens = hand_made(
        text,
        ["Ärgerlich", "Hotline", "unfreundlich"],
        aspects={1: "B-negative"},
        opinions={0: "B-negative", 2: "B-negative"},
        links=[(1, 2)],
    )
    drivers = extract(tokens, text, (Segment(0, len(text)),), "de")
    assert shown(drivers) == [(None, "Ärgerlich", "Hotline unfreundlich"), ("Hotline", "unfreundlich", None)]


def test_a_cause_explains_the_opinion_also_where_it_names_the_aspect(hand_made):
    text = "Annoyed because the callback never came"
    tokens = hand_made(
        text,
        ["Annoyed", "callback", "never came"],
        aspects={1: "B-negative"},
        opinions={0: "B-negative", 2: "B-negative"},
        links=[(1, 0), (1, 2)],
    )
    drivers = extract(tokens, text, (Segment(0, len(text)),), "en")
    assert shown(drivers) == [("callback", "Annoyed", "the callback never came"), ("callback", "never came", None)]


def test_a_cause_in_another_segment_belongs_to_nobody_here(hand_made):
    text = "Service schlecht. Ich ging, weil es regnete."
    tokens = hand_made(
        text, ["Service", "schlecht"], aspects={0: "B-negative"}, opinions={1: "B-negative"}, links=[(0, 1)]
    )
    drivers = extract(tokens, text, (Segment(0, 17), Segment(18, len(text))), "de")
    assert shown(drivers) == [("Service", "schlecht", None)]


def test_of_two_causes_the_nearer_one_is_taken(hand_made):
    text = "Weil es regnete, kam ich, und Preis hoch wegen der Steuer"
    tokens = hand_made(text, ["Preis", "hoch"], aspects={0: "B-negative"}, opinions={1: "B-negative"}, links=[(0, 1)])
    assert shown(extract(tokens, text, (Segment(0, len(text)),), "de")) == [("Preis", "hoch", "der Steuer")]


def test_spans_stay_in_their_segment_where_turns_meet_inside_a_word(hand_made):
    text = "Personalunfreundlich"
    tokens = hand_made(
        text, ["Personal", "unfreundlich"], aspects={0: "B-negative"}, opinions={1: "B-negative"}, segments=[0, 1]
    )
    drivers = extract(tokens, text, (Segment(0, 8), Segment(8, 20)), "de")
    assert [(d.aspect or d.opinion).text for d in sorted(drivers.negative, key=lambda d: d.segment)] == [
        "Personal",
        "unfreundlich",
    ]


def test_without_tags_there_are_no_drivers(hand_made):
    assert extract(hand_made("Hallo", ["Hallo"]), "Hallo", (Segment(0, 5),), "de") == Drivers()


def test_documents_without_tokens_have_no_drivers(hand_made):
    text = "Preis schlecht"
    tokens = hand_made(text, text.split(), aspects={0: "B-negative"}, opinions={1: "B-negative"}, links=[(0, 1)])
    full = Draft(
        document=Document(text=text), language=Language("de", 1.0), segments=(Segment(0, len(text)),), tokens=tokens
    )
    empty = Draft(document=Document(text="Très bien"), language=Language("other", 1.0), segments=(Segment(0, 9),))
    assert [len(r["drivers"].negative) for r in ExtractDrivers().predict([empty, full, empty])] == [0, 1, 0]


def test_the_stage_has_a_config_and_gives_every_draft_its_drivers():
    assert ExtractDrivers().config == ExtractDrivers.Config()
    own = ExtractDrivers.Config()
    assert ExtractDrivers(own).config is own


def test_a_draft_without_a_language_is_read_as_english(hand_made):
    # In German the function word would be taken off the end of the aspect.
    text = "Check in"
    tokens = hand_made(text, ["Check", "in"], aspects={0: "B-negative", 1: "I-negative"})
    draft = Draft(document=Document(text=text), segments=(Segment(0, len(text)),), tokens=tokens)
    german = Draft(
        document=Document(text=text),
        segments=(Segment(0, len(text)),),
        tokens=tokens,
        language=Language("de", 1.0),
    )
    found = [drivers["drivers"].negative[0].aspect.text for drivers in ExtractDrivers().predict([draft, german])]
    assert found == ["Check in", "Check"]


def test_a_cause_before_its_driver_is_taken_and_one_that_overlaps_it_is_not(hand_made):
    text = "Weil es regnete, war der Weg matschig, weil niemand streute"
    tokens = hand_made(text, ["Weg", "matschig"], aspects={0: "B-negative"}, opinions={1: "B-negative"}, links=[(0, 1)])
    [driver] = extract(tokens, text, (Segment(0, len(text)),), "de").negative
    assert driver.cause.text == "niemand streute"
    tokens = hand_made(text, ["regnete"], opinions={0: "B-negative"})
    [driver] = extract(tokens, text, (Segment(0, len(text)),), "de").negative
    assert driver.cause.text == "niemand streute", "not the one that it stands in"
