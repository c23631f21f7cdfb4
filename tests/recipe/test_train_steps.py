"""Single steps of training: what is learnt of labels and of a teacher, and which weights are kept."""

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from models.recipe import train  # noqa: E402
from models.recipe.average import average  # noqa: E402
from models.recipe.batches import IGNORE, Batch  # noqa: E402
from models.recipe.model import FeedbackEncoder  # noqa: E402

NOTHING = torch.zeros(0, 0)


def network(seed, layers=2):
    torch.manual_seed(seed)
    config = transformers.BertConfig(
        vocab_size=40,
        hidden_size=64,
        num_hidden_layers=layers,
        num_attention_heads=4,
        intermediate_size=96,
        max_position_embeddings=32,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
    )
    return FeedbackEncoder(transformers.BertModel(config, add_pooling_layer=False), dropout=0.0)


@pytest.fixture
def batch():
    """Two texts of six tokens: the first has a sentiment, tags and a pair, the second has no labels."""
    ids = torch.arange(4, 16).reshape(2, 6)
    pools = torch.zeros(2, 1, 6)
    pools[0, 0, 1:5] = 1
    tags = torch.full((2, 6), IGNORE)
    tags[0, 1:5] = torch.tensor([0, 3, 6, 0])
    return Batch(
        ids,
        torch.ones_like(ids),
        pools,
        torch.tensor([[2], [IGNORE]]),
        tags,
        tags.clone(),
        [(0, (2, 4), (1, 2), 1)],
        torch.tensor([-1, -1]),
    )


def test_labels_give_a_loss_each_and_what_has_none_gives_zero(batch):
    model = network(0).eval()
    found = train.losses(model, batch, NOTHING)
    assert set(found) == {"sentiment", "aspects", "opinions", "pairs", "embedding"}
    assert all(found[name] > 0 for name in ("sentiment", "aspects", "opinions", "pairs"))
    assert found["embedding"] == 0
    batch.labels.fill_(IGNORE)
    batch.pairs.clear()
    found = train.losses(model, batch, NOTHING)
    assert found["sentiment"] == found["pairs"] == 0


def test_nothing_is_to_be_learnt_of_oneself_and_something_of_another(batch):
    model, other = network(0).eval(), network(1).eval()
    alike = train.losses(model, batch, NOTHING, model, train.TAUGHT)
    apart = train.losses(model, batch, NOTHING, other, train.TAUGHT)
    for name in train.TAUGHT:
        assert alike[name].item() == pytest.approx(0, abs=1e-4), name
        assert apart[name].item() > 1e-3, name


def test_only_what_is_asked_for_is_learnt_of_a_teacher(batch):
    found = train.losses(network(0).eval(), batch, NOTHING, network(1).eval(), ["taught_sentiment"])
    assert {name for name in found if name.startswith("taught")} == {"taught_sentiment"}


def test_a_teacher_learns_nothing(batch):
    model, teacher = network(0), network(1).eval()
    sum(train.losses(model, batch, NOTHING, teacher, train.TAUGHT).values()).backward()
    assert all(p.grad is None for p in teacher.parameters())
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in model.bert.parameters())


def test_hidden_tokens_are_few_and_never_special():
    torch.manual_seed(0)
    ids = torch.arange(40).repeat(500, 1)
    hidden = train.without_words(ids)
    assert torch.equal(hidden[:, : train.UNKNOWN + 1], ids[:, : train.UNKNOWN + 1])
    changed = hidden != ids
    assert (hidden[changed] == train.UNKNOWN).all()
    assert 0.05 < changed[:, train.UNKNOWN + 1 :].float().mean() < 0.11


@pytest.mark.parametrize(("count", "kept"), [(2, [0, 11]), (4, [0, 4, 7, 11]), (8, [0, 2, 3, 5, 6, 8, 9, 11])])
def test_kept_layers_are_spread_evenly_from_the_first_to_the_last(count, kept):
    model = network(0, layers=12)
    before = list(model.bert.encoder.layer)
    train.keep_layers(model, count)
    assert [before.index(layer) for layer in model.bert.encoder.layer] == kept
    assert model.bert.config.num_hidden_layers == count


def test_frozen_layers_and_the_embeddings_below_them_are_not_trained(batch):
    model = network(0, layers=3)
    train.freeze_layers(model, 2)
    groups = train.parameter_groups(model, rate=1e-4, head_rate=1e-3, decay=0.9)
    sum(train.losses(model, batch, NOTHING).values()).backward()
    moved = {n for n, p in model.named_parameters() if p.grad is not None}
    assert not [n for n in moved if n.startswith(("bert.embeddings", "bert.encoder.layer.0", "bert.encoder.layer.1"))]
    assert [n for n in moved if n.startswith("bert.encoder.layer.2")]
    given = {id(p) for group in groups for p in group["params"]}
    assert given == {id(p) for p in model.parameters() if p.requires_grad}


def test_averaged_weights_stand_in_for_a_while_only():
    model = network(0)
    trained = list(model.parameters())
    before = [p.detach().clone() for p in trained]
    with train.averaged(trained, [torch.zeros_like(p) for p in trained]):
        assert all((p == 0).all() for p in trained)
    assert all(torch.equal(p, old) for p, old in zip(trained, before, strict=True))


def test_weights_are_averaged_and_counters_are_not():
    states = [
        {"w": torch.tensor([1.0, 3.0]), "n": torch.tensor([7])},
        {"w": torch.tensor([3.0, 5.0]), "n": torch.tensor([9])},
    ]
    mean = average(states)
    assert mean["w"].tolist() == [2.0, 4.0]
    assert mean["n"].tolist() == [7]


def test_training_drops_parts_of_what_layers_add_and_no_attention(batch):
    model = train.with_dropout(network(0))
    rates = {n: m.p for n, m in model.bert.named_modules() if isinstance(m, torch.nn.Dropout)}
    assert {p for n, p in rates.items() if n.endswith("output.dropout")} == {train.DROPOUT}
    assert {p for n, p in rates.items() if not n.endswith("output.dropout")} == {0.0}
    first, second = (model.train()(batch.ids, batch.mask).hidden for _ in range(2))
    assert not torch.equal(first, second)
    first, second = (model.eval()(batch.ids, batch.mask).hidden for _ in range(2))
    assert torch.equal(first, second)
