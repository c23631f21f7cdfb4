"""A model for labels of one's own: what it says of a text, and how it is learnt, saved and loaded.

By default the shipped encoder stays as it is ("frozen") and a linear head on its sentence embeddings is learnt, which
takes seconds. Where a network was fine-tuned (:mod:`cxtext.encoder.finetuning`), the head stands on that one.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cxtext.encoder import own_files
from cxtext.encoder.head import (
    FOLDS,
    Head,
    Validation,
    assign_folds,
    check_examples,
    cross_validate,
)
from cxtext.encoder.inputs import as_texts
from cxtext.encoder.own_network import Network
from cxtext.errors import ArtefactError, InputValueError

_LONGEST_WINDOW, _LONGEST_VECTOR = 2**16, 2**16
if TYPE_CHECKING:
    from cxtext.encoder.model import Encoder
    from cxtext.sources.labelled import Task

# Gives further features (n, m) of texts, beside their embeddings.
Beside = Callable[[Sequence[str]], NDArray[np.float64]]
# Learns a head from features (n, d) and labels (n,).
Fit = Callable[[NDArray[np.float64], Sequence[str]], Head]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OwnModel:
    """A classifier for labels of one's own.

    Parameters
    ----------
    task
        ``"sentiment"`` or ``"categories"``.
    head
        The classes, and how features become their probabilities.
    encoder
        Name of the frozen encoder, for which alone the head is right; empty for a network of its own.
    network
        The fine-tuned network, where there is one.
    beside
        Gives the features that stand behind the embedding.
    about
        What was said when it was learnt: counts, figures, seed.
    threads
        Threads of the network; 0 takes one per core.
    """

    task: "Task"
    head: Head
    encoder: str = ""
    network: Network | None = None
    beside: Beside | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    threads: int = 0

    @property
    def classes_(self) -> NDArray[np.str_]:
        """The classes, in the order of the probabilities' columns."""
        return np.array(self.head.classes)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Embed texts (n, d) with the network that the head stands on."""
        if self.network is not None:
            return self.network.embed(texts, threads=self.threads)
        return _encoder(self.threads).encode(texts).astype(np.float64)

    def predict_proba(self, texts: str | Iterable[Any]) -> NDArray[np.float64]:
        """Give calibrated probabilities (n, k), in the order of ``classes_``.

        Raises
        ------
        InputTypeError
            If an item is not a string.
        """
        listed = as_texts(texts)
        if not listed:
            return np.zeros((0, len(self.head.classes)))
        parts = [self.embed(listed)]
        if self.beside is not None:
            parts.append(self.beside(listed))
        return self.head.probabilities(np.hstack(parts))

    def predict(self, texts: str | Iterable[Any]) -> NDArray[np.str_]:
        """Give the likeliest class of each text, (n,)."""
        best: NDArray[np.intp] = self.predict_proba(texts).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def save(self, directory: str | PathLike[str], *, force: bool = False) -> None:
        """Write the model: JSON, npz, and ONNX where a network was fine-tuned.

        Raises
        ------
        OutputExistsError
            If the folder holds a model already and ``force`` is not given, or holds something else.
        """
        folder = Path(directory)
        own_files.check_free(folder, force=force)
        state: dict[str, Any] = {
            "task": self.task,
            "classes": list(self.head.classes),
            "temperature": self.head.temperature,
            "encoder": self.encoder,
            "about": dict(self.about),
        }
        files: dict[str, bytes] = {}
        if self.network is not None:
            state["network"] = {"window": self.network.window, "size": self.network.size}
            files = {own_files.NETWORK: self.network.graph, own_files.TOKENIZER: self.network.tokenizer}
        own_files.write(folder, state, {"weights": self.head.weights, "bias": self.head.bias}, files)


def load_own(
    directory: str | PathLike[str],
    *,
    task: "Task",
    beside: Beside | None = None,
    beside_size: int = 0,
    threads: int = 0,
) -> OwnModel:
    """Load a model.

    Parameters
    ----------
    directory
        What :meth:`OwnModel.save` wrote.
    task
        What it must be for.
    beside, beside_size
        The task's features beside the embedding, and how many they are; a fine-tuned network has none.
    threads
        Threads of the network.

    Raises
    ------
    ArtefactError
        If it is missing, damaged, for another task, or was learnt on another encoder.
    """
    folder = Path(directory)
    state, arrays = own_files.read(folder)
    try:
        found, classes, temperature = state["task"], tuple(map(str, state["classes"])), float(state["temperature"])
        own = state.get("network")
        network = None
        if own is not None:
            network = Network(
                (folder / own_files.NETWORK).read_bytes(),
                (folder / own_files.TOKENIZER).read_bytes(),
                window=int(own["window"]),
                size=int(own["size"]),
            )
            if not (1 <= network.window <= _LONGEST_WINDOW and 1 <= network.size <= _LONGEST_VECTOR):
                raise ValueError("no window or size of a network")
        encoder, about = str(state["encoder"]), dict(state["about"])
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, OSError):
        raise ArtefactError(f"{folder / own_files.JSON} is damaged: a key is missing or of another type") from None
    if found != task:
        raise ArtefactError(f"{folder} holds a model for {found!r:.30}, and one for {task!r} was asked for")
    if network is None and encoder != _shipped(threads):
        raise ArtefactError(
            f"{folder} was learnt on the vectors of another encoder than the one of this cxtext; train it again"
        )
    size = network.size if network is not None else _encoder(threads).dimension + beside_size
    if arrays["weights"].shape != (len(classes), size) or not temperature > 0:
        raise ArtefactError(f"{folder} is damaged: the head does not fit the network; train it again")
    return OwnModel(
        task=task,
        head=Head(classes, arrays["weights"], arrays["bias"], temperature),
        encoder=encoder,
        network=network,
        beside=None if network is not None else beside,
        about=about,
        threads=threads,
    )


def _encoder(threads: int) -> "Encoder":
    # Imported late: it is an estimator, and the stages that name this module must not wait for scikit-learn.
    from cxtext.encoder.model import Encoder

    return Encoder(threads=threads)


def _shipped(threads: int) -> str:
    """Name the shipped encoder by all that its features depend on."""
    manifest = _encoder(threads).runtime.manifest
    parts = [manifest.files["model.onnx"], manifest.files["tokenizer.json"], manifest.temperature, list(manifest.bias)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """A model and how it did in cross-validation.

    ``texts`` and ``labels`` are the examples in the order of ``validation``: pairs that occur twice count once.
    """

    model: OwnModel
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    validation: Validation


def learn(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    task: "Task",
    fit: Fit,
    beside: Beside | None = None,
    seed: int = 0,
    threads: int = 0,
    step: Callable[[], None] = lambda: None,
) -> Learnt:
    """Learn a head on the frozen embeddings of the shipped encoder, and cross-validate it.

    The result depends on the set of examples and the seed, not on their order.

    Parameters
    ----------
    texts, labels
        The examples; white space at the edges of texts is ignored.
    task
        What the labels are.
    fit
        Learns a head from features (n, d) and labels (n,).
    beside
        Gives features beside the embedding.
    seed
        Of the folds.
    threads
        Threads of the encoder.
    step
        Called after every fold.

    Raises
    ------
    InputValueError
        If there are fewer than two classes, or one has too few examples.
    """
    listed, given = examples(texts, labels)
    model = OwnModel(task=task, head=_EMPTY, encoder=_shipped(threads), beside=beside, threads=threads)
    parts = [model.embed(listed)] + ([beside(listed)] if beside is not None else [])
    features = np.hstack(parts)
    classes = sorted(set(given))
    gold = np.array([classes.index(label) for label in given], np.intp)

    def predict(rest: NDArray[np.intp], own: NDArray[np.intp]) -> NDArray[np.float64]:
        return fit(features[rest], [given[i] for i in rest]).scores(features[own])

    validation = cross_validate(gold, assign_folds(listed, given, folds=FOLDS, seed=seed), predict, step=step)
    head = replace(fit(features, given), temperature=validation.temperature)
    return Learnt(replace(model, head=head), listed, given, validation)


def examples(texts: Sequence[str], labels: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the different (text, label) pairs in canonical order, checked to be enough.

    Raises
    ------
    InputValueError
        If texts and labels do not belong together, or a class has too few.
    """
    if len(texts) != len(labels):
        raise InputValueError(f"there are {len(texts)} texts and {len(labels)} labels; one label a text is needed")
    pairs = sorted({(text.strip(), label) for text, label in zip(texts, labels, strict=True) if text.strip()})
    listed, given = tuple(t for t, _ in pairs), tuple(label for _, label in pairs)
    check_examples(listed, given)
    return listed, given


_EMPTY = Head((), np.zeros((0, 0)), np.zeros(0))
