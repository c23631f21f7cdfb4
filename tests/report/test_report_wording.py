"""Two languages that say the same."""

import re
import tomllib
from importlib.resources import files
from string import Formatter

import pytest

from cxtext.report.wording import wording

DE, EN = wording("de"), wording("en")


def gaps(text):
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


def test_both_catalogues_have_the_same_keys_with_the_same_gaps():
    assert list(DE.texts) == list(EN.texts)
    assert {k: gaps(v) for k, v in DE.texts.items()} == {k: gaps(v) for k, v in EN.texts.items()}
    assert list(DE.numbers) == list(EN.numbers)


def test_every_text_is_used():
    folder = files("cxtext.report")
    sources = [p for p in folder.iterdir() if p.name.endswith(".py")]
    sources += [p for p in folder.joinpath("templates").iterdir() if p.name.endswith(".j2")]
    code = "\n".join(p.read_text(encoding="utf-8") for p in sources)
    built = ("language_", "quality_", "queue_", "grade_", "kind_", "metric_", "alert_", "positive", "negative", "no_",
             "map_alt_", "finding_", "reason_", "cause_", "tone_", "urgency_", "channel_", "talks_", "summary_",
             "summaries_", "closings_", "stories_", "importance_", "standing_", "journeys_", "field_",
             "change_", "code_", "left_out_")  # fmt: skip
    unused = [
        key
        for key in DE.texts
        if not re.search(rf"""["']{key}["']""", code)
        and not key.startswith(built)
        and not (key.endswith("_one") and key.removesuffix("_one") in DE.texts)
    ]
    assert unused == []


def test_no_text_claims_a_cause():
    for words, catalogue in (
        (r"\bcaus|\bbecause of\b|\bleads to\b|\bhurts\b|\bhelps\b", EN),
        (r"verursach|führt zu|\bwegen\b|[Ww]irkung|schadet|nützt", DE),
    ):
        claims = {key for key, text in catalogue.texts.items() if re.search(words, text)}
        assert claims <= {"method_association"}, "that text says that nothing here is a cause"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (DE.number(1234567), "1.234.567"),
        (EN.number(1234567), "1,234,567"),
        (DE.number(-0.04, 1), "0,0"),
        (DE.number(None), "–"),
        (DE.signed(-6.12), "−6,1"),
        (DE.signed(1234.5), "+1.234,5"),
        (EN.signed(0.0), "0.0"),
        (EN.signed(0.04), "0.0"),
        (DE.percent(0.125), "12,5\u00a0%"),
        (EN.percent(1.0, 0), "100%"),
        (DE.percents(0.228, 0.277), "22,8–27,7\u00a0%"),
        (DE.percents(None, 0.2), "–"),
        (DE.between("−7,8", "−4,4"), "−7,8 bis −4,4"),
        (DE.p_value(0.0004), "<\u00a00,001"),
        (EN.p_value(0.04), "0.040"),
        (EN.p_value(None), "–"),
        (DE.date("2026-03-01"), "1. März 2026"),
        (EN.date("2026-03-01T09:30:00+01:00"), "1 March 2026"),
        (EN.date("week 9"), "week 9"),
        (EN.date(None), "–"),
        (DE("documents", n=1), "1 Antwort"),
        (DE("documents", n=1240), "1.240 Antworten"),
        (EN("alert_new", label="{n}", period="x"), "New topic since x: {n}"),
    ],
)
def test_numbers_and_dates_are_written_as_the_language_does(written, expected):
    assert written == expected


def test_the_catalogues_are_valid_and_ordered_alike():
    for language in ("de", "en"):
        text = files("cxtext.report").joinpath(f"templates/wording.{language}.toml").read_text(encoding="utf-8")
        assert set(tomllib.loads(text)) == {"number", "text"}
