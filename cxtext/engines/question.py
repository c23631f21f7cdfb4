"""What is asked of a collection, checked before any work begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from cxtext.config import read_toml
from cxtext.errors import ColumnError, ConfigError, InputTypeError, nearest

Scale = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a collection.

    Parameters
    ----------
    scales
        Score name -> (worst, best).
    outcome
        The score that drivers are measured against, or null.
    segments
        Attributes to compare by.
    owners
        Word -> owner.
    redact
        What was done with personal data.
    random_state
        Seed.
    duplicates
        Whether documents that repeat another one count ``"once"`` or ``"all"`` of them.
    registry, corrections
        Files from which topics have ids and names, see :class:`cxtext.TopicModel`; null for none.
    """

    scales: Mapping[str, Scale] = field(default_factory=lambda: MappingProxyType({}))
    outcome: str | None = None
    segments: tuple[str, ...] = ()
    owners: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    redact: str = "mask"
    random_state: int = 0
    duplicates: Literal["once", "all"] = "once"
    registry: str | PathLike[str] | None = None
    corrections: str | PathLike[str] | None = None


def choose_outcome(outcome: str | None, scales: Mapping[str, Scale], *, closed: bool) -> str | None:
    """Check the outcome's name, or take the only score there is.

    Parameters
    ----------
    outcome
        What the caller named.
    scales
        The scores that are read.
    closed
        Whether no other scores can occur, as in tables. Documents may bring scores of any name.

    Raises
    ------
    ColumnError
        If no such score is read.

    Examples
    --------
    >>> choose_outcome(None, {"nps": (0, 10)}, closed=True)
    'nps'
    >>> choose_outcome(None, {"nps": (0, 10), "csat": (1, 5)}, closed=True) is None
    True
    """
    if outcome is None:
        return next(iter(scales)) if len(scales) == 1 else None
    if not isinstance(outcome, str):
        raise InputTypeError(f"outcome must be the name of a score or null, got {type(outcome).__name__}")
    if closed and outcome not in scales:
        hint = nearest(outcome, scales) if scales else "no score is read"
        raise ColumnError(
            f"outcome {outcome!r} is none of the scores; {hint}. A score is named with its column and range, "
            f'e.g. scores={{"{outcome}": ("{outcome}", 1, 5)}} or --score {outcome}={outcome}:1..5'
        )
    return outcome


def read_owners(owners: Mapping[str, str] | str | PathLike[str] | None) -> dict[str, str]:
    """Read who looks after what, from a mapping or the table ``[owners]`` of a TOML file.

    Raises
    ------
    InputTypeError, ConfigError
        If it is neither, or holds anything but words.
    """
    if owners is None:
        return {}
    if isinstance(owners, str | PathLike):
        content = read_toml(owners)
        if set(content) != {"owners"} or not isinstance(content["owners"], dict):
            raise ConfigError(f'{Path(owners)} needs one table [owners] with lines like "Lieferung" = "Logistik"')
        owners = content["owners"]
    if not isinstance(owners, Mapping) or not all(isinstance(v, str) for kv in owners.items() for v in kv):
        raise InputTypeError("owners must map words to owners, both of type str, or be the path of a TOML file")
    return dict(owners)
