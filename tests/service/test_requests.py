"""Bodies of requests: whatever is sent, the answer is a document or a refusal that repeats nothing of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.service.limits import Limits, RefusedError
from cxtext.service.requests import read_annotate, read_document, read_encode, read_json

WORDS = st.sampled_from(["text", "turns", "documents", "texts", "id", "scores", "start", "end", "role", "Geheimnis"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.just("Geheimnis") | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def refusal(read, *arguments):
    """Give the refusal of what is read, or nothing where it is accepted."""
    try:
        read(*arguments)
    except RefusedError as refused:
        return refused
    return None


@given(JSON)
def test_whatever_json_is_sent_it_is_read_or_refused_without_being_repeated(value):
    body = json.dumps(value).encode()
    for refused in (
        refusal(read_annotate, body, Limits()),
        refusal(read_encode, body, Limits()),
        refusal(read_document, value, Limits()),
    ):
        if refused is not None:
            assert 400 <= refused.status < 500
            assert "Geheimnis" not in json.dumps(refused.to_dict())


@given(st.binary(max_size=40))
def test_whatever_bytes_are_sent_they_are_json_or_refused(body):
    refused = refusal(read_json, body)
    assert refused is None or refused.code == "invalid_json"


@given(st.text(max_size=30))
def test_a_text_arrives_as_it_was_sent(text):
    [document] = read_annotate(json.dumps({"text": text}).encode(), Limits()).documents
    assert document.text == text


@pytest.mark.parametrize("depth", [10, 500, 900])
def test_attributes_may_be_deep(depth):
    body = b'{"text": "a", "attributes": {"x": ' + b"[" * depth + b"]" * depth + b"}}"
    [document] = read_annotate(body, Limits()).documents
    assert "x" in document.attributes
