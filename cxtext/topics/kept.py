"""The table of a model that has a past: topics that are known keep their ids, labels and parents."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from cxtext.topics.clusters import similarities
from cxtext.topics.corrections import Corrections
from cxtext.topics.places import Topics
from cxtext.topics.table import Topic
from cxtext.topics.word_lists import Code


def renumber(
    found: Sequence[Topic], places: Topics, known: Sequence[Topic], *, unnamed: Collection[int] = ()
) -> tuple[list[Topic], int]:
    """Give the table of a fit the ids, labels and parents that are known.

    A parent is the one that most of its children had, if that is more than half of those that are known.

    Parameters
    ----------
    found
        As :func:`cxtext.topics.table.describe` gives them: leaf topics from 0, then parents.
    places
        The leaf topics, in whose order of ids ``found`` is, and the id that the next new parent gets.
    known
        The table before.
    unnamed
        Known topics whose labels are those of ``found``.

    Returns
    -------
    The topics, and the id that is next.
    """
    above = {t.id: t.parent for t in known}
    ids, next_id = places.leaves, places.next_id
    names = dict(enumerate(ids))
    taken: set[int] = set()
    for parent in found[len(ids) :]:
        had = [above[ids[t.id]] for t in found[: len(ids)] if t.parent == parent.id and ids[t.id] in above]
        votes = sorted({p for p in had if p is not None}, key=lambda p: (-had.count(p), p))
        chosen = next((p for p in votes if 2 * had.count(p) > len(had) and p not in taken), None)
        if chosen is None:
            chosen, next_id = next_id, next_id + 1
        taken.add(chosen)
        names[parent.id] = chosen
    moved = [replace(t, id=names[t.id], parent=None if t.parent is None else names[t.parent]) for t in found]
    return with_names(moved, [t for t in known if t.id not in unnamed]), next_id


def extend(
    known: Sequence[Topic], described: Mapping[int, Topic], sizes: Mapping[int, int], parents: Mapping[int, int | None]
) -> list[Topic]:
    """Give the table after an update: known topics with their new sizes, and new ones.

    Parameters
    ----------
    known
        The table before.
    described
        Leaf topic that gets its labels now -> what the window's texts say of it.
    sizes
        Leaf topic -> its texts in the window; what is not here is no more.
    parents
        New leaf topic -> its parent.
    """
    before = {t.id: t for t in known}
    above = {t.id: t.parent for t in known if t.id in sizes} | dict(parents)
    leaves = [replace(described.get(i) or before[i], id=i, parent=above[i], size=sizes[i]) for i in sorted(sizes)]
    held = {t.parent for t in leaves}
    upper = [replace(t, size=sum(leaf.size for leaf in leaves if leaf.parent == t.id)) for t in known if t.id in held]
    return with_names([*leaves, *upper], [t for t in known if t.id not in described])


def parent_of(topic: int, known: Sequence[Topic], topics: Topics) -> int | None:
    """Say under which parent a new topic belongs: that of the known topic nearest to it.

    Null where that has no parent, or the new topic is farther from it than it is from the farthest of its siblings.
    """
    above = {t.id: t.parent for t in known}
    ids, places = topics.leaves, topics.leaf_places()
    row = {i: n for n, i in enumerate(ids)}
    old = [i for i in ids if i in above]
    if not old:
        return None
    near = similarities(places[[row[topic]]], places[[row[i] for i in old]])[0]
    closest = old[int(near.argmax())]
    siblings = [row[i] for i in old if above[i] is not None and above[i] == above[closest]]
    if len(siblings) < 2:
        return None
    least = float(similarities(places[[row[closest]]], places[siblings]).min())
    return above[closest] if float(near.max()) >= least else None


def with_names(topics: Sequence[Topic], known: Sequence[Topic]) -> list[Topic]:
    """Give topics that are known their old labels; others that have one of these get another."""
    names = {t.id: (t.label_de, t.label_en) for t in known}
    return _named(topics, {t.id: names[t.id] for t in topics if t.id in names})


def corrected(topics: Sequence[Topic], corrections: Corrections, main: Code) -> list[Topic]:
    """Give topics the labels that people gave them, and ``label`` in the main language."""
    own = {t.id: (t.label_de, t.label_en) for t in topics}
    names = {i: (de or own[i][0], en or own[i][1]) for i, (de, en) in corrections.names.items() if i in own}
    return [replace(t, label=t.label_de if main == "de" else t.label_en) for t in _named(topics, names)]


def _named(topics: Sequence[Topic], names: Mapping[int, tuple[str, str]]) -> list[Topic]:
    columns: list[dict[int, str]] = []
    for code in (0, 1):
        labels = {i: pair[code] for i, pair in names.items()}
        taken = {label.casefold() for label in labels.values()}
        for topic in topics:
            if topic.id in labels:
                continue
            own = topic.label_en if code else topic.label_de
            numbered = (f"{own} ({n})" for n in range(2, len(topics) + 3))
            labels[topic.id] = next(name for name in (own, *numbered) if name.casefold() not in taken)
            taken.add(labels[topic.id].casefold())
        columns.append(labels)
    return [replace(t, label_de=columns[0][t.id], label_en=columns[1][t.id]) for t in topics]
