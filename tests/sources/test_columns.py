import pickle

import pytest

from cxtext.errors import ColumnError, ConfigError, InputTypeError, InputValueError
from cxtext.sources import Columns, ScoreScale, parse_score
from cxtext.sources.columns import plain_header, synonyms
from cxtext.sources.mapping import resolve

SURVEY = ["Antwort-ID", "Datum", "Kanal", "Kunde", "NPS", "Kommentar"]


def taken(header, columns=None):
    mapping = resolve(header, columns or Columns(), where="f.csv")
    return {m.role: (m.column, m.how) for m in mapping.found}


def test_german_survey_headers_are_all_found():
    assert taken(SURVEY) == {
        "id": ("Antwort-ID", "synonym"),
        "channel": ("Kanal", "synonym"),
        "time": ("Datum", "synonym"),
        "customer": ("Kunde", "synonym"),
        "score nps": ("NPS", "synonym"),
        "text": ("Kommentar", "synonym"),
    }


@pytest.mark.parametrize(
    ("header", "text"),
    [
        (["id", "comment"], "comment"),
        (["ID", "FREITEXT"], "FREITEXT"),
        (["id", "Begründung"], "Begründung"),
        (["comment_id", "comment_date", "comment"], "comment"),
        (["nps", "Kommentar zur Bewertung"], "Kommentar zur Bewertung"),
        (["Kommentar-ID", "Ihr Feedback?"], "Ihr Feedback?"),
        (["\ufefftext", "label"], "\ufefftext"),
        (["Was war gut?"], "Was war gut?"),  # the only column
    ],
)
def test_text_column_is_found_by_its_header(header, text):
    assert taken(header)["text"][0] == text


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (["id", "comment", "feedback"], ["'comment'", "'feedback'", "--text"]),
        (["Kommentar", "Kommentar"], ["2 columns"]),
        (["id", "Kommentar gut", "Kommentar schlecht"], ["'Kommentar gut'", "'Kommentar schlecht'"]),
        (["a", "b"], ["'a'", "'b'", "text="]),
    ],
)
def test_a_text_column_that_cannot_be_told_is_an_error_that_says_how_to_name_it(header, named):
    with pytest.raises(ColumnError) as error:
        resolve(header, Columns(), where="f.csv")
    for word in [*named, "f.csv"]:
        assert word in str(error.value)


def test_an_unknown_column_is_an_error_with_the_nearest_names():
    with pytest.raises(ColumnError, match=r"no column 'Komentar'.*did you mean 'Kommentar'"):
        resolve(SURVEY, Columns(text="Komentar"), where="f.csv")


@pytest.mark.parametrize("role", ["id", "time", "customer", "language"])
def test_an_unknown_column_of_any_role_is_an_error(role):
    with pytest.raises(ColumnError, match=role):
        resolve(SURVEY, Columns(**{role: "zzz"}), where="f.csv")


def test_an_unknown_segment_or_score_column_is_an_error():
    with pytest.raises(ColumnError, match="segments"):
        resolve(SURVEY, Columns(segments=("Region",)), where="f.csv")
    with pytest.raises(ColumnError, match="nps"):
        resolve(SURVEY, Columns(scores={"nps": "Score"}), where="f.csv")


def test_named_columns_win_over_headers_and_are_matched_without_case_if_need_be():
    found = taken([*SURVEY, "Feedback"], Columns(text="feedback", time="DATUM"))

    assert found["text"] == ("Feedback", "named")
    assert found["time"] == ("Datum", "named")


def test_a_question_or_channel_that_is_no_column_is_a_constant():
    found = taken(["Kommentar"], Columns(question="Was stört Sie?", channel="survey"))

    assert found["question"] == ("Was stört Sie?", "constant")
    assert found["channel"] == ("survey", "constant")


def test_a_channel_that_is_neither_column_nor_channel_is_an_error():
    with pytest.raises(ColumnError, match="did you mean 'survey'"):
        resolve(["Kommentar"], Columns(channel="survy"), where="f.csv")


def test_two_columns_for_one_role_take_neither_and_say_so():
    mapping = resolve(["text", "date", "created_at"], Columns(), where="f.csv")

    assert "time" not in mapping.single
    assert any("'date'" in note and "'created_at'" in note for note in mapping.notes)


def test_two_columns_for_the_state_of_a_case_take_neither_and_say_so():
    mapping = resolve(["text", "case_status", "Fallstatus"], Columns(), where="f.csv")
    assert "case_status" not in mapping.single
    assert mapping.notes == ("f.csv: 'case_status', 'Fallstatus' could each be the case_status; none was taken.",)


@pytest.mark.parametrize(
    ("column", "score", "scale", "why"),
    [
        ("NPS (0-10)", "nps", (0, 10), "the range in brackets"),
        ("Zufriedenheit 1 bis 5", "csat", (1, 5), "the range without brackets"),
        ("CSAT (1–7)", "csat", (1, 7), "a range that is not the usual one"),
        ("Overall satisfaction [1 to 5]", "csat", (1, 5), "square brackets"),
        ("Sterne (von 5)", "stars", (1, 5), "a remark that is no range"),
    ],
)
def test_a_score_is_found_with_its_range_or_a_remark_behind_its_name(column, score, scale, why):
    (index, found) = resolve(["Kommentar", column], Columns(), where="f.csv").scores[score]
    assert (index, (found.worst, found.best), found.given) == (1, scale, False), why


def test_a_name_without_remark_wins_over_one_with():
    header = ["Kommentar", "Zufriedenheit (1-5)", "Zufriedenheit"]
    assert resolve(header, Columns(), where="f.csv").scores["csat"][0] == 2


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("NPS (1-10)", "usually runs from 0 to 10"),
        ("CES (5-1)", "usually runs from 1 to 7"),
        ("Rating (1-5)", "which end of its range is the good one is not known"),
        ("Note (1-6)", "--score note=Note (1-6):WORST..BEST"),
    ],
)
def test_a_range_that_leaves_something_open_is_noted(column, said):
    mapping = resolve(["Kommentar", column], Columns(), where="f.csv")
    assert mapping.scores == {}
    assert said in mapping.notes[0]


@pytest.mark.parametrize("column", ["Datum (UTC)", "Datum/Uhrzeit", "Date (local)"])
def test_a_time_is_found_with_a_remark_behind_its_name(column):
    assert taken(["Kommentar", column])["time"][0] == column


def test_a_remark_makes_no_id_of_a_column():
    assert "id" not in taken(["Kommentar", "ID (Filiale)"])


def test_a_score_without_known_range_is_left_out_and_noted():
    mapping = resolve(["text", "rating"], Columns(), where="f.csv")

    assert mapping.scores == {}
    assert any("--score rating=rating:WORST..BEST" in note for note in mapping.notes)


def test_a_column_that_the_caller_named_is_not_taken_twice():
    mapping = resolve(["text", "nps"], Columns(scores={"likelihood": ("nps", 0, 10)}), where="f.csv")

    assert list(mapping.scores) == ["likelihood"]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("rating=rating:5..1", ("rating", ScoreScale("rating", 5, 1))),
        ("nps=NPS", ("nps", ScoreScale("NPS", 0, 10))),
        ("csat=Frage 3: Zufriedenheit", ("csat", ScoreScale("Frage 3: Zufriedenheit", 1, 5))),
        ("x=a:b:-1..1", ("x", ScoreScale("a:b", -1, 1))),
        ("note=Schulnote:6..1", ("note", ScoreScale("Schulnote", 6, 1))),
        ("m=c:0,5..1,5", ("m", ScoreScale("c", 0.5, 1.5))),
    ],
)
def test_scores_are_read_from_the_command_line(option, expected):
    assert parse_score(option) == expected


@pytest.mark.parametrize("option", ["", "nps", "=NPS", "nps=", "rating=rating", "rating=rating:3..3", "a=b:1.."])
def test_wrong_score_options_are_refused(option):
    with pytest.raises(InputValueError):
        parse_score(option)


def test_a_score_without_range_says_how_to_give_it():
    with pytest.raises(InputValueError, match=r"--score rating=stars_given:1\.\.5"):
        Columns(scores={"rating": "stars_given"})


@pytest.mark.parametrize("value", [3, ("a", "1", 5), ("a", 1), None, ("a", True, 5)])
def test_a_score_of_the_wrong_shape_is_refused(value):
    with pytest.raises(InputTypeError):
        Columns(scores={"rating": value})


@pytest.mark.parametrize("field", ["text", "segments"])
def test_a_single_name_is_as_good_as_a_tuple(field):
    assert getattr(Columns(**{field: "a"}), field) == ("a",)


def test_columns_survive_the_way_to_another_process():
    columns = Columns(text=("a", "b"), scores={"nps": "x"}, segments=("r",), customer="k")

    assert pickle.loads(pickle.dumps(columns)) == columns


def test_synonyms_are_plain_and_stand_for_one_role_only():
    words = synonyms()
    groups = {
        role: words[role]["exact"]
        for role in ("text", "id", "question", "channel", "time", "customer", "case_status", "language")
    }
    groups |= {f"score {name}": list(values) for name, values in words["scores"].items()}
    groups["unranged"] = words["unranged_scores"]["exact"]
    seen = {}
    for role, headers in groups.items():
        for header in headers:
            assert header == plain_header(header), header
            assert seen.setdefault(header, role) == role, header
        assert len(set(headers)) == len(headers), role


def test_a_scale_must_have_two_ends():
    with pytest.raises(InputValueError):
        ScoreScale("a", 3, 3)


def test_a_mapping_file_says_what_the_keywords_say(tmp_path):
    (tmp_path / "map.toml").write_text(
        'text = ["Gut", "Schlecht"]\ntime = "Eingang"\nlanguage = "Spr"\n'
        '[scores]\nnps = "F1"\ngrade = { column = "Note", worst = 6, best = 1 }\n',
        encoding="utf-8",
    )

    assert Columns.from_toml(tmp_path / "map.toml") == Columns(
        text=("Gut", "Schlecht"), time="Eingang", language="Spr", scores={"nps": "F1", "grade": ("Note", 6, 1)}
    )


def test_a_mapping_may_be_one_table_of_a_file_with_options(tmp_path):
    (tmp_path / "run.toml").write_text('seed = 1\n[columns]\ntext = "Kommentar"\n', encoding="utf-8")

    assert Columns.from_toml(tmp_path / "run.toml") == Columns(text="Kommentar")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('txt = "Kommentar"', "no key 'txt'.*'text'"),
        ("columns = 3", "must be a table"),
        ("scores = 3", "scores must be a table"),
        ('[scores]\nnps = { column = "F1" }', "worst and best"),
        ("text = 3", "text"),
        ('[scores]\ngrade = "Note"', "grade=Note:1..5"),
        ("text =", "not valid TOML"),
    ],
)
def test_a_wrong_mapping_file_is_an_error_that_says_what_is_allowed(tmp_path, text, message):
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")

    with pytest.raises((ConfigError, InputTypeError, InputValueError), match=message):
        Columns.from_toml(tmp_path / "map.toml")
