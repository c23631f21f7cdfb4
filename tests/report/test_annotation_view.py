"""What a notebook shows of an annotation: the text with its drivers, and nothing that the text could do to the page."""

import html as html_module
import json
import re
from html.parser import HTMLParser

import pytest

from cxtext.documents import (
    Annotation,
    Document,
    Driver,
    Drivers,
    Language,
    Marker,
    Probabilities,
    Segment,
    Sentiment,
    Span,
)
from cxtext.report.annotation_view import LONGEST, LONGEST_SPAN, ROWS, render


class Page(HTMLParser):
    """Elements, attributes and words of a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.words, self.quote, self._open = [], [], [], []
        self.feed(html)
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)
        if "blockquote" in self._open and "sup" not in self._open:
            self.quote.append(data)

    @property
    def quoted(self):
        return "".join(self.quote)

    def marks(self):
        return [attrs["title"] for tag, attrs in self.elements if tag == "mark"]


def span(text, words):
    start = text.index(words)
    return Span(start, start + len(words), words)


def annotation(text, *, praise=(), blame=(), document=True, **other):
    """Build an annotation; praise and blame are (aspect, opinion, cause) by their words."""

    def drivers(found):
        return tuple(
            Driver(*(None if words is None else span(text, words) for words in parts), None, 0.9, 0) for parts in found
        )

    score = Probabilities(negative=0.7, neutral=0.2, positive=0.1)
    values = {
        "id": None,
        "status": "ok",
        "reason": None,
        "language": Language("de", 0.98),
        "sentiment": Sentiment("negative", -0.6, score),
        "segments": (Segment(0, len(text)),),
        "drivers": Drivers(drivers(praise), drivers(blame)),
        "document": Document(text=text) if document else None,
    }
    return Annotation(**values | other)


BOTH = "Der Zug war pünktlich, aber die App stürzt ab, weil das Update fehlt."
PRAISE = [("Zug", "pünktlich", None)]
BLAME = [("App", "stürzt ab", "das Update fehlt")]


def test_the_text_is_whole_and_every_part_of_a_driver_is_marked_by_polarity():
    page = Page(annotation(BOTH, praise=PRAISE, blame=BLAME)._repr_html_())
    assert page.quoted == BOTH
    assert page.marks() == [
        "positive aspect", "positive opinion", "negative aspect", "negative opinion", "negative cause",
    ]  # fmt: skip


def test_the_sign_is_a_symbol_as_well_as_a_colour():
    html = render(annotation(BOTH, praise=PRAISE, blame=BLAME))
    signs = re.findall(r"<sup[^>]*>(.*?)</sup>", html)
    assert signs == ["▲", "▲", "▼", "▼", "▼"]
    assert "▼ negative −0.60" in html
    assert "▲ positive</th>" in html


def test_spans_that_overlap_are_marked_together_and_signed_once_each():
    text = "Das neue Update ist schlecht."
    page = Page(render(annotation(text, blame=[("Update", "schlecht", None), ("neue Update", "schlecht", None)])))
    assert page.quoted == text
    assert page.marks() == ["negative aspect", "negative aspect", "negative opinion"]


def test_sentiment_language_id_and_markers_stand_beside_the_text():
    marker = Marker(type="churn", start=0, end=3, text="Der", score=0.8)
    page = Page(render(annotation(BOTH, id="r-17", markers=(marker, marker))))
    words = " ".join("".join(page.words).split())
    assert "negative −0.60 · language de (0.98) · id r-17" in words
    assert "churn “Der” (2×)" in words
    assert "No drivers found." in words


def test_passages_that_are_not_the_customers_own_are_pale():
    text = "Alles gut.\nMit freundlichen Grüßen"
    aside = Segment(11, len(text), kind="closing")
    assert Page(render(annotation(text, segments=(Segment(0, 10), aside)))).marks() == ["aside"]


HOSTILE = [
    ("<script>alert(1)</script>", "a script"),
    ("</blockquote></div><h1>Hallo", "closing tags"),
    ("\"><img src=x onerror='alert(1)'>", "an attribute"),
    ("{{ 7 * 7 }} {% raw %}", "a template's marks"),
    ("&lt;b&gt; &amp;", "entities stay as they were typed"),
    ("\u202eabc\u202c שלום \u2066x", "marks that turn the direction"),
    ("👩‍👩‍👧 ﷽", "joined emoji and a ligature"),
]


@pytest.mark.parametrize(("text", "why"), HOSTILE, ids=[why for _, why in HOSTILE])
def test_what_customers_write_stays_text(text, why):
    said = f"App {text} kaputt"
    found = annotation(
        said,
        blame=[("App", text, "kaputt")],
        id=text,
        markers=(Marker(type="praise", start=0, end=3, text=text, score=0.5),),
    )
    page = Page(found._repr_html_())
    allowed = {
        "div",
        "p",
        "strong",
        "bdi",
        "blockquote",
        "sup",
        "mark",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "em",
    }
    assert {tag for tag, _ in page.elements} <= allowed
    assert {name for _, attrs in page.elements for name in attrs} <= {"style", "title", "dir", "lang", "scope"}
    assert page.quoted == said
    assert page.words.count(text) >= 3, "quote, table and marker say the same"


def test_what_no_file_can_hold_is_replaced_one_by_one():
    text = "App \ud800\x00 kaputt"
    html = render(annotation(text, blame=[("App", "kaputt", None)]))
    html.encode("utf-8")
    assert Page(html).quoted == "App \ufffd\ufffd kaputt"
    assert Page(html).marks() == ["negative aspect", "negative opinion"]


def test_a_long_text_is_cut_around_its_drivers_and_says_so():
    text = "Lorem ipsum. " * 5000 + BOTH + " Dolor sit amet." * 5000
    html = render(annotation(text, praise=PRAISE, blame=BLAME))
    page = Page(html)
    assert "stürzt ab" in page.quoted
    assert len(page.quoted) <= LONGEST + 20
    assert page.quoted.startswith("[…]")
    assert page.quoted.endswith("[…]")
    assert f"Shortened: the text has {len(text):,} characters" in html
    assert len(html) < 10_000


def test_an_endless_word_stays_short_and_text():
    word = "a<" * 50_000
    html = render(annotation(word, blame=[(word, word, None)]))
    assert len(html) < 20_000
    assert "[…]" in html
    assert html_module.unescape(re.findall(r"<td[^>]*><bdi>(.*?)</bdi>", html)[0]).startswith(word[:LONGEST_SPAN])


def test_many_drivers_are_counted_not_all_listed():
    text = " ".join(f"Ding{i} schlecht{i}" for i in range(400))
    found = annotation(text, blame=[(f"Ding{i} ", f"schlecht{i}", None) for i in range(400)])
    html = render(found)
    assert html.count("▼ negative</th>") == ROWS
    assert f"{400 - ROWS} more in .drivers.negative" in html


def test_what_was_read_from_data_has_no_text_but_its_drivers():
    found = Annotation.from_dict(json.loads(json.dumps(annotation(BOTH, blame=BLAME).to_dict())))
    page = Page(render(found))
    assert page.quoted == ""
    assert "stürzt ab" in page.words
    assert "The text is not part of an annotation that was read from data." in page.words


def test_empty_texts_and_other_languages_are_said():
    skipped = annotation(" ", status="skipped", reason="empty text", sentiment=None, segments=())
    assert "skipped: empty text" in render(skipped)
    assert "drivers" not in render(skipped)
    other = annotation("Très bien", language=Language("other", 1.0), sentiment=None)
    assert "no sentiment" in render(other)
    assert " lang=" not in render(other)


def test_the_plain_repr_is_one_short_line_without_the_customers_words():
    text = "Geheim " * 20_000 + BOTH
    line = repr(annotation(text, id="r-17", blame=BLAME))
    assert line == "Annotation(id 'r-17', de, negative -0.60, 1 segment, 0 positive and 1 negative drivers)"
    assert len(repr(annotation(text, id=text))) < 150
    assert "Geheim" not in repr(annotation(text, id=text))
    assert repr(annotation(" ", status="skipped", reason="empty text")) == "Annotation(skipped: empty text)"
