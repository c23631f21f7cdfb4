import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.errors import ColumnError
from cxtext.sources import Columns, ScoreScale, read
from cxtext.sources.ratings import _vocabulary, as_rating, runs_other_way

NPS = ScoreScale("NPS", 0, 10)
FIVE = ScoreScale("Zufriedenheit", 1, 5)
SEVEN = ScoreScale("CES", 1, 7)
THREE = ScoreScale("Smiley", 1, 3)
GRADE = ScoreScale("Schulnote", 6, 1)
THUMBS = ScoreScale("Daumen", 0, 1)


@pytest.mark.parametrize(
    ("value", "scale", "expected", "why"),
    [
        ("4,5", FIVE, 4.5, "decimal comma"),
        (4, FIVE, 4, "a number"),
        ("3 von 5", FIVE, 3, "with its scale, German"),
        ("4 out of 5", FIVE, 4, "with its scale, English"),
        ("4/5", FIVE, 4, "with its scale, short"),
        ("4,5/5 Sternen", FIVE, 4.5, "with its scale and unit"),
        ("8/10", FIVE, None, "another scale is another unit"),
        ("2/6", GRADE, 2, "the larger end counts, whichever is the best"),
        ("4 Sterne", FIVE, 4, "with what is counted"),
        ("5 stars", FIVE, 5, "the same in English"),
        ("80 %", FIVE, None, "percent are another unit"),
        ("★★★★☆", FIVE, 4, "drawn stars"),
        ("⭐️⭐️", FIVE, 2, "stars of a phone, with variation selectors"),
        ("10 - Extremely likely", NPS, 10, "labelled end of an export"),
        ("0 (überhaupt nicht wahrscheinlich)", NPS, 0, "label in brackets"),
        ("sehr zufrieden", FIVE, 5, "the best answer of five"),
        ("Eher unzufrieden", FIVE, 2, "in any case of letters"),
        ("teils, teils", FIVE, 3, "with a comma"),
        ("Neither satisfied nor dissatisfied", FIVE, 3, "the middle in English"),
        ("strongly agree", SEVEN, 7, "seven points"),
        ("agree", SEVEN, 6, "a word has its place in the scale of so many points"),
        ("agree", FIVE, 4, "and another one in another scale"),
        ("sehr zufrieden", NPS, None, "no scale of eleven points has words"),
        ("sehr gut", GRADE, 1, "German school grade"),
        ("ungenügend", GRADE, 6, "the worst grade"),
        ("befriedigend", ScoreScale("Schulnote", 1, 6), 4, "the words follow the range that was named"),
        ("👍", THUMBS, 1, "thumb"),
        ("👎🏽", THUMBS, 0, "thumb with a skin tone"),
        ("thumbs up", THUMBS, 1, "thumb in words"),
        ("Daumen runter", THUMBS, 0, "thumb in German words"),
        (True, THUMBS, 1, "yes or no"),
        (":)", THREE, 3, "smiley of three"),
        (":-(", THREE, 1, "with a nose"),
        (":)", FIVE, 4, "smiley of five"),
        (":D", FIVE, 5, "laughing"),
        ("😐", THREE, 2, "emoji"),
        ("☹️", FIVE, 2, "emoji with a variation selector"),
        ("weiß nicht", FIVE, None, "no rating"),
        ("N/A", FIVE, None, "no rating"),
        ("3 Züge", FIVE, None, "a number of something else"),
        ("sehr zufrieden " * 20, FIVE, None, "a text"),
        (None, FIVE, None, "nothing"),
        ([4], FIVE, None, "no cell"),
    ],
)
def test_ratings(value, scale, expected, why):
    assert as_rating(value, scale) == expected, why


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none(), st.binary()))
def test_no_value_breaks_a_rating(value):
    for scale in (NPS, FIVE, GRADE, ScoreScale("x", 0.5, 1.25)):
        found = as_rating(value, scale)
        assert found is None or isinstance(found, float)


def test_every_answer_of_a_scale_has_one_place():
    for scale in _vocabulary()["scales"]:
        answers = [answer for place in scale["answers"] for answer in place]
        assert len(set(answers)) == len(answers), scale["name"]
        worst_to_best = ScoreScale("x", 1, len(scale["answers"]))
        for place, same in enumerate(scale["answers"], start=1):
            assert {as_rating(answer, worst_to_best) for answer in same} == {place}, (scale["name"], same)


@pytest.mark.parametrize(
    ("header", "cells", "scale", "number", "why"),
    [
        ("Aufwand", ["1 = sehr leicht"], SEVEN, 1, "an end that is labelled in a cell"),
        ("Wie leicht war es? (1 = sehr schwer, 7 = sehr leicht)", [], SEVEN, None, "labelled as the scale runs"),
        (
            "Wie leicht war es? (1 = sehr leicht, 7 = sehr schwer)",
            [],
            SEVEN,
            1,
            "labelled the other way, in the header",
        ),
        ("How likely?", ["0 - Not at all likely", "10 - Extremely likely"], NPS, None, "as usual"),
        ("Note", ["1 (sehr gut)"], ScoreScale("Note", 1, 5), 1, "a grade taken for stars"),
        ("Note", ["1 (sehr gut)"], GRADE, None, "a grade taken for a grade"),
        ("Frage 1 - sehr wichtig", ["3"], FIVE, None, "a label that is no end of a scale"),
    ],
)
def test_scales_that_run_the_other_way(header, cells, scale, number, why):
    assert runs_other_way(header, cells, scale) == number, why


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([{"Kommentar": "Ging schnell", "Aufwand": "1 = sehr leicht"}], Columns(text="Kommentar")),
        ([{"Kommentar": "Ging schnell", "CES (1 = sehr leicht)": 2}], Columns(scores={"ces": "CES (1 = sehr leicht)"})),
        ([{"Kommentar": "Ging schnell", "Schulnote": 2}], Columns(scores={"csat": "Schulnote"})),
    ],
)
def test_a_reversed_scale_is_an_error_that_says_what_to_write(rows, columns):
    with pytest.raises(ColumnError, match=r"--score (ces|csat)=.*:\d\.\.\d") as error:
        read(rows, columns=columns)
    assert "Ging schnell" not in str(error.value)


def test_a_named_range_is_believed():
    rows = [{"Kommentar": "Ging schnell", "Aufwand": "1 = sehr leicht", "Schulnote": "sehr gut"}]

    columns = Columns(text="Kommentar", scores={"ces": ("Aufwand", 7, 1), "grade": ("Schulnote", 6, 1)})
    (document,) = read(rows, columns=columns)

    assert dict(document.scores) == {"ces": 1, "grade": 1}


def test_a_reversed_scale_is_found_in_tables_that_are_not_looked_into_before(tmp_path):
    pq.write_table(pa.table({"Kommentar": ["Ging schnell"], "Aufwand": ["1 = sehr leicht"]}), tmp_path / "f.parquet")

    with pytest.raises(ColumnError, match=r"--score ces=Aufwand:7\.\.1"):
        list(read(tmp_path / "f.parquet"))


def test_smileys_and_thumbs_without_a_range_are_noted():
    notes = read(
        [{"Kommentar": "ok", "Smiley": ":)", "Daumen": "hoch"}], columns=Columns(text="Kommentar")
    ).report.notes

    assert ["--score smiley=Smiley:" in notes[0], "--score daumen=Daumen:" in notes[1]] == [True, True]
