"""One JSON object a line on stderr: what happened, how long it took, and never what a customer wrote."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO


class JsonFormatter(logging.Formatter):
    """Write a record as one line of JSON.

    Of an exception stand its type and where it came from; its message might repeat what was sent.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Format one record."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            entry["exception"] = describe(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=True)


def describe(error: BaseException) -> dict[str, Any]:
    """Say of an exception its type and the lines of code that it came through, without its message.

    >>> describe(ValueError("what a customer wrote"))
    {'type': 'ValueError', 'at': []}
    """
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return {"type": type(error).__name__, "at": [f"{f.filename}:{f.lineno} {f.name}" for f in frames]}


def make_logger(stream: TextIO | None = None) -> logging.Logger:
    """Give the service's logger; the server's own messages go the same way.

    Parameters
    ----------
    stream
        Where lines go; null for stderr.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    for name, level in (("cxtext.service", logging.INFO), ("uvicorn.error", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level)
    return logging.getLogger("cxtext.service")
