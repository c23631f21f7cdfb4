"""Sentence embeddings of the shipped encoder."""

from collections.abc import Sequence

import numpy as np

from cxtext.encoder.runtime import Floats, Runtime


def embed(runtime: Runtime, texts: Sequence[str]) -> Floats:
    """Embed texts: float32 (n, dimension), rows L2-normalised, zero rows for texts without words.

    A text longer than the encoder's window is the mean of its windows, weighted by their tokens.
    """
    window = runtime.manifest.window
    out = np.zeros((len(texts), runtime.manifest.dimension), np.float32)
    rows: list[list[int]] = []
    owners: list[int] = []
    for i, encoded in enumerate(runtime.tokenize(texts)):
        if not texts[i].strip():
            continue
        for start in range(0, len(encoded.ids), window):
            rows.append(encoded.ids[start : start + window])
            owners.append(i)
    several = np.bincount(owners, minlength=len(texts)) > 1
    for owner, ids, row in zip(owners, rows, runtime.run(rows), strict=True):
        if several[owner]:
            out[owner] += row.embedding * np.float32(len(ids))
        else:
            out[owner] = row.embedding
    for i in np.flatnonzero(several).tolist():
        out[i] /= np.sqrt((out[i] * out[i]).sum())
    return out
