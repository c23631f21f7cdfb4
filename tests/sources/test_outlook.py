"""Outlook's mails; the compound files are made here, since olefile only reads them."""

import builtins
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtext.errors import MissingExtraError
from cxtext.sources import read

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
SECTOR, MINI, CUTOFF = 512, 64, 4096


def padded(data, size):
    return data + b"\0" * (-len(data) % size)


def chains(sizes):
    """Give an allocation table in which streams of so many sectors follow each other, and where each begins."""
    table, starts = [], []
    for size in sizes:
        starts.append(len(table) if size else END)
        table += [*range(len(table) + 1, len(table) + size), END] if size else []
    return table, starts


def compound_file(streams):
    """Write named streams as a compound file of version 3, after MS-CFB."""
    small = {name: data for name, data in streams.items() if len(data) < CUTOFF}
    large = {name: data for name, data in streams.items() if len(data) >= CUTOFF}
    mini_table, mini_starts = chains([-(-len(data) // MINI) for data in small.values()])
    mini_stream = b"".join(padded(data, MINI) for data in small.values())
    mini_fat = b"".join(struct.pack("<I", entry) for entry in mini_table)
    mini_fat += b"\xff" * (-len(mini_fat) % SECTOR)
    directory_sectors = -(-(len(streams) + 1) * 128 // SECTOR)
    parts = [b"", mini_fat, padded(mini_stream, SECTOR), *(padded(data, SECTOR) for data in large.values())]
    table, starts = chains([directory_sectors, *(len(part) // SECTOR for part in parts[1:])])
    table.append(0xFFFFFFFD)  # the table itself: one sector is enough for these files
    assert len(table) <= 128
    begin = dict(zip([*small, *large], [*mini_starts, *starts[3:]], strict=True))

    def entry(name, kind, right, child, start, size):
        words = (name + "\0").encode("utf-16-le")
        head = padded(words, 64)[:64] + struct.pack("<HBBIII", len(words), kind, 1, FREE, right, child)
        return head + b"\0" * 36 + struct.pack("<IQ", start, size)

    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    directory = entry("Root Entry", 5, FREE, 1 if names else FREE, starts[2], len(mini_stream))
    for number, name in enumerate(names, start=1):
        right = number + 1 if number < len(names) else FREE
        directory += entry(name, 2, right, FREE, begin[name], len(streams[name]))
    fat = b"".join(struct.pack("<I", one) for one in table)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 0, 0, CUTOFF, starts[1], len(mini_fat) // SECTOR, END, 0)
    header += struct.pack("<I", len(table) - 1) + b"\xff" * 432
    return header + padded(directory, SECTOR) + b"".join(parts) + fat + b"\xff" * (SECTOR - len(fat))


def outlook_mail(*, fixed=(), **streams):
    properties = b"\0" * 32
    for tag, kind, value in fixed:
        properties += struct.pack("<HHI", kind, tag, 6) + value
    names = {"__properties_version1.0": properties}
    for name, value in streams.items():
        data = value.encode("utf-16-le") if isinstance(value, str) else value
        names["__substg1.0_" + name.removeprefix("p")] = data
    return compound_file(names)


def first(tmp_path, data, **options):
    path = tmp_path / "mail.msg"
    path.write_bytes(data)
    reading = read(path, **options)
    documents = list(reading)
    return (documents[0] if documents else None), reading.report


SENT = struct.pack("<Q", 134_145_009_000_000_000)  # 2 February 2026, 10:15 UTC


def test_body_subject_and_time_are_read_from_properties(tmp_path):
    data = outlook_mail(
        fixed=[(0x0039, 0x0040, SENT)],
        p1000001F="Der Zug war zu spät.\r\nGrüße\r\n",
        p0037001F="Verspätung",
        p0C1A001F="Müller, Anna",
        p0C1F001F="anna@post.example",
        p1035001F="<3@post.example>",
        p1039001F="<1@post.example> <2@post.example>",
    )
    document, report = first(tmp_path, data)

    assert document.text == "Der Zug war zu spät.\nGrüße"
    assert document.channel == "email"
    assert document.author_role == "customer"
    assert document.created_at.isoformat() == "2026-02-02T10:15:00+00:00"
    assert document.attributes == {
        "subject": "Verspätung", "message_id": "<3@post.example>", "conversation": "<1@post.example>",
    }  # fmt: skip
    assert (report.rows, report.documents, report.rejects) == (1, 1, [])
    assert "post.example" not in str({**document.to_dict(), "attributes": None})


def test_the_headers_that_a_mail_came_with_count_before_its_properties(tmp_path):
    headers = (
        "Received: by x\r\nFrom: b@post.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
        "Date: Tue, 03 Feb 2026 10:15:00 +0100\r\nMessage-ID: <9@post.example>\r\nPrecedence: bulk\r\n\r\n"
    )
    data = outlook_mail(fixed=[(0x0039, 0x0040, SENT)], p1000001F="Text", p007D001F=headers, p0037001F="x")
    document, report = first(tmp_path, data)

    assert document.attributes["subject"] == "Grüße"
    assert document.created_at.isoformat() == "2026-02-03T10:15:00+01:00"
    assert document.attributes["conversation"] == "<9@post.example>"
    assert report.automatic_kinds == {"newsletter": 1}


@pytest.mark.parametrize(
    ("message_class", "kind"),
    [
        ("IPM.Note", None),
        ("REPORT.IPM.Note.NDR", "bounce"),
        ("REPORT.IPM.Note.IPNRN", "reply"),
        ("IPM.Note.Rules.OofTemplate.Microsoft", "reply"),
    ],
)
def test_automatic_mails_are_told_by_their_class(tmp_path, message_class, kind):
    document, _ = first(tmp_path, outlook_mail(p1000001F="Text", p001A001F=message_class))

    assert document.attributes.get("automatic") == kind


@pytest.mark.parametrize(
    ("fixed", "streams", "expected"),
    [
        ([], {"p1000001E": "Größe".encode("cp1252")}, "Größe"),
        ([(0x3FFD, 3, struct.pack("<iI", 1251, 0))], {"p1000001E": "привет".encode("cp1251")}, "привет"),
        ([(0x3FDE, 3, struct.pack("<iI", 65001, 0))], {"p10130102": "<p>Grüße</p>".encode()}, "Grüße"),
        ([], {"p1013001F": "<p>Grüße</p>"}, "Grüße"),
        ([], {"p1000001F": " \r\n", "p10130102": b"<p>da</p>"}, "da"),
        ([], {"p1000001F": "lang " * 2000}, "lang " * 2000),
        ([], {}, ""),
    ],
)
def test_words_are_found_in_every_form_of_body(tmp_path, fixed, streams, expected):
    document, report = first(tmp_path, outlook_mail(fixed=fixed, **streams))

    assert document.text == expected
    assert not report.rejects


def test_words_in_rich_text_alone_are_rejected_and_counted(tmp_path):
    document, report = first(tmp_path, outlook_mail(p10090102=b"secret words"))

    assert document is None
    assert report.reject_counts() == {"no_plain_text": 1}
    assert "secret" not in repr(report.rejects)


def test_a_compound_file_that_is_no_mail_is_rejected(tmp_path):
    document, report = first(tmp_path, compound_file({"WordDocument": b"x" * 5000}))

    assert document is None
    assert report.reject_counts() == {"broken_mail": 1}


def test_a_mail_as_it_was_sent_is_read_under_this_suffix_too(tmp_path):
    document, _ = first(tmp_path, b"From: a@post.example\nSubject: s\n\nText\n")

    assert document.text == "Text"


def test_a_missing_extra_is_said_in_one_line(tmp_path, monkeypatch):
    found = builtins.__import__

    def missing(name, *rest, **more):
        if name == "olefile":
            raise ImportError(name)
        return found(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingExtraError, match=r'pip install "cxtext\[mail\]"'):
        first(tmp_path, outlook_mail(p1000001F="Text"))


WHOLE = outlook_mail(fixed=[(0x0039, 0x0040, SENT)], p1000001F="Der Zug war zu spät. " * 300, p0037001F="s")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, len(WHOLE)),
)
def test_damaged_files_give_a_document_or_a_reject(tmp_path_factory, flips, length):
    data = bytearray(WHOLE)
    for position, value in flips:
        data[position] = value
    path = tmp_path_factory.getbasetemp() / "damaged.msg"
    path.write_bytes(bytes(data[:length]))
    reading = read(path)

    assert len(list(reading)) + len(reading.report.rejects) == 1
