"""Files of conversations and reviews: which kind they hold, and what is in them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from cxtext.documents import Document
from cxtext.sources.conversations.fields import has
from cxtext.sources.conversations.kinds import KINDS, Kind
from cxtext.sources.conversations.talk import Place
from cxtext.sources.delimited import DelimitedTable
from cxtext.sources.input import InputFile
from cxtext.sources.json_values import json_values, shape_of
from cxtext.sources.load_report import Reject, UnreadableError

# Values of a file that are looked at to tell its kind.
_SAMPLE = 20


def kind_of_value(value: object, *, tables: bool) -> tuple[Kind, str] | None:
    """Tell the kind of an object, and by which keys; ``tables`` says whether kinds that are also tables count."""
    if not isinstance(value, Mapping):
        return None
    for kind in KINDS:
        if kind.review is not None and not tables:
            continue
        if kind.fits(value):
            return kind, f"keys {', '.join(dict.fromkeys(_found(value, key) for key in kind.keys))}"
        for name in kind.within:
            held = value.get(name)
            if isinstance(held, list) and any(kind.fits(element) for element in held[:_SAMPLE]):
                element = next(element for element in held[:_SAMPLE] if kind.fits(element))
                keys = dict.fromkeys(f"{name}.*.{_found(element, key)}" for key in kind.keys)
                return kind, f"keys {', '.join(keys)}"
    return None


def _found(value: object, key: str) -> str:
    return next(name for name in key.split("|") if has(value, name))


def kind_of_json(path: Path, *, tables: bool) -> tuple[Kind, str] | None:
    """Tell the kind of a file of JSON by the keys of its first objects.

    Raises
    ------
    UnreadableError
        If the file is empty, or is one object over many lines that is broken, or of no kind.
    """
    is_object = shape_of(path) == "object"
    for item in islice(json_values(path, path.name), _SAMPLE):
        if isinstance(item, Reject):
            continue
        if found := kind_of_value(item.value, tables=tables):
            return found
        is_object = is_object and isinstance(item.value, Mapping)
    if is_object:
        raise UnreadableError("unknown_format", length=path.stat().st_size)
    return None


def kind_of_table(path: Path) -> tuple[Kind, str] | None:
    """Tell the kind of a delimited table by its header.

    Raises
    ------
    UnreadableError
        If the file is no table.
    """
    header = dict.fromkeys(DelimitedTable(path, path.name).header)
    found = kind_of_value(header, tables=True)
    return found if found and found[0].review is not None else None


def read_json_kind(file: InputFile, *, kind: Kind) -> Iterator[Document | Reject]:
    """Read a file of JSON whose objects are of a kind.

    Raises
    ------
    UnreadableError
        If the file is empty, or is one object that is broken.
    """
    file.loaded.encoding = "utf-8"
    number = 0
    for item in json_values(file.path, file.name):
        for held in [item] if isinstance(item, Reject) else kind.objects(item.value):
            number += 1
            file.loaded.rows += 1
            if isinstance(held, Reject):
                yield replace(held, row=number)
                continue
            place = Place(file, number, None if isinstance(item, Reject) else item.byte)
            if isinstance(held, Mapping):
                yield from kind.read(held, place)
            else:
                yield place.reject("not_a_record")


def read_table_kind(file: InputFile, *, kind: Kind) -> Iterator[Document | Reject]:
    """Read a delimited table whose rows are reviews of a kind.

    Raises
    ------
    UnreadableError
        If the file is no table.
    """
    table = DelimitedTable(file.path, file.name)
    paths = kind.review.paths() if kind.review else ()
    used = [i for i, name in enumerate(table.header) if name in paths]
    for row in table.rows(used):
        file.loaded.rows += 1
        file.loaded.encoding, file.loaded.delimiter = table.encoding, table.delimiter
        if isinstance(row, Reject):
            yield row
            continue
        number, values = row
        yield from kind.read(dict(zip(table.header, values, strict=False)), Place(file, number))
