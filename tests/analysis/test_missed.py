"""Correction for mentions that were missed: exact in the limit, harmless alone, and a guard against riders."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from cxtext.analysis.controls import control_columns
from cxtext.analysis.effects import joint_effects
from cxtext.analysis.impact import make_clusters
from cxtext.analysis.key_drivers import key_drivers
from cxtext.analysis.missed import MISSED
from cxtext.testing.synth import planted_topics, tags


def fit(x, y, clusters=None):
    index = pd.Index(range(len(y)))
    enough = np.ones(x.shape[1], dtype=bool)
    return joint_effects(sparse.csr_array(x.astype(float)), y, control_columns(None, index), clusters, enough)


def host_and_rider(seed, n=60_000):
    rng = np.random.default_rng(seed)
    host = rng.random(n) < 0.1
    rider = (host & (rng.random(n) < 0.6)) | (rng.random(n) < 0.02)
    y = rng.normal(0, 1, n) - 1.0 * host
    return np.column_stack([host, rider]), y, rng


def test_the_correction_gives_a_rider_nothing_where_that_share_is_missed():
    true, y, rng = host_and_rider(1)
    seen = true & (rng.random(true.shape) >= MISSED)
    effects = fit(seen, y)
    assert effects.value[1] < -0.15
    error = np.sqrt(np.diag(effects.if_missed_covariance))
    assert abs(effects.if_missed[1]) < 3 * error[1]
    # The true effect, but for the common factor 1 - m.
    assert effects.if_missed[0] * (1 - MISSED) == pytest.approx(-1.0, abs=0.05)


def test_a_topic_on_its_own_has_the_same_evidence_with_and_without():
    rng = np.random.default_rng(2)
    x = rng.random((4000, 1)) < 0.05
    effects = fit(x, rng.normal(size=4000) - 0.5 * x[:, 0])
    plain = effects.value / effects.error
    corrected = effects.if_missed / np.sqrt(np.diag(effects.if_missed_covariance))
    assert corrected == pytest.approx(plain, rel=0.05)


def test_errors_are_those_of_repeated_samples():
    found, said = [], []
    for seed in range(60):
        true, y, rng = host_and_rider(seed, n=3000)
        effects = fit(true & (rng.random(true.shape) >= MISSED), y)
        found.append(effects.if_missed)
        said.append(np.sqrt(np.diag(effects.if_missed_covariance)))
    assert np.std(found, axis=0) == pytest.approx(np.mean(said, axis=0), rel=0.3)


def test_groups_of_one_give_the_errors_of_no_groups_but_for_leverage():
    true, y, _ = host_and_rider(3, n=5000)
    alone = fit(true, y)
    grouped = fit(true, y, make_clusters(np.arange(5000)))
    assert np.diag(grouped.if_missed_covariance) == pytest.approx(np.diag(alone.if_missed_covariance), rel=0.05)


def test_topics_that_are_always_mentioned_together_do_not_break_it():
    rng = np.random.default_rng(4)
    one = rng.random(2000) < 0.2
    nearly = one.copy()
    nearly[rng.choice(2000, 20)] ^= True
    effects = fit(np.column_stack([one, nearly, rng.random(2000) < 0.2]), rng.normal(size=2000))
    assert np.isfinite(effects.if_missed).all()
    assert (np.diag(effects.if_missed_covariance) > 0).all()


def test_riders_are_hardly_ever_called_drivers():
    called = 0
    for seed in range(10):
        drawn = tags(8000, planted_topics(seed=seed), seed=seed, halo=0.7, missed=0.25, flipped=0.08, spurious=0.01)
        table = key_drivers(drawn.mentions, drawn.outcome).merge(drawn.gold, on=["topic", "polarity"])
        called += (table["rider"] & table["grade"].isin(["A", "B"])).sum()
    # Of 20. Without the guard they are about ten.
    assert called <= 6
