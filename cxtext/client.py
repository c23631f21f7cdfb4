"""A client of the HTTP service: :func:`cxtext.annotate` and :func:`cxtext.encode`, done elsewhere.

It needs nothing but the standard library. Most HTTP libraries send a whole request before they read the answer, which
for a long stream would stop both sides for good.
"""

import json
import select
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Any, Self, overload
from urllib.parse import urlsplit

from cxtext.documents import Annotation, Document
from cxtext.errors import ConfigError, CxtextError, InputTypeError, InputValueError, ServiceError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What a request holds at most when many texts are sent; below the service's own limits.
TEXTS = 256
BYTES = 512 * 1024

# Lines of a stream, and their bytes, that are sent ahead of the answers: enough for full batches, and little enough to
# fit what the network keeps while nobody reads.
AHEAD = 64
AHEAD_BYTES = 64 * 1024

# Seconds between two tries where the service does not say how many.
PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Rejected:
    """A text of a stream that the service could not read; ``line`` counts from 1."""

    line: int
    reason: str


class Client:
    """Calls a running ``python -m cxtext.serve``. Safe to use from many threads.

    Parameters
    ----------
    url
        Where the service is, e.g. ``"http://127.0.0.1:8765"``.
    key
        The API key, where one is needed.
    timeout
        Seconds without a byte after which a request is given up.
    retries
        How often a request is sent again when the service has no room, after the time that it asks for.

    Examples
    --------
    >>> with Client("http://127.0.0.1:8765") as client:  # doctest: +SKIP
    ...     client.annotate("Die Beratung war freundlich.").sentiment.label
    'positive'
    >>> with Client("http://127.0.0.1:8765") as client:  # doctest: +SKIP
    ...     [a.sentiment.label for a in client.stream(["Nobody answers.", "Kind staff!"])]
    ['negative', 'positive']
    """

    def __init__(
        self, url: str = "http://127.0.0.1:8765", *, key: str | None = None, timeout: float = 150.0, retries: int = 5
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f"url must be like 'http://HOST:PORT', got a text of {len(url)} characters")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._path = parts.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
        self._timeout, self._retries = timeout, retries
        self._idle: list[HTTPConnection] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are open and not in use."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @overload
    def annotate(
        self,
        texts: str | Mapping[str, Any] | Document,
        *,
        language: str | None = None,
        question: str | None = None,
        redact: str = "keep",
    ) -> Annotation: ...

    @overload
    def annotate(
        self, texts: Iterable[Any], *, language: str | None = None, question: str | None = None, redact: str = "keep"
    ) -> list[Annotation]: ...

    def annotate(
        self,
        texts: str | Mapping[str, Any] | Document | Iterable[Any],
        *,
        language: str | None = None,
        question: str | None = None,
        redact: str = "keep",
    ) -> Annotation | list[Annotation]:
        """Annotate one text or many, as :func:`cxtext.annotate` does; many texts go in several requests.

        Parameters
        ----------
        texts
            One text, mapping or document, or any other iterable of these.
        language, question
            What holds for all texts that do not say otherwise.
        redact
            ``"keep"``, ``"mask"`` or ``"pseudonymise"``. The annotations' ``document`` then has the redacted text, and
            nothing else.

        Raises
        ------
        InputTypeError, InputValueError
            If a text is none, or the service refuses what was sent.
        ServiceError
            If the service cannot be reached, has no room after all retries, or fails.
        """
        single = isinstance(texts, str | Mapping | Document)
        items: list[Any] = [texts] if single else list(texts)  # type: ignore[arg-type]
        documents = [_document(t, i) for i, t in enumerate(items)]
        common = {"language": language, "question": question, "redact": redact}
        found: list[Annotation] = []
        for part in _parts([_dumps(_body(d)) for d in documents]):
            body = _dumps(common)[:-1] + b',"documents":[' + b",".join(part) + b"]}"
            answer = self._post("/v1/annotate", body)
            redacted = answer.get("texts")
            for i, data in enumerate(answer["annotations"]):
                own = documents[len(found)] if redacted is None else Document(text=redacted[i], id=data["id"])
                found.append(replace(Annotation.from_dict(data), document=own))
        return found[0] if single else found

    def encode(self, texts: str | Iterable[str]) -> "NDArray[np.float32]":
        """Encode texts, as :func:`cxtext.encode` does.

        Returns
        -------
        numpy.ndarray
            Float32 (n, d), rows of length 1; zeros for texts without words.

        Raises
        ------
        InputTypeError, InputValueError, ServiceError
            As for :meth:`annotate`.
        """
        import numpy as np

        listed = [texts] if isinstance(texts, str) else list(texts)
        rows: list[list[float]] = []
        for part in _parts([_dumps(t) for t in listed]) if listed else [[]]:
            rows += self._post("/v1/encode", b'{"texts":[' + b",".join(part) + b"]}")["embeddings"]
        return np.asarray(rows, np.float32).reshape(len(rows), len(rows[0]) if rows else 0)

    def stream(self, texts: Iterable[Any], *, redact: str = "keep") -> Iterator[Annotation | Rejected]:
        """Annotate texts as they come, with little in memory on both sides.

        If the connection breaks or the service ends, the texts without an answer are sent again on a new one.

        Parameters
        ----------
        texts
            Texts, mappings or documents, one by one; taken as fast as answers are.
        redact
            As for :meth:`annotate`.

        Yields
        ------
        Annotation or Rejected
            One for each text, in order.

        Raises
        ------
        InputTypeError, InputValueError, ServiceError
            As for :meth:`annotate`.
        """
        sent: deque[tuple[bytes, Document]] = deque()
        failure: list[Exception] = []
        documents = _guarded(texts, failure)
        answered = tries = 0
        while True:
            exchange = _Exchange(self._connect(), f"{self._path}/v1/annotate/stream?redact={redact}", self._headers)
            pause = PAUSE
            try:
                for record in exchange.run(documents, sent):
                    _, document = sent.popleft()
                    answered, tries = answered + 1, 0
                    yield _read_line(record, answered, document if redact == "keep" else None)
                break
            except _AgainError as again:
                pause = again.seconds
            except CxtextError:
                raise
            except (OSError, HTTPException):
                pass
            finally:
                exchange.close()
            tries += 1
            if tries > self._retries:
                raise ServiceError(f"the stream broke off after {answered} texts, and so did {self._retries} retries")
            time.sleep(pause)
        if failure:
            raise failure[0]

    def _connect(self) -> HTTPConnection:
        kind = HTTPSConnection if self._secure else HTTPConnection
        return kind(self._host, self._port, timeout=self._timeout)

    def _post(self, path: str, body: bytes) -> dict[str, Any]:
        for attempt in range(self._retries + 1):
            status, headers, content = self._send(path, body)
            if status != 503 or attempt == self._retries:
                break
            time.sleep(_seconds(headers))
        return _read_answer(status, content)

    def _send(self, path: str, body: bytes) -> tuple[int, HTTPMessage, bytes]:
        headers = {"Content-Type": "application/json", **self._headers}
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            reused = connection is not None
            connection = connection or self._connect()
            try:
                with suppress(BrokenPipeError, ConnectionResetError):
                    # Refused before all of it was sent, there is an answer all the same.
                    connection.request("POST", self._path + path, body, headers)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, HTTPException) as error:
                connection.close()
                if reused and not isinstance(error, TimeoutError):
                    continue  # the service had closed it meanwhile
                raise ServiceError(
                    f"no answer from the service: {type(error).__name__}; is it running, and is the address right?"
                ) from None
            if answer.will_close:
                connection.close()
            else:
                with self._lock:
                    self._idle.append(connection)
            return answer.status, answer.headers, content


class _AgainError(Exception):
    """The rest is to be sent again after some seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class _Exchange:
    """One connection of a stream."""

    def __init__(self, connection: HTTPConnection, path: str, headers: Mapping[str, str]) -> None:
        self._connection, self._path, self._headers = connection, path, headers
        self._response: HTTPResponse | None = None
        self._rest = b""
        self._records: deque[bytes] = deque()

    def close(self) -> None:
        self._connection.close()

    def run(self, documents: Iterator[Document], sent: deque[tuple[bytes, Document]]) -> Iterator[dict[str, Any]]:
        """Send what was sent before, then the rest; give one record for each. The caller takes it from ``sent``."""
        connection = self._connection
        connection.putrequest("POST", self._path)
        for name, value in {**self._headers, "Content-Type": "application/x-ndjson"}.items():
            connection.putheader(name, value)
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        for line, _ in sent:
            self._write(line)
        for document in documents:
            line = _dumps(_body(document)) + b"\n"
            # Counted as sent before it is: whatever breaks off from here on, it is sent again.
            sent.append((line, document))
            while len(sent) > 1 and (len(sent) > AHEAD or sum(len(b) for b, _ in sent) > AHEAD_BYTES):
                yield self._take()
            self._write(line)
            while sent and self._has_answer():
                yield self._take()
        self._send(b"0\r\n\r\n")
        while sent:
            yield self._take()

    def _write(self, line: bytes) -> None:
        self._send(b"%x\r\n%b\r\n" % (len(line), line))

    def _send(self, data: bytes) -> None:
        # Refused before all of it was sent, there is an answer all the same, or none, which reading will show.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._connection.send(data)

    def _has_answer(self) -> bool:
        return bool(self._records) or bool(select.select([self._connection.sock], [], [], 0)[0])

    def _take(self) -> dict[str, Any]:
        if self._response is None:
            self._response = self._connection.getresponse()
            if self._response.status == 503:
                raise _AgainError(_seconds(self._response.headers))
            if self._response.status != 200:
                _read_answer(self._response.status, self._response.read())
        while not self._records:
            data = self._response.read1(65_536)
            if not data:
                raise _AgainError(PAUSE)
            *whole, self._rest = (self._rest + data).split(b"\n")
            self._records.extend(whole)
        record: dict[str, Any] = json.loads(self._records.popleft())
        if record["status"] == "stopped":
            raise _AgainError(PAUSE)
        return record


def _guarded(texts: Iterable[Any], failure: list[Exception]) -> Iterator[Document]:
    # The caller's own trouble is kept apart from the connection's, and raised when what came before it is answered.
    try:
        for position, item in enumerate(texts):
            yield _document(item, position)
    except Exception as error:
        failure.append(error)


def _document(item: object, position: int) -> Document:
    if isinstance(item, Document):
        return item
    if isinstance(item, str):
        return Document(text=str.__str__(item))
    if isinstance(item, Mapping):
        return Document.from_mapping(item)
    raise InputTypeError(f"item {position} of texts must be a str, a mapping or a Document, got {type(item).__name__}")


def _body(document: Document) -> dict[str, Any]:
    values = {k: v for k, v in document.to_dict().items() if v not in (None, [], {})}
    if document.created_at is not None:
        values["created_at"] = document.created_at.isoformat()
    return {"text": document.text, **values}


def _dumps(value: object) -> bytes:
    # ASCII with escapes: lone surrogates go through as they are.
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise InputValueError(f"a document has something that JSON cannot hold: {type(error).__name__}") from None


def _parts(items: list[bytes]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    size = 0
    for item in items:
        if part and (len(part) == TEXTS or size + len(item) > BYTES):
            yield part
            part, size = [], 0
        part.append(item)
        size += len(item)
    if part:
        yield part


def _seconds(headers: HTTPMessage) -> float:
    given = headers.get("Retry-After") or ""
    return float(given) if given.isdecimal() and len(given) < 4 else PAUSE


def _read_line(record: dict[str, Any], line: int, document: Document | None) -> Annotation | Rejected:
    if record["status"] == "rejected":
        return Rejected(line, str(record["reason"]))
    return replace(Annotation.from_dict(record), document=document)


def _read_answer(status: int, content: bytes) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(content)
        if status == 200:
            return answer
        error = answer["error"]
        message = f"{error['message']} ({error['code']})"
    except (ValueError, KeyError, TypeError):
        raise ServiceError(f"the answer with status {status} is not one of cxtext's") from None
    if status in (413, 422):
        raise InputValueError(message)
    raise ServiceError(f"status {status}: {message}")
