import base64
from email.message import EmailMessage
from email.policy import default

import pytest

from cxtext.sources import Columns, read


def write_mail(tmp_path, body="Hallo", *, name="m.eml", **headers):
    message = EmailMessage(policy=default)
    message["From"] = headers.pop("From", "Anna Muster <Anna@post.example>")
    for key, value in headers.items():
        message[key.replace("_", "-")] = value
    message.set_content(body)
    path = tmp_path / name
    path.write_bytes(message.as_bytes())
    return path


def first(path, **options):
    (document,) = read(path, **options)
    return document


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Auto_Submitted": "auto-replied"}, "reply"),
        ({"Auto_Submitted": "auto-generated; owner"}, "reply"),
        ({"X_Autoreply": "yes"}, "reply"),
        ({"Precedence": "auto_reply"}, "reply"),
        ({"Return_Path": "<>"}, "reply"),
        ({"Subject": "Abwesenheitsnotiz: Ihre Anfrage"}, "reply"),
        ({"Subject": "Automatic reply: your order"}, "reply"),
        ({"From": "Mail Delivery <MAILER-DAEMON@post.example>"}, "bounce"),
        ({"From": "Mail Delivery <MAILER-DAEMON@post.example>", "Auto_Submitted": "auto-replied"}, "bounce"),
        ({"Subject": "Undelivered Mail Returned to Sender"}, "bounce"),
        ({"X_Failed_Recipients": "a@post.example"}, "bounce"),
        ({"Precedence": "bulk"}, "newsletter"),
        ({"List_Id": "<news.shop.example>"}, "newsletter"),
        ({"List_Unsubscribe": "<https://shop.example/u>", "List_Post": "NO"}, "newsletter"),
    ],
)
def test_automatic_mails_are_told_and_counted_by_kind(tmp_path, headers, kind):
    reading = read(write_mail(tmp_path, **headers))
    (document,) = reading

    assert document.author_role == "system"
    assert document.attributes["automatic"] == kind
    assert reading.report.automatic_kinds == {kind: 1}
    assert reading.report.automatic_mails == 1
    assert reading.report.to_dict()["automatic_kinds"] == {kind: 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"Subject": "Re: Out of stock"},
        {"Auto_Submitted": "no"},
        {"Precedence": "list"},
        # A support address that is a discussion list: the customer wrote to it.
        {
            "List_Id": "<support.shop.example>",
            "List_Unsubscribe": "<mailto:u@shop.example>",
            "List_Post": "<mailto:s@shop.example>",
        },
    ],
)
def test_other_mails_are_the_customers(tmp_path, headers):
    document = first(write_mail(tmp_path, **headers))

    assert document.author_role == "customer"
    assert "automatic" not in document.attributes


def test_a_report_on_delivery_is_a_bounce_and_its_attached_mail_no_words(tmp_path):
    path = tmp_path / "m.eml"
    path.write_bytes(
        b"From: a@post.example\nSubject: x\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\n\nCould not be delivered.\n--b\nContent-Type: message/delivery-status\n\nStatus: 5.1.1\n"
        b"--b\nContent-Type: message/rfc822\n\nSubject: y\n\nold words\n--b--\n"
    )
    reading = read(path)

    assert [d.text for d in reading] == ["Could not be delivered."]
    assert reading.report.automatic_kinds == {"bounce": 1}


@pytest.mark.parametrize(
    ("headers", "conversation"),
    [
        ({"References": "<1@a> <2@a>", "In_Reply_To": "<2@a>", "Message_ID": "<3@a>"}, "<1@a>"),
        ({"In_Reply_To": "<2@a>", "Message_ID": "<3@a>"}, "<2@a>"),
        ({"Message_ID": "<3@a>"}, "<3@a>"),
        ({}, None),
    ],
)
def test_a_conversation_is_named_by_the_mail_that_began_it(tmp_path, headers, conversation):
    assert first(write_mail(tmp_path, **headers)).attributes["conversation"] == conversation


def test_the_sender_is_kept_out_unless_a_pseudonym_is_asked_for(tmp_path):
    path = write_mail(tmp_path)
    other = write_mail(tmp_path, name="o.eml", From="anna@POST.example")

    plain = first(path)
    named = [first(p, columns=Columns(customer="Kunde")) for p in (path, other)]

    assert "post.example" not in repr(plain.to_dict()).lower()
    assert "customer" not in plain.attributes
    assert named[0].attributes["customer"] == named[1].attributes["customer"]
    assert "anna" not in named[0].attributes["customer"].lower()


def test_the_date_keeps_its_zone(tmp_path):
    document = first(write_mail(tmp_path, Date="Tue, 03 Feb 2026 10:15:00 +0100"))

    assert document.created_at.isoformat() == "2026-02-03T10:15:00+01:00"


def test_html_is_used_where_the_plain_part_is_empty(tmp_path):
    message = EmailMessage(policy=default)
    message["From"] = "a@post.example"
    message.set_content(" \n")
    message.add_alternative("<p>Der Laden ist <i>schön</i>.</p>", subtype="html")
    path = tmp_path / "m.eml"
    path.write_bytes(message.as_bytes())

    assert first(path).text == "Der Laden ist schön."


@pytest.mark.parametrize("declared", ["us-ascii", "x-nothing", "utf-8", "iso-8859-1", "cp1252", "hex", "idna", ""])
@pytest.mark.parametrize("actual", ["utf-8", "cp1252"])
def test_a_wrong_character_set_is_mended(tmp_path, declared, actual):
    path = tmp_path / "m.eml"
    head = f"From: a@post.example\nContent-Type: text/plain; charset={declared}\nContent-Transfer-Encoding: 8bit\n\n"
    path.write_bytes(head.encode() + "Schöne Grüße – „bis bald“".encode(actual))

    assert first(path).text == "Schöne Grüße – „bis bald“"


@pytest.mark.parametrize("charset", ["iso-8859-15", "utf-16", "koi8-r", "iso-2022-jp"])
def test_a_right_character_set_is_believed(tmp_path, charset):
    words = {"iso-8859-15": "10 € für Grüße", "utf-16": "Grüße", "koi8-r": "привет", "iso-2022-jp": "こんにちは"}[
        charset
    ]
    path = tmp_path / "m.eml"
    head = f"From: a@post.example\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n"
    path.write_bytes(head.encode() + base64.b64encode(words.encode(charset)))

    assert first(path).text == words


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?= und mehr", "Grüße und mehr"),
        (b"=?iso-8859-1?Q?Versp=E4tung?=\n =?utf-8?b?IMO8YmVyYWxs?=", "Verspätung überall"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("cp1252"), "Grüße"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?= schön".encode("cp1252"), "Grüße schön"),
        (b"=?x-nothing?q?a?=", "a"),
        ("=?ütf-8?q?a?= da".encode("cp1252"), "=?ütf-8?q?a?= da"),
    ],
)
def test_subjects_are_decoded_as_encoded_words_and_as_plain_umlauts(tmp_path, subject, expected):
    path = tmp_path / "m.eml"
    path.write_bytes(b"From: a@post.example\nSubject: " + subject + b"\n\nText")

    assert first(path).attributes["subject"] == expected


def test_words_between_pictures_are_one_text_and_attached_texts_none(tmp_path):
    path = tmp_path / "m.eml"
    path.write_bytes(
        b"From: a@post.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nOben\n"
        b"--b\nContent-Type: image/png\nContent-Disposition: inline; filename=x.png\n\nx\n"
        b"--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain\n\nUnten\n"
        b"--c\nContent-Type: text/html\n\n<p>Unten</p>\n--c--\n"
        b"--b\nContent-Type: text/plain; name=log.txt\n\nlog\n--b--\n"
    )

    assert first(path).text == "Oben\n\nUnten"


def test_parts_without_a_border_are_read_as_they_stand(tmp_path):
    path = tmp_path / "m.eml"
    path.write_bytes(b"From: a@post.example\nContent-Type: multipart/mixed\n\nDer Zug war voll.\n")

    assert first(path).text == "Der Zug war voll."


@pytest.mark.parametrize(("delsp", "expected"), [("no", "Donau dampf"), ("yes", "Donaudampf")])
def test_flowed_lines_are_joined(tmp_path, delsp, expected):
    path = tmp_path / "m.eml"
    head = f"From: a@post.example\nContent-Type: text/plain; format=flowed; delsp={delsp}\n\n"
    path.write_bytes(head.encode() + b"Donau \ndampf\n")

    assert first(path).text == expected


def test_a_mailbox_is_read_message_by_message(tmp_path):
    path = tmp_path / "box.mbox"
    head = b"From a@post.example Mon Feb  2 10:00:00 2026\nFrom: a@post.example\nSubject: s\n\n"
    path.write_bytes(b"".join(head + b"Text %d\n\n" % i for i in range(300)))

    stream = iter(read(path))

    assert next(stream).text == "Text 0"
    assert [d.text for d in stream] == [f"Text {i}" for i in range(1, 300)]


def test_a_date_with_a_number_beyond_measure_is_no_date(tmp_path):
    # Found by damaging files: the standard library's parser overflows on it.
    path = tmp_path / "mail.eml"
    path.write_bytes(b"From: a@post.example\nSubject: Lob\nDate: Mon, 02 Feb 2026 10:9999999999\n\nDanke!\n")
    [document] = read(path)
    assert document.text.strip() == "Danke!"
    assert document.created_at is None
