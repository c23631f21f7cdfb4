import numpy as np
import pytest

from cxtext.topics.model import TopicModel
from cxtext.topics.stored import StoredEmbeddings


@pytest.fixture
def vectors():
    return np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32)


def stored(vectors):
    return StoredEmbeddings(np.array_split(vectors, 7))


def test_rows_are_read_as_they_were_written(vectors):
    found = stored(vectors)
    assert found.shape == vectors.shape
    np.testing.assert_array_equal(found[5:17], vectors[5:17])
    np.testing.assert_array_equal(found[np.array([3, 3, 59])], vectors[[3, 3, 59]])
    np.testing.assert_array_equal(np.asarray(found), vectors)


def test_rows_may_be_named_in_another_order_and_more_than_once(vectors):
    rows = np.array([9, 0, 9, 58])
    found = stored(vectors).at(rows)
    assert found.shape == (4, 8)
    np.testing.assert_array_equal(found[1:3], vectors[[0, 9]])
    np.testing.assert_array_equal(found.at(np.array([3]))[:], vectors[[58]])


def test_what_was_read_stays_when_more_is_read(vectors):
    found = stored(vectors)
    first = found[:10]
    found[10:60]
    np.testing.assert_array_equal(first, vectors[:10])


def test_a_topic_model_takes_them(vectors):
    texts = [f"Die App {i}" for i in range(60)]
    expected = TopicModel().fit(texts, embeddings=vectors)
    found = TopicModel().fit(texts, embeddings=stored(vectors))
    assert found.labels_.tolist() == expected.labels_.tolist()
    assert found.predict(texts, embeddings=stored(vectors)).tolist() == expected.labels_.tolist()
