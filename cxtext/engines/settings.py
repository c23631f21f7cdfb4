"""Put the options of a batch run together, from a file and from the command line."""

import os
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxtext.config import build, read_toml
from cxtext.errors import ConfigError, nearest
from cxtext.pipeline import SCHEMA as PIPELINE_SCHEMA

if TYPE_CHECKING:
    from cxtext.engines.batch import Settings

_LISTS = ("text", "score", "segment", "corrections", "weight")


def read_settings(config: Path | None, given: dict[str, Any]) -> "Settings":
    """Put the options of a file and of the command line together; the command line wins.

    Parameters
    ----------
    config
        A TOML file whose keys are the options' names, with ``-`` or ``_``, and ``pipeline``, the path of a pipeline's
        description, and a table ``columns`` as :meth:`cxtext.sources.Columns.from_toml` reads it; or a pipeline's
        description itself; or null.
    given
        Option name -> value, null or empty where it was not given.

    Raises
    ------
    ConfigError
        If the file cannot be read, has an unknown key, or a value is not allowed.
    """
    from cxtext.engines.batch import Settings, column_settings
    from cxtext.engines.stand_ins import KEY

    known = [f.name for f in fields(Settings)]
    content = read_toml(config) if config else {}
    if content.get("schema") == PIPELINE_SCHEMA:
        content = {"pipeline": str(config)}
    values = column_settings(content.pop("columns", {}), str(config))
    for key, value in content.items():
        name = key.replace("-", "_")
        if name not in known:
            raise ConfigError(f"{config} has no option {key!r}; {nearest(name, known)}")
        # One value may stand for a list of one.
        values[name] = [value] if name in _LISTS and isinstance(value, str) else value
    where = str(config) if config else "the command line"
    values.update({name: value for name, value in given.items() if value not in (None, [])})
    if "redaction_key" in values:
        raise ConfigError(f"{config} must not hold the key of the stand-ins; put it into the environment, {KEY}")
    if os.environ.get(KEY) and values.get("redact") != "keep":
        values["redaction_key"] = os.environ[KEY]
    return build(Settings, values, where=where)
