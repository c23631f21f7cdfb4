"""Name the topics of the dev sets, judge the labels by fixed rules, and list a hundred with their quotes.

    python -m benchmarks.topic_labels --data DIR [--vectors DIR] [--out FILE] [--page FILE]

DIR is laid out as ``models/README.md`` says. Up to 3,000 segments a set are drawn with a fixed seed and placed as
``analyze`` places them; ``--vectors`` keeps their vectors. A label is at fault if it is

- empty: it names no more than a number;
- a stop word, a verb, or an adjective or adverb alone;
- in the other language, although the topic has texts in its own;
- a name of a person or place that fewer than 40 % of the topic's texts hold;
- rare: fewer than 5 % of the topic's texts in that language hold one of its phrases, or a word that it is the noun of;
- numbered, because another topic is called the same.

The rules know the word lists of the labels, and so share their gaps; the page is there to be read.
"""

import argparse
import csv
import json
import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.documents import Channel, Document
from cxtext.encoder import encode_subjects
from cxtext.text.language import detect, weigh
from cxtext.text.person_names import find_listed
from cxtext.text.segmentation import segment
from cxtext.text.words import fold, lemma, stop_words, tokenize
from cxtext.topics.model import TopicModel

ROOT = Path(__file__).parent.parent
LISTED = 100
MOST = 3_000  # segments of a set
NAMED, RARE = 0.4, 0.05  # of a topic's texts
NOUN = 0.1  # of an English word's occurrences that follow a determiner, for it to be a noun
QUOTES = 8  # of a topic, of which the first that can be shown is
SURE = 0.5  # confidence in a text's language
FAULTS = ("empty", "stop word", "verb only", "adjective only", "wrong language", "name", "rare", "numbered")
HEADINGS = {
    "nhs_survey": "NHS survey comments (English)",
    "germeval2017": "GermEval 2017, posts and news on German rail",
    "mobasa": "MobASA, tweets on public transport (German)",
    "m_absa": "M-ABSA, reviews of seven kinds in German and English, half and half",
    "banking77": "Banking77, questions to a bank (English)",
    "massive_de": "MASSIVE, requests to an assistant (German, all in lower case)",
    "codealltag": "CodE Alltag, private mails (German)",
    "feedback": "The example feedback of this repository (German and English)",
}
_NOISE = re.compile(r"https?://\S+|@\w+")
_NUMBER = re.compile(r"(?:Thema|Topic) \d+")


def sets(data: Path) -> Iterator[tuple[str, list[str]]]:
    """Give each set's name and segments."""

    def rows(path: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (data / path).read_text(encoding="utf-8").splitlines()]

    for name, path in (
        ("nhs_survey", "themes/nhs_survey.train.jsonl"),
        ("germeval2017", "sentiment/germeval2017.dev.jsonl"),
        ("mobasa", "sentiment/mobasa.dev.jsonl"),
    ):
        yield name, draw(dict.fromkeys(segments(row["text"] for row in rows(path))))
    pairs = rows("parallel/m_absa_de_en.train.jsonl")
    pairs = [pairs[i] for i in sorted(random.Random(0).sample(range(len(pairs)), MOST // 2))]
    yield "m_absa", [pair["de"] for pair in pairs] + [pair["en"] for pair in pairs]
    for name, path in (("banking77", "topics/banking77.train.jsonl"), ("massive_de", "topics/massive_de.dev.jsonl")):
        yield name, draw(dict.fromkeys(row["text"] for row in rows(path)))
    mails = (file.read_text(encoding="utf-8") for file in sorted((data / "emails" / "codealltag_de").glob("*.txt")))
    yield "codealltag", draw(dict.fromkeys(segments(mails, channel="email")))
    with (ROOT / "examples" / "feedback" / "survey.csv").open(encoding="utf-8", newline="") as file:
        comments = [row["Kommentar"] for row in csv.DictReader(file, delimiter=";")]
    yield "feedback", draw(dict.fromkeys(segments(comments)))


def segments(texts: Iterable[str], *, channel: Channel | None = None) -> Iterator[str]:
    """Cut texts into segments in the customer's own words."""
    for text in texts:
        if text.strip() and text != "Did not answer":
            document = Document(text=text, channel=channel)
            yield from (text[s.start : s.end] for s in segment(document) if s.kind == "customer")


def draw(items: Iterable[str]) -> list[str]:
    """Draw at most 3,000, the same ones every time, in their order."""
    listed = list(items)
    if len(listed) <= MOST:
        return listed
    return [listed[i] for i in sorted(random.Random(0).sample(range(len(listed)), MOST))]


@cache
def lists(code: str) -> dict[str, Any]:
    """Read the word lists, folded."""
    table = tomllib.loads((ROOT / "cxtext" / "data" / "topic_words.toml").read_text(encoding="utf-8"))
    pairs = [line.split(maxsplit=1) for line in table["nouns"][code].splitlines() if line.strip()]
    return {
        **{k: {fold(w) for w in table[k][code].split()} for k in ("verbs", "adjectives", "adverbs", "impression")},
        "determiners": set(table["determiners"][code].split()),
        "places": {fold(w) for w in table["places"].split()},
        "nouns": {fold(word): bases(noun, code) for word, noun in pairs},
        "rest": table["rest"][code],
        "whole": bases(table["whole"][code], code),
    }


def bases(text: str, code: str) -> frozenset[str]:
    """Give the words of a text: their lemmas, folded, without hyphens."""
    language = "de" if code == "de" else "en"
    words = [text[a:b] for a, b in tokenize(text, language)]
    forms = (form for word in words for form in {word, word.lower(), word.capitalize()})
    return frozenset(fold(lemma(form, language)).replace("-", "") for form in forms)


def with_nouns(text: str, code: str) -> frozenset[str]:
    """Give the words of a text, and the nouns that go with them."""
    found = bases(text, code)
    known = lists(code)
    for base in found & known["nouns"].keys():
        found |= known["nouns"][base]
    return found | known["whole"] if found & known["impression"] else found


@dataclass(frozen=True)
class Texts:
    """The texts of a set in one language, and how often each English word stands where a noun does."""

    code: str
    rows: list[int]
    words: list[frozenset[str]]
    nouns: Mapping[str, float]


def texts_in(code: str, texts: Sequence[str], languages: Sequence[str]) -> Texts:
    rows = [i for i, language in enumerate(languages) if language == code]
    seen: Counter[str] = Counter()
    nouns: Counter[str] = Counter()
    for i in rows:
        words = [texts[i][a:b].lower() for a, b in tokenize(texts[i])]
        for before, word in zip(["", *words], words, strict=False):
            seen[word] += 1
            nouns[word] += before in lists(code)["determiners"]
    return Texts(code, rows, [with_nouns(texts[i], code) for i in rows], {w: nouns[w] / seen[w] for w in seen})


def faults(label: str, texts: Texts, members: Sequence[int]) -> set[str]:
    """Judge a label. ``members`` are the topic's texts in its language, as positions in ``texts``."""
    code, known = texts.code, lists(texts.code)
    if not label.strip() or _NUMBER.fullmatch(label):
        return {"empty"}
    found = {"numbered"} if re.search(r" \(\d+\)$", label) else set()
    # "Sonstiges (Hotel)" says that the texts have no subject in common; what stands in brackets is judged.
    rest = re.fullmatch(rf"{known['rest']} \((.*)\)", label)
    phrases = (rest[1] if rest else re.sub(r" \([^)]*\)$", "", label)).split(", ")
    for phrase in phrases:
        found |= _no_noun(phrase, texts)
        named = any(True for _ in find_listed(phrase)) or any(fold(w) in known["places"] for w in phrase.split())
        if named and _share(phrase, texts, members) < NAMED:
            found.add("name")
    evidence, _ = weigh(label)
    ours, theirs = evidence.only_german, evidence.only_english
    if code == "en":
        ours, theirs = theirs, ours
    if theirs > ours:
        found.add("wrong language")
    if sum(any(_holds(p, texts.words[i], code) for p in phrases) for i in members) < RARE * len(members):
        found.add("rare")
    return found


def _no_noun(phrase: str, texts: Texts) -> set[str]:
    """Say what a phrase is that is no noun phrase."""
    known, words = lists(texts.code), phrase.split()
    if all(word.lower() in stop_words("de" if texts.code == "de" else "en") for word in words):
        return {"stop word"}
    if texts.code == "de":
        if any(word[:1].isupper() for word in words):
            return set()
        base = fold(lemma(words[-1], "de"))
        verb = re.search(r"(?:en|eln|ern)$", base) and base not in known["adjectives"]
        return {"verb only" if verb else "adjective only"}
    if len(words) > 1 or texts.nouns.get(phrase.lower(), 0.0) >= NOUN:
        return set()
    base = fold(lemma(phrase, "en"))
    if base in known["verbs"] or phrase.endswith("ed"):
        return {"verb only"}
    return {"adjective only"} if base in known["adjectives"] or phrase.lower() in known["adverbs"] else set()


def _share(phrase: str, texts: Texts, members: Sequence[int]) -> float:
    return sum(_holds(phrase, texts.words[i], texts.code) for i in members) / max(len(members), 1)


def _holds(phrase: str, words: frozenset[str], code: str) -> bool:
    spans = [phrase[a:b] for a, b in tokenize(phrase)]
    content = [w for w in spans if w.lower() not in stop_words("de" if code == "de" else "en")] or spans
    return all(bases(word, code) & words or fold(word).replace("-", "") in words for word in content)


def judge(
    labels: Mapping[int, Mapping[str, str]], topics: NDArray[Any], texts: Sequence[str], languages: Sequence[str]
) -> dict[tuple[int, str], set[str]]:
    """Judge the labels of leaf topics, in each language that at least 2 % of the texts and 5 % of the topic's are in.

    Parameters
    ----------
    labels
        By topic and language.
    topics
        Topic of each text.
    """
    judged: dict[tuple[int, str], set[str]] = {}
    for code in ("de", "en"):
        own = texts_in(code, texts, languages)
        if len(own.rows) < 0.02 * len(texts):
            continue
        for topic, of_topic in labels.items():
            members = [n for n, row in enumerate(own.rows) if topics[row] == topic]
            if len(members) >= max(2, 0.05 * int((topics == topic).sum())):
                judged[topic, code] = faults(of_topic[code], own, members)
    return judged


def count(judged: Iterable[set[str]]) -> dict[str, int]:
    """Count labels, those at fault, and each fault."""
    listed = list(judged)
    each = Counter(fault for found in listed for fault in found)
    return {"labels": len(listed), "at fault": sum(map(bool, listed)), **{fault: each[fault] for fault in FAULTS}}


def presentable(text: str) -> bool:
    """Say whether a quote may stand on the page: some words, and no answer or repetition that begins with a name."""
    return len(_NOISE.sub("", text).split()) > 2 and not text.startswith(("Re:", "RT ")) and not any(find_listed(text))


def shown(text: str) -> str:
    """Give a quote as a cell of a table: one line, shortened, without links and users."""
    plain = " ".join(_NOISE.sub("…", text).split())
    plain = plain if len(plain) <= 110 else plain[:110].rsplit(" ", 1)[0] + " …"
    return re.sub(r"([|*_`<>\[\]#\\])", r"\\\1", plain)


def languages_of(texts: Sequence[str], *, main: str) -> list[str]:
    """Give the language of each text; the main one for links and other texts that do not say."""
    found = [detect(text) for text in texts]
    return [language.code if language.confidence >= SURE else main for language in found]


def measure(name: str, texts: list[str], vectors: NDArray[Any]) -> dict[str, Any]:
    """Fit a set; give its rows and what is wrong with its labels."""
    model = TopicModel().fit(texts, embeddings=vectors)
    table = model.topics_.set_index("id")
    quotes = model.representatives(texts, k=QUOTES, embeddings=vectors)
    border = model.borderline(texts, k=QUOTES, embeddings=vectors)
    leaves = sorted(quotes)
    labels = {i: {"de": table.loc[i, "label_de"], "en": table.loc[i, "label_en"]} for i in leaves}
    languages = languages_of(texts, main=model.language_)
    judged = judge(labels, model.labels_, texts, languages)
    rows = []
    for i in sorted(leaves, key=lambda i: (-table.loc[i, "size"], i)):
        row, other = next((pair for pair in border[i] if presentable(texts[pair[0]])), border[i][0])
        quote = next((row for row in quotes[i] if presentable(texts[row])), quotes[i][0])
        codes = [code for code in ("de", "en") if (i, code) in judged] or [model.language_]
        rows.append(
            {
                "label": " / ".join(labels[i][code] for code in codes),
                "size": int(table.loc[i, "size"]),
                "quote": shown(texts[quote]),
                "border": shown(texts[row]),
                "next": table.loc[other, "label"],
                "faults": [judged[i, code] for code in codes if (i, code) in judged],
            }
        )
    return {"set": name, "texts": len(texts), "rows": rows}


def choose(measured: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Choose a hundred topics: the largest of each set in turn."""
    chosen: list[list[dict[str, Any]]] = [[] for _ in measured]
    left = LISTED
    for rank in range(max(len(m["rows"]) for m in measured)):
        for rows, m in zip(chosen, measured, strict=True):
            if rank < len(m["rows"]) and left:
                rows.append(m["rows"][rank])
                left -= 1
    return chosen


def page(measured: Sequence[dict[str, Any]], chosen: Sequence[list[dict[str, Any]]], counts: Mapping[str, Any]) -> str:
    heads = counts["listed"]
    lines = [
        "# Labels of a hundred topics",
        "",
        "Written by `python -m benchmarks.topic_labels --data DIR --page docs/topic-labels.md`: the largest topics of",
        "seven dev sets and of the example feedback in turn, found with the defaults over up to 3,000 segments each",
        "(seed 0). A topic has a German and an English label where it has texts of both languages. Beside it stand",
        "the text nearest to the topic, and the one nearest to its border, with the topic to which it nearly belongs.",
        "How labels are made stands in [topics](topics.md). Quotes are shortened, without links and users; texts",
        "with names in them are passed over. The sets' sources and licences stand in",
        "[the model card](../models/README.md).",
        "",
        "Labels that a fixed rule objects to, as the script defines them:",
        "",
        "| | " + " | ".join(heads) + " |",
        "|---|" + "--:|" * len(heads),
        *("| " + name + " | " + " | ".join(str(n) for n in c.values()) + " |" for name, c in counts.items()),
        "",
    ]
    for m, rows in zip(measured, chosen, strict=True):
        lines += [f"## {HEADINGS[m['set']]}", "", f"{m['texts']:,} segments, {len(m['rows'])} topics.", ""]
        lines += ["| label | texts | top quote | at the border | next topic |", "|---|--:|---|---|---|"]
        cells = ("size", "quote", "border", "next")
        lines += [f"| **{r['label']}** | " + " | ".join(str(r[c]) for c in cells) + " |" for r in rows]
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--page", type=Path)
    options = parser.parse_args()

    measured = []
    for name, texts in sets(options.data):
        file = options.vectors / f"{name}.npy" if options.vectors else None
        vectors = np.load(file) if file and file.exists() else encode_subjects(texts)
        if file and not file.exists():
            np.save(file, vectors)
        measured.append(measure(name, texts, vectors))
        print(name, json.dumps(count(f for r in measured[-1]["rows"] for f in r["faults"])), flush=True)
    chosen = choose(measured)
    counts = {
        "listed": count(f for rows in chosen for r in rows for f in r["faults"]),
        "every leaf topic": count(f for m in measured for r in m["rows"] for f in r["faults"]),
    }
    print(json.dumps(counts))
    for m in measured:
        for r in m["rows"]:
            if any(r["faults"]):
                print(m["set"], r["label"], [sorted(f) for f in r["faults"]])
    if options.page:
        options.page.write_text(page(measured, chosen, counts), encoding="utf-8")
    if options.out:
        options.out.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
