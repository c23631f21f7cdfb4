import pytest

from cxtext.sources import read
from cxtext.sources.transcripts import Utterance, plain_transcript, role_of, turns_of


def said(text):
    found = plain_transcript(text)
    return [(u.speaker, u.text) for u in found] if found else None


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Kunde", "customer"),
        ("KUNDIN", "customer"),
        ("Caller 2", "customer"),
        ("Agent (Weber)", "agent"),
        ("Agent Weber", "agent"),
        ("Beraterin Frau Dr. Klein", "agent"),
        ("IVR", "bot"),
        ("Bandansage", "system"),
        ("Sprecher 1", None),
        ("Service war schlecht", None),
        ("", None),
        (None, None),
    ],
)
def test_roles_of_speaker_labels(label, role):
    assert role_of(label) == role


def test_roles_can_be_extended_and_overruled():
    assert role_of("SPEAKER_01", {"speaker_01": "agent"}) == "agent"
    assert role_of("Service", {"Service": "bot"}) == "bot"


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("Kunde: Hallo.\nAgent: Guten Tag.", [("Kunde", "Hallo."), ("Agent", "Guten Tag.")], "known roles"),
        (
            "A. Meier: Ja?\nB. Koch: Nein.\nA. Meier: Doch.\nB. Koch: Gut.",
            [("A. Meier", "Ja?"), ("B. Koch", "Nein."), ("A. Meier", "Doch."), ("B. Koch", "Gut.")],
            "unknown names that all come again",
        ),
        (
            "[00:05] Kunde: Die App: weg.\nweiter\n00:09 Agent: Oh.",
            [("Kunde", "Die App: weg. weiter"), ("Agent", "Oh.")],
            "times, colons in the words, lines without a label",
        ),
        ("Titel\n\nKunde: a\nAgent: b", [("Kunde", "a"), ("Agent", "b")], "a title above"),
        ("A: Grüezi.\nK: Der Lift steht.", [("A", "Grüezi."), ("K", "Der Lift steht.")], "initials of agent and Kunde"),
        ("C: It broke.\nA: Sorry.", [("C", "It broke."), ("A", "Sorry.")], "initials of customer and agent"),
        ("A: rot\nB: blau\nC: grün", None, "answers to choose from"),
        ("Betreff: Rechnung\nVon: Anna\nAn: Service", None, "a mail's header"),
        ("Fazit: gut.\nPreis: hoch.\nService: nett.", None, "only one label is a speaker"),
        ("Ich sage es so: schlecht.\nUnd noch was: teuer.", None, "colons in running text"),
        ("Kunde: Hallo", None, "one speaker is no conversation"),
        ("Kunde: a\nAgent: b\n" + "Zeile ohne Sprecher\n" * 20, None, "hardly any line has a label"),
        ("", None, "nothing"),
    ],
)
def test_plain_transcripts(text, expected, why):
    assert said(text) == expected, why


def document_of(tmp_path, name, content, **options):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    (document,) = read(path, **options)
    return document


def test_a_turn_whose_pieces_do_not_follow_each_other_ends_with_the_latest():
    pieces = [Utterance("Die Lieferung fehlt.", "2", 2.6, 4.0), Utterance("Was nun?", "2", 0.0, 0.9)]

    (turn,) = turns_of(pieces)

    assert (turn["text"], turn["start_time"], turn["end_time"]) == ("Die Lieferung fehlt. Was nun?", 2.6, 4.0)


@pytest.mark.parametrize(
    ("content", "roles", "expected", "why"),
    [
        ("A: Hallo.\nK: Tag.", {}, ["agent", "customer"], "one initial of each side"),
        ("A: Hallo.\nB: Tag.\nA: Ja?\nB: Nein.", {}, [None] * 4, "two of which neither is a customer's"),
        ("A: Hallo.\nK: Tag.", {"A": "customer", "K": "agent"}, ["customer", "agent"], "the caller knows better"),
    ],
)
def test_initials_stand_for_roles_where_they_are_one_of_each_side(tmp_path, content, roles, expected, why):
    assert [t.role for t in document_of(tmp_path, "c.txt", content, roles=roles).turns] == expected, why


def test_a_cue_without_label_goes_on_with_the_initial_before(tmp_path):
    cues = ["A: Hallo.", "K: Der Lift", "steht still."]
    timed = "".join(f"00:0{i}.000 --> 00:0{i}.900\n{cue}\n\n" for i, cue in enumerate(cues, 1))

    document = document_of(tmp_path, "c.vtt", f"WEBVTT\n\n{timed}")

    assert [(document.text[t.start : t.end], t.role) for t in document.turns] == [
        ("Hallo.", "agent"),
        ("Der Lift steht still.", "customer"),
    ]


def test_adjacent_cues_of_one_speaker_are_one_turn(tmp_path):
    document = document_of(
        tmp_path,
        "c.vtt",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Kunde>Die Karte\n\n00:02.000 --> 00:03.500\n<v Kunde>ist weg.\n\n"
        "00:04.000 --> 00:05.000\n<v Agent>Oh je.\n",
    )

    assert [(document.text[t.start : t.end], t.role, t.start_time, t.end_time) for t in document.turns] == [
        ("Die Karte ist weg.", "customer", 1.0, 3.5),
        ("Oh je.", "agent", 4.0, 5.0),
    ]
    assert document.channel == "call"


def test_two_voices_in_one_cue_are_two_turns(tmp_path):
    document = document_of(tmp_path, "c.vtt", "WEBVTT\n\n01:00:01.000 --> 01:00:02.000\n<v A>Hallo?</v> <v B>Ja!</v>\n")

    assert [(t.speaker, t.role, t.start_time) for t in document.turns] == [("A", None, 3601.0), ("B", None, 3601.0)]


def test_subtitles_without_speakers_are_one_turn_of_nobody(tmp_path):
    document = document_of(
        tmp_path, "c.srt", "1\n00:00:01,000 --> 00:00:02,000\nAlso: gut.\n\n2\n00:00:02,000 --> 00:00:03,000\nDanke.\n"
    )

    assert document.text == "Also: gut. Danke."
    assert [(t.speaker, t.role) for t in document.turns] == [(None, None)]


def test_roles_given_by_the_caller_reach_the_turns(tmp_path):
    content = "Anna: Hallo.\nBert: Tag.\nAnna: Und?\nBert: Gut."

    document = document_of(tmp_path, "c.txt", content, roles={"Bert": "agent", "Anna": "customer"})

    assert [t.role for t in document.turns] == ["customer", "agent", "customer", "agent"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_byte_order_marks_and_line_ends_do_not_matter(tmp_path, mark, ending):
    content = f"{mark}WEBVTT{ending}{ending}00:01.000 --> 00:02.000{ending}<v Kunde>Grüezi{ending}"
    path = tmp_path / "c.vtt"
    path.write_bytes(content.encode("utf-8"))

    (document,) = read(path)

    assert document.text == "Grüezi"
