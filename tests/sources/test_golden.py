"""Every format, good and damaged: what comes out is held by files beside the fixtures."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from cxtext.sources import read

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = sorted(path.name for path in FIXTURES.iterdir() if path.is_file())


def read_fixture(name: str) -> list[str]:
    reading = read(FIXTURES / name)
    lines = []
    for document in reading:
        values = {k: v for k, v in document.to_dict().items() if v not in (None, [], {}, ())}
        if isinstance(document.created_at, datetime):
            values["created_at"] = document.created_at.isoformat()
        lines.append(values)
    lines += [{"reject": {k: v for k, v in reject_of(r).items() if v is not None}} for r in reading.report.rejects]
    return [json.dumps(line, ensure_ascii=False) for line in lines]


def reject_of(reject) -> dict:
    return {name: getattr(reject, name) for name in ("file", "row", "byte", "column", "reason", "length")}


@pytest.mark.parametrize("name", NAMES)
def test_fixture_gives_its_golden_documents_and_rejects(name):
    golden = (FIXTURES / "golden" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()

    assert read_fixture(name) == golden


def test_every_golden_file_belongs_to_a_fixture():
    assert sorted(p.name.removesuffix(".jsonl") for p in (FIXTURES / "golden").iterdir()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_reading_twice_gives_the_same(name):
    reading = read(FIXTURES / name)

    first, first_report = list(reading), reading.report
    second, second_report = list(reading), reading.report

    assert first == second
    assert first_report.to_dict() == second_report.to_dict()
