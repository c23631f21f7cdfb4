"""The public API is a contract: names, keywords, shapes."""

import inspect
import json
import subprocess
import sys
from importlib.resources import files

import jsonschema
import pytest

import cxtext
from cxtext.documents import (
    Annotation,
    Document,
    Driver,
    Drivers,
    Language,
    Marker,
    Pii,
    Probabilities,
    Segment,
    Sentiment,
    Span,
    TopicMention,
    WeightedSpan,
)

NAMES = {
    "annotate", "aannotate", "encode", "analyze", "key_drivers", "to_frame", "Document", "Segment", "Annotation",
    "Analysis", "Pipeline", "TopicModel", "Encoder", "SentimentClassifier", "CxtextError", "__version__",
}  # fmt: skip
REQUIRED = inspect.Parameter.empty


def schema():
    return json.loads(files("cxtext").joinpath("data/annotation.schema.json").read_text(encoding="utf-8"))


def full_annotation():
    mood = Sentiment("negative", -0.5, Probabilities(0.7, 0.1, 0.2), True, (WeightedSpan(4, 7, "App", -0.4),))
    driver = Driver(Span(4, 7, "App"), Span(8, 14, "stürzt"), None, "app.stability", 0.9, 0)
    return Annotation(
        id="f#1",
        status="ok",
        reason=None,
        language=Language("de", 0.99),
        sentiment=mood,
        segments=(Segment(0, 22, "S1", "customer", "customer", mood), Segment(23, 30, None, None, "signature", None)),
        drivers=Drivers(positive=(Driver(None, None, Span(0, 3, "Die"), None, 0.4, 0),), negative=(driver,)),
        topics=(TopicMention(0, "App", 0.8, 0),),
        conversation={
            "turns": 3,
            "start": -0.5,
            "end": 0.5,
            "mean": 0.0,
            "trend": 0.5,
            "end_weighted": 0.1,
            "peak_positive": 0.5,
            "peak_negative": -0.5,
            "peak_end": 0.0,
            "quarters": [-0.5, -0.1, 0.1, 0.5],
            "recovery": False,
            "bad_goodbye": False,
        },
        markers=(Marker("churn", 0, 3, "Die", 0.5),),
        pii=(Pii("EMAIL", 23, 30),),
        document=Document(text="Die App stürzt ständig ab. ..."),
    )


def test_all_names_resolve():
    assert set(cxtext.__all__) == NAMES
    for name in sorted(NAMES):
        assert getattr(cxtext, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="anotate"):
        cxtext.anotate  # noqa: B018


SIGNATURES = {
    "annotate": (["texts"], {"language": None, "question": None, "redact": "keep", "pipeline": None}),
    "aannotate": (["texts"], {"language": None, "question": None, "redact": "keep", "pipeline": None}),
    "encode": (["texts"], {"encoder": None}),
    "key_drivers": (
        ["mentions", "outcome"],
        {"documents": None, "controls": None, "groups": None, "metric": "mean", "alpha": 0.05, "random_state": 0},
    ),
    "analyze": (
        ["source", "text"],
        {"scores": None, "outcome": None, "time": None, "segments": (), "redact": "mask", "random_state": 0},
    ),
    "TopicModel": ([], {"random_state": 0, "encoder": None}),
}


@pytest.mark.parametrize("name", sorted(SIGNATURES))
def test_parameters_have_their_names_kinds_and_defaults(name):
    positional, options = SIGNATURES[name]
    parameters = inspect.signature(getattr(cxtext, name)).parameters
    by_position = [p.name for p in parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert by_position == positional
    assert {n: parameters[n].default for n in options} == options
    assert all(parameters[n].kind is inspect.Parameter.KEYWORD_ONLY for n in options)


@pytest.mark.parametrize(
    ("name", "optional"),
    [("annotate", {}), ("encode", {}), ("key_drivers", {"outcome": None}), ("analyze", {"text": None})],
)
def test_positional_parameters_are_required_but_for_these(name, optional):
    parameters = inspect.signature(getattr(cxtext, name)).parameters
    for p in SIGNATURES[name][0]:
        assert parameters[p].default == optional.get(p, REQUIRED)


def test_annotate_and_analyze_have_no_further_parameters_than_documented():
    assert set(inspect.signature(cxtext.annotate).parameters) == {
        "texts", "language", "question", "redact", "pipeline",
    }  # fmt: skip
    assert set(inspect.signature(cxtext.encode).parameters) == {"texts", "encoder"}


def test_topic_model_methods_have_their_parameters():
    fit = inspect.signature(cxtext.TopicModel.fit).parameters
    assert list(fit)[:3] == ["self", "texts", "y"]
    assert fit["y"].default is None
    assert fit["embeddings"].kind is inspect.Parameter.KEYWORD_ONLY
    for name in ("predict", "transform", "save", "load"):
        assert callable(getattr(cxtext.TopicModel, name))


def test_to_frame_has_levels():
    assert {n: len(cxtext.to_frame([full_annotation()], level=n)) for n in ("document", "segment", "driver")} == {
        "document": 1,
        "segment": 2,
        "driver": 2,
    }


def test_import_is_light():
    heavy = ["torch", "transformers", "spacy", "sklearn", "pandas", "onnxruntime", "scipy", "pyarrow", "datasets"]
    code = f"import sys, cxtext; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_schema_is_valid():
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["properties"]["schema"]["const"] == "cxtext.annotation/1"
    assert list(schema()["properties"]) == list(Annotation.keys())


def test_a_full_annotation_is_valid_and_comes_back_equal():
    annotation = full_annotation()
    through_json = json.loads(json.dumps(annotation.to_dict()))
    jsonschema.validate(through_json, schema())
    assert Annotation.from_dict(through_json) == annotation
    assert Annotation.from_dict(annotation.to_dict()) == annotation


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "cxtext.annotation/2"},
        {"status": "failed"},
        {"language": {"code": "fr", "confidence": 1.0, "mixed": False}},
        {"extra": 1},
        {"pii": [{"type": "EMAIL", "start": -1, "end": 4}]},
        {"drivers": {"positive": []}},
        {"conversation": {"turns": 3}},
    ],
)
def test_the_schema_refuses_what_is_wrong(change):
    data = json.loads(json.dumps(full_annotation().to_dict())) | change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema())


TEXTS = [
    "Der Zug war pünktlich, aber die App stürzt ständig ab.",
    "The delivery was late and nobody answered my e-mails. The staff in the shop were lovely, though!",
    "",
    " \n\t",
    "👍",
    "Je suis très content de votre service et de la livraison.",
    "a\ud800b Das war schlecht.",
    "Rufen Sie mich an: 0170 1234567, Grüsse aus Zürich",
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_annotate_gives_follows_the_schema(text):
    annotation = cxtext.annotate(text)
    data = annotation.to_dict()
    jsonschema.validate(data, schema())
    assert Annotation.from_dict(data) == annotation
    assert Annotation.from_dict(json.loads(json.dumps(data))) == annotation
    assert all(text[s["start"] : s["end"]] == s["text"] for s in _spans(data))
    assert annotation.status == ("ok" if text.strip() else "skipped")


def test_batch_is_equal_to_single():
    assert cxtext.annotate(TEXTS) == [cxtext.annotate(t) for t in TEXTS]


def test_attributes_mirror_the_keys():
    annotation = cxtext.annotate(TEXTS[0])
    assert annotation.sentiment.label == annotation.to_dict()["sentiment"]["label"]
    assert annotation["language"]["code"] == annotation.language.code == "de"


def _spans(value):
    if isinstance(value, dict):
        if {"start", "end", "text"} <= value.keys():
            yield value
        for v in value.values():
            yield from _spans(v)
    elif isinstance(value, list):
        for v in value:
            yield from _spans(v)
