import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.documents import Document
from cxtext.pipeline import Draft
from cxtext.text.language import DetectLanguage, detect, detect_segments

# (text, expected); a comment per group says why. Four words and more must be right.
GERMAN = """
Der Zug war pünktlich, aber die App stürzt ständig ab.
Das Personal war sehr freundlich und hilfsbereit.
Leider keine Antwort auf meine Mail bekommen
Ich warte seit drei Wochen auf mein Paket!
Lieferung kam zu spät und beschädigt an
Preis-Leistung stimmt, gerne wieder
Warteschleife viel zu lang, Mitarbeiter inkompetent
super service, komme gerne wieder
Nie wieder! Absolute Frechheit.
Alles bestens, danke an das Team
die hotline ist nie erreichbar
App stürzt beim Login immer ab
Kundenservice nicht erreichbar seit Tagen
Schnelle Lieferung, gute Qualität, günstiger Preis
Tolles Produkt, würde ich jederzeit wieder kaufen
Bestellung storniert ohne Begründung
Der Techniker kam zwei Stunden zu spät
Die Rechnung stimmt hinten und vorne nicht
Man wird nur von einem zum anderen verbunden
Wlan im Zug funktioniert mal wieder nicht
ich hab jetzt dreimal angerufen und keiner geht ran
also ähm ja das war halt nicht so toll
guten tag ich rufe an weil meine rechnung falsch ist
ja genau und dann hat der mitarbeiter einfach aufgelegt
können sie mir bitte sagen wo mein paket ist
Die Grösse passt nicht, muss es zurückschicken
Freundliche Grüsse aus Zürich, das Personal war spitze
Merci vielmal für die grossartige Hilfe am Telefon
Hauptstrasse gesperrt, Bus kam nicht
Der Velo-Service isch super gsi, vielen Dank
Verspaetung von zwei Stunden und keine Information
Die Pruefung meiner Unterlagen dauert ewig
Gerne hätte ich mehr Auswahl im Sortiment gehabt
@DB_Bahn schon wieder 40 Minuten Verspätung in Köln
RT @user: Der ICE nach Berlin fällt heute aus https://t.co/abc
#Bahn schon wieder zu spät #fail
Warum ist die Seite down? https://example.org/status
Super freundlich!!! Gerne wieder 😊👍
Sehr zufrieden ⭐⭐⭐⭐⭐ weiter so
Die Kündigung wurde ignoriert und weiter abgebucht
Einfach unverschämt teuer geworden
Kein Rückruf trotz mehrfacher Zusage
Bin enttäuscht von der Qualität
Hat alles wunderbar geklappt
Verpackung war kaputt, Inhalt zum Glück ganz
Man fühlt sich ernst genommen
Zu wenig Personal an der Kasse
Mehr Parkplätze wären schön
Könnte etwas schneller gehen
War okay, nichts Besonderes
Im Westen nichts Neues
Wo bleibt meine Erstattung?
Bitte um Rückruf, danke
hätte gern mein geld zurück
Antwort kam erst nach einer Woche
Das Essen war kalt und fad
Zimmer sauber, Frühstück lecker
Nachts war es sehr laut
Ärzte nehmen sich keine Zeit
DIE HOTLINE IST EINE KATASTROPHE
""".strip().splitlines()
ENGLISH = """
The train was late but the staff were lovely.
Nurses were kind and listened to me
No response to my emails for two weeks
Great app, works like a charm
Terrible customer service, never again
I have been waiting three weeks for my parcel!
cancelled flightled with no explanation
Flight was delayed for three hours
Would recommend to anyone
Fast delivery, good quality, fair price
Waste of money, do not buy
Staff very friendly and professional
Couldn't get through on the phone
Very long waiting times at reception
my bill is wrong again
Easy to use and reliable
App crashes every time I log in
so yeah i called and nobody picked up
um okay so my internet has been down since monday
can you please tell me where my order is
@united you lost my bag AGAIN
RT @user: worst airline ever https://t.co/abc
Love it!!! Best purchase this year 😍
Food was cold and bland
Room was clean, breakfast delicious
Too expensive for what you get
Nothing to complain about
More parking spaces please
Could have been quicker
It was okay, nothing special
Where is my refund?
They kept me informed throughout
Doctor did not listen to me
Appointment cancelled at the last minute
Not enough staff on the ward
Happy with everything, thank you
The man in the war museum was rude
Die hard fan of this brand
Website is confusing and slow
I was charged twice for one order
Thanks for nothing
Absolutely brilliant from start to finish
Best regards and thanks for your help
The hotline in Germany is never reachable
Was told it would arrive Tuesday
Still no reply from support
Poor communication between departments
Very helpful lady at the desk
Parts were missing from the box
THE WORST EXPERIENCE OF MY LIFE
""".strip().splitlines()
OTHER = """
Le livreur n'est jamais venu et personne ne répond
Très bon service, je suis très content de la livraison
Le personnel est aimable mais l'attente est trop longue
Produit arrivé cassé, aucun remboursement
je suis très déçu par cette application
Il personale è stato gentile ma l'attesa troppo lunga
Il pacco non è mai arrivato, pessimo servizio
Sono molto soddisfatto del prodotto
Ürün çok güzel geldi, teşekkür ederim
Müşteri hizmetleri çok kötü, kimse cevap vermiyor
Kargo hala gelmedi ve telefona çıkmıyorlar
De levering was te laat en niemand neemt de telefoon op
Ik ben heel tevreden over de service
De app werkt niet goed meer sinds de laatste update
Het personeel was erg vriendelijk en behulpzaam
Pakken kom aldrig frem og ingen svarer telefonen
Jeg er meget tilfreds med betjeningen
Maden var kold og tjeneren var uhøflig
Obsługa klienta jest bardzo zła, nikt nie odpowiada
Jestem bardzo zadowolony z zakupu
Paczka nie dotarła na czas
El pedido llegó tarde y nadie contesta el teléfono
Muy buen servicio, estoy muy contento con la compra
La aplicación no funciona desde la última actualización
O atendimento foi muito bom e a entrega rápida
Jag är mycket nöjd med leveransen och servicen
Balíček nedorazil a nikdo nebere telefon, velmi špatné
Сервис ужасный, никто не отвечает
Доставка пришла вовремя, спасибо
خدمة العملاء سيئة جدا
客服态度很差,等了很久
配達が遅すぎます
Η εξυπηρέτηση ήταν πολύ κακή
""".strip().splitlines()
CLEAR = [(t, code) for code, texts in (("de", GERMAN), ("en", ENGLISH), ("other", OTHER)) for t in texts]

SHORT = [
    ("Super!", {"de", "en"}),  # both languages have it
    ("ok", {"de", "en"}),
    ("top", {"de", "en"}),
    ("Nichts", {"de"}),
    ("Alles gut", {"de"}),
    ("Sehr gut", {"de"}),
    ("Danke!", {"de"}),
    ("zu teuer", {"de"}),
    ("Great service", {"en"}),
    ("too slow", {"en"}),
    ("Nothing", {"en"}),
    ("Thanks", {"en"}),
    ("👍", {"de", "en"}),
    ("😡😡😡", {"de", "en"}),
    ("10/10", {"de", "en"}),
    ("12345", {"de", "en"}),
    ("?!", {"de", "en"}),
    ("-", {"de", "en"}),
    ("n/a", {"de", "en"}),
    ("asdf", {"de", "en"}),
    ("https://example.org", {"de", "en"}),
    ("\ud800", {"de", "en"}),
    ("\x00\x00", {"de", "en"}),
    ("Merci beaucoup", {"de", "en"}),  # two words are no clear evidence
    ("iPhone 15 Pro Max", {"de", "en"}),
    ("Frau Müller-Lüdenscheidt", {"de"}),
]

MIXED = [
    ("Bin sehr zufrieden mit dem Hotel. Breakfast was delicious too.", "de", True),
    ("The app keeps logging me out, und die Hotline hat mich dreimal aus der Leitung geworfen.", "de", True),
    ("Der Film war gut, mein Sohn mochte ihn. Titel: The Bus.", "de", False),  # a title is no clause
    ("Der Customer Support war super helpful", "de", True),
    ("Das Onboarding war smooth und der Checkout easy, aber die Hotline ist eine Katastrophe", "de", True),
    ("The staff were great, aber leider war die Wartezeit viel zu lang", "de", True),
    ("Der Service war gut und das Team nett", "de", False),  # loan words
    ("Die App hat nach dem Update einen Bug", "de", False),
    ("The Autobahn was closed and we missed our flight", "en", False),
    ("Das war nicht nice", "de", False),  # one English word is none
]


@pytest.mark.parametrize(("text", "code"), CLEAR)
def test_the_language_of_four_words_and_more_is_found(text, code):
    assert detect(text).code == code


@pytest.mark.parametrize(("text", "allowed"), SHORT)
def test_short_texts_fall_to_the_nearer_language(text, allowed):
    assert detect(text).code in allowed


@pytest.mark.parametrize(("text", "code", "mixed"), MIXED)
def test_mixed_means_both_languages_in_substance(text, code, mixed):
    found = detect(text)
    assert (found.code, found.mixed) == (code, mixed)


@pytest.mark.parametrize("text", ["👍", "42", "ok", "Top", "\ud800", "super"])
def test_doubtful_texts_take_the_declared_language(text):
    assert detect(text, declared="de").code == "de"
    assert detect(text, declared="en").code == "en"


def test_doubtful_texts_take_the_language_of_the_question():
    assert detect("👍", question="Was hat Ihnen gefallen?").code == "de"
    assert detect("👍", question="What did you like?").code == "en"


def test_a_clear_answer_is_not_overruled_by_the_question():
    assert detect("The staff were great", question="Was hat Ihnen gefallen?").code == "en"


def test_the_declared_language_wins_and_the_confidence_shows_the_disagreement():
    found = detect("The staff were kind and listened to me.", declared="de")
    assert found.code == "de"
    assert found.confidence < 0.1


def test_confidence_is_high_where_the_words_are_clear_and_low_where_there_are_none():
    assert detect("Die Lieferung kam leider viel zu spät.").confidence > 0.95
    assert detect("👍").confidence < 0.5


@given(st.text(alphabet=st.characters(codec=None), max_size=80))
def test_any_text_gets_a_language_with_a_confidence(text):
    found = detect(text)
    assert found.code in {"de", "en", "other"}
    assert 0.0 <= found.confidence <= 1.0


@given(st.lists(st.sampled_from([*GERMAN, *ENGLISH, *OTHER, "ok", "👍", "\ud800"]), max_size=8))
def test_a_batch_gives_what_single_documents_give(texts):
    stage = DetectLanguage()
    drafts = [Draft(document=Document(text=t)) for t in texts]
    assert stage.predict(drafts) == [stage.predict([d])[0] for d in drafts]


def test_a_long_text_is_read_in_part_only():
    assert detect("Die Lieferung kam zu spät. " * 4000).code == "de"


def test_each_segment_has_its_language_and_unclear_ones_that_of_the_text():
    pieces = [
        "Die Lieferung kam leider zu spät.",
        "The staff were kind and helpful.",
        "Top!",
        "Il pacco è arrivato in ritardo.",
    ]
    text = " ".join(pieces)
    spans = [(text.index(p), text.index(p) + len(p)) for p in pieces]
    for code in ("de", "en"):
        found = detect_segments(text, spans, detect(text, declared=code))
        assert [part.code for part in found] == ["de", "en", code, "other"]
    assert detect_segments("", [], detect("")) == ()


@pytest.mark.parametrize(
    "text", ["Poca amabilidad en la recepción", "Nadal czekam na zwrot pieniędzy", "Bon rapport qualité prix"]
)
def test_short_texts_of_other_languages_are_told(text):
    assert detect(text).code == "other"


@pytest.mark.parametrize(
    ("turns", "code", "why"),
    [
        (
            [("agent", "Hello, how may I help you today?"), ("customer", "Die Lieferung ist noch nicht da.")],
            "de",
            "the customer's words decide",
        ),
        (
            [("agent", "Bonjour, comment puis-je vous aider aujourd'hui?"), ("customer", "Where is my parcel then?")],
            "en",
            "what others speak makes no conversation foreign",
        ),
        (
            [("agent", "Hello, is that Mr Miller speaking?"), ("customer", "Ok")],
            "en",
            "in doubt, the language that the customer is asked in",
        ),
        ([("agent", "Guten Tag, ist da jemand?"), ("customer", "Ok")], "de", "in doubt, likewise in German"),
        ([(None, "Where is my parcel?"), (None, "It was due on Monday.")], "en", "without roles all turns count"),
        ([("agent", "Guten Tag, ist dort jemand?")], "de", "nobody else speaks"),
    ],
)
def test_a_conversation_has_the_language_of_the_customer(turns, code, why):
    talk = Document.from_turns([{"role": role, "text": text} for role, text in turns])
    [result] = DetectLanguage().predict([Draft(document=talk)])
    assert result["language"].code == code, why
