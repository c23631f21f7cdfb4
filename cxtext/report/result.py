"""What a collection says: the tables of an analysis, and their way out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from cxtext.errors import InputTypeError
from cxtext.report.content import Level, ReportLanguage, content
from cxtext.report.rules import ranked
from cxtext.report.tables import COLUMNS, checked, labelled
from cxtext.report.writing import save, write_text


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Analysis:
    """What a collection of feedback says. :func:`cxtext.analyze` gives it; it can be built by hand, too.

    All tables are pandas DataFrames with a plain index; null is an empty table. Columns in brackets may be missing and
    are then filled with nulls; further columns are kept and exported. ``topic`` is the ``id`` of a row of ``topics``
    everywhere, ``polarity`` is ``"positive"`` or ``"negative"``, ``n`` counts documents, ``*_low`` and ``*_high`` are
    95 % intervals, shares run from 0 to 1.

    Parameters
    ----------
    topics
        id, parent (null at the top), label, [label_de, label_en, keywords], size (units, e.g. segments). With a
        taxonomy a further column ``category`` holds its ids, null for topics that were discovered beside it.
    drivers
        What :func:`cxtext.key_drivers` gives: topic, [label], polarity, n, share, share_low, share_high, [impact,
        impact_low, impact_high, effect, p_value, q_value, grade, kind]. ``label`` is filled from ``topics`` if missing;
        a further column ``owner`` is shown.
    segments
        One figure of one group a row: segment (column name), value (of that column), [topic, label, polarity]
        (null: of all its documents), metric ("sentiment", "share", "nps", "mean" …), n (the group's documents),
        estimate, [low, high, q_value].
    trends
        period (date of its first day), topic, [label], polarity, n, documents (all documents of the period), [share,
        share_low, share_high].
    alerts
        id, kind ("rising", "falling", "vanished", "jump", "new", "score"), [topic, label, polarity], period, n,
        [expected, p_value, q_value, false_alarms] (expected false alarms per topic and year).
    queue
        One row per customer who needs something: document_id, [customer], queue ("recover", "engage", "advocate"),
        priority (0 to 1), [urgency (level), needs_response, reasons (list of codes), quote (the passage that says it
        most), quote_start (its offset in the document), quote_spans (what is marked in it: kind, start, end), deadline
        (time), deadline_hours (since it was written), due (day), suppress_marketing, route_to, channel, touchpoint,
        case_status, language, created_at], most pressing first; see :func:`cxtext.analysis.queue.response_queue`.
    scores
        score (name), metric ("nps", "mean", "csat", "ces", or "composite": several with declared weights, 0 to 100),
        value, [low, high], n, [worst, best, promoters, passives, detractors (answers, of an NPS)].
    importance
        How much of the outcome's variance goes with what: topic, [label], polarity, n, weight (part of R squared),
        importance (part of all weights), [correlation, method ("lmg", "johnson"), performance (share of praise among
        the topic's mentions), performance_low, performance_high, field ("fix first", "keep", "low priority", "possible
        overkill", cut at the medians of this polarity), clear (false where the interval of performance crosses the
        cut)].
    standings
        What promoters, passives and detractors mention: topic, [label], polarity, and n_promoter, [share_promoter] and
        so on for each, [detractor_q, passive_q] (against promoters).
    touchpoints
        One touchpoint and driver a row: touchpoint, topic, [label], polarity, n (null where 1 to 4 mention it, or that
        could be reckoned), documents (of the touchpoint), [share, share_low, share_high, rest (share elsewhere),
        q_value, sentiment (mean of the documents that mention it there), sentiment_low, sentiment_high].
    journeys
        One customer with several contacts a row: customer, contacts, first, last, [document_ids, steps (touchpoints)
        (lists in the order of time), start, end, trend, mean (sentiment), worst (document), worst_mood, worst_step],
        repeats (contacts that blame what was blamed in the 30 days before).
    steps
        Where journeys go worst: step, n (contacts), customers, [mean, below (against the same customers' other
        contacts), below_low, below_high, p_value, q_value, worst_in (share of journeys), worst_low, worst_high].
    change
        Why the score of the last period differs from that of the one before: part ("topic", "unexplained",
        "difference"), [topic, label, polarity, share_first, share_second, effect_first, effect_second, often (by how
        often it is mentioned), severe (by how much it weighs), total (both), and _low and _high of each]. The parts add
        up to the difference, whose figures are the sums of the others'. ``meta["change"]`` holds the periods.
    gaps
        A group's score against the others': segment, value, n, gap, [mix (of it, by other topics being mentioned),
        adjusted (gap without mix), adjusted_low, adjusted_high, p_value, q_value]; up is better.
    segment_trends
        The columns of ``trends`` within each group: segment, value, and these; n is null where 1 to 4 mention it, or
        that could be reckoned.
    cases
        Cases by what they mention: topic, [label], polarity, n, open, closed.
    conversations
        One row per conversation of at least three customer turns: document_id, [group ("good", "middle", "bad")], turns
        and the figures of :class:`cxtext.markers.trajectory.Trajectory`.
    trajectories
        How each group of conversations went: group, measure, n, estimate, [low, high, small].
    closings
        What good and bad conversations close on: kind ("praised", "blamed", "marker"), name, and n, share and interval
        of good and of bad ones, difference, [its interval, p_value, q_value, small].
    effort
        Conversations that tell of effort: name ("any" or its kind), n, share, [interval, end (mean mood at the end) and
        rest (of the others), each with its interval].
    effort_topics
        What is blamed in conversations with effort and in the rest; columns as in ``closings``.
    stories
        Passages on waiting and on being passed around: kind, document_id, text, [start, end (what is marked in it),
        language, created_at].
    quotes
        Verbatims in the order in which they should be read: topic, polarity, document_id, text, [aspect_start,
        aspect_end, opinion_start, opinion_end, cause_start, cause_end] (character offsets in *this* text, null where
        not stated), [language, created_at].
    causes
        What is said to be behind a driver: topic, [label], polarity, source ("stated", or "distinctive": a phrase that
        sets the driver apart), cause, n, [share (of the driver's documents), rest (share of the others), z, forms (how
        else the same cause is stated), document_id, text, cause_start, cause_end, language] (a quote).
    duplicates
        Documents that repeat another one, and are counted with it: document_id, first_id (of the first occurrence),
        kind ("exact", "near").
    corrections
        What became of each correction of a mention: document_id, start, end, [polarity, topic], status ("applied",
        "unknown_document", "repeated_document", "unknown_span", "ambiguous_span", "unknown_topic").
    quality
        Counts, all optional: ``documents`` (read), ``analysed`` (with text, de or en: the denominator of all shares),
        ``rejected`` {reason: n}, ``skipped`` (empty), ``placeholders`` ("keine Angabe"), ``wordless`` (with text, but
        without the customer's own words), ``other_language``, ``duplicates``, ``automatic`` (mails written by
        machines), ``set_aside`` (spans that are not the customer's own words: {kind: n}), ``pii_masked`` {type: n},
        ``short`` (under 3 words), ``out_of_range`` {score: n}, ``unassigned`` (share of units without a topic, 0 to 1).
    meta
        How it was made, all optional: ``title``, ``period`` {"start", "end"} (dates), ``sources`` [{"name", "sha256",
        "documents", "format", "rows", "rejected" {reason: n}, "languages" {code: n}, "set_aside" {kind: n}}],
        ``versions`` {name: version}, ``config`` (mapping), ``seed``, ``outcome`` {"name", "metric", "worst", "best"} or
        null, ``languages`` {"de": n, "en": n, "other": n}, ``model`` (name and version of the encoder), ``stages``
        (names), ``notes`` (what the reader of the sources wants to be known), ``redaction`` ("mask", "pseudonymise",
        "keep"), ``taxonomy`` {"name", "topics", "units", "untagged", "overlaps": [{"topics": [id, id], "n", "share"}]},
        ``alpha``, ``created_at`` (only where the caller wants the report to carry a date: nothing here reads the clock,
        so that the same input gives the same bytes).
    topic_registry
        What a later analysis needs to call the same topics the same (:mod:`cxtext.topics.registry`), with what became
        of earlier ones under ``drift``; empty where topics are those of a taxonomy.

    Raises
    ------
    InputTypeError, ColumnError, InputValueError
        If a table is no DataFrame, lacks a column, or holds a polarity, an offset or a repeated row that cannot be.

    Examples
    --------
    >>> import pandas as pd
    >>> topics = pd.DataFrame({"id": [0, 1], "parent": [None] * 2, "label": ["Lieferung", "advice"], "size": [4, 3]})
    >>> drivers = pd.DataFrame(
    ...     {
    ...         "topic": [0, 0, 1],
    ...         "polarity": ["negative", "positive", "positive"],
    ...         "n": [31, 9, 30],
    ...         "share": [0.31, 0.09, 0.3],
    ...         "share_low": [0.23, 0.05, 0.22],
    ...         "share_high": [0.41, 0.16, 0.4],
    ...     }
    ... )
    >>> result = Analysis(topics=topics, drivers=drivers, quality={"documents": 100, "analysed": 100})
    >>> list(result.positive_drivers["label"])
    ['advice', 'Lieferung']
    >>> list(result.negative_drivers["label"])
    ['Lieferung']
    """

    topics: pd.DataFrame
    drivers: pd.DataFrame
    segments: pd.DataFrame = field(default_factory=pd.DataFrame)
    trends: pd.DataFrame = field(default_factory=pd.DataFrame)
    alerts: pd.DataFrame = field(default_factory=pd.DataFrame)
    queue: pd.DataFrame = field(default_factory=pd.DataFrame)
    scores: pd.DataFrame = field(default_factory=pd.DataFrame)
    importance: pd.DataFrame = field(default_factory=pd.DataFrame)
    standings: pd.DataFrame = field(default_factory=pd.DataFrame)
    touchpoints: pd.DataFrame = field(default_factory=pd.DataFrame)
    journeys: pd.DataFrame = field(default_factory=pd.DataFrame)
    steps: pd.DataFrame = field(default_factory=pd.DataFrame)
    change: pd.DataFrame = field(default_factory=pd.DataFrame)
    gaps: pd.DataFrame = field(default_factory=pd.DataFrame)
    segment_trends: pd.DataFrame = field(default_factory=pd.DataFrame)
    cases: pd.DataFrame = field(default_factory=pd.DataFrame)
    conversations: pd.DataFrame = field(default_factory=pd.DataFrame)
    trajectories: pd.DataFrame = field(default_factory=pd.DataFrame)
    closings: pd.DataFrame = field(default_factory=pd.DataFrame)
    effort: pd.DataFrame = field(default_factory=pd.DataFrame)
    effort_topics: pd.DataFrame = field(default_factory=pd.DataFrame)
    stories: pd.DataFrame = field(default_factory=pd.DataFrame)
    quotes: pd.DataFrame = field(default_factory=pd.DataFrame)
    causes: pd.DataFrame = field(default_factory=pd.DataFrame)
    duplicates: pd.DataFrame = field(default_factory=pd.DataFrame)
    corrections: pd.DataFrame = field(default_factory=pd.DataFrame)
    quality: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    meta: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    topic_registry: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for name in COLUMNS:
            object.__setattr__(self, name, checked(name, getattr(self, name)))
        for name in ("quality", "meta", "topic_registry"):
            if not isinstance(getattr(self, name), Mapping):
                raise InputTypeError(f"Analysis.{name} must be a mapping, got {type(getattr(self, name)).__name__}")
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        for name in (name for name, columns in COLUMNS.items() if "label?" in columns):
            object.__setattr__(self, name, labelled(getattr(self, name), self.topics))

    @property
    def positive_drivers(self) -> pd.DataFrame:
        """The positive rows of ``drivers``, best evidence and largest impact first."""
        return ranked(self.drivers, "positive")

    @property
    def negative_drivers(self) -> pd.DataFrame:
        """The negative rows of ``drivers``, best evidence and largest impact first."""
        return ranked(self.drivers, "negative")

    def to_dict(self, *, language: ReportLanguage | None = None, level: Level = "quotes") -> dict[str, Any]:
        """Give the report's content as plain values: schema ``cxtext.report/1``, what ``report.json`` holds.

        Floats are rounded to 6 digits, missing values are null. The rules for small numbers apply here, so that no
        format shows more than another (see :mod:`cxtext.report.rules`).

        Parameters
        ----------
        language
            Language of the report's own words; null: the language of most documents.
        level
            ``"quotes"``, or ``"aggregate"`` for a report without customers' words and without record ids.
        """
        return content(self, language=language, level=level)

    def to_html(
        self, path: str | PathLike[str], *, language: ReportLanguage | None = None, level: Level = "quotes"
    ) -> None:
        """Write the report as one self-contained HTML file.

        Parameters
        ----------
        path
            The file; it is replaced as a whole, and its folder made if it does not exist.
        language, level
            As for :meth:`to_dict`.
        """
        from cxtext.report.html import render

        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_text(target, render(self.to_dict(language=language, level=level)))

    def to_markdown(self, *, language: ReportLanguage | None = None, level: Level = "quotes") -> str:
        """Give the report's tables as Markdown."""
        from cxtext.report.markdown import render

        return render(self.to_dict(language=language, level=level))

    def save(
        self, directory: str | PathLike[str], *, language: ReportLanguage | None = None, level: Level = "quotes"
    ) -> None:
        """Write report.html, .json and .md, drivers.csv and topics.json, and the other tables where they have rows.

        Those are scores.csv, importance.csv, standings.csv, segments.csv, touchpoints.csv, journeys.csv, steps.csv,
        change.csv, gaps.csv, trends.csv, segment_trends.csv, alerts.json, queue.csv, queue.json (for help desks),
        causes.csv, duplicates.csv and corrections.csv. Each file is written beside its place and then renamed: a reader
        never meets half a file. The CSV files hold the whole tables, also the rows that the report leaves out because
        they count too few documents. Without quotes there is no queue.json and no journeys.csv, and queue.csv holds no
        quotes.

        Parameters
        ----------
        directory
            Made if it does not exist; files of the same name in it are replaced.
        language, level
            As for :meth:`to_dict`.
        """
        save(self, Path(directory), language=language, level=level)

    def __repr__(self) -> str:
        return (
            f"Analysis({len(self.topics)} topics, {len(self.positive_drivers)} positive and "
            f"{len(self.negative_drivers)} negative drivers)"
        )

    def _repr_html_(self) -> str:
        from cxtext.report.html import preview

        return preview(self.to_dict(), {name: n for name in COLUMNS if (n := len(getattr(self, name)))})
