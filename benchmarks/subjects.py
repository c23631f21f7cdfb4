"""What it brings that topics are sought in what texts are about: without handles and links, and without their tone.

    python -m benchmarks.subjects --data DIR [--out benchmarks/results/subjects.json]

DIR holds ``sentiment/airline.train.jsonl`` ({text, reason}): complaints to airlines with their gold reason, nearly all
of which begin with a handle. Fits :class:`cxtext.TopicModel` on vectors of the same texts read in four ways.
"""

import argparse
import json
from pathlib import Path
from unittest.mock import patch

import numpy as np
from sklearn.metrics import adjusted_rand_score, v_measure_score

from benchmarks.topics import classified
from cxtext.encoder import Encoder, encode, encode_subjects
from cxtext.text.subjects import subject
from cxtext.topics.model import TopicModel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    name, records, kept = next(found for found in classified(options.data) if found[0] == "airline")
    chosen = [record for record, keep in zip(records, kept, strict=True) if keep]
    texts, truth = [r["text"] for r in chosen], [r["label"] for r in chosen]
    encoder = Encoder()
    with patch("cxtext.encoder.model.subject", str):
        toneless = encode_subjects(texts, encoder=encoder)
    vectors = {
        "as they stand": encode(texts, encoder=encoder),
        "without tone": toneless,
        "without handles and links": encode([subject(text) for text in texts], encoder=encoder),
        "without both": encode_subjects(texts, encoder=encoder),
    }
    results = []
    for read, rows in vectors.items():
        labels = TopicModel().fit(texts, embeddings=rows).labels_
        results.append(
            {
                "set": name,
                "texts": read,
                "n": len(texts),
                "topics": int(labels.max()) + 1,
                "v_measure": round(v_measure_score(truth, labels), 3),
                "ari": round(adjusted_rand_score(truth, labels), 3),
                "unassigned": round(float(np.mean(labels < 0)), 3),
            }
        )
        print("  ".join(f"{key} {value}" for key, value in results[-1].items()), flush=True)
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
