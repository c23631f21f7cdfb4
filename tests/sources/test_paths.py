import os
from pathlib import Path

import pytest

from cxtext.errors import SourceNotFoundError
from cxtext.sources import read


def test_a_missing_path_names_what_is_there(tmp_path):
    (tmp_path / "feedback.csv").write_text("text\na\n", encoding="utf-8")

    with pytest.raises(SourceNotFoundError, match=r"did you mean 'feedback\.csv'"):
        read(tmp_path / "fedback.csv")
    with pytest.raises(SourceNotFoundError, match="does not exist"):
        read(tmp_path / "nowhere" / "feedback.csv")
    with pytest.raises(SourceNotFoundError):
        read(["a.csv", "b.csv"])


def test_a_folder_is_walked_in_order_and_what_cannot_be_read_is_rejected(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("b/2.txt", "a.txt", "b/1.txt", "c.exe", ".hidden.txt", "README.md"):
        (tmp_path / name).write_text(f"text of {name}", encoding="utf-8")

    reading = read(tmp_path)

    assert [d.id for d in reading] == ["a.txt#1", "b/1.txt#1", "b/2.txt#1"]
    assert {(r.file, r.reason) for r in reading.report.rejects} == {
        (".hidden.txt", "hidden_file"),
        ("README.md", "unknown_format"),
        ("c.exe", "unknown_format"),
    }


def test_dead_links_pipes_and_odd_names_do_not_stop_a_folder(tmp_path):
    (tmp_path / "dead.txt").symlink_to(tmp_path / "nowhere.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/gr\xfc\xdfe.txt")).write_text("Hallo", encoding="utf-8")

    reading = read(tmp_path)

    assert [(d.id, d.text) for d in reading] == [("gr\ufffd\ufffde.txt#1", "Hallo")]
    assert [(r.file, r.reason) for r in reading.report.rejects] == [
        ("dead.txt", "unreadable_file"),
        ("pipe.txt", "unreadable_file"),
    ]


def test_files_of_one_name_keep_different_ids(tmp_path):
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "f.txt").write_text(folder, encoding="utf-8")

    documents = list(read([tmp_path / "x" / "f.txt", tmp_path / "y" / "f.txt", tmp_path / "x"]))

    assert [d.text for d in documents] == ["x", "y"]
    assert len({d.id for d in documents}) == 2
