"""The JSON values of a file one at a time: its lines, the elements of its array, or the one object that it is."""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cxtext.sources.load_report import Reject, UnreadableError

# One value beyond this is not read: Python needs up to twenty times its size. Hours of talk with times for every word
# stay far below; larger exports are arrays or JSON lines, which stream.
LARGEST = 32 * 2**20
# Nobody nests feedback deeper, and what reads values goes down into them.
_DEEPEST = 64
_HEAD = 2**16
_CHUNK = 2**20
_FILLED = re.compile(r"[^ \t\r\n]")

Shape = Literal["lines", "array", "object"]


@dataclass(frozen=True, slots=True)
class JsonValue:
    """A value, its number in the file counted from 1, and where it stands, as far as that is known."""

    value: object
    number: int
    byte: int | None = None
    length: int | None = None


def shape_of(path: Path) -> Shape:
    """Tell how a file holds its JSON values.

    A line that is an object by itself means JSON lines, whatever the suffix: a pretty-printed object has none.

    Raises
    ------
    UnreadableError
        If the file is empty.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        text = head.removeprefix(codecs.BOM_UTF8).lstrip()
        if not text:
            raise UnreadableError("empty_file", length=len(head))
        if path.suffix.lower() in (".jsonl", ".ndjson"):
            return "lines"
        if text.startswith(b"["):
            return "array"
        *lines, last = text.split(b"\n")
        if len(head) < _HEAD:
            lines.append(last)
        elif not lines:
            rest = file.readline(LARGEST)
            lines = [text + rest] if rest.endswith(b"\n") or len(rest) < LARGEST else []
    return "lines" if any(line.startswith(b"{") and _is_object(line) for line in lines) else "object"


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line.decode("utf-8")), dict)
    except (ValueError, RecursionError):
        return False


def json_values(path: Path, name: str) -> Iterator[JsonValue | Reject]:
    """Give the values of a file; what cannot be read comes as a reject with its number.

    Raises
    ------
    UnreadableError
        If the file is empty, or is one object that is broken, too large or not UTF-8.
    """
    shape = shape_of(path)
    if shape == "lines":
        yield from _lines(path, name)
    elif shape == "array":
        yield from _elements(path, name)
    else:
        yield JsonValue(_whole(path), 1)


def _lines(path: Path, name: str) -> Iterator[JsonValue | Reject]:
    position = number = 0
    with path.open("rb") as file:
        while line := file.readline(LARGEST + 1):
            start, position = position, position + len(line)
            if len(line) > LARGEST and not line.endswith(b"\n"):
                while more := file.readline(_CHUNK):
                    position += len(more)
                    if more.endswith(b"\n"):
                        break
                number += 1
                yield Reject(name, "too_large", row=number, byte=start, length=position - start)
                continue
            data = line.removeprefix(codecs.BOM_UTF8).strip() if start == 0 else line.strip()
            if data:
                number += 1
                yield _line(data, name, number, start)


def _line(data: bytes, name: str, number: int, start: int) -> JsonValue | Reject:
    try:
        return JsonValue(_parsed(data.decode("utf-8")), number, start, len(data))
    except UnicodeDecodeError:
        return Reject(name, "bad_encoding", row=number, byte=start, length=len(data))
    except (ValueError, RecursionError):
        return Reject(name, "broken_json", row=number, byte=start, length=len(data))


def _parsed(text: str) -> object:
    """Read a value, unless it nests too deep."""
    value: object = json.loads(text)
    if _too_deep(value, text, 0, len(text)):
        raise ValueError("values nest too deep")
    return value


def _too_deep(value: object, text: str, start: int, end: int) -> bool:
    if text.count("[", start, end) + text.count("{", start, end) <= _DEEPEST:
        return False
    level = [value]
    for _ in range(_DEEPEST + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


def _whole(path: Path) -> object:
    size = path.stat().st_size
    if size > LARGEST:
        raise UnreadableError("too_large", length=size)
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError("bad_encoding", length=size, byte=error.start) from None
    try:
        return _parsed(text)
    except json.JSONDecodeError as error:
        raise UnreadableError("broken_json", length=size, byte=len(text[: error.pos].encode())) from None
    except (ValueError, RecursionError):  # numbers of thousands of digits; brackets in brackets without end
        raise UnreadableError("broken_json", length=size) from None


def _elements(path: Path, name: str) -> Iterator[JsonValue | Reject]:
    """Give the elements of a top-level array; only one of them is in memory at a time."""
    buffer = _Buffer(path)
    buffer.skip("[")
    number = 0
    while (mark := buffer.peek()) and mark != "]":
        number += 1
        try:
            value, length = buffer.element()
        except UnreadableError as error:
            yield Reject(name, error.reason, row=number, length=error.length)
            return
        yield JsonValue(value, number, length=length)
        if buffer.peek() != ",":
            break
        buffer.skip(",")
    if buffer.peek() != "]":
        yield Reject(name, "broken_json", row=number + 1)


class _Buffer:
    """A window on a text file that moves on and grows as far as it must."""

    def __init__(self, path: Path) -> None:
        self._chunks = self._read(path)
        self._scan = json.JSONDecoder().raw_decode
        self.text = ""
        self.at = 0

    @staticmethod
    def _read(path: Path) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        with path.open("rb") as file:
            while data := file.read(_CHUNK):
                yield decoder.decode(data)
        yield decoder.decode(b"", final=True)

    def more(self) -> bool:
        # As much again as there is: reading an element again and again costs no more than twice reading it once.
        wanted = len(self.text) - self.at
        pieces = [self.text[self.at :]]
        got = 0
        for chunk in self._chunks:
            pieces.append(chunk)
            got += len(chunk)
            if got and got >= wanted:
                break
        self.text, self.at = "".join(pieces), 0
        return got > 0

    def peek(self) -> str:
        """Give the next character that is no white space; empty at the end."""
        while not (found := _FILLED.search(self.text, self.at)):
            self.at = len(self.text)
            if not self.more():
                return ""
        self.at = found.start()
        return found.group()

    def skip(self, mark: str) -> None:
        if self.peek() == mark:
            self.at += 1

    def element(self) -> tuple[object, int]:
        """Give the value that begins here, and its length, and stand behind it."""
        while True:
            try:
                value, end = self._scan(self.text, self.at)
            except json.JSONDecodeError as error:
                # Is the text in order up to where the window ends?
                if not error.msg.startswith("Unterminated string") and error.pos < len(self.text) - 16:
                    raise UnreadableError("broken_json") from None
            except (ValueError, RecursionError):
                raise UnreadableError("broken_json") from None
            else:
                if _too_deep(value, self.text, self.at, end):
                    raise UnreadableError("broken_json", length=end - self.at)
                # A number may go on in the next chunk.
                if end < len(self.text) or not self.more():
                    length = end - self.at
                    self.at = end
                    return value, length
                continue
            length = len(self.text) - self.at
            if length > LARGEST:
                raise UnreadableError("too_large", length=length)
            if not self.more():
                raise UnreadableError("broken_json", length=length)
