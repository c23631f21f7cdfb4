"""Measure topics: agreement with known classes and between samples, beside other ways to cluster, on the same vectors.

    python -m benchmarks.topics --data DIR [--vectors DIR] [--alone] [--out FILE]

DIR holds ``topics/banking77.train.jsonl``, ``topics/massive_de.dev.jsonl`` ({text, label}),
``sentiment/airline.train.jsonl`` ({text, reason}; "Can't Tell" is no reason), ``themes/nhs_survey.train.jsonl`` ({text,
themes}; the comments with a single theme) and ``parallel/m_absa_de_en.train.jsonl`` ({de, en, domain}). The shipped
encoder makes the vectors, unless ``--vectors`` names a folder of ``massive_de.npy`` and so on, one row a record.

BERTopic and EVoC come with the extra ``bench``. BERTopic has its defaults; only the seed of UMAP is fixed. V and ARI
count all texts, those that a method leaves out as one more cluster.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, BisectingKMeans, KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, v_measure_score
from sklearn.neighbors import kneighbors_graph

from cxtext.encoder import encode
from cxtext.topics.clusters import counts_to_try, find, nearest, silhouette
from cxtext.topics.model import TopicModel
from cxtext.topics.space import Space

Array = NDArray[Any]
PAIRS = 2_500
SAMPLES = 4  # of TopicModel, which make six pairs


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def agreement(truth: list[str], labels: Array) -> dict[str, Any]:
    return {
        "topics": len(set(labels.tolist()) - {-1}),
        "V": round(v_measure_score(truth, labels), 3),
        "NMI": round(normalized_mutual_info_score(truth, labels, average_method="geometric"), 3),
        "ARI": round(adjusted_rand_score(truth, labels), 3),
        "unassigned": round(float(np.mean(labels == -1)), 3),
    }


def best_by_silhouette(units: Array, cluster: Callable[[int], Array]) -> Array:
    """Cluster with every number that TopicModel would try, and keep the best by the silhouette of the same texts."""
    labels = [cluster(count) for count in counts_to_try(len(units))]
    return labels[int(np.argmax([silhouette(units, np.ones(len(units)), found) for found in labels]))]


def micro_clusters(units: Array, count: int) -> Array:
    """Average linkage over up to 1,000 small k-means clusters."""
    small = KMeans(min(1_000, len(units) // 4), n_init=1, max_iter=10, random_state=0).fit(units)
    above = AgglomerativeClustering(count, linkage="average", metric="cosine").fit_predict(small.cluster_centers_)
    return above[small.labels_]


def communities(units: Array) -> Array:
    """Label propagation over the graph of mutual neighbours."""
    graph = kneighbors_graph(units, 10, metric="cosine")
    graph = graph.minimum(graph.T).tocsr()
    labels = np.arange(len(units))
    for _ in range(20):
        for row in range(len(units)):
            near = labels[graph.indices[graph.indptr[row] : graph.indptr[row + 1]]]
            if len(near):
                counts = np.bincount(near)
                labels[row] = counts.argmax()
    labels = np.unique(labels, return_inverse=True)[1]
    labels[np.bincount(labels)[labels] < 5] = -1
    return labels


def bertopic(texts: list[str], vectors: Array, seed: int = 42) -> Array:
    from bertopic import BERTopic
    from umap import UMAP

    flat = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=seed)
    return np.array(BERTopic(umap_model=flat).fit_transform(texts, vectors)[0])


def evoc(units: Array) -> Array:
    from evoc import EVoC

    return np.array(EVoC(random_state=0).fit_predict(units.astype(np.float32)))


def between_samples(
    texts: list[str], vectors: Array, fit: Callable[[list[str], Array], Array], *, samples: int = 2
) -> list[float]:
    """Compare random samples of 80 %, two at a time, by the adjusted Rand index of the texts that both have."""
    rng = np.random.default_rng(0)
    labels = np.full((samples, len(texts)), -2)
    for found in labels:
        rows = np.sort(rng.choice(len(texts), round(0.8 * len(texts)), replace=False))
        found[rows] = fit([texts[i] for i in rows], vectors[rows])
    pairs = [(one, other, (one > -2) & (other > -2)) for one, other in combinations(labels, 2)]
    return [float(adjusted_rand_score(one[both], other[both])) for one, other, both in pairs]


def others(units: Array, count: int) -> Iterator[tuple[str, Callable[[], Array]]]:
    rows = units / np.maximum(np.linalg.norm(units, axis=1, keepdims=True), 1)
    yield "k-means, true k", lambda: KMeans(count, n_init=1, random_state=0).fit_predict(rows)
    yield (
        "k-means, silhouette",
        lambda: best_by_silhouette(units, lambda k: KMeans(k, n_init=1, random_state=0).fit_predict(rows)),
    )
    yield (
        "bisecting k-means, silhouette",
        lambda: best_by_silhouette(units, lambda k: BisectingKMeans(k, random_state=0).fit_predict(rows)),
    )
    yield "micro-clusters, silhouette", lambda: best_by_silhouette(units, lambda k: micro_clusters(rows, k))
    yield "HDBSCAN", lambda: HDBSCAN(min_cluster_size=10, copy=True).fit_predict(rows)
    yield "graph communities", lambda: communities(rows)
    yield "EVoC", lambda: evoc(rows)


def classified(data: Path) -> Iterator[tuple[str, list[dict[str, Any]], list[bool]]]:
    """Give the sets: records with text and label, and which of those in the file they are."""
    for name, file in (("massive_de", "topics/massive_de.dev.jsonl"), ("banking77", "topics/banking77.train.jsonl")):
        records = read(data / file)
        yield name, records, [True] * len(records)
    tweets = [r for r in read(data / "sentiment" / "airline.train.jsonl") if r.get("reason")]
    yield (
        "airline",
        [{"text": r["text"], "label": r["reason"]} for r in tweets],
        [r["reason"] != "Can't Tell" for r in tweets],
    )
    comments = read(data / "themes" / "nhs_survey.train.jsonl")
    no_theme = {"Labelling not possible", "Not assigned"}
    yield (
        "nhs",
        [{"text": r["text"], "label": r["themes"][0] if r["themes"] else ""} for r in comments],
        [len(r["themes"]) == 1 and r["themes"][0] not in no_theme for r in comments],
    )


def with_classes(name: str, records: list[dict[str, Any]], vectors: Array, *, alone: bool) -> Iterator[dict[str, Any]]:
    texts, truth = [r["text"] for r in records], [r["label"] for r in records]
    count = len(set(truth))
    begun = time.perf_counter()
    model = TopicModel().fit(texts, embeddings=vectors)
    seconds = time.perf_counter() - begun
    again = TopicModel().fit(texts, embeddings=vectors)
    order = np.random.default_rng(0).permutation(len(texts))
    moved = TopicModel().fit([texts[i] for i in order], embeddings=vectors[order])
    stable = between_samples(
        texts, vectors, lambda part, found: TopicModel().fit(part, embeddings=found).labels_, samples=SAMPLES
    )
    yield (
        {
            "set": name,
            "method": "TopicModel",
            **agreement(truth, model.labels_),
            "seconds": round(seconds, 1),
            "two runs identical": again.labels_.tobytes() == model.labels_.tobytes()
            and again.topics_.equals(model.topics_),
            "ARI of permuted rows": round(adjusted_rand_score(model.labels_[order], moved.labels_), 6),
            "predict is labels_": bool((model.predict(texts, embeddings=vectors) == model.labels_).all()),
            "ARI of two samples": round(stable[0], 3),
            "mean of all pairs": round(float(np.mean(stable)), 3),
            "least of all pairs": round(min(stable), 3),
        }
    )
    known = TopicModel(n_topics=count).fit(texts, embeddings=vectors)
    yield {"set": name, "method": "TopicModel, true k", **agreement(truth, known.labels_)}
    if alone:
        return
    begun = time.perf_counter()
    theirs = bertopic(texts, vectors)
    spent = round(time.perf_counter() - begun, 1)
    stable = round(between_samples(texts, vectors, bertopic)[0], 3)
    yield {
        "set": name,
        "method": "BERTopic",
        **agreement(truth, theirs),
        "seconds": spent,
        "ARI of two samples": stable,
    }
    units = Space.fit(vectors, np.ones(len(texts)), [None] * len(texts)).place(vectors)
    for method, cluster in others(units, count):
        begun = time.perf_counter()
        labels = cluster()
        spent = round(time.perf_counter() - begun, 1)
        yield {"set": name, "method": method, **agreement(truth, labels), "seconds": spent}


def across_languages(pairs: list[dict[str, Any]], vectors: Array) -> dict[str, Any]:
    texts = [p["de"] for p in pairs] + [p["en"] for p in pairs]
    model = TopicModel().fit(texts, embeddings=vectors)
    german, english = model.labels_[: len(pairs)], model.labels_[len(pairs) :]
    share = [np.mean(german == t) / max(np.mean(model.labels_ == t) * 2, 1e-9) for t in set(model.labels_.tolist())]
    # The same without taking the direction between the languages out.
    plain = Space.fit(vectors, np.ones(len(texts)), [None] * len(texts)).place(vectors)
    order = np.random.default_rng(0).permutation(len(texts))
    centroids = find(plain[order], np.ones(len(texts)), count=int(model.labels_.max()) + 1, min_size=5)
    alone = nearest(plain, centroids)[0]
    return {
        "set": "pairs",
        "method": "TopicModel",
        "topics": len(set(model.labels_.tolist()) - {-1}),
        "unassigned": round(model.unassigned_share_, 3),
        "both halves in one topic": round(float(np.mean((german == english) & (german >= 0))), 3),
        "the same, language left in": round(float(np.mean(alone[: len(pairs)] == alone[len(pairs) :])), 3),
        "topics of one language": int(sum(s < 0.05 or s > 0.95 for s in share)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--alone", action="store_true", help="TopicModel alone; --out then replaces its rows only")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()

    def vectors(name: str, texts: list[str]) -> Array:
        return np.load(options.vectors / f"{name}.npy") if options.vectors else encode(texts)

    results: list[dict[str, Any]] = []

    def add(line: dict[str, Any]) -> None:
        print("  ".join(f"{key} {value}" for key, value in line.items()), flush=True)
        results.append(line)

    for name, records, kept in classified(options.data):
        rows = vectors(name, [r["text"] for r in records])[kept]
        chosen = [record for record, keep in zip(records, kept, strict=True) if keep]
        for line in with_classes(name, chosen, rows, alone=options.alone):
            add(line)
    every = read(options.data / "parallel" / "m_absa_de_en.train.jsonl")
    pairs = [every[i] for i in sorted(np.random.default_rng(0).choice(len(every), PAIRS, replace=False))]
    add(across_languages(pairs, vectors("pairs", [p["de"] for p in pairs] + [p["en"] for p in pairs])))
    if options.out and options.alone and options.out.exists():
        new = {(row["set"], row["method"]): row for row in results}
        known = json.loads(options.out.read_text(encoding="utf-8"))
        results = [new.get((row["set"], row["method"]), row) for row in known]
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
