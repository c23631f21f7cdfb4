"""What is asked of a collection, checked before any work begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from cxtext.analysis.deadlines import Hours, read_hours
from cxtext.config import read_toml
from cxtext.engines.corrections import Corrections
from cxtext.errors import ColumnError, ConfigError, InputTypeError, InputValueError, nearest

Scale = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Owners:
    """Who looks after what (word -> owner), and within how many hours an answer is due, by channel."""

    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    deadlines: Hours = field(default_factory=lambda: MappingProxyType({}))


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
        Who looks after what, and by when an answer is due.
    redact
        What was done with personal data.
    random_state
        Seed.
    duplicates
        Whether documents that repeat another one count ``"once"`` or ``"all"`` of them.
    registry
        File from which topics have ids and names, see :class:`cxtext.TopicModel`; null for none.
    corrections
        Of topics, and of single mentions.
    weights
        Score name -> weight in the composite score; without any there is none.
    """

    scales: Mapping[str, Scale] = field(default_factory=lambda: MappingProxyType({}))
    outcome: str | None = None
    segments: tuple[str, ...] = ()
    owners: Owners = field(default_factory=Owners)
    redact: str = "mask"
    random_state: int = 0
    duplicates: Literal["once", "all"] = "once"
    registry: str | PathLike[str] | None = None
    corrections: Corrections = field(default_factory=Corrections)
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


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


def check_weights(weights: Mapping[str, float] | None, scales: Mapping[str, object]) -> dict[str, float]:
    """Check the weights of a composite score.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If they are no mapping, a weight is no number above 0, or a score is not read or has no scale.

    Examples
    --------
    >>> check_weights({"nps": 2, "csat": 1}, {"nps": (0, 10), "csat": (1, 5)})
    {'nps': 2.0, 'csat': 1.0}
    """
    if weights is None:
        return {}
    if not isinstance(weights, Mapping):
        raise InputTypeError(f"weights must map scores to numbers, got {type(weights).__name__}")
    for name, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < float("inf"):
            raise InputValueError(f"the weight of {name!r:.40} must be a number above 0, got {type(weight).__name__}")
        if name not in scales:
            hint = nearest(str(name), [str(s) for s in scales]) if scales else "no score is read"
            raise ColumnError(f"weights name {name!r:.40}, which is none of the scores; {hint}")
    return {str(name): float(weight) for name, weight in weights.items()}


def read_owners(owners: Mapping[str, str] | str | PathLike[str] | None) -> Owners:
    """Read who looks after what, from a mapping or a TOML file with the table ``[owners]``.

    A file may also hold tables ``[deadlines.CHANNEL]`` with hours until an answer is due.

    Raises
    ------
    InputTypeError, ConfigError
        If it is neither, or holds anything else.

    Examples
    --------
    >>> read_owners({"Lieferung": "Logistik", "app": "Digital"}).names["app"]
    'Digital'
    """
    deadlines: Hours = {}
    if owners is None:
        owners = {}
    if isinstance(owners, str | PathLike):
        content = read_toml(owners)
        tables = {name: content.get(name, {}) for name in ("owners", "deadlines")}
        if not content or not set(content) <= set(tables) or not all(isinstance(t, dict) for t in tables.values()):
            raise ConfigError(
                f'{Path(owners)} needs a table [owners] with lines like "Lieferung" = "Logistik", and may have tables '
                "[deadlines.CHANNEL] with lines like high = 4; it must hold nothing else"
            )
        try:
            deadlines = read_hours(tables["deadlines"])
        except (InputTypeError, InputValueError) as error:
            raise ConfigError(f"{Path(owners)}: {error}") from None
        owners = tables["owners"]
    if not isinstance(owners, Mapping) or not all(isinstance(v, str) for kv in owners.items() for v in kv):
        raise InputTypeError("owners must map words to owners, both of type str, or be the path of a TOML file")
    return Owners(names=dict(owners), deadlines=deadlines)
