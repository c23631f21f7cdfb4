"""Addresses of many countries, read word by word: what is one, where it begins and ends, what only looks like one."""

import pytest

from cxtext.text.address_reading import find_addresses
from cxtext.text.address_stretches import runs
from cxtext.text.address_tokens import case_of

# (text with the address in «», why)
READ = [
    ("Send it to «Arany János utca 9., H-2851 Kisbér» please", "a Hungarian stop behind the number of the house"),
    ("Sent to «61820 Mátratóti utca 242. Alingsås Sweden» again", "the same in front of a town"),
    ("Sent to «Ady Endre tér 169., H-8203 Székesfehérvár» again", "a type of street that no other language has"),
    ("Sent to «R. de Machado, S/N, 4866-704 Estremoz» again", "a house without a number"),
    ("Sent to «1188 chemin Guay Dufresne -sur-Mer, BC E8N5S2» again", "a blank within the name of a town"),
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
    ("Sent to «Ruta T-38, km 3, Región de Coquimbo, Chile» again", "a road that a number names, and a kilometre of it"),
    ("Sent to «Norberto Cerda 714 Dpto. 8619\nLa Granja, Región Metropolitana» again", "a part of a country in a line"),
    ("Sent to «Alejandra Torres 184 Pica, Región de Tarapacá» again", "a town behind the house without a comma"),
    ("Sent to «C. de Rosalva Montesinos 13 Navarra, 17461» again", "one letter for a type of street"),
    ("MAIL FOR «AV. 185 A N° 2364 PISO 3, BAHÍA BLANCA 8000» IS LATE", "a street that has a number and a letter"),
    ("SENT TO «VINOGRADSKA 4C, 90960 VUKOVAR» AGAIN", "in capitals, a house in front of a postcode and a town"),
    ("it is for «breg 45, 4499 litija» only", "without capitals, a house in front of a postcode and a town"),
    ("it went to «lilyhof 8, 9205 um, lage zwaluwe» again", "letters of a postcode that are a German word"),
    ("it went to «nad olšinami 6, 755 06 praha» again", "without capitals, a small Slavic word in front"),
    ("YOUR INVOICE IS FOR «MALE 2C/1, 02335 SLUNJ» AGAIN", "a stroke in a house"),
    ("YOU HAVE «0563 WHITE CREEK, SOUTH DAWN, NC 96274» ON FILE", "small English words end a postcode in capitals"),
    ("Sent to «Žatevná 5 844 09 Chrámec» again", "a postcode of two blocks right behind the house"),
    ("SENT TO «JÁNA JONÁŠA 69, 931 00 CABAJ - ČÁPOR» AGAIN", "a town of two names with a dash"),
    ("Sent to «Za partizanskim domom 263, 9900 Postojna» again", "small words behind a Slavic word for a place"),
    ("Sent to «Rožna dolina, cesta IV 188\n0842 Lendava» again", "a place in front of a type in small letters"),
    ("Sent to «Kraljevečki odvojak 2c/5» again", "a Croatian type of street"),
    ("Sent to «Piazza Boldù, 68, 30037, Scorze' (VE)» again", "an Italian town that ends with an apostrophe"),
    ("Sent to «Stretto Ficino, 30 00053, Aurelia (RM)» again", "house and postcode in one part"),
    ("Sent to «Praia de Rocha, 579, Vila Piratininga, 87287-857 Vieira / PE» again", "the number in a part of its own"),
    ("I could not find «3225 route Henriette» and left", "a French type in small letters behind the number"),
    ("Sent to «31 Rue tachkent» again", "a name in small letters behind a type of street"),
    ("Sent to «947 trg revolucije 17» again", "a type and a name in small letters between two numbers"),
    ("Please come to «Storgarden 52 Trajanka Forks» and see", "two streets of one address"),
    ("Sent to «boulevard de Duroux, 4971 Rey am See» again", "a German town ends with a word of every day"),
    ("Sent to «Arthur-Fröhlich-Weg 44, 6656 Hall in Tirol» again", "a town that is told by its country"),
    ("Sent to «18/20, Hans, Unnao-529336» again", "an Indian house, and six digits behind the town"),
    ("Sent to «Lotweg 636, 9601 IM, 's-Gravenzande, Netherlands» again", "a Dutch town with an apostrophe"),
    ("There are four of us at «Dašická 688» on one line", "letters of another language in an English sentence"),
    ("There are four of us at «Largo Reis, 49» on one line", "a foreign type in an English sentence"),
    ("My mother lives at «Λεωφόρος Αλεξάνδρας 14» now", "another script in an English sentence"),
    ("Das Paket ging an «Rue de Lausanne 14, 1202 Genève» und kam zurück", "a foreign street in a German sentence"),
    ("Bitte an «Hauptstr. 5a, 99084 Erfurt» liefern", "a German street, which other words with capitals may precede"),
    ("Wohnhaft «Gartenstr. 7, 10115 Berlin»", "a German noun in front of the street is no part of it"),
]  # fmt: skip
OTHERS = [
    ("We waited 20 Minutes at Gate 22, Frankfurt", "what is counted, and places inside a building"),
    ("On May 12 Court Street was packed", "the number belongs to the month"),
    ("10 Lane highway traffic and 4 lane roads", "words of streets that are counted"),
    ("My Peugeot 208 GT Line is fun", "a product with a number"),
    ("My Xperia 10 Compact View is fun", "a listed product with a number and a word for streets"),
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
    ("We drove along Ruta 40 in summer", "a road is no address without a kilometre"),
    ("We saw the Villa Park, 30 rooms and a pool", "what is counted behind a comma"),
    ("I rang Patricia 15 times", "a verb that is a type of street elsewhere"),
    ("Auf dem Bahnhof hatte ich 72/32 via LTE", "a word of every day that is a type of street elsewhere"),
    ("Hätte heute die vollen 8 machen können", "a German word that ends like a Norwegian street"),
    ("i can't fit it (2272x 1704 resol.)", "two numbers and a word without capitals"),
    ("CANON 20, 5000 SHOTS AND NO COMPLAINT", "a camera in capitals, and what is counted"),
    ("U auto rebooked 4 flights", "a letter for a word"),
    ("1st Prize.RM 5000 with 4 phones", "an ordinal has no foreign letter"),
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
