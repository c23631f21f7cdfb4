"""The contract that every registered stage keeps, whoever wrote it.

The tests run over whatever is registered. What a stage needs comes from the stages that provide it, found by their
declarations; each choice of an option (a redaction mode, say) is a case of its own.
"""

import copy
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtext.documents import Annotation, Document, Segment
from cxtext.errors import ConfigError
from cxtext.pipeline import FIELDS, Draft, Pipeline, Stage, make_stage, registered, stage_class, to_annotation

TEXTS = {
    "German": "Der Zug war pünktlich, aber die App stürzt ständig ab. Die Beratung in der Filiale war spitze!",
    "English": "The staff were lovely. Unfortunately the waiting time was far too long, because two desks were shut.",
    "mixed": "Das Onboarding war smooth, but the Kundenhotline ist a nightmare.",
    "Swiss": "Grüezi, d Lieferig isch z spät cho. Ausserdem heisst es auf der Strasse, die Grösse stimme nicht.",
    "other": "Le train était en retard et personne ne nous a informés, c'est vraiment dommage.",
    "short": "ok",
    "emoji only": "👍🏽👍🏽 ❤️‍🔥 😡",
    "numbers only": "9,5 / 10",
    "punctuation only": "!?… —",
    "NUL": "Gut\x00 und\x00 günstig.",
    "lone surrogates": "Die App \ud83d ist \udc4e schlecht.",
    "combining marks": "Die Bera\u0308tung war gu\u0302t, e\u0301.",
    "right to left": "Der Service \u202eשלום\u202c war gut.",
    "zero width": "Sehr\u200b schlecht\ufeff\u00ad e Erreich\u00adbarkeit.",
    "line breaks": "Zeile eins\r\nZeile zwei\rZeile drei\u2028Zeile vier\n\n\nEnde",
    "one long word": "Donaudampfschifffahrtsgesellschaft" * 60,
    "markup": "<script>alert('x')</script> & <b>fett</b> {{ 7*7 }} %s {0}",
    "personal data": "Frau Müller, 0170 1234567, anna.mueller@example.org, IBAN DE89 3704 0044 0532 0130 00.",
    "mail": (
        "Guten Tag,\n\nmeine Rechnung ist falsch.\n\nViele Grüße\nA. Beispiel\n\n"
        "Am 01.03.2026 schrieb Kundenservice:\n> Wie können wir helfen?\n> Ihr Team"
    ),
    "white space around": "  \n Alles bestens. \t ",
    "negated": "Nicht schlecht, aber auch nicht wirklich gut.",
}
LONG = "Die Lieferung kam zwei Wochen zu spät, niemand hat sich gemeldet. The driver was friendly though.\n" * 1040


def chain(name: str) -> list[str]:
    """Names of the stages that a stage needs before it, in order, found by what they declare."""
    needed: list[str] = []

    def add(stage: str) -> None:
        for need in sorted(stage_class(stage).requires - {"document"}):  # type: ignore[attr-defined]
            producer = next(p for p in registered() if p != stage and need in stage_class(p).provides)  # type: ignore[attr-defined]
            add(producer)
            if producer not in needed:
                needed.append(producer)

    add(name)
    return needed


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every registered stage with its default config, and once for every other choice of each option."""
    for name in registered():
        yield name, {}
        config: Any = stage_class(name).Config  # type: ignore[attr-defined]
        hints = get_type_hints(config)
        for option in fields(config):
            if get_origin(hints[option.name]) is Literal:
                for choice in get_args(hints[option.name]):
                    if choice != option.default:
                        yield name, {option.name: choice}


CASES = [pytest.param(name, options, id="-".join([name, *map(str, options.values())])) for name, options in cases()]
every_stage = pytest.mark.parametrize(("name", "options"), CASES)


@cache
def prerequisites(name: str) -> tuple[Stage, ...]:
    return tuple(make_stage(s) for s in chain(name))


def drafts(name: str, documents: Sequence[Document]) -> list[Draft]:
    """Run what the stage needs."""
    ready = [Draft(document=d) for d in documents]
    for stage in prerequisites(name):
        ready = [replace(d, **update) for d, update in zip(ready, stage.predict(ready), strict=True)]
    return ready


@cache
def long_text_after(names: tuple[str, ...]) -> Draft:
    """Run stages over the long text; what one stage needs, most others need, too."""
    if not names:
        return Draft(document=Document(text=LONG))
    before = long_text_after(names[:-1])
    [update] = make_stage(names[-1]).predict([before])
    return replace(before, **update)


def documents() -> list[Document]:
    conversation = Document.from_turns(
        [
            {"role": "agent", "speaker": "Agent", "text": "Guten Tag, was kann ich für Sie tun?"},
            {"role": "customer", "speaker": "Kundin", "text": "Ich warte seit drei Wochen auf mein Geld."},
            {"role": "agent", "speaker": "Agent", "text": ""},
            {"role": None, "speaker": "?", "text": "Danke, jetzt bin ich zufrieden."},
        ],
        channel="call",
    )
    asked = Document(text="Die Wartezeit", question="Was hat Sie gestört?", language="de", channel="survey")
    agent = Document(text="Kunde war verärgert.", author_role="agent", channel="note")
    return [*(Document(text=t, id=k) for k, t in TEXTS.items()), conversation, asked, agent]


def same(one: Any, two: Any) -> bool:
    """Say whether two results are equal bit for bit, also where they hold arrays."""
    if type(one) is not type(two):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == two.dtype and one.shape == two.shape and one.tobytes() == two.tobytes()
    if is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(two, f.name)) for f in fields(one))
    if isinstance(one, Mapping):
        return one.keys() == two.keys() and all(same(v, two[k]) for k, v in one.items())
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(same, one, two))
    return bool(one == two)


def spans(value: Any) -> Iterator[Any]:
    """Find everything with offsets in a result."""
    if is_dataclass(value):
        names = {f.name for f in fields(value)}
        if {"start", "end"} <= names:
            yield value
        for name in names:
            yield from spans(getattr(value, name))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from spans(part)


def check_annotation(annotation: Annotation, text: str) -> None:
    """Offsets hold, numbers are in range, references point somewhere, and the result survives JSON."""
    for span in spans(replace(annotation, document=None)):
        assert 0 <= span.start <= span.end <= len(text)
        if hasattr(span, "text"):
            assert text[span.start : span.end] == span.text
    position = 0
    for segment in annotation.segments:
        assert isinstance(segment, Segment)
        assert position <= segment.start < segment.end, "segments are in order, do not overlap, are not empty"
        assert text[segment.start : segment.end].strip(), "a segment has words"
        position = segment.end
        if segment.kind != "customer":
            assert segment.sentiment is None, "only the customer's own words have a sentiment"
    for mention in (*annotation.drivers.positive, *annotation.drivers.negative, *annotation.topics):
        home = annotation.segments[mention.segment]
        assert home.kind == "customer"
        for name in ("aspect", "opinion", "cause"):
            span = getattr(mention, name, None)
            assert span is None or home.start <= span.start < span.end <= home.end
    for mood in [annotation.sentiment, *(s.sentiment for s in annotation.segments)]:
        if mood is not None:
            shares = (mood.probabilities.negative, mood.probabilities.neutral, mood.probabilities.positive)
            assert all(0 <= p <= 1 for p in shares)
            assert math.isclose(sum(shares), 1, abs_tol=1e-5)
            assert -1 <= mood.score <= 1
    assert 0 <= annotation.language.confidence <= 1
    assert Annotation.from_dict(annotation.to_dict()) == annotation


# --- declarations --------------------------------------------------------------------------------------------------


@every_stage
def test_a_stage_declares_what_it_is(name: str, options: dict[str, Any]) -> None:
    stage = make_stage(name, **options)
    assert isinstance(stage, Stage)
    assert stage.name == name
    assert re.fullmatch(r"[a-z][a-z0-9_]*\.v[1-9][0-9]*", name), "a versioned name"
    assert stage.requires <= FIELDS
    assert stage.provides <= FIELDS
    assert stage.provides, "a stage that gives nothing is none"
    assert is_dataclass(stage.Config)
    assert stage.config == stage.Config(**options)
    hash(stage.config)
    if fields(stage.config):
        with pytest.raises(AttributeError):
            setattr(stage.config, fields(stage.config)[0].name, None)
    assert stage_class(name)().config == stage.Config(), "a stage can be built without arguments"


@pytest.mark.parametrize("name", registered())
def test_a_stage_refuses_options_of_a_wrong_name_or_type(name: str) -> None:
    with pytest.raises(ConfigError, match=f"stage '{name}' has no option 'surely_not_an_option'"):
        make_stage(name, surely_not_an_option=1)
    config: Any = stage_class(name).Config  # type: ignore[attr-defined]
    for option in fields(config):
        with pytest.raises(ConfigError, match=f"stage '{name}': {option.name} must be"):
            make_stage(name, **{option.name: object()})


# --- results -------------------------------------------------------------------------------------------------------


@every_stage
def test_an_empty_batch_gives_an_empty_list(name: str, options: dict[str, Any]) -> None:
    assert make_stage(name, **options).predict([]) == []


@every_stage
def test_results_are_as_many_as_drafts_and_hold_what_is_declared(name: str, options: dict[str, Any]) -> None:
    stage, ready = make_stage(name, **options), drafts(name, documents())
    results = stage.predict(ready)
    assert len(results) == len(ready)
    for result in results:
        assert set(result) == set(stage.provides)


@every_stage
def test_a_result_does_not_depend_on_what_stands_beside_it_or_in_which_order(
    name: str, options: dict[str, Any]
) -> None:
    stage, ready = make_stage(name, **options), drafts(name, documents())
    together = stage.predict(ready)
    backwards = stage.predict(ready[::-1])[::-1]
    for draft, result, reverse in zip(ready, together, backwards, strict=True):
        assert same(stage.predict([draft]), [result]), draft.document.id
        assert same(reverse, result), draft.document.id


@every_stage
def test_repeated_texts_get_repeated_results(name: str, options: dict[str, Any]) -> None:
    stage, ready = make_stage(name, **options), drafts(name, documents()[:3])
    results = stage.predict([*ready, *ready])
    assert same(results[:3], results[3:])


@every_stage
def test_two_stages_of_one_config_agree(name: str, options: dict[str, Any]) -> None:
    ready = drafts(name, documents())
    assert same(make_stage(name, **options).predict(ready), make_stage(name, **options).predict(ready))


@every_stage
def test_predict_leaves_its_input_alone(name: str, options: dict[str, Any]) -> None:
    ready = drafts(name, documents())
    before = copy.deepcopy(ready)
    make_stage(name, **options).predict(ready)
    assert same(ready, before)


@every_stage
@pytest.mark.parametrize("text", ["", " ", "\n\t \u00a0"], ids=["empty", "blank", "white space"])
def test_texts_without_words_never_reach_a_stage(name: str, options: dict[str, Any], text: str) -> None:
    pipeline = Pipeline([*prerequisites(name), make_stage(name, **options)])
    empty, full = pipeline.run([Document(text=text), Document(text="Alles gut.")])
    assert (empty.status, empty.segments, empty.sentiment) == ("skipped", (), None)
    assert full.status == "ok"


@every_stage
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_offsets_hold_for_every_kind_of_text(name: str, options: dict[str, Any], text: str) -> None:
    pipeline = Pipeline([*prerequisites(name), make_stage(name, **options)])
    [annotation] = pipeline.run([Document(text=text)])
    assert annotation.document is not None
    if "document" not in pipeline.stages[-1].provides:
        assert annotation.document.text == text, "no stage rewrites a text"
    check_annotation(annotation, annotation.document.text)


@every_stage
def test_a_text_of_100_kilobytes_is_read_to_its_end(name: str, options: dict[str, Any]) -> None:
    assert len(LONG) > 100_000
    ready = long_text_after(tuple(chain(name)))
    [result] = make_stage(name, **options).predict([ready])
    annotation = to_annotation(replace(ready, **result))
    check_annotation(annotation, LONG)
    assert not annotation.truncated
    if annotation.segments:
        assert annotation.segments[-1].end >= len(LONG) - 2


@every_stage
@settings(max_examples=15)
@given(text=st.text(st.characters(exclude_categories=[]), min_size=1, max_size=80).filter(str.strip))
def test_any_text_at_all_is_read(name: str, options: dict[str, Any], text: str) -> None:
    stage, ready = make_stage(name, **options), drafts(name, [Document(text=text)])
    [result] = stage.predict(ready)
    done = replace(ready[0], **result)
    check_annotation(to_annotation(done), done.document.text)


# --- saving --------------------------------------------------------------------------------------------------------


@every_stage
def test_a_saved_pipeline_loads_as_the_same_and_says_the_same(name: str, options: dict[str, Any]) -> None:
    pipeline = Pipeline([*prerequisites(name), make_stage(name, **options)])
    again = Pipeline.from_config(pipeline.to_config())
    assert again.to_config() == pipeline.to_config()
    assert [s.config for s in again.stages] == [s.config for s in pipeline.stages]
    assert list(again.run(documents())) == list(pipeline.run(documents()))
