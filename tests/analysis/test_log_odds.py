"""Log-odds between two groups: the golden value, and no more than chance where there is nothing."""

import numpy as np
import pytest

from cxtext.analysis.log_odds import log_odds


def test_log_odds_are_the_golden_value():
    delta, z = log_odds([30], 1000, [10], 1500)
    assert (float(delta[0]), float(z[0])) == pytest.approx((1.3987, 4.074), abs=5e-4)


def test_shuffled_labels_give_standard_normal_scores():
    chosen = np.random.default_rng(0).random((600, 80)) < 0.15
    share = []
    for seed in range(10):
        inside = np.random.default_rng(seed).random(600) < 0.3
        first, second = chosen[inside].sum(axis=0), chosen[~inside].sum(axis=0)
        _, z = log_odds(first, inside.sum(), second, (~inside).sum())
        share.append(np.mean(np.abs(z) > 1.96))
    assert np.mean(share) <= 0.06
