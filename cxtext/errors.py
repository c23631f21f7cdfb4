"""The exceptions that cxtext raises.

Every exception is a :class:`CxtextError` and also the builtin that fits, so that callers may catch either::

    CxtextError
    ├── InputTypeError        (TypeError)          an argument or item has the wrong type
    ├── InputValueError       (ValueError)         an argument has the right type and a value that is not allowed
    ├── ConfigError           (ValueError)         a configuration file or pipeline description is wrong
    ├── PipelineError         (ValueError)         stages do not fit together
    ├── StageNotFoundError    (LookupError)        no stage is registered under that name
    ├── ColumnError           (LookupError)        a named column is not in the table, or no column can be chosen
    ├── SourceError           (ValueError)         a source cannot be read
    ├── SourceNotFoundError   (FileNotFoundError)  a source does not exist
    ├── OutputExistsError     (FileExistsError)    the output folder is in use
    ├── ArtefactError         (RuntimeError)       a model file is missing, damaged or of another version
    ├── EngineError           (RuntimeError)       work that runs in other processes cannot be done
    ├── MissingExtraError     (ImportError)        an optional dependency is not installed
    ├── ServiceError          (ConnectionError)    the HTTP service cannot be reached, or did not answer as it should
    └── NotFittedError        (sklearn's meaning)  an estimator was used before ``fit``

A message says what is wrong, what was got, what is allowed and what to do next. It never holds customer text: what was
got is described by type, length and position.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class CxtextError(Exception):
    """Base of every exception of this package."""


class InputTypeError(CxtextError, TypeError):
    """An argument or an item of an input has the wrong type."""


class InputValueError(CxtextError, ValueError):
    """An argument has the right type but a value that is not allowed."""


class ConfigError(CxtextError, ValueError):
    """A configuration file or a pipeline description is wrong."""


class PipelineError(CxtextError, ValueError):
    """The stages of a pipeline do not fit together."""


class StageNotFoundError(CxtextError, LookupError):
    """No stage is registered under the name."""


class ColumnError(CxtextError, LookupError):
    """A named column is not in the table, or none can be chosen safely."""


class SourceError(CxtextError, ValueError):
    """A source cannot be read."""


class SourceNotFoundError(CxtextError, FileNotFoundError):
    """A source does not exist."""


class OutputExistsError(CxtextError, FileExistsError):
    """The output folder holds the results of another run."""


class ArtefactError(CxtextError, RuntimeError):
    """A model file is missing, damaged or of a version that cannot be read."""


class EngineError(CxtextError, RuntimeError):
    """Work that runs in other processes cannot be done."""


class MissingExtraError(CxtextError, ImportError):
    """An optional dependency is not installed."""

    def __init__(self, module: str, extra: str) -> None:
        super().__init__(f'{module!r} is not installed. It comes with: pip install "cxtext[{extra}]"')
        self._origin = (module, extra)

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        # The message is built from two arguments; a worker process sends those.
        return type(self), self._origin


class ServiceError(CxtextError, ConnectionError):
    """The HTTP service cannot be reached, has no room, or gave an answer that is none."""


class NotFittedError(CxtextError, ValueError, AttributeError):
    """An estimator was used before ``fit``; derives from what scikit-learn's own does."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Say which allowed names look like ``name``, or list them all.

    Parameters
    ----------
    name
        What was asked for.
    allowed
        What there is.

    Examples
    --------
    >>> nearest("comentar", ["comment", "kommentar", "date"])
    "did you mean 'kommentar' or 'comment'?"
    >>> nearest("zzz", ["comment", "date"])
    "allowed: 'comment', 'date'"
    """
    names = list(allowed)
    close = get_close_matches(name, names, n=3, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(repr(c) for c in close) + "?"
    return "allowed: " + ", ".join(repr(n) for n in names)
