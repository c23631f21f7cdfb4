"""Learn labels of one's own: cxtext.train."""

import json
import subprocess
import sys

import pandas as pd
import pytest

import cxtext
from cxtext.errors import ConfigError, InputValueError, OutputExistsError
from cxtext.pipeline import DEFAULT, Pipeline, make_stage
from cxtext.report.console import DONE, FAILED, NOTHING_USABLE, USAGE
from cxtext.train import main, train


def table(folder, rows, name="labels.csv"):
    path = folder / name
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def test_the_folder_loads_as_a_stage(labelled, tmp_path, capsys):
    out = tmp_path / "model"
    assert main([str(table(tmp_path, labelled)), "--task", "categories", "--out", str(out)]) == DONE
    shown = capsys.readouterr().out
    for piece in ("cross-validated", "macro-F1", "precision", "gold / predicted", "Pünktlichkeit", f"model: {out}"):
        assert piece in shown
    pipeline = Pipeline([*DEFAULT, make_stage("categories.v1", model=str(out))])
    [topic] = cxtext.annotate("Der Zug kam eine Stunde zu spät.", pipeline=pipeline).topics
    assert topic.label == "Pünktlichkeit"


def test_german_names_of_sentiment_are_understood_and_the_shipped_model_stands_beside(moods, tmp_path, capsys):
    rows = [*moods, {"Kommentar": "Na ja und ach.", "Stimmung": "gemischt"}, {"Kommentar": "", "Stimmung": "positiv"}]
    out = tmp_path / "model"
    assert main([str(table(tmp_path, rows)), "--task", "sentiment", "--out", str(out), "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert told["classes"] == ["negative", "neutral", "positive"]
    assert told["cross_validation"]["labels"] == ["negative", "neutral", "positive"]
    assert told["cross_validation"]["macro_f1"]["low"] <= told["cross_validation"]["macro_f1"]["value"]
    assert told["shipped"]["n"] == told["cross_validation"]["n"]
    assert told["notes"][:2] == [
        "1 rows without text are left out",
        "1 rows are left out: 'gemischt' is no sentiment",
    ]
    assert told["left_open"] is None
    about = json.loads((out / "own_model.json").read_text(encoding="utf-8"))["about"]
    assert about["cross_validation"] == told["cross_validation"]


def test_an_own_model_that_is_not_better_is_said_to_be_so(moods, tmp_path, capsys):
    # Labels that the shipped model gives without having learnt from these texts.
    assert main([str(table(tmp_path, moods)), "--task", "sentiment", "--out", str(tmp_path / "m")]) == DONE
    shown = capsys.readouterr().out
    assert "the shipped model on the same texts: macro-F1" in shown


def test_nothing_that_was_written_is_printed_or_kept(labelled, tmp_path, capsys):
    out = tmp_path / "model"
    main([str(table(tmp_path, labelled)), "--task", "categories", "--out", str(out)])
    said = capsys.readouterr()
    kept = (out / "own_model.json").read_text(encoding="utf-8")
    assert not [r for r in labelled if r["Kommentar"] in said.out + said.err + kept]


def test_the_same_seed_gives_the_same_files_whatever_the_order_of_rows(labelled, tmp_path):
    one = train(labelled, task="categories", out=tmp_path / "a", seed=3)
    two = train(labelled[::-1], task="categories", out=tmp_path / "b", seed=3)
    assert one.to_dict() == two.to_dict()
    for name in ("own_model.json", "head.npz"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert train(labelled, task="categories", seed=4).model.head.weights.tobytes() == one.model.head.weights.tobytes()


@pytest.mark.parametrize("build", [pd.DataFrame, list], ids=["frame", "mappings"])
def test_it_is_the_same_from_python(labelled, build):
    learnt = train(build(labelled), task="categories")
    assert learnt.model.predict(["Viel zu teuer!"]).tolist() == ["Preis"]
    assert learnt.agreement.n == len({(r["Kommentar"], r["Kategorie"]) for r in labelled})
    assert 0 <= learnt.left_open <= 1
    assert learnt.shipped is None


def test_classes_with_too_few_examples_are_refused_by_name(labelled, tmp_path, capsys):
    rows = [*labelled, {"Kommentar": "Geheim ist das WLAN.", "Kategorie": "WLAN"}]
    out = tmp_path / "model"
    assert main([str(table(tmp_path, rows)), "--task", "categories", "--out", str(out)]) == USAGE
    said = capsys.readouterr().err
    assert "'WLAN' has 1" in said
    assert "Geheim" not in said
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--label", "Katgorie"], USAGE, "did you mean 'Kategorie'"),
        (["--task", "topics"], USAGE, "allowed: 'sentiment', 'categories'"),
        (["--task", "sentiment", "--label", "Kategorie"], NOTHING_USABLE, "no labelled texts"),
        (["--label", "Kommentar", "--text", "Kategorie"], USAGE, "does not hold labels"),
        (["--finetune", "no/such/base"], FAILED, "no checkpoint that can be fine-tuned|pip install"),
    ],
)
def test_mistakes_have_their_exit_codes(labelled, tmp_path, capsys, options, code, says):
    import re

    base = [str(table(tmp_path, labelled)), "--task", "categories", "--out", str(tmp_path / "m"), "--json"]
    assert main([*base, *options]) == code
    said = capsys.readouterr()
    assert re.search(says, said.err)
    assert json.loads(said.out)["exit_code"] == code
    assert not (tmp_path / "m").exists()


def test_a_model_is_replaced_only_with_force(labelled, tmp_path):
    train(labelled, task="categories", out=tmp_path / "m")
    with pytest.raises(OutputExistsError, match="--force"):
        train(labelled, task="categories", out=tmp_path / "m")
    train(labelled, task="categories", out=tmp_path / "m", force=True)


def test_a_stage_refuses_a_model_option_of_the_wrong_type():
    with pytest.raises(ConfigError, match="model must be"):
        make_stage("categories.v1", model=3)
    with pytest.raises(InputValueError, match="task is"):
        train([], task="topics")


def test_help_is_quick_and_names_the_options():
    done = subprocess.run([sys.executable, "-m", "cxtext.train", "--help"], capture_output=True, text=True, check=True)
    for option in ("--task", "--out", "--text", "--label", "--finetune", "--seed"):
        assert option in done.stdout
    loaded = (
        "import sys, cxtext.train; sys.exit(bool({'torch', 'sklearn', 'onnxruntime', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
