"""Measure the public functions on the dev sets, beside simple baselines.

    python -m benchmarks.quality --data DIR [--encoder DIR] [--limit N] [--out FILE]

DIR is laid out as ``models/README.md`` says. The dev sets are split by ``models/recipe/data.py``: no dev text trained
the shipped model, and none whose near-copy did is counted. Texts go through ``cxtext.annotate`` and ``cxtext.encode``
as anyone would call them, without their language. Intervals are 95 %, by bootstrap over documents but for embeddings.
``--limit`` draws at most N texts a set, for a quick look.
"""

import argparse
import json
import math
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import cxtext
from benchmarks.baselines import beside, training_parts
from cxtext.analysis.intervals import wilson
from cxtext.documents import Annotation
from cxtext.pipeline import Pipeline, make_stage
from models.recipe.data import LABELS, Example, licence, load, read_jsonl
from models.recipe.evaluate import RESAMPLES, SPAN_PARTS, Found, count_spans, embedding_table, sentiment_scores

FIELDS = Path(__file__).parent / "praise_blame.jsonl"
# A text that the library takes for another language has no sentiment. It counts as the least sure neutral.
UNREAD = (0.33, 0.34, 0.33)
FEW_WORDS = 4
Row = dict[str, Any]
Annotate = Callable[..., list[Annotation]]


def annotator(encoder: Path | None) -> Annotate:
    """``cxtext.annotate``, over another encoder folder where one is given."""
    pipeline = None
    if encoder is not None:
        own = make_stage("encode.v1", folder=str(encoder))
        pipeline = Pipeline([own if s.name == own.name else s for s in Pipeline.default().stages])

    def annotate(texts: list[str], **options: Any) -> list[Annotation]:  # noqa: ANN401 (as annotate takes them)
        return cxtext.annotate(texts, pipeline=pipeline, **options)

    return annotate


def draw(items: Sequence[Any], limit: int | None) -> list[Any]:
    """Draw at most ``limit`` items, the same ones every time, in their order."""
    if limit is None or len(items) <= limit:
        return list(items)
    return [items[i] for i in sorted(random.Random(0).sample(range(len(items)), limit))]


def domains(data: Path) -> dict[str, str]:
    """Read the domain of each set off its first row."""
    paths = sorted(p for kind in ("drivers", "themes", "sentiment") for p in (data / kind).glob("*.jsonl"))
    return {p.name.split(".")[0]: next(read_jsonl(p))["domain"] for p in paths} | {"own": "customer feedback"}


def chances(annotations: Sequence[Annotation]) -> np.ndarray:
    """Probabilities (n, 3) of the documents."""
    return np.array(
        [[a.sentiment.probabilities[label] for label in LABELS] if a.sentiment else UNREAD for a in annotations]
    )


def by_language(examples: Sequence[Example]) -> dict[str, list[Example]]:
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.lang].append(example)
    return dict(sorted(groups.items()))


def sentiment_tables(
    annotate: Annotate, dev: dict[str, list[Example]], data: Path, limit: int | None
) -> tuple[list[Row], list[Row]]:
    """Give a row a dev set and language (two where something was asked), and rows pooled over sets, text alone."""
    domain, train = domains(data), training_parts(data)
    rows: list[Row] = []
    pools: dict[tuple[str, str, str], list[tuple[np.ndarray, np.ndarray]]] = defaultdict(list)
    for name in sorted(n.removeprefix("sentiment/") for n in dev if n.startswith("sentiment/")):
        labelled = [e for e in dev[f"sentiment/{name}"] if e.label in LABELS]
        for lang, every in by_language(labelled).items():
            examples = draw(every, limit)
            texts = [e.text for e in examples]
            gold = np.array([LABELS.index(str(e.label)) for e in examples])
            trained = licence(name) != "no"
            about = {"set": name, "lang": lang, "domain": domain[name], "trained": trained}
            annotations = annotate(texts)
            found = chances(annotations)
            unread = sum(a.sentiment is None for a in annotations)
            own = [e for e in train.get(name, []) if e.lang == lang]
            base = beside(gold, texts, lang, draw(own, limit and 20 * limit))
            rows.append(about | {"question": False, "unread": unread, **sentiment_scores(gold, found), **base})
            questions = [e.question for e in examples]
            if any(questions):
                asked = chances(annotate(texts, question=questions))
                rows.append(about | {"question": True, "unread": unread, **sentiment_scores(gold, asked)})
            pools[lang, "domain", domain[name]].append((gold, found))
            pools[lang, "language", "all sets"].append((gold, found))
            if trained:
                pools[lang, "language", "sets with a train part used"].append((gold, found))
            print(f"sentiment {name} {lang}: {rows[-1]['macro_f1']:.3f}", flush=True)
    pooled = []
    for (lang, kind, what), parts in sorted(pools.items(), key=lambda item: (item[0][1] == "domain", item[0])):
        gold, found = (np.concatenate([p[i] for p in parts]) for i in (0, 1))
        about = {"lang": lang, "pool": kind, "of": what, "sets": len(parts)}
        pooled.append(about | sentiment_scores(gold, found))
    return rows, pooled


def driver_spans(annotation: Annotation) -> Found:
    """Spans of the drivers: what the recipe's measures count."""
    found: Found = {"aspects": set(), "opinions": set(), "triplets": set()}
    for polarity in ("positive", "negative"):
        for driver in getattr(annotation.drivers, polarity):
            aspect, opinion = ((s.start, s.end) if s else None for s in (driver.aspect, driver.opinion))
            if aspect:
                found["aspects"].add((*aspect, polarity))
            if opinion:
                found["opinions"].add(opinion)
            if aspect and opinion:
                found["triplets"].add((*aspect, *opinion, polarity))
    return found


def ratio(parts: np.ndarray, wholes: np.ndarray) -> Row | None:
    """Sum of parts over sum of wholes, with its bootstrap interval over documents; null where there is nothing."""
    if not wholes.sum():
        return None
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLES):
        rows = rng.integers(len(parts), size=len(parts))
        drawn.append(parts[rows].sum() / max(wholes[rows].sum(), 1))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {"value": float(parts.sum() / wholes.sum()), "low": float(low), "high": float(high)}


def span_scores(examples: Sequence[Example], annotations: Sequence[Annotation]) -> Row:
    """Micro-F1 of each kind of span; null where the set does not annotate it."""
    single = [count_spans([e], [driver_spans(a)]) for e, a in zip(examples, annotations, strict=True)]
    row: Row = {}
    for part in SPAN_PARTS:
        counts = np.array([s[part] for s in single])
        gold = int(counts[:, 2].sum())
        row[part] = ratio(2 * counts[:, 0], counts[:, 1] + counts[:, 2]) if gold else None
    return row


def driver_table(
    annotate: Annotate, dev: dict[str, list[Example]], data: Path, limit: int | None
) -> tuple[list[Row], Row]:
    """Give a row a driver dev set and language, and the mean over the German M-ABSA domains."""
    domain = domains(data)
    rows: list[Row] = []
    for name in sorted(n.removeprefix("drivers/") for n in dev if n.startswith("drivers/")):
        # Sets with one target of many cannot say what else is right.
        for lang, every in by_language([e for e in dev[f"drivers/{name}"] if "target" not in e.annotated]).items():
            examples = draw(every, limit)
            about = {"set": name, "lang": lang, "domain": domain[name], "trained": licence(name) != "no"}
            scores = span_scores(examples, annotate([e.text for e in examples]))
            rows.append(about | {"n": len(examples)} | scores)
            print(f"drivers {name} {lang}", flush=True)
    german = [r for r in rows if r["set"].startswith("m_absa_") and r["lang"] == "de"]
    mean = {p: float(np.mean([r[p]["value"] for r in german if r[p]])) for p in ("aspects", "aspects_overlap")}
    return rows, {"domains": len(german)} | mean


def field_scores(polarities: Sequence[str], annotations: Sequence[Annotation]) -> Row:
    """Share of mentions in the field's own list, and share of texts with a mention there."""
    counts = np.array([[len(a.drivers.positive), len(a.drivers.negative)] for a in annotations])
    right = counts[np.arange(len(counts)), [int(p == "negative") for p in polarities]]
    return {
        "n": len(counts),
        "mentions": int(counts.sum()),
        "right_list": ratio(right, counts.sum(axis=1)),
        "texts_with_mention": ratio((right > 0).astype(int), np.ones(len(counts), int)),
    }


def unseen(fields: list[Row], train: Sequence[Example]) -> list[Row]:
    """Leave out what trains: single words such as "Wartezeiten" stand everywhere.

    >>> unseen([{"text": "Wartezeiten!"}, {"text": "Das Bad"}], [Example("wartezeiten", "de", "own")])
    [{'text': 'Das Bad'}]
    """

    def letters(text: str) -> str:
        return "".join(c for c in text.casefold() if c.isalnum())

    seen = {letters(e.text) for e in train}
    return [f for f in fields if letters(f["text"]) not in seen]


def field_table(annotate: Annotate, fields: list[Row], limit: int | None) -> list[Row]:
    """Praise and blame fields: all with their question, then the longer ones without."""
    longer = [f for f in fields if len(f["text"].split()) >= FEW_WORDS]
    rows: list[Row] = []
    for name, every, asked in (
        ("all, with their question", fields, True),
        (f"of {FEW_WORDS} words or more, without", longer, False),
    ):
        some = draw(every, limit)
        questions = [f["question"] if asked else None for f in some]
        annotations = annotate([f["text"] for f in some], question=questions)
        for polarity in (None, "positive", "negative"):
            chosen = [i for i, f in enumerate(some) if polarity in (None, f["polarity"])]
            scores = field_scores([some[i]["polarity"] for i in chosen], [annotations[i] for i in chosen])
            rows.append({"texts": name, "polarity": polarity} | scores)
    return rows


def embedding_intervals(found: dict[str, float]) -> dict[str, list[float]]:
    """Give 95 % intervals: Bonett & Wright (2000) for rank correlations, Wilson for the share that is retrieved."""
    intervals = {}
    for name in ("sts_de", "sts_en", "sts_de_en"):
        r = found[name]
        half = 1.96 * math.sqrt((1 + r * r / 2) / (found["sts_n"] - 3))
        intervals[name] = [math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)]
    n = found["retrieval_n"]
    low, high = wilson(found["retrieval_de_en"] * n, n)
    return intervals | {"retrieval_de_en": [float(low), float(high)]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, help="an encoder folder instead of the shipped one")
    parser.add_argument("--limit", type=int, help="draw at most so many texts a set")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "quality.json")
    options = parser.parse_args()
    annotate = annotator(options.encoder)
    encoder = str(options.encoder) if options.encoder else None
    train, dev = load(options.data, licences="shipped")
    fields = unseen(list(read_jsonl(FIELDS)), train)
    sentiment, pooled = sentiment_tables(annotate, dev, options.data, options.limit)
    drivers, german = driver_table(annotate, dev, options.data, options.limit)
    embedding = embedding_table(partial(cxtext.encode, encoder=encoder), options.data, options.limit)
    result = {
        "library": cxtext.__version__,
        "encoder": cxtext.Encoder(folder=encoder).runtime.manifest.version,
        "limit": options.limit,
        "sentiment": sentiment,
        "pooled": pooled,
        "drivers": drivers,
        "m_absa_de": german,
        "fields": field_table(annotate, fields, options.limit),
        "embedding": embedding | {"intervals": embedding_intervals(embedding)},
    }
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(json.dumps(rounded(result), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {options.out}; benchmarks/tables.py puts it into docs/benchmarks.md")


def rounded(value: Any) -> Any:  # noqa: ANN401 (whatever JSON holds)
    """Round all floats to four digits."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
