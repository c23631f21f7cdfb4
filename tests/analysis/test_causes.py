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
        ["Seit dem Update stürzt die App ab. Update, Update!"] * 30 + ["Die Beratung in der Filiale war nett"] * 90
    )
    found = distinctive_words(texts, pd.Series(np.arange(120) < 30)).set_index("word")
    assert {"Update", "stürzen", "App"} == set(found.index) - {"ab"}
    assert found.loc["Update", ["n", "documents", "share", "rest"]].tolist() == [30, 30, 1.0, 0.0]


def test_spellings_and_inflected_forms_are_one_word():
    texts = pd.Series(["Verspätung"] * 12 + ["Verspätungen"] * 8 + ["VERSPAETUNG"] * 10 + ["alles gut"] * 90)
    found = distinctive_words(texts, pd.Series(np.arange(120) < 30))
    assert found[["word", "n"]].to_numpy().tolist() == [["Verspätung", 30]]


def test_each_document_has_its_language():
    texts = pd.Series(["the parcels"] * 20 + ["die Pakete"] * 20 + ["gut good"] * 80)
    language = pd.Series(["en"] * 20 + ["de"] * 20 + ["other"] * 80)
    found = distinctive_words(texts, pd.Series(np.arange(120) < 40), language=language)
    assert set(found["word"]) == {"parcel", "Paket"}


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


def test_row_order_has_no_influence():
    texts = pd.Series(["langsam und teuer"] * 20 + ["schnell"] * 60)
    chosen = pd.Series(np.arange(80) < 20)
    one = distinctive_words(texts, chosen)
    pd.testing.assert_frame_equal(one, distinctive_words(texts.iloc[::-1], chosen.sample(frac=1, random_state=1)))
    assert len(one) == 2
    assert len(distinctive_words(texts, chosen, top=1)) == 1


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
    with pytest.raises(InputValueError, match=r"1 of 1 .* 'de'"):
        distinctive_words(texts, pd.Series([True]), language="fr")
    with pytest.raises(InputValueError, match="top"):
        distinctive_words(texts, pd.Series([True]), top=0)
