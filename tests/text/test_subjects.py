"""What a text is about, without what only addresses somebody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.text.subjects import subject

CASES = [
    ("Der Zug war zu spät.", "Der Zug war zu spät.", "nothing to leave out"),
    ("@united late again", "late again", "whom it goes to"),
    ("late again @united @delta", "late again", "behind, too"),
    (".@JetBlue, lost my bag", "lost my bag", "marks that belonged to a handle"),
    ("RT @bahn: Gleis gesperrt", "Gleis gesperrt", "said by somebody else"),
    ("ART @ home", "ART @ home", "no retweet and no handle"),
    ("Schaut mal http://t.co/x1?a=b so voll", "Schaut mal so voll", "a link"),
    ("siehe www.example.de/hilfe", "siehe", "a link without a scheme"),
    (
        "Mail an info@example.com blieb ohne Antwort",
        "Mail an info@example.com blieb ohne Antwort",
        "an address of mail",
    ),
    ("[NAME] war sehr nett", "war sehr nett", "what stands for personal data"),
    ("Flug [FLIGHT_NUMBER_1] fiel aus", "Flug fiel aus", "a numbered mask"),
    ("siehe [1] und [unklar]", "siehe [1] und [unklar]", "brackets of the customer's own"),
    ("food &amp; drinks &lt;3", "food & drinks <3", "entities of HTML"),
    ("AT&T and R&D;", "AT&T and R&D;", "no entity"),
    ("#fail again", "#fail again", "tags say what it is about"),
    ("@united", "", "nothing else"),
    ("@united !!!", "", "nothing else but marks"),
    ("@united 😡", "😡", "an emoji is something"),
    ("", "", "empty"),
]


@pytest.mark.parametrize(("text", "expected", "why"), CASES)
def test_what_only_addresses_is_left_out(text, expected, why):
    assert subject(text) == expected, why


@given(st.text())
def test_a_text_without_such_marks_is_given_as_it_is(text):
    plain = "".join(c for c in text if c not in "@&[:.").removeprefix("RT")
    if "RT" not in plain:
        assert subject(plain) is plain


@given(st.lists(st.sampled_from(["@a", "http://x.y", "&amp;", "[NAME]", "RT", "Zug", " ", ".", "\ud800", "&#0;"])))
def test_a_subject_is_never_longer_and_stays_what_it_is(parts):
    once = subject("".join(parts))
    assert len(once) <= len("".join(parts))
    assert once == once.strip() or once == "".join(parts)
