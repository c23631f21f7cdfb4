"""The small head and where its markers stand: cxtext.markers.head, cxtext.markers.passages, cxtext.markers.places."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import cxtext
from cxtext.documents import Document, Marker
from cxtext.errors import ArtefactError
from cxtext.markers.empathy import team_empathy
from cxtext.markers.head import TONES, Half, columns, read_head, shipped_head, tone_of, unit, wording
from cxtext.markers.passages import LONGEST, passages
from cxtext.pipeline import DEFAULT, Draft, Pipeline, make_stage

BEFORE = ("language.v1", "segment.v1", "encode.v1", "sentiment.v1", "drivers.v1")


def drafted(document: Document) -> Draft:
    draft = Draft(document=document)
    for name in BEFORE:
        draft = replace(draft, **make_stage(name).predict([draft])[0])
    return draft


def test_the_shipped_head_is_whole_small_and_for_the_shipped_encoder() -> None:
    head = shipped_head()
    from cxtext.markers.head import encoder_name

    assert head.encoder == encoder_name(make_stage("encode.v1").runtime.manifest)  # type: ignore[attr-defined]
    types, known = len(head.types), len(head.columns) + TONES
    for half, features in ((head.full, known + 3 * 384), (head.plain, known)):
        units = len(half.inner)
        assert half.bias.shape == half.thresholds.shape == (types,)
        assert half.straight.shape == (types, features)
        assert (half.inner.shape, half.inner_bias.shape) == ((units, features), (units,))
        assert half.outer.shape == (types, units)
        assert ((half.thresholds > 0) & (half.thresholds < 1)).all()
    path = Path(cxtext.__file__).parent / "data" / "markers_head.json"
    assert path.stat().st_size < 1_000_000
    with pytest.raises(ArtefactError):
        read_head({**json.loads(path.read_text(encoding="utf-8")), "schema": "other"})


def test_the_head_knows_every_column_that_rules_can_fill() -> None:
    from cxtext.markers.head import tier
    from cxtext.markers.rules import LANGUAGES, load_rules

    for code in LANGUAGES:
        for rule in load_rules(code).rules:
            assert (rule.type, rule.kind or "", tier(rule.score)) in shipped_head().columns


def test_a_head_adds_what_leads_straight_to_a_type_and_what_hidden_units_say() -> None:
    def weights(*rows: object) -> np.ndarray:
        return np.array(rows, np.float32)

    half = Half(
        straight=weights([1, 0], [0, -2]),
        bias=weights(0.5, 0),
        inner=weights([1, 1], [-1, 0]),
        inner_bias=weights(0, 0.5),
        outer=weights([10, 100], [0, 1]),
        thresholds=np.array([0.5, 0.5]),
    )
    # Hidden units: 3 + 2 = 5, and -3 + 0.5, which says nothing.
    assert half.logits(weights(3, 2)).tolist() == [3 + 0.5 + 50, -4]


def test_a_vector_is_brought_to_one_length_and_none_stays_none() -> None:
    assert np.linalg.norm(unit(np.array([3, 4], np.float32))) == pytest.approx(3)
    assert not unit(np.zeros(2, np.float32)).any()
    assert not tone_of([None], [], []).any()


def test_lower_layers_count_by_what_sets_them_apart() -> None:
    centre = np.array([[3.0, 0.0], [0.0, 3.0]])
    # The first layer lies above its centre, the second at it, whatever the number of tokens.
    found = wording(np.array([6, 8, 0, 5], np.float32), centre)
    assert found[:2] == pytest.approx(unit(np.array([3 * 0.6 - 3, 3 * 0.8])))
    assert not found[2:].any()


def test_a_passage_without_marks_is_told_from_one_with() -> None:
    assert ("", "", "unmarked") in columns([], [], marked=False)
    assert columns([], ["churn"], marked=True) == {("churn", "", "denied")}


def test_a_short_text_and_each_turn_are_judged_with_their_vectors() -> None:
    short = drafted(Document(text="Die App stürzt ab. Bitte rufen Sie mich an!"))
    [passage] = passages(short, known=True)
    assert passage.segments == (0, 1)
    assert passage.vectors is not None
    assert passage.whole
    talk = drafted(
        Document.from_turns(
            [
                {"role": "customer", "text": "Die App stürzt ab."},
                {"role": "agent", "text": "Oh."},
                {"role": "customer", "text": "Ja, immer wieder."},
            ]
        )
    )
    found = list(passages(talk, known=True))
    assert [p.segments for p in found] == [(0,), (2,)]
    assert all(p.vectors is not None and not p.whole for p in found)


def test_sentences_are_judged_by_themselves_where_the_vector_says_little_of_them() -> None:
    # A long text; one that answers a question, whose words are in the vector; one of another encoder.
    text = "Die Lieferung kam zwei Wochen zu spät und niemand hat sich gemeldet. " * 14
    long = drafted(Document(text=text))
    assert len(long.tokens.offsets) > LONGEST
    asked = drafted(Document(text="Zu teuer. Zu laut.", question="Was hat Sie gestört?"))
    other = drafted(Document(text="Zu teuer. Zu laut."))
    for draft, known in ((long, True), (asked, True), (other, False)):
        found = list(passages(draft, known=known))
        assert [p.segments for p in found] == [(i,) for i in range(len(draft.segments))]
        assert all(p.vectors is None for p in found)


@pytest.mark.parametrize(
    ("text", "type_", "expected", "why"),
    [
        ("Guten Tag. Ich kündige hiermit. Danke.", "churn", "kündige hiermit", "the words of a rule"),
        ("Das Essen war kalt, die Bedienung freundlich.", "praise", "freundlich", "an opinion of the right tone"),
    ],
)
def test_a_marker_stands_at_what_says_it(text: str, type_: str, expected: str, why: str) -> None:
    found = [m.text for m in cxtext.annotate(text).markers if m.type == type_]
    assert any(expected in f for f in found), why


def test_markers_do_not_overlap_within_a_type_and_stand_in_text_order() -> None:
    text = "Seit Wochen keine Antwort, seit Wochen! Ich kündige, ich kündige wirklich, und mein Anwalt meldet sich."
    markers = cxtext.annotate(text).markers
    assert list(markers) == sorted(markers, key=lambda m: (m.start, m.end, m.type))
    for type_ in {m.type for m in markers}:
        own = [m for m in markers if m.type == type_]
        assert all(a.end <= b.start for a, b in pairwise(own))


def test_a_rule_of_ones_own_is_not_judged_by_the_head(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'schema = "cxtext.markers/1"\nlanguage = "en"\n'
        '[[rules]]\ntype = "plant"\npatterns = ["monstera"]\nscore = 0.31\n',
        encoding="utf-8",
    )
    pipeline = Pipeline([*BEFORE, make_stage("markers.v1", rules=str(path), off=["praise", "complaint"])])
    [annotation] = pipeline.run([Document(text="The monstera is lovely, the fern is ugly.")])
    assert Marker("plant", 4, 12, "monstera", 0.31) in annotation.markers
    assert not {m.type for m in annotation.markers} & {"praise", "complaint"}


# --- empathy -------------------------------------------------------------------------------------------------------


def annotated(turns: list[tuple[str, str]]) -> list[cxtext.Annotation]:
    stages = [make_stage(n, agent=True) if n == "markers.v1" else n for n in DEFAULT]
    documents = [
        Document.from_turns([{"role": "agent", "speaker": name, "text": text}], language="de") for name, text in turns
    ]
    return list(Pipeline(stages).run(documents))


SAID = ["Das tut mir sehr leid.", "Da kann ich leider nichts machen.", "Ich kümmere mich darum."]


def test_empathy_is_a_figure_of_a_team_whatever_the_order() -> None:
    names = ["Ana", "Ben", "Cem", "Dana", "Eva", "Finn"]
    talks = annotated([(name, SAID[i % 3]) for i, name in enumerate(names)])
    team = team_empathy(talks)
    assert (team.empathetic, team.unempathetic, team.conversations) == (4, 2, 6)
    assert team.score == pytest.approx(100 * 2 / 6, abs=1e-5)
    assert team_empathy(talks[::-1]) == team
    assert team_empathy(annotated([("Agent", "Guten Tag.")] * 5)).score is None


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["Ana"] * 8, "one person"),
        (["Ana", "Ben", "Cem", "Dana"] * 2, "four persons"),
        (["Agent"] * 4, "four conversations"),
        ([], "nobody"),
    ],
)
def test_empathy_of_few_is_refused(names: list[str], why: str) -> None:
    with pytest.raises(ValueError, match="for teams only"):
        team_empathy(annotated([(name, SAID[0]) for name in names]))


@pytest.mark.parametrize(
    "text",
    [
        "Der Zug war pünktlich, aber die App stürzt ständig ab.",
        "Die Ärztin hat sich viel Zeit genommen, aber am Empfang wurde ich angeschnauzt.",
        "Tolle Auswahl, aber an der Kasse ging nichts voran.",
        "The train was on time, but there were no seats.",
        "Nice hotel, shame about the noise.",
        "The website is clear, the hotline a disaster.",
    ],
)
def test_a_text_that_praises_and_blames_is_both(text: str) -> None:
    assert {"praise", "complaint"} <= {m.type for m in cxtext.annotate(text).markers}
