"""No text keeps cxtext busy: time grows with the length of a text, whatever it repeats.

Each unit is repeated to a text of 20 kB, in the slow draw to one of 200 kB. What took quadratic time would need minutes
there, and what took exponential time would never end: the limit of time is the check.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import cxtext
from cxtext.documents import Document
from cxtext.pipeline import Pipeline, make_stage
from cxtext.sources.reading import read
from cxtext.topics.keywords import KeywordIndex
from cxtext.topics.taxonomy import Keyword

# (repeated, why)
UNITS = [
    ("a", "one word without end"),
    ("A", "one word in capitals"),
    ("ä", "letters of two bytes"),
    ("1", "one number without end"),
    (" ", "blanks"),
    ("\t", "tabs"),
    ("\n", "line ends"),
    ("\r\n", "line ends of Windows"),
    ("\u200b", "characters without width"),
    ("\u00ad", "soft hyphens"),
    ("-", "hyphens"),
    ("_", "word characters that are no letters"),
    (".", "full stops"),
    ("!?", "marks"),
    ("@", "what addresses hold"),
    ("a@", "addresses in addresses"),
    ("a.", "letters with full stops"),
    ("A.", "initials"),
    ("a-", "parts of a word"),
    ("-aa", "parts that a name may hold in two ways"),
    ("Aa-aa-", "names of many parts"),
    ("a'", "apostrophes"),
    ("ab cd ", "short words"),
    ("1 ", "short numbers"),
    ("+4", "beginnings of telephone numbers"),
    ("0/", "parts of dates and codes"),
    ("0171 ", "beginnings of telephone numbers with blanks"),
    ("DE12 3456 ", "beginnings of account numbers"),
    ("1.1.", "internet addresses"),
    ("a:a:", "internet addresses of version 6"),
    ("http://", "links in links"),
    ("http://a.b?", "links with parameters"),
    ("www.", "links without end"),
    ("#", "tags"),
    ("(", "brackets"),
    ("[", "square brackets"),
    ("<", "angle brackets"),
    ("<a ", "tags without end"),
    ("<!--", "comments without end"),
    ('"', "quotation marks"),
    (">", "marks of quotation"),
    (">\n", "quoted empty lines"),
    (": ", "colons"),
    ("A: ", "speakers"),
    ("Anna: Ja\n", "speakers in lines"),
    ("0:00 ", "times"),
    ("Herr A ", "titles and initials"),
    ("Frau Meier, ", "a name again and again"),
    ("hallo Aa-", "greetings and names"),
    ("Anna-1,", "names before what is none"),
    ("Zoë ", "names with foreign letters"),
    ("the Ab C. ", "names with initials"),
    ("by 12 Ab Ab ", "numbers and streets"),
    ("zip Ab 12345 ", "towns and postcodes"),
    ("12 Oak St, ", "parts of addresses that belong together"),
    ("12 n ab ave ", "streets in small letters"),
    ("Ab House, Cd Lane, ", "houses with names"),
    ("LS1 4AP, Ab ", "postcodes and towns"),
    ("931 00 AB - ", "postcodes, and towns with dashes"),
    ("rue Ab ", "streets without a number"),
    ("Na ab ", "small words of streets"),
    ("5 Ab 5, ", "numbers around names"),
    ("at Ab and ", "beginnings of corners"),
    ("VIN A1-", "beginnings of numbers of documents"),
    ("mfg ", "closings"),
    ("mfg\n", "closings in lines"),
    ("login.", "user names in user names"),
    ("ref-1-", "references in references"),
    ("am ", "words before a place"),
    ("Am A ", "streets"),
    ("Str. ", "streets that are abbreviated"),
    ("Straße 1 ", "addresses"),
    ("12345 A ", "postcodes"),
    ("I live at ", "words before an address"),
    ("IBAN ", "words before a number"),
    ("De: ", "headers"),
    ("Von: a\n", "header lines"),
    ("From: a\nTo: ", "header blocks"),
    ("-- \n", "signatures"),
    ("Am 1. schrieb ", "lines that name who wrote"),
    ("On a wrote:\n", "quoted mails"),
    ("weil ", "words before a cause"),
    ("wegen A, ", "causes"),
    ("thanks to\n", "causes in lines"),
    ("stürzt ", "verbs without their particle"),
    ("stürzt ab ", "verbs in two parts"),
    ("keine ", "negators"),
    ("nicht un", "negation in words"),
    ("lange Wartezeit ", "one phrase without end"),
    ("\U0001f600", "emoji"),
    ("\U0001f468\u200d", "emoji that are never whole"),
    ("e\u0301", "letters of two characters"),
    ("\ud800", "half characters"),
    ("*", "stars"),
    ("=", "rules"),
    ("|", "bars"),
    ("&amp;", "references of HTML"),
    ("ا", "another script"),
    ("是", "a script without blanks"),
]
SHORT, LONG = 20_000, 200_000
units = pytest.mark.parametrize("unit", [unit for unit, _ in UNITS], ids=[why for _, why in UNITS])
# The network reads tokens, so that its time is linear by design; a few of each kind are enough in the fast draw.
FEW = [
    "a",
    "\n",
    "-aa",
    "Aa-aa-",
    "a@",
    "A: ",
    "Herr A ",
    "lange Wartezeit ",
    "\U0001f600",
    "\ud800",
    "1.1.",
    "wegen A, ",
]
sizes = pytest.mark.parametrize("size", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
# What follows the repetition decides whether an expression fails at the end of it.
ENDS = ("", "!", " Anna 0171 a@b.de:\n")


def repeated(unit: str, size: int, end: str = "") -> str:
    return unit * (size // len(unit)) + end


@pytest.fixture(scope="module")
def words_only() -> list[Pipeline]:
    # Everything before the network, with and without redaction.
    masking = make_stage("redact.v1", mode="mask")
    rest = [make_stage(name) for name in ("language.v1", "segment.v1")]
    return [Pipeline([masking, *rest]), Pipeline(rest)]


@units
@sizes
@pytest.mark.timeout(60)
def test_redaction_language_and_segments(unit: str, size: int, words_only: list[Pipeline]) -> None:
    for end in ENDS:
        text = repeated(unit, size, end)
        for channel in (None, "email"):
            for pipeline in words_only:
                (annotation,) = pipeline.run([Document(text=text, channel=channel, question=text[:2000])])
                assert annotation.status == ("ok" if text.strip() else "skipped")


@pytest.mark.parametrize(
    "unit", [pytest.param(u, marks=() if u in FEW else pytest.mark.slow, id=why) for u, why in UNITS]
)
@pytest.mark.timeout(60)
def test_annotations(unit: str) -> None:
    text = repeated(unit, SHORT)
    annotation = cxtext.annotate(text, redact="mask")
    assert annotation.status == ("ok" if text.strip() else "skipped")


@pytest.mark.slow
@pytest.mark.parametrize("unit", FEW)
@pytest.mark.timeout(300)
def test_long_annotations(unit: str) -> None:
    assert cxtext.annotate(repeated(unit, LONG), redact="mask").id is None


@units
@sizes
@pytest.mark.timeout(60)
def test_mails_and_transcripts(unit: str, size: int, tmp_path: Path) -> None:
    text = repeated(unit, size).encode("utf-8", "replace").decode()
    plain = "From: a@example.org\nDate: Mon, 2 Mar 2026 10:00:00 +0100\nContent-Type: text/plain; charset=utf-8\n\n"
    html = plain.replace("text/plain", "text/html")
    single = " ".join(text.split())
    files = {
        "body.eml": f"{plain}{text}",
        "html.eml": f"{html}<p>{text}</p><blockquote>{text}",
        "header.eml": f"From: {single}\nTo: {single}\nSubject: {single}\nReferences: {single}\n{plain}Hallo",
        "type.eml": f"Content-Type: multipart/mixed; boundary={single[:500]}\nFrom: {single}\n\n--{single}",
        "box.mbox": f"From {single} 10:00 2026\n{plain}{text}\n\nFrom {single}\n\n{text}",
        "talk.txt": f"Anna: {text}\nBen: {text}\n0:00{text}x\nAnna: ja",
        "talk.vtt": f"WEBVTT\n\n00:00.000 --> 00:01.000\n<v {single}>{single}\n\n00:01.000 --> 00:02.000\n<v.{text}",
        "talk.srt": f"1\n00:00:00,000 --> 00:00:01,000\n{single}\n\n2\n00:00:01,000 --> 00:00:02,000\n{text}",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content.encode())
        assert len(list(read(tmp_path / name))) <= 2 * size


@units
@sizes
@pytest.mark.timeout(60)
def test_tables(unit: str, size: int, tmp_path: Path) -> None:
    text = repeated(unit, size).encode("utf-8", "replace").decode()
    quoted = '"' + text.replace('"', '""') + '"'
    rows = "".join(f"{quoted};{quoted};{quoted};{quoted}\n" for _ in range(3))
    (tmp_path / "table.csv").write_text(f"Kommentar;NPS;Datum;Kanal\n{rows}", encoding="utf-8")
    (tmp_path / "header.csv").write_text(f"Kommentar;{quoted}\nGut;1\nSchlecht;2\n", encoding="utf-8")
    (tmp_path / "raw.csv").write_text(f"Kommentar;NPS\n{text}\nGut;1\n", encoding="utf-8")
    for path in sorted(tmp_path.iterdir()):
        assert len(list(read(path))) <= 8 * size


class Hashed:
    """An encoder whose vectors say nothing of the texts; the labels are what is looked at."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        seeds = [int.from_bytes(hashlib.sha256(t.encode("utf-8", "replace")).digest()[:4]) for t in texts]
        return np.array([np.random.default_rng(seed).normal(size=8) for seed in seeds], np.float32)


ORDINARY = [f"Der Zug nach Ort {i} war zu spät." for i in range(30)]
ORDINARY += [f"The staff number {i} was friendly." for i in range(30)]


@units
@sizes
@pytest.mark.timeout(60)
def test_topics_and_their_labels(unit: str, size: int) -> None:
    text = repeated(unit, size)
    model = cxtext.TopicModel(encoder=Hashed()).fit([*ORDINARY, f"{text}x", f"{text}y z"])
    assert all(model.topics_["label"])


@units
@sizes
@pytest.mark.timeout(60)
def test_keywords_of_taxonomies(unit: str, size: int) -> None:
    index = KeywordIndex([[Keyword("abstürzen", "de"), Keyword("Wartezeit", "de"), Keyword("price rise", "en")]])
    text = repeated(unit, size, " Lieferwartezeit")
    assert [m.keyword for m in index.find(text, "de")][-1] == "Wartezeit"


def _analysed(size: int, count: int, folder: Path) -> str:
    chosen = [repeated(unit, size) for unit, _ in UNITS[::count]]
    texts = [f"{text}. Der Zug war unpünktlich, weil das Signal gestört war." for text in chosen] + ORDINARY
    rows = [{"id": f"r{i}", "text": text, "scores": {"nps": i % 11}} for i, text in enumerate(texts)]
    documents = [Document.from_mapping(row) for row in rows]
    result = cxtext.analyze(documents, outcome="nps")
    result.save(folder)
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.timeout(300)
def test_causes_quotes_and_the_report(tmp_path: Path) -> None:
    assert "</html>" in _analysed(SHORT, 8, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_causes_quotes_and_the_report_of_long_texts(tmp_path: Path) -> None:
    assert "</html>" in _analysed(LONG, 8, tmp_path)
