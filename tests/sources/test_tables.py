from datetime import UTC, datetime

import pandas as pd

from cxtext.sources import Columns, read


def test_times_of_a_frame_become_plain_aware_datetimes():
    frame = pd.DataFrame(
        {"text": ["a", "b", "c"], "date": pd.to_datetime(["2026-02-03 10:00", None, "2026-02-04 00:00"])}
    )

    reading = read(frame)
    times = [d.created_at for d in reading]

    assert times == [datetime(2026, 2, 3, 10, tzinfo=UTC), None, datetime(2026, 2, 4, tzinfo=UTC)]
    assert {type(t) for t in times if t} == {datetime}


def test_times_without_a_zone_take_the_named_one_and_the_report_says_so():
    reading = read(pd.DataFrame({"text": ["a"], "date": ["03.02.2026 10:00"]}), time_zone="Europe/Berlin")
    (document,) = reading

    assert document.created_at.isoformat() == "2026-02-03T10:00:00+01:00"
    assert any("Europe/Berlin" in note for note in reading.report.notes)


def test_dates_with_slashes_follow_the_column_not_the_row():
    reading = read(pd.DataFrame({"text": ["a", "b"], "date": ["03/04/2026", "12/31/2026"]}))

    assert [d.created_at.month for d in reading] == [3, 12]
    assert any("month/day/year" in note for note in reading.report.notes)


def test_dates_in_both_orders_are_read_as_most_and_noted():
    dates = ["25/12/2025", "24/12/2025", "12/24/2025"]
    reading = read(pd.DataFrame({"text": ["Gut", "Schlecht", "Okay"], "date": dates}))
    assert [d.created_at and d.created_at.day for d in reading] == [25, 24, None]
    assert any("day/month in some rows and month/day in others" in note for note in reading.report.notes)
    assert reading.report.unreadable_times == 1


def test_dates_whose_order_is_open_are_noted():
    reading = read(pd.DataFrame({"text": ["a"], "date": ["03/04/2026"]}))

    assert [d.created_at.month for d in reading] == [4]
    assert any("taken as day/month" in note for note in reading.report.notes)


def test_several_text_columns_give_one_respondent_several_documents():
    frame = pd.DataFrame({"id": ["r1"], "Was war gut?": ["Personal"], "Was war schlecht?": ["Preis"], "nps": [6]})

    documents = list(read(frame, columns=Columns(text=("Was war gut?", "Was war schlecht?"))))

    assert [(d.id, d.question, d.text, d.attributes["respondent"]) for d in documents] == [
        ("r1:Was war gut?", "Was war gut?", "Personal", "r1"),
        ("r1:Was war schlecht?", "Was war schlecht?", "Preis", "r1"),
    ]
    assert [d.scores["nps"] for d in documents] == [6, 6]


def test_a_question_given_wins_over_the_headers_of_several_text_columns():
    frame = pd.DataFrame({"a": ["x"], "b": ["y"]})

    documents = read(frame, columns=Columns(text=("a", "b"), question="Was fehlt?"))

    assert {d.question for d in documents} == {"Was fehlt?"}


def test_scores_keep_their_units_and_the_reading_knows_their_scales():
    frame = pd.DataFrame(
        {"text": ["a", "b", "c", "d"], "rating": ["5", "1", "6", "weiß nicht"], "nps": [0, 10, 11, None]}
    )

    reading = read(frame, columns=Columns(scores={"rating": ("rating", 5, 1)}))

    assert [dict(d.scores) for d in reading] == [{"rating": 5, "nps": 0}, {"rating": 1, "nps": 10}, {}, {}]
    assert reading.scales == {"nps": (0, 10), "rating": (5, 1)}
    assert reading.report.out_of_scale == {"rating": 1, "nps": 1}
    assert reading.report.not_numbers == {"rating": 1}


def test_channel_language_and_customer_come_from_columns_or_options():
    frame = pd.DataFrame(
        {"text": ["a", "b"], "Kanal": ["E-Mail", "Brieftaube"], "Sprache": ["en", None], "Kunde": [17, None]}
    )

    reading = read(frame, language="de")
    documents = list(reading)

    assert [(d.channel, d.language, d.attributes.get("customer")) for d in documents] == [
        ("email", "en", "17"),
        (None, "de", None),
    ]
    assert reading.report.unknown_channels == 1


def test_the_state_of_a_case_is_found_by_its_header():
    frame = pd.DataFrame({"text": ["a", "b"], "Ticket-Status": ["offen", None], "status": ["gold", "gold"]})
    assert [dict(d.attributes) for d in read(frame)] == [{"case_status": "offen"}, {}]


def test_a_constant_channel_stands_for_all_rows():
    assert [d.channel for d in read(pd.DataFrame({"text": ["a"]}), columns=Columns(channel="review"))] == ["review"]
