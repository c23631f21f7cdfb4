import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from cxtext.documents import Document
from cxtext.engines.collection import analyze
from cxtext.errors import ColumnError, ConfigError, InputTypeError, InputValueError, SourceNotFoundError

pytestmark = pytest.mark.usefixtures("without_model")

START = datetime(2026, 1, 5, tzinfo=UTC)
SAYINGS = [
    # text, effect on the score
    ("Die Lieferung war leider wieder langsam {}.", -4),
    ("Die Beratung in der Filiale war freundlich {}.", 3),
    ("Der Preis ist mir ehrlich gesagt zu teuer {}.", 0),
    ("The advice was quick and really helpful {}.", 3),
    ("Nothing special happened on this visit {}.", 0),
    ("Die Lieferung kam pünktlich bei uns an {}.", 0),
]
DAYTIMES = ["heute", "gestern", "morgens", "abends", "sonntags", "mittags", "neulich"]


def survey(n=420):
    rng = np.random.default_rng(7)
    rows = []
    for i in range(n):
        text, effect = SAYINGS[rng.integers(len(SAYINGS))]
        nps = int(np.clip(round(6 + effect + rng.normal(0, 1.5)), 0, 10))
        rows.append(
            {
                "Kommentar": text.format(DAYTIMES[rng.integers(len(DAYTIMES))]),
                "NPS": nps,
                "Kanal": "Filiale" if i % 2 else "Web",
                "Datum": (START + timedelta(days=int(i % 90))).isoformat(),
                "Antwort-ID": f"a{i}",
            }
        )
    return pd.DataFrame(rows)


OPTIONS = {"text": "Kommentar", "scores": {"nps": "NPS"}, "outcome": "nps", "time": "Datum", "segments": ["Kanal"]}


@pytest.fixture(scope="module")
def frame():
    return survey()


def plain(result):
    """What there is to compare: everything that a report shows."""
    return result.to_dict()


def test_a_survey_gives_topics_drivers_scores_and_quotes(frame):
    result = analyze(frame, **OPTIONS)
    assert result.quality["documents"] == result.quality["analysed"] == len(frame)
    assert result.meta["languages"].keys() == {"de", "en"}
    assert result.meta["outcome"] == {"name": "nps", "metric": "nps", "worst": 0, "best": 10}
    assert result.meta["period"] == {"start": "2026-01-05", "end": "2026-04-04"}
    worst, best = result.negative_drivers.iloc[0], result.positive_drivers.iloc[0]
    assert worst["grade"] in ("A", "B")
    assert worst["impact"] < 0 < best["impact"]
    quotes = result.quotes[(result.quotes["topic"] == worst["topic"]) & (result.quotes["polarity"] == "negative")]
    assert 1 <= len(quotes) <= 3
    assert quotes["text"].str.contains("langsam").all()
    for row in quotes.itertuples():
        assert row.text[int(row.aspect_start) : int(row.aspect_end)] == "Lieferung"
    assert set(result.scores["score"]) == {"nps"}
    assert set(result.segments["value"]) == {"Filiale", "Web"}
    assert len(result.trends)
    assert set(result.queue["queue"]) <= {"recover", "engage", "advocate"}
    assert set(result.drivers["topic"]) <= set(result.topics["id"])


def test_the_order_of_the_rows_does_not_matter(frame):
    shuffled = frame.sample(frac=1.0, random_state=3)
    options = {**OPTIONS, "id": "Antwort-ID"}
    assert plain(analyze(frame, **options)) == plain(analyze(shuffled, **options))


def test_the_same_rows_from_any_source_give_the_same_report(frame, tmp_path):
    path = tmp_path / "umfrage.csv"
    frame.to_csv(path, index=False, sep=";")
    options = {**OPTIONS, "id": "Antwort-ID"}
    reports = [plain(analyze(s, **options)) for s in (frame, pa.Table.from_pandas(frame), path, str(path))]
    for report in reports:
        report["meta"].pop("sources")
        report["meta"].pop("notes")
    assert reports[0] == reports[1] == reports[2] == reports[3]


def test_a_reversed_scale_is_turned_and_said(frame):
    turned = frame.assign(Note=10 - frame["NPS"]).drop(columns="NPS")
    straight = analyze(frame, "Kommentar", scores={"x": ("NPS", 0, 10)}, outcome="x").drivers
    result = analyze(turned, "Kommentar", scores={"x": ("Note", 10, 0)}, outcome="x")
    pd.testing.assert_frame_equal(result.drivers, straight)
    assert result.meta["outcome"] == {"name": "x", "metric": "mean", "worst": 10, "best": 0}
    [score] = result.scores.to_dict("records")
    assert score["value"] == pytest.approx(float(turned["Note"].mean()))


def test_the_only_score_is_the_outcome(frame):
    options = {k: v for k, v in OPTIONS.items() if k != "outcome"}
    assert analyze(frame, **options).meta["outcome"]["name"] == "nps"
    two = analyze(frame, **{**options, "scores": {"nps": "NPS", "x": ("NPS", 0, 10)}})
    assert two.meta["outcome"] is None
    assert two.drivers["impact"].isna().all()


def test_values_off_the_scale_are_missing_and_reported():
    documents = [Document(text=f"Die Lieferung war langsam {i}.", scores={"nps": i}) for i in range(14)]
    result = analyze(documents, outcome="nps")
    assert result.quality["out_of_range"] == {"nps": 3}
    assert result.scores["n"].tolist() == [11]


def test_a_customer_who_writes_often_counts_once_for_the_intervals(frame):
    alone = analyze(frame, **OPTIONS).drivers
    grouped = analyze(
        frame.assign(Kunde=[f"k{i // 6}" for i in range(len(frame))]), **OPTIONS, customer="Kunde"
    ).drivers
    assert (grouped["n"].sort_values().to_numpy() == alone["n"].sort_values().to_numpy()).all()
    assert not grouped["share_low"].equals(alone["share_low"])


def test_owners_are_shown_with_topics_drivers_and_queue(frame):
    label = analyze(frame, **OPTIONS).negative_drivers["label"].iloc[0]
    result = analyze(frame, **OPTIONS, owners={label.upper(): "Logistik", "nothing at all": "Nobody"})
    owners = result.topics.set_index("label")["owner"]
    assert owners[label] == "Logistik"
    assert owners.isna().any()
    assert result.negative_drivers["owner"].iloc[0] == "Logistik"
    assert "Logistik" in set(result.queue["route_to"].dropna())


@pytest.mark.parametrize(
    ("source", "analysed", "read"),
    [
        ([], 0, 0),
        (["", "  "], 0, 2),
        (["Die Lieferung war langsam."], 1, 1),
        (["Die Lieferung war langsam."] * 40, 40, 40),
        ([Document(text="C'est la vie", language="other")] * 3, 0, 3),
        (["👍", "👎", "❤️"], 3, 3),
    ],
    ids=["nothing", "empty texts", "one text", "one text repeated", "other languages", "emoji"],
)
def test_too_little_text_is_said_and_no_error(source, analysed, read, tmp_path):
    result = analyze(source)
    assert (result.quality["analysed"], result.quality["documents"]) == (analysed, read)
    assert result.topics.empty
    assert result.drivers.empty
    result.to_html(tmp_path / "report.html")
    assert (tmp_path / "report.html").stat().st_size > 1000


def test_two_texts_are_enough_for_topics():
    result = analyze(["Die Lieferung war langsam.", "The advice was great."])
    assert len(result.topics) >= 1
    assert result.quotes.empty  # too few to quote anybody


def test_redaction_is_said(frame):
    assert analyze(frame.head(20), **OPTIONS).meta["redaction"] == "mask"
    kept = analyze([{"Kommentar": "Die App ist langsam, a@b.de"}], text="Kommentar", redact="keep")
    assert kept.quality["pii_masked"] == {}


def test_a_wrong_date_costs_the_trends_and_not_the_report(frame):
    wrong = frame.assign(Datum=["0001-01-01", *frame["Datum"][1:]])
    result = analyze(wrong, **OPTIONS)
    assert result.trends.empty
    assert any(note.startswith("no trends") for note in result.meta["notes"])
    assert len(result.drivers)


def test_saving_writes_the_report(frame, tmp_path):
    analyze(frame, **OPTIONS).save(tmp_path / "out")
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert {"report.html", "report.json", "topics.json", "drivers.csv", "segments.csv", "trends.csv"} <= names


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"text": "Komentar"}, ColumnError, "'Kommentar'"),
        ({"outcome": "csat"}, ColumnError, "csat"),
        ({"scores": {"x": "NPS"}}, InputValueError, "range"),
        ({"segments": "Region"}, ColumnError, "'Region'"),
        ({"segments": 3}, InputTypeError, "int"),
        ({"redact": "delete"}, InputValueError, "mask"),
        ({"language": "auto"}, InputValueError, "de, en, other"),
        ({"taxonomy": {"a": ["b"]}}, InputTypeError, "taxonomy must be the path of a TOML file, 'cx'.*got dict"),
        ({"taxonomy": "none.toml"}, ConfigError, r"no taxonomy file 'none\.toml'"),
        ({"owners": 3}, InputTypeError, "owners"),
        ({"pipeline": 3}, InputTypeError, "pipeline"),
    ],
)
def test_wrong_options_are_refused(frame, options, error, message):
    with pytest.raises(error, match=message):
        analyze(frame.head(5), **{**OPTIONS, **options})


def test_a_missing_file_is_named():
    with pytest.raises(SourceNotFoundError, match=r"nothing\.csv"):
        analyze("nothing.csv")


def test_an_outcome_that_no_document_has_is_refused():
    with pytest.raises(ColumnError, match="mood"):
        analyze([Document(text="Die App ist langsam.", scores={"nps": 3})], outcome="mood")


def test_documents_in_any_order_give_the_same_report():
    documents = [
        Document(text=text.format(day), id=f"{i}-{day}", scores={"nps": (i * 3) % 11}, attributes={"shop": day})
        for i, (text, _) in enumerate(SAYINGS)
        for day in DAYTIMES
    ]
    first = plain(analyze(documents, segments=["shop"]))
    random.Random(2).shuffle(documents)
    assert plain(analyze(documents, segments=["shop"])) == first


def test_no_more_responses_praise_or_criticise_a_topic_than_speak_of_it(frame):
    result = analyze(frame, **OPTIONS)
    documents = result.topics.set_index("id")["documents"]
    assert (result.drivers["n"] <= result.drivers["topic"].map(documents)).all()
    assert (documents <= result.quality["analysed"]).all()
    children = result.topics.dropna(subset=["parent"])
    assert (children["documents"].to_numpy() <= documents[children["parent"].astype(int)].to_numpy()).all()
