"""Tables of other libraries: columns in, frames out, the same annotations whatever holds the texts."""

import pickle
import subprocess
import sys

import datasets
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxtext

TEXTS = ["Die App nervt.", "Lovely staff!", "", "Der Zug war pünktlich, aber zu voll."]
EXPECTED = cxtext.annotate(TEXTS)

COLUMNS = {
    "pandas": lambda: pd.Series(TEXTS, index=[3, 1, 2, 0]),
    "pandas category": lambda: pd.Series(TEXTS, dtype="category"),
    "pandas Arrow": lambda: pd.Series(TEXTS, dtype=pd.ArrowDtype(pa.string())),
    "polars": lambda: pl.Series(TEXTS),
    "arrow": lambda: pa.chunked_array([TEXTS[:1], TEXTS[1:]]),
    "dataset": lambda: datasets.Dataset.from_dict({"text": TEXTS})["text"],
    "numpy": lambda: pd.Series(TEXTS).to_numpy(dtype=str),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_annotated_in_its_order(name):
    assert cxtext.annotate(COLUMNS[name]()) == EXPECTED


@pytest.mark.parametrize("level", ["document", "segment", "driver"])
def test_frames_go_to_polars_arrow_and_duckdb(level):
    frame = cxtext.to_frame(EXPECTED, level=level)
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    assert pl.from_arrow(arrow).height == len(frame)
    assert duckdb.from_arrow(arrow).count("*").fetchall() == [(len(frame),)]


def survey(n=60):
    rows = [
        ("Die App nervt und stürzt ab.", 2),
        ("Tolle Beratung, sehr freundlich.", 10),
        ("Der Preis ist zu hoch.", 5),
    ]
    return pd.DataFrame([rows[i % 3] for i in range(n)], columns=["Kommentar", "NPS"])


TABLES = {
    "pandas": lambda: survey(),
    "polars": lambda: pl.from_pandas(survey()),
    "arrow": lambda: pa.Table.from_pandas(survey()),
    "dataset": lambda: datasets.Dataset.from_pandas(survey()),
    "duckdb": lambda: duckdb.from_df(survey()),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_analysed_whatever_library_holds_it(name):
    result = cxtext.analyze(TABLES[name](), text="Kommentar", scores={"nps": "NPS"}, outcome="nps")
    assert result.quality["documents"] == 60
    assert {"positive", "negative"} == set(result.drivers["polarity"])


def add_sentiment(batch):
    found = cxtext.annotate(batch["text"])
    return {"sentiment": [a.sentiment and a.sentiment.label for a in found]}


def test_a_dataset_is_mapped_in_batches_and_found_again_in_its_cache(tmp_path):
    data = datasets.Dataset.from_dict({"text": TEXTS})
    data.save_to_disk(tmp_path / "data")
    data = datasets.load_from_disk(tmp_path / "data")
    first = data.map(add_sentiment, batched=True, batch_size=3)
    again = data.map(add_sentiment, batched=True, batch_size=3)
    assert first["sentiment"][:] == [a.sentiment and a.sentiment.label for a in EXPECTED]
    assert first.cache_files == again.cache_files != []


def test_a_function_with_an_encoder_has_a_fingerprint_that_lasts():
    encoder = cxtext.Encoder()
    encoder.encode(["warm"])
    print_of = datasets.fingerprint.Hasher.hash
    assert print_of(encoder) == print_of(cxtext.Encoder())


def test_a_function_of_a_notebook_has_the_same_fingerprint_before_and_after_the_network_was_loaded():
    code = """
import datasets, cxtext
def add_sentiment(batch):
    return {"sentiment": [a.status for a in cxtext.annotate(batch["text"])]}
print_of = datasets.fingerprint.Hasher.hash
before = print_of(add_sentiment)
add_sentiment({"text": ["Die App nervt."]})
print(before == print_of(add_sentiment))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.stdout.strip() == "True", done.stderr


def test_the_package_is_pickled_as_its_name():
    assert pickle.loads(pickle.dumps(cxtext)) is cxtext
