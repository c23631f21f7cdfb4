"""Distinctive words: the golden value, counting by document, and silence on chance."""

import numpy as np
import pandas as pd
import pytest

from cxtext.analysis.causes import distinctive_words, log_odds
from cxtext.errors import InputTypeError, InputValueError


def test_log_odds_are_the_golden_value():
    delta, z = log_odds([30], 1000, [10], 1500)
    assert (float(delta[0]), float(z[0])) == pytest.approx((1.3987, 4.074), abs=5e-4)


def test_planted_words_come_first_and_count_by_document():
    texts = pd.Series(
        ["Seit dem Update stürzt die App ab. Update, Update!"] * 15 + ["Die Beratung in der Filiale war nett"] * 60
    )
    found = distinctive_words(texts, pd.Series(np.arange(75) < 15))
    assert {"update", "stürzt", "app"} <= set(found["word"])
    assert found.set_index("word").loc["update", ["n", "documents", "share"]].tolist() == [15, 15, 1.0]
    assert "die" not in set(found["word"])


def test_shuffled_labels_give_standard_normal_scores():
    rng = np.random.default_rng(0)
    vocabulary = [f"wort{chr(97 + i)}{chr(97 + j)}" for i in range(8) for j in range(10)]
    chosen = rng.random((600, 80)) < 0.15
    texts = pd.Series([" ".join(np.asarray(vocabulary)[row]) for row in chosen])
    share = []
    for seed in range(10):
        inside = np.random.default_rng(seed).random(600) < 0.3
        first, second = chosen[inside].sum(axis=0), chosen[~inside].sum(axis=0)
        _, z = log_odds(first, inside.sum(), second, (~inside).sum())
        share.append(np.mean(np.abs(z) > 1.96))
    assert np.mean(share) <= 0.06
    assert len(distinctive_words(texts, pd.Series(np.arange(600) < 200))) <= 6


def test_row_order_has_no_influence_and_the_tokeniser_can_be_changed():
    texts = pd.Series(["langsam und teuer"] * 20 + ["schnell"] * 60)
    chosen = pd.Series(np.arange(80) < 20)
    one = distinctive_words(texts, chosen)
    pd.testing.assert_frame_equal(one, distinctive_words(texts.iloc[::-1], chosen.sample(frac=1, random_state=1)))
    assert distinctive_words(texts, chosen, tokenize=lambda t: [t], top=1)["word"].tolist() == ["langsam und teuer"]


@pytest.mark.parametrize("inside", [0, 26])
def test_without_a_group_or_a_rest_nothing_is_distinctive(inside):
    texts = pd.Series(["langsam und teuer"] * 26)
    assert len(distinctive_words(texts, pd.Series(np.arange(26) < inside))) == 0


def test_bad_input_is_refused():
    texts = pd.Series(["a"])
    with pytest.raises(InputTypeError, match="Series"):
        distinctive_words(["a"], pd.Series([True]))
    with pytest.raises(InputTypeError, match="truth"):
        distinctive_words(texts, pd.Series([1.5]))
    with pytest.raises(InputTypeError, match="NoneType"):
        distinctive_words(pd.Series([None], dtype=object), pd.Series([True]))
    with pytest.raises(InputValueError, match="lacks 1"):
        distinctive_words(texts, pd.Series([True], index=[5]))
    with pytest.raises(InputValueError, match="top"):
        distinctive_words(texts, pd.Series([True]), top=0)
