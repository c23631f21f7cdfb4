"""The report as HTML: what stands in it, and that nothing in it can act."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from cxtext import Analysis
from cxtext.report.html import preview, render
from cxtext.report.view import first_page
from cxtext.report.wording import wording

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "</style><style>body{display:none}</style>",
    "\"><img src=x onerror=alert(3)> '><svg onload=alert(4)>",
    "<!-- --> <![CDATA[ ]]> &lt;b&gt; &amp;",
    "{{ 7*7 }} {% raw %} ${7*7} {0}",
    "מצוין \u202eecnanif\u202c \u2066x\u2069",
    "👩‍🚀 Größe 😡",
    "half \ud83d of a pair",
    "null \x00 bell \x07 escape \x1b[31m",
    "javascript:alert(5)",
    "W" * 10_000,
]
ALLOWED = """
    html head meta title link style body header main nav footer section a p h1 h2 h3 ul ol li dl dt dd div span bdi br
    strong blockquote mark code pre details summary table caption thead tbody tr th td figure figcaption svg g path line
    rect circle text
"""
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Elements, attributes and text of a page; fails on an element that is not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text, self.texts = [], [], [], {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def words(self):
        return " ".join("".join(self.text).split())


def page(result, **options):
    return Page(render(result.to_dict(**options)))


def hostile():
    """Every place where a stranger's words can get into a report, filled with words that want out."""
    n = len(HOSTILE)
    words = pd.Series(HOSTILE, dtype=object)  # pandas' own string type takes no lone surrogate
    twice = pd.concat([words, words], ignore_index=True)
    topics = pd.DataFrame({"id": range(n), "parent": None, "label": words, "size": 90})
    topics["keywords"] = [[text] for text in HOSTILE]
    drivers = pd.DataFrame({"topic": list(range(n)) * 2, "polarity": ["positive"] * n + ["negative"] * n, "n": 40})
    drivers = drivers.assign(share=0.1, share_low=0.05, share_high=0.2, impact=1.0, impact_low=0.5, impact_high=1.5)
    drivers = drivers.assign(grade="A", kind="basic", q_value=0.01, effect=2.0)
    quotes = pd.DataFrame({"topic": drivers["topic"], "polarity": drivers["polarity"], "document_id": twice})
    quotes = quotes.assign(text=twice, opinion_start=1, opinion_end=6, language=twice)
    segments = pd.DataFrame({"segment": HOSTILE[0], "value": words, "metric": HOSTILE[3], "n": 50, "estimate": 0.1})
    weeks = ("2026-01-05", "2026-01-12", "2026-01-19")
    trends = pd.concat(
        pd.DataFrame(
            {"period": week, "topic": range(n), "polarity": "negative", "n": 9, "documents": 100, "share": 0.1}
        )
        for week in weeks
    )
    alerts = pd.DataFrame({"id": words, "kind": words, "topic": range(n), "polarity": None, "period": words, "n": 9})
    queue = pd.DataFrame({"document_id": words, "queue": words, "priority": 0.5, "reasons": words})
    scores = pd.DataFrame({"score": HOSTILE[:2], "metric": "mean", "value": 1.0, "n": 50})
    return Analysis(
        topics=topics,
        drivers=drivers,
        segments=segments,
        trends=trends,
        alerts=alerts,
        queue=queue,
        scores=scores,
        quotes=quotes,
        quality={"analysed": 400, "rejected": {HOSTILE[0]: 1}, "pii_masked": {HOSTILE[1]: 2}},
        meta={
            "title": HOSTILE[3],
            "outcome": {"name": HOSTILE[1], "metric": "mean"},
            "sources": [{"name": HOSTILE[0], "sha256": HOSTILE[2], "documents": 1}],
            "versions": {HOSTILE[0]: HOSTILE[1]},
            "config": {HOSTILE[0]: HOSTILE[1:]},
            "model": HOSTILE[3],
            "period": {"start": HOSTILE[0], "end": HOSTILE[1]},
        },
    )


@pytest.fixture(scope="module")
def hostile_page():
    return Page(render(hostile().to_dict()))


def test_hostile_words_make_no_element_and_no_attribute(hostile_page):
    tags = {tag for tag, _ in hostile_page.elements}
    assert tags <= set(ALLOWED.split())
    assert len(hostile_page.all("style")) == 1
    names = {name for _, attrs in hostile_page.elements for name in attrs}
    assert not {name for name in names if name.startswith("on") or name in ("src", "style", "srcset", "action")}
    assert {attrs.get("href", "#")[0] for attrs in hostile_page.all("a")} == {"#"}


def test_hostile_words_are_shown_as_they_are(hostile_page):
    words = hostile_page.words
    for text in HOSTILE[:8]:
        assert " ".join(text.split()) in words
    assert "half \ufffd of a pair" in words
    assert "null \ufffd bell \ufffd escape \ufffd[31m" in words


def test_a_quote_of_one_endless_word_is_cut(rich):
    quotes = pd.DataFrame({"topic": [1], "polarity": ["negative"], "document_id": ["a"], "text": ["W" * 100_000]})
    document = page(Analysis(topics=rich.topics, drivers=rich.drivers, quotes=quotes, meta=rich.meta))
    shown = max(re.findall("W{100,}", "".join(document.text)), key=len)
    assert len(shown) < 1000


def test_character_references_in_a_quote_are_written_out_and_escaped_again(rich):
    quotes = pd.DataFrame({"topic": [1], "polarity": ["negative"], "document_id": ["a"]})
    quotes["text"] = ["Zug &amp; Bus zu sp&auml;t &lt;script&gt;alert(1)&lt;/script&gt;"]
    document = page(Analysis(topics=rich.topics, drivers=rich.drivers, quotes=quotes, meta=rich.meta))
    assert "Zug & Bus zu spät <script>alert(1)</script>" in document.words
    assert not document.all("script")


def test_the_page_can_be_written_whatever_stands_in_it(tmp_path):
    hostile().save(tmp_path)
    assert (tmp_path / "report.html").read_text(encoding="utf-8").endswith("</html>")


@pytest.mark.parametrize("name", ["rich", "without_outcome", "tiny", "empty"])
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("level", ["quotes", "aggregate"])
def test_every_kind_of_report_is_one_closed_document_without_addresses(name, language, level, request):
    html = render(request.getfixturevalue(name).to_dict(language=language, level=level))
    document = Page(html)
    assert html.startswith("<!DOCTYPE html>")
    assert document.all("html") == [{"lang": language}]
    assert not re.search(r"https?:|//|url\(|@import|javascript:", re.sub(r"</[a-z]", "<", html))
    assert not document.all("script")
    ids = [attrs["id"] for _, attrs in document.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = {attrs["href"][1:] for attrs in document.all("a")}
    targets |= {attrs["aria-labelledby"] for _, attrs in document.elements if "aria-labelledby" in attrs}
    assert targets <= set(ids)


def test_the_policy_forbids_everything_but_the_pages_own_style(rich):
    html = render(rich.to_dict())
    (policy,) = [m["content"] for m in Page(html).all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    style = html.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; script-src 'none'; base-uri 'none'; "
        "form-action 'none'"
    )


def test_the_first_page_says_how_many_when_and_the_score_with_its_interval(rich):
    words = page(rich).words
    assert "Grundlage: 1.240 Antworten mit Text von 1.310 gelesenen" in words
    assert "5. Januar 2026 bis 29. März 2026" in words
    assert "95-%-Intervall 24,6 bis 33,6 · 1.102 Bewertungen" in words
    assert "Am deutlichsten mit schlechterem NPS verbunden: „Pünktlichkeit“." in words


def test_both_lists_show_at_most_five_with_the_same_facts(rich):
    html = render(rich.to_dict())
    for polarity in ("positive", "negative"):
        part = html.split(f'<section class="list {polarity}"')[1].split("</section>")[0]
        assert part.count('<li class="driver') == 5
        assert part.count('<div class="mark">') == 5
        assert part.count("Beitrag zum NPS") == 5


def test_a_topic_praised_and_criticised_stands_in_both_lists(rich):
    html = render(rich.to_dict())
    for polarity in ("positive", "negative"):
        part = html.split(f'<section class="list {polarity}"')[1].split("</section>")[0]
        assert "<bdi>Pünktlichkeit</bdi>" in part


def test_rows_without_evidence_are_set_apart(rich):
    words = page(rich).words
    assert words.count("Oft genannt, ohne dass sich der Zusammenhang mit NPS abhebt") == 2


def test_quotes_carry_marks_language_and_record(rich):
    html = render(rich.to_dict())
    assert (
        '<p>Schon wieder <mark class="aspect">Verspätung</mark>: <mark class="opinion">40 Minuten zu spät</mark>, '
        '<mark class="cause">weil ein Signal gestört war</mark>. Na danke.</p>'
    ) in html
    assert '<blockquote dir="auto" lang="en">' in html
    assert "<code><bdi>umfrage.csv#3</bdi></code>" in html


def test_english_reports_use_english_words_numbers_and_labels(rich):
    words = page(rich, language="en").words
    assert "Based on 1,240 responses with text out of 1,310 read" in words
    assert "27.5% (25.1–30.1%)" in words
    assert "Hotline waiting time" in words
    assert "Wartezeit an der Hotline" not in words


def test_without_an_outcome_there_is_no_impact_and_the_report_says_so(without_outcome):
    words = page(without_outcome, language="de").words
    assert "Neben den Texten steht keine Bewertung." in words
    assert "Beitrag zum" not in words
    assert "Beleg für" not in words


def test_with_few_texts_quotes_lead_and_no_driver_is_claimed(tiny):
    document = page(tiny, language="de")
    assert "18 Antworten sind zu wenige, um Treiber zu schätzen." in document.words
    assert "weniger als 10 Antworten: nur die Anzahl" in document.words
    assert "Verspätung" in document.words
    assert "App stürzt ab (" not in document.words
    assert "Beitrag zum" not in document.words
    assert not [attrs for attrs in document.all("div") if attrs.get("role") == "img"], "no chart"


def test_with_too_few_texts_for_any_topic_the_quotes_still_speak(tiny):
    few = Analysis(
        topics=tiny.topics,
        drivers=tiny.drivers.assign(n=2),
        quotes=tiny.quotes,
        quality={"documents": 4, "analysed": 4},
    )
    words = page(few, language="de").words
    assert "Kein Thema wird in mindestens 5 Antworten kritisiert." in words
    assert "In den Worten der Kunden" in words
    assert "40 Minuten zu spät" in words


@pytest.mark.parametrize("polarity", ["positive", "negative"])
def test_one_empty_list_leaves_the_other_whole(rich, polarity):
    one = Analysis(topics=rich.topics, drivers=rich.drivers[rich.drivers["polarity"] == polarity], meta=rich.meta)
    other = {"positive": "kritisiert", "negative": "gelobt"}[polarity]
    assert f"Kein Thema wird in mindestens 5 Antworten {other}." in page(one).words
    assert render(one.to_dict()).count('<div class="mark">') == 5


def test_an_empty_collection_gives_a_sentence(empty):
    assert "No response with text could be analysed." in page(empty).words


def test_the_aggregate_level_says_that_it_holds_no_words(rich):
    document = page(rich, level="aggregate")
    assert "Dieser Bericht enthält keine Worte von Kunden" in document.words
    assert not document.all("blockquote")
    assert "umfrage.csv#" not in document.words


def test_the_method_states_its_limits_as_the_settings_are(rich, without_outcome):
    words = page(rich).words
    assert "q ≤ 0,05" in words
    assert "weniger als 30 grau und ohne Rang" in words
    assert "Lob oder Kritik zu Themen (1), Gruppen (4)" in words
    assert "maskiert, z. B. als [NAME]" in words
    assert "q ≤" not in page(without_outcome).words
    assert "Treiber sind die mit Beleg A oder B." in words
    assert "Beleg A oder B" not in page(without_outcome, language="de").words, "there is no evidence to be had"
    strict = Analysis(topics=rich.topics, drivers=rich.drivers, meta={**rich.meta, "alpha": 0.01, "redaction": "keep"})
    assert "q ≤ 0,01" in page(strict).words
    assert "Personendaten wurden nicht maskiert" in page(strict).words


def test_a_scale_with_its_best_at_the_bottom_is_explained(rich):
    outcome = {"name": "rating", "metric": "mean", "worst": 5, "best": 1}
    result = Analysis(topics=rich.topics, drivers=rich.drivers, meta={"outcome": outcome, "languages": {"en": 1}})
    assert "On the scale of “rating”, 1 is best and 5 is worst" in page(result).words


def test_more_than_three_alerts_are_listed_below_and_a_score_alert_names_the_score(rich):
    alerts = pd.concat([rich.alerts, rich.alerts.assign(id=["c", "d"])], ignore_index=True)
    alerts.loc[3, ["kind", "topic", "label", "polarity"]] = ["score", None, None, None]
    document = page(Analysis(topics=rich.topics, drivers=rich.drivers, alerts=alerts, meta=rich.meta))
    assert "Alle Warnungen (4)" in document.words
    assert "NPS hat sich im Abschnitt ab 9. März 2026 verändert" in document.words


def test_impacts_have_digits_enough_to_tell_them_from_nothing(rich):
    outcome = {"name": "rating", "metric": "mean", "worst": 5, "best": 1}
    drivers = rich.drivers.assign(impact=rich.drivers["impact"] / 1000)
    report = Analysis(topics=rich.topics, drivers=drivers, meta={"outcome": outcome, "languages": {"en": 1}}).to_dict()
    largest = max(
        abs(row["impact"]) for rows in report["drivers"].values() for row in rows if row["impact"] is not None
    )
    shown = [item["impact"] for part in first_page(report, wording("en"))["lists"] for item in part["drivers"]]
    assert 0.001 <= largest < 0.01
    assert {len(text.split(".")[1]) for text in shown if text} == {4}


def test_a_few_texts_of_a_language_are_not_told_as_none(rich):
    meta = {**rich.meta, "languages": {"de": 998, "en": 1, "other": 1}}
    words = page(Analysis(topics=rich.topics, drivers=rich.drivers, meta=meta)).words
    assert "Deutsch 100 %, Englisch < 1 %, andere < 1 %" in words.replace("\xa0", " ")


def test_an_undecided_kind_is_no_news_on_the_first_page(rich):
    html = render(rich.to_dict()).split("</main>")[0]
    assert "Art nicht entschieden" not in html
    assert '<span class="kind"' in html


def test_group_means_name_their_score_and_its_scale(rich):
    outcome = {"name": "rating", "metric": "mean", "worst": 5, "best": 1}
    segments = (
        rich.segments[rich.segments["topic"].isna()].head(2).assign(metric="mean", estimate=1.524, low=1.47, high=1.58)
    )
    result = Analysis(
        topics=rich.topics, drivers=rich.drivers, segments=segments, meta={"outcome": outcome, "languages": {"en": 1}}
    )
    words = page(result).words
    assert "Mean of “rating” (scale 5 (worst) to 1 (best)) by" in words
    assert "1.52 (1.47 to 1.58)" in words


def test_many_source_files_are_counted_and_not_listed(rich):
    sources = [{"name": f"mail{i}.txt", "sha256": "9f2c" * 16, "documents": 1} for i in range(400)]
    words = page(Analysis(topics=rich.topics, drivers=rich.drivers, meta={**rich.meta, "sources": sources})).words
    assert "mail11.txt" in words
    assert "mail12.txt" not in words
    assert "388 weitere Dateien stehen in manifest.json." in words


def test_quotes_name_their_language_only_where_it_is_another(rich):
    for language, other in (("de", "EN"), ("en", "DE")):
        html = render(rich.to_dict(language=language))
        assert set(re.findall(r'<span class="language">(\w+)</span>', html)) == {other}


def test_codes_of_what_was_left_out_are_told_in_the_reports_language(rich):
    quality = {
        "documents": 9, "analysed": 5, "placeholders": 3, "wordless": 1, "skipped": 0, "out_of_range": {"name": 2},
        "rejected": {"unknown_format": 1}, "pii_masked": {"birth_date": 2}, "set_aside": {"greeting": 4, "own_code": 1},
    }  # fmt: skip
    words = page(Analysis(topics=rich.topics, drivers=rich.drivers, quality=quality), language="de").words
    for told in ("unbekanntes Format: 1", "Geburtsdatum: 2", "Anrede: 4, own code: 1", "„keine Angabe“", "name: 2"):
        assert told in words
    assert "Leer" not in words, "nothing is said of what there is none of"


def test_the_first_page_counts_who_is_to_be_won_back_and_says_why(rich):
    words = page(rich).words
    assert "11 Antworten von Kunden, die zurückzugewinnen sind" in words
    assert "Nachfassen: 6" in words
    assert "unzufriedener Ton · kritisiert Preis" in words
    assert "Kein Kunde muss zurückgewonnen werden." in page(Analysis(topics=None, drivers=None), language="de").words


def test_owner_and_notes_are_shown(rich):
    drivers = rich.drivers.assign(owner=[None, "Digital", *[None] * (len(rich.drivers) - 2)])
    words = page(Analysis(topics=rich.topics, drivers=drivers, meta=rich.meta)).words
    assert words.count("zuständig: Digital") == 1
    assert "Hinweise umfrage.csv: column 'Kommentar' is the text" in words


def test_a_quote_without_a_record_id_names_none(rich):
    quotes = rich.quotes.head(1).assign(document_id=None)
    words = page(Analysis(topics=rich.topics, drivers=rich.drivers, quotes=quotes, meta=rich.meta)).words
    assert "Datensatz" not in words
    assert "None" not in words


def test_tables_are_named_for_screen_readers(rich):
    document = page(rich)
    heads = document.all("th")
    assert heads
    assert {attrs.get("scope") for attrs in heads} == {"col", "row"}
    charts = [attrs for attrs in document.all("div") if attrs.get("role") == "img"]
    assert len(charts) == 2 + 5
    assert all(attrs["aria-label"] for attrs in charts)
    assert all(attrs.get("aria-hidden") == "true" for attrs in document.all("svg"))


def test_charts_show_the_language_of_the_report(rich):
    assert "30\u00a0%</text>" in render(rich.to_dict(language="de"))
    assert "30%</text>" in render(rich.to_dict(language="en"))


def test_render_needs_nothing_but_the_json(rich):
    report = rich.to_dict()
    assert render(json.loads(json.dumps(report))) == render(report)


def test_render_leaves_the_report_as_it_was(rich):
    report = rich.to_dict()
    before = json.dumps(report)
    render(report)
    assert json.dumps(report) == before


def test_a_notebook_shows_both_lists(rich):
    html = rich._repr_html_()
    assert Page(html).all("table")
    assert "Was begeistert" in html
    assert "Was stört" in html
    assert "<script>" not in preview(hostile().to_dict(), {})
