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
# # From notebook to batch to service
#
# What you have tried in a notebook runs as a nightly job and behind a URL, and says the same. One function is behind
# all three; this notebook starts the other two and compares.
#
# ## In the notebook

# %%
import cxtext

text = "Der Zug war pünktlich, aber die App stürzt ständig ab."
here = cxtext.annotate({"id": "A1", "text": text})
here

# %% [markdown]
# ## As a batch job
#
# One command reads files or folders of any format it knows, and writes a report, tables and every annotation.
# `--dry-run` shows first which columns would be taken; nothing is computed:

# %%
import json
import subprocess
import sys
import tempfile
from pathlib import Path

folder = tempfile.TemporaryDirectory()
out = Path(folder.name) / "report"


def run(*options):
    """Run the batch job and give what it prints for programs."""
    command = [sys.executable, "-m", "cxtext.run", *options, "--out", str(out), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


preview = run("../examples/feedback/survey.csv", "--dry-run")
[sorted(p.name for p in out.parent.iterdir()), list(preview)]

# %% [markdown]
# Nothing was written. Now for good, survey, e-mails and calls together:

# %%
said = run("../examples/feedback")
sorted(p.name for p in out.iterdir())

# %% [markdown]
# - `report.html` is for people, `report.json` holds the same for programs, the CSV files the whole tables.
# - `annotations/` is Parquet: every document, with sentiment and drivers, for your warehouse.
# - `rejects.jsonl` lists what could not be read, with the reason and never the content.
# - `manifest.json` says what the inputs were (by hash), with which version and seed. The same input gives the same
#   bytes, so that a changed report means changed feedback.
#
# Personal data is masked before anything is looked at: this is the default of the batch job.

# %%
manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
manifest["counts"]

# %% [markdown]
# Any tool that reads Parquet goes on from here:

# %%
import pandas as pd

annotations = pd.concat(pd.read_parquet(part) for part in sorted(out.glob("annotations/part-*.parquet")))
annotations.groupby("channel", dropna=False).size().rename("documents").to_frame()

# %% [markdown]
# Before you compare channels: who calls has a problem, and who is asked in a survey may have none. A difference in mood
# between channels is first of all a difference in who uses them.
#
# A job of millions of rows is the same command; a run that broke off goes on with `--resume`, and `--fail-on-alert`
# ends with exit code 4 when something rises, for a scheduler to see. See [the command line](../docs/command-line.md).
#
# ## As a service
#
# `python -m cxtext.serve` answers over HTTP. It is started here on this machine alone, on a free port, which it says in
# its log:

# %%
service = subprocess.Popen(
    [sys.executable, "-m", "cxtext.serve", "--port", "0"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
)
log = (json.loads(line) for line in service.stderr if line.startswith("{"))
port = next(line["port"] for line in log if "port" in line)

# %%
from cxtext.client import Client

with Client(f"http://127.0.0.1:{port}") as client:
    there = client.annotate({"id": "A1", "text": text})
    streamed = [a.sentiment.label for a in client.stream(["Nobody answers.", "Sehr freundlich!"])]

there.to_dict() == here.to_dict(), streamed

# %% [markdown]
# The same to the last digit: what is said of a text does not depend on where it is said, nor on the texts beside it. So
# a threshold found in the notebook holds in the service.

# %%
service.terminate()
code = service.wait(timeout=60)
service.stderr.close()
folder.cleanup()
code

# %% [markdown]
# It ended as asked to, and answered what it had begun before. Beyond this machine it listens with API keys only;
# limits, metrics and the container stand in [the service](../docs/service.md).
#
# ## What changes on the way
#
# - **Redaction.** `annotate` keeps texts as they are unless asked; the batch job masks. Decide once, and say so in the
#   configuration that all three read.
# - **Versions.** Models come with the package. Pin its version where results must not move.
# - **Review.** A notebook is read by the one who wrote it. A number in a nightly mail is believed. Take the intervals
#   and the *n* along, and somebody who reads the quotes.
