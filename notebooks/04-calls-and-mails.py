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
# # Calls and e-mails
#
# A survey answer is all the customer's. An e-mail quotes the last one and ends with a signature; in a call, half of the
# words are the agent's. Who said what is settled first, and only the customer's own words are judged.
#
# ## E-mails
#
# `read` takes files of any kind that it knows and gives documents:

# %%
import cxtext
from cxtext.sources import read

mails = list(read("../examples/feedback/mails"))
annotated = cxtext.annotate(mails)
annotated[3]

# %% [markdown]
# What is pale is not the customer's: greeting, closing, signature, and the reply that is quoted below. It stays where
# it is, so that offsets hold, and feeds neither sentiment nor drivers. How much of these mails that is:

# %%
import pandas as pd

kinds = pd.DataFrame([(s.kind, s.end - s.start) for a in annotated for s in a.segments], columns=["kind", "characters"])
kinds.groupby("kind")["characters"].agg(["count", "sum"]).sort_values("sum", ascending=False)

# %% [markdown]
# ## Markers
#
# Beside what is good and bad, an e-mail says what is *wanted*. Markers are passages that announce something: a
# question, a request, that the customer means to leave, that it took effort, that it is urgent.

# %%
rows = [(a.id.split("/")[-1], m.type, m.text, m.score) for a in annotated for m in a.markers]
pd.DataFrame(rows, columns=["mail", "type", "text", "score"]).query("score >= 0.7").head(12)

# %% [markdown]
# A marker is a passage, not a verdict on a customer: "I might as well cancel" may be a figure of speech. The score says
# how sure the rule or model is, not how angry the customer.
#
# ## Calls
#
# A transcript is a conversation of turns. A notebook shows it as such, with the line of the customer's mood:

# %%
calls = cxtext.annotate(list(read("../examples/feedback/calls")))
calls[0]

# %% [markdown]
# Signs stand at the turns that say something; the agent's turns have no mood. What the line does is summed up in
# `conversation`: the mood at the start and at the end (-1 to 1), the trend, the worst moment, whether it recovered.

# %%
columns = ["turns", "start", "end", "trend", "peak_negative", "recovery", "bad_goodbye"]
went = pd.DataFrame({a.id.split("/")[-1]: a.conversation for a in calls if a.conversation}).T
went[columns]

# %% [markdown]
# `turns` is the n behind each row, and it is small: a start and an end are means over a quarter of five to seven
# turns. They describe *this* call. They are no measure of the agent: who gets the angry calls has the low numbers.
# cxtext is not made to judge employees, and five calls judge nothing at all.
#
# ## Whom to call back first
#
# All channels together, masked as `analyze` does by default. The queue names who needs something, the most pressing
# first, with the reasons and the passage that says it most:

# %%
result = cxtext.analyze(["../examples/feedback/mails", "../examples/feedback/calls"])
queue = result.queue.assign(document=result.queue["document_id"].str.split("/").str[-1])
queue[["document", "queue", "priority", "urgency", "quote"]].head(8).round(2)

# %% [markdown]
# The priority orders people's time; it is a rule with weights that somebody chose, not a probability
# ([how it is made](../docs/queue.md)). Nothing is sent to anybody. People decide, and people answer.
#
# ## Few documents
#
# Thirteen documents make no statistics, and the analysis says so instead of ranking topics:

# %%
result

# %% [markdown]
# Next: [labels, topics and a stage of your own](05-your-own.ipynb).
