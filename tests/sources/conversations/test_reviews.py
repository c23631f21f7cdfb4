import json

import pytest

from cxtext.sources import read
from cxtext.text.segmentation import segment

BASE = {"id": "r", "consumer": {"id": "c"}, "stars": 3}


def read_value(tmp_path, value):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    reading = read(path)
    return list(reading), reading.report


@pytest.mark.parametrize(
    ("title", "text", "expected", "why"),
    [
        ("Schade", "Die Karte fehlt.", "Schade\n\nDie Karte fehlt.", "a boundary between title and text"),
        ("Very quick", "Very quick. Well packed.", "Very quick. Well packed.", "a title made of the first words"),
        ("Sehr schnell…", "Sehr schnelle Lieferung.", "Sehr schnelle Lieferung.", "and cut off"),
        (None, "Gut.", "Gut.", "no title"),
        ("Gut.", None, "Gut.", "no text"),
        (None, None, "", "only stars"),
        ("", "5", "5", "a number as text"),
    ],
)
def test_title_and_text(tmp_path, title, text, expected, why):
    (document,), _ = read_value(tmp_path, {**BASE, "title": title, "text": text})

    assert document.text == expected, why


def test_the_answer_of_the_company_is_the_agents_text(tmp_path):
    (document,), _ = read_value(tmp_path, {**BASE, "text": "Zu spät.", "companyReply": {"text": "Tut uns leid."}})

    kinds = {document.text[s.start : s.end]: s.kind for s in segment(document)}
    assert kinds == {"Zu spät.": "customer", "Tut uns leid.": "agent"}
    assert document.channel == "review"


@pytest.mark.parametrize(
    ("stars", "scores", "counted", "why"),
    [
        (4, {"stars": 4}, (0, 0), "a number"),
        ("4,5", {"stars": 4.5}, (0, 0), "a decimal comma"),
        (0, {}, (1, 0), "below the scale"),
        (10, {}, (1, 0), "another scale"),
        ("vier", {}, (0, 1), "no number"),
        (None, {}, (0, 0), "none given"),
    ],
)
def test_stars_outside_their_scale_count_as_missing(tmp_path, stars, scores, counted, why):
    (document,), report = read_value(tmp_path, {**BASE, "text": "Gut.", "stars": stars})

    assert dict(document.scores) == scores, why
    assert (report.out_of_scale["stars"], report.not_numbers["stars"]) == counted, why


def test_names_of_reviewers_are_not_kept(tmp_path):
    documents, _ = read_value(tmp_path, [{**BASE, "text": "Gut.", "consumer": {"id": "c", "displayName": "GEHEIM"}}])

    assert "GEHEIM" not in str(documents)


@pytest.mark.parametrize(
    ("row", "expected", "why"),
    [
        (
            {"reviewId": "a", "content": "Gut.", "score": 5, "replyContent": "Danke!"},
            ("a", "Gut.\nDanke!"),
            "Google Play",
        ),
        (
            {"id": "b", "text": "Gut.", "score": 5, "thumbsUp": 0, "replyText": None},
            ("b", "Gut."),
            "by another scraper",
        ),
        (
            {"title": "T", "review": "Gut.", "rating": 5, "developerResponse": {"id": 1, "body": "Danke!"}},
            ("a.json#1", "T\n\nGut.\nDanke!"),
            "App Store",
        ),
    ],
)
def test_rows_of_scrapers(tmp_path, row, expected, why):
    (document,), _ = read_value(tmp_path, [row])

    assert (document.id, document.text) == expected, why
