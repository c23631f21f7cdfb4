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
# # A first look
#
# Five minutes from `pip install` to a picture. From the root of a checkout, with Python 3.11 or later:
#
# ```console
# $ python -m venv .venv && source .venv/bin/activate
# $ python -m pip install -c constraints.txt ".[notebooks]" jupyterlab
# $ jupyter lab notebooks/01-first-look.ipynb
# ```
#
# The models come with the package. From here on nothing is downloaded, and no text leaves your machine.
#
# ## One text
#
# `annotate` takes what a customer wrote and says what it holds. In a notebook, an annotation is shown as the text with
# its *drivers* marked: what was meant (underlined), how it was judged (shaded) and, where the customer says so, why
# (dotted). ▲ is praise, ▼ is blame.

# %%
import cxtext

cxtext.annotate("Der Zug war pünktlich, aber die App stürzt ständig ab, weil das Update fehlerhaft ist.")

# %% [markdown]
# Praise and blame stand beside each other and are never netted: that the train was on time does not make the app
# crash less. That is why the sentiment as a whole is called *mixed*.
#
# The same in English; German and English are told apart by themselves. Everything that is shown can be reached by code,
# under the names in the table.

# %%
a = cxtext.annotate("The staff were lovely, but the waiting time was endless.")
for driver in a.drivers.negative:
    print("annoys:  ", driver.aspect.text, "|", driver.opinion.text)
for driver in a.drivers.positive:
    print("delights:", driver.aspect.text, "|", driver.opinion.text)

# %% [markdown]
# Every span has character offsets, so that each finding leads back to the words:

# %%
span = a.drivers.positive[0].opinion
a.document.text[span.start : span.end] == span.text

# %% [markdown]
# ## Many texts
#
# The folder `examples/feedback` holds 240 answers to the survey of an invented railway, the *Seelinie*, in German and
# English, written for this project. `analyze` reads the file, finds the columns by their names, annotates every answer
# and sums up. `outcome` is the score that is to be explained: the NPS, "would you recommend us?", from 0 to 10.

# %%
result = cxtext.analyze("../examples/feedback/survey.csv", outcome="nps", segments=["Kanal"])
result

# %% [markdown]
# An analysis speaks the language of most of its texts. How to read it, from the top:
#
# - **How many.** Shares are of the answers *with text*. Some have none, and they say nothing about topics.
# - **NPS and its interval.** Another 230 customers would have given another number. The interval is where the NPS of
#   all customers like these plausibly lies; it is about 22 points wide. A change of five points from one such survey to
#   the next would mean nothing.
# - **Share and its interval.** In which part of the answers a topic is praised, or blamed. A topic can stand in both
#   lists.
# - **Impact.** How much higher or lower the NPS would be without the answers that mention the topic in this way.
# - **Grade C, "a hint".** The topic goes along with the NPS, but with 233 answers that cannot be set apart from
#   whatever else these customers mention: the annoyed complain about everything. Only A and B are called drivers, and
#   here nothing is. The report says so instead of choosing a winner.
#
# ## A picture
#
# The tables are pandas data frames, ready for whatever you draw with. `charts.py` beside this notebook draws both lists
# with Altair. Bars that overlap widely may have come out in another order by chance.

# %%
import charts

charts.shares(result.drivers)

# %% [markdown]
# The numbers behind it, with the n of each:

# %%
import pandas as pd

columns = ["label", "polarity", "n", "share", "share_low", "share_high", "impact", "impact_low", "impact_high", "grade"]
pd.concat([result.positive_drivers, result.negative_drivers])[columns].round(2)

# %% [markdown]
# Where the interval of an impact is missing (`NaN`), fewer than 20 answers mention the topic in this way: an interval
# would promise more than it can keep. Read such a row as a count.
#
# ## A report to pass on
#
# One self-contained file, in German or English, with quotes under every finding. It holds customers' words;
# `level="aggregate"` leaves them out.

# %%
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as folder:
    report = Path(folder) / "report.html"
    result.to_html(report, language="en")
    print(f"{report.name}: written, {'no' if '<script' not in report.read_text() else 'a'} script inside")

# %% [markdown]
# ## What this does not say
#
# - **Associated with, not caused by.** A topic whose mentions go along with a low NPS need not be the reason for it.
# - **Who answers is not who buys.** The survey speaks for those who answered and wrote something.
# - **Irony** is often taken at its word, and a model errs: read the quotes before you act on a row.
#
# Next: [the root causes of a survey](02-root-causes.ipynb), where there is enough data for drivers.
