"""Which words one group uses more than another: log-odds with an informative Dirichlet prior."""

import numpy as np
from numpy.typing import ArrayLike

from cxtext.analysis.intervals import Floats

# Weight of the background, in documents: a word must outweigh what a hundred ordinary documents would say.
PRIOR = 100.0


def log_odds(
    first: ArrayLike,
    first_total: float,
    second: ArrayLike,
    second_total: float,
    *,
    prior: float = PRIOR,
    background: ArrayLike | None = None,
) -> tuple[Floats, Floats]:
    """Give the log-odds ratio of words between two groups, with an informative Dirichlet prior, and its z value.

    Parameters
    ----------
    first, second
        Count of each word in the two groups.
    first_total, second_total
        What the counts are out of.
    prior
        Weight of the background (alpha_0).
    background
        Share of each word in the background; null takes both groups together.

    Returns
    -------
    tuple of ndarray
        Log-odds ratio (above 0: more in the first) and z.

    Notes
    -----
    Monroe, Colaresi & Quinn (2008), https://doi.org/10.1093/pan/mpn018.

    Examples
    --------
    30 of 1,000 against 10 of 1,500:

    >>> delta, z = log_odds(30, 1000, 10, 1500)
    >>> round(float(delta), 4), round(float(z), 3)
    (1.3987, 4.074)
    """
    y1, y2 = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    total = first_total + second_total
    share = (y1 + y2) / total if background is None else np.asarray(background, dtype=float)
    # No word is in all documents or in none for certain; half a document is left for the next one.
    a = prior * np.clip(share, 0.5 / total, 1 - 0.5 / total)
    delta = np.log((y1 + a) / (first_total + prior - y1 - a)) - np.log((y2 + a) / (second_total + prior - y2 - a))
    return delta, delta / np.sqrt(1 / (y1 + a) + 1 / (y2 + a))
