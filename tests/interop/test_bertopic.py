"""The encoder as BERTopic's embedding model. Needs the extra ``bench``."""

import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline

import cxtext

TEXTS = [f"Der Zug nach {place} war {how}." for place in ("Ulm", "Bonn", "Köln") for how in ("spät", "voll", "laut")]
TEXTS += [f"The {dish} was {how}." for dish in ("soup", "pizza", "salad") for how in ("cold", "great", "salty")]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_bertopic_finds_topics_over_our_vectors():
    from bertopic import BERTopic

    model = BERTopic(
        embedding_model=make_pipeline(cxtext.Encoder()),
        umap_model=PCA(n_components=2, random_state=0),
        hdbscan_model=KMeans(n_clusters=2, random_state=0, n_init=3),
    )
    topics, _ = model.fit_transform(TEXTS)
    assert len(set(topics[:9])) == len(set(topics[9:])) == 1
    assert topics[0] != topics[9]
    assert model.transform(["Der Zug nach Trier war leer."])[0] == [topics[0]]
