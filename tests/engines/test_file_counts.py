from cxtext.engines.file_counts import FileCounts
from cxtext.engines.gather import gather
from cxtext.engines.local import annotate
from cxtext.pipeline import Pipeline, make_stage
from cxtext.sources import read

TEXT_STAGES = Pipeline([make_stage("language.v1"), make_stage("segment.v1")])
MAIL = """From: Mia <mia@example.org>
To: service@example.com
Subject: Paket
Date: Mon, 02 Mar 2026 10:00:00 +0100
Message-ID: <1@example.org>
Content-Type: text/plain; charset=utf-8

Das Paket fehlt noch immer, und niemand antwortet mir.

Am 01.03.2026 um 09:00 schrieb Service:
> Guten Tag, Ihr Paket ist unterwegs.
"""


def counts_of(tmp_path):
    (tmp_path / "a.csv").write_text("Kommentar\nDie Lieferung kam sehr spät.\n\nThe staff was friendly.\n", "utf-8")
    (tmp_path / "b.eml").write_text(MAIL, "utf-8")
    (tmp_path / "c.vtt").write_text("kein WebVTT", "utf-8")
    reading = read(tmp_path)
    files = gather(annotate(list(reading), pipeline=TEXT_STAGES)).files
    return files, reading.report


def test_each_file_has_its_languages_rejects_and_passages_of_others(tmp_path):
    files, report = counts_of(tmp_path)

    table, mail, captions = files.per_file(report)

    assert (table["format"], table["documents"], table["set_aside"]) == ("csv", report.files[0].documents, {})
    assert table["languages"] == {"de": 1, "en": 1}
    assert (mail["name"], mail["documents"], mail["languages"]) == ("b.eml", 1, {"de": 1})
    assert mail["set_aside"]["quoted_reply"] >= 1
    assert (captions["documents"], captions["rejected"]) == (0, {"broken_vtt": 1})
    assert files.set_aside == mail["set_aside"]


def test_documents_from_elsewhere_are_not_told_by_file(tmp_path):
    _, report = counts_of(tmp_path)

    assert FileCounts().per_file(report) == []
