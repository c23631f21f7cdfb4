"""The network: a row's result depends on the row alone, in threads and after fork too."""

import multiprocessing
import os
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from cxtext.encoder.artefact import find_encoder
from cxtext.encoder.runtime import Runtime, load


def as_bytes(row):
    return tuple(np.ascontiguousarray(getattr(row, name)).tobytes() for name in row.__slots__)


def rows_of(runtime, texts):
    return [e.ids[: runtime.manifest.window] for e in runtime.tokenize(texts)]


def test_a_row_has_one_entry_a_token_and_no_special_tokens(runtime):
    manifest = runtime.manifest
    [ids] = rows_of(runtime, ["Die Beratung war freundlich."])
    [row] = runtime.run([ids])
    assert row.sentiment.shape == (len(ids), 4)
    assert row.aspects.shape == row.opinions.shape == (len(ids), len(manifest.tags))
    assert row.pairs.shape == (len(ids), 2 * manifest.pair_size)
    assert row.embedding.shape == (manifest.dimension,)
    assert row.lower.shape == (2 * manifest.dimension,)
    assert all(np.isfinite(getattr(row, name)).all() for name in row.__slots__)


@pytest.mark.parametrize(
    ("text", "logits"),
    [
        ("Für einen Automatenkaffee nicht verkehrt.", [1.603, -0.975, -0.805, -0.665]),
        ("There was nothing relaxing about this spa.", [1.68, -1.087, -0.673, -0.669]),
    ],
)
def test_8_bit_products_are_the_same_on_every_processor(text, logits):
    # Where they overflow, as they do without VNNI unless told not to, means of these logits are off by 0.2 to 0.3.
    runtime = load(find_encoder())
    assert runtime.manifest.version == "4.1", "write down the logits of another encoder"
    [row] = runtime.run(rows_of(runtime, [text]))
    assert row.sentiment.mean(axis=0) == pytest.approx(logits, abs=0.05)


def test_no_rows_give_no_results(runtime):
    assert runtime.run([]) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_a_row_is_the_same_whatever_stands_beside_it(runtime, varied, seed):
    rows = rows_of(runtime, varied(120, seed))
    expected = [as_bytes(r) for r in runtime.run(rows)]
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    shuffled = runtime.run([rows[i] for i in order])
    assert [as_bytes(r) for r in shuffled] == [expected[i] for i in order]
    for i in order[:30]:
        assert as_bytes(runtime.run([rows[i]])[0]) == expected[i]


def test_a_context_changes_a_row_and_is_in_no_output(runtime):
    [ids, question] = rows_of(runtime, ["Der Preis", "Was hat Sie gestört?"])
    [plain] = runtime.run([ids])
    [empty] = runtime.run([ids], contexts=[[]])
    [asked] = runtime.run([ids], contexts=[question])
    assert as_bytes(empty) == as_bytes(plain)
    assert asked.sentiment.shape == plain.sentiment.shape
    assert asked.sentiment.tobytes() != plain.sentiment.tobytes()


def test_the_number_of_threads_has_no_influence(runtime, varied):
    rows = rows_of(runtime, varied(30, 3))
    one = Runtime(find_encoder(), threads=1)
    assert [as_bytes(r) for r in one.run(rows)] == [as_bytes(r) for r in runtime.run(rows)]


def test_an_encoder_is_loaded_once():
    assert load() is load()


# --- tokens --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Der Zug war pünktlich.",
        "  zwei  Leerzeichen  ",
        "👍🏽 ❤️‍🔥",
        "\ud83d lone \udc4e",
        "Beratu\u0308ng",
        "ﬁnden ½ ㎏",
        "a\u200bb\x00c",
        "Zeile\r\nZeile",
        "",
        "Donaudampfschifffahrtsgesellschaft" * 40,
    ],
)
def test_offsets_point_into_the_original_text(runtime, text):
    [encoded] = runtime.tokenize([text])
    assert encoded.offsets.shape == (len(encoded.ids), 2)
    position = 0
    for start, end in encoded.offsets.tolist():
        assert position <= start <= end <= len(text)
        position = start
    covered = {i for start, end in encoded.offsets.tolist() for i in range(start, end)}
    assert {i for i, c in enumerate(text) if c.isalnum()} <= covered, "every letter is in a token"


def test_composed_and_decomposed_letters_are_the_same_tokens(runtime):
    composed, decomposed = runtime.tokenize(["Die Größe war unmöglich", "Die Gro\u0308ße war unmo\u0308glich"])
    assert composed.ids == decomposed.ids


def test_lone_surrogates_are_read_as_replacement_characters(runtime):
    one, other = runtime.tokenize(["gut \ud83d so", "gut \ufffd so"])
    assert one.ids == other.ids
    assert (one.offsets == other.offsets).all()


def test_nothing_is_cut(runtime):
    words = "Die Lieferung kam zu spät. " * 400
    [encoded] = runtime.tokenize([words])
    assert int(encoded.offsets[-1, 1]) >= len(words.rstrip())


# --- threads and processes -----------------------------------------------------------------------------------------


def test_eight_threads_share_one_encoder(runtime, varied):
    rows = rows_of(runtime, varied(48, 4))
    expected = [as_bytes(r) for r in runtime.run(rows)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda k: [as_bytes(r) for r in runtime.run(rows[k::8])], range(8)))
    assert [found[i % 8][i // 8] for i in range(len(rows))] == expected


def test_threads_that_come_first_together_make_one_session():
    fresh = Runtime(find_encoder(), threads=1)
    with ThreadPoolExecutor(8) as pool:
        sessions = list(pool.map(lambda _: fresh.session(), range(8)))
    assert len({id(s) for s in sessions}) == 1


def _in_child(queue, rows):
    queue.put([as_bytes(r) for r in load().run(rows)])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_gives_the_same_bytes_and_ends(runtime, varied):
    rows = rows_of(runtime, varied(12, 5))
    expected = [as_bytes(r) for r in runtime.run(rows)]
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(queue, rows), daemon=True)
    child.start()
    found = queue.get(timeout=120)
    child.join(60)
    assert child.exitcode == 0
    assert found == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_fork_while_a_session_is_being_made_does_not_block_the_child(varied):
    fresh = Runtime(find_encoder(), threads=1)
    context = multiprocessing.get_context("fork")

    def use(queue):
        queue.put(len(fresh.run([[5, 6, 7]])))

    queue = context.Queue()
    with fresh._lock:  # as a thread would hold it that is making a session
        child = context.Process(target=use, args=(queue,), daemon=True)
        child.start()
    assert queue.get(timeout=120) == 1
    child.join(60)
    assert child.exitcode == 0
