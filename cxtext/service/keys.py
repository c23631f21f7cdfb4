"""API keys: who may call the service."""

import hmac
from collections.abc import Iterable
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

from cxtext.errors import ConfigError

VARIABLE = "CXTEXT_API_KEYS"

# Shorter keys can be guessed. `openssl rand -hex 24` gives 48 characters.
SHORTEST = 24


class Keys:
    """The keys that the service takes, kept as hashes.

    Parameters
    ----------
    named
        Pairs of a name, which logs may show, and a key. None at all lets everybody in.

    Raises
    ------
    ConfigError
        If a key is too short or stands there twice, or has characters that no header can hold.

    Examples
    --------
    >>> keys = Keys([("crm", "k" * 24)])
    >>> keys.name_of("k" * 24), keys.name_of("falsch"), keys.name_of(None)
    ('crm', None, None)
    """

    def __init__(self, named: Iterable[tuple[str, str]] = ()) -> None:
        self._digests: dict[bytes, str] = {}
        for name, key in named:
            if len(key) < SHORTEST or not key.isascii() or not key.isprintable() or " " in key:
                raise ConfigError(
                    f"the API key of {name!r} must have at least {SHORTEST} printable ASCII characters without spaces, "
                    f"got {len(key)}; make one with: openssl rand -hex 24"
                )
            digest = _digest(key)
            if digest in self._digests:
                raise ConfigError(f"the API keys of {self._digests[digest]!r} and {name!r} are the same")
            self._digests[digest] = name

    def __bool__(self) -> bool:
        return bool(self._digests)

    def name_of(self, key: str | None) -> str | None:
        """Say whose key this is, or null. Takes as long for a wrong key as for a right one."""
        if key is None:
            return None
        digest = _digest(key)
        found: str | None = None
        for known, name in self._digests.items():
            if hmac.compare_digest(digest, known):
                found = name
        return found


def _digest(key: str) -> bytes:
    return sha256(key.encode("utf-8", "surrogatepass")).digest()


def read_keys(path: Path | None, variable: str | None) -> Keys:
    """Read keys from a file or, where there is none, from the value of the environment variable.

    A key stands on a line of its own, or between commas in the variable, with or without ``NAME:`` before it. Lines
    that begin with ``#`` are left out. Keys without a name are called ``key1``, ``key2`` ...

    Raises
    ------
    ConfigError
        If the file cannot be read or holds no key, or a key is not fit.

    Examples
    --------
    >>> read_keys(None, "crm:" + "k" * 24).name_of("k" * 24)
    'crm'
    """
    if path is not None:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"the file of API keys cannot be read: {type(error).__name__}") from None
        where = f"the file of API keys {path}"
    elif variable is not None:
        lines, where = variable.split(","), f"the environment variable {VARIABLE}"
    else:
        return Keys()
    entries = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    if not entries:
        raise ConfigError(f"{where} holds no key; expected one a line, NAME:KEY or KEY")
    named: list[tuple[str, str]] = []
    for number, entry in enumerate(entries, 1):
        name, colon, key = entry.partition(":")
        named.append((name.strip(), key.strip()) if colon else (f"key{number}", entry))
    return Keys(named)


def check_host(host: str, keys: Keys) -> None:
    """Refuse to listen where others can reach the service while there is no key.

    Raises
    ------
    ConfigError
        If ``host`` is not a loopback address and there are no keys.

    Examples
    --------
    >>> check_host("127.0.0.1", Keys())
    >>> check_host("0.0.0.0", Keys())
    Traceback (most recent call last):
    ...
    cxtext.errors.ConfigError: without API keys the service listens on this machine only, not on '0.0.0.0'; give ...
    """
    if keys or host == "localhost":
        return
    try:
        if ip_address(host).is_loopback:
            return
    except ValueError:
        pass  # a name, which may lead anywhere
    raise ConfigError(
        f"without API keys the service listens on this machine only, not on {host!r}; "
        f"give --keys FILE or set {VARIABLE}, or use --host 127.0.0.1"
    )
