import json

import pandas as pd
import pytest

from cxtext.documents import Document
from cxtext.engines import shards
from cxtext.engines.local import annotate
from cxtext.engines.shards import JOURNAL, annotate_shards, sha256
from cxtext.errors import OutputExistsError
from cxtext.pipeline import Pipeline

KEY = {"inputs": "a1", "options": "b2"}


@pytest.fixture(autouse=True)
def small_shards(monkeypatch):
    monkeypatch.setattr(shards, "DOCUMENTS", 4)
    monkeypatch.setattr(shards, "CHARACTERS", 1000)


@pytest.fixture
def documents():
    return [Document(text=f"Die App ist langsam {i}.", id=f"f#{i}") for i in range(10)]


def content(folder):
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


class Counting:
    """Wraps a pipeline and counts what it annotates; breaks off after a number of documents."""

    def __init__(self, pipeline, stop_after=None):
        self.inner, self.seen, self.stop_after = pipeline, 0, stop_after

    def run(self, documents):
        for annotation in self.inner.run(documents):
            if self.seen == self.stop_after:
                raise KeyboardInterrupt
            self.seen += 1
            yield annotation


def test_documents_become_parts_in_order(tiny, documents, tmp_path):
    told = []
    parts = annotate_shards(iter(documents), tmp_path / "a", pipeline=tiny, key=KEY, on_shard=told.append)
    assert [p.name for p in parts.paths] == ["part-00000.parquet", "part-00001.parquet", "part-00002.parquet"]
    assert list(parts) == annotate(documents, pipeline=tiny)
    assert told == [4, 4, 2]


def test_a_shard_ends_before_it_grows_too_large(tiny, tmp_path):
    long = [Document(text="x" * 600), Document(text="y" * 600), Document(text="z" * 5000), Document(text="w")]
    told = []
    annotate_shards(long, tmp_path, pipeline=tiny, key=KEY, on_shard=told.append)
    assert told == [1, 1, 1, 1]


def test_no_documents_give_no_parts(tiny, tmp_path):
    assert list(annotate_shards([], tmp_path / "a", pipeline=tiny, key=KEY)) == []


@pytest.mark.parametrize("stop_after", range(10))
def test_a_broken_run_goes_on_to_the_same_bytes(tiny, documents, tmp_path, stop_after):
    annotate_shards(documents, tmp_path / "undisturbed", pipeline=tiny, key=KEY)
    with pytest.raises(KeyboardInterrupt):
        annotate_shards(documents, tmp_path / "a", pipeline=Counting(tiny, stop_after), key=KEY)
    second = Counting(tiny)
    annotate_shards(documents, tmp_path / "a", pipeline=second, key=KEY, resume=True)
    assert content(tmp_path / "a") == content(tmp_path / "undisturbed")
    assert second.seen == 10 - stop_after // 4 * 4


def test_a_second_run_annotates_nothing(tiny, documents, tmp_path):
    annotate_shards(documents, tmp_path, pipeline=tiny, key=KEY)
    before = content(tmp_path)
    idle = Counting(tiny)
    annotate_shards(documents, tmp_path, pipeline=idle, key=KEY, resume=True)
    assert idle.seen == 0
    assert content(tmp_path) == before


@pytest.mark.parametrize("damage", [lambda p: p.unlink(), lambda p: p.write_bytes(p.read_bytes()[:50])])
def test_a_damaged_part_is_made_again(tiny, documents, tmp_path, damage):
    annotate_shards(documents, tmp_path, pipeline=tiny, key=KEY)
    before = content(tmp_path)
    damage(tmp_path / "part-00001.parquet")
    again = Counting(tiny)
    annotate_shards(documents, tmp_path, pipeline=again, key=KEY, resume=True)
    assert again.seen == 4
    assert content(tmp_path) == before


def test_a_torn_last_line_and_left_over_files_do_no_harm(tiny, documents, tmp_path):
    annotate_shards(documents, tmp_path, pipeline=tiny, key=KEY)
    before = content(tmp_path)
    journal = tmp_path / JOURNAL
    lines = journal.read_text().splitlines()
    journal.write_text("\n".join([*lines[:3], lines[3][:10]]))
    (tmp_path / "part-00002.parquet.tmp").write_bytes(b"half")
    again = Counting(tiny)
    annotate_shards(documents, tmp_path, pipeline=again, key=KEY, resume=True)
    assert again.seen == 2
    assert content(tmp_path) == before


def test_without_resume_what_was_there_goes(tiny, documents, tmp_path):
    annotate_shards(documents, tmp_path, pipeline=tiny, key={**KEY, "inputs": "other"})
    parts = annotate_shards(documents[:3], tmp_path, pipeline=tiny, key=KEY)
    assert sorted(p.name for p in tmp_path.iterdir()) == [JOURNAL, "part-00000.parquet"]
    assert len(pd.read_parquet(tmp_path)), "a reader of tables takes the folder as one"
    assert len(list(parts)) == 3


def test_resume_refuses_parts_of_another_run_and_touches_nothing(tiny, documents, tmp_path):
    annotate_shards(documents, tmp_path, pipeline=tiny, key=KEY)
    before = content(tmp_path)
    with pytest.raises(OutputExistsError, match=r"inputs.*--force"):
        annotate_shards(documents, tmp_path, pipeline=tiny, key={**KEY, "inputs": "c3"}, resume=True)
    assert content(tmp_path) == before


@pytest.mark.parametrize("text", ["nonsense\n", '{"schema": "other"}\n', "[]\n"])
def test_a_damaged_journal_is_a_clear_error(tiny, documents, tmp_path, text):
    (tmp_path / JOURNAL).write_text(text)
    with pytest.raises(OutputExistsError, match="--force"):
        annotate_shards(documents, tmp_path, pipeline=tiny, key=KEY, resume=True)


def test_the_journal_names_every_shard_and_its_hash(tiny, documents, tmp_path):
    annotate_shards(documents, tmp_path, pipeline=tiny, key=KEY)
    head, *entries = (json.loads(line) for line in (tmp_path / JOURNAL).read_text().splitlines())
    assert head["key"] == KEY
    assert [e["documents"] for e in entries] == [4, 4, 2]
    assert [e["sha256"] for e in entries] == [sha256(p) for p in sorted(tmp_path.glob("part-*.parquet"))]


def test_a_pipeline_of_registered_stages_works_too(documents, tmp_path):
    parts = annotate_shards(documents, tmp_path, pipeline=Pipeline(["language.v1"]), key=KEY)
    assert {a.language.code for a in parts} == {"de"}
