"""The public encoder: texts in, vectors out."""

from collections.abc import Iterable
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from sklearn.base import TransformerMixin

from cxtext.encoder.embedding import embed
from cxtext.encoder.estimator import PretrainedEstimator
from cxtext.encoder.foreign import PREFIX, load_named
from cxtext.encoder.inputs import as_texts
from cxtext.encoder.runtime import Floats
from cxtext.errors import InputTypeError, InputValueError
from cxtext.text.subjects import subject

# Texts that are tokenised together; bounds memory, has no influence on results.
CHUNK = 2048


@runtime_checkable
class TextEncoder(Protocol):
    """Anything that turns texts into vectors: ``encode(list of str) -> array (n, d)``."""

    def encode(self, texts: list[str], /) -> Any:  # noqa: ANN401 (any array)
        """Give one vector a text."""


class Encoder(TransformerMixin, PretrainedEstimator):  # type: ignore[misc]
    """The shipped German-English sentence encoder.

    One space for both languages: a sentence and its translation lie close together. A scikit-learn transformer over
    lists of texts: ``fit`` learns nothing.

    Parameters
    ----------
    folder
        An encoder folder instead of the shipped one.
    threads
        Threads of the network; 0 takes one per core.

    Notes
    -----
    Mean-pooled token vectors of a fine-tuned multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672), int8.

    Examples
    --------
    >>> encoder = Encoder()
    >>> vectors = encoder.encode(["Der Zug war zu spät.", "The train was late.", "Leckeres Essen!"])
    >>> vectors.shape[0], vectors.dtype.name
    (3, 'float32')
    >>> similar = vectors @ vectors.T
    >>> bool(similar[0, 1] > similar[0, 2])
    True
    """

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self.runtime.manifest.dimension

    @property
    def tone(self) -> NDArray[np.float64]:
        """Direction (dimension,) from blame to praise, of length 1; empty where the folder does not say."""
        return np.asarray(self.runtime.manifest.tone)

    def encode(self, texts: str | Iterable[Any]) -> Floats:
        """Encode texts: float32 (n, dimension), rows L2-normalised; (1, dimension) for one string.

        Texts without words give zero rows. Nothing is cut: a long text is the mean of its windows.

        Raises
        ------
        InputTypeError
            If an item is not a string.
        """
        listed = as_texts(texts)
        runtime = self.runtime
        parts = [embed(runtime, listed[i : i + CHUNK]) for i in range(0, len(listed), CHUNK)]
        return np.concatenate(parts) if parts else np.zeros((0, runtime.manifest.dimension), np.float32)

    def transform(self, texts: str | Iterable[Any]) -> Floats:
        """Encode texts, as :meth:`encode` does."""
        return self.encode(texts)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Name the columns of :meth:`transform`: encoder0, encoder1 ..."""
        return np.array([f"encoder{i}" for i in range(self.dimension)], dtype=object)


def encode(texts: str | Iterable[Any], *, encoder: str | TextEncoder | None = None) -> Floats:
    """Encode texts as vectors in one space for German and English.

    Parameters
    ----------
    texts
        One text or any iterable of texts.
    encoder
        Null for the shipped encoder, ``"sentence-transformers:NAME"`` for any model of that library (a folder or a
        name; needs the extra ``transformers``), the path of an encoder folder, or an object with
        ``encode(texts) -> array``.

    Returns
    -------
    numpy.ndarray
        Float32 (n, d), rows L2-normalised; (1, d) for one string; zero rows for texts without words.

    Raises
    ------
    InputTypeError
        If an item is not a string, or ``encoder`` is nothing that encodes.
    MissingExtraError
        If sentence-transformers is asked for and not installed.
    ArtefactError
        If there is no such model or folder, or it cannot be loaded.

    Examples
    --------
    >>> encode("Sehr freundliches Personal").shape
    (1, 384)
    >>> encode(["Very friendly staff", ""])[1].any()
    np.False_
    """
    listed = as_texts(texts)
    if encoder is None:
        return Encoder().encode(listed)
    if isinstance(encoder, str) and not encoder.startswith(PREFIX):
        return Encoder(folder=encoder).encode(listed)
    chosen = load_named(encoder.removeprefix(PREFIX)) if isinstance(encoder, str) else encoder
    if not isinstance(chosen, TextEncoder):
        raise InputTypeError(
            f"encoder must be null, 'sentence-transformers:NAME', a folder or an object with encode(texts), "
            f"got {type(encoder).__name__}"
        )
    # Different texts once and sorted: with padded batches the last digits of a vector depend on the texts beside it, so
    # the order of rows would show.
    filled = sorted({t for t in listed if t.strip()})
    width = getattr(chosen, "dimension", 1)
    vectors = np.asarray(chosen.encode(filled), np.float32) if filled else np.zeros((0, width), np.float32)
    if vectors.ndim != 2 or len(vectors) != len(filled):
        raise InputValueError(
            f"the encoder gave shape {vectors.shape}; expected one row for each of {len(filled)} texts"
        )
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = vectors / np.where(norms == 0, 1, norms)
    rows = {text: row for row, text in enumerate(filled)}
    place = np.array([rows.get(t, -1) for t in listed], np.int64)
    out = np.zeros((len(listed), vectors.shape[1]), np.float32)
    out[place >= 0] = units[place[place >= 0]]
    return out


def encode_subjects(texts: Iterable[Any], *, encoder: str | TextEncoder | None = None) -> Floats:
    """Encode what texts are about, not whom they go to nor how they judge it.

    As :func:`encode`, of texts without handles, links and masks (:func:`cxtext.text.subjects.subject`), and with the
    tone taken out.

    Praise and blame of one thing belong to one topic. Left in, tone splits topics in two: all that is good, and all
    that went wrong. The direction from blame to praise is much the same in every domain, so that the shipped encoder's
    folder holds it; it is projected out, as language is in Yang et al. 2021. Other encoders are taken as they are.

    Parameters
    ----------
    texts, encoder
        As for :func:`encode`.

    Returns
    -------
    numpy.ndarray
        Float32 (n, d), rows L2-normalised, zero rows for texts without words.

    Examples
    --------
    >>> praise, blame, other = encode_subjects(["Das Essen war gut.", "Das Essen war schlecht.", "Die App ist gut."])
    >>> bool(praise @ blame > praise @ other)
    True
    """
    chosen = Encoder() if encoder is None else encoder
    vectors = encode([subject(text) for text in as_texts(texts)], encoder=chosen)
    tone = chosen.tone if isinstance(chosen, Encoder) else np.zeros(0)
    if not len(tone):
        return vectors
    # Part by part: in double precision, all of them would take several times the memory of the vectors.
    for start in range(0, len(vectors), CHUNK):
        wide = vectors[start : start + CHUNK].astype(np.float64)
        wide -= (wide * tone).sum(axis=1, keepdims=True) * tone
        lengths = np.sqrt((wide * wide).sum(axis=1, keepdims=True))
        vectors[start : start + CHUNK] = wide / np.where(lengths == 0, 1.0, lengths)
    return vectors
