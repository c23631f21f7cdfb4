"""Measure cxtext beside tools that do a part of its work: how well and how fast, on the same texts in one run.

    python -m models.recipe.restore --data DIR --out models/work/base
    python -m benchmarks.peers --data DIR [--base DIR] [--limit N] [--out FILE]

The first command is needed once: it restores the network that the encoder was trained from, for SetFit. Both need the
extras ``bench`` and ``train``. Sentiment: VADER, TextBlob-de, TF-IDF with logistic regression trained on the set's own
train part, and SetFit trained on a few texts of it, on dev sets of ``quality.py``. Topics: BERTopic on the vectors of
the shipped encoder, with the measures of ``topics.py``. Personal data: Presidio, on the texts of ``pii.py``.

One process; every tool takes its default threads, one a core. Warm: a first run is not counted; the median of
``REPEATS`` further ones is. ``--limit`` draws at most N texts a set, for a quick look. Run it on an idle machine.
"""

import argparse
import itertools
import json
import os
import random
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score

import cxtext
from benchmarks import peer_presidio, peer_setfit, pii
from benchmarks.baselines import scores, textblob_de, trained, training_parts, vader
from benchmarks.quality import Row, annotator, chances, draw, rounded
from benchmarks.speed import machine, timed
from benchmarks.topics import Array, agreement, bertopic, classified
from cxtext.encoder.runtime import load as load_encoder
from cxtext.text.recognisers import Hit
from cxtext.train import train as train_own
from models.recipe.data import LABELS, Example, licence, load

# Two sets in each language: one whose licence keeps it from training the shipped model, and one that trains it too.
SENTIMENT = (("airline", "en"), ("nhs_survey", "en"), ("germeval2017_tweets", "de"), ("mobasa", "de"))
TOPICS = ("massive_de", "airline", "nhs")
# As many as cxtext.train asks for at least.
SHOTS = 8
DRAWS = 2
SEEDS = (0, 1, 2)
REPEATS = 3
# Slower runs are timed on so many texts.
LONG = 5.0
SAMPLE = 200
# What Presidio has patterns for in that language, among the types that are labelled.
SHARED = {
    "de": {"birth_date", "card", "email", "iban", "ip_address", "licence_plate", "phone", "tax_id", "url"},
    "en": {"card", "email", "ip_address", "phone", "tax_id"},
}
# Presidio takes any link and any date, cxtext those that say who somebody is; and names are looked for by cxtext alone.
NOT_ALIKE = {"birth_date", "name", "url"}
PACKAGES = ("bertopic", "presidio-analyzer", "setfit", "textblob-de", "vaderSentiment")


def rate(run: Callable[[Sequence[Any]], Any], items: Sequence[Any]) -> tuple[Any, float]:
    """Give what a run finds, and how many items a second it takes once it is warm."""
    found: list[Any] = []
    first = timed(lambda: found.append(run(items)))
    some = items if first < LONG else draw(items, SAMPLE)
    return found[0], len(some) / statistics.median(timed(lambda: run(some)) for _ in range(REPEATS))


def few(examples: Sequence[Example], seed: int) -> list[Example]:
    """Draw the same number of each class, always the same ones."""
    r = random.Random(seed)
    return [e for label in LABELS for e in r.sample([x for x in examples if x.label == label], SHOTS)]


def own_labels(examples: Sequence[Example], seed: int) -> Callable[[Sequence[str]], list[int]]:
    """Train a head on the shipped encoder, as ``cxtext.train`` does."""
    rows = [{"text": e.text, "label": e.label} for e in examples]
    model = train_own(rows, task="sentiment", seed=seed).model
    return lambda texts: [LABELS.index(str(label)) for label in model.predict(list(texts))]


def mean_of(rows: Sequence[Row]) -> Row:
    """Give the mean over draws or seeds, and between which figures they lie.

    >>> mean_of([{"value": 0.5, "texts_per_second": 10.0}, {"value": 0.7, "texts_per_second": 30.0}])["value"]
    0.6
    """
    values = [r["value"] for r in rows]
    return {
        "value": statistics.mean(values),
        "between": [min(values), max(values)],
        "texts_per_second": statistics.median(r["texts_per_second"] for r in rows),
    }


def measured(run: Callable[[Any], Any], texts: list[str], gold: Array) -> Row:
    """Give macro-F1 and speed of what reads texts into places in ``LABELS``."""
    found, speed = rate(run, texts)
    row = scores(gold, np.asarray(found))
    return {"value": row["macro_f1"], "low": row["low"], "high": row["high"], "texts_per_second": speed}


def sentiment(data: Path, base: Path, limit: int | None) -> Iterator[Row]:
    """Give a row a set and tool."""
    _, dev = load(data, licences="shipped")
    parts = training_parts(data)
    annotate = annotator(None)
    classifier = cxtext.SentimentClassifier()
    with tempfile.TemporaryDirectory() as folder:
        body = peer_setfit.body(base, Path(folder))
        for name, lang in SENTIMENT:
            examples = draw([e for e in dev[f"sentiment/{name}"] if e.label in LABELS and e.lang == lang], limit)
            own = [e for e in parts[name] if e.lang == lang]
            texts = [e.text for e in examples]
            gold = np.array([LABELS.index(str(e.label)) for e in examples])
            about = {"task": "sentiment", "set": name, "lang": lang, "n": len(texts), "measure": "macro-F1",
                     "trained": licence(name) != "no"}  # fmt: skip

            for tool, run in (
                ("cxtext.annotate", lambda some: chances(annotate(some)).argmax(axis=1)),
                ("cxtext.SentimentClassifier", lambda some: classifier.predict_proba(some).argmax(axis=1)),
                ("VADER", vader) if lang == "en" else ("TextBlob-de", textblob_de),
            ):
                yield about | {"tool": tool, "labelled": None} | measured(run, texts, gold)
            every = draw(own, limit and 20 * limit)
            model = trained(every)
            if model is not None:
                yield about | {"tool": "TF-IDF + LR", "labelled": len(every)} | measured(model.predict, texts, gold)
            # Where the set trains the shipped model, the encoder has seen far more of it than these few.
            if about["trained"]:
                continue
            for tool, learn in (("cxtext.train", own_labels), ("SetFit", partial(peer_setfit.learn, body))):
                rows = [measured(learn(few(own, seed), seed), texts, gold) for seed in range(DRAWS)]
                yield about | {"tool": tool, "labelled": SHOTS * len(LABELS)} | mean_of(rows)


def between_seeds(labels: Sequence[Array]) -> float:
    """Compare runs with different seeds by the adjusted Rand index, and give the mean over their pairs.

    >>> between_seeds([np.array([0, 0, 1]), np.array([1, 1, 0])])
    1.0
    """
    return float(np.mean([adjusted_rand_score(a, b) for a, b in itertools.combinations(labels, 2)]))


def topic_model(texts: list[str], vectors: Array, seed: int) -> Array:
    return cxtext.TopicModel(random_state=seed).fit(texts, embeddings=vectors).labels_


def by_seed(
    fit: Callable[[list[str], Array, int], Array], texts: list[str], vectors: Array
) -> tuple[list[Array], list[float]]:
    """Fit with each seed, and give labels and seconds."""
    fit(texts, vectors, SEEDS[-1])  # compiles what is compiled
    runs: list[Array] = []
    seconds = [timed(lambda seed=seed: runs.append(fit(texts, vectors, seed))) for seed in SEEDS]  # type: ignore[misc]
    return runs, seconds


def topics(data: Path, limit: int | None) -> Iterator[Row]:
    """Give a row a set and tool; the seconds are those of fitting, with the vectors at hand."""
    for name, records, kept in classified(data):
        if name not in TOPICS:
            continue
        chosen = draw([r for r, keep in zip(records, kept, strict=True) if keep], limit)
        texts, truth = [r["text"] for r in chosen], [r["label"] for r in chosen]
        vectors = cxtext.encode(texts)
        for tool, fit in (("cxtext.TopicModel", topic_model), ("BERTopic", bertopic)):
            runs, seconds = by_seed(fit, texts, vectors)
            found = [agreement(truth, labels) for labels in runs]
            rows = [{"value": f["V"], "texts_per_second": len(texts) / s} for f, s in zip(found, seconds, strict=True)]
            means = {k: statistics.mean(f[k] for f in found) for k in ("ARI", "unassigned", "topics")}
            yield {"task": "topics", "set": name, "n": len(texts), "measure": "V", "tool": tool, "labelled": None,
                   "classes": len(set(truth)), "same_with_other_seeds": between_seeds(runs),
                   "seconds": statistics.median(seconds)} | means | mean_of(rows)  # fmt: skip


def pooled(rows: Sequence[Row], lang: str, types: Callable[[str], bool]) -> Row | None:
    """Put together what was found of some types in a language; null where it plants none."""
    chosen = [r for r in rows if r["lang"][:2] == lang and types(r["type"])]
    n = sum(r["n"] for r in chosen)
    return pii.rate(sum(r["found"] for r in chosen), n) if n else None


def of_both(find: pii.Finder, text: str, lang: str) -> list[Hit]:
    return [hit for hit in find(text, lang) if hit.type not in NOT_ALIKE]


def personal_data(data: Path, limit: int | None) -> Iterator[Row]:
    """Give rows of what is found, by language and kind, and of false alarms."""
    planted = draw(pii.labelled(data, "test"), limit)
    for tool, find in (("cxtext", pii.own), ("Presidio", peer_presidio.finder())):
        _, speed = rate(lambda some, find=find: [find(p.text, p.lang[:2]) for p in some], planted)  # type: ignore[misc]
        once = cache(find)
        rows = pii.recall(planted, show=False, find=once)
        about = {"task": "personal data", "tool": tool, "labelled": None, "texts_per_second": speed}
        for lang, shared in SHARED.items():
            for kind, types in (
                ("values both have patterns for", shared.__contains__),
                ("addresses, references, handles", {"address", "reference", "handle"}.__contains__),
                ("names", "name".__eq__),
            ):
                found = pooled(rows, lang, types)
                if found:
                    yield about | {"set": kind, "lang": lang, "measure": "share found"} | found
        for kind, some in (("clean texts", once), ("the same, but for names, links, dates", partial(of_both, once))):
            alarms = next(r for r in pii.false_alarms(data, "test", show=False, find=some) if r["set"] == "all")
            yield about | alarms | {"set": kind, "lang": "de, en", "measure": "share with a false alarm"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=Path("models/work/base"), help="what step 1 of the recipe leaves")
    parser.add_argument("--limit", type=int, help="draw at most so many texts a set")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "peers.json")
    options = parser.parse_args()
    if not (options.base / "model.safetensors").exists():
        parser.error(
            f"{options.base} is no base model; python -m models.recipe.restore --data DIR --out {options.base}"
        )
    os.environ["HF_HUB_OFFLINE"] = "1"
    runtime = load_encoder(None, 0)
    rows = []
    for row in itertools.chain(
        personal_data(options.data, options.limit),
        topics(options.data, options.limit),
        sentiment(options.data, options.base, options.limit),
    ):
        rows.append(rounded(row))
        print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    result = {
        "library": cxtext.__version__,
        "encoder": runtime.manifest.version,
        "versions": {name: version(name) for name in PACKAGES},
        "machine": machine(runtime.threads),
        "limit": options.limit,
        "draws": DRAWS,
        "seeds": len(SEEDS),
        "rows": rows,
    }
    options.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {options.out}; benchmarks/tables.py puts it into docs/benchmarks.md")


if __name__ == "__main__":
    main()
