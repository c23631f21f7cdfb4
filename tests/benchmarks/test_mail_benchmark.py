"""What mail.py counts, against mails labelled here."""

import json
from itertools import pairwise

import pytest

from benchmarks.mail import KINDS, LABELS, f1, judge, lines_of_cxtext, read_text, spans_of

MAIL = (
    "Hallo Anna,\n\nder Zug war voll.\nUnd zu spät!\n\nLG Max\n\nAm 03.05.2026 um 12:00 schrieb Anna:\n> Wie war es?\n"
)


@pytest.mark.parametrize(
    ("label", "foreign", "lost"),
    [
        ({"own": [[1, 2]], "either": [[0, 0]]}, [], []),
        ({"own": [[0, 2]], "either": []}, [], [0]),
        ({"own": [[1, 1]], "either": []}, [2], []),
        ({"own": [[1, 4]], "either": []}, [], [3, 4]),
    ],
    ids=["right", "a greeting that should be kept", "a line that should not", "old mail that should"],
)
def test_lines_are_judged_by_their_labels(label, foreign, lost):
    assert judge(MAIL, label, lines_of_cxtext) == {"foreign": foreign, "lost": lost}


def test_spans_cover_a_mail_without_gaps():
    assert [(MAIL[start:end], kind) for start, end, kind in spans_of(MAIL)] == [
        ("Hallo Anna,", "greeting"),
        ("der Zug war voll.\nUnd zu spät!", "body"),
        ("LG Max", "closing"),
        ("Am 03.05.2026 um 12:00 schrieb Anna:\n> Wie war es?", "quoted_reply"),
    ]


def test_the_f1_is_that_of_spans_found_and_labelled():
    assert f1(3, 4, 5) == pytest.approx(6 / 9, abs=1e-4)
    assert f1(0, 0, 0) == 1.0


def test_a_fixture_is_read_without_the_labels_inside(tmp_path):
    path = tmp_path / "body"
    path.write_bytes(b"Text\r\n#sig#Max\r\n")
    assert read_text(path) == "Text\nMax\n"


def test_labelled_spans_stand_in_order_and_are_of_known_kinds():
    labels = json.loads((LABELS / "codealltag_de.json").read_text(encoding="utf-8"))
    assert len(labels) == 60
    for spans in labels.values():
        assert all(kind in KINDS and start < end for start, end, kind in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_labelled_lines_are_own_or_either():
    for label in json.loads((LABELS / "reply_parsers.json").read_text(encoding="utf-8")).values():
        own, either = ({n for a, b in label[key] for n in range(a, b + 1)} for key in ("own", "either"))
        assert not own & either
