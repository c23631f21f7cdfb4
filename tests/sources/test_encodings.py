import pytest

from cxtext.sources.encodings import decode
from cxtext.sources.load_report import UnreadableError


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"plain", ("plain", "utf-8")),
        ("Grüße 🙂".encode(), ("Grüße 🙂", "utf-8")),
        ("Grüße".encode("utf-8-sig"), ("Grüße", "utf-8-sig")),
        ("Grüße – 5 €".encode("cp1252"), ("Grüße – 5 €", "cp1252")),
        ("Grüße".encode("utf-16"), ("Grüße", "utf-16")),
        ("Viele Grüße aus Bern".encode("utf-16-le"), ("Viele Grüße aus Bern", "utf-16-le")),
        ("Viele Grüße aus Bern".encode("utf-16-be"), ("Viele Grüße aus Bern", "utf-16-be")),
        ("ü".encode("cp1252"), ("ü", "cp1252")),
        ("Ã".encode("cp1252"), ("Ã", "cp1252")),
    ],
)
def test_encodings_are_told_from_the_bytes(data, expected):
    assert decode(data) == expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"PK\x03\x04\0\0\0\0", "not_text"),
        ("Grüße für alle Züge".encode() + b"\xff", "bad_encoding"),
        (b"\x81\x8d\x8f", "bad_encoding"),
    ],
)
def test_what_is_no_text_is_refused_with_a_code(data, reason):
    with pytest.raises(UnreadableError) as error:
        decode(data)
    assert error.value.reason == reason
