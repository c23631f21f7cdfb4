"""What the model finds is kept beside the parts: a second run asks no model, and gives the same files."""

import numpy as np
import pandas as pd
import pytest

from cxtext.encoder.runtime import Runtime
from cxtext.engines.batch import Batch, Settings
from cxtext.engines.found import DATA, JOURNAL, Found, Kept, find
from cxtext.engines.gather import gather
from cxtext.engines.local import annotate

COMMENTS = [
    f"{what} {how} {when}."
    for what, how in (
        ("Die Lieferung kam zu spät, weil der Fahrer die Adresse nicht fand,", "und war beschädigt"),
        ("The advice in the branch was friendly,", "and quick"),
        ("Der Preis ist hoch,", "aber die App gefällt mir"),
    )
    for when in ("heute", "gestern", "again", "neulich", "am Montag", "on Friday", "im Mai", "this week")
]


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "comments.csv"
    pd.DataFrame({"comment": COMMENTS, "nps": [i % 11 for i in range(len(COMMENTS))]}).to_csv(path, index=False)

    def run(*, resume=False, force=False, **options):
        batch = Batch([path], Settings(text=("comment",), score=("nps=nps",), threads=1, **options))
        batch.run(tmp_path / "out", resume=resume, force=force)
        return {p.relative_to(tmp_path): p.read_bytes() for p in sorted((tmp_path / "out").rglob("*")) if p.is_file()}

    return run


@pytest.fixture
def asked(monkeypatch, without_model):
    """List how often the model was asked, in a run with a tiny one."""
    times = []

    def counted(*args, **options):
        times.append(1)
        return find(*args, **options)

    monkeypatch.setattr("cxtext.engines.summary.find", counted)
    return times


def test_a_second_run_asks_no_model_and_writes_the_same_bytes(run, monkeypatch):
    first = run()

    def session(self):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(Runtime, "session", session)
    assert run(resume=True) == first


def test_a_second_run_may_ask_something_else_of_the_same_topics(run, asked):
    run()
    run(resume=True, outcome="nps")
    assert len(asked) == 1


@pytest.mark.parametrize("options", [{"force": True}, {"resume": True, "seed": 1}])
def test_the_model_is_asked_again(run, asked, options):
    run()
    run(**options)
    assert len(asked) == 2


@pytest.mark.parametrize("name", [DATA, JOURNAL])
@pytest.mark.parametrize("damage", ["gone", "cut", "empty"])
def test_damage_costs_the_work_and_no_more(run, asked, tmp_path, name, damage):
    first = run()
    path = tmp_path / "out" / "annotations" / name
    data = path.read_bytes()
    path.unlink()
    if damage != "gone":
        path.write_bytes(data[: len(data) // 2] if damage == "cut" else b"")
    assert run(resume=True) == first
    assert len(asked) == 2


def test_tables_come_back_with_their_types(tmp_path, tiny):
    collection = gather(annotate(["Die Lieferung war langsam. Die App ist kaputt."], pipeline=tiny))
    table = pd.DataFrame(
        {
            "id": [0, 1],
            "parent": pd.array([None, 3], dtype="Int64"),
            "label": ["Größe", None],
            "keywords": [["a", "b"], []],
            "z": [0.1, np.nan],
            "cause": pd.Series([None, float("nan")], dtype=object),
        }
    )
    units = np.zeros(len(collection.units), dtype=np.intp)
    mentions = np.full(len(collection.mentions), -1, dtype=np.intp)
    found = Found(
        topics=table,
        units=units,
        mentions=mentions,
        centrality=np.linspace(0, 1, len(mentions)),
        causes=table[:0],
        corrections=table,
        registry={"schema": "x", "drift": [{"id": np.int64(1)}]},
        taxonomy={},
    )
    kept = Kept(tmp_path, {"inputs": "a"})
    kept.write(found)
    again = kept.read(collection)
    assert again is not None
    for name in ("topics", "causes", "corrections"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name), check_column_type=False)
    for name in ("units", "mentions", "centrality"):
        np.testing.assert_array_equal(getattr(again, name), getattr(found, name))
        assert getattr(again, name).dtype == getattr(found, name).dtype
    assert again.registry == {"schema": "x", "drift": [{"id": 1}]}
    assert Kept(tmp_path, {"inputs": "b"}).read(collection) is None
