"""What a notebook shows of a conversation: turns, moods and marks, and nothing that was said acts on the page."""

import html as html_module
import re
from typing import Any

import pytest
from test_annotation_view import Page

import cxtext
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
from cxtext.errors import InputValueError
from cxtext.markers.conversation import sum_up
from cxtext.markers.turns import turn_moods
from cxtext.report.conversation_view import LONGEST, SHOWN, render


def conversation(*said: tuple[str | None, str, float], **turn: Any) -> Annotation:
    """Build an annotated conversation of (role, text, score)."""
    document = Document.from_turns([{"role": role, "text": text, **turn} for role, text, _ in said], id="c1")
    known = any(role is not None for role, _, _ in said)
    segments = []
    for place, (role, _, score) in zip(document.turns, said, strict=True):
        if role == "customer" or not known:
            label = "positive" if score > 1 / 3 else "negative" if score < -1 / 3 else "neutral"
            mood = Sentiment(label, score, Probabilities(0.0, 1.0, 0.0))  # type: ignore[arg-type]
            segments.append(Segment(place.start, place.end, sentiment=mood))
    moods = turn_moods(document.text, document.turns, segments, [s.sentiment for s in segments])
    return Annotation(
        "c1", "ok", None, Language("de", 0.99), segments[0].sentiment if segments else None, tuple(segments),
        conversation=sum_up(moods), document=document,
    )  # fmt: skip


MENDED = (
    ("agent", "Guten Tag!", 0.0),
    ("customer", "Die App ist furchtbar.", -0.9),
    ("customer", "Seit Wochen warte ich.", -0.8),
    ("customer", "mhm", 0.0),
    ("customer", "Das ging nicht.", -0.6),
    ("customer", "Jetzt ist alles gut.", 0.8),
)


def test_every_turn_is_there_with_who_says_it_and_its_mood() -> None:
    html = render(conversation(*MENDED))
    words = "".join(Page(html).words)
    for role, text, _ in MENDED:
        assert text in words
        assert role is not None
        assert role in words
    for shown in ("▼ −0.90", "▼ −0.60", "▲ +0.80"):
        assert shown in words
    assert words.count("▼ −") == 3, "'mhm' has no mood"


def test_the_line_has_a_point_for_each_turn_that_says_something() -> None:
    html = render(conversation(*MENDED))
    [line] = re.findall(r'<polyline points="([^"]*)"', html)
    points = [tuple(map(float, p.split(","))) for p in line.split()]
    assert [x for x, _ in points] == [10.0, 336.7, 663.3, 990.0]
    assert [y for _, y in points] == [91.4, 86.8, 77.6, 13.2], "higher is happier"
    assert html.count("<path") == 4
    assert 'aria-label="mood from −0.90 at the start to +0.80"' in html


def test_the_course_is_in_figures_and_named_as_code_names_it() -> None:
    words = "".join(Page(render(conversation(*MENDED))).words)
    for shown in ("start −0.90", "end +0.80", "trend +0.85", "peak_negative −0.77", "recovery"):
        assert shown in words
    assert "bad goodbye" not in words


def test_a_short_conversation_has_no_line() -> None:
    html = render(conversation(("customer", "Gut.", 0.9), ("agent", "Schön.", 0.0)))
    assert "<svg" not in html
    assert "Gut." in html


def test_drivers_and_markers_are_marked_where_they_stand() -> None:
    talk = conversation(*MENDED)
    assert talk.document is not None
    text = talk.document.text

    def place(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words), words)

    blame = Driver(place("App"), place("furchtbar"), None, None, 0.9, 0)
    waiting = place("Seit Wochen")
    marked = Annotation(
        "c1", "ok", None, talk.language, talk.sentiment, talk.segments, Drivers(negative=(blame,)),
        conversation=talk.conversation, document=talk.document,
        markers=(Marker("urgency", waiting.start, waiting.end, waiting.text, 0.9),),
    )  # fmt: skip
    page = Page(render(marked))
    assert page.marks() == ["negative aspect", "negative opinion", "marker urgency"]
    assert "urgency" in page.words


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7 * 7 }} {% raw %}",
        "</div></div><style>*{display:none}</style>",
        "a\x00b\x1b[31m\ud800",
        "‮abc",
    ],
)
def test_nothing_that_is_said_acts_on_the_page(hostile: str) -> None:
    talk = conversation(("customer", hostile, -0.9), ("agent", hostile, 0.0), speaker=hostile)
    html = render(talk)
    html.encode("utf-8")
    page = Page(html)
    assert not {"script", "img", "style", "iframe", "a"} & {tag for tag, _ in page.elements}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "49" not in "".join(page.words)
    assert not re.search("[\x00-\x08\x0b-\x1f]", html)
    assert html_module.escape(hostile, quote=False)[:8].split("\x00")[0] in html.replace("&#34;", '"')


def test_the_view_asks_for_nothing() -> None:
    html = render(conversation(*MENDED))
    assert not re.search(r"https?:|src=|url\(|@import", html)


def test_long_turns_and_long_conversations_are_cut_and_say_so() -> None:
    long = conversation(("customer", "sehr lang " * 200, -0.9), ("agent", "x", 0.0))
    assert len(render(long)) < 4 * LONGEST + 4000
    assert "[…]" in render(long)
    many = render(conversation(*[("customer", f"Satz Nummer {i}.", 0.1) for i in range(SHOWN + 30)]))
    assert "30 turns are left out" in many
    assert "Satz Nummer 0." in many
    assert f"Satz Nummer {SHOWN + 29}." in many
    assert f"Satz Nummer {SHOWN // 2 + 1}." not in many


def test_times_and_speakers_stand_at_turns() -> None:
    words = "".join(Page(render(conversation(("customer", "Gut.", 0.9), speaker="Frau Weiß", start_time=75.5))).words)
    assert "customer · Frau Weiß" in words
    assert "1:15" in words


def test_without_roles_everybody_is_the_customer_and_unknown() -> None:
    words = "".join(Page(render(conversation((None, "Gut.", 0.9), (None, "Schlecht.", -0.9)))).words)
    assert words.count("unknown") == 2
    assert "▲ +0.90" in words


def test_a_notebook_shows_a_conversation_so_and_a_comment_as_before() -> None:
    talk = cxtext.annotate({"turns": [{"role": r, "text": t} for r, t, _ in MENDED]})
    assert talk._repr_html_() == render(talk)
    assert 'aria-label="turns"' not in cxtext.annotate("Alles gut.")._repr_html_()
    lost = Annotation.from_dict(talk.to_dict())
    assert "not part of an annotation" in lost._repr_html_()


def test_what_is_no_conversation_is_refused() -> None:
    with pytest.raises(InputValueError, match="carries no conversation"):
        render(cxtext.annotate("Alles gut."))
