"""The dialogues that conversations are measured on, and rated ones as they are given."""

import json
from pathlib import Path

from benchmarks.conversations import calls, dialogues, rated


def test_every_dialogue_has_turns_of_both_sides_and_moods_of_the_customer_alone() -> None:
    talks = dialogues()
    assert {t.language for t in talks} == {"german", "english"}
    for talk in talks:
        roles = [turn["role"] for turn in talk.turns]
        assert {"agent", "customer"} == set(roles)
        assert all(turn["text"].strip() for turn in talk.turns)
        assert all(gold is None for gold, role in zip(talk.gold, roles, strict=True) if role == "agent")
        assert sum(gold is not None for gold in talk.gold) >= 3
    texts = [
        turn["text"] for talk in talks for turn in talk.turns if turn["role"] == "customer" and len(turn["text"]) > 25
    ]
    assert len(texts) == len(set(texts))


def test_calls_are_as_long_as_asked_for_and_the_same_each_time() -> None:
    made = calls(dialogues(), 60, 2)
    assert [len(call) for call in made] == [60, 60]
    assert made == calls(dialogues(), 60, 2)
    customers = [turn["text"] for turn in made[0] if turn["role"] == "customer"]
    assert len(customers) == len(set(customers)) == 30


def test_rated_conversations_are_compared_or_said_to_be_too_few(tmp_path: Path) -> None:
    path = tmp_path / "rated.jsonl"
    talks = dialogues()[:4]
    records = [{"turns": [{**turn, "rating": 4} for turn in talk.turns]} for talk in talks]
    records += [{"turns": talk.turns, "rating": 1} for talk in talks] + [{"turns": talks[0].turns}]
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    found = rated(path)
    assert (found["conversations"], found["rated"], found["dissatisfied"]) == (9, 8, 4)
    assert found["score"]["verdict"] == found["dissatisfied_or_not"]["verdict"] == "too_few"
