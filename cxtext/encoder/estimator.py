"""What the scikit-learn style estimators over the shipped encoder share: two parameters, and nothing to learn."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from cxtext.encoder.runtime import Runtime, load
from cxtext.errors import InputValueError, nearest


class PretrainedEstimator:
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

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Give the constructor's parameters."""
        return {"folder": self.folder, "threads": self.threads}

    def set_params(self, **params: Any) -> Self:  # noqa: ANN401
        """Set the constructor's parameters.

        Raises
        ------
        InputValueError
            If one is unknown.
        """
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise InputValueError(f"{type(self).__name__} has no parameter {name!r}; {nearest(name, known)}")
            setattr(self, name, value)
        return self
