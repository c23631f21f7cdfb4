"""The report's own words, and how a language writes numbers and dates."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

# German sets a no-break space before the percent sign; a minus is not a hyphen.
MINUS = "\N{MINUS SIGN}"
MISSING = "\N{EN DASH}"


@dataclass(frozen=True)
class Wording:
    r"""One language's catalogue.

    Examples
    --------
    >>> wording("de").number(1240), wording("de").percent(0.125), wording("de").signed(-4.2)
    ('1.240', '12,5\xa0%', '−4,2')
    >>> wording("en").number(1240), wording("en").percent(0.125), wording("en").date("2026-03-01")
    ('1,240', '12.5%', '1 March 2026')
    """

    language: str
    texts: Mapping[str, str]
    numbers: Mapping[str, Any]

    def __call__(self, key: str, **values: Any) -> str:  # noqa: ANN401 (anything that can be printed)
        """Give the text ``key``, its gaps filled; whole numbers are written as the language writes them."""
        if values.get("n") == 1 and f"{key}_one" in self.texts:
            key = f"{key}_one"
        filled = {k: self.number(v) if isinstance(v, int) else v for k, v in values.items()}
        return self.texts[key].format(**filled)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Write a number; null is a dash."""
        if value is None:
            return MISSING
        plain = f"{value:,.{decimals}f}"
        if float(plain.replace(",", "")) == 0:
            plain = plain.lstrip("-")
        return plain.translate(str.maketrans({",": self.numbers["group"], ".": self.numbers["decimal"], "-": MINUS}))

    def signed(self, value: float | None, decimals: int = 1) -> str:
        """Write a number with its sign, unless it rounds to zero."""
        text = self.number(value, decimals)
        shows = value is not None and value > 0 and any(c in "123456789" for c in text)
        return f"+{text}" if shows else text

    def percent(self, share: float | None, decimals: int = 1) -> str:
        """Write a share from 0 to 1 as percent."""
        return MISSING if share is None else str(self.numbers["percent"]).format(self.number(100 * share, decimals))

    def percents(self, low: float | None, high: float | None, decimals: int = 1) -> str:
        """Write an interval of shares; a missing end makes it a dash."""
        if low is None or high is None:
            return MISSING
        ends = {"low": self.number(100 * low, decimals), "high": self.number(100 * high, decimals)}
        return str(self.numbers["percents"]).format(**ends)

    def between(self, low: str, high: str) -> str:
        """Write an interval from two written numbers; a missing end makes it a dash."""
        return MISSING if MISSING in (low, high) else str(self.numbers["between"]).format(low=low, high=high)

    def p_value(self, value: float | None) -> str:
        """Write a p or q value to three digits."""
        return (
            f"<\N{NO-BREAK SPACE}{self.number(0.001, 3)}"
            if value is not None and value < 0.001
            else self.number(value, 3)
        )

    def date(self, value: str | None) -> str:
        """Write the day of an ISO 8601 date or time; anything else is given back as it is."""
        if value is None:
            return MISSING
        try:
            day = date.fromisoformat(value[:10])
        except ValueError:
            return value
        month = self.numbers["months"][day.month - 1]
        return str(self.numbers["date"]).format(day=day.day, month=month, year=day.year)


@cache
def wording(language: str) -> Wording:
    """Give a language's catalogue: ``"de"`` or ``"en"``."""
    text = files("cxtext.report").joinpath(f"templates/wording.{language}.toml").read_text(encoding="utf-8")
    catalogue = tomllib.loads(text)
    return Wording(language=language, texts=catalogue["text"], numbers=catalogue["number"])
