"""Tells schemathesis how to send a stream: what it drew as a line of its own, and as a JSON string."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    text = value if isinstance(value, str) else json.dumps(value)
    return f"{text}\n{json.dumps(text)}\n".encode("utf-8", "replace")
