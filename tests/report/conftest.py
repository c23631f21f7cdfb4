"""An invented collection, rich enough to judge a report by: a railway's survey in German and English."""

import dataclasses

import pandas as pd
import pytest

from cxtext import Analysis

TOPICS = [
    # id, parent, label, label_de, label_en, keywords, size
    (0, None, "Unterwegs", "Unterwegs", "On the way", ["Zug", "train", "Fahrt"], 1320),
    (1, 0, "Pünktlichkeit", "Pünktlichkeit", "Punctuality", ["Verspätung", "pünktlich", "delay", "on time"], 610),
    (2, 0, "Sitzplätze und Sauberkeit", "Sitzplätze und Sauberkeit", "Seats and cleanliness", ["Sitz", "WC"], 420),
    (3, 0, "Klimaanlage", "Klimaanlage", "Air conditioning", ["Klimaanlage", "heiss", "cold"], 90),
    (4, None, "Service", "Service", "Service", ["Personal", "staff", "Hotline"], 980),
    (5, 4, "Freundlichkeit des Personals", "Freundlichkeit des Personals", "Friendly staff", ["nett", "friendly"], 505),
    (6, 4, "Wartezeit an der Hotline", "Wartezeit an der Hotline", "Hotline waiting time", ["Warteschleife"], 288),
    (7, 4, "Kulanz bei Erstattung", "Kulanz bei Erstattung", "Refund goodwill", ["Erstattung", "refund"], 140),
    (8, None, "App und Buchung", "App und Buchung", "App and booking", ["App", "Login", "buchen"], 690),
    (9, 8, "App stürzt ab", "App stürzt ab", "App crashes", ["abstürzen", "crash", "Update"], 300),
    (10, 8, "Einfache Buchung", "Einfache Buchung", "Easy booking", ["einfach", "easy", "Ticket"], 330),
    (11, None, "Preis", "Preis", "Price", ["teuer", "Preis", "fare"], 410),
    (12, None, "WLAN", "WLAN", "Wi-Fi", ["WLAN", "wifi"], 60),
]

DRIVERS = [
    # topic, polarity, n, impact, half width, effect, q, grade, kind
    (1, "negative", 312, -6.1, 1.7, -21.4, 0.0001, "A", "basic"),
    (9, "negative", 188, -4.4, 1.4, -24.0, 0.0003, "A", "basic"),
    (6, "negative", 171, -3.2, 1.3, -17.2, 0.004, "B", "performance"),
    (11, "negative", 260, -1.1, 1.5, -4.0, 0.31, "C", "indifferent"),
    (2, "negative", 152, -0.9, 1.2, -3.1, 0.4, "", "undecided"),
    (7, "negative", 48, -0.8, 0.9, -12.0, 0.09, "C", "undecided"),
    (3, "negative", 22, -0.2, 0.6, -6.0, 0.5, "", "undecided"),
    (12, "negative", 8, -0.1, 0.4, -5.0, 0.7, "", "undecided"),
    (5, "positive", 341, 4.9, 1.5, 16.1, 0.0002, "A", "excitement"),
    (10, "positive", 233, 3.1, 1.3, 12.5, 0.001, "A", "performance"),
    (7, "positive", 64, 1.2, 0.7, 15.5, 0.02, "B", "excitement"),
    (1, "positive", 204, 1.4, 1.3, 5.0, 0.2, "C", "basic"),
    (2, "positive", 131, 0.7, 1.1, 2.0, 0.5, "", "indifferent"),
    (11, "positive", 41, 0.2, 0.7, 1.5, 0.8, "", "undecided"),
    (6, "positive", 11, 0.0, 0.3, 0.5, 0.9, "", "undecided"),
    (12, "positive", 4, 0.1, 0.2, 1.0, 0.9, "", "undecided"),
]

PLACES = {1: (0.1, 0.9), 2: (0.3, 0.7), 3: (0.35, 0.82), 5: (0.9, 0.5), 6: (0.8, 0.2), 7: (0.62, 0.1), 9: (0.2, 0.1)}
PLACES |= {10: (0.38, 0.2), 11: (0.55, 0.35), 12: (0.0, 0.4)}

CAUSES = [
    # topic, polarity, source, cause, n, share, rest, z, forms, place of the quote
    (1, "negative", "stated", "ein Signal gestört war", 41, 0.131, None, None, ["a signal failed", "Signalstörung"], 0),
    (1, "negative", "stated", "kein Lokführer da war", 23, 0.074, None, None, [], None),
    (1, "negative", "distinctive", "Anschluss verpasst", 60, 0.192, 0.004, 8.1, [], None),
    (9, "negative", "stated", "the login expires", 17, 0.09, None, None, ["man ständig abgemeldet wird"], 5),
    (9, "negative", "distinctive", "letzten Update", 52, 0.277, 0.002, 9.4, [], 4),
    (5, "positive", "stated", "sie gleich Ersatz gesucht hat", 12, 0.035, None, None, [], 12),
    (7, "negative", "stated", "every form was sent back twice", 4, 0.083, None, None, [], 11),
]

# Aspect in [square], opinion in (round), cause in {curly} brackets.
QUOTES = [
    (1, "negative", "de", "Schon wieder [Verspätung]: (40 Minuten zu spät), {weil ein Signal gestört war}. Na danke."),
    (1, "negative", "en", "The [train] was (late again) and nobody told us why."),
    (1, "negative", "de", "Der [Regionalexpress] ist (nie pünktlich), ich komme jeden Tag zu spät zur Arbeit."),
    (1, "negative", "de", "[Züge] fallen (ständig aus)."),
    (9, "negative", "de", "Seit dem letzten Update (stürzt) die [App] (ständig ab)."),
    (9, "negative", "en", "Your [app] (crashes) whenever I open my ticket, {because the login expires}."),
    (9, "negative", "de", "[App] (unbrauchbar), musste im Zug ein neues Ticket kaufen 😡"),
    (6, "negative", "de", "(35 Minuten) in der [Warteschleife], dann wurde einfach aufgelegt."),
    (6, "negative", "en", "I called three times and (waited forever) on your [hotline]."),
    (11, "negative", "de", "Die [Preise] werden (jedes Jahr unverschämter)."),
    (2, "negative", "de", "[WC] in Wagen 7 (verdreckt) und (gesperrt)."),
    (7, "negative", "en", "The [refund] (took nine weeks), {because every form was sent back twice}."),
    (5, "positive", "de", "Die [Zugbegleiterin] war (unglaublich hilfsbereit), {weil sie gleich Ersatz gesucht hat}."),
    (5, "positive", "en", "[Staff] were (friendly and patient) with my grandmother."),
    (5, "positive", "de", "(Supernettes) [Personal] am Schalter in Basel, merci vielmals!"),
    (10, "positive", "de", "[Ticketkauf] geht (kinderleicht), zwei Klicks und fertig."),
    (10, "positive", "en", "[Booking] is (quick and easy)."),
    (7, "positive", "de", "[Geld] (ohne Diskussion) zurück, {obwohl ich die Frist verpasst hatte}. Danke an [NAME]!"),
    (1, "positive", "de", "Diesmal auf die Minute (pünktlich), der [ICE]."),
    (2, "positive", "en", "[Seats] are (comfortable)."),
    (11, "positive", "de", "[Sparpreis] ist (fair)."),
]  # fmt: skip


def marked(text):
    """Take the brackets out of a quote and give its text with the offsets of what stood in them."""
    kinds = {"[": "aspect", "(": "opinion", "{": "cause"}
    plain, spans, open_at = "", {}, {}
    for i, char in enumerate(text):
        if char in kinds and not text.startswith("[NAME]", i):
            open_at[kinds[char]] = len(plain)
        elif char in "])}" and not text[: i + 1].endswith("[NAME]"):
            kind = {"]": "aspect", ")": "opinion", "}": "cause"}[char]
            spans.setdefault(f"{kind}_start", open_at[kind])
            spans.setdefault(f"{kind}_end", len(plain))
        else:
            plain += char
    return plain, spans


def wilson(k, n):
    z, p = 1.96, k / n
    middle, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def driver_table(rows, *, analysed, outcome=True):
    records = []
    for topic, polarity, n, impact, half, effect, q, grade, kind in rows:
        low, high = wilson(n, analysed)
        record = {
            "topic": topic,
            "polarity": polarity,
            "n": n,
            "share": n / analysed,
            "share_low": low,
            "share_high": high,
        }
        if outcome:
            record |= {"impact": impact, "impact_low": impact - half, "impact_high": impact + half, "effect": effect}
            record |= {"p_value": q / 2, "q_value": q, "grade": grade, "kind": kind}
        records.append(record)
    return pd.DataFrame(records)


def quote_table(quotes=QUOTES):
    rows = []
    for i, (topic, polarity, language, text) in enumerate(quotes):
        plain, spans = marked(text)
        rows.append(
            {"topic": topic, "polarity": polarity, "document_id": f"umfrage.csv#{17 * i + 3}", "text": plain, **spans}
            | {"language": language, "created_at": pd.Timestamp("2026-01-05", tz="UTC") + pd.Timedelta(days=3 * i)}
        )
    return pd.DataFrame(rows)


def topic_table():
    table = pd.DataFrame(TOPICS, columns=["id", "parent", "label", "label_de", "label_en", "keywords", "size"])
    places = [PLACES.get(i, (None, None)) for i in table["id"]]
    return table.assign(x=[x for x, _ in places], y=[y for _, y in places])


def cause_table():
    quotes = quote_table()
    rows = []
    for topic, polarity, source, cause, n, share, rest, z, forms, place in CAUSES:
        row = {"topic": topic, "polarity": polarity, "source": source, "cause": cause, "n": n, "share": share}
        row |= {"rest": rest, "z": z, "forms": forms}
        if place is not None:
            quote = quotes.iloc[place]
            start = quote["text"].index(cause)
            row |= {"document_id": quote["document_id"], "text": quote["text"], "language": quote["language"]}
            row |= {"cause_start": start, "cause_end": start + len(cause)}
        rows.append(row)
    return pd.DataFrame(rows)


def trend_table():
    rows = []
    waves = {(1, "negative"): 24, (9, "negative"): 6, (6, "negative"): 13, (5, "positive"): 26, (10, "positive"): 17}
    for week, period in enumerate(pd.date_range("2026-01-05", periods=12, freq="7D")):
        documents = 100 + (week * 37) % 11
        for (topic, polarity), start in waves.items():
            n = start + (week * 7 + topic * 5) % 6 + (2 * week if topic == 9 else 0)
            low, high = wilson(n, documents)
            rows.append(
                {"period": period, "topic": topic, "polarity": polarity, "n": n, "documents": documents}
                | {"share": n / documents, "share_low": low, "share_high": high}
            )
    return pd.DataFrame(rows)


def segment_table():
    rows = []
    for segment, groups in {
        "Kanal": [("Web", 860, 0.06), ("E-Mail", 240, -0.31), ("Telefon", 82, -0.12), ("Chat", 28, 0), ("Fax", 3, -1)],
        "Klasse": [("1. Klasse", 310, 0.14), ("2. Klasse", 930, -0.05)],
    }.items():  # fmt: skip
        for value, n, mean in groups:
            half = 1.3 / n**0.5
            rows.append({"segment": segment, "value": value, "metric": "sentiment", "n": n, "estimate": mean})
            rows[-1] |= {"low": mean - half, "high": mean + half}
            rows.append({"segment": segment, "value": value, "metric": "nps", "n": n, "estimate": 29 + 60 * mean})
            rows[-1] |= {"low": 29 + 60 * mean - 90 * half, "high": 29 + 60 * mean + 90 * half}
    return pd.DataFrame(rows)


@pytest.fixture
def rich():
    """The whole report: outcome, quotes, groups, trends, alerts and a call-back list."""
    alerts = pd.DataFrame(
        [
            {"id": "a1f3", "kind": "rising", "topic": 9, "polarity": "negative", "period": pd.Timestamp("2026-02-16")}
            | {"n": 74, "expected": 31.2, "q_value": 0.003, "false_alarms": 0.16},
            {"id": "b7c0", "kind": "jump", "topic": 6, "polarity": "negative", "period": pd.Timestamp("2026-03-09")}
            | {"n": 31, "expected": 14.9, "q_value": 0.02, "false_alarms": 0.05},
        ]
    )
    queue = pd.DataFrame(
        {
            "document_id": [f"umfrage.csv#{40 + i}" for i in range(17)],
            "queue": ["recover" if i % 3 else "engage" for i in range(17)],
            "priority": [0.97 - 0.04 * i for i in range(17)],
            "reasons": [[["negative_sentiment", "blames:Preis"], ["detractor"], ["churn"]][i % 3] for i in range(17)],
            "due": pd.Timestamp("2026-04-02"),
        }
    )
    scores = pd.DataFrame(
        [("nps", "nps", 29.1, 24.6, 33.6, 1102, 0, 10), ("csat", "csat", 0.715, 0.684, 0.744, 861, 1, 5)],
        columns=["score", "metric", "value", "low", "high", "n", "worst", "best"],
    )
    return Analysis(
        topics=topic_table(),
        causes=cause_table(),
        drivers=driver_table(DRIVERS, analysed=1240),
        segments=segment_table(),
        trends=trend_table(),
        alerts=alerts,
        queue=queue,
        scores=scores,
        quotes=quote_table(),
        quality={
            "documents": 1310,
            "analysed": 1240,
            "rejected": {"encoding": 4, "missing text column": 2},
            "skipped": 31,
            "other_language": 12,
            "duplicates": 19,
            "automatic": 2,
            "pii_masked": {"name": 61, "email": 14, "phone": 9},
            "short": 88,
            "out_of_range": {"nps": 3},
            "unassigned": 0.084,
        },
        meta={
            "period": {"start": "2026-01-05", "end": "2026-03-29"},
            "sources": [{"name": "umfrage.csv", "sha256": "9f2c" * 16, "documents": 1310}],
            "versions": {"cxtext": "0.1.0", "schema": "cxtext.annotation/1"},
            "config": {"text": ["Kommentar"], "language": "auto", "segments": ["Kanal", "Klasse"]},
            "seed": 0,
            "outcome": {"name": "nps", "metric": "nps", "worst": 0, "best": 10},
            "languages": {"de": 882, "en": 358, "other": 12},
            "model": "cxtext-encoder 1",
            "stages": ["language.v1", "segment.v1"],
            "notes": ["umfrage.csv: column 'Kommentar' is the text"],
            "redaction": "mask",
            "alpha": 0.05,
        },
    )


def conversation_tables():
    measures = ("quarter_1", "quarter_2", "quarter_3", "quarter_4", "end", "recovery", "bad_goodbye")
    course = {"good": (-0.4, -0.2, 0.4, 0.7, 0.7, 0.12, 0.0), "bad": (-0.3, -0.5, -0.5, -0.6, -0.6, 0.0, 0.71)}
    rows = [
        {"group": group, "measure": m, "n": n, "estimate": v, "low": v - 0.1, "high": v + 0.1, "small": False}
        for (group, values), n in zip(course.items(), (88, 41), strict=True)
        for m, v in zip(measures, values, strict=True)
    ]
    closings = pd.DataFrame(
        [
            ("marker", "gratitude", 61, 0.69, 2, 0.05, 0.64),
            ("blamed", "Wartezeit an der Hotline", 6, 0.07, 19, 0.46, -0.39),
        ],
        columns=["kind", "name", "good_n", "good_share", "bad_n", "bad_share", "difference"],
    ).assign(q_value=0.002, small=False)
    figures = {"share": 0.3, "share_low": 0.2, "share_high": 0.4, "end": -0.3, "end_low": -0.5, "end_high": -0.1}
    figures |= {"rest": 0.4, "rest_low": 0.3, "rest_high": 0.5}
    return {
        "trajectories": pd.DataFrame(rows),
        "closings": closings,
        "effort": pd.DataFrame([{"name": name, "n": 40, **figures} for name in ("any", "waiting", "repeat_contact")]),
        "stories": pd.DataFrame(
            {"kind": "waiting", "document_id": "calls.json#8", "text": ["Ich hing eine Stunde in der Schleife."]}
        ).assign(start=4, end=37, language="de"),
    }


@pytest.fixture
def calls(rich):
    """The whole report, with conversations, and a call-back list with everything in it."""
    texts = ["Ich gehe jetzt zum Anwalt, das ist mir zu bunt!", "Könnten Sie die Rechnung noch einmal schicken?"]
    queue = rich.queue.assign(
        urgency=["critical" if i % 3 == 0 else "none" for i in range(17)],
        quote=[texts[i % 2] for i in range(17)],
        quote_spans=[[{"kind": "urgency:legal", "start": 0, "end": 26}] for _ in range(17)],
        deadline=pd.Timestamp("2026-04-02T14:30:00+02:00"),
        route_to="Abteilung für Beschwerden und Kulanz",
        channel="email",
        suppress_marketing=True,
    )
    cases = pd.DataFrame([(9, "negative", 21, 15, 6)], columns=["topic", "polarity", "n", "open", "closed"])
    meta = {**rich.meta, "conversations": {"n": 150, "by": "score"}}
    return dataclasses.replace(rich, queue=queue, cases=cases, meta=meta, **conversation_tables())


@pytest.fixture
def without_outcome(rich):
    return Analysis(
        topics=rich.topics,
        drivers=driver_table(DRIVERS, analysed=1240, outcome=False),
        quotes=rich.quotes,
        quality={"documents": 1240, "analysed": 1240},
        meta={"languages": {"de": 100, "en": 1140}},
    )


@pytest.fixture
def tiny(rich):
    """Eighteen texts: too few for anything but quotes and counts."""
    rows = [
        (1, "negative", 7, -9.0, 20.0, -3.0, 0.9, "A", "basic"),
        (9, "negative", 3, -2.0, 9.0, -1.0, 0.9, "", "undecided"),
    ]
    return Analysis(
        topics=rich.topics,
        drivers=driver_table(rows, analysed=18),
        quotes=rich.quotes[rich.quotes["polarity"] == "negative"].head(4),
        scores=pd.DataFrame([{"score": "nps", "metric": "nps", "value": -20.0, "low": -60.0, "high": 20.0, "n": 18}]),
        quality={"documents": 18, "analysed": 18},
        meta={"languages": {"de": 18}, "outcome": {"name": "nps", "metric": "nps", "worst": 0, "best": 10}},
    )


@pytest.fixture
def empty():
    """Nothing that could be analysed."""
    return Analysis(topics=None, drivers=None, quality={"documents": 5, "analysed": 0, "skipped": 5})
