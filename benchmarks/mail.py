"""Measure how well the customer's own words are told from the rest of a mail.

    python -m benchmarks.mail --data DIR [--out FILE] [--errors]

``DIR/emails`` holds the fixtures of four public reply parsers and the German mails of CodE Alltag. What is right in
them was labelled by hand, as ``benchmarks/mail_labels/README.md`` says. A case of the parsers is right if every line of
the customer's is kept and no line of old mail, signature or legal notice is; the package mail-parser-reply is judged by
the same labels. For the German mails, spans count that have the kind, the start and the end of the labelled ones.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import cxtext
from cxtext.analysis.intervals import wilson
from cxtext.sources.mail_html import html_to_text
from cxtext.sources.mail_text import body_text
from cxtext.text.replies import mark

LABELS = Path(__file__).parent / "mail_labels"
OUT = Path(__file__).parent / "results" / "mail.json"
KINDS = ("greeting", "body", "closing", "signature")
# One suite writes its labels into the mails.
_TAGS = re.compile("#(?:sig|reply)#")
Row = dict[str, Any]
Span = tuple[int, int, str]


def read_text(path: Path) -> str:
    """Give the text of a fixture, as a loader does; line breaks and the labels inside are no part of it."""
    text = _TAGS.sub("", path.read_bytes().decode("utf-8")).replace("\r\n", "\n")
    if path.suffix == ".html":
        return html_to_text(text)
    if path.suffix == ".eml" or text.startswith("From: "):
        return body_text(BytesParser(policy=policy.default).parsebytes(text.encode()))
    return text


def filled_lines(text: str) -> list[tuple[int, int]]:
    return [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text) if m.group().strip()]


def numbers(ranges: Iterable[Iterable[int]]) -> set[int]:
    return {number for first, last in ranges for number in range(first, last + 1)}


def own_characters(text: str) -> set[int]:
    """Positions of the customer's own words, white space aside."""
    foreign = {i for start, end, _ in mark(text) for i in range(start, end)}
    return {i for i, character in enumerate(text) if not character.isspace() and i not in foreign}


def lines_of_cxtext(text: str) -> tuple[set[int], set[int]]:
    """Give the lines of which anything is kept, and those of which all but a greeting is."""
    own = own_characters(text)
    greeted = {i for start, end, kind in mark(text) if kind in ("greeting", "closing") for i in range(start, end)}
    some, whole = set(), set()
    for number, (start, end) in enumerate(filled_lines(text)):
        words = {i for i in range(start, end) if not text[i].isspace()}
        if words & own:
            some.add(number)
            if words <= own | greeted:
                whole.add(number)
    return some, whole


def body_of_mail_parser_reply(text: str) -> str:
    from mailparser_reply import EmailReplyParser

    replies = EmailReplyParser(languages=["de", "en"]).read(text).replies
    return str(replies[0].body) if replies else ""


def lines_of_mail_parser_reply(text: str) -> tuple[set[int], set[int]]:
    """Give the lines that its body holds; the body is a new text, so that they are found by comparing."""
    lines = [text[start:end].strip() for start, end in filled_lines(text)]
    body = [line.strip() for line in body_of_mail_parser_reply(text).split("\n") if line.strip()]
    matcher = SequenceMatcher(None, lines, body, autojunk=False)
    kept = {i for block in matcher.get_matching_blocks() for i in range(block.a, block.a + block.size)}
    return kept, kept


PARSERS: dict[str, Callable[[str], tuple[set[int], set[int]]]] = {
    "cxtext": lines_of_cxtext,
    "mail_parser_reply": lines_of_mail_parser_reply,
}


def judge(text: str, label: Row, parser: Callable[[str], tuple[set[int], set[int]]]) -> dict[str, list[int]]:
    """Say which lines are wrongly kept and which are lost."""
    own, either = numbers(label["own"]), numbers(label["either"])
    some, whole = parser(text)
    return {"foreign": sorted(some - own - either), "lost": sorted(own - whole)}


def reply_parsers(folder: Path, *, errors: bool) -> list[Row]:
    labels: dict[str, Row] = json.loads((LABELS / "reply_parsers.json").read_text(encoding="utf-8"))
    counts: dict[tuple[str, str], Counter[str]] = {}
    for name, label in labels.items():
        text = read_text(folder / name)
        for parser, lines in PARSERS.items():
            faults = judge(text, label, lines)
            for suite in (name.split("/")[0], "all"):
                counter = counts.setdefault((suite, parser), Counter())
                counter["n"] += 1
                counter["right"] += not any(faults.values())
                counter["foreign"] += bool(faults["foreign"])
                counter["lost"] += bool(faults["lost"])
            if errors and parser == "cxtext" and any(faults.values()):
                print(name, faults)
    rows: list[Row] = []
    for (suite, parser), counter in counts.items():
        low, high = wilson(counter["right"], counter["n"])
        row = {"suite": suite, "parser": parser, "rate": round(counter["right"] / counter["n"], 4)}
        row |= {"low": round(float(low), 4), "high": round(float(high), 4)}
        rows.append(row | {key: counter[key] for key in ("n", "right", "foreign", "lost")})
    return sorted(rows, key=lambda row: (row["suite"] == "all", row["suite"], row["parser"]))


def spans_of(text: str) -> list[Span]:
    """Give greeting, body, closing and signature without gaps; neighbours of one kind are one span."""
    pieces: list[Span] = []
    position = 0
    for start, end, kind in [*mark(text), (len(text), len(text), "")]:
        pieces += [(position, start, "body"), (start, end, kind)]
        position = end
    spans: list[Span] = []
    for start, end, kind in pieces:
        words = text[start:end]
        if not words.strip():
            continue
        start, end = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
        if spans and spans[-1][2] == kind:
            spans[-1] = (spans[-1][0], end, kind)
        else:
            spans.append((start, end, kind))
    return spans


def f1(right: int, found: int, labelled: int) -> float:
    return round(2 * right / (found + labelled), 4) if found + labelled else 1.0


def german_mails(folder: Path, *, errors: bool) -> Row:
    labels: dict[str, list[Span]] = json.loads((LABELS / "codealltag_de.json").read_text(encoding="utf-8"))
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    labelled: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    whole = 0
    for name, label in labels.items():
        text = (folder / name).read_bytes().decode("utf-8")
        wanted = {(start, end, kind) for start, end, kind in label}
        spans = set(spans_of(text))
        whole += spans == wanted
        for counter, some in ((right, spans & wanted), (found, spans), (labelled, wanted)):
            counter.update(kind for _, _, kind in some)
        own = {i for start, end, kind in wanted if kind == "body" for i in range(start, end) if not text[i].isspace()}
        kept = own_characters(text)
        characters.update(right=len(own & kept), found=len(kept), labelled=len(own))
        if errors and spans != wanted:
            print(name, sorted(spans - wanted), "instead of", sorted(wanted - spans))
    kinds = [{"kind": k, "labelled": labelled[k], "found": found[k], "right": right[k],
              "f1": f1(right[k], found[k], labelled[k])} for k in KINDS]  # fmt: skip
    total = {"labelled": labelled.total(), "found": found.total(), "right": right.total()}
    return {
        "n": len(labels),
        "whole": whole,
        "kinds": kinds,
        "all": {**total, "f1": f1(total["right"], total["found"], total["labelled"])},
        "own_words": f1(characters["right"], characters["found"], characters["labelled"]),
    }


def show(result: Row) -> None:
    for row in result["reply_parsers"]:
        print(f"{row['suite']:28}{row['parser']:20}{row['right']:4} of {row['n']:4} right; cases with foreign lines "
              f"{row['foreign']}, with lost lines {row['lost']}")  # fmt: skip
    mails = result["german_mails"]
    for row in [*mails["kinds"], {"kind": "all", **mails["all"]}]:
        print(f"{row['kind']:12}{row['right']:4} right of {row['found']:4} found, {row['labelled']:4} labelled: "
              f"F1 {row['f1']:.3f}")  # fmt: skip
    print(
        f"{mails['whole']} of {mails['n']} mails right as a whole; characters of own words: F1 {mails['own_words']:.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data sets")
    parser.add_argument("--out", type=Path, default=OUT, help="write the result as JSON")
    parser.add_argument("--errors", action="store_true", help="list what is wrong, by numbers of lines and characters")
    options = parser.parse_args()
    emails = options.data / "emails"
    result = {
        "library": cxtext.__version__,
        "reply_parsers": reply_parsers(emails, errors=options.errors),
        "german_mails": german_mails(emails / "codealltag_de", errors=options.errors),
    }
    show(result)
    options.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
