import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.engines.signals import Signals, SignalsToCome

signals = st.tuples(st.sampled_from(["churn", "effort:waiting", "question"]), *[st.integers(0, 10**6)] * 3)


@given(st.lists(st.lists(signals, max_size=4), max_size=6), st.data())
def test_signals_come_back_by_document_in_the_order_asked_for(documents, data):
    kept = SignalsToCome()
    for own in documents:
        kept.add(own)
    order = data.draw(st.permutations(range(len(documents))).map(lambda p: p[: data.draw(st.integers(0, len(p)))]))
    found = kept.finished(np.array(order, dtype=np.intp))
    assert list(found) == [tuple(documents[i]) for i in order]
    assert found[1:] == [tuple(documents[i]) for i in order[1:]]


def test_without_documents_there_are_no_signals():
    assert list(Signals()) == []
    with pytest.raises(IndexError):
        Signals()[0]
