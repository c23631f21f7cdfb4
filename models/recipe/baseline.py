"""What the encoder has to beat: the majority class, and TF-IDF with logistic regression trained on the same texts.

python -m models.recipe.baseline --data DIR --out models/baseline.json
"""

import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from models.recipe.data import LABELS, load
from models.recipe.evaluate import interval, macro_f1


def tfidf() -> Pipeline:
    """Give an untrained classifier of words, word pairs and pieces of words."""
    return make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, dtype=np.float32),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=5, sublinear_tf=True, dtype=np.float32),
        ),
        LogisticRegression(C=3.0, max_iter=300, solver="saga", tol=1e-3, random_state=0),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    train, dev = load(options.data, licences="shipped")
    labelled = [e for e in train if e.label in LABELS]
    model = tfidf()
    model.fit([e.text for e in labelled], [LABELS.index(str(e.label)) for e in labelled])
    rows = []
    for name, examples in sorted(dev.items()):
        if not name.startswith("sentiment/"):
            continue
        chosen = [e for e in examples if e.label in LABELS]
        gold = np.array([LABELS.index(str(e.label)) for e in chosen])
        found = model.predict([e.text for e in chosen])
        low, high = interval(gold, found)
        majority = np.full(len(gold), np.bincount(gold, minlength=3).argmax())
        rows.append(
            {
                "set": name.split("/")[1],
                "n": len(gold),
                "tfidf": macro_f1(gold, found),
                "low": low,
                "high": high,
                "majority": macro_f1(gold, majority),
            }
        )
        print("{set:24} n {n:5} TF-IDF {tfidf:.3f} [{low:.3f}, {high:.3f}] majority {majority:.3f}".format(**rows[-1]))
    if options.out:
        options.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
