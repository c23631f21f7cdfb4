import json

import pytest

from cxtext.engines.batch import Batch
from cxtext.errors import InputValueError
from cxtext.run import read_settings

CALL = (
    "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Petra Kowalski>Was kann ich tun?\n\n"
    "00:02.000 --> 00:04.000\n<v channel 1>Die Lieferung war langsam.\n"
)


def batch_of(tmp_path, options):
    (tmp_path / "call.vtt").write_text(CALL, encoding="utf-8")
    (tmp_path / "run.toml").write_text(options, encoding="utf-8")
    return Batch([tmp_path / "call.vtt"], read_settings(tmp_path / "run.toml", {}))


def test_a_file_of_options_says_who_speaks(tmp_path):
    batch = batch_of(tmp_path, '[roles]\n"Petra Kowalski" = "agent"\n"channel 1" = "customer"\n')

    (call,) = batch.reading

    assert [turn.role for turn in call.turns] == ["agent", "customer"]


def test_the_manifest_does_not_name_who_speaks(tmp_path, without_model):
    batch = batch_of(tmp_path, '[roles]\n"Petra Kowalski" = "agent"\n"channel 1" = "customer"\n')

    batch.run(tmp_path / "out")

    manifest = (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
    assert "roles" not in json.loads(manifest)["config"]
    assert "Kowalski" not in manifest


def test_a_role_that_is_none_is_named(tmp_path):
    with pytest.raises(InputValueError, match="'boss'"):
        batch_of(tmp_path, '[roles]\n"channel 1" = "boss"\n')


def test_every_file_that_a_report_may_have_is_cleared_before_the_next_run():
    from cxtext.engines.output import REPORT_FILES
    from cxtext.report import writing

    # Named twice, because the one that clears must not wait for pandas.
    assert {f"{name}.csv" for name in (*writing._PLAIN, *writing._PERSONAL)} <= set(REPORT_FILES)
