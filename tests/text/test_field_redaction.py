import pytest

from cxtext.documents import Document
from cxtext.text.field_redaction import redact_label, redact_value
from cxtext.text.redaction import RedactionConfig, redact, substitute_with

KEY = "0123456789abcdef"


def shown(kind, value):
    return f"[{kind.upper()}]"


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("Vorname", "Wiebke", "[NAME]"),
        ("E-Mail-Adresse", "eule@example.org", "[EMAIL]"),
        ("Kunden-Nr.", 90210, "[REFERENCE]"),
        ("Telefon", 491712345678, "[PHONE]"),
        ("Recipient Email", "eule@example.org", "[EMAIL]"),
        ("customer", "K-7", "[CUSTOMER]"),
        ("message_id", "<a@b.example>", "[CUSTOMER]"),
        ("subject", "Beschwerde von Frau Wieczorek", "Beschwerde von Frau [NAME]"),
        ("Bemerkung", "Tel. 030 12345678", "Tel. [PHONE]"),
        ("tags", ["VIP", "eule@example.org"], ["VIP", "[EMAIL]"]),
        ("extra", {"Vorname": "Wiebke", "Kanal": "Web"}, {"Vorname": "[NAME]", "Kanal": "Web"}),
        ("Filiale", "Köln", "Köln"),
        ("Region", "Nord-West", "Nord-West"),
        ("NPS", 9, 9),
        ("automatic", True, True),
        ("Vorname", "", ""),
        ("Vorname", None, None),
        ("anteil", 0.5, 0.5),
    ],
)
def test_fields_lose_what_their_name_or_value_gives_away(field, value, expected):
    assert redact_value(field, value, shown) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("umfrage.csv#3", "umfrage.csv#3"),
        ("calls/call-01-doppelte-abbuchung.vtt#1", "calls/call-01-doppelte-abbuchung.vtt#1"),
        ("feedback_2026-03.csv#12", "feedback_2026-03.csv#12"),
        ("eule@example.org", "[EMAIL]"),
        ("mails/Sabine_Brinkmeyer.eml#1", "mails/[NAME].eml#1"),
        ("anna.mueller.eml", "[NAME].eml"),
    ],
)
def test_ids_and_file_names_lose_addresses_and_names(label, expected):
    assert redact_label(label, shown) == expected


def test_linking_fields_still_tell_customers_apart():
    def one(customer, mode="mask", key=KEY):
        return redact(Document(text="Gut.", attributes={"customer": customer}), mode=mode, key=key)[0].attributes

    assert one("K-7") == one("k 7") != one("K-8")
    assert one("K-7") == one("K-7", mode="pseudonymise") != one("K-7", key="fedcba9876543210")
    assert "K-7" not in str(one("K-7", key=None))


def test_what_is_redacted_is_not_redacted_again():
    document = Document(text="Gut.", id="eule@example.org", attributes={"customer": "K-7", "Vorname": "Wiebke"})
    once, _ = redact(document, key=KEY)
    assert redact(once, key=KEY)[0] == once


def test_names_of_speakers_and_senders_are_taken_out_of_the_text():
    document = Document(
        text="Xandrova: Guten Tag\nKunde: Danke, Xandrova. Yildra auch.",
        turns=[{"start": 10, "end": 19, "speaker": "Beraterin Xandrova"}, {"start": 27, "end": 55, "speaker": "Kunde"}],
        attributes={"from": "Yildra Quast"},
    )
    masked, _ = redact(document)
    assert masked.text == "[NAME]: Guten Tag\nKunde: Danke, [NAME]. [NAME] auch."


def test_the_question_is_masked():
    assert redact(Document(text="Gut.", question="Wie war Herr Brinkmeyer?"))[0].question == "Wie war Herr [NAME]?"


def test_stand_ins_hold_letters_only():
    stand_in = substitute_with(RedactionConfig(mode="mask", key=KEY))("customer", "4711")
    assert stand_in.strip("[]").replace("_", "").isalpha()
