"""Measure whether key_drivers finds planted drivers and stays silent where there are none.

    python benchmarks/drivers.py [--repeats 40] [--shuffles 200]

Prints precision and recall of grades A and B beside simpler methods on the generator of ``cxtext.testing.synth``
(24 topics x 2 polarities, 12 true pairs, 2 riders), how often a rider is flagged, false alarms on shuffled outcomes,
coverage of the impact interval, and the accuracy of kinds.
"""

import argparse
from collections import defaultdict
from time import perf_counter

import numpy as np
import pandas as pd

from cxtext.analysis.key_drivers import key_drivers
from cxtext.testing.synth import planted_topics, tags

NOISY = {"halo": 0.7, "missed": 0.25, "flipped": 0.08, "spurious": 0.01}


def claims(table: pd.DataFrame) -> dict[str, pd.Series]:
    expected = np.where(table["polarity"] == "positive", 1, -1)
    right_sign = (table["impact"] * expected) > 0
    split = (table["impact"] * expected).rank(ascending=False, method="first") <= 12
    return {
        "most mentioned, top 12": table["n"].rank(ascending=False, method="first") <= 12,
        "impact, top 12": split & right_sign,
        "joint effect, q <= .05": (table["q_value"] <= 0.05) & (table["effect"] * expected > 0),
        "A, B or C": table["grade"] != "",
        "A or B": table["grade"].isin(["A", "B"]),
        "A": table["grade"] == "A",
    }


def recovery(n: int, repeats: int, name: str, settings: dict[str, float]) -> None:
    hits = defaultdict(lambda: [0, 0, 0, 0])
    kinds = [0, 0, 0]
    silent = 0
    for repeat in range(repeats):
        drawn = tags(n, planted_topics(seed=repeat), seed=1000 + repeat, **settings)
        table = key_drivers(drawn.mentions, drawn.outcome).merge(
            drawn.gold, on=["topic", "polarity"], suffixes=("", "_planted")
        )
        for method, claimed in claims(table).items():
            counts = hits[method]
            counts[0] += int((claimed & table["driver"]).sum())
            counts[1] += int(claimed.sum())
            counts[2] += int(drawn.gold["driver"].sum())
            counts[3] += int((claimed & table["rider"]).any())
        silent += int(not table["grade"].isin(["A", "B"]).any())
        planted = table[table["kind_planted"] != "indifferent"].drop_duplicates("topic")
        kinds[0] += int((planted["kind"] == planted["kind_planted"]).sum())
        kinds[1] += int((planted["kind"] != "undecided").sum())
        kinds[2] += len(planted)
    print(f"\nn = {n}, {name}, {repeats} repeats")
    for method, (right, claimed, true, riders) in hits.items():
        precision = right / claimed if claimed else float("nan")
        print(f"  {method:26} precision {precision:.2f}  recall {right / true:.2f}  rider in {riders / repeats:.2f}")
    decided = kinds[0] / kinds[1] if kinds[1] else float("nan")
    print(f"  nothing claimed in {silent}; kinds right where decided {decided:.2f}, decided {kinds[1] / kinds[2]:.2f}")


def false_alarms(n: int, shuffles: int) -> None:
    drawn = tags(n, planted_topics(), seed=7, **NOISY)
    rng = np.random.default_rng(0)
    drivers = marginal = 0
    for _ in range(shuffles):
        shuffled = pd.Series(rng.permutation(drawn.outcome.to_numpy()), index=drawn.outcome.index)
        grades = key_drivers(drawn.mentions, shuffled)["grade"]
        drivers += int(grades.isin(["A", "B"]).any())
        marginal += int((grades != "").any())
    print(
        f"\nshuffled outcome, n = {n}, {shuffles} shuffles: any A or B in {drivers / shuffles:.3f}, "
        f"any grade at all in {marginal / shuffles:.3f}"
    )


def coverage(n: int, repeats: int, metric: str) -> None:
    # The truth is the impact in a population of 400,000 from the same generator.
    plan = planted_topics()
    keys = ["topic", "polarity"]
    whole = tags(400_000, plan, seed=99, **NOISY)
    truth = key_drivers(whole.mentions, whole.outcome, metric=metric).set_index(keys)["impact"]
    inside = total = 0
    for repeat in range(repeats):
        drawn = tags(n, plan, seed=5000 + repeat, **NOISY)
        table = key_drivers(drawn.mentions, drawn.outcome, metric=metric).set_index(keys).dropna(subset=["impact_low"])
        true = truth.reindex(table.index)
        inside += int(((table["impact_low"] <= true) & (true <= table["impact_high"])).sum())
        total += len(table)
    share = inside / total if total else float("nan")
    print(f"impact interval, metric {metric}, n = {n}: covers {share:.3f} of {total} (nominal .950)")


def speed() -> None:
    drawn = tags(20_000, planted_topics(topics=30), seed=3, **NOISY)
    began = perf_counter()
    rows = len(key_drivers(drawn.mentions, drawn.outcome))
    print(f"\n20,000 documents, {rows} pairs: {perf_counter() - began:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--shuffles", type=int, default=200)
    options = parser.parse_args()
    for n in (500, 2000, 8000):
        recovery(n, options.repeats, "halo and tag noise", NOISY)
    recovery(2000, options.repeats, "clean", {})
    for n in (500, 2000):
        false_alarms(n, options.shuffles)
    print()
    for metric in ("mean", "nps"):
        for n in (150, 500, 2000):
            coverage(n, options.repeats * 3, metric)
    speed()


if __name__ == "__main__":
    main()
