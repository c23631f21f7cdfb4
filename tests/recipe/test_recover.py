"""A network that was exported can be read back, within what quantisation loses."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
onnx = pytest.importorskip("onnx")

from models.recipe.blocks import pack, unpack  # noqa: E402
from models.recipe.export import collect, products  # noqa: E402
from models.recipe.graph import Product, build  # noqa: E402
from models.recipe.model import FeedbackEncoder  # noqa: E402
from models.recipe.recover import recover  # noqa: E402


@pytest.fixture
def trained(tmp_path):
    """Give a small network, and the folder of its base."""
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=40,
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=96,
        max_position_embeddings=32,
    )
    model = FeedbackEncoder(transformers.BertModel(config, add_pooling_layer=False))
    nibbles, scales = pack(model.bert.embeddings.word_embeddings.weight.detach().numpy())
    model.bert.embeddings.word_embeddings.weight.data = torch.from_numpy(unpack(nibbles, scales))
    model.bert.save_pretrained(tmp_path)
    np.savez(tmp_path / "word_embeddings_q4.npz", nibbles=nibbles, scales=scales)
    return model.eval(), tmp_path


def test_the_outputs_are_close_to_those_that_were_exported(trained):
    model, base = trained
    rng = np.random.default_rng(0)
    found = {
        name: Product(weight, bias, rng.uniform(0.5, 2, len(weight)).astype(np.float32), -4.0, 4.0)
        for name, (weight, bias) in products(model).items()
    }
    onnx.save(build(collect(model, base, found), quantised=True), base / "model.onnx")
    back = recover(base, base).eval()
    ids = torch.arange(4, 16).reshape(2, 6)
    with torch.no_grad():
        one, two = (m(ids, torch.ones_like(ids)) for m in (model, back))
    for name in ("sentiment", "aspects", "opinions", "pairs", "embedding"):
        before, after = getattr(one, name), getattr(two, name)
        assert torch.nn.functional.cosine_similarity(before.flatten(), after.flatten(), dim=0) > 0.999, name
        assert not torch.equal(before, after), "int8 is not exact"
