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
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"Return_Path": "<>"},
        {"From": "Mail Delivery <MAILER-DAEMON@post.example>"},
        {"Subject": "Abwesenheitsnotiz: Ihre Anfrage"},
        {"Subject": "Automatic reply: your order"},
        {"Subject": "Undelivered Mail Returned to Sender"},
    ],
)
def test_automatic_mails_are_told_and_counted(tmp_path, headers):
    reading = read(write_mail(tmp_path, **headers))
    (document,) = reading

    assert document.author_role == "system"
    assert document.attributes["automatic"] is True
    assert reading.report.automatic_mails == 1


@pytest.mark.parametrize("headers", [{"Subject": "Re: Out of stock"}, {"Auto_Submitted": "no"}, {"Precedence": "bulk"}])
def test_other_mails_are_the_customers(tmp_path, headers):
    document = first(write_mail(tmp_path, **headers))

    assert document.author_role == "customer"
    assert "automatic" not in document.attributes


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


@pytest.mark.parametrize("declared", ["us-ascii", "x-nothing", "utf-8"])
@pytest.mark.parametrize("actual", ["utf-8", "cp1252"])
def test_a_wrong_character_set_is_mended(tmp_path, declared, actual):
    path = tmp_path / "m.eml"
    head = f"From: a@post.example\nContent-Type: text/plain; charset={declared}\nContent-Transfer-Encoding: 8bit\n\n"
    path.write_bytes(head.encode() + "Schöne Grüße".encode(actual))

    assert first(path).text == "Schöne Grüße"


def test_a_mailbox_is_read_message_by_message(tmp_path):
    path = tmp_path / "box.mbox"
    head = b"From a@post.example Mon Feb  2 10:00:00 2026\nFrom: a@post.example\nSubject: s\n\n"
    path.write_bytes(b"".join(head + b"Text %d\n\n" % i for i in range(300)))

    stream = iter(read(path))

    assert next(stream).text == "Text 0"
    assert [d.text for d in stream] == [f"Text {i}" for i in range(1, 300)]
