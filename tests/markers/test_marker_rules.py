"""Rules as data: cxtext.markers.rules, cxtext.markers.patterns, cxtext.markers.view and cxtext.markers.matching."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtext.errors import ConfigError
from cxtext.markers.matching import find_hits, holds, read_passage
from cxtext.markers.patterns import Language, compile_pattern
from cxtext.markers.rules import LANGUAGES, SPEAKERS, RuleSet, build_rules, load_rules
from cxtext.markers.view import View, fold

SHIPPED = {(code, speaker): load_rules(code, speaker=speaker) for code in LANGUAGES for speaker in SPEAKERS}
RULES = [
    pytest.param(rules, n, id=f"{code}-{speaker}-{n}-{rule.type}-{rule.kind}")
    for (code, speaker), rules in SHIPPED.items()
    for n, rule in enumerate(rules.rules)
]
LANGUAGE = Language(
    lists={"days": ["Montag", "Freitag"], "numbers": ["drei"]}, fillers=["halt", "ja"], common=["ich", "nicht"]
)
CLAUSES = {
    "openers": "und dass", "dependent": "dass zu", "starts": ["ich bin/kündige"], "before": 6, "behind": 4,
    "harmless": ["nicht nur"],
}  # fmt: skip


def matches(pattern: str, text: str) -> bool:
    rules = own_rules({"type": "x", "patterns": [pattern], "negation": False})
    return bool(find_hits(text, 0, len(text), rules))


def own_rules(*entries: dict[str, object], **more: object) -> RuleSet:
    lists = {"left_out": "äh ähm", "fillers": "halt ja", "days": "Montag Freitag", "numbers": "drei"}
    table = {"language": "de", "lists": lists, "clauses": CLAUSES, "rules": list(entries), **more}
    return build_rules([table], ["the test's rules"])


# --- the shipped rules ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rules", "number"), RULES)
def test_every_rule_has_an_example_that_holds_and_one_that_does_not(rules: RuleSet, number: int) -> None:
    rule = rules.rules[number]
    assert rule.examples
    assert rule.counterexamples
    for text in rule.examples:
        assert holds(text, rules, number), text
    for text in rule.counterexamples:
        assert not holds(text, rules, number), text


@pytest.mark.parametrize(("code", "speaker"), SHIPPED)
def test_rules_hold_for_what_speech_recognition_writes(code: str, speaker: str) -> None:
    # Lower case, no marks, fillers: an example that is not about a mark holds all the same.
    rules = SHIPPED[code, speaker]
    filler = "ähm" if code == "de" else "uh"
    kept = []
    for number, rule in enumerate(rules.rules):
        for text in rule.examples:
            said = f" {filler} ".join(text.lower().translate({ord(c): None for c in ".,!?:"}).split())
            kept.append(holds(said, rules, number) or rule.type == "question")
    assert sum(kept) >= 0.95 * len(kept)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("speaker", SPEAKERS)
def test_hostile_texts_take_linear_time(code: str, speaker: str) -> None:
    # A pattern that runs away would not come back at all; each text is 100 kB.
    rules = SHIPPED[code, speaker]
    draw = random.Random(0)
    words = sorted({anchor.text for way in rules.patterns for needs in way.pattern.needs for anchor in needs})
    rules.look_up("nicht")
    for text in (
        "nicht " * 17_000,
        "".join(words)[:100_000] * (1 + 100_000 // len("".join(words))),
        "a" * 100_000,
        " ".join(draw.choices(words, k=12_000)),
        "?!., " * 20_000,
        "\u0301" * 100_000,
        "'" * 100_000,
    ):
        for hit in find_hits(text, 0, len(text), rules):
            assert 0 <= hit.start < hit.end <= len(text)


@pytest.mark.parametrize("code", LANGUAGES)
@settings(max_examples=60)
@given(data=st.data())
def test_spans_lie_in_the_passage_and_a_passage_does_not_look_beyond_itself(code: str, data: st.DataObject) -> None:
    rules = SHIPPED[code, "customer"]
    pool = sorted({a.text for way in rules.patterns[:200] for needs in way.pattern.needs for a in needs})
    words = st.lists(st.sampled_from([*pool, "nicht", "not", "ich", "I", ",", ".", "äh", "\ud83d"]), max_size=12)
    before, text, behind = (" ".join(data.draw(words)) for _ in range(3))
    whole = f"{before} {text} {behind}"
    start, end = len(before) + 1, len(before) + 1 + len(text)
    inside, alone = read_passage(whole, start, end, rules), read_passage(text, 0, len(text), rules)
    assert inside.denied == alone.denied
    assert [(h.start - start, h.end - start) for h in inside.hits] == [(h.start, h.end) for h in alone.hits]
    for hit in alone.hits:
        assert 0 <= hit.start < hit.end <= len(text)
        assert not text[hit.start].isspace()
        assert not text[hit.end - 1].isspace()


def test_what_was_read_before_changes_nothing() -> None:
    text = "Wenn niemand zurückruft, kündige ich."
    fresh, used = load_rules("de"), load_rules("de")
    for i in range(200):
        used.look_up(f"wort{i}")
    find_hits("Ich kündige nicht, danke!", 0, 25, used)
    assert find_hits(text, 0, len(text), fresh) == find_hits(text, 0, len(text), used)


# --- the language of patterns --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "text", "expected", "why"),
    [
        ("ich kündige", "Ich KUENDIGE", True, "spellings are one"),
        ("ich kündige", "ich äh kündige", True, "what says nothing is not read"),
        ("ich kündige", "ich halt ja kündige", True, "fillers may stand between"),
        ("ich kündige", "ich, kündige", True, "so may a comma"),
        ("ich kündige", "ich habe gekündigt", False, "other words may not"),
        ("ich ... kündige", "ich will ab Montag kündige", True, "a gap holds three words"),
        ("ich ... kündige", "ich will ab dem Montag kündige", False, "and no more"),
        ("ich ...4 kündige", "ich will ab dem Montag kündige", True, "unless it says so"),
        ("ich ... kündige", "Das bin ich. Bald kündige", False, "no gap reaches over a sentence"),
        ("kündig*", "die Kündigungsfrist", True, "a beginning"),
        ("*frist", "die Kündigungsfrist", True, "an end"),
        ("*frist", "die Fristen", False, "an end is the end"),
        ("*ung*", "die Kündigungsfrist", True, "a part"),
        ("ja/nein danke", "nein danke", True, "one of these words"),
        ("(nie wieder | niemals) bestellen", "nie wieder bestellen", True, "one of these rows"),
        ("(nie wieder | niemals) bestellen", "wieder bestellen", False, "the whole row"),
        ("sehr? gut", "gut", True, "a word or nothing"),
        ("(sehr | ganz)? gut", "ganz gut", True, "a group or nothing"),
        ("am <days>", "am Freitag", True, "a list"),
        ("# Tage", "14 Tage", True, "digits"),
        ("# Tage", "drei Tage", True, "a number in words"),
        ("wann ...6 ?", "Wann macht ihr auf?", True, "a mark"),
        ("wann ...6 ?", "Wann macht ihr auf", False, "the mark is missing"),
        ("^ bitte", "Bitte rufen", True, "the beginning"),
        ("^ bitte", "ich bitte", False, "not the beginning"),
        ("danke $", "danke", True, "the end"),
        ("danke $", "danke dir", False, "not the end"),
        ("ein _ Tag", "ein guter Tag", True, "any one word"),
        ("E-Mail", "e mail", False, "patterns name the parts of a word with a hyphen one by one"),
        ("e mail", "E-Mail", True, "as they are read"),
    ],
)
def test_patterns_mean_what_they_say(pattern: str, text: str, expected: bool, why: str) -> None:
    assert matches(pattern, text) == expected, why


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "empty part"),
        ("(a | b", r"a '\(' without its '\)'"),
        ("a )", r"without its '\('"),
        ("( | b) c", "empty part"),
        ("...", "no word that must be there"),
        ("a? b?", "no word that must be there"),
        ("a ...20 b", "gap '...20'"),
        ("a <nothing> b", "list '<nothing>'"),
        ("a*b", r"word 'a\*b'"),
        ("*", r"word '\*'"),
    ],
)
def test_a_wrong_pattern_is_refused_with_its_place(pattern: str, message: str) -> None:
    with pytest.raises(ConfigError, match=f"here: .*{message}"):
        compile_pattern(pattern, LANGUAGE, where="here")


@given(st.text(max_size=60))
def test_a_view_leads_every_word_back_to_its_place(text: str) -> None:
    view = View(text, 0, len(text), lambda token: (fold(token), 0, 0, 0))
    assert view.text == f" {' '.join(view.words)} "
    position = 0
    for i, word in enumerate(view.words):
        start, end = view.span(i, i + 1)
        assert position <= start < end <= len(text)
        assert fold(text[start:end]) == word
        position = end


# --- negation ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("Ich kündige", True, "said"),
        ("Ich kündige nicht", False, "denied behind"),
        ("Ich werde nie kündigen", False, "denied before"),
        ("dass ich nicht kündigen will", False, "the verb is last"),
        ("Das ist nicht gut, ich kündige", True, "denied is another clause"),
        ("Das ist nicht gut und ich kündige", True, "a clause without a comma"),
        ("Ich habe nicht vor, zu kündigen", False, "the clause above denies it"),
        ("Ich glaube nicht, dass ich kündige", False, "the clause above denies it"),
        ("Ich will nicht nur kündigen", True, "not a negation"),
        ("Nichts geht hier seit drei langen Wochen ich kündige", True, "far away"),
        ("keiner kam ich kündige", True, "a subject before its verb begins a clause without a mark"),
        ("ich kündige ich bin nicht froh", True, "so it does behind what is marked"),
        ("nie kündige ich", False, "a subject behind its verb begins none"),
        ("ich glaube nicht dass ich kündige", False, "none begins behind a word that makes it depend"),
    ],
)
def test_a_negation_voids_what_stands_in_its_clause(text: str, expected: bool, why: str) -> None:
    rules = own_rules({"type": "churn", "patterns": ["kündig*"]})
    found = read_passage(text, 0, len(text), rules)
    assert bool(found.hits) == expected, why
    assert found.denied == (frozenset() if expected else {"churn"})


def test_who_writes_a_negation_into_a_pattern_means_it() -> None:
    rules = own_rules({"type": "silence", "patterns": ["keine antwort", "funkstille"]})
    assert find_hits("Bis heute keine Antwort", 0, 23, rules)
    assert not find_hits("Es gab keine Funkstille", 0, 23, rules)


# --- files of one's own --------------------------------------------------------------------------------------------

OWN = """
schema = "cxtext.markers/1"
language = "de"

[lists]
plants = "Monstera Efeu"

[[rules]]
type = "plant"
patterns = ["<plants> ...4 (welk* | gelb*)"]
near = ["seit"]
unless = ["Plastik*"]
"""


def test_own_rules_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    rules = load_rules("de", path=path)
    text = "Die Monstera ist seit gestern ganz gelblich."
    assert [(h.rule.type, text[h.start : h.end]) for h in find_hits(text, 0, len(text), rules) if h.rule.own] == [
        ("plant", "Monstera ist seit gestern ganz gelblich")
    ]
    for other in ("Die Monstera ist gelb.", "Der Plastikefeu neben dem Efeu ist seit gestern gelb."):
        assert not any(h.rule.own for h in find_hits(other, 0, len(other), rules))
    assert {r.type for r in load_rules("en", path=path).rules} == {r.type for r in load_rules("en").rules}


def test_types_and_kinds_can_be_left_out() -> None:
    everything, some = load_rules("de"), load_rules("de", off=["joy", "urgency:legal"])
    names = {(r.type, r.kind) for r in everything.rules} - {(r.type, r.kind) for r in some.rules}
    assert names == {("joy", None), ("urgency", "legal")}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('"cxtext.markers/1"', '"other/1"'), "'schema' must be 'cxtext.markers/1'"),
        (('language = "de"', 'language = "fr"'), "'language' must be 'de' or 'en'"),
        (("[lists]", "[list]"), "unknown key 'list'"),
        (('type = "plant"', ""), "rule 0 needs 'type'"),
        (("near", "nears"), "rule 0 has an unknown key 'nears'"),
        (('["seit"]', '"seit"'), "near must be a list of texts"),
        (('type = "plant"', 'type = "plant"\nscore = 7'), "score must be above 0 and at most 1"),
        (('type = "plant"', 'type = "plant"\nspeaker = "bot"'), "speaker must be 'customer' or 'agent'"),
        (('type = "plant"', 'type = "plant"\nnegation = "no"'), "negation must be true or false"),
        (("<plants>", "<trees>"), "list '<trees>'"),
        ((OWN[OWN.index("[[rules]]") :], ""), r"needs at least one \[\[rules\]\]"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"own\.toml.*{message}"):
        load_rules("de", path=path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no configuration file .*nowhere\.toml"):
        load_rules("de", path=tmp_path / "nowhere.toml")
