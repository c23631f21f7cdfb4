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
# # German and English together
#
# One collection, two languages, one model. This notebook shows what is shared between them, what is kept apart, and
# where a difference between languages is no difference between customers.
#
# ## Which language is it?
#
# Each text is German, English or *other*, with a confidence. Nobody has to say which; where you know it,
# `language="de"` helps with texts too short to tell.

# %%
import pandas as pd

import cxtext

texts = [
    "Die Beratung war freundlich und schnell.",
    "The advice was friendly and quick.",
    "Das Handling am Counter war super easy.",
    "Die Rechnung stimmt nicht. Please call me back, I do not speak much German.",
    "Dr Zug isch scho wieder z spaat gsi.",
    "La commande est arrivée en retard et personne ne répond.",
    "Super!",
]
found = cxtext.annotate(texts)
pd.DataFrame(
    {
        "text": texts,
        "language": [a.language.code for a in found],
        "confidence": [round(a.language.confidence, 2) for a in found],
        "mixed": [a.language.mixed for a in found],
        "sentiment": [a.sentiment.label if a.sentiment else None for a in found],
    }
)

# %% [markdown]
# A text with sentences of both languages is *mixed*, dialect close to the written language is German, and a word that
# both have goes to the nearer one, with a confidence that says how little is behind it. French is recognised, counted
# and left alone: it gets no sentiment instead of a wrong one.
#
# The third text shows an error: German with English words ("Handling", "Counter", "easy") is taken for English, with a
# confidence of 0.84. Its sentiment is right all the same, since one model reads both; a count by language is not. Where
# such texts are frequent, say `language="de"`.
#
# ## One space for both
#
# `encode` places texts by meaning, so that the same said in two languages lies close together. Eight sentences, four in
# each language:

# %%
pairs = [
    ("Die Lieferung kam zu spät.", "The delivery was late."),
    ("Das Personal war sehr freundlich.", "The staff were very kind."),
    ("Die App stürzt ständig ab.", "The app keeps crashing."),
    ("Das ist mir zu teuer.", "That is too expensive for me."),
]
german, english = (list(side) for side in zip(*pairs, strict=True))
similarity = cxtext.encode(german) @ cxtext.encode(english).T
pd.DataFrame(similarity, index=german, columns=english).round(1)

# %% [markdown]
# Rows are unit vectors, so that this is the cosine. The largest number of each row is on the diagonal: the translation.
# The *level* of the others says little; compare within a row, not with a threshold from elsewhere.
#
# ## One set of topics
#
# Because of this, topics hold texts of both languages. The survey of the *Seelinie* is German for the most part:

# %%
survey = pd.read_csv("../examples/feedback/survey.csv", sep=";").dropna(subset="Kommentar")
model = cxtext.TopicModel().fit(survey["Kommentar"])
model

# %% [markdown]
# A topic has a label in each language, taken from its own texts; where one of them has fewer than two texts, the label
# comes from the other. How many texts of each language are in each topic:

# %%
annotated = cxtext.annotate(survey["Kommentar"])
language = pd.Series([a.language.code for a in annotated], name="language")
topic = pd.Series(model.labels_, name="topic").map(model.topics_.set_index("id")["label"]).fillna("(unassigned)")
pd.crosstab(topic, language, margins=True)

# %% [markdown]
# An English text is not sent to an "English topic": language is not what is sorted by. With a few dozen English texts,
# though, their labels rest on little, and some read like it.
#
# ## Are English speakers more satisfied?
#
# The mean sentiment by language, each with n and a 95 % interval of the mean:

# %%
frame = cxtext.to_frame(annotated, level="document").assign(
    nps=survey["NPS"].to_numpy(), channel=survey["Kanal"].to_numpy()
)
by = frame.groupby("language")["score"].agg(["count", "mean", "sem"])
by["low"], by["high"] = by["mean"] - 1.96 * by["sem"], by["mean"] + 1.96 * by["sem"]
by.round(2)

# %%
import charts

rows = by.reset_index().rename(columns={"language": "name", "mean": "estimate"})
charts.figures(rows, "mean sentiment, from -1 to 1", low=-1, high=1)

# %% [markdown]
# (One text was taken for another language and has no sentiment.) The intervals overlap: from this survey nobody can
# tell. Had they not, three other things would have to be looked at before "English speakers are happier" may be said:
#
# - **Who they are.** Tourists and commuters ride different trains. Compare within a channel, a line or a season.
# - **How they write.** Politeness differs. "Not bad" is praise in Hamburg and faint praise in London.
# - **How the model reads.** It was measured in both languages, with different figures; they stand in
#   [its card](../models/README.md).
#
# The score that customers gave themselves passes through no model. It is the fairer comparison:

# %%
frame.groupby("language")["nps"].agg(["count", "mean", "sem"]).round(2)

# %% [markdown]
# ## The report's language
#
# `result.to_html(path, language="de")` and `language="en"` write the same report: labels, numbers and dates follow the
# language, quotes stay in the words of the customer, with a mark of their language. Nothing is translated.
#
# Next: [calls and e-mails](04-calls-and-mails.ipynb).
