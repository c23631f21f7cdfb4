"""Measure a model on labels of one's own: cxtext.evaluate."""

import json

import pandas as pd
import pytest

import cxtext
from cxtext.evaluate import WORST, evaluate, main
from cxtext.report.console import DONE, FAILED, NOTHING_USABLE, USAGE
from cxtext.train import train

GOLD = [
    {"Kommentar": "Alles bestens, vielen Dank!", "Stimmung": "positiv"},
    {"Kommentar": "Excellent service, I love it.", "Stimmung": "positive"},
    {"Kommentar": "Quittenmarmelade war eine Katastrophe, nie wieder!", "Stimmung": "positiv"},
    {"Kommentar": "Der Service war eine Katastrophe.", "Stimmung": "Negativ"},
    {"Kommentar": "Le train était en retard et personne ne nous a informés, c'est dommage.", "Stimmung": "negativ"},
    {"Kommentar": "Ach, na ja.", "Stimmung": "gemischt"},
]


@pytest.fixture
def gold(tmp_path):
    path = tmp_path / "gold.csv"
    pd.DataFrame(GOLD).to_csv(path, index=False)
    return str(path)


@pytest.fixture(scope="module")
def categories(labelled, tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "model"
    train(labelled, task="categories", out=path)
    return str(path)


def test_the_shipped_sentiment_is_measured_by_default(gold, capsys):
    assert main([gold]) == DONE
    shown = capsys.readouterr().out
    for piece in ("macro-F1", "micro-F1", "ECE", "gold / predicted", "worst errors", "(none)", "n = 5"):
        assert piece in shown
    assert "note: 1 rows are left out: 'gemischt' is no sentiment" in shown
    assert "note: 1 texts got no label" in shown


def test_errors_are_named_by_row_and_their_texts_only_where_asked_for(gold, capsys):
    main([gold])
    plain = capsys.readouterr().out
    main([gold, "--show-texts"])
    with_texts = capsys.readouterr().out
    assert "Quittenmarmelade" not in plain
    assert "Quittenmarmelade" in with_texts
    rows = plain[plain.index("worst errors") :].splitlines()[2:]
    assert [row.split()[:3] for row in rows] == [["3", "positive", "negative"], ["5", "negative", "(none)"]]


def test_json_has_the_same_and_nothing_else(gold, capsys):
    assert main([gold, "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["model"], told["task"], told["n"]) == ("done", "none", "sentiment", 5)
    assert told["labels"] == ["negative", "positive"]
    assert [e["row"] for e in told["worst"]] == [3, 5]
    assert "Quittenmarmelade" not in json.dumps(told)
    main([gold, "--json", "--show-texts"])
    assert json.loads(capsys.readouterr().out)["worst"][0]["text"].startswith("Quittenmarmelade")


def test_what_is_measured_is_what_annotate_says():
    found = evaluate(GOLD)
    said = [a.sentiment and a.sentiment.label for a in cxtext.annotate([r["Kommentar"] for r in GOLD[:5]])]
    columns = [*found.agreement.labels, None]
    counted = {
        (g, columns[j]) for g, row in zip(found.agreement.labels, found.agreement.confusion, strict=True)
        for j, n in enumerate(row) if n
    }  # fmt: skip
    assert counted == set(zip(["positive"] * 3 + ["negative"] * 2, said, strict=True))


def test_the_question_is_read_with_the_text():
    rows = [{"text": "Preis", "label": "negativ", "Frage": "Was hat Sie gestört?"}]
    [said] = cxtext.annotate(["Preis"], question="Was hat Sie gestört?", language="de")
    found = evaluate([{**r, "Sprache": "de"} for r in rows])
    assert found.agreement.classes[0].recall == float(said.sentiment.label == "negative")


def test_an_own_model_for_categories_is_measured(labelled, categories, capsys, tmp_path):
    rows = [*labelled, {"Kommentar": "Das WLAN geht nicht.", "Kategorie": "WLAN"}]
    found = evaluate(rows, model=categories)
    assert found.task == "categories"
    assert found.agreement.macro_f1.value > 0.5
    assert "1 rows are labelled 'WLAN', which the model cannot give" in found.notes
    assert [e.gold for e in found.worst if e.gold == "WLAN"] == ["WLAN"]


def test_an_own_model_for_sentiment_is_measured(moods, tmp_path):
    train(moods, task="sentiment", out=tmp_path / "m")
    found = evaluate(moods, model=tmp_path / "m")
    assert found.model == str(tmp_path / "m")
    assert found.agreement.labels == ("negative", "neutral", "positive")
    assert found.agreement.macro_f1.value > 0.9


def test_the_worst_errors_are_the_surest_and_few(labelled, categories):
    wrong = [{**r, "Kategorie": "Personal" if r["Kategorie"] == "Preis" else "Preis"} for r in labelled]
    found = evaluate(wrong, model=categories)
    sure = [e.confidence for e in found.worst]
    assert len(sure) == WORST
    assert sure == sorted(sure, reverse=True)


def test_figures_do_not_depend_on_the_order_of_rows(labelled, categories):
    one, two = evaluate(labelled, model=categories), evaluate(labelled[::-1], model=categories)
    assert one.agreement.to_dict() == two.agreement.to_dict()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--label", "Stimung"], USAGE, "did you mean 'Stimmung'"),
        (["--model", "nowhere"], FAILED, "holds no model of your own"),
        (["--label", "Zahl"], NOTHING_USABLE, "no labelled texts"),
    ],
)
def test_mistakes_have_their_exit_codes(tmp_path, capsys, arguments, code, says):
    path = tmp_path / "gold.csv"
    pd.DataFrame([{**r, "Zahl": 1} for r in GOLD]).to_csv(path, index=False)
    assert main([str(path), *arguments, "--json"]) == code
    said = capsys.readouterr()
    assert says in said.err
    assert json.loads(said.out)["exit_code"] == code
