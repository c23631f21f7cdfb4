import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.documents import Document
from cxtext.errors import ConfigError
from cxtext.pipeline import Draft, make_stage
from cxtext.text.recognisers import find, recognisers
from cxtext.text.redaction import Redact, RedactionConfig, redact

# (text with the personal data in «», type)
PERSONAL = [
    ("Bitte an «max.muster@example.org» schreiben", "email"),
    ("IBAN «DE89 3704 0044 0532 0130 00» bitte überweisen", "iban"),
    ("my iban is «gb82west12345698765432»", "iban"),
    ("«AT61 1904 3002 3457 3201»", "iban"),
    ("«CH93 0076 2011 6238 5295 7»", "iban"),
    ("Meine IBAN ist «DE88370400440532013000» glaube ich", "iban"),
    ("Karte «4111 1111 1111 1111» wurde belastet", "card"),
    ("my card «5555555555554444» was charged", "card"),
    ("Rufen Sie mich an: «0170/1234567»", "phone"),
    ("Tel. «030 12345678»", "phone"),
    ("erreichbar unter «+49 (0) 89 123456-0»", "phone"),
    ("«0043 664 1234567»", "phone"),
    ("Meine Nummer «044 668 18 00»", "phone"),
    ("call me at «020 7946 0958»", "phone"),
    ("call «(212) 555-0123» now", "phone"),
    ("wohne in der «Hauptstraße 12a, 10115 Berlin»", "address"),
    ("«Am Markt 5, 06108 Halle»", "address"),
    ("«Bahnhofstrasse 21, CH-8001 Zürich»", "address"),
    ("«Berliner Str. 3-5»", "address"),
    ("I live at «12 High Street, London SW1A 1AA»", "address"),
    ("Meine Kundennummer ist «4711-0815», bitte melden", "reference"),
    ("Kd.-Nr.: «123456»", "reference"),
    ("Bestellnummer: «A12-33445»", "reference"),
    ("Rechnungsnr. «2026/0034»", "reference"),
    ("Ticket #«12345» ist offen", "reference"),
    ("My order number is «12345-AB»", "reference"),
    ("booking reference is «XK7P2Q»", "reference"),
    ("Kennzeichen «M-AB 1234»", "licence_plate"),
    ("Steuer-ID «86095742719»", "tax_id"),
    ("Here's my SSN: «460-89-9847»", "tax_id"),
    ("geboren am «3.5.1980» in Köln", "birth_date"),
    ("born on «5 May 1980»", "birth_date"),
    ("Frau «Müller-Lüdenscheidt» war nett", "name"),
    ("Herr Dr. «von Weizsäcker» half", "name"),
    ("herr «schmidt» hat mich beraten", "name"),
    ("Vielen Dank an «Sarah»!", "name"),
    ("Mein Name ist «Ivo Petrov» und ich", "name"),
    ("Viele Grüße\n«Max Mustermann»", "name"),
    ("LG «Sabine»", "name"),
    ("Hallo Frau «Weber», mein Paket", "name"),
    ("Thanks to «Kevin» for the help", "name"),
    ("Mrs «Jones» was great", "name"),
    ("Der Link «https://konto.example/reset?token=a8Kd92mXq71LzP0w» geht nicht", "url"),
    ("«www.shop.example/login?user=max@example.org» klappt nicht", "url"),
    ("Auf Insta heiße ich «@sonne_eule7»", "handle"),
    ("My username is «birne_77», cannot log in", "handle"),
    ("Meine IP «2001:db8:5d47:4088:f7de:3066:7eaa:66cb» ist gesperrt", "ip_address"),
    ("Versicherungsnummer «21 040539 A 385» fehlt", "tax_id"),
    ("Halter des Fahrzeugs «OHV-Y 5459E»", "licence_plate"),
    ("SEPA-Mandat «DE2174847XZ» widerrufe ich", "reference"),
    ("Patient «Oluwaseun Mbeki», geb. 1950", "name"),
    ("Kunde «Zdenka Papadopoulos» hat sich beschwert", "name"),
    ("i. A. «Leyla Quast»", "name"),
    ("We met «Katarzyna Wieczorek» at the desk", "name"),
    ("«Usamov and Bowers»".replace(" and ", "» and «") + " were helpful", "name"),
    ("my name is «borna jerković» and i wait", "name"),
    ("«Gesine»: Guten Tag!\nKunde: Hallo.", "name"),
    ("Schöne Grüße aus Köln, «Friedhelm Sauer»", "name"),
    ("«Postfach 1234, 50667 Köln»", "address"),
    ("the clerk «Liviana Goldberg» refused", "name"),
    ("the waitress «Ondřela Vrkoslavová» was kind", "name"),
    ("I'm «Tirvand Oskelund», a customer since 2019", "name"),
    ("«Marquitta» and «Zelvorin» were helpful", "name"),
    ("the parcel for «Kožešník» never came", "name"),
    ("Name on card: «Orlena Tibbsworth»", "name"),
    ("Phone:\n«60-56-85-91»\nbye", "phone"),
    ("«406 12 345» is where I am", "phone"),
    ("my phone is «001-518-640-0854x123»", "phone"),
    ("My new address is «the corner of 159 Elm Grove and Rennie Union», please update", "address"),
    ("ship to: «Unit 4719 Box 7394\nDPO AP 70942»", "address"),
    ("reach me at «USNS Seagull, FPO AA 85844» please", "address"),
    ("We stayed at «12 rue de la Paix»", "address"),
    ("The parcel went to «Keizersgracht 123» again", "address"),
    ("They sent it to «ul. Jasna 5, 00-013 Warszawa» by mistake", "address"),
    ("please deliver to «72 Coronilla 35\nNijmegen\n, GE\n Netherlands 62971»", "address"),
    ("Lieferadresse: «Lindenallee 5\n06108 Halle», bitte ändern", "address"),
    ("I moved to «641 Maple Crossing, Springfield», thanks", "address"),
    ("my zip code is «880»", "address"),
    ("«20789 Allika 46\n Suite 501\n Riisa\n\n Estonia 62488»", "address"),
    ("Change the address of my card to «46 Paseo Row, Little Moor, Wales»", "address"),
    ("The letter arrived at «654 Rua Ana Caciola 1159, ΣΤΡΟΒΟΛΟΣ, Cyprus» last night", "address"),
    ("They live in «Kallmora 4844» in the north", "address"),
    ("There was a leak at «Aldermoor 232» yesterday", "address"),
    ("Call my brother at «(71) 4233-6306»", "phone"),
    ("«Suite 179»", "address"),
    ("The postal code should be «08428»", "address"),
    ("My kid «Tadzio» was ignored", "name"),
    ("«Quirvana Oskelund» told me to wait", "name"),
    ("«Odrune»'s wife was rude", "name"),
    ("«Tirvand Oskelund»'s account is locked", "name"),
    ("Ask Mrs «Odrune Veskall», I am sure «Veskall» knows", "name"),
    ("ms. «Quinzia» helped", "name"),
]

# Numbers and words of everyday feedback that are nobody's personal data.
HARMLESS = """
Der Zug um 08:30 Uhr am 03.05.2026 kostete 1.234,56 Euro
ICE 123 war 45 Minuten zu spät, Gleis 12, Wagen 21
Note 10/10, 100 % zufrieden seit 2019
Sitzplatz 45 und Parkplatz 3, Bahnsteig 1
die Frau am Telefon war unfreundlich, der Herr auch
Produkt 2 von 3 kostet 19,99 statt 29,99
Bestellt am 12.03.2026 um 14.30, geliefert (09.-10.04.2016)
Artikel 1234567890 defekt
The year 2019 and 3,000 people
Room 1204 was dirty, flight UA 1234 from Gate 22
iPhone 14 Pro 256 GB
Version 10.0.2.1 stürzt ab
Guten Tag, liebes Team, vielen Dank
Der Frau Doktor sei Dank
@DB_Bahn warum ist der Zug schon wieder zu spät?
https://www.zeitung.example/wirtschaft/bahn-gesteht-risiken-ein-1.2938794
Der Kunde ist König und der Mitarbeiter Service ist gut
Burger King am Hauptbahnhof, Media Markt und Deutsche Bahn
Pet Shop Boys live in Berlin, dann nach Birmingham
Mein Mann und meine Frau waren auch da
they don't stand a chance alone in an urban western
China: Pekings größte Wassersysteme
Die Bundesstraße 42 war gesperrt, die Prager Straße auch
I live in London 5 years now and moved to Leeds 2 weeks ago
We meet at 5 PM, meet me at Gate 22
Miss Universe in McClelland Park
RT @user: Twitter macht unglücklich
@SouthwestAir can you DM me?
10-15.000 Frauen und 19 Länder, 42 Wagen, 92 Teilnehmer und 312601 Kilometer
https://www.zeitung.example/politik/article145792553/Der-Film.html
They served 100 People, from 20 Countries
We waited at Gate 22, on Flight 345 to Terminal 5, until June 12
Burger King said the order was late, and Wagen 1234 in Halle 5
Mio Euro im Forum, das Third Reich im Opera House
""".strip().splitlines()


def marked(text):
    pieces, position = [], 0
    for hit in find(text):
        pieces += [text[position : hit.start], "«", text[hit.start : hit.end], "»"]
        position = hit.end
    return "".join([*pieces, text[position:]])


@pytest.mark.parametrize(("expected", "kind"), PERSONAL)
def test_personal_data_is_found_exactly(expected, kind):
    text = expected.replace("«", "").replace("»", "")
    assert marked(text) == expected
    assert {hit.type for hit in find(text)} == {kind}


@pytest.mark.parametrize("text", HARMLESS)
def test_everyday_numbers_and_words_are_left_alone(text):
    assert marked(text) == text


@pytest.mark.parametrize(("expected", "kind"), PERSONAL)
def test_nothing_is_found_in_a_masked_text(expected, kind):
    document, pii = redact(Document(text=expected.replace("«", "").replace("»", "")))
    assert {p.type for p in pii} == {kind}
    assert document.text[pii[0].start : pii[0].end] == f"[{kind.upper()}]"
    assert find(document.text) == []


def test_a_mask_explains_no_number_beside_it():
    masked, _ = redact(Document(text="Rufen Sie mich an: 0170/1234567\nArtikel 1234567890 defekt"))
    assert masked.text == "Rufen Sie mich an: [PHONE]\nArtikel 1234567890 defekt"


def test_keep_leaves_the_document_and_lists_what_was_found():
    document = Document(text="Mail an max@example.org")
    kept, pii = redact(document, mode="keep")
    assert kept is document
    assert [(p.type, p.start, p.end) for p in pii] == [("email", 8, 23)]


def test_id_question_and_attributes_stay():
    document = Document(text="max@example.org", id="7", question="Wer?", attributes={"shop": "Köln"}, scores={"nps": 3})
    masked, _ = redact(document)
    assert (masked.id, masked.question, masked.attributes, masked.scores) == (
        "7", "Wer?", document.attributes, document.scores,
    )  # fmt: skip


def test_turns_move_along_and_speakers_lose_their_names():
    document = Document.from_turns(
        [
            {"speaker": "Eva Weiß", "role": "agent", "text": "Guten Tag, hier spricht Eva Weiß."},
            {"speaker": "Max", "role": "customer", "text": "Meine Nummer ist 0170 1234567."},
            {"speaker": "Eva Weiß", "role": "agent", "text": "Danke."},
        ]
    )
    masked, pii = redact(document)
    assert [masked.text[t.start : t.end] for t in masked.turns] == [
        "Guten Tag, hier spricht [NAME].", "Meine Nummer ist [PHONE].", "Danke.",
    ]  # fmt: skip
    assert [t.speaker for t in masked.turns] == ["SPEAKER_1", "SPEAKER_2", "SPEAKER_1"]
    assert [masked.text[p.start : p.end] for p in pii] == ["[NAME]", "[PHONE]"]


def test_pseudonyms_without_a_key_count_within_the_document():
    text = "Frau Weiß sprach mit Herrn Roth. Frau Weiß war nett."
    assert redact(Document(text=text), mode="pseudonymise")[0].text == (
        "Frau [NAME_1] sprach mit Herrn [NAME_2]. Frau [NAME_1] war nett."
    )


def test_pseudonyms_with_a_key_are_the_same_in_all_documents_and_differ_by_key():
    def pseudonym(text, key):
        return redact(Document(text=text), mode="pseudonymise", key=key)[0].text.split("[")[1]

    key, other = "0123456789abcdef", "fedcba9876543210"
    assert pseudonym("Frau Weiß", key) == pseudonym("Hallo Frau Weiß", key)
    assert pseudonym("Frau Weiß", key) != pseudonym("Frau Roth", key)
    assert pseudonym("Frau Weiß", key) != pseudonym("Frau Weiß", other)
    assert "Wei" not in pseudonym("Frau Weiß", key)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "hide"}, "no mode"),
        ({"mode": "keep", "key": "0123456789abcdef"}, "'mask' or 'pseudonymise' only"),
        ({"mode": "pseudonymise", "key": "short"}, "at least 16"),
    ],
)
def test_a_wrong_config_is_named(options, message):
    with pytest.raises(ConfigError, match=message):
        RedactionConfig(**options)


def test_the_key_shows_in_no_repr():
    assert "0123456789abcdef" not in repr(RedactionConfig(mode="pseudonymise", key="0123456789abcdef"))


def test_the_stage_is_built_from_plain_options():
    assert make_stage("redact.v1", mode="mask").config == RedactionConfig(mode="mask")


def test_recognisers_have_names_of_their_own_and_say_why():
    names = [r.name for r in recognisers()]
    assert len(names) == len(set(names))
    assert all(r.explanation and 0 < r.score <= 1 for r in recognisers())


TEXTS = st.lists(
    st.one_of(
        st.sampled_from([text.replace("«", "").replace("»", "") for text, _ in PERSONAL]),
        st.sampled_from([*HARMLESS, "", " ", "😊", "\ud800", "\x00"]),
        st.text(max_size=10),
    ),
    max_size=4,
).map("\n".join)
HARD = {"email", "iban", "card", "phone"}


@given(TEXTS)
def test_offsets_hold_and_masked_texts_hold_no_hard_data(text):
    position = 0
    for hit in find(text):
        assert position <= hit.start < hit.end <= len(text)
        position = hit.end
    masked, pii = redact(Document(text=text))
    assert all(masked.text[p.start : p.end] == f"[{p.type.upper()}]" for p in pii)
    assert not {hit.type for hit in find(masked.text)} & HARD


@given(st.lists(TEXTS, max_size=4), st.sampled_from(["keep", "mask", "pseudonymise"]))
def test_a_batch_gives_what_single_documents_give(texts, mode):
    stage = Redact(RedactionConfig(mode=mode))
    drafts = [Draft(document=Document(text=t)) for t in texts]
    assert stage.predict(drafts) == [stage.predict([d])[0] for d in drafts]


@pytest.mark.parametrize(
    "text", ["1 " * 50_000, "0" * 100_000, "a@" * 50_000, "Frau " * 20_000, "Anna " * 20_000, "DE12 " * 20_000]
)
def test_hostile_texts_are_read_in_time(text):
    assert all(hit.start < hit.end for hit in find(text))
