import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.text.replies import is_mail, mark

OLD = "Vielen Dank für Ihre Anfrage vom Montag."
OWN = "Die Lieferung kam leider viel zu spät an."


def own_words(text):
    pieces, position = [], 0
    for start, end, _ in mark(text):
        pieces.append(text[position:start])
        position = end
    pieces.append(text[position:])
    return " ".join("".join(pieces).split())


def kinds(text):
    return {kind for _, _, kind in mark(text)}


HEADERS = [
    "Am 03.05.2026 um 12:00 schrieb Service <service@example.org>:",
    "Am Montag, 3. Mai 2026, 12:00 schrieb\nService Team\n<service@example.org>:",
    "Service Team schrieb am 03.05.2026:",
    "Service Team <service@example.org> schrieb am Mo., 3. Mai 2026, 12:00:",
    "On Mon, May 3, 2026 at 12:00 PM Service <service@example.org> wrote:",
    "On 3 May 2026, at 12:00, Service\n<service@example.org> wrote:",
    "Le 3 mai 2026 à 12:00, Service a écrit :",
    "Von: Service <service@example.org>\nGesendet: Montag, 3. Mai 2026 12:00\nAn: Max Muster\nBetreff: AW: Anfrage",
    "*Von:* Service\n*Gesendet:* Montag\n*An:* Max\n*Betreff:* Anfrage",
    "From: Service\nSent: Monday\nTo: Max\nSubject: RE: order",
    "Betreff: Anfrage\nDatum: 3. Mai\nVon: Service\nAn: Max",
    "-----Ursprüngliche Nachricht-----",
    "-----Ursprüngliche Nachricht-----\nVon: Service\nGesendet: Montag\nAn: Max\nBetreff: Anfrage",
    "-------- Original-Nachricht --------",
    "----- Original Message -----",
    "-------- Weitergeleitete Nachricht --------\nBetreff: Anfrage\nDatum: Montag\nVon: Service\nAn: Max",
    "Anfang der weitergeleiteten Nachricht:\n\nVon: Service\nBetreff: Anfrage\nDatum: 3. Mai",
    "---------- Forwarded message ---------\nFrom: Service\nDate: Monday\nSubject: order\nTo: Max",
    "Begin forwarded message:\n\nFrom: Service\nSubject: order\nDate: 3 May",
    "Service Team <service@example.org> hat am 3. Mai 2026 um 12:00 geschrieben:",
    "---- On Sun, 03 May 2026 12:00:00 +0200 Service <service@example.org> wrote ----",
    "From: Service <service@example.org> Sent: Sunday, May 3, 2026 12:00 PM To: Max Subject: order",
    "2026-05-03 12:00 GMT+02:00 Service Team <service@example.org>:",
    "----- Weitergeleitet von Service/Muster am 03.05.2026 12:00 -----",
    "##- Please type your reply above this line -##",
    "Original Message processed by david®\nFW: Anfrage\nVon Service",
    "________________________________\nVon: Service\nGesendet: Montag\nAn: Max\nBetreff: Anfrage",
]


@pytest.mark.parametrize("header", HEADERS)
def test_old_mail_below_a_header_is_marked_whole(header):
    text = f"{OWN}\n\n{header}\n\n{OLD}\n{OLD}"
    assert own_words(text) == OWN
    assert kinds(text) <= {"quoted_reply", "forwarded"}


@pytest.mark.parametrize("header", HEADERS[:6])
def test_an_answer_below_quoted_lines_stays(header):
    assert own_words(f"{header}\n> {OLD}\n> {OLD}\n\n{OWN}") == OWN


def test_answers_between_quoted_lines_stay():
    text = f"{HEADERS[0]}\n> {OLD}\nNein, das stimmt nicht.\n> {OLD}\nUnd das auch nicht.\n"
    assert own_words(text) == "Nein, das stimmt nicht. Und das auch nicht."


CLOSINGS = """
Mit freundlichen Grüßen
Mit freundlichem Gruß
Freundliche Grüße
Freundliche Grüsse
Beste Grüße,
Viele liebe Grüße
Herzliche Grüße aus Wien
Schöne Grüße
MfG
mfg
VG
LG
lg, Anna
GLG
BG
Gruß
Gruss
Hochachtungsvoll
Vielen Dank im Voraus
Danke und viele Grüße
Best regards,
Kind regards
Yours sincerely,
Many thanks,
Cheers,
Liebe Grüße :)
Viele Grüße und bis nächsten Monat. Anna
Mfg und noch ein schönes Wochenende,
Besten Dank und liebe Grüße,
Vielen Dank im Voraus und liebe Grüße,
Mit den besten Wünschen für das neue Jahr
Freundlich grüßt
Ein schönes Wochenende wünscht Ihnen
Noch einen schönen Tag!
Alles Liebe und Gute von
Freundlichst,
Bis bald,
bussi
Have a nice weekend,
""".strip().splitlines()


@pytest.mark.parametrize("closing", CLOSINGS)
def test_closings_and_the_name_below_are_marked(closing):
    text = f"{OWN}\n\n{closing}\nMax Muster"
    assert own_words(text) == OWN
    assert kinds(text) == {"closing", "signature"}


GREETINGS = """
Sehr geehrte Damen und Herren,
Sehr geehrter Herr Prof. Dr. Weiß,
Sehr geehrte Frau Müller!
Sg. Hr. Steiner,
Liebe Frau Weiß,
Liebes Team,
Sehr geehrte Damen u. Herren,
Sehr geehrte Frau Dr.phil. Weiß!
S.g. Herr Professor Weiß!
Liebe Frau Dr. Weiß,
Liebe  Anna,
Liebe Anna, lieber Max!
Guten Tag, Herr Weiß!
Guten Abend, sehr geehrter Herr Weiß,
Hallo ihr Lieben,
Hallo meine Liebe,
Hi anna
Huhu,
Anna,
Sehr geehrte Frau [NAME],
Hallo [NAME_2]!
Hallo,
Hallo zusammen,
hallo frau müller,
Guten Tag
Guten Morgen Herr Weiß,
Moin
Servus,
Grüß Gott,
Grüezi Frau Keller
Dear Sir or Madam,
Hi there,
To whom it may concern,
""".strip().splitlines()


@pytest.mark.parametrize("greeting", GREETINGS)
def test_greetings_are_marked(greeting):
    assert own_words(f"{greeting}\n\n{OWN}") == OWN
    assert kinds(f"{greeting}\n\n{OWN}") == {"greeting"}


def test_a_greeting_at_the_beginning_of_a_line_is_marked_alone():
    assert own_words(f"Hallo Frau Weiß, {OWN}") == OWN


SIGNATURES = [
    "-- \nMax Muster\nBerlin",
    "--\nMax Muster",
    "Von meinem iPhone gesendet",
    "Gesendet mit der GMX Mail App",
    "Gesendet von Outlook für iOS",
    "Diese Nachricht wurde von meinem Android Mobiltelefon mit WEB.DE Mail gesendet.",
    "Sent from my iPhone",
    "via mobile",
    "Von Yahoo Mail auf Android gesendet",
    "Sent with AquaMail for Android",
    "-Max Muster",
    "Max Muster, Ph.D.\nResearch\nmax@example.org\nwww.example.org",
    "[NAME]\nMuster GmbH\n[PHONE]\n[EMAIL]",
    "Get Outlook for Android",
    "Max Muster\nMuster GmbH\nTel. +49 30 123456\nwww.example.org",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures_are_marked(signature):
    assert own_words(f"{OWN}\n\n{signature}") == OWN
    assert kinds(f"{OWN}\n\n{signature}") == {"signature"}


DISCLAIMERS = [
    "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Wenn Sie nicht der richtige"
    " Adressat sind, informieren Sie bitte den Absender und vernichten Sie diese Mail.",
    "This e-mail may contain confidential information. If you are not the intended recipient, please delete it.",
    "Bitte denken Sie an die Umwelt, bevor Sie diese Mail ausdrucken.",
]


@pytest.mark.parametrize("disclaimer", DISCLAIMERS)
def test_legal_notices_are_marked(disclaimer):
    assert own_words(f"{OWN}\n\n{disclaimer}") == OWN
    assert kinds(f"{OWN}\n\n{disclaimer}") == {"disclaimer"}


# (text, why it is the customer's)
CONTENT = [
    ("Danke für nichts!", "sarcasm is content"),
    ("Meine Erfahrung:\nDanke für nichts", "also in the last line"),
    ("Von: hier an geht es nur noch bergab.\nDas war es.", "a sentence that begins like a header"),
    ("LG hat mir ein kaputtes Gerät geliefert.", "a company"),
    ("Das VG Berlin hat entschieden\nund das ist gut.", "a court"),
    ("Vielen Dank für die schnelle Hilfe!", "praise"),
    ("Am Montag schrieb ich Ihnen zum dritten Mal.\nBis heute keine Antwort.", "somebody who wrote"),
    ("Hallo? Ist da jemand?", "impatience"),
    ("> 3 Wochen warte ich schon.", "more than"),
    ("- Personal nett\n- Wartezeit lang\n-- sehr lang", "a list"),
    ("Das Gerät ist kaputt.\n\n-Display gesprungen\n-Akku leer", "a list without spaces"),
    ("Alles in allem war das nichts.\n\nSchade", "one word at the end that is no name"),
    ("Alles in allem war das nichts.\n\nAbsolute Frechheit", "two words with capitals that are no name"),
    ("Hello", "a greeting and nothing else"),
    ("Alles Gute kommt von oben, sagt man.\nVon Ihnen kam nichts.", "begins like a closing, and somebody goes on"),
    ("Thank you, Anna,\nbut the parcel is still not here and I am waiting for it.", "thanks to somebody, then words"),
    ("Bitte richten Sie Frau Weiß viele Grüße aus", "a greeting to somebody else"),
    ("Ich kaufe nie wieder etwas von LG", "a company in the last words"),
    ("Sent from my desk, which is easier than from my phone.", "no line of a program"),
    ("Lieber spät als nie.\nDanke!", "an adverb, no greeting"),
    ("Ich warte noch immer.\nAm 3.5. schrieb mir Ihr Kollege:\nWir kümmern uns darum.\nGeschehen ist nichts.", "told"),
    ("Verschickt mit der Post und nie angekommen", "no line of a program"),
    ("Von Ihnen wurde mir nie etwas gesendet.", "no line of a program"),
    ("On the other hand the staff wrote:\nnothing at all.", "running text"),
    ("Im Chat schrieb man mir, es dauere nur einen Tag.", "reported speech"),
]


@pytest.mark.parametrize(("text", "why"), CONTENT)
def test_customers_words_are_left_alone(text, why):
    assert own_words(text) == " ".join(text.split()), why


@pytest.mark.parametrize(
    ("line", "closing"),
    [
        (f"{OWN} Viele Grüße", "Viele Grüße"),
        (f"{OWN} LG Anna", "LG Anna"),
        ("Das reicht mir nun :-) lg, Anna", "lg, Anna"),
        ("Ich hoffe auf Antwort und verbleibe mit freundlichen Grüßen.", "mit freundlichen Grüßen."),
    ],
)
def test_a_closing_behind_the_last_words_is_cut_off_with_the_name_below(line, closing):
    text = f"Hallo,\n{line}\n\nMax Muster"
    assert own_words(text) == line.removesuffix(closing).strip()
    assert [text[start:end] for start, end, kind in mark(text) if kind == "closing"] == [closing]
    assert [text[start:end] for start, end, kind in mark(text) if kind == "signature"] == ["Max Muster"]


def test_a_rule_below_a_closing_opens_a_signature_that_may_hold_sentences():
    text = f"{OWN}\n\nThanks,\n_______\nMax Muster\nTo report a fault, please send a mail to our desk today."
    assert own_words(text) == OWN


def test_a_motto_below_contact_data_belongs_to_the_signature():
    text = f"{OWN}\nMfG\nMax\nTel. 030 123456\nmax@example.org\n\n„Wer fragt, der führt, und das jeden Tag.“"
    assert own_words(text) == OWN


def test_thanks_below_a_closing_are_said_to_somebody():
    assert own_words(f"{OWN}\nLG Max\nVielen Dank noch einmal") == f"{OWN} Vielen Dank noch einmal"


@pytest.mark.parametrize("rest", ["\n\nSent from my iPhone", "\n-- \nMax", f"\n\n{HEADERS[0]}\n> {OLD}"])
def test_who_writes_a_greeting_alone_says_just_that(rest):
    assert own_words(f"Hello{rest}") == "Hello"


def test_the_name_below_short_thanks_is_marked():
    assert own_words(f"{OWN}\nThanks!\nAnna") == f"{OWN} Thanks!"


def test_forwarded_mail_that_is_quoted_is_told_from_the_quote_above():
    text = f"{OWN}\n\n> {OLD}\n> ---------- Forwarded message ---------\n> From: Service\n> {OLD}"
    assert [kind for _, _, kind in mark(text)] == ["quoted_reply", "forwarded"]


def test_forwarded_mail_may_be_quoted_below_its_header():
    text = f"{OWN}\n\nBegin forwarded message:\n\n> From: Service\n> Date: 3 May\n>\n> {OLD}"
    assert [kind for _, _, kind in mark(text)] == ["forwarded"]


def test_a_greeting_with_a_closing_and_nothing_between_is_a_greeting():
    assert own_words("Hallo Anna,\n\nLG Max") == ""


def test_the_name_directly_above_old_mail_is_marked():
    text = f"{OWN}\nAnna\n{HEADERS[7]}\n\n{OLD}"
    assert own_words(text) == OWN


def test_words_behind_a_closing_that_read_like_a_sentence_stay():
    text = f"{OWN}\nLG Max\n\nPS: Die Hotline war übrigens auch keine große Hilfe."
    assert own_words(text) == f"{OWN} PS: Die Hotline war übrigens auch keine große Hilfe."


def test_the_name_alone_in_the_last_line_is_marked_in_a_mail_with_greeting():
    assert own_words(f"Hallo Anna,\n{OWN}\n\nMax") == OWN


def test_a_header_above_everything_leaves_the_mail_below():
    assert own_words(f"Von: Max\nGesendet: Montag\nAn: Service\nBetreff: Paket\n\n{OWN}") == OWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{OWN}\n\n{HEADERS[0]}\n> {OLD}", True),
        (f"Guten Tag,\n{OWN}\nMit freundlichen Grüßen\nMax", True),
        (f"{OWN}\n-- \nMax", True),
        ("Freundliches Personal\nLange Wartezeit\nTeuer", False),
        ("Hallo,\nalles war super\nweiter so", False),
        (OWN, False),
    ],
)
def test_clear_mails_are_recognised_without_a_channel(text, expected):
    assert is_mail(text) is expected


PIECE = st.one_of(
    st.sampled_from(
        [*HEADERS, *CLOSINGS, *GREETINGS, *SIGNATURES, *DISCLAIMERS, f"> {OLD}", OWN, "", "Max Muster", "-", "____"]
    ),
    st.text(max_size=8),
)


@given(st.lists(PIECE, max_size=8).map("\n".join))
def test_marks_stand_in_order_within_the_text(text):
    position = 0
    for start, end, _ in mark(text):
        assert position <= start < end <= len(text)
        position = end


@pytest.mark.parametrize(
    "text",
    [
     "Am a schrieb " * 8_000, "On x wrote " * 9_000, "> a\n" * 25_000, "Von: x\n" * 14_000, "LG\n" * 33_000,
     "Hallo " * 16_000,
     "A b c d\n" * 12_000, "a@" * 50_000, "--\n" * 33_000, "Diese E-Mail " * 7_000, "\n" * 100_000, "Am x\n" * 20_000],
    ids=lambda t: repr(t[:6]),
)  # fmt: skip
def test_no_expression_runs_away_on_hostile_mail(text):
    # An expression that backtracks without bound would run into the time limit of the test run.
    assert all(start < end for start, end, _ in mark(text))
    assert is_mail(text) in {True, False}
