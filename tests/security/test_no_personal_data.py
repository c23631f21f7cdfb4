"""No personal data that stands in the inputs turns up in anything that a run writes or says."""

import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cxtext.text.recognisers import find

MODES = ["mask", "pseudonymise"]
TYPES = {
    "name", "email", "phone", "iban", "card", "address", "birth_date", "reference", "licence_plate", "tax_id", "url",
    "ip_address", "handle",
}  # fmt: skip
# language -> (type, text, value) of comments that hold one value each
TEXTS = {
    language: [
        (kind, text.replace("«", "").replace("»", ""), re.findall("«(.*)»", text)[0])
        for kind, text in (line.split(" | ", 1) for line in lines.strip().splitlines())
    ]
    for language, lines in tomllib.loads(
        (Path(__file__).parent / "planted_texts.toml").read_text(encoding="utf-8")
    ).items()
}

# Each value stands in the inputs below at one place at least, and nowhere in cxtext.
PLANTED = {
    "names": ("Wieczorek", "Swantje", "Brinkmeyer", "Ubbo", "Achterberg", "Zdenka", "Quast", "Feddersen"),
    "addresses": ("Birkenweg 17", "eule1953@gmx.de", "kiesel.hafen@bluewin.ch", "tjarks@aon.at", "mond_1976@web.de"),
    "numbers": (
        "DE89 3704 0044 0532 0130 00", "DE89370400440532013000", "0171 2345678", "491712345678", "4711-0815-33",
        "K-90210-77",
        "3.5.1961", "OHV-Y 5459", "86095742719", "84.133.7.201", "a8Kd92mXq71LzP0w",
    ),
}  # fmt: skip

# Words of planted values that stand in what cxtext itself writes.
EVERYDAY = {"https", "example", "invoice", "rechnung", "login", "token", "october", "oktober", "march"}

SURVEY = """Antwort-ID;Kommentar;NPS;Filiale;Name;E-Mail;Telefon;Kundennummer;Berater
mond_1976@web.de;Frau Wieczorek war nett, bitte Rückruf unter 0171 2345678.;9;Köln;Swantje Brinkmeyer;eule1953@gmx.de;491712345678;K-90210-77;Ubbo Quast
a2;Meine IBAN DE89 3704 0044 0532 0130 00 ist falsch gebucht worden.;2;Köln;Zdenka Achterberg;tjarks@aon.at;0171 2345678;4711-0815-33;Ubbo Quast
a3;Ich wohne Birkenweg 17, 10115 Berlin, geboren am 3.5.1961, Steuer-ID 86095742719.;3;Bonn;Swantje Brinkmeyer;eule1953@gmx.de;0171 2345678;K-90210-77;Ubbo Quast
a4;Das Auto mit Kennzeichen OHV-Y 5459 stand im Weg.;4;Bonn;;;;;
a5;zu viele Felder;1;2;3;4;5;Zdenka Achterberg;eule1953@gmx.de;DE89370400440532013000;4711-0815-33;Feddersen
a6;Der Link https://konto.example/reset?token=a8Kd92mXq71LzP0w geht nicht, IP 84.133.7.201 gesperrt.;1;Bonn;;;;;
"""  # noqa: E501
MAIL = """From: Swantje Brinkmeyer <kiesel.hafen@bluewin.ch>
To: service@firma.example
Subject: Beschwerde von Zdenka Achterberg, Kundennummer 4711-0815-33
Date: Mon, 2 Mar 2026 09:12:31 +0100
Message-ID: <brief.eule1953@gmx.de>
Content-Type: text/plain; charset=utf-8

Guten Tag Herr Feddersen,

die Lieferung an Birkenweg 17, 10115 Berlin kam nie an. Bitte 0171 2345678 anrufen oder an eule1953@gmx.de schreiben.

Mit freundlichen Grüßen
Swantje Brinkmeyer
"""
CALL = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Ubbo Quast>Guten Tag, hier spricht Ubbo Quast, was kann ich tun?</v>

00:00:05.000 --> 00:00:09.000
<v Zdenka Achterberg>Achterberg hier, meine Kundennummer ist 4711-0815-33 und die Lieferung war langsam.</v>

00:00:0x.000 --> 00:00:12.000
<v Zdenka Achterberg>DE89370400440532013000</v>
"""
TALK = """Berater Ubbo Quast: Guten Tag Frau Wieczorek.
Kundin: Die App ist langsam, schreiben Sie mir an tjarks@aon.at.
"""


@pytest.fixture
def inputs(mode: str, tmp_path: Path) -> Path:
    folder = tmp_path / "eingang"
    folder.mkdir()
    texts = [text for language in TEXTS for _, text, _ in TEXTS[language]]
    # Each mode reads every second text, to be quick; the others have fields too many and are rejected, which is told.
    read = [f"t{i};{text};{i % 11};Bonn;;;;;\n" for i, text in enumerate(texts) if i % 2 == MODES.index(mode)]
    rejected = [f"r{i};{text};1;2;3;4;5;6;7;8;9\n" for i, text in enumerate(texts) if i % 2 != MODES.index(mode)]
    (folder / "umfrage.csv").write_text("".join([SURVEY, *read, *rejected]), encoding="utf-8")
    (folder / "eule1953@gmx.de.eml").write_text(MAIL, encoding="utf-8")
    (folder / "call.vtt").write_text(CALL, encoding="utf-8")
    (folder / "talk.txt").write_text(TALK, encoding="utf-8")
    (folder / "mond_1976@web.de.json").write_text('[{"Kommentar": "Frau Wieczorek", ', encoding="utf-8")
    return folder


def pieces(value: str) -> list[str]:
    """Give a value as it is written, and those of its words that say something by themselves."""
    return [value.casefold(), *(p for p in re.findall(r"[^\W_]{5,}", value.casefold()) if p not in EVERYDAY)]


def stands_in(piece: str, text: str) -> bool:
    """Say whether a piece stands in a text; digits inside a longer number or a hash are other digits."""
    if piece not in text:
        return False
    return not piece.isdigit() or re.search(rf"(?<![\w.]){piece}(?![\w])", text) is not None


@pytest.mark.parametrize("language", ["de", "en"])
def test_at_least_sixty_texts_of_all_types_are_planted(language: str) -> None:
    counts = Counter(kind for kind, *_ in TEXTS[language])
    assert len(TEXTS[language]) >= 60
    assert counts.keys() == TYPES
    assert min(counts.values()) >= 3


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_planted_value_is_found_whole_and_as_its_type(language: str) -> None:
    for i, (kind, text, value) in enumerate(TEXTS[language]):
        types = {position: hit.type for hit in find(text) for position in range(hit.start, hit.end)}
        start = text.index(value)
        letters = [p for p in range(start, start + len(value)) if text[p].isalnum()]
        assert {types.get(p) for p in letters} == {kind}, f"{kind} in text {i} ({language})"


@pytest.mark.parametrize("mode", MODES)
def test_a_run_writes_and_says_nothing_personal(mode: str, inputs: Path, root: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    segments = [x for name in ("Filiale", "Name", "E-Mail", "Telefon", "Berater") for x in ("--segment", name)]
    done = subprocess.run(
        [
            sys.executable, "-m", "cxtext.run", str(inputs), "--out", str(out), "--redact", mode,
            "--customer", "Kundennummer", *segments,
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = {"stdout": done.stdout, "stderr": done.stderr}
    for path in (p for p in out.rglob("*") if p.is_file()):
        name = path.relative_to(out).as_posix()
        told[name] = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".parquet":  # compressed: look at what it holds
            told[name] = str(pq.read_table(path).to_pylist())
    assert {"rejects.jsonl", "manifest.json", "report.html", "report.json"} <= told.keys()
    assert told["rejects.jsonl"].count("\n") >= sum(map(len, TEXTS.values())) // 2
    told = {name: text.casefold() for name, text in told.items()}
    for kind, values in PLANTED.items():
        for value in values:
            found = [name for name, text in told.items() if value.casefold() in text]
            assert not found, f"one of the planted {kind} ({PLANTED[kind].index(value)}) stands in {found}"
    for language, texts in TEXTS.items():
        for i, (kind, _, value) in enumerate(texts):
            found = [name for name, text in told.items() if any(stands_in(p, text) for p in pieces(value))]
            assert not found, f"a part of the {kind} in text {i} ({language}) stands in {found}"
    assert not [
        name for name in told if any(value.casefold() in name.casefold() for v in PLANTED.values() for value in v)
    ]
    [rows] = [pq.read_table(p).to_pylist() for p in (out / "annotations").glob("*.parquet")]
    assert any("NAME" in row["text"] for row in rows)
