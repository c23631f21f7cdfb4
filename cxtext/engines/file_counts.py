"""What was in each file: languages, and spans that are not the customer's own words.

Files are read one after another, so that the documents of each are told by their number; ids may be anything.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from cxtext.documents import Annotation
from cxtext.sources import LoadReport

# Language of a document (null for one without text), and how many spans of each kind are not the customer's.
_Kept = tuple[str | None, tuple[tuple[str, int], ...]]


class FileCounts:
    """Counts of a stream of annotations. Documents that are alike in both share what is kept of them."""

    def __init__(self) -> None:
        self._documents: list[_Kept] = []
        self._known: dict[_Kept, _Kept] = {}

    def add(self, annotation: Annotation) -> None:
        """Count a document, in the order in which it was read."""
        aside = Counter(segment.kind for segment in annotation.segments if segment.kind != "customer")
        code = annotation.language.code if annotation.status == "ok" else None
        kept: _Kept = (code, tuple(sorted(aside.items())))
        self._documents.append(self._known.setdefault(kept, kept))

    @property
    def set_aside(self) -> dict[str, int]:
        """Spans that are not the customer's own words, by kind."""
        return _spans(self._documents)

    def per_file(self, load: LoadReport) -> list[dict[str, Any]]:
        """Say of each file what was taken for it and what came out of it; nothing, if documents came from elsewhere.

        Parameters
        ----------
        load
            What happened while the documents were read; complete.
        """
        if load.documents != len(self._documents):
            return []
        documents = iter(self._documents)
        return list(_files(load, documents))


def _files(load: LoadReport, documents: Iterator[_Kept]) -> Iterator[dict[str, Any]]:
    for file in load.files:
        own = list(islice(documents, file.documents))
        rejects = Counter(reject.reason for reject in load.rejects if reject.file == file.name)
        yield {
            "name": file.name,
            "format": file.format,
            "rows": file.rows,
            "documents": file.documents,
            "rejected": dict(sorted(rejects.items())),
            "languages": dict(sorted(Counter(code for code, _ in own if code is not None).items())),
            "set_aside": _spans(own),
        }


def _spans(documents: Sequence[_Kept]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for _, aside in documents:
        counts.update(dict(aside))
    return dict(sorted(counts.items()))
