"""What speed.py runs and counts."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import cxtext
from benchmarks.bert import padded
from benchmarks.speed import multiply_adds, peak_memory, recording, replay, row_lengths, take_turns
from benchmarks.texts import build, sentences, whole_words
from cxtext.encoder.runtime import load


@pytest.mark.parametrize(
    ("text", "end", "cut", "why"),
    [
        ("Der Zug war pünktlich", 11, "Der Zug war", "between words"),
        ("Der Zug war pünktlich", 15, "Der Zug war", "inside a word"),
        ("Der Zug war pünktlich", 21, "Der Zug war pünktlich", "at the end"),
        ("Donaudampfschifffahrt", 5, "Donau", "nothing is left but the one word"),
    ],
)
def test_texts_are_cut_between_words(text, end, cut, why):
    assert whole_words(text, end) == cut, why


def test_built_texts_have_about_the_wanted_length_and_are_the_same_every_time():
    runtime, pool = load(None, 0), sentences(None)
    assert min(len(pool["de"]), len(pool["en"])) > 100
    texts = build(pool, runtime, 25, 40)
    assert texts == build(pool, runtime, 25, 40)
    lengths = [len(e.ids) for e in runtime.tokenize(texts)]
    assert max(lengths) <= 28
    assert 22 <= np.mean(lengths) <= 26


def test_recorded_batches_are_all_that_annotate_ran_and_run_again():
    runtime = load(None, 0)
    texts = ["Der Zug war pünktlich, aber die App stürzt ständig ab.", "Nice staff.", "Das Essen war kalt."]
    session = runtime.session()
    with recording(runtime) as recorder:
        annotations = cxtext.annotate(texts)
    assert runtime.session() is session
    assert annotations == cxtext.annotate(texts)
    specials = 2
    wanted = sorted(len(e.ids) + specials for e in runtime.tokenize(texts))
    assert sorted(row_lengths(recorder.calls).tolist()) == wanted
    seen = len(recorder.calls)
    replay(recorder, runtime.threads)()
    assert len(recorder.calls) == seen, "a replay goes to the session itself"


def test_padding_is_no_real_token():
    calls = [
        (None, {"ids": np.ones((2, 4)), "mask": np.array([[1, 1, 1, 0], [1, 1, 0, 0]])}),
        (None, {"ids": np.ones((3, 5))}),
    ]
    assert row_lengths(calls).tolist() == [3, 2, 5, 5, 5]


def test_multiply_adds_are_those_of_weights_and_of_attention():
    weight = numpy_helper.from_array(np.zeros((4, 6), np.float32), "weight")
    nodes = [
        helper.make_node("MatMul", ["x", "weight"], ["y"]),
        helper.make_node("MultiHeadAttention", ["y"], ["z"], domain="com.microsoft"),
        helper.make_node("MatMul", ["y", "z"], ["out"]),
    ]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("x", "out")]
    model = helper.make_model(helper.make_graph(nodes, "small", ends[:1], ends[1:], [weight]))
    assert multiply_adds(model, 4) == (24, 8)


def test_the_shipped_encoder_has_its_layers_counted():
    runtime = load(None, 0)
    model = onnx.load(str(Path(runtime.manifest.folder) / "model.onnx"))
    width = runtime.manifest.dimension
    layers = sum(node.op_type == "MultiHeadAttention" for node in model.graph.node)
    products, attention = multiply_adds(model, width)
    assert attention == layers * 2 * width
    assert products > layers * 12 * width * width, "four products of a layer, and the heads"


def test_batches_for_bert_are_padded_to_their_longest_row():
    [small, large] = padded([[7] * 3] * 32 + [[7] * 2, [7] * 9], vocabulary=5)
    assert small["input_ids"].shape == (32, 3)
    assert large["input_ids"].shape == (2, 9)
    assert large["attention_mask"].sum(axis=1).tolist() == [3, 9]
    assert set(large["input_ids"].ravel().tolist()) <= {0, 2}


def test_runs_take_turns_after_a_warm_one():
    order: list[str] = []
    times = take_turns({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, repeats=2)
    assert "".join(order) == "ab" * 3
    assert [len(t) for t in times.values()] == [2, 2]


def test_peak_memory_is_that_of_a_python_process():
    assert 10 < peak_memory() < 100_000
