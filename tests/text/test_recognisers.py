"""Single rules of redaction, each with what it must find and what it must leave."""

from dataclasses import replace

import pytest

from benchmarks import pii as benchmark
from cxtext.text import recognisers
from cxtext.text.name_checks import titled
from cxtext.text.recognisers import find

# (text with the personal data in «», why)
NAMES = [
    ("They blamed «Kleist» for it", "a German word and a surname; between English words it is a name only"),
    ("Was «Johnson» told about this?", "a surname that is no word of English"),
    ("We saw «Benito Bianchi» at the desk", "two names, both of which are frequent in texts"),
    ("I asked «Philippe Guernon» about it", "a frequent given name and an unlisted surname"),
    ("Der Adler flog über Kleist und Benito", "German texts have these words for other things"),
    ("We landed at Wilson Airport and met Johnson Controls", "a company or a place is called after somebody"),
    ("The list had «Toshimi Arata» on it", "an unlisted given name in front of a listed surname"),
    ("They sent «Mijail C Adomo» to us", "an unlisted name with an initial, in English"),
    ("We spoke to «Chise T. Horiguchi» again", "the initial has a stop"),
    ("Die Vitamin C Creme und das Galaxy S Handy", "an initial between words of every day is none"),
    ("It was «Ryhänen» who fixed everything", "a letter that English has in no word but names"),
    ("Without «Samurakami» nothing works here", "an ending that English has in no word but surnames"),
    ("We had Crème brûlée at the Café in Zürich", "dishes and towns have foreign letters, too"),
    ("Die Müllabfuhr war da und die Türen klemmen", "German words have umlauts"),
    ("they said «roberto mazzi» was late", "a text without capitals"),
    ("they said «callie» was late", "a rare given name alone in a text without capitals"),
    ("not enough power or land for the price", "words that are also surnames, in a text without capitals"),
    ("Interview mit «Josef Urschitz» zur Lage der Bahn", "„zur“ begins a phrase behind a surname"),
    ("Frau «Anna von der Tann» half", "a particle belongs to the name where no surname stands before it"),
    ("Ich habe Harry Potter und James Bond gesehen", "characters of books are nobody"),
    ("I bought Calvin Klein jeans, Dr. Oetker pizza and a Mr. Bean video", "brands are nobody"),
    ("driving miss daisy is a film", "a title of a film is nobody, without capitals, too"),
    ("Mein Name ist «Thomas Cook»", "whoever is called like a brand is somebody"),
    ("Bei Norma und Hertha war es voll, sagt ein Muslim", "shops, clubs and religions are not persons"),
    ("Frau Innenminister und Herr Bundespräsident schweigen", "an office behind a title is no name"),
    ("Frau «Hofmeister» schweigt", "a surname that ends like a craft is a name"),
    ("Lieber Standard, das war nichts", "a newspaper is addressed"),
    ("Oh and «Rafael» came later", "an interjection beside a name is none"),
    ("Der Film beginnt am Donn... https://t.example/1", "a preview cuts a word off"),
    ("Danke an «Donn»... sehr nett", "a name in front of three dots"),
    ("I asked «Feargal O'Neill» about it", "a surname with an apostrophe behind its first letter"),
    ("Thanks to «Eric Van den Bergh» it works", "particles with a capital, as in Belgium"),
    ("It was «van de Klashorst» who called", "particles in front of a surname alone"),
    ("Die Antwort von «Wieczorek» war gut", "in German a particle is mostly a preposition"),
    ("I spoke to «Mark Johnson» yesterday", "two words that are both something else, too, but a name together"),
    ("I met Red Bull fans in the Rose Garden", "words that are also names, but none together"),
]
PATTERNS = [
    ("There was a leak around «Bygget 91» again", "a street without a word for it, in front of a house number"),
    ("«Bygget 91» is where I live", "the word that explains it stands behind"),
    ("We waited around Gate 22 and along Terminal 5", "what has a number and is no street"),
    ("Wir wohnten im Mai 2019 und zahlten Rate 12", "German nouns have capitals; these are no streets"),
    ("They delivered it to «214 Pavlou Drandaki» instead", "a number and a street of two unlisted words"),
    ("They apologised to 21 Delta Passengers yesterday", "what is counted"),
    ("It was left at «26 rue des tanneurs»", "a French street in small letters"),
    ("We met at «Trenerys gate 232»", "a Norwegian street"),
    ("Boarding at Airlines gate 22", "a gate of an airport"),
    ("«Hafnarstraeti 5\n8200 Lisbon»", "a street in one line, postcode and town in the next"),
    ("Is «Springfield 12345» in your area?", "a town and a postcode in English"),
    ("Is Order 12345 in the system?", "the number of an order, as far as the town is concerned"),
    ("What is the weather in «12345» like?", "five digits that somebody is in"),
    ("Wie lange liefert ihr in «12345»?", "the same in German"),
    ("They invested 10000 in 12345 shares", "five digits of something that is counted"),
    ("The zip you have on file, «90210», is wrong", "the word for a postcode stands apart"),
    ("Meine Postleitzahl hat sich geändert, jetzt «06108»", "the same in German"),
    ("My post on 12345 likes and 2500 people", "a number of something else"),
    ("Anna's colleague (930.167.3943) asked twice".replace("930.167.3943", "«930.167.3943»").replace("Anna", "«Anna»"),
     "a telephone number in brackets"),
    ("You can get hold of me, «9469 9966», after six", "an unusual word in front of a telephone number"),
    ("Unter «030 1234567» war die Leitung tot", "a German number"),
    ("We meet at the American Legion Post 80, Main St. in town", "the number belongs to the name in front"),
    ("I live at «80 Main St.» now", "a house number"),
    ("Wohnhaft «Gartenstr. 7, 10115 Berlin». Fertig.", "the full stop behind the town ends the sentence"),
    ("Ich wohne «Am Kurpark 3, 61348 Bad Homburg». Nett.", "a town of two words, and the full stop behind it"),
    ("Es ging an «Bahnhofstrasse 5, 9000 St. Gallen» statt zu mir", "a town that begins with an abbreviation"),
]  # fmt: skip

ADDRESSES = [
    ("We waited at «2410 NW 18th Ave» all day", "an avenue that has a number, and a point of the compass"),
    ("It went to «16-18 Kite St», not to me", "a range of house numbers"),
    ("The office is at «3/27 Heron Rd, Fitzroy VIC 3065»", "the number of a flat before a stroke, in Australia"),
    ("Send it to «Flat 4, 9 Moat Lane, Southgate, London SE16 3QN» please", "a flat, a district and a postcode"),
    ("She lives at «Mill Barn, Duck Lane, Ludlow» now", "a house that has a name and no number"),
    ("We moved to «Swansea SA1 6HW» in May", "a British town and postcode"),
    ("Sent from «Norwich NR2» yesterday", "half a British postcode behind its town"),
    ("My postal code is «k1n 5z4»", "a Canadian postcode in small letters"),
    ("It went to «149 Heatherleigh Summit», not to me", "a type of street that is rare"),
    ("All 12 Shell Stations were closed", "things that are counted and could be a type of street"),
    ("The 2015 Panamerican Cross Country Cup was great", "a year is no house number"),
    ("It is «8010 Hornigring 6/5, Linz, Austria», as I said", "a number in front of a street, town and country behind"),
    ("Ship to: «12 Elm Road\nLudlow\n, VIC\n Australia 38837»", "a town, a state and a postcode in lines of their own"),
    ("We are on «the corner of Gull Street and Heron Road»", "a corner without a number"),
    ("Take me to «H.No. 65, Shenoy Nagar» please", "a house number as in India"),
    ("My postcode is «49-324» and not accepted", "a Polish postcode, named"),
    ("The zip code of the village is «6619VG»", "a Dutch postcode, named with what it is of"),
    ("I am from «Almada (2800-269»)", "a postcode in brackets"),
    ("looking for help in «muonio 71213» please", "a town and a postcode in a text without capitals"),
    ("Bitte an «01234 Neustadt, Ringweg 3» liefern", "a street behind its postcode that could be a cycle track"),
    ("Bitte an «Ringweg 3, 01234 Neustadt» liefern", "a street in front of its postcode that could be a cycle track"),
    ("Der Laden in der «Zeil 5, 60311 Frankfurt a.M.» war zu", "a street of one word, and a town with a stop in it"),
    ("Der Radweg 3 ist 2000 Meter lang", "a cycle track with a number"),
    ("She went to «Quadra de Viana, 3» by taxi", "a Brazilian estate"),
    ("They cannot find «14 Gull Road, Cork, T12 R5C8»", "an Irish postcode"),
    ("Out here at «15520 County Road 318, Navasota» nobody comes", "a county road"),
    ("I am at «HC 73 Box 410, Ely, NV 89301»", "a box on a rural route"),
    ("Our shop in «Mumbai 400051» never answers", "a postcode of India"),
    ("the rider went to «27 w fern ave apt 2 denver colorado»", "no capitals at all"),
    ("I live on «Chestnut Grove» and hear your trucks", "a street without a number, of somebody who lives there"),
    ("At «Dašická 688» there are four of us", "a foreign street, and a preposition that begins the sentence"),
    ("The corner is at «Nora and Hammarvägen 15»", "a corner of two streets"),
    ("Do you deliver to «43015»?", "a postcode where a place may stand"),
    ("A real 5 Star Drive in experience", "stars are counted"),
    ("On May 12 Court Street was packed", "the number belongs to the month"),
    ("The 1 TB Drive and the 24 Hour Drive Through are closed", "things that are called like streets"),
    ("Our 2 Park Hopper tickets and 12 Point Plan", "numbers in front of names of things"),
    ("I compared it with Nokia 3310 and Fallout 76 in Version 12", "products have numbers"),
    ("We live in Germany 3 months a year", "months are counted"),
    ("We left the hotel at 1430 and came back around 1600", "times of day"),
    ("My flat, «rue Olivier Bonvini», is cold", "a French street in small letters without a number"),
    ("They went to «Rua das Flores» instead", "a Portuguese street without a number, behind a word for a place"),
    ("The order for «971 Kesk 53» was left in the hedge", "the numbers of a building and a house around a name"),
    ("«14 Acacia Gardens Southgate London N14» has no water", "half a British postcode behind a street and its towns"),
    ("I rent «64 Gavaghan Street Y90 FCRV Gerard Ville» now", "an Irish postcode in front of the town"),
    ("Pick it up at «210 N Oak, rear entrance, Ada OK 74820» please", "an entrance between street and town"),
    ("We live off «Route 4, near Woodstock VT», you know", "a road with a number where somebody lives"),
]
NUMBERS = [
    ("Please add «933-864-2505 x919» to my account", "a number with an extension, without a word for a telephone"),
    ("Is it «1-894-836-6946»?", "a number with the digit of long-distance calls"),
    ("Is it «(351) 926 840 388»?", "a code of a country in brackets"),
    ("my social is «233-41-0098»", "another word for a social security number"),
    ("The last four of my social are «8842»", "the end of a number, named as that"),
    ("Visa ending in «6467» was charged twice", "the end of a card number"),
    ("Sort code: «40 12 55»", "a British bank"),
    ("My VIN is «1HGCM82633A004352»", "the number of a vehicle"),
    ("Employee ID «E-20491» was rude", "the number of an employee"),
    ("EIN «47-2280153» was rejected", "an American tax number"),
    ("DL 2147 from Atlanta left on time", "a flight, not a driver's licence"),
    ("My account 2 years ago was fine", "years are counted"),
    ("The passport control took 90 minutes", "minutes are counted"),
]


def marked(text: str) -> str:
    pieces, position = [], 0
    for hit in find(text):
        pieces += [text[position : hit.start], "«", text[hit.start : hit.end], "»"]
        position = hit.end
    return "".join([*pieces, text[position:]])


# (text with a number in «», what it is called, why)
TYPED = [
    ("My social security number is «460-89-9847»", "tax_id", "„number“ is a word for telephones, too"),
    ("SSN «054 28 6917» on file", "tax_id", "with spaces, and words for telephones behind"),
    ("Branch: Leeds\nSSN: «849-66-3189»\nPhone: none", "tax_id", "the word for a telephone belongs to the next line"),
    ("My driver's license number is «2270-66-1551»", "reference", "a licence in groups"),
    ("My driving licence is «U62928788557186»", "reference", "a licence with a letter"),
    ("My account number is «0048817720»", "reference", "a zero in front, as telephone numbers have it"),
    ("Points of my credit card «060426070011» are gone", "card", "a card that could be a German telephone"),
    ("How do I get rid of «21 284 698 25 48»?", "phone", "five groups"),
    ("Use «49 2990-7466» instead", "phone", "a code, and groups with a hyphen"),
    ("I forgot it: «(92)/200-5910», sorry", "phone", "brackets and a stroke"),
    ("Use «+61.7.4865.6096» instead", "phone", "dots behind the code of a country are no date"),
    ("Yes, it is «04.13.98.84.59» now", "phone", "pairs with stops, more than a date has"),
    ("Tel-«0475/12.34.56» is dead", "phone", "a hyphen behind a word, and pairs with stops"),
    ("We met on 04.13.98 and 05.06.2019", "phone", "dates"),
    ("It is «467 3395» now", "phone", "a number of one town in North America"),
    ("It is «(+351) 250492589» now", "phone", "the code of a country in brackets"),
    ("Date of birth: «July 4th, 76»", "birth_date", "a year of two digits behind a month"),
    ("He was born in «May 1954»", "birth_date", "a month and a year"),
    ("DOB=«12031980»", "birth_date", "digits without marks"),
    ("Jahrgang «1961», männlich", "birth_date", "a year that is named as that of a birth"),
    ("year of birth «1961»", "birth_date", "the same in English"),
    ("They sold 1961 records in May 1954", "birth_date", "a number and a month that are no birth"),
    ("rego «123-ABC» was towed", "licence_plate", "an Australian plate"),
    ("license plate: «8XYZ321»", "licence_plate", "a plate of California"),
    ("I drive the blue Golf, «WV65 HTX», bay 12", "licence_plate", "a British plate without a word for one"),
    ("Im Kennzeichen «MZ VX 2401H» fehlt etwas", "licence_plate", "a German plate of three groups"),
    ("The registration took 20 minutes, plates are 5 EUR", "licence_plate", "words for plates before other numbers"),
    ("From 2019-2023 it was 430 0000 or 12 500 000", "phone", "years and round figures are none"),
]  # fmt: skip

RULES = [*NAMES, *PATTERNS, *ADDRESSES, *NUMBERS, *((text, why) for text, _, why in TYPED)]


@pytest.mark.parametrize(("expected", "why"), RULES, ids=[why for _, why in RULES])
def test_a_rule_finds_what_it_is_for_and_nothing_else(expected: str, why: str) -> None:
    assert marked(expected.replace("«", "").replace("»", "")) == expected, why


@pytest.mark.parametrize(
    ("expected", "kind"), [*((e, "name") for e, _ in NAMES), *((e, "address") for e, _ in ADDRESSES)]
)
def test_what_a_rule_for_names_or_addresses_finds_is_called_so(expected: str, kind: str) -> None:
    assert {hit.type for hit in find(expected.replace("«", "").replace("»", ""))} <= {kind}


@pytest.mark.parametrize(("expected", "kind", "why"), TYPED, ids=[why for *_, why in TYPED])
def test_a_number_is_called_by_the_word_that_names_it(expected: str, kind: str, why: str) -> None:
    assert {hit.type for hit in find(expected.replace("«", "").replace("»", ""))} <= {kind}, why


def test_no_expression_that_finds_something_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [p.text for p in map(benchmark.marked, benchmark.lines("english")) if benchmark.half(p.template) != "test"]
    texts += [p.text for p in benchmark.german("german", "de", seed=11) if benchmark.half(p.template) != "test"]
    texts += [e.replace("«", "").replace("»", "") for e, _ in RULES]
    texts += [text.lower() for text in texts]
    sparing = [marked(text) for text in texts]
    without_hints = tuple(replace(recogniser, hints=()) for recogniser in recognisers.recognisers())
    monkeypatch.setattr(recognisers, "_worth_trying", lambda held: without_hints)
    assert [marked(text) for text in texts] == sparing


def test_a_long_number_that_holds_a_telephone_number_is_found_whole() -> None:
    text = "Tracking number 1Z 999 AA1 01 2345 6784 shows nothing"
    found = {i for hit in find(text) for i in range(hit.start, hit.end)}
    assert {i for i in range(16, 39) if text[i].isalnum()} <= found


def test_a_title_alone_makes_a_brand_no_name() -> None:
    assert titled("Dr. Oetker", 4, 10, 0.9)[2] == 0.0
    assert titled("Dr. Olbrich", 4, 11, 0.9)[2] == 0.9
