"""Damaged files are found by their hashes, and only what they held is made again."""

import json
import random

import pytest

from cxtext.engines.shards import JOURNAL


def flip(path, where):
    data = bytearray(path.read_bytes())
    data[where % len(data)] ^= 0x20
    path.write_bytes(bytes(data))


DAMAGE = {
    "a byte of a part": lambda f: flip(f / "part-00003.parquet", 1000),
    "the end of a part": lambda f: (f / "part-00003.parquet").write_bytes((f / "part-00003.parquet").read_bytes()[:-9]),
    "an empty part": lambda f: (f / "part-00003.parquet").write_bytes(b""),
    "a missing part": lambda f: (f / "part-00003.parquet").unlink(),
    "two parts changed places": lambda f: (
        (f / "part-00003.parquet").rename(f / "x"),
        (f / "part-00004.parquet").rename(f / "part-00003.parquet"),
        (f / "x").rename(f / "part-00004.parquet"),
    ),
    "a part too many": lambda f: (f / "part-99999.parquet").write_bytes(b"PAR1"),
    "the journal's head": lambda f: flip(f / JOURNAL, 3),
    "a line of the journal": lambda f: flip(f / JOURNAL, len((f / JOURNAL).read_bytes()) // 2),
    "zeros for the end of the journal": lambda f: (f / JOURNAL).write_bytes(
        (f / JOURNAL).read_bytes()[:-300] + b"\0" * 300
    ),
    "a journal that breaks off": lambda f: (f / JOURNAL).write_bytes((f / JOURNAL).read_bytes()[:-300]),
    "lines doubled and shuffled": lambda f: (f / JOURNAL).write_text(
        "\n".join(random.Random(1).sample(lines := (f / JOURNAL).read_text().splitlines() * 2, len(lines)))
    ),
}


@pytest.mark.parametrize("damage", [pytest.param(d, id=name) for name, d in DAMAGE.items()])
def test_damage_is_mended(in_process, undisturbed, finished, damage, content):
    damage(finished / "annotations")
    code, err, _ = in_process(finished, "--resume")
    assert code == 0, err
    assert content(finished) == content(undisturbed)


def test_only_the_damaged_shard_is_annotated_again(in_process, finished):
    DAMAGE["a byte of a part"](finished / "annotations")
    assert in_process(finished, "--resume")[2] == [20]
    (finished / "manifest.json").unlink()
    assert in_process(finished, "--resume")[2] == []


@pytest.mark.slow
def test_any_flipped_byte_of_the_journal_is_survived(in_process, undisturbed, finished, content):
    journal = finished / "annotations" / JOURNAL
    whole, rng = journal.read_bytes(), random.Random(4)
    for _ in range(40):
        journal.write_bytes(whole)
        flip(journal, rng.randrange(len(whole)))
        code, err, _ = in_process(finished, "--resume")
        assert code == 0, err
        assert content(finished) == content(undisturbed)


def test_a_journal_without_any_trace_of_the_run_is_refused(in_process, finished):
    journal = finished / "annotations" / JOURNAL
    journal.write_text(json.dumps({"schema": "something else"}) + "\n")
    code, err, _ = in_process(finished, "--resume")
    assert code == 2
    assert "--force" in err
