"""Highlighting and cutting of verbatims."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtext.report.quotes import CUT, pieces


def span(kind, start, end):
    return {"kind": kind, "start": start, "end": end}


@pytest.mark.parametrize(
    ("text", "spans", "expected", "why"),
    [
        ("Zug spät", [span("aspect", 0, 3), span("opinion", 4, 8)],
         [("Zug", ("aspect",)), (" ", ()), ("spät", ("opinion",))], "two spans"),
        ("nie pünktlich", [span("opinion", 0, 13), span("cause", 4, 13)],
         [("nie ", ("opinion",)), ("pünktlich", ("opinion", "cause"))], "overlap names both"),
        ("ok", [], [("ok", ())], "no span"),
        ("", [], [], "no text"),
        ("👍 top", [span("opinion", 0, 1)], [("👍", ("opinion",)), (" top", ())], "code points, not bytes"),
        ("gut", [span("opinion", 1, 1)], [("g", ()), ("ut", ())], "an empty span marks nothing"),
    ],
)  # fmt: skip
def test_a_quote_is_split_where_spans_begin_and_end(text, spans, expected, why):
    assert [(p.text, p.kinds) for p in pieces(text, spans)] == expected, why


def test_a_long_quote_is_cut_around_what_is_highlighted():
    text = "Erst war alles gut. " * 50 + "Dann stürzte die App ab. " + "Danach wieder gut. " * 50
    start = text.index("stürzte")
    found = pieces(text, [span("opinion", start, start + 7)], longest=120)
    shown = "".join(p.text for p in found)
    assert shown.startswith(f"{CUT} ")
    assert shown.endswith(f" {CUT}")
    assert "Dann stürzte die App ab." in shown
    assert [p.text for p in found if p.kinds] == ["stürzte"]


def test_an_endless_word_is_cut_too():
    shown = "".join(p.text for p in pieces("a" * 100_000, [span("aspect", 5, 9)], longest=100))
    assert len(shown) <= 100 + 2 * (len(CUT) + 1)


@settings(deadline=None)
@given(st.data(), st.text(max_size=300), st.integers(20, 200))
def test_what_is_shown_is_the_text_or_an_excerpt_of_it(data, text, longest):
    position = st.integers(0, len(text))
    spans = []
    for kind in data.draw(st.lists(st.sampled_from(["aspect", "opinion", "cause"]), max_size=3)):
        start, end = sorted((data.draw(position), data.draw(position)))
        spans.append(span(kind, start, end))
    found = pieces(text, spans, longest=longest)
    shown = "".join(p.text for p in found)
    excerpt = shown
    if len(text) > longest:
        if found and found[0].text == f"{CUT} " and not text.startswith(found[0].text):
            excerpt = excerpt.removeprefix(f"{CUT} ")
        if found and found[-1].text == f" {CUT}" and not text.endswith(found[-1].text):
            excerpt = excerpt.removesuffix(f" {CUT}")
    else:
        assert shown == text
    assert excerpt in text
    assert len(excerpt) <= longest
