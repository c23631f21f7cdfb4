"""Bad input of every kind between good rows costs nothing but itself."""

import importlib.util
import json
from pathlib import Path

import pytest

from cxtext.engines import shards
from cxtext.engines.local import annotate
from cxtext.pipeline import Pipeline
from cxtext.sources import read

_path = Path(__file__).parents[1] / "contract" / "test_stages.py"
_spec = importlib.util.spec_from_file_location("stage_contract", _path)
_contract = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_contract)

SECRET = "GEHEIM"
EMPTY = {"empty": "", "white space": " \t\n\u2003 "}
POISON = {**_contract.TEXTS, **EMPTY, "20,000 characters": _contract.LONG[:20_000]}

# Lines that are no row, with the code that says why.
BROKEN = [
    (b'{"text": "GEHEIM abgebrochen', "broken_json"),
    (b'["GEHEIM"]', "not_a_record"),
    (b'{"text": ["GEHEIM"]}', "not_text"),
    (b'{"text": {"GEHEIM": 1}}', "not_text"),
    (b"\x00\x01GEHEIM\xff", "bad_encoding"),
    (b'"GEHEIM"', "not_a_record"),
]


def good(i):
    things = ("Die Lieferung", "Die App", "Die Beratung", "The delivery", "The price", "Die Hotline", "The website")
    moods = ("ist langsam", "war freundlich", "ist teuer", "was slow", "war unfreundlich", "ist kaputt")
    return f"{things[i % 7]} {moods[i % 6]}, Fall {i % 97}."


def poisoned(path, n):
    """Write n good rows with everything bad scattered among them; gives the poison by row and the broken lines."""
    bad = [*POISON.items()]
    where = {(i + 1) * n // (len(bad) + 1): item for i, item in enumerate(bad)}
    broken = {(i + 1) * n // (len(BROKEN) + 2) + 1: item for i, item in enumerate(BROKEN)}
    kinds = []
    with path.open("wb") as file:
        for i in range(n):
            if i in where:
                name, text = where[i]
                file.write(json.dumps({"text": text, "nps": 5}).encode() + b"\n")
                kinds.append((name, text))
            if i in broken:
                file.write(broken[i][0] + b"\n")
            file.write(json.dumps({"text": good(i), "nps": i % 11}).encode() + b"\n")
            kinds.append((None, good(i)))
    return kinds


@pytest.mark.parametrize("n", [2_000, pytest.param(100_000, marks=[pytest.mark.slow, pytest.mark.timeout(7200)])])
def test_poison_between_good_rows_costs_nothing_but_itself(tmp_path, monkeypatch, n):
    monkeypatch.setattr(shards, "DOCUMENTS", 500)
    pipeline = Pipeline.default(redact="mask")
    file = tmp_path / "poisoned.jsonl"
    kinds = poisoned(file, n)
    reading = read(file)
    parts = shards.annotate_shards(reading, tmp_path / "out", pipeline=pipeline, key={})
    different = sorted({good(i) for i in range(n)})
    alone = dict(zip(different, annotate(different, pipeline=pipeline), strict=True))
    seen = 0
    for (kind, text), annotation in zip(kinds, parts, strict=True):
        seen += 1
        said = annotation.to_dict() | {"id": None}
        if kind is None:
            assert said == alone[text].to_dict(), f"row {seen}"
        else:
            assert annotation.status == ("skipped" if kind in EMPTY else "ok"), kind
    assert seen == n + len(POISON)
    assert sorted(r.reason for r in reading.report.rejects) == sorted(reason for _, reason in BROKEN)
    reading.report.write_rejects(tmp_path / "rejects.jsonl")
    assert SECRET not in (tmp_path / "rejects.jsonl").read_text(encoding="utf-8")
