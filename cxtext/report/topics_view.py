"""A fitted topic model as a piece of HTML for a notebook: its topics as a table."""

from typing import TYPE_CHECKING, Any

from cxtext.report.templating import cleaned, environment
from cxtext.report.view import Values

if TYPE_CHECKING:
    from cxtext.topics.model import TopicModel

ROWS = 60
"""Topics that are listed, the largest of them."""
KEYWORDS = 6


def render(model: "TopicModel") -> str:
    """Give the HTML: label, size and keywords of each topic, those of one parent together, largest first.

    Examples
    --------
    >>> import cxtext
    >>> class Words:  # stands in for an encoder
    ...     def encode(self, texts):
    ...         return [[float("Zug" in t or "train" in t), float("App" in t or "app" in t)] for t in texts]
    >>> texts = ["Der Zug kam spät.", "The train was late.", "Die App stürzt ab.", "The app is <b>slow</b>."]
    >>> html = render(cxtext.TopicModel(encoder=Words()).fit(texts))
    >>> "2 topics" in html, "<b>slow" in html
    (True, False)
    """
    topics: list[Values] = cleaned(
        [{**row, "parent": _parent(row["parent"])} for row in model.topics_.to_dict("records")]
    )
    children: dict[int | None, list[Values]] = {}
    for topic in sorted(topics, key=lambda t: (-t["size"], t["id"])):
        children.setdefault(topic["parent"], []).append(topic)
    parents = {t["parent"] for t in topics} - {None}
    leaves = [t for t in topics if t["id"] not in parents]
    # With a parent come its topics; where there is no room for them all, the largest parents are shown.
    rows = [
        {**topic, "depth": depth, "keywords": ", ".join(topic["keywords"][:KEYWORDS])}
        for top in children.get(None, [])
        for depth, topic in ((0, top), *((1, child) for child in children.get(top["id"], [])))
    ]
    return (
        environment()
        .get_template("topics.html.j2")
        .render(
            facts=_facts(model, len(leaves), len(parents)),
            rows=rows[:ROWS],
            more=len(rows[ROWS:]),
            largest=max((t["size"] for t in leaves), default=0) or 1,
            parents=parents,
        )
    )


def _facts(model: "TopicModel", leaves: int, parents: int) -> list[str]:
    texts = len(model.labels_) if hasattr(model, "labels_") else None
    facts = [f"{leaves} topics" + (f" in {parents} groups" if parents else "")]
    if texts is not None:
        facts.append(f"{texts:,} texts")
    facts += [f"{model.unassigned_share_:.1%} unassigned", f"labels in {model.language_}"]
    return facts


def _parent(value: Any) -> int | None:  # noqa: ANN401 (pandas.NA)
    return int(value) if isinstance(value, int) else None
