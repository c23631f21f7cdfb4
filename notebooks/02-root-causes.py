# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Root causes of a survey, of praise and of blame
#
# Which topics go along with the rating, in which direction, and what do customers say is behind them? To see how far
# the answer can be trusted, this notebook works on a survey whose truth is known: `cxtext.testing.synth` writes
# comments in German and English and draws a rating from effects that we plant. With your own survey, start at
# *Analyse*.
#
# ## A survey with known truth
#
# Each planted topic is mentioned with the probability `prevalence`. Praise of it adds `reward` to the rating (1 to 5),
# blame takes `penalty` from it:

# %%
import pandas as pd

import cxtext
from cxtext.testing.synth import PlantedTopic, texts

planted = [
    PlantedTopic(name="app", prevalence=0.3, penalty=-2.5, rises_in=26, rise=2.5),
    PlantedTopic(name="staff", prevalence=0.3, reward=2.0),
    PlantedTopic(name="delivery", prevalence=0.35, reward=0.8, penalty=-1.5),
    PlantedTopic(name="price", prevalence=0.3),
    PlantedTopic(name="waiting", prevalence=0.2),
]
comments = texts(500, planted, causes=0.5, noise=1.0, seed=7)
answers = pd.DataFrame(
    {
        "comment": [c.document.text for c in comments],
        "rating": [c.document.scores["rating"] for c in comments],
        "date": [c.document.created_at for c in comments],
    }
)
pd.set_option("display.max_colwidth", None)
answers.sample(5, random_state=1)

# %% [markdown]
# Two traps are set. *Price* and *waiting* are talked about a lot and move nothing. And there is a mood: annoyed
# customers blame whatever they mention, so that every complaint goes along with a low rating. A count of complaints
# would fall for both.
#
# ## Analyse
#
# The rating is the outcome, from 1 (worst) to 5 (best). `taxonomy` names the topics that this house knows; without it
# they are discovered, as in [the first look](01-first-look.ipynb).

# %%
result = cxtext.analyze(
    answers,
    text="comment",
    scores={"rating": ("rating", 1, 5)},
    outcome="rating",
    time="date",
    taxonomy="../examples/parcels.toml",
)
result

# %% [markdown]
# ## What annoys, and what delights
#
# `effect` is the difference in the rating that goes along with a mention when all topics are looked at together. Grade
# A or B: it holds against chance after correction for the number of topics, it exceeds what blame (or praise) in
# general goes along with, and it comes back when the answers are drawn again.

# %%
columns = ["label", "n", "share", "share_low", "share_high", "effect", "q_value", "grade", "kind"]
result.negative_drivers[columns].round(3)

# %%
result.positive_drivers[columns].round(3)

# %% [markdown]
# Compare with what was planted:
#
# - **App**: blame −2.5, praise nothing. Found as a negative driver of kind *basic*: its failure costs, its success is
#   taken for granted. Praising it is not found to delight, although it is praised about as often as it is blamed.
# - **Staff**: praise +2, blame nothing. Found as *excitement*: nobody holds its absence against you.
# - **Delivery**: both. Found in both lists, as *performance*.
# - **Price** and **waiting**: nothing planted, no grade, *indifferent*, although more than a third mention prices.
#
# The last two rows of blame are topics that the taxonomy does not know, found beside it: too few to say more than their
# number.
#
# Netted into one number, the app would look harmless: praised as often as blamed. It is the most expensive topic here.
#
# The effects found are smaller than those planted, since ratings are cut at 1 and 5 and a model misses some mentions.
# Read them as an order, with the interval of the impact beside them:

# %%
import charts

known = result.drivers[result.drivers["impact_low"].notna()]
charts.impacts(known, "the mean rating (1 to 5)")

# %% [markdown]
# The impact is how far the mean rating of *all* answers would move without the ones that mention the topic in this
# way. It grows with how many mention it. An interval that crosses zero means that even the direction is open.
#
# ## Why, in their words
#
# Where customers say why ("because ...", "weil ..."), the reasons are collected under the driver; the same reason in
# other words, or in the other language, counts once. These are counts of what was *said*:

# %%
stated = result.causes.query("source == 'stated' and n >= 5")
stated[["label", "polarity", "cause", "forms", "n", "share"]].round(2)

# %% [markdown]
# Reasons are put together by meaning, and that errs both ways: "two desks were open" has slipped in among those who
# waited, and "there is no base fee" was not recognised in German. The forms are listed so that you can see it.
#
# A stated reason is a customer's explanation. That the courier got lost is testimony; that the rating would rise if
# couriers did not is a guess, and a good one to test.
#
# ## What has changed
#
# From the 27th week on, the app was mentioned two and a half times as often. The alerts compare each week with what
# was usual before, and say how often such an alert would be false:

# %%
alert = ["kind", "label", "polarity", "period", "n", "expected", "q_value", "false_alarms"]
result.alerts[alert]

# %% [markdown]
# `n` counts the mentions since the rise began, `expected` is how many the earlier share would have given. An alert on
# *praise* of the app is right, too: it is mentioned more often in both ways.
#
# ## With fewer answers
#
# The same survey, its first 120 answers:

# %%
small = cxtext.analyze(
    answers.head(120),
    text="comment",
    scores={"rating": ("rating", 1, 5)},
    outcome="rating",
    time="date",
    taxonomy="../examples/parcels.toml",
)
columns = ["label", "polarity", "n", "impact", "impact_low", "impact_high", "effect", "q_value", "grade"]
pd.concat([small.negative_drivers, small.positive_drivers]).query("n >= 10")[columns].round(3)

# %% [markdown]
# What is large and often blamed is still found. The staff (*Personal*: most of these answers are German, and so are the
# labels) is not, although praising it is worth as much as before: 17 answers do, and below 20 neither interval nor
# grade is given. **No grade is not "no effect".** It is "not enough to tell".
#
# ## What this cannot say
#
# - **Causes.** Everything here goes along with the rating. Mend the app in half of the branches, and you will know.
# - **What is not mentioned.** People write about what stands out. A topic without mentions may be fine, or given up on.
# - **That it works as well on real comments.** These are written from templates, which flatters every reader of texts.
#   [The benchmarks](../docs/benchmarks.md) measure on real ones.
#
# Next: [German and English together](03-two-languages.ipynb).
