import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import datasets
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from cxtext import CxtextError, Document, Pipeline
from cxtext.documents import Annotation
from cxtext.engines import local
from cxtext.engines.local import aannotate, annotate
from cxtext.errors import ConfigError, InputTypeError, InputValueError

TEXTS = ["Die Beratung war freundlich.", "The delivery was slow.", ""]


@pytest.mark.parametrize(
    ("one", "expected_id"),
    [
        ("Die App ist langsam.", None),
        (np.str_("Die App ist langsam."), None),
        (pa.scalar("Die App ist langsam."), None),
        ({"text": "Die App ist langsam.", "id": "a-1"}, "a-1"),
        (Document(text="Die App ist langsam.", id="a-2"), "a-2"),
    ],
    ids=["str", "numpy.str_", "arrow scalar", "mapping", "document"],
)
def test_one_text_gives_one_annotation(tiny, one, expected_id):
    result = annotate(one, pipeline=tiny)
    assert isinstance(result, Annotation)
    assert result.id == expected_id
    assert [d.aspect.text for d in result.drivers.negative] == ["App"]
    assert type(result.document.text) is str


@pytest.mark.parametrize(
    "texts",
    [
        TEXTS,
        tuple(TEXTS),
        (t for t in TEXTS),
        iter(TEXTS),
        pd.Series(TEXTS, index=[7, 7, 9]),
        pd.Series(TEXTS, dtype=object),
        pd.Index(TEXTS),
        np.array(TEXTS),
        np.array(TEXTS, dtype=object),
        pa.array(TEXTS),
        pa.chunked_array([TEXTS[:1], TEXTS[1:]]),
        datasets.Dataset.from_dict({"comment": TEXTS})["comment"],
        dict.fromkeys(TEXTS).keys(),
        [TEXTS[0], {"text": TEXTS[1]}, Document(text=TEXTS[2])],
    ],
    ids=[
        "list", "tuple", "generator", "iterator", "series", "object series", "index", "numpy", "numpy object", "arrow",
        "chunked", "datasets", "keys", "mixed",
    ],
)  # fmt: skip
def test_an_iterable_gives_a_list_of_the_same_length_and_order(tiny, texts):
    result = annotate(texts, pipeline=tiny)
    assert isinstance(result, list)
    assert [a.document.text for a in result] == TEXTS
    assert [a.status for a in result] == ["ok", "ok", "skipped"]
    assert result == [annotate(t, pipeline=tiny) for t in TEXTS]


@pytest.mark.parametrize("texts", [[], (), pd.Series([], dtype=str), pa.array([], pa.string()), (t for t in ())])
def test_an_empty_iterable_gives_an_empty_list(tiny, texts):
    assert annotate(texts, pipeline=tiny) == []


@pytest.mark.parametrize(
    "texts",
    [b"abc", bytearray(b"abc"), 3, 2.5, None, True, object(), pd.DataFrame({"comment": TEXTS}), pa.table({"c": TEXTS})],
)
def test_a_wrong_argument_is_refused_by_its_type(tiny, texts):
    with pytest.raises(InputTypeError, match=type(texts).__name__) as caught:
        annotate(texts, pipeline=tiny)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, CxtextError)


@pytest.mark.parametrize(
    ("texts", "position", "kind"),
    [
        (["a", None], 1, "NoneType"),
        (["a", "b", 3], 2, "int"),
        ([b"a"], 0, "bytes"),
        (["a", ["b"]], 1, "list"),
        (("a" if i < 5 else 5.0 for i in range(9)), 5, "float"),
        (pd.Series(["a", np.nan]), 1, "float"),
        (pd.Series(["a", None], dtype=object), 1, "NoneType"),
        (pd.Series(["a", pd.NA], dtype="string"), 1, "NAType"),
        (pd.Series([1, 2]), 0, "int"),
        (np.array([1.5]), 0, "float"),
        (pa.array(["a", None]), 1, "NoneType"),
        (pa.array([1]), 0, "int"),
        (range(2), 0, "int"),
        ([["a"], "b"], 0, "list"),
        ([{"text": "a"}, {"text": None}], 1, "NoneType"),
        ([{"text": "a"}, {"text": "b", "turns": 4}], 1, "mapping"),
    ],
)
def test_a_bad_item_is_named_by_position_and_type(tiny, texts, position, kind):
    with pytest.raises(InputTypeError, match=rf"item {position}\b.*{kind}"):
        annotate(texts, pipeline=tiny)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([{"text": "a"}, {"text": "b", "txet": "c"}], r"item 1 of texts: .*'txet'.*'text'"),
        ({"text": "a", "lang": "de"}, r"texts: .*'lang'"),
        ([{"id": "1"}], r"item 0 .*needs 'text'"),
        ([{"text": "a", "channel": "fax"}], r"item 0 .*'fax'.*survey"),
    ],
)
def test_a_wrong_mapping_is_named_by_position_and_key(tiny, texts, message):
    with pytest.raises(InputValueError, match=message):
        annotate(texts, pipeline=tiny)


def test_a_customers_words_never_stand_in_a_message(tiny):
    for texts in (["gut", b"GEHEIM"], [{"text": "GEHEIM", "x": "GEHEIM"}], [{"text": "a", "scores": "GEHEIM"}]):
        with pytest.raises(CxtextError) as caught:
            annotate(texts, pipeline=tiny)
        assert "GEHEIM" not in str(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_every_item_is_checked_before_a_stage_runs(tiny):
    class Alarm:
        name, requires, provides = "alarm.v1", frozenset(), frozenset({"language"})
        Config, config = dict, None

        def predict(self, batch):
            raise AssertionError("a stage ran")

    with pytest.raises(InputTypeError, match="item 600"):
        annotate([*["a"] * 600, None], pipeline=Pipeline([Alarm()]))


def test_a_failing_generator_shows_its_own_error(tiny):
    def broken():
        yield "a"
        raise TypeError("mine")

    with pytest.raises(TypeError, match="mine") as caught:
        annotate(broken(), pipeline=tiny)
    assert not isinstance(caught.value, CxtextError)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", ["de", "de"]),
        (["en", "de"], ["en", "de"]),
        ([None, "other"], ["en", "other"]),
        (pd.Series(["de", np.nan]), ["de", "en"]),
        (pa.array(["other", None]), ["other", "en"]),
        (None, ["en", "en"]),
    ],
)
def test_language_is_one_for_all_or_one_per_text(tiny, language, expected):
    assert [a.language.code for a in annotate(["ok", "fine"], language=language, pipeline=tiny)] == expected


def test_what_a_document_says_of_itself_stands(tiny):
    document = Document(text="ok", language="en", question="Why?")
    result = annotate([document, "ok"], language="de", question="Warum?", pipeline=tiny)
    assert [a.language.code for a in result] == ["en", "de"]
    assert [a.document.question for a in result] == ["Why?", "Warum?"]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"language": "fr"}, InputValueError, "'fr'.*de, en, other"),
        ({"language": ["de", "auto"]}, InputValueError, "position 1"),
        ({"language": ["de"]}, InputValueError, "1 values for 2 texts"),
        ({"language": ["de", "en", "de"]}, InputValueError, "3 values for 2 texts"),
        ({"language": 3}, InputTypeError, "int"),
        ({"language": [3, "de"]}, InputTypeError, "position 0.*int"),
        ({"question": ["Why?"]}, InputValueError, "1 values for 2 texts"),
        ({"question": {"a": 1, "b": 2}}, InputTypeError, "dict"),
        ({"question": b"ab"}, InputTypeError, "bytes"),
        ({"redact": "delete"}, InputValueError, "keep, mask, pseudonymise"),
        ({"redact": None}, InputValueError, "NoneType"),
        ({"pipeline": 3}, InputTypeError, "int"),
        ({"pipeline": "no/such.toml"}, ConfigError, "no/such.toml"),
    ],
)
def test_a_wrong_option_is_refused(tiny, options, error, message):
    with pytest.raises(error, match=message):
        annotate(["a", "b"], **{"pipeline": tiny, **options})


def test_options_are_keyword_only(tiny):
    with pytest.raises(TypeError):
        annotate("a", "de")


def test_a_mapping_and_documents_keep_their_fields(tiny):
    result = annotate([{"text": "Die App ist langsam.", "id": "7", "scores": {"nps": 3}}, "ok"], pipeline=tiny)
    assert [a.id for a in result] == ["7", None]
    assert result[0].document.scores["nps"] == 3.0


def test_aannotate_gives_what_annotate_gives(tiny):
    async def both():
        return await asyncio.gather(
            aannotate(TEXTS, pipeline=tiny), aannotate(TEXTS[0], question="Warum?", pipeline=tiny)
        )

    many, one = asyncio.run(both())
    assert many == annotate(TEXTS, pipeline=tiny)
    assert one.document.question == "Warum?"


def test_aannotate_raises_what_annotate_raises(tiny):
    with pytest.raises(InputTypeError, match="item 0"):
        asyncio.run(aannotate([1], pipeline=tiny))


def test_aannotate_leaves_the_event_loop_free(tiny):
    entered, release = threading.Event(), threading.Event()

    def waiting():
        entered.set()
        assert release.wait(10)
        yield "ok"

    async def main():
        task = asyncio.create_task(aannotate(waiting(), pipeline=tiny))
        while not entered.is_set():
            await asyncio.sleep(0)
        release.set()  # reached only when the loop goes on while annotate waits
        return await task

    assert len(asyncio.run(main())) == 1


def test_the_default_pipeline_is_built_once_for_all_threads(monkeypatch, tiny):
    built = []

    def build(*, redact):
        built.append(redact)
        return tiny

    monkeypatch.setattr(local, "_default", {})
    monkeypatch.setattr(local.Pipeline, "default", build)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: annotate("ok"), range(32)))
        list(pool.map(lambda _: annotate("ok", redact="mask"), range(8)))
    assert built == ["keep", "mask"]
    assert len(set(map(str, results))) == 1


def test_redaction_is_put_before_a_pipeline_that_does_not_redact(tiny):
    text = "Die Beratung war freundlich, schreiben Sie an anna.weber@example.org!"
    result = annotate(text, redact="mask", pipeline=Pipeline(["language.v1", "segment.v1"]))
    assert "anna.weber" not in result.document.text
    assert result.pii
    kept = annotate(text, pipeline=Pipeline(["language.v1", "segment.v1"]))
    assert kept.document.text == text


def test_a_pipeline_may_come_from_a_file(tmp_path):
    path = tmp_path / "pipeline.toml"
    Pipeline(["language.v1", "segment.v1"]).to_config(path)
    assert annotate("Die App ist langsam.", pipeline=path).language.code == "de"
    assert annotate("Die App ist langsam.", pipeline=str(path)).segments
