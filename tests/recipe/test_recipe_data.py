"""Training sets in one schema: offsets survive detokenising, licences hold, dev texts never train."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recipe import data
from models.recipe.data import Mention, detokenise, licence, load, move, parallel_pairs, read_own, rewrite, share


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Give a maker of small data folders, without the examples of this project's own."""
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setattr(data, "OWN", own)

    def make(files):
        for name, rows in files.items():
            path = tmp_path / "data" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
        return tmp_path / "data"

    return make


def texts(count, topic):
    return [{"text": f"{topic} number {i}", "label": "positive", "lang": "en"} for i in range(count)]


# --- offsets -------------------------------------------------------------------------------------------------------


@given(st.text("ab ,", max_size=30), st.data())
def test_rewriting_moves_every_offset_that_is_not_edited(text, draw):
    cuts = sorted(draw.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    edits = [(a, b, draw.draw(st.text("xy", max_size=3))) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    new, where = rewrite(text, edits)
    assert len(where) == len(text) + 1
    assert where == sorted(where)
    assert (where[0] >= 0, where[-1]) == (True, len(new))
    for i, character in enumerate(text):
        if not any(start <= i < end for start, end, _ in edits):
            assert new[where[i]] == character


def test_an_edit_that_overlaps_the_one_before_is_left_out():
    assert rewrite("abcd", [(0, 2, "x"), (1, 3, "y")])[0] == "xcd"


@pytest.mark.parametrize(
    ("tokenised", "natural"),
    [
        ("i do n't like it , at all !", "i don't like it, at all!"),
        ("the staff 's advice was great .", "the staff's advice was great."),
        ("good ( and cheap )", "good (and cheap)"),
        ("it is 5 % off ; nice", "it is 5% off; nice"),
        ("costs $ 5 .", "costs $5."),
        ("nothing to do here", "nothing to do here"),
        ("nice :) really", "nice :) really"),
    ],
)
def test_tokenised_texts_become_natural(tokenised, natural):
    assert detokenise(tokenised, ())[0] == natural
    assert detokenise(natural, ())[0] == natural, "a natural text stays as it is"


def test_mentions_point_at_the_same_words_after_detokenising():
    text = "the battery life , i ca n't praise , but the screen 's colour is poor ."
    spans = {"battery life": "positive", "screen 's colour": "negative"}
    mentions = tuple(
        Mention((text.index(w), text.index(w) + len(w)), (text.index("poor"), text.index("poor") + 4), p)
        for w, p in spans.items()
    )
    new, moved = detokenise(text, mentions)
    assert [new[slice(*m.aspect)] for m in moved] == ["battery life", "screen's colour"]
    assert [new[slice(*m.opinion)] for m in moved] == ["poor", "poor"]
    assert [m.polarity for m in moved] == ["positive", "negative"]


def test_a_span_that_vanishes_is_null():
    text, where = rewrite("a , b", [(1, 2, "")])
    assert move(Mention((1, 2), None, "positive"), text, where).aspect is None


# --- splits and licences -------------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=[])))
def test_shares_are_stable_numbers_below_100(text):
    assert share(text) == share(text)
    assert 0 <= share(text) < 100


def test_shares_are_spread_evenly():
    shares = [share(str(i)) for i in range(2000)]
    assert 0.05 < sum(s < 8 for s in shares) / 2000 < 0.11


@pytest.mark.parametrize(
    ("licences", "sources"),
    [("permissive", {"potts"}), ("shipped", {"potts", "sst"}), ("all", {"potts", "sst", "airline"})],
)
def test_only_sets_of_an_allowed_licence_train(folder, licences, sources):
    assert [licence(n) for n in ("potts", "sst", "airline")] == ["yes", "unstated", "no"]
    files = {f"sentiment/{name}.train.jsonl": texts(40, name) for name in ("potts", "sst", "airline")}
    train, _ = load(folder(files), licences=licences)
    assert {e.source for e in train} == sources


def test_sets_marked_no_never_train_the_shipped_model(folder):
    forbidden = sorted(n for n, kind in data.LICENCES.items() if kind == "no")
    assert forbidden
    files = {f"sentiment/{n}.{part}.jsonl": texts(30, f"{n} {part}") for n in forbidden for part in ("train", "dev")}
    train, dev = load(folder(files), licences="shipped")
    assert train == []
    assert set(dev) == {f"sentiment/{n}" for n in forbidden}


def test_no_dev_text_and_no_near_copy_trains(folder):
    rows = texts(200, "the parcel of a customer")
    dev = [{"text": "Great help with my parcel, @shop! http://x.y", "label": "positive", "lang": "en"}, rows[0]]
    copies = [
        {"text": "great help with my parcel @other", "label": "positive", "lang": "en"},
        {"text": "THE PARCEL of a customer: number 0!", "label": "positive", "lang": "en"},
    ]
    files = {
        "sentiment/potts.dev.jsonl": dev,
        "sentiment/potts.train.jsonl": copies,
        "sentiment/sst.train.jsonl": rows,
        "themes/mobasa.dev.jsonl": texts(100, "the app"),
    }
    train, held_out = load(folder(files), licences="all")
    letters = {data._letters(e.text) for e in train}
    gists = {data._gist(e.text) for e in train}
    assert held_out["sentiment/sst"]
    assert train
    for examples in held_out.values():
        for example in examples:
            assert data._letters(example.text) not in letters
            assert data._gist(example.text) not in gists


def test_short_answers_that_many_people_give_train_and_are_measured(folder):
    answer = {"text": "Nothing.", "label": "positive", "lang": "en"}
    files = {"sentiment/potts.dev.jsonl": [answer, *texts(9, "b")], "sentiment/potts.train.jsonl": [answer]}
    train, dev = load(folder(files), licences="all")
    assert "Nothing." in {e.text for e in train}
    assert "Nothing." in {e.text for e in dev["sentiment/potts"]}


def test_sets_with_one_part_are_split_by_their_texts(folder):
    files = {"sentiment/sst.train.jsonl": texts(300, "a"), "sentiment/potts.dev.jsonl": texts(300, "b")}
    train, dev = load(folder(files), licences="all")
    assert {e.text for e in dev["sentiment/sst"]} == {r["text"] for r in texts(300, "a") if share(r["text"]) < 8}
    assert {e.text for e in dev["sentiment/potts"]} == {r["text"] for r in texts(300, "b") if share(r["text"]) < 30}
    assert len(train) + sum(map(len, dev.values())) == 600


def test_driver_sets_keep_their_spans(folder):
    row = {
        "text": "the staff , so kind !",
        "lang": "en",
        "tokenised": True,
        "annotated": ["aspect", "opinion", "category"],
        "tuples": [
            {"aspect": {"start": 4, "end": 9}, "opinion": {"start": 15, "end": 19}, "polarity": "positive"},
            {"aspect": None, "opinion": None, "polarity": "conflict"},
        ],
    }
    train, dev = load(folder({"drivers/aste.train.jsonl": [row], "drivers/aste.dev.jsonl": []}), licences="shipped")
    [example] = train
    assert dev == {}
    assert example.text == "the staff, so kind!"
    [mention] = example.mentions
    assert [example.text[slice(*s)] for s in (mention.aspect, mention.opinion)] == ["staff", "kind"]
    assert example.annotated == {"aspect", "opinion"}
    assert example.label == "positive"


def test_empty_and_unlabelled_texts_are_left_out(folder):
    rows = [
        {"text": " ", "label": "positive", "lang": "en"},
        {"text": "Did not answer", "label": "neutral", "lang": "en"},
        {"text": "gut", "label": "mixed", "lang": "de"},
    ]
    files = {"sentiment/potts.train.jsonl": rows, "sentiment/potts.dev.jsonl": []}
    assert load(folder(files), licences="all") == ([], {})


def test_the_examples_of_this_project_are_well_formed():
    examples = [e for path in sorted(data.OWN.glob("*.txt")) for e in read_own(path)]
    assert len(examples) > 100
    for example in examples:
        assert not re.search(r"\[[AO]\d", example.text), "masks such as [ORT] are words"
        for mention in example.mentions:
            assert mention.polarity in data.LABELS
            for span in (mention.aspect, mention.opinion):
                assert span is None or example.text[slice(*span)].strip()


@pytest.mark.parametrize("line", ["de | gut | Alles gut.", "fr | positive | Bien", "de | positive"])
def test_a_malformed_example_is_named_by_its_line(tmp_path, line):
    path = tmp_path / "own.txt"
    path.write_text(f"# comment\n\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"own.txt:3 is not"):
        list(read_own(path))


def test_parallel_sentences_come_in_pairs(folder):
    rows = [{"de": "Gut.", "en": "good ."}, {"de": ["Eins", "Zwei"], "en": ["one", "two"]}]
    data = folder({"parallel/x.train.jsonl": rows})
    assert list(parallel_pairs(data, licences="shipped")) == [("Gut.", "good."), ("Eins", "one"), ("Zwei", "two")]
    assert list(parallel_pairs(data, licences="permissive")) == [], "a set without a licence text"
