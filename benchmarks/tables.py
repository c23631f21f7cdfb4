"""Write the measured figures into docs/benchmarks.md.

    python -m benchmarks.tables

Reads ``benchmarks/results/*.json`` and replaces what stands between the markers there.
"""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
Row = dict[str, Any]


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Give a Markdown table.

    >>> table(["a", "b"], [[1, None]])
    ['| a | b |', '|---|---|', '| 1 | – |', '']
    """
    head = list(head)
    lines = [head, *([str("–" if cell is None else cell) for cell in row] for row in rows)]
    shown = ["| " + " | ".join(line) + " |" for line in lines]
    return [shown[0], "|" + "---|" * len(head), *shown[1:], ""]


def number(value: float | None, digits: int = 3) -> str | None:
    return None if value is None else f"{value:,.{digits}f}"


def spread(row: Row | None, key: str = "value") -> str | None:
    """Give a figure with its interval."""
    return None if row is None else f"{row[key]:.3f} [{row['low']:.3f}, {row['high']:.3f}]"


def drawn(result: Row) -> list[str]:
    limit = result["limit"]
    about = f"Library {result['library']}, encoder {result['encoder']}."
    return [about if limit is None else f"{about} A quick look: at most {limit} texts of each set were drawn.", ""]


def quality(result: Row) -> list[str]:
    """Give the tables of quality."""
    lines = [*drawn(result), "### Sentiment", ""]
    names = ("majority", "tfidf", "vader", "textblob_de")
    lines += table(
        ("dev set", "language", "domain", "trained", "n", "macro-F1 [95 %]", "accuracy", "ECE", "majority",
         "TF-IDF + LR", "VADER", "TextBlob-de"),
        ([r["set"] + (" + question" if r["question"] else ""), r["lang"], r["domain"], "yes" if r["trained"] else "no",
          r["n"], spread(r, "macro_f1"), number(r["accuracy"]), number(r["ece"]),
          *(number((r.get(name) or {}).get("macro_f1")) for name in names)] for r in result["sentiment"]),
    )  # fmt: skip
    unread = sum(r["unread"] for r in result["sentiment"] if not r["question"])
    lines += [f"Taken for another language, and counted as neutral: {unread}.", ""]
    lines += ["### Sentiment by language and domain, text alone", ""]
    lines += table(
        ("language", "texts of", "sets", "n", "macro-F1 [95 %]", "accuracy", "ECE"),
        ([r["lang"], r["of"], r["sets"], r["n"], spread(r, "macro_f1"), number(r["accuracy"]), number(r["ece"])]
         for r in result["pooled"]),
    )  # fmt: skip
    lines += ["### Drivers (micro-F1)", ""]
    parts = ("triplets", "aspects", "aspects_overlap", "opinions")
    lines += table(
        ("dev set", "language", "domain", "trained", "n", "triplets, exact", "aspect + polarity, exact", "overlap",
         "opinions, exact"),
        ([r["set"], r["lang"], r["domain"], "yes" if r["trained"] else "no", r["n"], *(spread(r[p]) for p in parts)]
         for r in result["drivers"]),
    )  # fmt: skip
    mean = result["m_absa_de"]
    lines += [
        f"Mean over the {mean['domains']} German domains of M-ABSA: aspect + polarity exact "
        f"{number(mean['aspects'])}, overlap {number(mean['aspects_overlap'])}.",
        "",
        "### Praise and blame fields of German clinics",
        "",
    ]
    lines += table(
        ("texts", "field", "n", "mentions", "mentions in the right list", "texts with a mention there"),
        ([r["texts"], {"positive": "praise", "negative": "blame", None: "both"}[r["polarity"]], r["n"], r["mentions"],
          spread(r["right_list"]), spread(r["texts_with_mention"])] for r in result["fields"]),
    )  # fmt: skip
    found = result["embedding"]
    pairs = (
        ("German STS", "sts_n", "Spearman", "sts_de"),
        ("English STS", "sts_n", "Spearman", "sts_en"),
        ("German-English STS", "sts_n", "Spearman", "sts_de_en"),
        ("German-English retrieval", "retrieval_n", "accuracy", "retrieval_de_en"),
    )
    lines += ["### Embeddings", ""]
    lines += table(
        ("pairs", "n", "measure", "value [95 %]"),
        ([what, found[n], measure, spread(dict(zip(("value", "low", "high"), (found[key], *found["intervals"][key]),
                                                   strict=True)))] for what, n, measure, key in pairs),
    )  # fmt: skip
    return lines


def speed(result: Row) -> list[str]:
    """Give the tables of speed."""
    m = result["machine"]
    lines = [
        f"Library {result['library']}, encoder {result['encoder']}; {m['processor']}, {m['cores']} cores, "
        f"{m['threads']} threads; ONNX Runtime {m['onnxruntime']}, torch {m['torch']}. Texts from "
        f"{result['texts_from']}; medians of {result['repeats']}.",
        "",
    ]
    names = ("annotate", "session", "bert_fp32", "bert_int8")
    lines += table(
        ("tokens", "texts", "annotate, texts/s", "bare session", "BERT-base, torch fp32", "BERT-base, ONNX int8",
         "annotate over fp32", "over int8", "time over the bare session", "share of the int8 peak", "peak memory, MB"),
        ([r["tokens"], r["texts"], *(number(r["texts_per_second"][n], 0) for n in names),
          f"{r['over_bert_fp32']:.1f}x", f"{r['over_bert_int8']:.1f}x", f"{r['overhead']:.2f}x",
          f"{r['share_of_int8_peak']:.0%}",
          f"{r['memory_mb']['all_texts']:.0f} ({r['memory_mb']['first_text']:.0f} after the first text)"]
         for r in result["rows"]),
    )  # fmt: skip
    return [
        *lines,
        f"The int8 peak is {result['int8_peak'] / 1e12:.2f} TOP/s; a token takes "
        f"{result['multiply_adds_per_token'] / 1e6:.1f} million multiply-adds, besides attention.",
        "",
    ]


def challenge(result: Row) -> list[str]:
    """Give the table of the challenge set."""

    def part(counts: Row) -> str | None:
        return f"{counts['right'] / counts['n']:.2f}" if counts["n"] else None

    return table(
        ("phenomenon", "language", "n", "passed [95 %]", "label", "mixed", "words"),
        ([r["phenomenon"], r["lang"], r["n"], f"{r['rate']:.2f} [{r['low']:.2f}, {r['high']:.2f}]",
          *(part(r[p]) for p in ("label", "mixed", "words"))] for r in result["rows"]),
    )  # fmt: skip


def sentences(result: Row) -> list[str]:
    """Give the comparison of sentence splitters."""
    lines = table(
        ("splitter", "F1 [95 %]", "precision", "recall", "German F1", "English F1", "ms for 1,000 characters"),
        ([r["splitter"], spread(r), *(number(r[k]) for k in ("precision", "recall", "german", "english")),
          number(r["ms_per_1000_characters"], 2)] for r in result["rows"]),
    )  # fmt: skip
    return [*lines, f"{result['texts']} texts with {result['borders']} borders.", ""]


def mail(result: Row) -> list[str]:
    """Give the tables of mails."""
    names = {"cxtext": "cxtext", "mail_parser_reply": "mail-parser-reply"}
    lines = table(
        ("fixtures of", "parser", "cases", "right [95 %]", "with words that are not the customer's", "with lost words"),
        ([r["suite"], names[r["parser"]], r["n"], f"{r['rate']:.2f} [{r['low']:.2f}, {r['high']:.2f}]", r["foreign"],
          r["lost"]] for r in result["reply_parsers"]),
    )  # fmt: skip
    mails = result["german_mails"]
    lines += table(
        ("German mails, spans of", "labelled", "found", "right", "F1"),
        ([r["kind"], r["labelled"], r["found"], r["right"], f"{r['f1']:.3f}"]
         for r in [*mails["kinds"], {"kind": "all", **mails["all"]}]),
    )  # fmt: skip
    return [
        *lines,
        f"{mails['whole']} of {mails['n']} mails are right as a whole; characters of the customer's own words: F1 "
        f"{mails['own_words']:.3f}.",
        "",
    ]


def transcripts(result: Row) -> list[str]:
    """Give what was read of public transcripts."""
    names = ("files", "unread_files", "documents", "turns", "turns_with_role")
    return table(
        ("loader", "files", "not read", "documents", "turns", "turns with a role", "rejects"),
        ([name, *(row[n] for n in names), ", ".join(f"{n} {r}" for r, n in row["rejects"].items()) or None]
         for name, row in result.items()),
    )  # fmt: skip


def pii(result: Row) -> list[str]:
    """Give the tables of personal data."""
    lines = [f"Library {result['library']}; {result['half']} half.", ""]
    lines += table(
        ("language", "type", "n", "found [95 %]", "found as its type"),
        ([r["lang"], r["type"].replace("_", " "), r["n"], spread(r), number(r["typed"])] for r in result["recall"]),
    )
    lines += table(
        ("clean texts", "n", "with a find", "with a false alarm", "share [95 %]"),
        ([r["set"], r["texts"], r["with_finds"], r["found"], spread(r)] for r in result["false_alarms"]),
    )
    return [*lines, f"Out of scope in the English set: {', '.join(result['out_of_scope'])}.", ""]


def language(result: Row) -> list[str]:
    """Give the table of languages."""
    return table(
        ("language", "texts of", "n", "right [95 %]"),
        ([r["lang"], r["set"], r["n"], spread(r)] for r in result["rows"]),
    )


def markers(result: Row) -> list[str]:
    """Give the tables of markers."""
    said = {(r["language"], m["type"]): m["f1"] for r in result["results"] for m in r["spoken"]}
    lines = table(
        ("language", "marker", "n", "precision", "recall", "F1 [95 %]", "F1 spoken"),
        ([r["language"], m["type"], m["n"], number(m["precision"], 2), number(m["recall"], 2),
          f"{m['f1']:.2f} [{m['low']:.2f}, {m['high']:.2f}]", number(said.get((r["language"], m["type"])), 2)]
         for r in result["results"] for m in (*r["written"], *r["agents"])),
    )  # fmt: skip
    return [*lines, "Means of F1:", "", *table(
        ("language", "texts", "types", "written", "spoken", "loss"),
        ([r["language"], r["texts"], group, *(number(mean[key]) for key in ("written", "spoken", "loss"))]
         for r in result["results"] for group, mean in r["macro_f1"].items()),
    )]  # fmt: skip


def taxonomy(result: Row) -> list[str]:
    """Give the tables of tagging by a taxonomy."""
    rows = (
        [r["figure"], r.get("examples"), f"{r['micro_f1']:.3f} [{r['interval'][0]:.3f}, {r['interval'][1]:.3f}]",
         number(r["precision"]), number(r["recall"]), number(r["untagged"]), len(r["by_seed"])]
        for r in result["themes"]
    )  # fmt: skip
    head = ("taxonomy", "examples", "micro-F1 [95 %]", "precision", "recall", "untagged", "seeds")
    lines = [f"Themes, {result['themes'][0]['n']} dev texts:", "", *table(head, rows)]
    lines += ["Themes apart (sparing draw), those of at least five dev texts:", ""]
    lines += table(
        ("theme", "n", "examples", "precision", "recall", "F1"),
        ([r["theme"], r["n"], r["examples"], number(r["precision"], 2), number(r["recall"], 2), number(r["f1"], 2)]
         for r in result["by_theme"] if r["n"] >= 5),
    )  # fmt: skip
    lines += ["The shipped taxonomy on reviews:", ""]
    return lines + table(
        ("what is used", "set", "language", "n", "precision", "recall", "F1"),
        ([r["figure"], r["set"], r["language"], r["n"], number(r["precision"]), number(r["recall"]), number(r["f1"])]
         for r in result["reviews"]),
    )  # fmt: skip


def key_drivers(result: Row) -> list[str]:
    """Give the tables of key drivers."""
    methods = ("A or B", "A", "joint effect, q <= .05", "impact, top 12", "most mentioned, top 12")
    rows = []
    for first in result["recovery"]:
        if first["method"] != methods[0]:
            continue
        same = {
            r["method"]: r for r in result["recovery"] if (r["settings"], r["n"]) == (first["settings"], first["n"])
        }
        cells = [f"{number(same[m]['precision'], 2) or '–'} / {number(same[m]['recall'], 2)}" for m in methods]
        decided = f"{number(first['kinds_right'], 2) or '–'} of {number(first['kinds_decided'], 2)}"
        rows.append(
            (first["settings"], first["n"], *cells, number(first["rider"], 2), number(first["silent"], 2), decided)
        )
    runs = result["recovery"][0]["runs"]
    lines = [f"Library {result['library']}, seed {result['seed']}, {runs} runs a row. Precision / recall:", ""]
    lines += table(("settings", "n", *methods, "a rider is A or B", "nothing claimed", "kinds right of decided"), rows)
    lines += ["Anything claimed where nothing can be (n = 2,000; the limit is alpha and two standard errors):", ""]
    lines += table(
        ("shuffled", "shuffles", "any claim", "limit"),
        ([r["shuffled"], r["shuffles"], number(r["any_claim"]), number(r["limit"])] for r in result["shuffles"]),
    )
    lines += ["Coverage of 95 % intervals:", ""]
    lines += table(
        ("interval", "n", "intervals", "coverage"),
        ([r["interval"], r["n"], r["intervals"], number(r["coverage"])] for r in result["coverage"]),
    )
    lines += ["Alerts, by week (the first topic rises in week 16):", ""]
    lines += table(
        ("series", "runs", "found", "median weeks until found"),
        ([r["what"], r["runs"], number(r["found"], 2), number(r["median_weeks"], 1)]
         for r in result["time"] if "found" in r),
    )  # fmt: skip
    steady = next(r for r in result["time"] if "false_alarms_per_topic_year" in r)
    doubled = next(r for r in result["time"] if "alerts_even" in r)
    size = result["size"][0]
    return [
        *lines,
        f"Steady topics: {steady['false_alarms_per_topic_year']:.2f} false alarms per topic and year. Twice the volume "
        f"of everything, from even counts: {doubled['alerts_even']} alerts.",
        "",
        f"One call on {size['documents']:,} documents with {size['mentions']:,} mentions of {size['pairs']} pairs, "
        f"1,000 resamples: {size['seconds']:.0f} s on one thread, {size['gigabytes']:.1f} GB at most in the process.",
        "",
    ]


def peers(result: Row) -> list[str]:
    """Give the table of cxtext beside other tools."""
    m = result["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in result["versions"].items())
    lines = [*drawn(result), f"{m['processor']}, {m['cores']} cores, {m['threads']} threads. {versions}.", ""]

    def value(row: Row) -> str | None:
        low, high = row.get("between") or (row["low"], row["high"])
        return spread({"value": row["value"], "low": low, "high": high})

    def besides(row: Row) -> str | None:
        if row["task"] == "topics":
            return (f"ARI {row['ARI']:.3f}, {row['topics']:.0f} topics for {row['classes']} classes, unassigned "
                    f"{row['unassigned']:.1%}, with other seeds {row['same_with_other_seeds']:.3f}, "
                    f"{row['seconds']:.1f} s")  # fmt: skip
        return f"trains cxtext: {'yes' if row['trained'] else 'no'}" if "trained" in row else None

    return [*lines, *table(
        ("task", "texts", "language", "n", "tool", "labelled texts", "measure", "value", "besides", "texts/s"),
        ([r["task"], r["set"], r.get("lang"), r["n"], r["tool"], r["labelled"], r["measure"], value(r), besides(r),
          number(r["texts_per_second"], 0)] for r in result["rows"]),
    )]  # fmt: skip


def own_labels(result: Row) -> list[str]:
    """Give the table of sentiment learnt from labels of one's own."""
    each = sorted({r["each"] for r in result["rows"]})
    found = {(r["set"], r["each"]): r for r in result["rows"]}
    sets = list(dict.fromkeys(r["set"] for r in result["rows"]))
    head = ("set", "language", "n", "shipped", *(f"{e} a class" for e in each if e))
    rows = (
        [name, found[name, 0]["lang"], found[name, 0]["n"], *(spread(found[name, e], "macro_f1") for e in each)]
        for name in sets
    )
    return [f"Library {result['library']}, encoder {result['encoder']}.", "", *table(head, rows)]


def service(result: Row) -> list[str]:
    """Give the table of the HTTP service under load."""
    first, *_, last = result["memory_mb_by_quarter"]
    overload, end = result["overload"], result["sigterm"]
    rows = [
        ("start to ready", f"{result['start_s']['median']} s; {result['start_s']['worst']} s at most"),
        ("one request alone", f"{result['single_ms']} ms; p99 {result['single_p99_ms']} ms"),
        ("requests, errors", f"{result['requests']:,}, {result['errors']}"),
        ("p50", f"{result['p50_ms']} ms, {result['p50_over_single']} times one request alone"),
        ("p99", f"{result['p99_ms']} ms, {result['p99_over_single']} times one request alone"),
        ("texts a second", f"{result['texts_s']}, {result['share_of_batch']:.0%} of annotate with all at once"),
        ("memory", f"{first} MB in the first quarter, {last} MB in the last"),
        (
            f"overload, {overload['offered']} requests",
            f"{overload['answered']} answered, {overload['refused']} refused with Retry-After; itself again after "
            f"{overload['recovery_s']} s",
        ),
        ("SIGTERM under load", f"{end['answered_after']} answered after it, {end['lost']} lost"),
    ]
    load = f"{result['clients']} clients for {result['minutes']:g} minutes, comments of {result['tokens']} tokens."
    return [load, "", *table(("what", "figure"), rows)]


def analysis_memory(result: Row) -> list[str]:
    """Give the table of what an analysis takes."""
    about = (
        f"{result['n']:,} comments of {result['units']:,} segments; {result['peak MB']:,} MB at most in the process. "
        f"The first step holds the {result['annotated']:,} comments that are copied."
    )
    rows = ((step["step"], number(step["seconds"], 0), number(step["MB"], 0)) for step in result["steps"])
    return [about, "", *table(("step", "seconds", "MB at most"), rows)]


SECTIONS: dict[str, Callable[[Row], list[str]]] = {
    "quality": quality,
    "speed": speed,
    "challenge": challenge,
    "sentences": sentences,
    "mail": mail,
    "transcripts": transcripts,
    "pii": pii,
    "language": language,
    "markers": markers,
    "taxonomy": taxonomy,
    "key_drivers": key_drivers,
    "own_labels": own_labels,
    "peers": peers,
    "service": service,
    "analysis_memory": analysis_memory,
}
MISSING = ["There are no results yet; the commands above make them.", ""]


def fill(page: str, results: dict[str, Row]) -> str:
    """Replace what stands between the markers of each section."""
    for name, show in SECTIONS.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        new = "\n".join([begin, "", *(show(results[name]) if name in results else MISSING), end])
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        page, found = pattern.subn(lambda _, new=new: new, page)  # type: ignore[misc]
        if found != 1:
            raise ValueError(f"the page has {found} sections {name!r} between markers, not one")
    return page


def read_results(folder: Path) -> dict[str, Row]:
    paths = {name: folder / f"{name}.json" for name in SECTIONS}
    return {name: json.loads(p.read_text(encoding="utf-8")) for name, p in paths.items() if p.exists()}


def main() -> None:
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), read_results(RESULTS)), encoding="utf-8")


if __name__ == "__main__":
    main()
