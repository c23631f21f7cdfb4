"""Reviews of apps and companies: what the customer wrote, and what the company answered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cxtext.documents import Document
from cxtext.sources.cells import as_number, as_text, as_time, is_missing, names_zone
from cxtext.sources.conversations.fields import at, has, word
from cxtext.sources.conversations.talk import Place
from cxtext.sources.load_report import Reject

Paths = tuple[str, ...]
WORST, BEST = 1, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLayout:
    """Where a review has what. Of several paths, the first with a value counts; ``attributes`` are kept by their names.

    Headers of tables have no dots, so a path is a column too.
    """

    text: Paths
    stars: Paths
    time: Paths
    id: Paths = ()
    title: Paths = ()
    language: Paths = ()
    reply: Paths = ()
    attributes: Mapping[str, Paths] | None = None

    def paths(self) -> Paths:
        """All paths, for a table to know which columns are used."""
        kept = [path for paths in (self.attributes or {}).values() for path in paths]
        return (*self.id, *self.title, *self.text, *self.stars, *self.time, *self.language, *self.reply, *kept)


def read_review(row: Mapping[str, object], place: Place, layout: ReviewLayout) -> Iterator[Document | Reject]:
    """Read one review. Title and text are joined with a blank line; a company's reply is a turn of the agent."""
    if not any(has(row, path) for path in (*layout.text, *layout.title)):
        yield place.reject("missing_field", layout.text[0])
        return
    title, body, reply = (as_text(_filled(row, paths)) for paths in (layout.title, layout.text, layout.reply))
    if body is None or title is None:
        yield place.reject("not_text", layout.text[0] if body is None else layout.title[0])
        return
    # Portals make a title of the first words where there is none.
    own_title = title.strip() if not body.strip().startswith(title.strip().rstrip("….")) else ""
    text = "\n\n".join(part for part in (own_title, body.strip()) if part)
    fields: dict[str, Any] = {
        "id": word(_filled(row, layout.id)) or place.id,
        "channel": "review",
        "created_at": _time(row, place, layout),
        "language": place.language(_filled(row, layout.language)),
        "scores": _stars(row, place, layout),
        "attributes": {
            name: found
            for name, paths in (layout.attributes or {}).items()
            if (found := word(_filled(row, paths))) is not None
        },
    }
    if not reply or not reply.strip():
        yield Document(text=text, **fields)
        return
    said = [{"text": text, "role": "customer"}, {"text": reply.strip(), "role": "agent"}]
    yield Document.from_turns([turn for turn in said if turn["text"]], **fields)


def _filled(row: object, paths: Paths) -> object:
    return next((found for path in paths if not is_missing(found := _cell(row, path))), None)


def _cell(row: object, path: str) -> object:
    return row[path] if isinstance(row, Mapping) and path in row else at(row, path)


def _stars(row: object, place: Place, layout: ReviewLayout) -> dict[str, float]:
    value = _filled(row, layout.stars)
    if value is None:
        return {}
    stars = as_number(value)
    if stars is None:
        place.file.report.not_numbers["stars"] += 1
    elif not WORST <= stars <= BEST:
        place.file.report.out_of_scale["stars"] += 1
    else:
        return {"stars": stars}
    return {}


def _time(row: object, place: Place, layout: ReviewLayout) -> Any:  # noqa: ANN401 (datetime or null)
    value = _filled(row, layout.time)
    if value is None:
        return None
    zone = place.file.options.zone
    found = as_time(value, order="dmy", zone=zone)
    if found is None:
        place.file.report.unreadable_times += 1
    elif not names_zone(value, "dmy"):
        place.file.report.note(f"{place.file.name}: times of reviews name no time zone; taken as {zone}")
    return found
