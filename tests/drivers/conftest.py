"""Tokens made by hand: what the encoder would say, without an encoder."""

from pathlib import Path

import numpy as np
import pytest

from cxtext.encoder.artefact import Manifest
from cxtext.encoder.tokens import Tokens

TAGS = ("O", "B-negative", "B-neutral", "B-positive", "I-negative", "I-neutral", "I-positive")


def make_tokens(text, pieces, *, aspects=(), opinions=(), segments=None, links=()):
    """Build tokens of ``text``.

    Parameters
    ----------
    pieces
        The subwords, in order; their offsets are looked up in the text.
    aspects, opinions
        {position of a piece: tag, or two undecided ones as "B-negative|B-positive"}; all others are outside.
    segments
        Segment of each piece, by default all 0.
    links
        Pairs (aspect piece, opinion piece) that belong together; all others do not.
    """
    offsets, position = [], 0
    for piece in pieces:
        start = text.index(piece, position)
        position = start + len(piece)
        offsets.append((start, position))
    n = len(pieces)

    def logits(tagged):
        out = np.zeros((n, len(TAGS)), np.float32)
        for i in range(n):
            for tag in dict(tagged).get(i, "O").split("|"):
                out[i, TAGS.index(tag)] = 8
        return out

    # The aspect's projection is its own direction; the opinion's points along the aspects that it is about.
    pairs = np.full((n, 2 * n), -20, np.float32)
    pairs[:, :n] = 20 * np.eye(n)
    for aspect, opinion in links:
        pairs[opinion, n + aspect] = 20
    manifest = Manifest(
        folder=Path(),
        version="0",
        dimension=1,
        pair_size=n,
        window=254,
        sentiment=("negative", "neutral", "positive"),
        tags=TAGS,
        temperature=1.0,
        bias=(0.0, 0.0, 0.0),
        pair_bias=0.0,
        files={},
    )
    return Tokens(
        np.array(offsets, np.int32).reshape(-1, 2),
        np.array(segments or [0] * n, np.int32),
        np.zeros((n, 4), np.float32),
        logits(dict(aspects)),
        logits(dict(opinions)),
        pairs,
        manifest,
    )


@pytest.fixture(scope="session")
def hand_made():
    return make_tokens
