"""Measure what is said of conversations: moods of turns, trajectories, speed, and what a score remembers.

    python -m benchmarks.conversations [--data DIR] [--rated FILE]... [--out FILE]

- The moods of ``dialogues/*.txt`` turn by turn, as trajectories read them, and with all turns in one text, which is
  how they would be read if turns shared windows.
- A call of 60 turns on one core: the whole at once, and fed turn by turn. Run it on an idle machine.
- Whether :func:`cxtext.analysis.peak_end.compare_summaries` claims differences where there are none.
- DIR holds ``transcripts/``: every conversation in it is read; roles, trajectories, and whether anything but the
  customer's turns feeds drivers.
- FILE holds rated conversations, one JSON object a line: ``turns`` (each ``role``, ``text``, and ``rating`` of 1 to 5
  or null) and optionally ``rating``, else the mean rating of the turns counts: which summary finds the dissatisfied.
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import mean
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

import cxtext
from cxtext.analysis.conversations import conversation_table
from cxtext.analysis.peak_end import SUMMARIES, Comparison, compare_summaries
from cxtext.documents import Marker, Span
from cxtext.markers.running import RunningConversation
from cxtext.markers.trajectory import trajectory
from cxtext.markers.turns import annotated_moods
from cxtext.pipeline import Pipeline, make_stage
from cxtext.sources import read
from cxtext.sources.formats import known_suffixes

DIALOGUES = Path(__file__).parent / "dialogues"
GOLD = {"-": -1, "0": 0, "+": 1}
LABELS = {-1: "negative", 0: "neutral", 1: "positive"}
# Ratings of 1 to 5 below this are dissatisfied.
SATISFIED_FROM = 3.0
TURNS = 60
CALLS = 40


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation whose customer's turns have a mood; null where a turn says nothing."""

    language: str
    turns: list[dict[str, Any]]
    gold: list[int | None]


def dialogues() -> list[Dialogue]:
    """Read the conversations of our own."""
    found = []
    for path in sorted(DIALOGUES.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            lines = [line.partition(": ") for line in block.splitlines() if line[0] != "#"]
            if lines:
                turns = [{"role": "agent" if who == "A" else "customer", "text": text} for who, _, text in lines]
                found.append(Dialogue(path.stem, turns, [GOLD.get(who[1:]) for who, _, _ in lines]))
    return found


# --- moods and trajectories ----------------------------------------------------------------------------------------


def moods(talks: list[Dialogue]) -> dict[str, Any]:
    """Compare moods of turns with gold: turn by turn, and with the customer's words in one text."""
    rows = []
    for number, talk in enumerate(talks):
        annotation = cxtext.annotate({"turns": talk.turns})
        apart = {m.turn: m.score for m in annotated_moods(annotation)}
        own = [(i, t["text"]) for i, t in enumerate(talk.turns) if t["role"] == "customer"]
        together = cxtext.annotate("\n".join(text for _, text in own))
        starts = np.cumsum([0] + [len(text) + 1 for _, text in own])
        for (i, text), start in zip(own, starts[:-1].tolist(), strict=True):
            inside = [s for s in together.segments if s.sentiment and start <= s.start < start + len(text)]
            lengths = [s.end - s.start for s in inside]
            scores = [s.sentiment.score for s in inside if s.sentiment]
            company = float(np.average(scores, weights=lengths)) if scores else 0.0
            rows.append((number, talk.language, talk.gold[i], apart.get(i), company))
    table = pd.DataFrame(rows, columns=["talk", "language", "gold", "apart", "together"])
    counted = table[table["gold"].notna() & table["apart"].notna()]
    result: dict[str, Any] = {
        "conversations": len(talks),
        "turns": len(table),
        "say_nothing": {
            "gold": int(table["gold"].isna().sum()),
            "found": int(table["apart"].isna().sum()),
            "both": int((table["gold"].isna() & table["apart"].isna()).sum()),
        },
    }
    for way in ("apart", "together"):
        result[way] = {
            name: _agreement(part["gold"].to_numpy(float), part[way].to_numpy(float))
            for name, part in (("all", counted), *counted.groupby("language"))
        }
    result["difference"] = _clustered(counted)
    result["trajectories"] = _trajectories(talks)
    return result


def _label(scores: np.ndarray) -> list[str]:
    return [LABELS[int(v)] for v in np.where(scores > 1 / 3, 1, np.where(scores < -1 / 3, -1, 0))]


def _agreement(gold: np.ndarray, found: np.ndarray) -> dict[str, float]:
    return {
        "n": len(gold),
        "macro_f1": float(f1_score(_label(gold), _label(found), average="macro", labels=list(LABELS.values()))),
        "mean_absolute_error": float(np.abs(gold - found).mean()),
        "correlation": float(np.corrcoef(gold, found)[0, 1]),
    }


def _clustered(counted: pd.DataFrame) -> dict[str, float]:
    """Absolute error in company minus alone, with an interval over conversations (1,000 resamples, seed 0)."""
    more = (counted["together"] - counted["gold"]).abs() - (counted["apart"] - counted["gold"]).abs()
    sums = more.groupby(counted["talk"]).agg(["sum", "count"]).to_numpy(float)
    rng = np.random.default_rng(0)
    draws = sums[rng.integers(0, len(sums), (1000, len(sums)))].sum(axis=1)
    low, high = np.quantile(draws[:, 0] / draws[:, 1], [0.025, 0.975])
    return {"value": float(more.mean()), "low": float(low), "high": float(high)}


def _trajectories(talks: list[Dialogue]) -> dict[str, Any]:
    """Compare trajectories with those of gold moods."""
    pairs = []
    for talk in talks:
        gold = trajectory(g for g in talk.gold if g is not None)
        found = cxtext.annotate({"turns": talk.turns}).conversation
        if gold is not None and found is not None:
            pairs.append((gold, found))
    errors = {
        name: mean(abs(gold[name] - found[name]) for gold, found in pairs)
        for name in ("mean", "start", "end", "trend", "peak_end")
    }
    flags = {
        name: Counter(f"{gold[name]}/{found[name]}" for gold, found in pairs) for name in ("recovery", "bad_goodbye")
    }
    return {"n": len(pairs), "mean_absolute_error": errors, "gold/found": {k: dict(v) for k, v in flags.items()}}


# --- speed ---------------------------------------------------------------------------------------------------------


def calls(talks: list[Dialogue], turns: int, number: int) -> list[list[dict[str, Any]]]:
    """Put calls of so many turns together from turns of our own; no customer's turn occurs twice in one."""
    rng = np.random.default_rng(0)
    own = [t["text"] for talk in talks for t in talk.turns if t["role"] == "customer" and len(t["text"]) > 20]
    others = [t["text"] for talk in talks for t in talk.turns if t["role"] == "agent"]
    found = []
    for _ in range(number):
        # Two turns in one, for customers on the telephone talk longer than these.
        order = rng.permutation(len(own)).tolist()
        said = [f"{own[a]} {own[b]}" for a, b in pairwise(order)]
        found.append(
            [
                {"role": "agent", "text": str(rng.choice(others))}
                if i % 2
                else {"role": "customer", "text": said[i // 2]}
                for i in range(turns)
            ]
        )
    return found


def one_core() -> Pipeline:
    """Give the default pipeline on one core."""
    default = Pipeline.default()
    return Pipeline([make_stage("encode.v1", threads=1) if s.name == "encode.v1" else s for s in default.stages])


def speed(talks: list[Dialogue]) -> dict[str, Any]:
    """Time whole calls and single turns on one core, warm."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    pipeline = one_core()
    made = calls(talks, TURNS, CALLS + 1)
    cxtext.annotate({"turns": made[0]}, pipeline=pipeline)
    whole, fed, ended, totals = [], [], [], []
    for turns in made[1:]:
        at = perf_counter()
        cxtext.annotate({"turns": turns}, pipeline=pipeline)
        whole.append(perf_counter() - at)
        talk = RunningConversation(pipeline=pipeline)
        for turn in turns:
            at = perf_counter()
            talk.feed(turn)
            fed.append(perf_counter() - at)
        totals.append(sum(fed[-TURNS:]))
        at = perf_counter()
        talk.annotation()
        ended.append(perf_counter() - at)
    later = [fed[i] for i in range(len(fed)) if i % TURNS >= TURNS - 10]
    return {
        "turns": TURNS,
        "calls": CALLS,
        "words": round(mean(sum(len(t["text"].split()) for t in turns) for turns in made)),
        "whole": _spread(whole),
        "feed": _spread(fed),
        "feed_last_ten": _spread(later),
        "annotation_in_the_end": _spread(ended),
        "fed_to_whole": mean(totals) / mean(whole),
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    return {f"p{q}_ms": round(float(np.quantile(seconds, q / 100)) * 1000, 1) for q in (50, 95, 99)}


# --- false claims --------------------------------------------------------------------------------------------------


def false_claims(repeats: int = 400) -> list[dict[str, Any]]:
    """Count claims of a difference where four summaries are equally good, and of any use where they have none."""
    rows = []
    for outcome in ("score", "two values"):
        for n in (40, 150):
            for alike in ("equally good", "useless"):
                verdicts: Counter[str] = Counter()
                for seed in range(repeats):
                    rng = np.random.default_rng(seed)
                    felt, shared = rng.normal(size=n), rng.normal(size=(n, 1))
                    x = (felt[:, None] if alike == "equally good" else 0) + 0.7 * (shared + rng.normal(size=(n, 4)))
                    y = felt + 0.7 * rng.normal(size=n)
                    table = pd.DataFrame(x, columns=SUMMARIES).assign(document_id=range(n))
                    found = compare_summaries(table, pd.Series(y > 0 if outcome == "two values" else y))
                    verdicts[found.verdict] += 1
                rows.append({"outcome": outcome, "n": n, "summaries": alike, "repeats": repeats, **verdicts})
    return rows


# --- data ----------------------------------------------------------------------------------------------------------


def documents(folder: Path) -> Iterator[tuple[str, cxtext.Document]]:
    """Read every conversation below a folder, with the name of its loader."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in known_suffixes() and path.name not in ("LICENSE", "_SOURCE.txt"):
            reading = read(path)
            for document in reading:
                if document.turns:
                    yield reading.report.files[0].format if reading.report.files else path.suffix, document


def read_calls(folder: Path) -> dict[str, Any]:
    """Annotate all conversations: what is read, and whether anything but the customer's words feeds drivers."""
    found: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    for name, document in documents(folder):
        annotation = cxtext.annotate(document)
        formats[name] += 1
        said = annotated_moods(annotation)
        known = any(t.role is not None for t in document.turns)
        own = [t for t in document.turns if t.role == "customer" or not known]
        feeding = (*annotation.drivers.positive, *annotation.drivers.negative)
        spans: list[Span | Marker] = [s for d in feeding for s in (d.aspect, d.opinion, d.cause) if s is not None]
        spans += annotation.markers
        found.update(
            conversations=1,
            turns=len(document.turns),
            customer_turns=len(own),
            roles_known=int(known),
            counted_turns=len(said),
            with_trajectory=int(annotation.conversation is not None),
            three_counted_turns=int(len(said) >= 3),
            other_language=int(annotation.language.code == "other"),
            drivers=len(feeding),
            outside=sum(not any(t.start <= s.start and s.end <= t.end for t in own) for s in spans),
        )
    return {"formats": dict(sorted(formats.items())), **found}


def rated(path: Path) -> dict[str, Any]:
    """Compare summaries as predictors of ratings, as a score and as satisfied or not."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    talks, scores = {}, {}
    for number, record in enumerate(records):
        turns = [{k: t[k] for k in ("role", "text")} for t in record["turns"]]
        given = [t["rating"] for t in record["turns"] if t.get("rating") is not None]
        rating = record.get("rating")
        if rating is not None or given:
            talks[str(number)] = {"id": str(number), "turns": turns}
            scores[str(number)] = float(rating if rating is not None else mean(given))
    table = conversation_table(cxtext.annotate(list(talks.values())))
    outcome = pd.Series(scores, dtype=float)
    return {
        "file": path.name,
        "conversations": len(records),
        "rated": len(scores),
        "with_trajectory": len(table),
        "dissatisfied": int((outcome < SATISFIED_FROM).sum()),
        "score": as_row(compare_summaries(table, outcome)),
        "dissatisfied_or_not": as_row(compare_summaries(table, outcome < SATISFIED_FROM)),
    }


def as_row(found: Comparison) -> dict[str, Any]:
    """Give a comparison as JSON."""
    return {
        "metric": found.metric,
        "n": found.n,
        "verdict": found.verdict,
        "supported": list(found.supported),
        "summaries": found.table.round(4).to_dict("records"),
        "differences": found.differences.round(4).to_dict("records"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--rated", type=Path, action="append", default=[])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    talks = dialogues()
    result: dict[str, Any] = {"library": cxtext.__version__, "moods": moods(talks), "false_claims": false_claims()}
    if options.data:
        result["calls"] = read_calls(options.data / "transcripts")
    result["rated"] = [rated(path) for path in options.rated]
    result["speed"] = speed(talks)
    text = json.dumps(result, indent=1, default=float)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
