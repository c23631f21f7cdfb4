"""Measure the report of a large collection: seconds to write it, its size, and how long a browser takes to open it.

    python -m benchmarks.report_size [--documents N] [--seed N] [--out DIR]

The collection is made of synthetic mentions (:func:`cxtext.testing.synth.tags`): 24 topics praised and blamed, an NPS,
three channels, twelve regions, 36 weeks, a customer to every four documents, ten quotes of 300 characters to each topic
and polarity, and a queue. No text is read, so neither model nor encoder takes part. The browser's time is that of a
headless Chromium until the page is laid out, less that for an empty page; it is left out where there is no Chromium.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
from datetime import UTC
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from cxtext import Analysis
from cxtext.analysis.key_drivers import key_drivers
from cxtext.engines.compare import score_table, segment_table, trend_tables
from cxtext.engines.gather import Collection
from cxtext.engines.root_cause import root_causes
from cxtext.testing.synth import tags

QUOTES = 10
WORDS = (
    "Die", "Lieferung", "kam", "viel", "zu", "spät", "und", "niemand", "am", "Telefon", "konnte", "mir", "sagen", "wo",
)  # fmt: skip


def collection(n: int, seed: int) -> tuple[Collection, pd.DataFrame, "pd.Series[Any]"]:
    """Give the tables of a synthetic collection, its mentions with topics by number, and its scores."""
    drawn = tags(n, halo=0.3, missed=0.2, flipped=0.05, seed=seed)
    rng = np.random.default_rng(seed)
    place = pd.Series(np.arange(n), index=drawn.outcome.index)
    names = {name: i for i, name in enumerate(drawn.gold["topic"].unique())}
    mentions = pd.DataFrame(
        {
            "document_id": place.loc[drawn.mentions["document_id"]].to_numpy(),
            "topic": drawn.mentions["topic"].map(names).to_numpy(),
            "polarity": drawn.mentions["polarity"].to_numpy(dtype=object),
        }
    )
    outcome = pd.Series(drawn.outcome.to_numpy(dtype=float), name="nps")
    times = [t.to_pydatetime().replace(tzinfo=UTC) for t in drawn.about["created_at"]]
    documents = pd.DataFrame(
        {
            "id": [f"survey.csv#{i + 1}" for i in range(n)],
            "created_at": times,
            "channel": drawn.about["channel"].to_numpy(dtype=object),
            "customer": [f"K{i}" for i in rng.integers(n // 4, size=n)],
            "respondent": None,
            "sentiment": np.clip((outcome - 6) / 4, -1, 1),
        },
        index=range(n),
    ).astype({"created_at": object, "respondent": object})
    groups = pd.DataFrame(
        {"channel": documents["channel"], "region": [f"Region {i}" for i in rng.integers(12, size=n)]}, dtype=object
    )
    empty = pd.DataFrame()
    whole = Collection(
        documents=documents,
        scores=outcome.to_frame(),
        groups=groups,
        units=empty,
        mentions=empty,
        read=n,
        skipped=0,
        languages={"de": n},
        pii={},
        short=0,
        duplicates=empty,
        cases=empty,
    )
    return whole, mentions, outcome


def analysis(n: int, seed: int) -> Analysis:
    """Analyse a synthetic collection."""
    whole, mentions, outcome = collection(n, seed)
    numbers = sorted(mentions["topic"].unique())
    topics = pd.DataFrame(
        {
            "id": numbers,
            "parent": None,
            "label": [f"Thema {i}" for i in numbers],
            "keywords": [["spät", "Paket", "Telefon"]] * len(numbers),
            "size": mentions.groupby("topic").size().loc[numbers].to_numpy(),
            "x": np.random.default_rng(seed).random(len(numbers)),
            "y": np.random.default_rng(seed + 1).random(len(numbers)),
        }
    )
    drivers = key_drivers(mentions, outcome, metric="nps", groups=whole.documents["customer"], random_state=seed)
    why, told = root_causes(whole, mentions, drivers, outcome, "nps", random_state=seed)
    trends, alerts = trend_tables(mentions, whole.documents["created_at"], 0.05)
    rng = np.random.default_rng(seed)
    quotes = [
        {"topic": t, "polarity": p, "document_id": f"survey.csv#{i + 1}", "text": " ".join(rng.choice(WORDS, 50))}
        | {"aspect_start": 0, "aspect_end": 3, "opinion_start": 5, "opinion_end": 12, "language": "de"}
        for t in numbers
        for p in ("positive", "negative")
        for i in range(QUOTES)
    ]
    unhappy = np.flatnonzero(outcome <= 6)
    return Analysis(
        **why,
        topics=topics,
        drivers=drivers,
        segments=segment_table(whole.groups, mentions, whole.documents["sentiment"], outcome, "nps"),
        trends=trends,
        alerts=alerts,
        queue=pd.DataFrame(
            {
                "document_id": whole.documents["id"].to_numpy()[unhappy],
                "queue": "recover",
                "priority": 0.5,
                "reasons": [["detractor"]] * len(unhappy),
            }
        ),
        scores=score_table(whole.scores, {"nps": (0, 10)}, documents=whole.documents),
        quotes=pd.DataFrame(quotes),
        quality={"documents": n, "analysed": n},
        meta={
            "outcome": {"name": "nps", "metric": "nps", "worst": 0, "best": 10},
            "period": {"start": "2026-01-05", "end": "2026-09-13"},
            "languages": {"de": n},
            "alpha": 0.05,
            **told,
        },
        topic_registry={},
    )


def opened(path: Path | None) -> float | None:
    """Give the seconds that Chromium takes to start, open a page and lay it out; null where there is none."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        return None
    page = "about:blank" if path is None else path.resolve().as_uri()
    best = []
    with tempfile.TemporaryDirectory() as folder:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,900"]
        for _ in range(3):
            begin = perf_counter()
            shot = ["--screenshot=" + str(Path(folder) / "page.png"), f"--user-data-dir={folder}/profile"]
            subprocess.run([browser, *flags, *shot, page], check=True, capture_output=True)  # noqa: S603 (no input)
            best.append(perf_counter() - begin)
    return min(best)


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="where to keep the report")
    options = parser.parse_args()
    begin = perf_counter()
    result = analysis(options.documents, options.seed)
    analysed = perf_counter() - begin
    with tempfile.TemporaryDirectory() as folder:
        out = options.out or Path(folder)
        begin = perf_counter()
        result.to_html(out / "report.html", language="de")
        written = perf_counter() - begin
        begin = perf_counter()
        result.save(out, language="de")
        saved = perf_counter() - begin
        empty, full = opened(None), opened(out / "report.html")
        figures = {
            "documents": options.documents,
            "seed": options.seed,
            "rows": {k: len(getattr(result, k)) for k in ("drivers", "trends", "segment_trends", "journeys", "queue")},
            "analysis_seconds": round(analysed, 2),
            "to_html_seconds": round(written, 2),
            "save_seconds": round(saved, 2),
            "html_megabytes": round((out / "report.html").stat().st_size / 1e6, 2),
            "json_megabytes": round((out / "report.json").stat().st_size / 1e6, 2),
            "browser_seconds": None if empty is None or full is None else round(full - empty, 2),
        }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
