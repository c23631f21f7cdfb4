"""Addresses of many countries, read word by word: what is one, where it begins and ends, what only looks like one."""

import pytest

from cxtext.text.address_reading import find_addresses
from cxtext.text.address_tokens import case_of, runs

# (text with the address in «», why)
READ = [
    ("Send it to «Arany János utca 9., H-2851 Kisbér» please", "a Hungarian stop behind the number of the house"),
    ("We live at «Árpád fejedelem útja 62» now", "a word in small letters inside the name of a street"),
    ("Deliver to «Pot Rdečega križa 22, 8231 Trebelno» please", "the type of street in front, a word in small letters"),
    ("It is at «Na varte 1, 843 30 Zábiedovo», not here", "a street without a type, a postcode of two blocks"),
    ("Sent to «ul. Więckowskiego 28/4, 90-731 Łódź» twice", "a type with a stop, and a flat behind a stroke"),
    ("Sent to «plac Żwirki i Wigury 21» twice", "one letter between two names"),
    ("It is for «R. das Mosteiro, 12, 5245-275 Coimbra» only", "the number behind a comma"),
    ("I am at «Calle 187 Bis # 4-32, Bogotá, Colombia» today", "a street that has a number, a crossing and a house"),
    ("Sent to «Trecho Carvalho, 985, Indaiá, 73931-852 Vasconcelos / AL» again", "a part of a country behind a stroke"),
    ("Sent to «Via Tassoni, 591 Piano 3, 30173, Campalto (VE)» again", "a postcode alone, and brackets"),
    ("Sent to «12, rue des Lilas, 75020 Paris» again", "the number in front of a comma"),
    ("Sent to «Tygoweg 222 6943PU Gouderak» again", "a postcode whose form tells its country, without a comma"),
    ("Sent to «9448 175 Iroon Polytechniou Avenue, Soloi, Cyprus» again", "the numbers of a building and of a house"),
    ("Sent to «65472 53210 Hayrioğlu Motorway, Subachoque, IL 64915» again", "two long numbers that no telephone has"),
    ("Sent to «Studio 91j Samuel Mission, North Elliott» again", "a unit, and a type that is a word of every day"),
    ("Sent to «H.No. 37, Chakraborty Nagar, Buxar-970847» again", "a house in India, the postcode behind a hyphen"),
    ("Sent to «0991 Jan Bridge, Ridgeland, LA 66859» again", "a month that is also a name"),
    ("Sent to «Fabian-Kist-Ring 7, 9108 Bruck an der Leitha» again", "a town with an article"),
    ("SENT TO «SOPRONI UTCA 40, H-1754 SOPRON» AGAIN", "in capitals, words in front are those of the sentence"),
    ("it went to «79456 ford passage, lindaton, nv 54584» and never came", "a text without capitals"),
    ("mr. bo hansen «apt. 123 4411 29 boland drive\noslo no 9100»", "the numbers of a flat, a building and a house"),
    ("Thanks\n«Skolgatan 3\n12904 Västerås\nSweden»\nCall me", "lines, and the country in the last one"),
    ("Das Paket ging an «Rue de Lausanne 14, 1202 Genève» und kam zurück", "a foreign street in a German sentence"),
    ("Bitte an «Hauptstr. 5a, 99084 Erfurt» liefern", "a German street, which other words with capitals may precede"),
    ("Wohnhaft «Gartenstr. 7, 10115 Berlin»", "a German noun in front of the street is no part of it"),
]  # fmt: skip
OTHERS = [
    ("We waited 20 Minutes at Gate 22, Frankfurt", "what is counted, and places inside a building"),
    ("On May 12 Court Street was packed", "the number belongs to the month"),
    ("10 Lane highway traffic and 4 lane roads", "words of streets that are counted"),
    ("My Peugeot 208 GT Line is fun", "a product with a number"),
    ("100 Percent Drive and passion", "a measure in front of a word for streets"),
    ("Boarding at Airlines gate 22", "a gate that is no Norwegian street"),
    ("The 10 Biggest Failures of 2011", "a title with a year"),
    ("Bundesstraße 42 bei Rüdesheim ist zu", "a road between towns"),
    ("Ich arbeite 20 St. im Monat", "an abbreviation for something else than a street"),
    ("Lieferung 12, 4000 Kunden warten", "German nouns with numbers"),
    ("Kundennummer 4711, 50667 Stück bestellt", "a number that its word explains"),
    ("Amex 3782 822463 10005 exp 09/28", "the end of a longer number"),
    ("my nikon 4300 is dependable", "a number and a small word are no postcode of the Netherlands"),
    ("Call 0171 2345678 Max", "a telephone number"),
    ("the tail N598JB and the part apex ad-2600", "numbers inside words"),
    ("Sie kostet € 12 Hauptsache schnell", "a price"),
]


def shown(text: str) -> str:
    parts, position = [], 0
    for start, end, _ in find_addresses(text):
        parts += [text[position:start], "«", text[start:end], "»"]
        position = end
    return "".join([*parts, text[position:]])


@pytest.mark.parametrize(("expected", "why"), READ, ids=[why for _, why in READ])
def test_an_address_is_read_from_its_first_part_to_its_last(expected: str, why: str) -> None:
    assert shown(expected.replace("«", "").replace("»", "")) == expected, why


@pytest.mark.parametrize(("text", "why"), OTHERS, ids=[why for _, why in OTHERS])
def test_numbers_and_words_of_streets_without_evidence_are_no_address(text: str, why: str) -> None:
    assert shown(text) == text, why


def test_an_empty_line_ends_an_address() -> None:
    assert shown("Elm Road 5, Leeds LS1 4AP\n\nHull is nice") == "«Elm Road 5, Leeds LS1 4AP»\n\nHull is nice"


def test_a_name_needs_more_beside_its_number_than_a_type_of_street_does() -> None:
    assert shown("We met at Los Copihues 191 then") == "We met at Los Copihues 191 then"
    assert (
        shown("We met at Los Copihues 191, Paillaco, Chile then")
        == "We met at «Los Copihues 191, Paillaco, Chile» then"
    )
    assert shown("We met at Calle Copihues 191 then") == "We met at «Calle Copihues 191» then"


def test_no_stretch_grows_without_bound() -> None:
    text = "12 Elm Street, " * 5000
    assert max(len(run) for run in runs(text, case_of(text))) <= 60
    assert all(end - start < 1000 for start, end, _ in find_addresses(text))
