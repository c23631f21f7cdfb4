"""Measure how often annotate reads the cases of the challenge set as a careful reader does.

    python -m benchmarks.challenge [--cases FILE] [--out FILE] [--errors]

A case passes if its label is right, ``mixed`` is right where the case says it, and every listed word stands in an
aspect or opinion of the right list of drivers and of no driver in the other. Prints how many cases of each phenomenon
and language pass, with Wilson 95 % intervals, and the share of each part alone. Cases marked as hard are counted apart.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cxtext
from cxtext.analysis.intervals import wilson
from cxtext.documents import Annotation, Driver

CASES = Path(__file__).parent / "challenge" / "cases.jsonl"
LABELS = ("negative", "neutral", "positive", None)
PARTS = ("label", "mixed", "words")
Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One text and what a careful reader finds in it; null where readers may differ."""

    id: str
    lang: str
    phenomenon: str
    text: str
    question: str | None
    label: str | None
    mixed: bool | None
    positive: list[str]
    negative: list[str]
    hard: bool
    why: str

    def __post_init__(self) -> None:
        if self.label not in LABELS:
            raise ValueError(f"case {self.id}: label is {self.label!r}; allowed: {LABELS}")
        for word in [*self.positive, *self.negative]:
            if not stands_in(word, self.text):
                raise ValueError(f"case {self.id}: the text has no word {word!r}")


@dataclass(frozen=True)
class Outcome:
    """What annotate made of one case; a part is null where the case does not ask for it."""

    case: Case
    label: bool | None
    mixed: bool | None
    words: bool | None
    faults: list[str]

    @property
    def passed(self) -> bool:
        """Whether nothing that the case asks for is wrong."""
        return not self.faults


def stands_in(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text.casefold()) is not None


def read_cases(path: Path) -> list[Case]:
    cases = [Case(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    if len({case.id for case in cases}) < len(cases):
        raise ValueError(f"{path}: two cases have the same id")
    return cases


def spans(drivers: Iterable[Driver]) -> list[str]:
    return [span.text for driver in drivers for span in (driver.aspect, driver.opinion) if span is not None]


def word_faults(words: list[str], name: str, right: list[str], wrong: list[str]) -> list[str]:
    faults = [f"{word!r} is not in {name}" for word in words if not any(stands_in(word, span) for span in right)]
    return faults + [f"{word!r} is in the other list, not only in {name}" for word in words
                     if any(stands_in(word, span) for span in wrong)]  # fmt: skip


def judge(case: Case, annotation: Annotation) -> Outcome:
    sentiment = annotation.sentiment
    faults = []
    label = mixed = words = None
    if case.label is not None:
        got = sentiment.label if sentiment else None
        label = got == case.label
        if not label:
            faults.append(f"label is {got}, not {case.label}")
    if case.mixed is not None:
        found = sentiment.mixed if sentiment else None
        mixed = found == case.mixed
        if not mixed:
            faults.append(f"mixed is {found}, not {case.mixed}")
    if case.positive or case.negative:
        positive, negative = spans(annotation.drivers.positive), spans(annotation.drivers.negative)
        missed = word_faults(case.positive, "positive", positive, negative)
        missed += word_faults(case.negative, "negative", negative, positive)
        words = not missed
        faults += missed
    return Outcome(case, label, mixed, words, faults)


def rate(outcomes: list[Outcome]) -> Row:
    passed = sum(outcome.passed for outcome in outcomes)
    low, high = wilson(passed, len(outcomes))
    row: Row = {"n": len(outcomes), "passed": passed, "rate": round(passed / len(outcomes), 4)}
    row |= {"low": round(float(low), 4), "high": round(float(high), 4)}
    for part in PARTS:
        asked = [right for outcome in outcomes if (right := getattr(outcome, part)) is not None]
        row[part] = {"n": len(asked), "right": sum(asked)}
    return row


def table(outcomes: list[Outcome]) -> list[Row]:
    groups: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    totals: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        case = outcome.case
        groups[case.phenomenon, case.lang].append(outcome)
        kind = "hard" if case.hard else "all but hard"
        totals[kind, case.lang].append(outcome)
        totals[kind, "all"].append(outcome)
    order = {name: place for place, name in enumerate(dict.fromkeys(o.case.phenomenon for o in outcomes))}
    chosen = sorted(groups.items(), key=lambda item: (order[item[0][0]], item[0][1]))
    chosen += sorted(totals.items(), key=lambda item: (item[0][0], item[0][1] == "all", item[0][1]))
    return [{"phenomenon": name, "lang": lang, **rate(some)} for (name, lang), some in chosen]


def show(rows: list[Row]) -> None:
    print(f"{'phenomenon':18}{'lang':6}{'n':>4}{'passed':>8}  {'95 %':13}" + "".join(f"{part:>7}" for part in PARTS))
    for row in rows:
        parts = "".join(
            f"{row[part]['right'] / row[part]['n']:7.2f}" if row[part]["n"] else f"{'-':>7}" for part in PARTS
        )
        interval = f"{row['low']:.2f} to {row['high']:.2f}"
        print(f"{row['phenomenon']:18}{row['lang']:6}{row['n']:4}{row['rate']:8.2f}  {interval:13}{parts}")


def show_errors(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if not outcome.passed:
            case = outcome.case
            asked = f"[{case.question}] " if case.question else ""
            print(f"\n{case.id}: {asked}{case.text}\n    tests: {case.why}")
            for fault in outcome.faults:
                print(f"    {fault}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, default=CASES, help="JSON lines, as benchmarks/challenge/README.md says")
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    parser.add_argument("--errors", action="store_true", help="list the cases that fail and what was wrong")
    options = parser.parse_args()
    cases = read_cases(options.cases)
    annotations = cxtext.annotate([case.text for case in cases], question=[case.question for case in cases])
    outcomes = [judge(case, annotation) for case, annotation in zip(cases, annotations, strict=True)]
    rows = table(outcomes)
    show(rows)
    if options.errors:
        show_errors(outcomes)
    if options.out:
        failures = {outcome.case.id: outcome.faults for outcome in outcomes if not outcome.passed}
        result = {"version": cxtext.__version__, "n": len(cases), "rows": rows, "failures": failures}
        options.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
