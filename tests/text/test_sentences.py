import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.text.sentences import LONGEST_CHARACTERS, LONGEST_WORDS, paragraphs, split

# (text with | where it must be cut, why)
CASES = [
    ("Der Zug war pünktlich.| Die App stürzt ab.", "two sentences"),
    ("Das war z. B. sehr gut.| Danke!", "abbreviation with a space"),
    ("Das war z.B. Herr Dr. Müller bzw. Frau Prof. Weiß.", "abbreviations never end a sentence"),
    ("Es gab Wasser, Brot usw.| Personal war nett.", "usw. may end one before a capital"),
    ("Es gab Wasser usw. und das reicht.", "usw. in the middle"),
    ("Am 3. Mai kam der Brief.", "ordinal before a month"),
    ("Beim 2. Anruf half man mir.", "ordinal before a noun"),
    ("Das war am 12.03.2026 um 14.30 Uhr.| Danach nichts.", "date and time"),
    ("Kostet 3.50 Euro bzw. 1.234,56 insgesamt.", "decimal numbers"),
    ("Ich habe 2025.| Dann nichts mehr.", "a year ends a sentence"),
    ("Ich weiß nicht... aber gut.", "ellipsis in a sentence"),
    ("Ich warte noch...| Keiner kommt.", "ellipsis at the end"),
    ("Super!!!| Gerne wieder!!", "repeated marks"),
    ("Was soll das?!| Nie wieder.", "mixed marks"),
    ("super. immer freundlich", None),  # replaced below: lower case
    ("Super Service 👍| Gerne wieder", "emoji for a full stop"),
    ("Alles gut. 😊😊| Danke", "emoji behind the full stop"),
    ("Ich ❤ Berlin", "emoji for a word"),
    ("Alles bestens :)| Bis bald", "emoticon"),
    ("Wir können etwas unternehmen^^| Sobald ich mehr weiß, sage ich es", "emoticon at a word"),
    ("Gleis 8) war leer", "no emoticon"),
    ("War gut.Aber teuer.", None),
    ("„Das geht nicht!“, sagte er.| Ende.", "quoted speech"),
    ('Er sagte: "Nie wieder!"| Gut.', "closing quote"),
    ("Siehe www.example.Org und mail@example.De jetzt", "addresses"),
    ("- Personal nett|\n- Wartezeit lang", "list"),
    ("1. Lieferung kam spät|\n2. Rechnung falsch", "numbered list"),
    ("1. Lieferung kam spät.| 2. Rechnung falsch.", "numbered in one line"),
    ("Freundliches Personal|\nLange Wartezeit", "lines broken on purpose"),
    ("Positiv:|\nAlles|\nNegativ:|\nnichts", "headings"),
    ("Ich bin mit dem Service und der Beratung sehr sehr\nzufrieden gewesen", "a wrapped line"),
    ("Danke\n\nnoch etwas", None),
    ("He met Mr. Smith at 5 p.m. yesterday.", "English abbreviations"),
    ("We waited, e.g. for the bill, i.e. an hour.| Bad.", "e.g. and i.e."),
    ("I said no.| Then they left.", "no is a word"),
    ("Take no. 5 instead.| Thanks.", "no. before a number"),
    ("Great food!| great staff!| great price", "lower case behind marks"),
    ("It is ok.| It works", "short English words"),
    ("U.S. customers pay more.", "initials"),
    ("Versand war o.k.| Ware auch", "o.k. may end a sentence"),
    ("...", "punctuation only"),
    ("??? Wo ist mein Paket", None),
]
CASES = [c for c in CASES if c[1] is not None] + [
    ("super.| immer freundlich.| alles ok", "lower case throughout"),
    ("War gut.|Aber teuer.", "no space behind the full stop"),
    ("Toll!|Super!|gerne wieder", "no space behind the exclamation mark"),
    ("Danke|\n\nnoch etwas", "a blank line always ends"),
]


def cut(text):
    return [text[a:b] for a, b in split(text)]


@pytest.mark.parametrize(("marked", "why"), CASES)
def test_sentences_end_where_readers_end_them(marked, why):
    expected = [piece.strip() for piece in marked.split("|")]
    assert cut(marked.replace("|", "")) == expected, why


def test_speech_without_punctuation_is_cut_at_a_conjunction():
    text = "die wartezeit war lang und ich habe noch einmal angerufen weil niemand etwas wusste " * 12
    pieces = cut(text)
    assert len(pieces) > 2
    assert all(len(piece.split()) <= LONGEST_WORDS for piece in pieces)
    assert all(piece.split()[0] in {"und", "weil", "die"} for piece in pieces)


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "Das ist gut. " * 8_000, "! " * 50_000, " " * 100_000 + "x", "😀" * 50_000, "3. " * 33_000,
     "a\n" * 50_000,
     "http://" + "a.B" * 33_000, "\x00" * 100_000, "\ud800" * 100_000],
    ids=lambda t: repr(t[:4]),
)  # fmt: skip
def test_long_texts_are_covered_and_bounded(text):
    assert_covers(text, split(text))


def assert_covers(text, spans):
    position = 0
    for a, b in spans:
        assert position <= a < b <= len(text)
        assert text[position:a].strip() == ""
        assert text[a:b] == text[a:b].strip()
        assert b - a <= LONGEST_CHARACTERS
        position = b
    assert text[position:].strip() == ""


TEXT = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *".!?…,;:-()„“",
                *[
                    "\n",
                    "\n\n",
                    "\r\n",
                    "\t",
                    "😊",
                    "👍🏽",
                    ":)",
                    "3.",
                    "z. B.",
                    "Dr.",
                    "usw.",
                    "\x00",
                    "\ud800",
                    "\u2028",
                ],
                " ",
            ]
        ),
        st.text(max_size=4),
        st.sampled_from(["Der Zug", "war", "gut", "Aber", "und", "www.a.de", "1.", "- "]),
    ),
    max_size=16,
).map("".join)


@given(TEXT)
def test_every_character_is_in_exactly_one_sentence(text):
    assert_covers(text, split(text))
    assert_covers(text, paragraphs(text, 0, len(text)))


@given(TEXT, st.integers(0, 20), st.integers(0, 20))
def test_a_part_of_a_text_is_split_within_its_borders(text, skip, rest):
    start = min(skip, len(text))
    end = max(start, len(text) - rest)
    spans = split(text, start, end)
    assert all(start <= a < b <= end for a, b in spans)
    assert "".join(text[a:b] for a, b in spans).split() is not None
    assert_covers(text[start:end], [(a - start, b - start) for a, b in spans])
