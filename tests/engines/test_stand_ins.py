"""The key of stand-ins, where none is given."""

import pytest

from cxtext.engines.stand_ins import key_of_files

HEADER, ONE, OTHER = "Kunde;Kommentar", "K1;Zu teuer", "K2;Tolle Beratung"


def key(tmp_path, *files):
    paths = []
    for i, text in enumerate(files):
        paths.append(tmp_path / f"{i}.csv")
        paths[-1].write_bytes(text.encode())
    return key_of_files(paths)


@pytest.mark.parametrize(
    ("files", "same", "why"),
    [
        ([f"{HEADER}\n{OTHER}\n{ONE}\n"], True, "the order of rows decides nothing"),
        ([f"{HEADER}\r\n{OTHER}\r\n{ONE}"], True, "nor does how lines end"),
        ([f"{HEADER}\n{ONE}\n{ONE}\n{OTHER}\n"], False, "a row more"),
        ([f"{HEADER}\n{ONE}\n{OTHER}!\n"], False, "another word"),
        ([f"{HEADER}\n{ONE}\n", f"{OTHER}\n"], False, "the same rows in two files"),
        ([""], False, "nothing"),
    ],
)
def test_the_key_is_that_of_what_the_files_hold(tmp_path, files, same, why):
    assert (key(tmp_path, *files) == key(tmp_path, f"{HEADER}\n{ONE}\n{OTHER}\n")) == same, why


def test_the_order_of_files_decides_nothing(tmp_path):
    assert key(tmp_path, "a", "b") == key(tmp_path, "b", "a")


def test_a_file_that_is_not_there_is_passed_over(tmp_path):
    assert key_of_files([tmp_path / "none.csv"]) == key_of_files([tmp_path / "other.csv"])
