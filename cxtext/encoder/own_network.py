"""Runs a network that was fine-tuned for labels of one's own: texts in, mean token vectors out.

Every window goes through the network alone, so that a text's vector cannot depend on what stands beside it. Nothing is
cut: a text longer than a window is the mean over the tokens of all its windows.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.encoder.runtime import open_graph
from cxtext.errors import ArtefactError

# Marks around a row of tokens, as the families of BERT and of RoBERTa write them.
MARKS = (("<s>", "</s>"), ("[CLS]", "[SEP]"))


class Tokens:
    """Texts as rows of token ids, each in windows with its marks."""

    def __init__(self, tokenizer: bytes, window: int) -> None:
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_str(tokenizer.decode("utf-8"))
        except Exception:  # the library raises nothing narrower
            raise ArtefactError("the tokenizer.json is none that the tokenizers library reads") from None
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        words = self._tokenizer.get_vocab()
        marks = next((m for m in MARKS if words.keys() >= set(m)), None)
        if marks is None:
            raise ArtefactError("the tokenizer.json has neither <s> and </s> nor [CLS] and [SEP]")
        self._start, self._end = words[marks[0]], words[marks[1]]
        self._window = window

    def rows(self, texts: Sequence[str]) -> list[list[list[int]]]:
        """Give the windows of each text; a text without words has none."""
        cleaned = [_clean(t.strip()) for t in texts]
        found = self._tokenizer.encode_batch(cleaned, add_special_tokens=False)
        return [
            [
                [self._start, *encoded.ids[i : i + self._window], self._end]
                for i in range(0, max(len(encoded.ids), 1) if text else 0, self._window)
            ]
            for text, encoded in zip(cleaned, found, strict=True)
        ]


def _clean(text: str) -> str:
    # UTF-8 cannot hold lone surrogates.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Network:
    """A fine-tuned network.

    Parameters
    ----------
    graph, tokenizer
        Contents of ``network.onnx`` and ``tokenizer.json``.
    window
        Tokens of a row, marks not counted.
    size
        Length of a vector.
    """

    def __init__(self, graph: bytes, tokenizer: bytes, *, window: int, size: int) -> None:
        self.graph = graph
        self.tokenizer = tokenizer
        self.window = window
        self.size = size
        self._tokens: Tokens | None = None
        self._session: Any = None

    def embed(self, texts: Sequence[str], *, threads: int = 0) -> NDArray[np.float64]:
        """Give one vector a text (n, size); zero for texts without words."""
        if self._tokens is None or self._session is None:
            self._tokens, self._session = Tokens(self.tokenizer, self.window), open_graph(self.graph, ["total"])
        windows = self._tokens.rows(texts)
        session = self._session

        def run(row: list[int]) -> NDArray[np.float64]:
            try:
                [total] = session.run(["total"], {"ids": np.array([row], np.int64)})
            except Exception as error:  # the library raises nothing narrower
                raise ArtefactError(f"the network.onnx failed: {type(error).__name__}; train it again") from None
            if total.shape != (1, self.size):
                raise ArtefactError(
                    f"the network.onnx gives vectors of another length than {self.size}; train it again"
                )
            return np.asarray(total[0], np.float64)

        # The pool lives for this call only: threads do not survive a fork.
        with ThreadPoolExecutor(threads or None) as pool:
            totals = iter(list(pool.map(run, [row for rows in windows for row in rows])))
        vectors = np.zeros((len(texts), self.size))
        for i, rows in enumerate(windows):
            if rows:
                vectors[i] = np.sum([next(totals) for _ in rows], axis=0) / sum(map(len, rows))
        return vectors
