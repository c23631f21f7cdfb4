"""Lines in, annotations out: one for each line, in order, whatever the lines are."""

import io
import json

import pytest

from cxtext import annotate
from cxtext.stdin import annotated, main


class Input(io.BytesIO):
    """Stands for stdin."""

    @property
    def buffer(self):
        return self


@pytest.fixture
def command(monkeypatch, capsys):
    """Run the command over lines; gives exit code, objects and what was said on stderr."""

    def ran(content, *argv):
        monkeypatch.setattr("sys.stdin", Input(content))
        code = main([*argv])
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    return ran


def test_lines_are_annotated_as_texts_are(command):
    texts = ["Die Beratung war freundlich.", "", "Nobody answers the phone!", "  Größe stimmt  "]
    code, found, said = command("\n".join(texts).encode())
    assert (code, said) == (0, "")
    assert found == [a.to_dict() for a in annotate(texts)]


def test_objects_are_documents(command):
    document = {
        "id": "a",
        "turns": [{"role": "customer", "text": "Nichts geht."}],
        "created_at": "2026-03-01T09:30:00Z",
    }
    code, found, _ = command(json.dumps(document).encode() + b"\r\n", "--input", "jsonl")
    assert code == 0
    assert [f["id"] for f in found] == ["a"]
    assert found[0]["segments"][0]["role"] == "customer"


@pytest.mark.parametrize(
    ("line", "form", "reason", "why"),
    [
        (b"Gr\xf6\xdfe passt", "text", "not UTF-8 at byte 2", "Latin-1"),
        (b"{", "jsonl", "not a JSON value", "cut off"),
        (b"", "jsonl", "not a JSON value", "an empty line"),
        (b"[" * 100_000, "jsonl", "not a JSON value", "deeper than any feedback"),
        (b'{"text": NaN}', "jsonl", "not a JSON value", "NaN is no JSON"),
        (b'["Geheim"]', "jsonl", "not a JSON object but list", "a list"),
        (b'{"text": 3}', "jsonl", "Document.text must be a str, got int", "a number"),
        (b'{"txt": "Geheim"}', "jsonl", "a document has no field 'txt'; did you mean 'text'?", "a slip"),
        (b'{"text": "Geheim", "turns": 5}', "jsonl", "a field has the wrong type; see cxtext.Document", "no list"),
        (b'{"text": "Geheim", "created_at": "Geheim"}', "jsonl", "created_at", "no time"),
    ],
)
def test_a_line_that_cannot_be_read_says_why_and_the_rest_goes_on(line, form, reason, why):
    good = b"Gut." if form == "text" else b'{"text": "Gut."}'
    found = list(annotated([good, line, good], form))
    assert [f["status"] for f in found] == ["ok", "rejected", "ok"], why
    assert found[1]["line"] == 2
    assert reason in found[1]["reason"]
    assert "Geheim" not in found[1]["reason"], "a customer's words"


def test_the_size_of_a_batch_changes_nothing():
    lines = [f"Der {n}. Zug kam zu spät.".encode() for n in range(7)]
    assert list(annotated(lines, "text", size=1)) == list(annotated(lines, "text", size=3))


@pytest.mark.parametrize(
    ("content", "argv", "code", "said"),
    [
        (b"", (), 0, ""),
        (b"\xff\n", (), 3, "1 of 1 lines could not be read"),
        (b"Gut.\n\xff\n", (), 0, "1 of 2 lines could not be read"),
        (b"Gut.", ("--input", "csv"), 2, "text or jsonl"),
        (b"Gut.", ("--language", "fr"), 2, "language"),
        (b"Gut.", ("--redact", "eat"), 2, "redact"),
    ],
)
def test_exit_codes(command, content, argv, code, said):
    got, _, err = command(content, *argv)
    assert (got, said in err) == (code, True)


def test_personal_data_can_be_masked(command):
    _, found, _ = command(b"Bitte rufen Sie mich an: 0170 1234567\n", "--redact", "mask")
    assert "1234567" not in json.dumps(found)
