"""Every table of the analysis on one small collection, held by files: what a figure was, it stays.

Where figures are meant to change, `python tests/analysis/test_golden_tables.py` writes them anew; read the difference.
"""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxtext.analysis.agreement import agree
from cxtext.analysis.alerts import alerts
from cxtext.analysis.case_status import cases_by_driver
from cxtext.analysis.change import explain_difference, mix_and_rate, segment_gaps
from cxtext.analysis.conversations import FLAGS, MOODS, closings, trajectories_by
from cxtext.analysis.importance import relative_importance
from cxtext.analysis.journeys import journeys, worst_steps
from cxtext.analysis.key_drivers import key_drivers
from cxtext.analysis.maps import importance_performance, touchpoint_drivers
from cxtext.analysis.peak_end import compare_summaries
from cxtext.analysis.queue import response_queue
from cxtext.analysis.segments import segment_drivers, segment_scores
from cxtext.analysis.standing import composite_score, promoter_table
from cxtext.analysis.trends import segment_trends, trends

GOLDEN = Path(__file__).parent / "golden"

# A collection by arithmetic, not by chance, so that no version of a random generator can change it.
I = np.arange(240)  # noqa: E741
IDS = [f"d{i:03}" for i in I]
SAID = {
    ("App", "negative"): I * 7 % 13 < 3,
    ("App", "positive"): I * 5 % 11 < 2,
    ("Preis", "negative"): (I * 3 + 1) % 8 == 0,
    ("Preis", "positive"): I * 11 % 17 < 2,
    ("staff", "negative"): (I * 9 + 2) % 23 < 3,
    ("staff", "positive"): I * 13 % 7 < 2,
    ("Wetter", "negative"): I * 17 % 40 == 0,
}
_WEIGHTS = {
    ("App", "negative"): -2.2,
    ("Preis", "positive"): 0.8,
    ("staff", "negative"): -1.9,
    ("staff", "positive"): 2,
}
NOISE = (I * 37 % 19 - 9) / 6
SCORES = np.clip(np.round(6.5 + NOISE + sum(w * SAID[k] for k, w in _WEIGHTS.items())), 0, 10)
OUTCOME = pd.Series(np.where(I % 31 == 0, np.nan, SCORES), index=IDS)
MENTIONS = pd.concat(
    [
        pd.DataFrame({"document_id": np.array(IDS)[chosen], "topic": topic, "polarity": polarity})
        for (topic, polarity), chosen in SAID.items()
    ],
    ignore_index=True,
)
CUSTOMERS = pd.Series([None if i % 29 == 3 else f"k{i // 2}" for i in I], index=IDS)
TIMES = pd.Series(pd.Timestamp("2026-01-05") + pd.to_timedelta(I * 11 % 97, unit="D"), index=IDS)
ABOUT = pd.DataFrame(
    {
        "channel": ["Telefon" if i % 3 == 0 else "E-Mail" if i % 3 == 1 or i < 200 else None for i in I],
        "size": [(i * 29 % 50) + 0.5 if i % 17 else None for i in I],
        "regular": I % 4 < 2,
        "since": TIMES - pd.Timedelta(days=400),
        "constant": 1,
    },
    index=IDS,
)
SECOND = pd.Series(I % 2 == 1, index=IDS)
MOOD = pd.Series(np.where(I % 13 == 5, np.nan, np.round(np.sin(I * 1.7), 3)), index=IDS)
STEPS = pd.Series([["Bestellung", "delivery", "Rechnung", None][i * 3 % 7 % 4] for i in I], index=IDS)


def _counts() -> pd.DataFrame:
    """Weekly counts: one topic that rises, one that jumps, one that is new, and two that do nothing of the kind."""
    weeks = pd.date_range("2025-09-01", periods=26, freq="7D")
    documents = 180 + np.arange(26) * 7 % 40
    base = 5 + np.arange(26) * 5 % 3
    late = np.arange(26) >= 19
    series = {
        "Lieferung": np.where(late, base * 3, base),
        "Hotline": np.where(np.arange(26) == 25, 31, base),
        "Streik": np.where(np.arange(26) == 25, 12, 0),
        "Preis": base,
        "App": np.where(np.arange(26) == 25, 4, 0),
    }
    parts = [
        pd.DataFrame({"topic": t, "polarity": "negative", "period": weeks, "n": n, "documents": documents})
        for t, n in series.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _talks() -> pd.DataFrame:
    moods = {name: np.round(np.sin(I[:90] * (k + 2) * 0.37) * 0.4 + NOISE[:90] / 3, 3) for k, name in enumerate(MOODS)}
    flags = {name: I[:90] % (k + 3) == 0 for k, name in enumerate(FLAGS)}
    return pd.DataFrame({"document_id": IDS[:90], "turns": 3 + I[:90] % 9, **moods, **flags})


def _closing() -> tuple[pd.DataFrame, "pd.Series[Any]"]:
    said = [("praised", "beratung", 3), ("blamed", "app", 5), ("marker", "gratitude", 4), ("marker", "anger", 20)]
    rows = [(IDS[i], kind, name) for kind, name, step in said for i in range(0, 90, step)]
    good = pd.Series([None if i % 11 == 0 else bool(i * 7 % 12 < 7) for i in range(90)], index=IDS[:90], dtype=object)
    return pd.DataFrame(rows, columns=["document_id", "kind", "name"]), good


def _pressing() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "score": np.where(I % 9 == 4, np.nan, np.round(np.cos(I * 0.9), 2)),
            "standing": [[None, "promoter", "passive", "detractor"][i % 4] for i in I],
            "customer": CUSTOMERS,
            "urgency": np.round(I * 7 % 20 / 20, 2),
            "level": [["none", "none", "low", "none", "high", "none", "critical"][i % 7] for i in I],
            "markers": [
                [m for m, k in (("effort:waiting", 5), ("complaint", 6), ("loyalty", 7), ("churn", 11)) if i % k == 0]
                for i in I
            ],
            "bad_goodbye": I % 15 == 2,
            "closed": I % 8 == 3,
        },
        index=IDS,
    )[: len(I) // 4]


def _one_reason_each() -> pd.DataFrame:
    reasons = [("App", "negative"), ("Preis", "negative"), ("staff", "positive"), ("App", "positive")]
    rows = [(IDS[i], *reasons[i * 7 % 11 % 4]) for i in range(len(I))]
    return pd.DataFrame(rows, columns=["document_id", "topic", "polarity"])


def _many_pairs() -> pd.DataFrame:
    rows = [
        (IDS[i], f"Thema {k}", "negative" if k % 2 else "positive")
        for k in range(14)
        for i in range(len(I))
        if (i * (2 * k + 3) + k) % 241 % 7 == k % 7
    ]
    return pd.DataFrame(rows, columns=["document_id", "topic", "polarity"])


def _wide() -> pd.DataFrame:
    return pd.DataFrame({"shop": [f"Filiale {i * 7 % 30}" for i in range(120)]}, index=IDS[:120])


def _first_half() -> pd.DataFrame:
    return MENTIONS[MENTIONS["document_id"] < IDS[120]]


def _status() -> "pd.Series[Any]":
    return pd.Series([["offen", "geschlossen", None, "closed"][i % 4] for i in I], index=IDS, dtype=object)


def _composite() -> pd.DataFrame:
    given = pd.DataFrame({"nps": OUTCOME, "ces": 1.0 + I * 5 % 7})
    score = composite_score(given, {"nps": 2, "ces": 0.5}, {"nps": (0, 10), "ces": (7, 1)})
    return pd.DataFrame([{"value": score.value, "low": score.low, "high": score.high, "n": score.n}])


def _agreement() -> pd.DataFrame:
    gold = [["Preis", "App", "Personal"][i * 3 % 5 % 3] for i in range(120)]
    found = [None if i % 17 == 0 else gold[i] if i % 4 else "App" for i in range(120)]
    return pd.DataFrame({"figures": [json.dumps(agree(gold, found, (0.4 + I[:120] % 60 / 100).tolist()).to_dict())]})


def _summaries(outcome: "pd.Series[Any]") -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    found = compare_summaries(_talks(), outcome)
    return found.table, found.differences, pd.DataFrame([{"metric": found.metric, "n": found.n, "is": found.verdict}])


def _rated() -> "pd.Series[Any]":
    talks = _talks().set_index("document_id")
    return pd.Series(np.round(3 + 2 * talks["end"] + NOISE[40:130] / 3, 2), index=talks.index)


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "key_drivers": lambda: key_drivers(MENTIONS, OUTCOME),
    "key_drivers_nps": lambda: key_drivers(MENTIONS, OUTCOME, metric="nps", alpha=0.2, random_state=3),
    "key_drivers_groups": lambda: key_drivers(MENTIONS, OUTCOME, groups=CUSTOMERS, controls=ABOUT),
    "key_drivers_shares": lambda: key_drivers(MENTIONS, documents=IDS, groups=CUSTOMERS),
    "key_drivers_wide": lambda: key_drivers(_first_half(), OUTCOME[:120], controls=_wide()),
    "key_drivers_one_reason_each": lambda: key_drivers(_one_reason_each(), OUTCOME),
    "key_drivers_many_pairs": lambda: key_drivers(_many_pairs(), OUTCOME),
    "relative_importance": lambda: relative_importance(MENTIONS, OUTCOME, metric="nps"),
    "relative_importance_many_pairs": lambda: relative_importance(_many_pairs(), OUTCOME),
    "explain_difference": lambda: explain_difference(MENTIONS, OUTCOME, SECOND, groups=CUSTOMERS, random_state=1),
    "explain_difference_nps": lambda: explain_difference(MENTIONS, OUTCOME, SECOND, metric="nps"),
    "mix_and_rate": lambda: mix_and_rate(OUTCOME, ABOUT["channel"], SECOND),
    "segment_gaps": lambda: segment_gaps(MENTIONS, OUTCOME, ABOUT[["channel", "regular"]]),
    "segment_drivers": lambda: segment_drivers(MENTIONS, ABOUT[["channel", "regular"]]),
    "segment_scores": lambda: segment_scores(OUTCOME, ABOUT[["channel", "regular"]]),
    "segment_scores_nps": lambda: segment_scores(OUTCOME, ABOUT[["channel"]], metric="nps"),
    "touchpoint_drivers": lambda: touchpoint_drivers(MENTIONS, ABOUT["channel"], OUTCOME),
    "importance_performance": lambda: importance_performance(key_drivers(MENTIONS, OUTCOME), side="negative"),
    "importance_by_effect": lambda: importance_performance(
        key_drivers(MENTIONS, OUTCOME), side="positive", by="effect"
    ),
    "promoter_table": lambda: promoter_table(MENTIONS, OUTCOME),
    "composite_score": _composite,
    "trends_by_week": lambda: trends(MENTIONS, TIMES, period="week"),
    "trends_by_month": lambda: trends(MENTIONS, TIMES, period="month"),
    "segment_trends": lambda: segment_trends(MENTIONS, TIMES, ABOUT[["channel"]], period="month"),
    "segment_trends_of_weeks": lambda: segment_trends(MENTIONS, TIMES, ABOUT[["regular"]]),
    "segment_trends_of_a_long_history": lambda: segment_trends(
        MENTIONS, TIMES + (TIMES - TIMES.min()) * 4, ABOUT[["regular"]]
    ),
    "alerts": lambda: alerts(_counts()),
    "alerts_by_segment": lambda: alerts(_counts().assign(segment="channel", value="E-Mail"), alpha=0.2),
    "journeys": lambda: journeys(CUSTOMERS, TIMES, MOOD, mentions=MENTIONS),
    "worst_steps": lambda: worst_steps(pd.Series([f"k{i % 40}" for i in I], index=IDS), TIMES, MOOD, STEPS),
    "trajectories_by": lambda: trajectories_by(_talks(), ABOUT["channel"]),
    "closings": lambda: closings(*_closing()),
    "summaries_of_a_score": lambda: _summaries(_rated())[0],
    "summaries_of_a_score_compared": lambda: _summaries(_rated())[1],
    "summaries_of_a_score_judged": lambda: _summaries(_rated())[2],
    "summaries_of_yes_and_no": lambda: _summaries(_rated() > 3)[0],
    "summaries_of_yes_and_no_compared": lambda: _summaries(_rated() > 3)[1],
    "summaries_of_yes_and_no_judged": lambda: _summaries(_rated() > 3)[2],
    "response_queue": lambda: response_queue(
        _pressing(), MENTIONS[MENTIONS["document_id"] < IDS[60]], key_drivers(MENTIONS, OUTCOME)
    ),
    "cases_by_driver": lambda: cases_by_driver(MENTIONS, _status()),
    "agreement": _agreement,
}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.isoformat() if isinstance(value, pd.Timestamp) else value


def laid_out(table: pd.DataFrame) -> dict[str, Any]:
    """Give each column's type and values as JSON holds them."""
    return {str(name): {"type": str(column.dtype), "values": _plain(column.tolist())} for name, column in table.items()}


@pytest.mark.parametrize("name", TABLES)
def test_the_table_is_what_it_was(name: str) -> None:
    golden = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    found = laid_out(TABLES[name]())
    assert list(found) == list(golden)
    for column, was in golden.items():
        assert found[column]["type"] == was["type"], column
        values = found[column]["values"]
        if was["type"].lower().startswith("float"):
            assert [v is None for v in values] == [v is None for v in was["values"]], column
            known = [v for v in was["values"] if v is not None]
            assert [v for v in values if v is not None] == pytest.approx(known, rel=1e-6, abs=1e-9), column
        else:
            assert values == was["values"], column


def test_every_golden_file_is_a_table_and_holds_rows() -> None:
    assert sorted(p.stem for p in GOLDEN.iterdir()) == sorted(TABLES)
    for path in GOLDEN.iterdir():
        columns = json.loads(path.read_text(encoding="utf-8"))
        assert all(c["values"] for c in columns.values()), path.name


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for chosen, make in TABLES.items():
        text = json.dumps(laid_out(make()), ensure_ascii=False, indent=1)
        # One line a column: a difference then shows which.
        columns = [f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in json.loads(text).items()]
        (GOLDEN / f"{chosen}.json").write_text("{\n" + ",\n".join(columns) + "\n}\n", encoding="utf-8")
