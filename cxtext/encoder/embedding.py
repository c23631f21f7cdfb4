"""Sentence embeddings of the shipped encoder."""

from collections.abc import Sequence

import numpy as np

from cxtext.encoder.runtime import Floats, Runtime


def embed(runtime: Runtime, texts: Sequence[str]) -> Floats:
    """Embed texts: float32 (n, dimension), rows L2-normalised, zero rows for texts without words.

    A text longer than the encoder's window goes through in windows; its embedding is the mean over all their tokens.
    """
    window = runtime.manifest.window
    sums = np.zeros((len(texts), runtime.manifest.dimension), np.float64)
    rows: list[list[int]] = []
    owners: list[int] = []
    # White space at the edges would be tokens of its own and move the vector.
    for i, encoded in enumerate(runtime.tokenize([t.strip() for t in texts])):
        if not texts[i].strip():
            continue
        for start in range(0, len(encoded.ids), window):
            rows.append(encoded.ids[start : start + window])
            owners.append(i)
    for owner, row in zip(owners, runtime.run(rows), strict=True):
        sums[owner] += row.embedding
    lengths = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
    return (sums / np.where(lengths == 0, 1, lengths)).astype(np.float32)
