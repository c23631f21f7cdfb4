"""The spaCy component: found by name, same annotations, spans on tokens, bytes and batches."""

import pytest
import spacy
from spacy.tokens import Doc, DocBin

import cxtext
from cxtext.interop.spacy import render_options

TEXTS = ["Der Zug war pünktlich, aber die App stürzt ständig ab.", "", "Sehr freundlich! 👍", "Geht so."]


@pytest.fixture(scope="module")
def nlp():
    made = spacy.blank("de")
    made.add_pipe("cxtext")
    return made


def test_a_doc_carries_what_annotate_says(nlp):
    docs = [nlp(text) for text in TEXTS]
    assert [d._.cxtext for d in docs] == cxtext.annotate(TEXTS, language="de")


@pytest.mark.parametrize("size", [1, 3, 100])
def test_batches_change_nothing(nlp, size):
    docs = list(nlp.pipe(TEXTS, batch_size=size))
    assert [d._.cxtext for d in docs] == cxtext.annotate(TEXTS, language="de")


def test_drivers_are_spans_over_tokens(nlp):
    doc = nlp("Die Beratung war freundlich und kompetent.")
    spans = [(s.text, s.label_) for s in doc.spans["cxtext"]]
    assert spans == [("Beratung", "ASPECT+"), ("freundlich", "OPINION+"), ("kompetent", "OPINION+")], (
        "one aspect under two opinions is one span"
    )


def test_displacy_draws_them_with_words_escaped(nlp):
    doc = nlp("Die <b>App</b> nervt.")
    drawn = spacy.displacy.render(doc, style="span", options=render_options(), jupyter=False)
    assert "ASPECT-" in drawn or "OPINION-" in drawn
    assert "<b>App" not in drawn


def test_a_doc_goes_to_bytes_and_back(nlp):
    doc = nlp(TEXTS[0])
    [again] = DocBin(store_user_data=True, docs=[doc]).get_docs(nlp.vocab)
    assert again._.cxtext == doc._.cxtext
    other = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert [(s.text, s.label_) for s in other.spans["cxtext"]] == [(s.text, s.label_) for s in doc.spans["cxtext"]]


def test_a_pipeline_goes_to_disk_and_back(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    assert spacy.load(tmp_path)(TEXTS[0])._.cxtext == nlp(TEXTS[0])._.cxtext


def test_a_doc_that_was_not_annotated_has_none(nlp):
    assert spacy.blank("de")("Gut.")._.cxtext is None


@pytest.mark.parametrize(
    ("of_nlp", "declared", "expected"), [("de", None, "de"), ("en", None, "en"), ("de", "en", "en"), ("xx", "de", "de")]
)
def test_the_language_is_that_of_the_pipeline_unless_declared(of_nlp, declared, expected):
    made = spacy.blank(of_nlp)
    made.add_pipe("cxtext", config={"language": declared})
    assert made("Ok")._.cxtext.language.code == expected


def test_a_pipeline_of_ones_own_is_used(tmp_path):
    path = tmp_path / "short.toml"
    path.write_text('schema = "cxtext.pipeline/1"\n[[stages]]\nname = "language.v1"\n', encoding="utf-8")
    made = spacy.blank("de")
    made.add_pipe("cxtext", config={"pipeline": str(path)})
    assert made("Die App nervt.")._.cxtext.sentiment is None
