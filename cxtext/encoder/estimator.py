"""What the scikit-learn estimators over the shipped encoder share: two parameters, and nothing to learn."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from sklearn.base import BaseEstimator

from cxtext.encoder.runtime import Runtime, load
from cxtext.errors import InputValueError, nearest


def takes_texts(tags: Any) -> Any:  # noqa: ANN401 (scikit-learn's Tags)
    """Say in an estimator's tags that it takes texts and no numbers."""
    tags.input_tags.string = True
    tags.input_tags.two_d_array = False
    tags.input_tags.one_d_array = True
    tags.no_validation = True
    return tags


class PretrainedEstimator(BaseEstimator):  # type: ignore[misc]
    """An estimator that comes trained.

    Parameters
    ----------
    folder
        An encoder folder instead of the shipped one.
    threads
        Threads of the network; 0 takes one per core.
    """

    def __init__(self, *, folder: str | None = None, threads: int = 0) -> None:
        self.folder = folder
        self.threads = threads

    @property
    def runtime(self) -> Runtime:
        """The loaded encoder, shared by all of this process that use the same folder and threads."""
        return load(Path(self.folder) if self.folder else None, self.threads)

    def fit(self, texts: Iterable[Any] | None = None, y: object = None) -> Self:
        """Learn nothing; for use in scikit-learn pipelines."""
        return self

    def set_params(self, **params: Any) -> Self:  # noqa: ANN401
        """Set the constructor's parameters.

        Raises
        ------
        InputValueError
            If one is unknown.
        """
        known = self.get_params()
        for name in params:
            if name not in known:
                raise InputValueError(f"{type(self).__name__} has no parameter {name!r}; {nearest(name, known)}")
        super().set_params(**params)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401 (scikit-learn's Tags)
        tags = takes_texts(super().__sklearn_tags__())
        tags.requires_fit = False
        return tags
