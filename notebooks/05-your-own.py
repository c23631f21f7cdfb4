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
# # Labels, topics and a stage of your own
#
# The shipped models know German and English feedback in general. Your house has its own categories, its own topics and
# its own questions. Each of them has a place, and none needs more than a table or a few lines.
#
# ## Labels: learn from a table
#
# A dozen examples of each category are enough to begin with. They are written here; yours come from a file
# (`python -m cxtext.train labels.csv --task categories --out my-model`).

# %%
import tempfile

import cxtext
from cxtext.train import train

said = {
    "Preis": ["Das Ticket nach {} ist zu teuer.", "The fare to {} went up again.", "Der Preis für {} ist fair."],
    "Fahrplan": ["Der Zug nach {} kam zu spät.", "The train to {} was on time.", "Anschluss in {} verpasst."],
    "Personal": ["Der Schaffner aus {} war nett.", "The staff in {} were rude.", "Sehr freundlich am Schalter in {}."],
}
places = ["Bern", "Köln", "Graz", "Leeds"]
rows = [
    {"text": sentence.format(place), "label": label}
    for label, sentences in said.items()
    for sentence in sentences
    for place in places
]
folder = tempfile.TemporaryDirectory()
learnt = train(rows, task="categories", out=folder.name)
len(rows), learnt.model.predict(["What a kind conductor!", "Schon wieder eine Preiserhöhung."]).tolist()

# %% [markdown]
# The encoder stays as it is; one linear layer is learnt on top of it, which takes a second. How good is it?

# %%
f1 = learnt.agreement.macro_f1
print(f"macro-F1 {f1.value:.2f} (95 % interval {f1.low:.2f} to {f1.high:.2f}), n = {learnt.agreement.n}")

# %% [markdown]
# This is cross-validated: every text was judged by a model that had not seen *it*. But it had seen the same sentence
# with another place, and so the figure flatters. That is the usual trap with labelled data: repeats, templates, and the
# same customer on both sides. So measure on texts from elsewhere:

# %%
from cxtext.evaluate import evaluate

gold = [
    {"text": "Für die paar Kilometer zahle ich ein Vermögen.", "label": "Preis"},
    {"text": "Reasonable prices compared to flying.", "label": "Preis"},
    {"text": "Im Sparangebot wirklich günstig.", "label": "Preis"},
    {"text": "Wir standen vierzig Minuten auf freier Strecke.", "label": "Fahrplan"},
    {"text": "Every departure was cancelled on Sunday.", "label": "Fahrplan"},
    {"text": "Pünktlich auf die Minute.", "label": "Fahrplan"},
    {"text": "Die Dame hat sich viel Zeit genommen.", "label": "Personal"},
    {"text": "The guard shouted at my daughter.", "label": "Personal"},
    {"text": "Niemand an Bord wusste Bescheid.", "label": "Personal"},
]
measured = evaluate(gold, model=folder.name).agreement
f1 = measured.macro_f1
print(f"macro-F1 {f1.value:.2f} (95 % interval {f1.low:.2f} to {f1.high:.2f}), n = {measured.n}")

# %% [markdown]
# Nine texts settle nothing, and the interval says so. A few hundred, drawn at random from your own mail, would.
# [Labels of your own](../docs/own-labels.md) has the rest: sentiment, files, fine-tuning.
#
# ## Topics: a taxonomy
#
# A taxonomy needs no labelled table: names, keywords and a few examples for each topic, in TOML. This is the one of the
# *Seelinie*:

# %%
from pathlib import Path

print("\n".join(Path("../examples/taxonomy.toml").read_text(encoding="utf-8").splitlines()[31:43]))

# %% [markdown]
# As a stage of a pipeline, `categories.v1` gives every driver mention its `category`, by its own words:

# %%
from cxtext.pipeline import Pipeline, make_stage

default = Pipeline.default()
with_topics = Pipeline([*default.stages, make_stage("categories.v1", taxonomy="../examples/taxonomy.toml")])
cxtext.annotate("Der Zug war sauber, aber die Hotline ist nie erreichbar.", pipeline=with_topics)

# %% [markdown]
# A topic is given only where it is near enough. What the taxonomy misses is found beside it by `cxtext.analyze(...,
# taxonomy=...)`: the table of topics then has rows without a category. Read those first; they are what your taxonomy
# does not know yet.

# %%
result = cxtext.analyze("../examples/feedback/survey.csv", outcome="nps", taxonomy="../examples/taxonomy.toml")
result.topics[["label", "category", "size"]]

# %% [markdown]
# ## A stage: a question of your own
#
# Which answers name a sum of money? A stage reads fields of a draft and gives new ones. There is nothing to inherit
# from; it has a versioned name, a frozen config, and says what it needs and gives.

# %%
import re
from dataclasses import dataclass

from cxtext.documents import Marker


@dataclass(frozen=True)
class SumsConfig:
    currencies: tuple[str, ...] = ("Euro", "€", "CHF", "pounds")


class MarkSums:
    name, requires, provides = "sums.v1", frozenset({"document", "segments"}), frozenset({"markers"})
    Config = SumsConfig

    def __init__(self, config=SumsConfig()):
        self.config = config

    def predict(self, batch):
        sums = re.compile(rf"\d+(?:[.,]\d+)? ?(?:{'|'.join(map(re.escape, self.config.currencies))})")
        return [{"markers": tuple(self._marks(draft, sums))} for draft in batch]

    def _marks(self, draft, sums):
        for s in draft.segments:
            for m in sums.finditer(draft.document.text, s.start, s.end) if s.kind == "customer" else ():
                yield Marker(type="sum", start=m.start(), end=m.end(), text=m.group(), score=1.0)


# %% [markdown]
# The pipeline checks the chain when it is built, and names what is missing:

# %%
try:
    Pipeline([MarkSums()])
except cxtext.CxtextError as error:
    print(error)

# %%
pipeline = Pipeline(["language.v1", "segment.v1", MarkSums()])
survey = cxtext.annotate(
    ["Gutschein über 5 Euro, das ist ein Witz.", "They refunded 42,50 € at once.", "Alles gut."], pipeline=pipeline
)
[[m.text for m in a.markers] for a in survey]

# %% [markdown]
# This stage *replaces* the markers that an earlier one gives: a pipeline with both would keep the later. To be named in
# a pipeline file, it is registered by one line in the `pyproject.toml` of your package, and then runs in the batch job
# and in the service like any other:

# %%
print(Pipeline(["language.v1", "segment.v1"]).to_config())

# %% [markdown]
# What a stage may rely on, and what it must keep (offsets, order, the same result alone and in a batch), stands in
# [the guide](../CONTRIBUTING.md#add-a-stage), with a test that holds it.
#
# Next: [from notebook to batch to service](06-notebook-batch-service.ipynb).
