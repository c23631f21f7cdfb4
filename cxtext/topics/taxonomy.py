"""A taxonomy: topics of one's own, from a TOML file.

Every topic has an ``id``, which never changes, and is described by any of ``label``, ``description``, ``keywords`` and
``examples``. Topics may hold ``topics``. Texts may be in either language; where it matters which, a table says so:
``label = {de = "Preis", en = "Price"}``.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Literal

from cxtext.config import read_data, read_toml
from cxtext.errors import ConfigError, InputTypeError, nearest

SCHEMA = "cxtext.taxonomy/1"
# The taxonomy that cxtext ships.
SHIPPED = "cx"

Code = Literal["de", "en"]
CODES: tuple[Code, Code] = ("de", "en")

_KEYS = ("id", "label", "description", "keywords", "examples", "topics")
_LONGEST = 60  # characters of an id or label


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase that gives a topic away; ``language`` is null where it holds for both."""

    text: str
    language: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonomyTopic:
    """One topic.

    Parameters
    ----------
    id
        What the topic is called in results, in every language and version.
    parent
        Id of the topic that it lies under; null at the top.
    label_de, label_en
        What it is called in a report.
    descriptions
        What it is about, in sentences or words, in any language.
    keywords
        Words and phrases of which each is enough to be about it.
    examples
        Texts that are about it.
    """

    id: str
    label_de: str
    label_en: str
    parent: str | None = None
    descriptions: tuple[str, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taxonomy:
    """Topics in the order of the file, every parent before its sub-topics."""

    name: str
    topics: tuple[TaxonomyTopic, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each topic stands, by id."""
        return {topic.id: i for i, topic in enumerate(self.topics)}

    @cached_property
    def parents(self) -> tuple[int | None, ...]:
        """Where the parent of each topic stands; null at the top."""
        return tuple(None if t.parent is None else self.places[t.parent] for t in self.topics)

    @cached_property
    def sha256(self) -> str:
        """Hash of what it says, wherever the file lies."""
        content = [asdict(topic) for topic in self.topics]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode("ascii")).hexdigest()

    def above(self, place: int) -> Iterator[int]:
        """Give the places of a topic's parent, its parent's parent and so on."""
        parent = self.parents[place]
        while parent is not None:
            yield parent
            parent = self.parents[parent]


def read_taxonomy(source: str | PathLike[str] | Taxonomy) -> Taxonomy:
    """Read a taxonomy.

    Parameters
    ----------
    source
        Path of a TOML file, or ``"cx"`` for the shipped one on customer experience. A taxonomy is given back.

    Raises
    ------
    InputTypeError
        If ``source`` is none of these.
    ConfigError
        If the file is missing or wrong; the message names file, topic and key.

    Examples
    --------
    >>> cx = read_taxonomy("cx")
    >>> delay = cx.topics[cx.places["punctuality"]]
    >>> delay.label_de, delay.label_en
    ('Pünktlichkeit', 'Punctuality')
    """
    if isinstance(source, Taxonomy):
        return source
    if not isinstance(source, str | PathLike):
        raise InputTypeError(
            f"a taxonomy is the path of a TOML file or {SHIPPED!r}, the shipped one; got {type(source).__name__}"
        )
    if source == SHIPPED:
        return parse_taxonomy(read_data("taxonomy.toml"), where=SHIPPED)
    if not Path(source).is_file():
        raise ConfigError(
            f"there is no taxonomy file {fspath(source)!r}; name a TOML file, or {SHIPPED!r} for the shipped taxonomy"
        )
    return parse_taxonomy(read_toml(source), where=fspath(source))


def parse_taxonomy(values: Mapping[str, Any], *, where: str) -> Taxonomy:
    """Build a taxonomy from the values of a TOML file.

    Parameters
    ----------
    values
        The file's content.
    where
        What to call it in messages.

    Raises
    ------
    ConfigError
        If something is wrong; the message names file, topic and key.

    Examples
    --------
    >>> values = {"schema": "cxtext.taxonomy/1", "topics": [{"id": "price", "label": {"de": "Preis", "en": "Price"}}]}
    >>> parse_taxonomy(values, where="mine.toml").topics[0].label_de
    'Preis'
    >>> parse_taxonomy({**values, "topics": [{"id": "price", "keyword": ["teuer"]}]}, where="mine.toml")
    Traceback (most recent call last):
    ...
    cxtext.errors.ConfigError: mine.toml: topic 'price' has an unknown key 'keyword'; did you mean 'keywords'?
    """
    if values.get("schema") != SCHEMA:
        raise ConfigError(f"{where}: 'schema' must be {SCHEMA!r}, got {_shown(values.get('schema'))}")
    _check_keys(values, ("schema", "name", "topics"), where)
    name = values.get("name", Path(where).stem)
    if not isinstance(name, str) or not name.strip():
        raise ConfigError(f"{where}: 'name' must be a text that is not empty, got {_shown(name)}")
    topics = list(_topics(values.get("topics"), where, where, None))
    seen: set[str] = set()
    for topic in topics:
        if topic.id in seen:
            raise ConfigError(f"{where}: topic {topic.id!r} occurs twice; every topic needs an id of its own")
        seen.add(topic.id)
    return Taxonomy(name=name, topics=tuple(_with_own_labels(topics, where)))


def _topics(tables: Any, place: str, where: str, parent: str | None) -> Iterator[TaxonomyTopic]:  # noqa: ANN401
    if not isinstance(tables, list) or not tables or not all(isinstance(t, Mapping) for t in tables):
        raise ConfigError(
            f"{place}: 'topics' must be a list of tables that is not empty, written as [[topics]]; got {_shown(tables)}"
        )
    for number, table in enumerate(tables, start=1):
        topic_id = table.get("id")
        if not isinstance(topic_id, str) or not topic_id.strip() or len(topic_id) > _LONGEST:
            raise ConfigError(
                f"{place}: topic number {number} needs an 'id', a text of up to {_LONGEST} characters; "
                f"got {_shown(topic_id)}"
            )
        here = f"{where}: topic {topic_id!r}"
        _check_keys(table, _KEYS, here)
        labels = _in_both(table.get("label", topic_id), here)
        yield TaxonomyTopic(
            id=topic_id,
            parent=parent,
            label_de=labels["de"],
            label_en=labels["en"],
            descriptions=tuple(text for text, _ in _texts(table, "description", here)),
            keywords=tuple(Keyword(text, code) for text, code in _texts(table, "keywords", here)),
            examples=tuple(text for text, _ in _texts(table, "examples", here)),
        )
        if "topics" in table:
            yield from _topics(table["topics"], here, where, topic_id)


def _check_keys(table: Mapping[str, Any], allowed: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in allowed:
            raise ConfigError(f"{where} has an unknown key {key!r}; {nearest(key, allowed)}")


def _in_both(value: Any, where: str) -> dict[Code, str]:  # noqa: ANN401 (checked here)
    """Give a label in both languages; one language stands in for the other."""
    labels = value if isinstance(value, Mapping) else dict.fromkeys(CODES, value)
    for code, label in labels.items():
        if code not in CODES:
            raise ConfigError(f"{where}: 'label' has an unknown language {code!r}; allowed: 'de', 'en'")
        if not isinstance(label, str) or not label.strip() or len(label) > _LONGEST:
            raise ConfigError(
                f"{where}: 'label' must be a text of up to {_LONGEST} characters, or {{de = ..., en = ...}}; "
                f"got {_shown(label)}"
            )
    if not labels:
        raise ConfigError(f"{where}: 'label' is empty; give {{de = ..., en = ...}}, or leave it out")
    other = next(iter(labels.values()))
    return {code: labels.get(code, other).strip() for code in CODES}


def _texts(table: Mapping[str, Any], key: str, where: str) -> Iterator[tuple[str, Code | None]]:
    """Give the texts of a key, each with its language if that is said: one text, a list, or either by language."""
    value = table.get(key, ())
    if isinstance(value, Mapping):
        for code, own in value.items():
            if code not in CODES:
                raise ConfigError(f"{where}: {key!r} has an unknown language {code!r}; allowed: 'de', 'en'")
            yield from ((text, code) for text in _listed(own, key, where))
    else:
        yield from ((text, None) for text in _listed(value, key, where))


def _listed(value: Any, key: str, where: str) -> list[str]:  # noqa: ANN401 (checked here)
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple):
        raise ConfigError(
            f"{where}: {key!r} must be a text, a list of texts or {{de = ..., en = ...}}; got {_shown(value)}"
        )
    for number, text in enumerate(texts, start=1):
        if not isinstance(text, str) or not text.strip():
            raise ConfigError(
                f"{where}: number {number} of {key!r} must be a text that is not empty, got {_shown(text)}"
            )
    return list(dict.fromkeys(text.strip() for text in texts))


def _with_own_labels(topics: list[TaxonomyTopic], where: str) -> Iterator[TaxonomyTopic]:
    """Put the parent's label before labels that occur twice, so that "Other" says of what."""
    labels = {topic.id: {"de": topic.label_de, "en": topic.label_en} for topic in topics}
    unique: dict[str, dict[str, str]] = {topic.id: {} for topic in topics}
    for code in CODES:
        count: dict[str, int] = {}
        for topic in topics:
            count[labels[topic.id][code].casefold()] = count.get(labels[topic.id][code].casefold(), 0) + 1
        taken: set[str] = set()
        for topic in topics:
            label = labels[topic.id][code]
            if count[label.casefold()] > 1 and topic.parent is not None:
                label = f"{labels[topic.parent][code]}: {label}"
            if label.casefold() in taken:
                raise ConfigError(
                    f"{where}: topic {topic.id!r} has the label {label!r} ({code}) of another topic; labels must differ"
                )
            taken.add(label.casefold())
            unique[topic.id][code] = label
    for topic in topics:
        yield replace(topic, label_de=unique[topic.id]["de"], label_en=unique[topic.id]["en"])


def _shown(value: object) -> str:
    # Examples may be customers' words: only what it is, unless it is short.
    if value is None:
        return "nothing"
    return repr(value) if isinstance(value, str | int | float) and len(str(value)) <= 40 else type(value).__name__
