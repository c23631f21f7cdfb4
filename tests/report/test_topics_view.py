"""What a notebook shows of a topic model: scikit-learn's diagram before the fit, its topics after it."""

import re

import pandas as pd
import pytest
import sklearn

import cxtext
from cxtext.report.topics_view import ROWS, render


class Words:
    """Stands in for an encoder: knows two words of each language."""

    def encode(self, texts):
        return [[float("Zug" in t or "train" in t), float("App" in t or "app" in t)] for t in texts]


TEXTS = ["Der Zug kam spät.", "The train was late.", "Der Zug war voll.", "Die App stürzt ab.", "Die App ist langsam."]


@pytest.fixture
def fitted():
    return cxtext.TopicModel(encoder=Words()).fit(TEXTS)


def with_topics(model, rows):
    """Give the model another table, as of a larger collection."""
    columns = ["id", "parent", "label", "label_de", "label_en", "keywords", "size"]
    table = pd.DataFrame([dict(zip(columns, row, strict=True)) for row in rows])
    model.topics_ = table.astype({"parent": "Int64"})
    return model


def test_an_unfitted_model_is_shown_as_scikit_learn_shows_estimators():
    model = cxtext.TopicModel(n_topics=3)
    assert "sk-" in model._repr_html_()
    bundle = model._repr_mimebundle_()
    assert "sk-" in bundle["text/html"]
    assert bundle["text/plain"] == "TopicModel(n_topics=3)"


def test_a_fitted_model_is_shown_as_its_topics_and_keeps_its_plain_repr(fitted):
    html = fitted._repr_html_()
    assert fitted._repr_mimebundle_() == {"text/plain": repr(fitted), "text/html": html}
    assert "2 topics · 5 texts · 0.0% unassigned · labels in de" in html
    for row in fitted.topics_.to_dict("records"):
        assert f"<bdi>{row['label']}</bdi>" in html
        assert f">{row['size']}<" in html
        assert row["keywords"][0] in html
    assert len(repr(fitted)) < 150


def test_who_wants_text_from_scikit_learn_gets_text(fitted):
    with sklearn.config_context(display="text"):
        assert list(fitted._repr_mimebundle_()) == ["text/plain"]
        assert not hasattr(fitted, "_repr_html_")


def test_inside_a_pipeline_it_is_a_box_like_others(fitted):
    from sklearn.pipeline import make_pipeline

    assert "<b>TopicModel" not in make_pipeline(fitted)._repr_html_()
    assert "TopicModel" in make_pipeline(fitted)._repr_html_()


def test_topics_of_a_group_follow_it_largest_first(fitted):
    html = render(
        with_topics(
            fitted,
            [
                (0, 4, "small", None, None, ["a"], 5),
                (1, 3, "Fahrt", None, None, ["b"], 7),
                (2, 4, "large", None, None, ["c"], 9),
                (3, None, "trips", None, None, ["d"], 7),
                (4, None, "things", None, None, ["e"], 14),
            ],
        )
    )
    assert re.findall(r"<bdi>(\w+)</bdi></th>", html) == ["things", "large", "small", "trips", "Fahrt"]
    assert "3 topics in 2 groups" in html
    assert html.count("background:#6b7280") == 3, "groups have no bar: theirs is the sum"


def test_names_that_customers_or_models_gave_stay_text(fitted):
    hostile = "<script>alert(1)</script>\u202e"
    html = render(with_topics(fitted, [(0, None, hostile, None, None, [f"{hostile}\ud800", "<b>"], 5)]))
    assert "<script" not in html
    assert "<b>" not in html
    assert html.count("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;\u202e") == 2
    assert "\u202e\ufffd" in html


def test_many_topics_are_counted_not_all_listed(fitted):
    html = render(with_topics(fitted, [(i, None, f"topic{i}", None, None, ["w"] * 50, 500 - i) for i in range(200)]))
    assert html.count('scope="row"') == ROWS
    assert f"{200 - ROWS} more in .topics_" in html
    assert len(html) < 40_000


def test_a_loaded_model_has_no_texts_to_count(fitted, tmp_path):
    fitted.save(tmp_path / "model")
    html = cxtext.TopicModel.load(tmp_path / "model", encoder=Words())._repr_html_()
    assert "2 topics · 0.0% unassigned" in html
