"""Fine-tuning a whole network: cxtext.encoder.finetuning, bert_graph, own_network. Skipped without the extra train."""

import numpy as np
import pytest

from cxtext.encoder.artefact import find_encoder
from cxtext.encoder.own import load_own
from cxtext.errors import ArtefactError, MissingExtraError

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("onnx")


def write_base(folder, kind="bert", **options):
    """A checkpoint too small to know anything, with random weights."""
    build = {"bert": transformers.BertConfig, "xlm-roberta": transformers.XLMRobertaConfig}[kind]
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    torch.manual_seed(0)
    config = build(vocab_size=60_000, max_position_embeddings=66, type_vocab_size=1, **{**sizes, **options})
    network = transformers.AutoModel.from_config(config, add_pooling_layer=False)
    network.save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes((find_encoder() / "tokenizer.json").read_bytes())
    return folder


@pytest.fixture(scope="module")
def rows(labelled):
    return [r["Kommentar"] for r in labelled], [r["Kategorie"] for r in labelled]


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def tuned(request, rows, tmp_path_factory):
    from cxtext.encoder import finetuning

    base = write_base(tmp_path_factory.mktemp(request.param), request.param)
    with pytest.MonkeyPatch.context() as few:
        few.setattr(finetuning, "STEPS", 30)
        few.setattr(finetuning, "EPOCHS", (3, 20))
        few.setattr(finetuning, "RATE", 1e-3)
        steps = []
        return base, finetuning.finetune(*rows, task="categories", base=base, step=lambda: steps.append(1)), steps


def test_the_exported_network_says_what_it_was_taught(tuned, rows):
    _, learnt, steps = tuned
    found = learnt.model.predict(rows[0])
    assert np.mean(found == np.array(rows[1])) > 0.8
    assert len(steps) == 4, "three folds, and all examples"
    assert learnt.model.network is not None


def test_it_is_saved_and_loaded_without_torch(tuned, tmp_path):
    _, learnt, _ = tuned
    learnt.model.save(tmp_path / "model")
    names = sorted(p.name for p in (tmp_path / "model").iterdir())
    assert names == ["head.npz", "network.onnx", "own_model.json", "tokenizer.json"]
    loaded = load_own(tmp_path / "model", task="categories")
    texts = ["Zu teuer", "", "Late \ud83d", "Wort " * 300]
    assert loaded.predict_proba(texts).tobytes() == learnt.model.predict_proba(texts).tobytes()


def test_long_texts_are_read_to_their_end_and_neighbours_do_not_matter(tuned):
    _, learnt, _ = tuned
    texts = ["Wort " * 300 + "teuer", "Wort " * 300 + "freundlich", "kurz"]
    vectors = learnt.model.embed(texts)
    assert not np.array_equal(vectors[0], vectors[1])
    for text, row in zip(texts, vectors, strict=True):
        assert learnt.model.embed([text])[0].tobytes() == row.tobytes()


def test_the_same_seed_gives_the_same_network(tuned, rows):
    from cxtext.encoder import finetuning

    base, learnt, _ = tuned
    gold = np.array([learnt.model.head.classes.index(label) for label in learnt.labels])
    before = torch.get_rng_state()
    one, two = (finetuning._train(learnt.texts[:16], gold[:16], 3, base, 5) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one.network.parameters(), two.network.parameters(), strict=True))
    assert torch.equal(torch.get_rng_state(), before), "the caller's own draws are not touched"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda f: (f / "model.safetensors").unlink(), "lacks model.safetensors"),
        (lambda f: (f / "model.safetensors").write_bytes(b"x"), "no checkpoint that transformers reads"),
        (lambda f: (f / "config.json").write_text('{"model_type": "gpt2"}'), "of type 'gpt2'"),
        (lambda f: (f / "tokenizer.json").write_text("{}"), "tokenizer.json"),
    ],
)
def test_a_base_that_cannot_be_tuned_is_refused(tmp_path, rows, spoil, says):
    from cxtext.encoder.finetuning import finetune

    spoil(write_base(tmp_path))
    with pytest.raises(ArtefactError, match=says):
        finetune(*rows, task="categories", base=tmp_path)


def test_a_missing_extra_is_named(monkeypatch, rows, tmp_path):
    from cxtext.encoder import finetuning

    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(finetuning, "import_module", missing)
    with pytest.raises(MissingExtraError, match=r'pip install "cxtext\[train\]"'):
        finetuning.finetune(*rows, task="categories", base=tmp_path)
