"""The generator: same seed same bytes, and what is planted is there."""

import pandas as pd
import pytest

from cxtext.errors import InputValueError
from cxtext.testing.phrases import PHRASES
from cxtext.testing.synth import PlantedTopic, planted_topics, tags, texts


def test_same_seed_same_tags_other_seed_other_tags():
    one, two, other = tags(400, seed=3, halo=0.5), tags(400, seed=3, halo=0.5), tags(400, seed=4, halo=0.5)
    pd.testing.assert_frame_equal(one.mentions, two.mentions)
    pd.testing.assert_series_equal(one.outcome, two.outcome)
    assert not one.outcome.equals(other.outcome)


def test_the_plan_has_twelve_true_pairs_and_two_riders():
    gold = tags(10).gold
    assert len(gold) == 48
    assert gold["driver"].sum() == 12
    assert gold.loc[gold["rider"], "topic"].unique().tolist() == ["rider-0", "rider-1"]
    assert not (gold["rider"] & gold["driver"]).any()


def test_planted_effects_move_the_rating():
    plan = [PlantedTopic(name="App", prevalence=0.3, reward=1.0, penalty=-2.0)]
    drawn = tags(20_000, plan, scale=(-100, 100), seed=1)
    rated = drawn.mentions.merge(drawn.outcome, left_on="document_id", right_index=True)
    mean = rated.groupby("polarity")["rating"].mean()
    rest = drawn.outcome[~drawn.outcome.index.isin(drawn.mentions["document_id"])].mean()
    assert mean["positive"] - rest == pytest.approx(1.0, abs=0.12)
    assert mean["negative"] - rest == pytest.approx(-2.0, abs=0.12)


def test_riders_sit_on_the_blame_of_their_host():
    drawn = tags(20_000, seed=2)
    blamed = drawn.mentions[drawn.mentions["polarity"] == "negative"]
    host = set(blamed.loc[blamed["topic"] == "basic-0", "document_id"])
    rider = set(blamed.loc[blamed["topic"] == "rider-0", "document_id"])
    assert len(host & rider) / len(host) == pytest.approx(0.6, abs=0.05)


def test_tag_noise_loses_flips_and_adds():
    plan = [PlantedTopic(name="App", prevalence=0.5)]
    clean = tags(20_000, plan, seed=5).mentions
    assert len(tags(20_000, plan, missed=0.25, seed=5).mentions) / len(clean) == pytest.approx(0.75, abs=0.02)
    flipped = tags(20_000, plan, flipped=1.0, seed=5).mentions
    assert (flipped["polarity"].to_numpy() != clean["polarity"].to_numpy()).all()
    assert len(tags(20_000, [PlantedTopic(name="App", prevalence=0.0)], spurious=0.1, seed=5).mentions) > 1500


def test_a_topic_can_belong_to_a_channel_and_rise():
    plan = [
        PlantedTopic(name="Hotline", prevalence=0.1, channel="call", channel_ratio=3.0),
        PlantedTopic(name="App", prevalence=0.1, rises_in=10, rise=2.0, rise_weeks=2),
    ]
    drawn = tags(40_000, plan, weeks=20, seed=7)
    assert drawn.gold[["channel", "rises_in"]].drop_duplicates().isna().to_numpy().tolist() == [
        [False, True],
        [True, False],
    ]
    said = drawn.mentions.merge(drawn.about, left_on="document_id", right_index=True)
    by_channel = said[said["topic"] == "Hotline"]["channel"].value_counts()
    assert by_channel["call"] / by_channel["email"] == pytest.approx(3, abs=0.3)
    week = (drawn.about["created_at"] - pd.Timestamp("2026-01-05")).dt.days // 7
    risen = said[said["topic"] == "App"]["document_id"].map(week).value_counts() / week.value_counts()
    assert risen[:10].mean() == pytest.approx(0.1, abs=0.01)
    assert risen[12:].mean() == pytest.approx(0.2, abs=0.01)
    assert 0.1 < risen[10] < risen[11] < 0.2


def test_impossible_plans_are_refused():
    with pytest.raises(InputValueError, match="more than 10"):
        planted_topics(topics=10)
    with pytest.raises(InputValueError, match="before"):
        tags(10, [PlantedTopic(name="a", prevalence=0.1, rides_on="b")])
    with pytest.raises(InputValueError, match="channel"):
        tags(10, [PlantedTopic(name="a", prevalence=0.1, channel="fax")])


def test_comments_say_what_the_gold_says():
    seen = set()
    for comment in texts(300, seed=1):
        text, language = comment.document.text, comment.document.language
        assert 1 <= comment.document.scores["rating"] <= 5
        for gold in comment.gold:
            phrases = PHRASES[gold.topic][language][gold.polarity]
            aspect, opinion = text[slice(*gold.aspect)], text[slice(*gold.opinion)]
            assert any((p.aspect, p.opinion) == (aspect, opinion) for p in phrases)
            if gold.cause is not None:
                assert any(p.cause == text[slice(*gold.cause)] for p in phrases)
            seen.add((gold.topic, language, gold.polarity, gold.cause is None))
    assert len(seen) == len(PHRASES) * 2 * 2 * 2
    assert texts(300, seed=1) == texts(300, seed=1)
    assert {c.document.language for c in texts(50, german=1.0)} == {"de"}


def test_personal_data_stands_where_the_gold_says_and_is_found():
    from cxtext.text.redaction import redact

    written = texts(200, personal=1.0, seed=2)
    assert {p.type for c in written for p in c.personal} == {"phone", "email", "iban"}
    for comment in written[:60]:
        [(start, end, kind)] = comment.personal
        masked, found = redact(comment.document)
        assert kind in {p.type for p in found}
        assert comment.document.text[start:end] not in masked.text


def test_calls_have_turns_and_gold_in_the_customers():
    for comment in texts(60, calls=1.0, causes=1.0, personal=0.5, seed=3):
        turns = comment.document.turns
        assert (turns[0].role, turns[-1].role) == ("agent", "agent")
        mine = [t for t in turns if t.role == "customer"]
        assert len(mine) == len(comment.gold) + len(comment.personal)
        assert comment.moods == tuple(1 if g.polarity == "positive" else -1 for g in comment.gold)
        for turn, gold in zip(mine, comment.gold, strict=False):
            for span in (gold.aspect, gold.opinion, gold.cause):
                assert turn.start <= span[0] < span[1] <= turn.end


def test_umlauts_can_be_spelled_out_with_the_gold_moved():
    written = texts(80, german=1.0, respelled=1.0, causes=1.0, seed=4)
    assert not any(c in comment.document.text for comment in written for c in "äöüß")
    assert any("ue" in comment.document.text[slice(*g.opinion)] for comment in written for g in comment.gold)


def test_what_is_planted_in_comments_is_there():
    plan = [
        PlantedTopic(name="app", prevalence=0.3, penalty=-1.0, rises_in=10),
        PlantedTopic(name="delivery", prevalence=0.1, rides_on="app", ride=0.6),
        PlantedTopic(name="price", prevalence=0.2, channel="call", channel_ratio=3.0),
    ]
    written = texts(4000, plan, weeks=20, calls=0.5, seed=5)
    said = pd.DataFrame(
        [
            {
                "call": c.document.channel == "call",
                "late": c.document.created_at >= pd.Timestamp("2026-03-16", tz="UTC"),
                "rating": c.document.scores["rating"], **{(g.topic, g.polarity): 1 for g in c.gold},
            }
            for c in written
        ]
    ).fillna(0)  # fmt: skip
    blamed = said[("app", "negative")] == 1
    assert said[blamed]["rating"].mean() < said[~blamed]["rating"].mean() - 0.6
    # Less than 0.6: where nothing was drawn, one topic alone is written about.
    assert said[blamed][("delivery", "negative")].mean() > 0.4 > 3 * said[~blamed][("delivery", "negative")].mean()
    app, price = blamed + said[("app", "positive")], said[("price", "negative")] + said[("price", "positive")]
    assert app[said["late"]].mean() > 1.5 * app[~said["late"]].mean()
    assert price[said["call"]].mean() > 2 * price[~said["call"]].mean()


def test_comments_about_what_has_no_phrases_are_refused():
    with pytest.raises(InputValueError, match="no phrases for topic 'weather'"):
        texts(1, [PlantedTopic(name="weather", prevalence=0.1)])
    with pytest.raises(InputValueError, match="before"):
        texts(1, [PlantedTopic(name="app", prevalence=0.1, rides_on="price")])
