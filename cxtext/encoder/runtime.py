"""Runs the shipped encoder: token ids in, one set of arrays per row out.

Two rules make a row's result independent of what stands beside it. Only rows of the same length share a batch, so that
nothing is padded; and every product in the graph has the tokens, never the batch, as its rows, with static quantisation
scales.

Batches are small enough for a core's cache, and each core runs one of its own: splitting every product among the cores
would make them wait for each other several hundred times a batch.
"""

import ctypes
import os
import threading
import weakref
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.encoder.artefact import Manifest, find_encoder, read_manifest
from cxtext.errors import ArtefactError

Floats = NDArray[np.float32]

OUTPUTS = ("sentiment", "tags", "pairs", "embedding", "lower")

# Tokens that go through the network together: enough to fill the vector units, small enough for the cache.
TOKENS_PER_BATCH = 512


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as subword tokens: ids, and offsets (n, 2) into the text."""

    ids: list[int]
    offsets: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Row:
    """What the network says of one row of n tokens (its special tokens taken off).

    ``sentiment`` (n, 4): three logits and an attention score. ``aspects``, ``opinions`` (n, 7): tag logits.
    ``pairs`` (n, 2 x pair size). ``embedding`` (dimension,): sum of the token embeddings, special tokens included.
    ``lower`` (2 x dimension,): the same sums of the states of two lower layers, which are nearer to the wording.
    """

    sentiment: Floats
    aspects: Floats
    opinions: Floats
    pairs: Floats
    embedding: Floats
    lower: Floats


class Runtime:
    """One loaded encoder. Safe to use from many threads, and after ``fork``.

    Parameters
    ----------
    folder
        An encoder folder; see :mod:`cxtext.encoder.artefact`.
    threads
        Batches that run at the same time, a thread each; 0 takes one per core.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        from tokenizers import Tokenizer

        self.manifest: Manifest = read_manifest(folder)
        self.threads = threads or _cores()
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception:  # the library raises nothing narrower
            raise ArtefactError(f"{folder / 'tokenizer.json'} is none that the tokenizers library reads") from None
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._lock = threading.Lock()
        self._session: Any = None
        self._pool: ThreadPoolExecutor | None = None
        vocabulary = self._tokenizer.get_vocab()
        if not vocabulary.keys() >= {"<s>", "</s>"}:
            raise ArtefactError(f"{folder / 'tokenizer.json'} lacks <s> or </s>")
        self._start, self._end = vocabulary["<s>"], vocabulary["</s>"]
        _RUNTIMES.add(self)

    def session(self) -> Any:  # noqa: ANN401 (onnxruntime is untyped)
        """Give the ONNX session of this process; a session does not survive ``fork``, so the child makes its own."""
        held = self._session
        if held is not None:
            return held
        with self._lock:
            if self._session is None:
                self._session = self._open()
            return self._session

    def leave_to_parent(self) -> None:
        """Give up the session and the lock of the parent process, in a child after ``fork``."""
        if self._session is not None:
            # The session's threads did not come along. Taking it apart would wait for them for ever, also at exit, so
            # one reference is never given back.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._session))
        self._session = None
        self._pool = None
        self._lock = threading.Lock()

    def _open(self) -> Any:  # noqa: ANN401
        return open_graph(str(self.manifest.folder / "model.onnx"), OUTPUTS)

    def tokenize(self, texts: Sequence[str]) -> list[Encoded]:
        """Split texts into subword tokens with offsets; nothing is cut."""
        encodings = self._tokenizer.encode_batch([_clean(t) for t in texts], add_special_tokens=False)
        return [Encoded(e.ids, np.asarray(e.offsets, np.int32).reshape(-1, 2)) for e in encodings]

    def run(self, rows: Sequence[Sequence[int]], *, contexts: Sequence[Sequence[int]] | None = None) -> list[Row]:
        """Run rows of token ids (without special tokens), each at most ``manifest.window`` long.

        Parameters
        ----------
        rows
            Token ids.
        contexts
            For each row the ids of its question, or nothing. The row's tokens see them; they are in no output.
        """
        session = self.session()
        full: list[list[int]] = []
        skips: list[int] = []
        for i, row in enumerate(rows):
            context = contexts[i] if contexts else ()
            before = [self._start, *context, self._end, self._end] if context else [self._start]
            full.append([*before, *row, self._end])
            skips.append(len(before))
        results: list[Row | None] = [None] * len(rows)
        tags = len(self.manifest.tags)

        def work(chosen: list[int]) -> None:
            ids = np.array([full[i] for i in chosen], np.int64)
            try:
                sentiment, both, pairs, embedding, lower = session.run(OUTPUTS, {"ids": ids})
            except Exception as error:  # the library raises nothing narrower
                raise ArtefactError(f"the encoder in {self.manifest.folder} failed: {type(error).__name__}") from None
            for r, i in enumerate(chosen):
                own = slice(skips[i], skips[i] + len(rows[i]))
                results[i] = Row(
                    sentiment[r, own], both[r, own, :tags], both[r, own, tags:], pairs[r, own], embedding[r], lower[r]
                )

        self._spread(work, batches([len(row) for row in full]))
        return [r for r in results if r is not None]

    def _spread(self, work: Callable[[list[int]], None], parts: list[list[int]]) -> None:
        """Do the work on all parts, on as many threads as there are to be."""
        if self.threads == 1 or len(parts) <= 1:
            for part in parts:
                work(part)
            return
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="cxtext")
            pool = self._pool
        for _ in pool.map(work, parts):
            pass


def open_graph(graph: str | bytes, outputs: Sequence[str]) -> Any:  # noqa: ANN401 (onnxruntime is untyped)
    """Open an ONNX graph, its path or content, that takes ``ids`` and gives these outputs, on one thread.

    Raises
    ------
    ArtefactError
        If ONNX Runtime does not read it, or it takes or gives something else.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Processors without VNNI add 8-bit products up in 16 bits, which overflow; this takes a wider way there.
    options.add_session_config_entry("session.x64quantprecision", "1")
    options.log_severity_level = 4  # what is wrong with a graph is raised
    shown = graph if isinstance(graph, str) else "network.onnx"
    try:
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception:  # the library raises nothing narrower
        raise ArtefactError(f"{shown} is no graph that ONNX Runtime reads") from None
    named = [put.name for put in session.get_inputs()], {put.name for put in session.get_outputs()}
    if named[0] != ["ids"] or not named[1] >= set(outputs):
        raise ArtefactError(f"{shown} is another graph: it does not take ids and give {', '.join(outputs)}")
    return session


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """Group rows of the same length into batches, the longest first, so that no thread ends with the largest one.

    >>> batches([3, 2, 3])
    [[0, 2], [1]]
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for i, length in enumerate(lengths):
        groups[length].append(i)
    parts: list[list[int]] = []
    for length, members in sorted(groups.items(), reverse=True):
        size = max(1, TOKENS_PER_BATCH // length)
        parts += [members[start : start + size] for start in range(0, len(members), size)]
    return parts


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_RUNTIMES: "weakref.WeakSet[Runtime]" = weakref.WeakSet()


def _after_fork() -> None:
    for runtime in list(_RUNTIMES):
        runtime.leave_to_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _clean(text: str) -> str:
    """Replace lone surrogates, which UTF-8 cannot hold, by U+FFFD. Offsets stay."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    return text


@lru_cache(maxsize=4)
def load(folder: Path | None = None, threads: int = 0) -> Runtime:
    """Load an encoder once per process and thread count; the shipped one unless a folder is given."""
    return Runtime(folder or find_encoder(), threads=threads)
