"""Too little memory ends the run with a message, and nothing is lost."""

import json

import pytest

from cxtext.engines import shards

MB = 1_000_000


@pytest.mark.slow
def test_a_limit_of_memory_ends_the_run_and_keeps_what_was_finished(job, tmp_path):
    """The kernel refuses memory in the middle: one of the comments is 30 MB long."""
    rows = [{"text": f"Die App ist langsam, Fall {i}."} for i in range(100)]
    rows[70] = {"text": "Die Lieferung war teuer. " * 1_200_000}
    file = tmp_path / "large.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    large = type(job)(file)
    code, err = large.run(tmp_path / "out", memory=700 * MB)
    assert code == 1, err
    assert "not enough memory" in err
    assert "Lieferung" not in err
    assert "Traceback" not in err
    # Three shards of 20 and one of the ten before the long comment, which is a shard of its own.
    assert len(list((tmp_path / "out").rglob("part-*.parquet"))) == 4


def test_a_run_out_of_memory_goes_on_to_the_same_bytes(in_process, undisturbed, tmp_path, content, monkeypatch):
    to_bytes, calls = shards.to_bytes, iter(range(100))

    def starved(annotations):
        if next(calls) == 4:
            raise MemoryError
        return to_bytes(annotations)

    monkeypatch.setattr(shards, "to_bytes", starved)
    code, err, _ = in_process(tmp_path)
    assert code == 1
    assert "not enough memory" in err
    assert "--resume" in err
    monkeypatch.setattr(shards, "to_bytes", to_bytes)
    code, err, _ = in_process(tmp_path, "--resume")
    assert code == 0, err
    assert content(tmp_path) == content(undisturbed)
