"""The command line: what it writes, what it says, how it ends."""

import json
import re
import shutil
import subprocess
import sys

import duckdb
import jsonschema
import numpy as np
import pandas as pd
import pytest

from cxtext import analyze
from cxtext.engines import shards
from cxtext.report.help_desk import queue_schema
from cxtext.run import main
from cxtext.topics.taxonomy import read_taxonomy

SAYINGS = [
    ("Die Lieferung war leider wieder langsam {}.", 2),
    ("Die Beratung in der Filiale war freundlich {}.", 9),
    ("Der Preis ist mir ehrlich gesagt zu teuer {}.", 6),
    ("The advice was quick and really helpful {}.", 9),
    ("Nothing special happened on this visit {}.", 6),
]
DAYTIMES = ["heute", "gestern", "morgens", "abends", "sonntags", "mittags", "neulich"]
FILES = {"report.html", "report.json", "topics.json", "drivers.csv", "rejects.jsonl", "manifest.json", "annotations"}


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(5)
    rows = []
    for i in range(240):
        text, nps = SAYINGS[rng.integers(len(SAYINGS))]
        rows.append(
            {
                "Kommentar": text.format(DAYTIMES[rng.integers(len(DAYTIMES))]),
                "NPS": int(np.clip(round(nps + rng.normal(0, 1.2)), 0, 10)),
                "Kanal": "Web" if i % 2 else "Filiale",
            }
        )
    return pd.DataFrame(rows)


@pytest.fixture
def survey(tmp_path, rows):
    path = tmp_path / "umfrage.csv"
    rows.to_csv(path, index=False, sep=";")
    return path


@pytest.fixture
def cli(monkeypatch, capsys, tiny, without_model):
    """Run the command in process with the tiny pipeline; gives exit code, stdout and stderr."""
    monkeypatch.setattr(shards, "DOCUMENTS", 50)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*args):
        code = main([str(a) for a in args])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


def content(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# --- what is written -----------------------------------------------------------------------------------------------


def test_a_run_writes_all_its_files(cli, survey, tmp_path):
    out = tmp_path / "report"
    code, said, _ = cli(survey, "--out", out)
    assert code == 0
    assert {p.name for p in out.iterdir()} >= FILES
    assert "text: Kommentar (synonym)" in said
    assert "outcome: nps (the only score" in said
    assert "240 documents read, 240 analysed, 0 rejected" in said
    assert re.search(r"What delights +What annoys", said)
    assert f"report: {out / 'report.html'}" in said
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["analysed"] == 240
    assert report["drivers"]["positive"]
    assert report["drivers"]["negative"]
    [(n,)] = duckdb.sql(f"SELECT count(*) FROM '{out}/annotations/part-*.parquet'").fetchall()
    assert n == 240
    assert [p.name for p in sorted((out / "annotations").glob("part-*"))] == [f"part-{i:05d}.parquet" for i in range(5)]


def test_the_manifest_says_what_made_the_results(cli, survey, tmp_path):
    out = tmp_path / "report"
    cli(survey, "--out", out, "--segment", "Kanal", "--seed", "3", "--threads", "1")
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["schema"] == "cxtext.manifest/1"
    assert manifest["inputs"] == [
        {"name": "umfrage.csv", "bytes": survey.stat().st_size, "sha256": shards.sha256(survey)}
    ]
    assert {"cxtext", "python", "numpy", "pandas", "onnxruntime"} <= manifest["versions"].keys()
    assert manifest["config"] == {
        "segment": ["Kanal"],
        "language": "auto",
        "redact": "mask",
        "seed": 3,
        "duplicates": "once",
    }
    assert manifest["counts"]["documents"] == manifest["counts"]["analysed"] == 240
    assert manifest["counts"]["languages"].keys() == {"de", "en"}
    assert manifest["outputs"].keys() >= {"report.html", "rejects.jsonl", "annotations/part-00004.parquet"}
    for name, digest in manifest["outputs"].items():
        assert shards.sha256(out / name) == digest
    assert str(tmp_path) not in (out / "manifest.json").read_text(encoding="utf-8")


def test_a_taxonomy_gives_topics_with_its_ids_and_annotations_with_categories(cli, survey, tmp_path):
    path, out = tmp_path / "shop.toml", tmp_path / "report"
    path.write_text(
        'schema = "cxtext.taxonomy/1"\n'
        '[[topics]]\nid = "advice"\nlabel = {de = "Beratung", en = "Advice"}\nkeywords = ["Beratung", "advice"]\n'
        '[[topics]]\nid = "price"\nlabel = {de = "Preis", en = "Price"}\nkeywords = ["Preis"]\n',
        encoding="utf-8",
    )
    assert cli(survey, "--out", out, "--taxonomy", path)[0] == 0
    topics = json.loads((out / "topics.json").read_text(encoding="utf-8"))
    assert [(t["id"], t["category"]) for t in topics[:2]] == [(0, "advice"), (1, "price")]
    assert {t["category"] for t in topics[2:]} == {None}
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert 0 < report["quality"]["untagged"] < 1
    assert "Was die Taxonomie abdeckt" in (out / "report.html").read_text(encoding="utf-8")
    query = f"SELECT DISTINCT unnest(annotation.drivers.positive).category FROM '{out}/annotations/part-*.parquet'"
    assert {row[0] for row in duckdb.sql(query).fetchall()} >= {"advice"}
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["taxonomy"] == {"name": "shop", "sha256": read_taxonomy(path).sha256}
    # The annotations hang on what the taxonomy says.
    path.write_text(path.read_text(encoding="utf-8").replace("Preis", "Lieferung"), encoding="utf-8")
    code, _, err = cli(survey, "--out", out, "--taxonomy", path, "--resume")
    assert code == 2
    assert "--force" in err


def test_the_same_run_gives_the_same_bytes(cli, survey, tmp_path):
    for name in ("a", "b"):
        assert cli(survey, "--out", tmp_path / name, "--segment", "Kanal")[0] == 0
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_threads_do_not_change_a_byte(cli, survey, tmp_path):
    cli(survey, "--out", tmp_path / "a")
    cli(survey, "--out", tmp_path / "b", "--threads", "2")
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_what_cannot_be_read_is_listed_without_its_content(cli, survey, tmp_path):
    with survey.open("a", encoding="utf-8") as file:
        file.write("GEHEIM eins;3;01.02.2026;Web;zu;viele;Felder\n")
    out = tmp_path / "report"
    code, said, _ = cli(survey, "--out", out)
    assert code == 0
    assert "1 rejected" in said
    [reject] = [json.loads(line) for line in (out / "rejects.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (reject["file"], reject["row"], reject["reason"]) == ("umfrage.csv", 241, "too_many_fields")
    assert not any(b"GEHEIM" in data for name, data in content(out).items() if name != "annotations")


def test_several_inputs_of_several_kinds(cli, survey, tmp_path):
    mails = tmp_path / "mails"
    mails.mkdir()
    (mails / "a.eml").write_text("Subject: App\nFrom: a@example.org\n\nDie App ist langsam.\n", encoding="utf-8")
    (mails / "b.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\n<v Kunde>Die App ist langsam.\n", encoding="utf-8")
    code, said, _ = cli(survey, mails, "--out", tmp_path / "report")
    assert code == 0
    assert "242 documents read" in said
    assert "1 eml file" in said


# --- options -------------------------------------------------------------------------------------------------------


def test_options_by_name(cli, tmp_path, rows):
    table = tmp_path / "daten.csv"
    renamed = rows.rename(columns={"Kommentar": "Spalte A", "NPS": "Note", "Kanal": "wo"})
    renamed["Note"] = 10 - renamed["Note"]
    renamed["wann"] = [f"{1 + i % 28:02d}.01.2026" for i in range(len(rows))]
    renamed.assign(wer=[f"k{i % 60}" for i in range(len(rows))]).to_csv(table, index=False)
    owners = tmp_path / "owners.toml"
    owners.write_text('[owners]\n"Lieferung" = "Logistik"\n[deadlines.survey]\nrecover = 3\n', encoding="utf-8")
    out = tmp_path / "report"
    code, said, _ = cli(
        table, "--out", out, "--text", "Spalte A", "--score", "note=Note:10..0", "--outcome", "note", "--time", "wann",
        "--segment", "wo", "--customer", "wer", "--owners", owners, "--report-language", "en", "--channel", "survey",
        "--question", "Was stört Sie?", "--language", "de", "--redact", "mask", "--engine", "local",
    )  # fmt: skip
    assert code == 0, said
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["language"] == "en"
    assert report["meta"]["outcome"] == {"name": "note", "metric": "mean", "worst": 10.0, "best": 0.0}
    assert report["meta"]["languages"] == {"de": 240}
    assert report["meta"]["period"] == {"start": "2026-01-01", "end": "2026-01-28"}
    assert {row["value"] for row in report["segments"]} == {"Web", "Filiale"}
    frame = pd.read_parquet(out / "annotations" / "part-00000.parquet")
    assert set(frame["channel"]) == {"survey"}
    assert set(frame["question"]) == {"Was stört Sie?"}
    cases = json.loads((out / "queue.json").read_text(encoding="utf-8"))
    jsonschema.validate(cases, queue_schema())
    assert {case["channel"] for case in cases["cases"]} == {"survey"}
    assert {case["deadline_hours"] for case in cases["cases"] if case["urgency"] == "none"} <= {3.0, 72.0, 168.0}
    assert len({case["customer"] for case in cases["cases"]}) == len(cases["cases"])
    assert "Logistik" in {case["route_to"] for case in cases["cases"]}


def test_a_config_file_gives_options_and_the_command_line_wins(cli, survey, tmp_path):
    config = tmp_path / "weekly.toml"
    config.write_text('segment = ["Kanal"]\nseed = 7\nreport-language = "de"\ntext = "Kommentar"\n', encoding="utf-8")
    out = tmp_path / "report"
    assert cli(survey, "--out", out, "--config", config, "--seed", "9")[0] == 0
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == 9
    assert manifest["config"]["segment"] == ["Kanal"]
    assert json.loads((out / "report.json").read_text(encoding="utf-8"))["language"] == "de"


def test_a_config_file_may_map_columns(cli, tmp_path):
    table = tmp_path / "daten.csv"
    table.write_text("a;b;c;d\nZu teuer;5;de;Nord\nSuper!;1;en;Süd\n", encoding="utf-8")
    config = tmp_path / "map.toml"
    config.write_text(
        'quiet-is-no-option = 1\n[columns]\ntext = "a"\nlanguage = "c"\nsegments = "d"\n'
        '[columns.scores]\ngrade = { column = "b", worst = 6, best = 1 }\n',
        encoding="utf-8",
    )
    code, _, err = cli(table, "--dry-run", "--config", config)
    assert (code, "quiet-is-no-option" in err) == (2, True)
    config.write_text(config.read_text(encoding="utf-8").partition("\n")[2], encoding="utf-8")
    code, said, _ = cli(table, "--dry-run", "--config", config)
    assert code == 0
    for line in ("text: a (named)", "language: c (named)", "segment: d (named)", "score grade: b (named)"):
        assert line in said
    code, said, _ = cli(table, "--dry-run", "--config", config, "--text", "d")
    assert "text: d (named)" in said


def test_a_config_file_may_be_a_pipeline(cli, survey, tmp_path):
    pipeline = tmp_path / "pipeline.toml"
    pipeline.write_text('schema = "cxtext.pipeline/1"\n[[stages]]\nname = "language.v1"\n', encoding="utf-8")
    options = tmp_path / "run.toml"
    options.write_text(f'pipeline = "{pipeline.as_posix()}"\nredact = "keep"\n', encoding="utf-8")
    assert cli(survey, "--out", tmp_path / "a", "--config", options)[0] == 0
    assert cli(survey, "--out", tmp_path / "b", "--config", pipeline, "--redact", "keep")[0] == 0
    report = json.loads((tmp_path / "b" / "report.json").read_text(encoding="utf-8"))
    assert report["meta"]["stages"] == ["language.v1"]


def test_a_dry_run_says_by_what_each_file_was_told(cli, survey, tmp_path):
    call = tmp_path / "call.dat"
    call.write_text('{"segments": [{"start": 0, "end": 1, "text": "Hallo."}], "language": "de"}', encoding="utf-8")
    code, said, _ = cli(survey, call, "--dry-run")
    assert code == 0
    assert "1 whisper file (keys segments.*.start, segments.*.text)" in said
    assert "umfrage.csv (csv, suffix .csv, " in said


def test_a_dry_run_prints_the_mapping_and_writes_nothing(cli, survey, tmp_path):
    before = content(tmp_path)
    code, said, _ = cli(survey, "--dry-run", "--out", tmp_path / "report")
    assert code == 0
    assert "score nps: NPS (synonym)" in said
    assert content(tmp_path) == before
    assert cli(survey, "--dry-run")[0] == 0


def test_json_prints_one_object_and_nothing_else(cli, survey, tmp_path):
    code, said, err = cli(survey, "--out", tmp_path / "report", "--json")
    summary = json.loads(said)
    assert (code, err) == (0, "")
    assert summary["status"] == "done"
    assert summary["documents"] == 240
    assert summary["languages"].keys() == {"de", "en"}
    assert all(row["label"] for rows in summary["drivers"].values() for row in rows)
    assert json.loads(cli(survey, "--dry-run", "--json")[1])["load"]["files"][0]["name"] == "umfrage.csv"


def test_json_tells_of_a_failure_too(cli, tmp_path):
    code, said, err = cli(tmp_path / "nothing.csv", "--out", tmp_path / "report", "--json")
    assert code == 2
    assert json.loads(said) == {"status": "failed", "exit_code": 2, "message": err.removeprefix("error: ").strip()}


def test_quiet_says_nothing(cli, survey, tmp_path):
    assert cli(survey, "--out", tmp_path / "report", "--quiet") == (0, "", "")


def test_help_teaches_with_examples(cli):
    code, said, _ = cli("--help")
    assert code == 0
    for word in ("--score", "NAME=COL[:WORST..BEST]", "[owners]", "umfrage.csv --dry-run", "--resume", "Exit codes"):
        assert word in said


def test_the_batch_job_says_what_analyze_says(cli, survey, tmp_path):
    out = tmp_path / "report"
    cli(survey, "--out", out, "--segment", "Kanal")
    in_memory = analyze(survey, segments=["Kanal"]).to_dict()
    written = json.loads((out / "report.json").read_text(encoding="utf-8"))
    for report in (in_memory, written):
        report.pop("meta")
    assert in_memory == written


# --- an output folder that is in use -------------------------------------------------------------------------------


def test_a_folder_in_use_is_left_alone(cli, survey, tmp_path):
    out = tmp_path / "report"
    cli(survey, "--out", out)
    before = content(out)
    code, _, err = cli(survey, "--out", out)
    assert code == 2
    assert "in use" in err
    assert "--resume" in err
    assert "--force" in err
    assert content(out) == before


def test_force_replaces_results_and_nothing_else(cli, survey, tmp_path, rows):
    out = tmp_path / "report"
    cli(survey, "--out", out, "--segment", "Kanal")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    rows.head(60).to_csv(survey, index=False)
    assert cli(survey, "--out", out, "--force")[0] == 0
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert not (out / "segments.csv").exists()
    assert len(list((out / "annotations").glob("part-*"))) == 2


def test_a_broken_run_goes_on_to_the_same_bytes(cli, survey, tmp_path, monkeypatch):
    from cxtext.pipeline import Pipeline

    cli(survey, "--out", tmp_path / "undisturbed")
    run, seen = Pipeline.run, []

    def failing(self, documents):
        seen.append(len(documents))
        if len(seen) == 3:
            raise OSError(28, "No space left on device", "part-00002.parquet")
        return run(self, documents)

    out = tmp_path / "report"
    monkeypatch.setattr(Pipeline, "run", failing)
    code, _, err = cli(survey, "--out", out)
    assert code == 1
    assert "No space left" in err
    assert not (out / "manifest.json").exists()
    assert cli(survey, "--out", out)[0] == 2
    seen.extend([0] * 3)
    before = len(seen)
    assert cli(survey, "--out", out, "--resume")[0] == 0
    assert len(seen) - before == 3  # of five shards two were there
    assert content(out) == content(tmp_path / "undisturbed")


def test_a_second_run_annotates_nothing_and_may_ask_something_else(cli, survey, tmp_path, monkeypatch):
    from cxtext.pipeline import Pipeline

    out = tmp_path / "report"
    cli(survey, "--out", out)
    monkeypatch.setattr(Pipeline, "run", None)
    assert cli(survey, "--out", out, "--resume", "--seed", "5")[0] == 0
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["seed"] == 5


def test_resume_refuses_other_input_and_touches_nothing(cli, survey, tmp_path, rows):
    out = tmp_path / "report"
    cli(survey, "--out", out)
    before = content(out)
    rows.head(99).to_csv(survey, index=False)
    code, _, err = cli(survey, "--out", out, "--resume")
    assert code == 2
    assert "inputs" in err
    assert "--force" in err
    assert content(out) == before
    code, _, err = cli(survey, "--out", out, "--resume", "--channel", "email")
    assert code == 2
    assert "options" in err


# --- exit codes and messages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["{tmp}/umfrag.csv", "--out", "{tmp}/r"], r"umfrag\.csv.*did you mean 'umfrage\.csv'"),
        (["{survey}"], r"--out DIR is missing"),
        (["{survey}", "--out", "{tmp}/r", "--text", "Komentar"], r"no column 'Komentar'.*did you mean 'Kommentar'"),
        (["{survey}", "--out", "{tmp}/r", "--segment", "Kanäle"], r"no column 'Kanäle'.*'Kanal'"),
        (["{survey}", "--out", "{tmp}/r", "--outcome", "csat"], r"outcome 'csat'.*'nps'"),
        (["{survey}", "--out", "{tmp}/r", "--score", "x=NPS"], r"range"),
        (["{survey}", "--out", "{tmp}/r", "--score", "NPS"], r"NAME=COL"),
        (["{survey}", "--out", "{tmp}/r", "--score", "x=NPS:0..9", "--score", "x=NPS:0..9"], r"twice"),
        (["{survey}", "--out", "{tmp}/r", "--engine", "rai"], r"no engine 'rai'; did you mean 'ray'"),
        (["{survey}", "--out", "{tmp}/r", "--engine", "spark"], r"no engine 'spark'.*'local'"),
        (["{survey}", "--out", "{tmp}/r", "--taxonomy", "t.toml"], r"no taxonomy file 't\.toml'.*'cx'"),
        (["{survey}", "--out", "{tmp}/r", "--redact", "hide"], r"redact must be 'keep' or 'mask' or 'pseudonymise'"),
        (["{survey}", "--out", "{tmp}/r", "--language", "fr"], r"language must be 'auto' or 'de' or 'en'"),
        (["{survey}", "--out", "{tmp}/r", "--threads", "-1"], r"threads.*from 0 on"),
        (["{survey}", "--out", "{tmp}/r", "--resume", "--force"], r"exclude each other"),
        (["{survey}", "--out", "{tmp}/r", "--config", "{tmp}/no.toml"], r"no configuration file.*no\.toml"),
        (["{survey}", "--out", "{tmp}/r", "--owners", "{tmp}/no.toml"], r"no\.toml"),
        (["{survey}", "--out", "{survey}"], r"is a file; name a folder"),
        (["{tmp}", "--out", "{tmp}/r"], r"lies in the input folder"),
        (["--bogus"], r"--bogus"),
        (["{survey}", "--out", "{tmp}/r", "--seed", "x"], r"--seed"),
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_2_and_says_what_is_allowed(cli, survey, tmp_path, args, message):
    before = content(tmp_path)
    code, _, err = cli(*(a.format(tmp=tmp_path, survey=survey) for a in args))
    assert code == 2
    assert re.search(message, " ".join(err.split()))
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [('colour = "red"', r"no option 'colour'"), ("seed = 'x'", r"seed must be int"), ("seed = ", r"not valid TOML")],
)
def test_a_wrong_config_file_is_named(cli, survey, tmp_path, text, message):
    config = tmp_path / "run.toml"
    config.write_text(text, encoding="utf-8")
    code, _, err = cli(survey, "--out", tmp_path / "r", "--config", config)
    assert code == 2
    assert re.search(rf"run\.toml.*{message}", " ".join(err.split()))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("leer.csv", b"Kommentar;NPS\n;3\n ;4\n", "2 without text"),
        ("leer.csv", b"", "1 empty_file"),
        ("bild.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "1 not_text"),
        ("kaputt.xlsx", b"PK not a workbook", "broken_xlsx"),
        ("bild.png", b"\x89PNG\r\n\x1a\n\x00\x00", "unknown_format"),
    ],
)
def test_nothing_usable_ends_with_3_and_says_why(cli, tmp_path, name, data, message):
    path = tmp_path / name
    path.write_bytes(data)
    out = tmp_path / "r"
    code, _, err = cli(path, "--out", out)
    assert code == 3
    assert "nothing usable in the input" in err
    assert message in err
    assert [p.name for p in out.iterdir()] == ["rejects.jsonl"]
    assert cli(path, "--out", out)[0] == 3  # the folder is not in use


def test_texts_in_other_languages_alone_are_said(cli, tmp_path):
    path = tmp_path / "fr.csv"
    path.write_text("comment;language\nLe service est lent.;fr\nTrès bien.;fr\n", encoding="utf-8")
    code, said, _ = cli(path, "--out", tmp_path / "r")
    assert code == 0
    assert "no text in German or English" in said


def test_an_alert_ends_with_4_where_asked_for(cli, tmp_path):
    rows = []
    for week in range(17):
        for i in range(40):
            bad = i < (20 if week == 16 else 2)
            text = "Die Lieferung war langsam" if bad else "Die Beratung war freundlich"
            day = pd.Timestamp("2026-01-05") + pd.Timedelta(days=7 * week)
            rows.append({"Kommentar": f"{text} {DAYTIMES[i % 7]} {i}.", "Datum": day.date().isoformat()})
    path = tmp_path / "umfrage.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    assert cli(path, "--out", tmp_path / "a", "--fail-on-alert")[0] == 4
    assert (tmp_path / "a" / "manifest.json").exists()
    code, said, _ = cli(path, "--out", tmp_path / "b")
    assert code == 0
    assert re.search(r"\d alerts?; see the report", said)


def test_a_topic_that_vanishes_is_told_and_fails_nothing(cli, tmp_path):
    rows = []
    for week in range(24):
        for i in range(40):
            text = "Die Lieferung war langsam" if week < 16 and i < 4 else "Die Beratung war freundlich"
            day = pd.Timestamp("2026-01-05") + pd.Timedelta(days=7 * week)
            rows.append({"Kommentar": f"{text} {DAYTIMES[i % 7]} {i}.", "Datum": day.date().isoformat()})
    path = tmp_path / "umfrage.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    assert cli(path, "--out", tmp_path / "a", "--fail-on-alert")[0] == 0
    assert {alert["kind"] for alert in json.loads((tmp_path / "a" / "alerts.json").read_bytes())} == {"vanished"}


def test_no_alert_ends_with_0(cli, survey, tmp_path):
    assert cli(survey, "--out", tmp_path / "a", "--fail-on-alert")[0] == 0


def test_a_missing_model_is_a_clear_error(cli, survey, tmp_path, monkeypatch):
    from cxtext.errors import ArtefactError

    def missing(**options):
        raise ArtefactError("the shipped encoder is missing; reinstall cxtext")

    monkeypatch.setattr("cxtext.engines.local._default", {})
    monkeypatch.setattr("cxtext.engines.local.Pipeline.default", missing)
    code, _, err = cli(survey, "--out", tmp_path / "r")
    assert code == 1
    assert "encoder is missing" in err


def test_headers_cannot_steer_the_terminal(cli, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('Kommentar;"\x1b[2JNPS"\nDie App ist langsam.;3\n', encoding="utf-8")
    _, said, err = cli(path, "--dry-run", "--score", "nps=\x1b[2JNPS")
    assert "\x1b" not in said + err


# --- the shipped model on the example ------------------------------------------------------------------------------


def test_the_example_gives_a_report(root, tmp_path):
    shutil.copytree(root / "examples" / "feedback", tmp_path / "feedback")
    command = [sys.executable, "-m", "cxtext.run", "feedback", "--out", "report", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["outcome"]["name"] == "nps"
    assert summary["drivers"]["positive"]
    assert summary["drivers"]["negative"]
    assert (tmp_path / "report" / "report.html").stat().st_size > 10_000
