"""Sentences for synthetic comments: article, aspect, verb, opinion, and a cause that can follow."""

from collections.abc import Mapping
from typing import NamedTuple


class Phrase(NamedTuple):
    """A sentence in pieces, in order; ``link`` and ``cause`` are left out where no cause is stated."""

    before: str
    aspect: str
    between: str
    opinion: str
    link: str
    cause: str


def _sides(positive: list[Phrase], negative: list[Phrase]) -> Mapping[str, tuple[Phrase, ...]]:
    return {"positive": tuple(positive), "negative": tuple(negative)}


# topic -> language -> polarity -> sentences
PHRASES: Mapping[str, Mapping[str, Mapping[str, tuple[Phrase, ...]]]] = {
    "delivery": {
        "de": _sides(
            [
                Phrase("Die ", "Lieferung", " kam ", "schnell", ", weil ", "das Lager in der Nähe ist"),
                Phrase("Das ", "Paket", " war ", "gut verpackt", ", denn ", "alles war doppelt gepolstert"),
            ],
            [
                Phrase("Die ", "Lieferung", " kam ", "viel zu spät", ", weil ", "der Fahrer die Adresse nicht fand"),
                Phrase("Das ", "Päckchen", " war ", "beschädigt", ", weil ", "der Karton zu dünn war"),
            ],
        ),
        "en": _sides(
            [
                Phrase("The ", "delivery", " was ", "really fast", " because ", "the depot is around the corner"),
                Phrase("My ", "parcel", " arrived ", "in perfect shape", " because ", "it was padded twice"),
            ],
            [
                Phrase("The ", "delivery", " was ", "far too late", " because ", "the driver got lost"),
                Phrase("My ", "parcel", " arrived ", "damaged", " because ", "the box was too thin"),
            ],
        ),
    },
    "staff": {
        "de": _sides(
            [
                Phrase("Die ", "Beraterin", " war ", "sehr freundlich", ", weil ", "sie sich Zeit genommen hat"),
                Phrase("Das ", "Personal", " ist ", "kompetent", ", denn ", "jede Frage wurde beantwortet"),
            ],
            [
                Phrase("Der ", "Mitarbeiter", " war ", "unhöflich", ", weil ", "er mich nicht ausreden liess"),
                Phrase("Das ", "Personal", " wirkt ", "völlig überfordert", ", weil ", "zu wenig Leute da sind"),
            ],
        ),
        "en": _sides(
            [
                Phrase("The ", "advisor", " was ", "very friendly", " because ", "she took her time"),
                Phrase("Your ", "staff", " are ", "competent", " because ", "every question got an answer"),
            ],
            [
                Phrase("The ", "agent", " was ", "rude", " because ", "he kept interrupting me"),
                Phrase("Your ", "staff", " seem ", "overworked", " because ", "there are too few of them"),
            ],
        ),
    },
    "app": {
        "de": _sides(
            [
                Phrase("Die ", "App", " ist ", "übersichtlich", ", weil ", "alles auf einer Seite steht"),
                Phrase("Die ", "Kundenkonto-Seite", " läuft ", "reibungslos", ", seit ", "dem letzten Update"),
            ],
            [
                Phrase("Die ", "App", " ", "stürzt ständig ab", ", seit ", "dem letzten Update"),
                Phrase("Das ", "Login", " ist ", "umständlich", ", weil ", "der Code jedes Mal neu verlangt wird"),
            ],
        ),
        "en": _sides(
            [
                Phrase("The ", "app", " is ", "easy to use", " because ", "everything is on one page"),
                Phrase("The ", "website", " runs ", "smoothly", " since ", "the last update"),
            ],
            [
                Phrase("The ", "app", " ", "keeps crashing", " since ", "the last update"),
                Phrase("The ", "login", " is ", "cumbersome", " because ", "it asks for a code every time"),
            ],
        ),
    },
    "price": {
        "de": _sides(
            [
                Phrase("Der ", "Preis", " ist ", "fair", ", weil ", "der Versand schon dabei ist"),
                Phrase("Die ", "Gebühren", " sind ", "angenehm niedrig", ", denn ", "die Grundgebühr entfällt"),
            ],
            [
                Phrase("Der ", "Preis", " ist ", "unverschämt", ", weil ", "er schon wieder erhöht wurde"),
                Phrase("Die ", "Gebühren", " sind ", "zu hoch", ", weil ", "jede Buchung extra kostet"),
            ],
        ),
        "en": _sides(
            [
                Phrase("The ", "price", " is ", "fair", " because ", "shipping is included"),
                Phrase("The ", "fees", " are ", "pleasantly low", " because ", "there is no base fee"),
            ],
            [
                Phrase("The ", "price", " is ", "outrageous", " because ", "it went up again"),
                Phrase("The ", "fees", " are ", "too high", " because ", "every booking costs extra"),
            ],
        ),
    },
    "waiting": {
        "de": _sides(
            [
                Phrase("Die ", "Wartezeit", " war ", "erfreulich kurz", ", weil ", "zwei Schalter offen waren"),
                Phrase("Die ", "Rückmeldung", " kam ", "sofort", ", weil ", "der Chat besetzt war"),
            ],
            [
                Phrase("Die ", "Wartezeit", " war ", "endlos", ", weil ", "nur ein Schalter offen war"),
                Phrase("Die ", "Hotline", " ist ", "nie erreichbar", ", weil ", "alle Leitungen belegt sind"),
            ],
        ),
        "en": _sides(
            [
                Phrase("The ", "waiting time", " was ", "pleasantly short", " because ", "two desks were open"),
                Phrase("The ", "reply", " came ", "at once", " because ", "the chat was staffed"),
            ],
            [
                Phrase("The ", "waiting time", " was ", "endless", " because ", "only one desk was open"),
                Phrase("The ", "hotline", " is ", "impossible to reach", " because ", "all lines are busy"),
            ],
        ),
    },
}
