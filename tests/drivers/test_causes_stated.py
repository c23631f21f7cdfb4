"""Stated causes: what follows "weil", "wegen", "because", "due to"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.drivers.causes import find_causes

CAUSES = [
    # German conjunctions
    ("de", "Sehr ärgerlich, weil der Zug ausfiel.", ["der Zug ausfiel"], "the article stays: a cause is a clause"),
    ("de", "WEIL KEINER ANRUFT!", ["KEINER ANRUFT"], "shouted"),
    ("de", "Weil's zu teuer ist.", ["zu teuer ist"], "with a contracted es"),
    ("de", "Weil der Zug ausfiel, kam ich zu spät.", ["der Zug ausfiel"], "the main clause follows the comma"),
    ("de", "Schlecht, weil zu teuer, aber das Personal war nett.", ["zu teuer"], "'aber' opens a new clause"),
    (
        "de",
        "Schlecht weil die Hotline nie erreichbar ist und weil die App abstürzt.",
        ["die Hotline nie erreichbar ist", "die App abstürzt"],
        "two causes",
    ),
    ("de", "Ich kündige, da niemand antwortet.", ["niemand antwortet"], "da after a comma"),
    ("de", "Da der Fahrer zu spät kam, habe ich den Anschluss verpasst.", ["der Fahrer zu spät kam"], "da in front"),
    ("de", "Nie wieder, denn der Support reagiert nicht.", ["der Support reagiert nicht"], "denn"),
    ("de", "Denn niemand ruft zurück.", ["niemand ruft zurück"], "denn opens the sentence"),
    ("de", "Enttäuscht, nachdem drei Techniker nicht kamen.", ["drei Techniker nicht kamen"], "nachdem"),
    ("de", "Ärgerlich, zumal ich Stammkunde bin.", ["ich Stammkunde bin"], "zumal"),
    ("de", "Ärgerlich, weil am 3. Mai z. B. gar nichts fuhr.", ["am 3. Mai z. B. gar nichts fuhr"], "no full stops"),
    ("de", "Teuer, weil 3.50 Euro dazukamen.", ["3.50 Euro dazukamen"], "a decimal point"),
    # German prepositions
    ("de", "Unzufrieden wegen der langen Wartezeit.", ["der langen Wartezeit"], "wegen"),
    ("de", "Wegen des Umbaus war alles laut.", ["des Umbaus"], "the phrase ends before the verb"),
    ("de", "wegen den hohen preisen bin ich weg", ["den hohen preisen"], "no case, wrong case"),
    ("de", "Die Stimmung war gut (wegen der Musik).", ["der Musik"], "in brackets"),
    ("de", "Aufgrund der Störung kein Internet.", ["der Störung"], "a sentence without verb"),
    ("de", "Auf Grund der Störung konnte ich nicht arbeiten.", ["der Störung"], "two words"),
    ("de", "Kein Internet infolge eines Kabelschadens.", ["eines Kabelschadens"], "infolge"),
    ("de", "Geschlossen mangels Personal.", ["Personal"], "mangels"),
    ("de", "Dank der netten Beraterin ging alles schnell.", ["der netten Beraterin"], "dank in front"),
    ("de", "Alles lief gut dank kompetenter Beratung!", ["kompetenter Beratung"], "dank at the end"),
    ("de", "Wegen des Updates stürzt die App ab.", ["des Updates"], "any verb ends the phrase"),
    ("de", "Ich bin wegen des Aufzugs in der U-Bahn sauer.", ["des Aufzugs in der U-Bahn"], "what follows the phrase"),
    ("de", "Aufgrund der Verspätung von über zwei Stunden verpassten wir den Zug.",
     ["der Verspätung von über zwei Stunden"], "words in small letters within the phrase"),
    ("de", "Wegen Ihrer langen Wartezeit und schlechten Beratung gehe ich.",
     ["Ihrer langen Wartezeit und schlechten Beratung"], "a possessive in capitals is no noun"),
    ("de", "Seit der Preiserhöhung lohnt sich das Abo nicht.", ["der Preiserhöhung"], "seit, of what changed"),
    ("de", "Die App stürzt seit dem letzten Update dauernd ab.", ["dem letzten Update"], "seit within the sentence"),
    # German statements
    ("de", "Grund: dreimal falsche Rechnung.", ["dreimal falsche Rechnung"], "with a colon"),
    ("de", "Note 5, Grund dafür: die App stürzt ab.", ["die App stürzt ab"], "Grund dafür"),
    ("de", "Der Grund ist die schlechte Erreichbarkeit.", ["die schlechte Erreichbarkeit"], "Grund ist"),
    ("de", "Hauptgrund war, dass keiner zurückrief.", ["keiner zurückrief"], "Grund war, dass"),
    ("de", "Der Grund, warum ich gehe: die Preise.", ["die Preise"], "Grund, warum"),
    ("de", "Das liegt daran, dass niemand zuständig ist.", ["niemand zuständig ist"], "daran, dass"),
    ("de", "Das liegt wohl an der schlechten Schulung.", ["der schlechten Schulung"], "liegt an"),
    ("de", "Dadurch, dass die Filiale schloss, muss ich weit fahren.", ["die Filiale schloss"], "dadurch, dass"),
    # English
    ("en", "I left because the staff was rude.", ["the staff was rude"], "because"),
    ("en", "Because of the noise we could not sleep.", ["the noise"], "the phrase ends before the subject"),
    ("en", "Because of the noise, the night was short.", ["the noise"], "the phrase ends at the comma"),
    ("en", "Because the lift broke, we walked.", ["the lift broke"], "because in front"),
    ("en", "I love it because it is fast and because it is cheap.", ["it is fast", "it is cheap"], "two causes"),
    ("en", "It's great bc it's cheap.", ["it's cheap"], "short in chats"),
    ("en", "Because of the strike the train was late.", ["the strike"], "the phrase ends before the next article"),
    ("en", "Because of a queue at the till the kids got bored.", ["a queue at the till"], "an article within it"),
    ("en", "Bad because of people leaving the door open.", ["people leaving the door open"], "what somebody does"),
    ("en", "Since the merger the service is terrible.", ["the merger"], "since, of what changed"),
    ("en", "The app crashes since the last update.", ["the last update"], "since at the end"),
    ("en", "Delayed due to a technical fault.", ["a technical fault"], "due to"),
    ("en", "Late owing to roadworks.", ["roadworks"], "owing to"),
    ("en", "Bad on account of the smell.", ["the smell"], "on account of"),
    ("en", "As a result of the strike my train was cancelled.", ["the strike"], "as a result of"),
    ("en", "Thanks to Maria, everything went smoothly.", ["Maria"], "thanks to, as a cause"),
    ("en", "Disappointed, since nobody called back.", ["nobody called back"], "since after a comma"),
    ("en", "Since nobody called back, I cancelled.", ["nobody called back"], "since in front"),
    ("en", "Terrible, as nobody knew anything.", ["nobody knew anything"], "as after a comma"),
    ("en", "Given that I paid extra, this is poor.", ["I paid extra"], "given that"),
    ("en", "Seeing as we booked months ago, this is poor.", ["we booked months ago"], "seeing as"),
    ("en", "Reason: hidden fees.", ["hidden fees"], "with a colon"),
    ("en", "The main reason was that the app kept crashing.", ["the app kept crashing"], "the reason was that"),
    ("en", "The reason I left is the constant noise.", ["the constant noise"], "the reason I left is"),
    ("en", "Unhappy for the simple reason that nobody cares.", ["nobody cares"], "for the reason that"),
    ("en", "Sad because the room was dirty; the staff helped though.", ["the room was dirty"], "a semicolon"),
]  # fmt: skip

NONE = [
    ("de", "Ich warte seit gestern auf das Paket.", "since when, not why"),
    ("de", "Seit dem Kauf macht das Gerät Geräusche.", "since when, not why"),
    ("de", "Seit dem Jahreswechsel ist es laut.", "since when, not why"),
    ("de", "Da drüben war niemand.", "where"),
    ("de", "Da war niemand an der Kasse.", "where"),
    ("de", "Der Berater, der da war, half mir.", "where"),
    ("de", "Ich rief an, da war keiner.", "then"),
    ("de", "Vielen Dank!", "thanks"),
    ("de", "Vielen Dank für die Hilfe.", "thanks"),
    ("de", "Dank an das ganze Team.", "thanks"),
    ("de", "Herzlichen Dank allen Beteiligten!", "thanks"),
    ("de", "Gott sei Dank ging es schnell.", "an exclamation"),
    ("de", "Was denn noch?", "a particle"),
    ("de", "Wer hat denn das entschieden?", "a particle"),
    ("de", "Mehr denn je.", "than"),
    ("de", "Es sei denn, man ruft an.", "unless"),
    ("de", "Ich hatte keinen Grund zur Klage.", "no reason"),
    ("de", "Der Grund ist mir unklar.", "an unknown reason"),
    ("de", "Im Grunde war alles gut.", "basically"),
    ("de", "Von wegen schneller Service!", "irony"),
    ("de", "Meinetwegen kann das so bleiben.", "part of a word"),
    ("de", "Ich habe deswegen gekündigt.", "the cause stands elsewhere"),
    ("de", "Infolgedessen habe ich gekündigt.", "the cause stands elsewhere"),
    ("de", "Zu teuer, deshalb habe ich gekündigt.", "the effect, not the cause"),
    ("de", "Weil!", "nothing follows"),
    ("en", "I have been waiting since Monday.", "since when"),
    ("en", "Since Monday nothing works.", "since when"),
    ("en", "Since last year, the app is slow.", "since when"),
    ("en", "I have been a customer since 2015.", "since when"),
    ("en", "Since the weekend the lift is broken.", "since when"),
    ("en", "As a regular guest I expected more.", "a role"),
    ("en", "As soon as I called, they helped.", "when"),
    ("en", "It broke, as I said.", "a remark"),
    ("en", "On my account I see two charges.", "an account"),
    ("en", "Thanks to everyone for the help!", "thanks"),
    ("en", "Many thanks to the whole team.", "thanks"),
    ("en", "No reason to complain.", "no reason"),
    ("en", "The refund is due on Monday.", "when"),
    ("en", "My parcel was due to arrive on Monday.", "when"),
    ("en", "The price is down to 10 euros.", "how much"),
    ("en", "just because", "nothing follows"),
]


@pytest.mark.parametrize(("language", "text", "causes", "why"), CAUSES, ids=[c[1] for c in CAUSES])
def test_stated_causes_are_found(language, text, causes, why):
    assert [span.text for _, span in find_causes(text, 0, len(text), language)] == causes, why


@pytest.mark.parametrize(("language", "text", "why"), NONE, ids=[c[1] for c in NONE])
def test_words_that_only_look_like_a_cause_are_none(language, text, why):
    assert find_causes(text, 0, len(text), language) == [], why


def test_offsets_are_those_of_the_whole_text_and_stay_in_the_segment():
    text = "Gut. Schlecht, weil es laut war. Weil es regnete."
    [(connector, span)] = find_causes(text, 5, 32, "de")
    assert text[connector : connector + 4] == "weil"
    assert (span.start, span.end, span.text) == (20, 31, "es laut war")
    assert text[span.start : span.end] == span.text


PIECES = st.sampled_from(
    [
        "weil ",
        "wegen ",
        "da ",
        ", ",
        "denn ",
        "Grund: ",
        "because ",
        "due to ",
        "since ",
        "der Zug ",
        "ist ",
        ". ",
        "\n",
        "und ",
        "(",
        ") ",
        "ß",
        "\ud800",
        "👍 ",
        "3.",
        "dank der ",
        "the ",
        "I ",
        "’s ",
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join), st.integers(0, 20), st.sampled_from(["de", "en"]))
def test_causes_lie_in_the_segment_in_order_apart_and_without_white_space_at_the_edges(text, start, language):
    start = min(start, len(text))
    position = start
    for connector, span in find_causes(text, start, len(text), language):
        assert position <= connector < span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text == span.text.strip()
        position = span.end


def test_a_text_of_connectors_alone_is_read_in_linear_time():
    # Every pattern is bounded: half a megabyte must not take minutes (the limit of a test is 300 s).
    text = "da weil, und wegen Grund, warum reason that " * 12_000
    assert find_causes(text, 0, len(text), "de")
    assert find_causes(text, 0, len(text), "en") is not None
