import json
from pathlib import Path

from cxtext.sources import LoadReport, Reject, read

EXAMPLES = Path(__file__).parents[2] / "examples" / "feedback"


def test_rejects_are_written_without_content(tmp_path):
    report = LoadReport(
        rejects=[Reject("f.csv", "not_text", row=3, column="Kommentar", length=12), Reject("x", "empty_file")]
    )

    report.write_rejects(tmp_path / "rejects.jsonl")

    lines = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines == [
        {"file": "f.csv", "row": 3, "byte": None, "column": "Kommentar", "reason": "not_text", "length": 12},
        {"file": "x", "row": None, "byte": None, "column": None, "reason": "empty_file", "length": None},
    ]


def test_the_report_is_plain_data():
    reading = read(EXAMPLES)
    list(reading)

    values = json.loads(json.dumps(reading.report.to_dict()))

    assert values["rows"] == values["documents"] == 253
    assert values["rejects"] == {}
    assert values["files"][-1]["columns"][0] == {"role": "id", "column": "Antwort-ID", "how": "synonym"}
