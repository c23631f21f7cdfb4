"""What the analysis refuses: every message in full, since it must say what is wrong, what was got and what to do."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxtext.analysis.agreement import agree
from cxtext.analysis.alerts import alerts
from cxtext.analysis.case_status import cases_by_driver
from cxtext.analysis.change import explain_difference, mix_and_rate, segment_gaps
from cxtext.analysis.conversations import closings, conversation_table, trajectories_by
from cxtext.analysis.deadlines import due_hours, read_hours
from cxtext.analysis.frames import to_frame
from cxtext.analysis.importance import lmg, relative_importance
from cxtext.analysis.journeys import journeys, worst_steps
from cxtext.analysis.key_drivers import key_drivers
from cxtext.analysis.maps import importance_performance, touchpoint_drivers
from cxtext.analysis.queue import response_queue
from cxtext.analysis.scores import csat, mean_score, nps
from cxtext.analysis.segments import segment_drivers, segment_scores
from cxtext.analysis.standing import composite_score, promoter_table
from cxtext.analysis.trends import segment_trends, trends
from cxtext.errors import ColumnError, InputTypeError, InputValueError

M = pd.DataFrame({"document_id": ["a"], "topic": ["App"], "polarity": ["negative"]})
Y = pd.Series([1.0, 2.0], index=["a", "b"])
SIDE = pd.DataFrame({"side": ["x", "y"]}, index=["a", "b"])
DAYS = pd.Series(pd.to_datetime(["2026-01-01", "2026-01-02"]), index=["a", "b"])
TRUE = pd.Series([True, False], index=["a", "b"])
TALKS = pd.DataFrame({"document_id": ["a"], "start": [0.0]})
WEEKS = pd.DataFrame({"topic": ["App"], "polarity": ["negative"], "period": DAYS[:1].to_numpy(), "n": [1]})
SERIES = "must be a pandas Series whose index holds the document ids, got list"
ELSEWHERE = M.assign(document_id="z")
FIRST = "first at position 0; list every document there, mentioned or not"
PERIODS = "allowed: 'auto', 'week', 'month'"
AGAIN = "1 of 2 document ids occur more than once, first again at position 1; each document must stand in it once"
TWICE = pd.Series([True, False], index=["a", "a"])


def _of(**changes: Any) -> pd.DataFrame:
    return M.assign(**changes)


CASES: list[tuple[Any, type[Exception], str]] = [
    # --- mentions and documents
    (
        lambda: key_drivers([], Y),
        InputTypeError,
        "mentions must be a pandas DataFrame with the columns document_id, topic, polarity; got list",
    ),
    (
        lambda: key_drivers(M.rename(columns={"topic": "topics"}), Y),
        ColumnError,
        "mentions has no column 'topic'; it needs document_id, topic, polarity; did you mean 'topics'?",
    ),
    (
        lambda: key_drivers(pd.DataFrame(), Y),
        ColumnError,
        "mentions has no column 'document_id'; it needs document_id, topic, polarity; it has no columns",
    ),
    (
        lambda: key_drivers(_of(topic=[None]), Y),
        InputValueError,
        "mentions: 1 of 1 topics are null, first at position 0; leave out mentions without a topic",
    ),
    (
        lambda: key_drivers(_of(polarity="bad"), Y),
        InputValueError,
        "mentions: 1 of 1 polarities are not allowed, first at position 0; allowed: 'positive', 'negative'",
    ),
    (
        lambda: key_drivers(ELSEWHERE, Y),
        InputValueError,
        "mentions: 1 of 1 rows name a document that is not in the outcome's index, first at position 0; list every "
        "document there, mentioned or not",
    ),
    (
        lambda: key_drivers(_of(document_id=7), Y),
        InputValueError,
        "mentions: 1 of 1 rows name a document that is not in the outcome's index, first at position 0 (its type is "
        "int64, theirs str); list every document there, mentioned or not",
    ),
    (
        lambda: key_drivers(ELSEWHERE, Y, documents=["a", "b"]),
        InputValueError,
        "mentions: 1 of 1 rows name a document that is not in documents, first at position 0; list every document "
        "there, mentioned or not",
    ),
    (
        lambda: key_drivers(M, documents="ab"),
        InputTypeError,
        "documents must be a collection of document ids, got str",
    ),
    (
        lambda: key_drivers(M, documents=["a", None, "b", None]),
        InputValueError,
        "documents: 2 of 4 document ids are null, first at position 1",
    ),
    (
        lambda: key_drivers(M, documents=["a", "b", "b", "a"]),
        InputValueError,
        "documents: 2 of 4 document ids occur more than once, first again at position 2; each document must stand in "
        "it once",
    ),
    (
        lambda: key_drivers(M, documents=pd.MultiIndex.from_tuples([("a", 1)])),
        InputTypeError,
        "documents has an index of 2 levels; document ids must be one value each",
    ),
    (
        lambda: key_drivers(M),
        InputValueError,
        "without an outcome, documents is needed: the ids of all documents, mentioned or not; shares have no "
        "denominator otherwise",
    ),
    (
        lambda: key_drivers(M, Y, documents=["a"]),
        InputValueError,
        "outcome has 1 of 2 documents that are not in documents; list every document there",
    ),
    # --- outcomes
    (lambda: key_drivers(M, [1]), InputTypeError, f"outcome {SERIES}"),
    (
        lambda: key_drivers(M, pd.Series(["1", "2"], index=["a", "b"])),
        InputTypeError,
        "outcome must hold numbers or truth values, got dtype str; pandas.to_numeric turns text into numbers",
    ),
    (
        lambda: key_drivers(M, pd.Series([1.0, np.inf], index=["a", "b"])),
        InputValueError,
        "outcome: 1 values are infinite; set them to NaN or to a finite number",
    ),
    (
        lambda: key_drivers(M, pd.Series([11.0, 7.5, 3.0, None], index=list("abcd")), metric="nps"),
        InputValueError,
        "outcome: 2 of 3 values are not whole numbers from 0 to 10, which metric 'nps' needs; use metric 'mean' for "
        "other scales, or set wrong values to NaN",
    ),
    (lambda: key_drivers(M, Y, metric="median"), InputValueError, "metric is 'median'; allowed: 'mean', 'nps'"),
    (lambda: key_drivers(M, Y, metric="m" * 41), InputValueError, "metric is str; allowed: 'mean', 'nps'"),
    (
        lambda: key_drivers(M, Y, alpha=1.0),
        InputValueError,
        "alpha must be a number above 0 and below 1, e.g. 0.05; got 1.0",
    ),
    (
        lambda: key_drivers(M, Y, random_state=-1),
        InputValueError,
        "random_state must be a whole number from 0 on, got int -1",
    ),
    (lambda: key_drivers(M, Y, groups=[1]), InputTypeError, f"groups {SERIES}"),
    (
        lambda: key_drivers(M, Y, groups=Y[:1]),
        InputValueError,
        "groups lacks 1 of 2 documents; its index must hold every document",
    ),
    (
        lambda: key_drivers(M, Y, controls=Y),
        InputTypeError,
        "controls must be a pandas DataFrame whose index holds the document ids, got Series",
    ),
    (
        lambda: key_drivers(M, Y, controls=SIDE[:1]),
        InputValueError,
        "controls lacks 1 of 2 documents; its index must hold every document that has an outcome",
    ),
    (
        lambda: key_drivers(
            M.assign(document_id=0), pd.Series(range(101)), controls=pd.DataFrame({"k": [f"k{i}" for i in range(101)]})
        ),
        InputValueError,
        "controls: column 0 has 101 levels in 101 documents; at most 100 are allowed; group them, or pass a customer "
        "id as `groups`",
    ),
    (lambda: relative_importance(M, [1]), InputTypeError, f"outcome {SERIES}"),
    (
        lambda: lmg(np.eye(13), np.zeros(13)),
        InputValueError,
        "lmg takes at most 12 predictors, got 13; johnson_weights takes any number",
    ),
    # --- differences
    (lambda: mix_and_rate([1], Y, TRUE), InputTypeError, f"outcome {SERIES}"),
    (lambda: mix_and_rate(Y, SIDE["side"], Y), InputTypeError, "second must hold truth values, got dtype float64"),
    (
        lambda: mix_and_rate(Y, SIDE["side"], TRUE | True),
        InputValueError,
        "the first group has no document with an outcome",
    ),
    (
        lambda: mix_and_rate(Y, SIDE["side"], TRUE & False),
        InputValueError,
        "the second group has no document with an outcome",
    ),
    (
        lambda: explain_difference(M, Y, TRUE),
        InputValueError,
        "the first group has 1 documents with an outcome; at least 30 are needed",
    ),
    (lambda: segment_gaps(M, [1], SIDE), InputTypeError, f"outcome {SERIES}"),
    (
        lambda: segment_gaps(ELSEWHERE, Y, SIDE),
        InputValueError,
        "mentions: 1 of 1 rows name a document that is not in the index of segments, first at position 0; list every "
        "document there, mentioned or not",
    ),
    # --- segments, maps, standings
    (
        lambda: segment_drivers(M, Y),
        InputTypeError,
        "segments must be a pandas DataFrame whose index holds the document ids, got Series",
    ),
    (lambda: segment_scores([1], SIDE), InputTypeError, f"outcome {SERIES}"),
    (
        lambda: segment_scores(Y, SIDE[:1]),
        InputValueError,
        "outcome has 1 of 2 documents that segments does not list",
    ),
    (lambda: touchpoint_drivers(M, ["x"]), InputTypeError, f"touchpoints {SERIES}"),
    (
        lambda: importance_performance(M, side="both"),
        InputValueError,
        "side is 'both'; allowed: 'negative', 'positive'",
    ),
    (
        lambda: importance_performance([], side="negative"),
        InputTypeError,
        "drivers must be the DataFrame that key_drivers() returns, got list",
    ),
    (
        lambda: importance_performance(M, side="negative"),
        ColumnError,
        "drivers has no column 'n'; pass what key_drivers() returns",
    ),
    (lambda: promoter_table(M, [9]), InputTypeError, f"answers {SERIES}"),
    (
        lambda: promoter_table(M, Y + 0.5),
        InputValueError,
        "answers: 2 of 2 values are not whole numbers from 0 to 10, which metric 'nps' needs; use metric 'mean' for "
        "other scales, or set wrong values to NaN",
    ),
    (lambda: composite_score([], {}, {}), InputTypeError, "scores must be a pandas DataFrame, got list"),
    (
        lambda: composite_score(SIDE, {}, {}),
        InputValueError,
        "weights is empty; name at least one score and its weight",
    ),
    (
        lambda: composite_score(SIDE, {"side": True}, {}),
        InputValueError,
        "the weight of 'side' must be a number above 0, got True",
    ),
    (
        lambda: composite_score(SIDE, {"sides": 1}, {}),
        ColumnError,
        "scores has no column 'sides'; did you mean 'side'?",
    ),
    (
        lambda: composite_score(SIDE, {"side": 1}, {}),
        InputValueError,
        "scales lacks 'side'; give its ends as (worst, best)",
    ),
    (
        lambda: composite_score(Y.to_frame("stars"), {"stars": 1}, {"stars": (2, 5)}),
        InputValueError,
        "stars: 1 values do not lie between 2 and 5; set them to NaN",
    ),
    # --- single scores
    (lambda: nps("9"), InputTypeError, "answers must be a column of numbers, got str"),
    (
        lambda: csat([4], top=6),
        InputValueError,
        "top is 6, above best, 5; it is the lowest answer that counts as satisfied",
    ),
    (lambda: csat([6, 1]), InputValueError, "answers: 1 of 2 are above 5; give the scale's end as best="),
    (lambda: mean_score([1], worst="1", best=5), InputTypeError, "worst must be a number, got str"),
    (
        lambda: mean_score([6, 2], worst=1, best=5),
        InputValueError,
        'answers: 1 of 2 do not lie between 1 and 5; set them to NaN if they mean "don\'t know"',
    ),
    # --- time
    (lambda: trends(M, [1]), InputTypeError, f"times {SERIES}"),
    (lambda: segment_trends(M, [1], SIDE), InputTypeError, f"times {SERIES}"),
    (lambda: trends(M, DAYS, period="day"), InputValueError, "period is 'day'; allowed: 'auto', 'week', 'month'"),
    (lambda: trends(M, DAYS, period="d" * 40), InputValueError, f"period is '{'d' * 40}'; {PERIODS}"),
    (lambda: trends(M, DAYS, period="d" * 41), InputValueError, f"period is str; {PERIODS}"),
    (lambda: trends(M, DAYS, period=7), InputValueError, f"period is int; {PERIODS}"),
    (lambda: key_drivers(M, Y, metric="m" * 40), InputValueError, f"metric is '{'m' * 40}'; allowed: 'mean', 'nps'"),
    (lambda: key_drivers(M, Y, metric=7), InputValueError, "metric is int; allowed: 'mean', 'nps'"),
    (lambda: importance_performance(M, side="s" * 41), InputValueError, "side is str; allowed: 'negative', 'positive'"),
    (lambda: importance_performance(M, side=7), InputValueError, "side is int; allowed: 'negative', 'positive'"),
    (lambda: to_frame([], 7), InputValueError, "level is int; allowed: 'document', 'segment', 'driver'"),
    (lambda: to_frame([], "l" * 41), InputValueError, "level is str; allowed: 'document', 'segment', 'driver'"),
    (
        lambda: key_drivers(M, Y, controls=pd.DataFrame({"k": [np.inf, 1.0]}, index=["a", "b"])),
        InputValueError,
        "controls: 1 values are infinite; set them to NaN or to a finite number",
    ),
    (lambda: trends(M, Y), InputTypeError, "times must hold dates, got dtype float64; pandas.to_datetime reads them"),
    (
        lambda: trends(M, pd.Series(pd.to_datetime(["1926-01-04", "2026-01-05"]), index=["a", "b"]), period="week"),
        InputValueError,
        "times spans 5219 weeks, from 1926-01-04 to 2026-01-05; at most 2000 are allowed: set wrong dates to missing",
    ),
    (lambda: alerts([]), InputTypeError, "trends must be the DataFrame that trends() returns, got list"),
    (lambda: alerts(WEEKS), ColumnError, "trends has no column 'documents'; pass what trends() returns"),
    (lambda: journeys([1], DAYS, Y), InputTypeError, f"customers {SERIES}"),
    (
        lambda: journeys(SIDE["side"], Y, Y),
        InputTypeError,
        "times must hold dates, got dtype float64; pandas.to_datetime reads them",
    ),
    # --- conversations
    (
        lambda: conversation_table([{}]),
        InputTypeError,
        "item 0 is not an Annotation but dict; Annotation.from_dict reads dicts",
    ),
    (
        lambda: trajectories_by([], Y),
        InputTypeError,
        "conversations must be a DataFrame of conversation_table, got list",
    ),
    (
        lambda: trajectories_by(TALKS.rename(columns={"start": "begin"}), Y),
        ColumnError,
        "conversations has no column 'start'; allowed: 'document_id', 'begin'",
    ),
    (lambda: trajectories_by(pd.DataFrame(), Y), ColumnError, "conversations has no column 'document_id'; it has none"),
    (lambda: closings([], TRUE), InputTypeError, "mentions must be a pandas DataFrame, got list"),
    (lambda: closings(M.assign(kind="k", name="n"), [True]), InputTypeError, "good must be a pandas Series, got list"),
    (
        lambda: closings(M.assign(kind="k", name="n"), Y),
        InputValueError,
        "good must hold true, false or null; compare a score with a limit to get it",
    ),
    # --- the queue
    (
        lambda: response_queue([], M),
        InputTypeError,
        "documents must be a pandas DataFrame whose index holds the document ids, got list",
    ),
    (
        lambda: response_queue(SIDE, M),
        ColumnError,
        "documents has no column 'score' (sentiment from -1 to 1); allowed: 'side'",
    ),
    (
        lambda: response_queue(pd.DataFrame(index=["a"]), M),
        ColumnError,
        "documents has no column 'score' (sentiment from -1 to 1); it has none",
    ),
    (
        lambda: response_queue(pd.DataFrame({"score": [-2.0, 0.5]}, index=["a", "b"]), M),
        InputValueError,
        "documents.score: 1 of 2 values lie outside -1..1",
    ),
    (
        lambda: response_queue(pd.DataFrame({"score": [0.1], "urgency": [-0.5]}, index=["a"]), M),
        InputValueError,
        "documents.urgency: 1 of 1 values lie outside 0..1",
    ),
    (
        lambda: response_queue(pd.DataFrame({"score": [0.1], "standing": ["fan"]}, index=["a"]), M),
        InputValueError,
        "documents.standing: 1 of 1 values are not promoter, passive, detractor or null",
    ),
    (
        lambda: response_queue(pd.DataFrame({"score": [0.1], "markers": ["churn"]}, index=["a"]), M),
        InputTypeError,
        "documents.markers: 1 of 1 values are not lists of marker types or null",
    ),
    (
        lambda: response_queue(pd.DataFrame({"score": [0.1]}, index=["a"]), M, []),
        InputTypeError,
        "drivers must be the DataFrame that key_drivers returns, got list",
    ),
    (
        lambda: response_queue(pd.DataFrame({"score": [0.1]}, index=["a"]), M, M),
        ColumnError,
        "drivers has no column 'grade'; pass what key_drivers returns",
    ),
    (
        lambda: cases_by_driver(M.drop(columns="topic"), Y),
        ColumnError,
        "mentions has no column 'topic'; it needs document_id, topic and polarity",
    ),
    (
        lambda: read_hours([]),
        InputTypeError,
        "deadlines must map channels to tables of hours, e.g. [deadlines.email] with high = 4",
    ),
    (
        lambda: read_hours({"email": {"hi": 4}}),
        InputValueError,
        "deadlines.email has no step 'hi'; did you mean 'high'?",
    ),
    (
        lambda: read_hours({"email": {"high": "4"}}),
        InputValueError,
        "deadlines.email.high must be a number of hours above 0 and at most 8784, got str",
    ),
    (
        lambda: due_hours("praise", None, None),
        InputValueError,
        "queue must be one of recover, engage, advocate, got 'praise'",
    ),
    # --- ids that occur twice, or that nobody knows, are told by the argument that holds them
    (
        lambda: key_drivers(M, TWICE),
        InputValueError,
        f"outcome: {AGAIN}",
    ),
    (
        lambda: relative_importance(M, TWICE),
        InputValueError,
        f"outcome: {AGAIN}",
    ),
    (
        lambda: mix_and_rate(TWICE, TWICE, TWICE),
        InputValueError,
        f"outcome: {AGAIN}",
    ),
    (
        lambda: mix_and_rate(Y, SIDE["side"], TWICE),
        InputValueError,
        f"second: {AGAIN}",
    ),
    (
        lambda: mix_and_rate(Y, TWICE, TRUE),
        InputValueError,
        f"parts: {AGAIN}",
    ),
    (
        lambda: segment_drivers(M, TWICE.to_frame()),
        InputValueError,
        f"segments: {AGAIN}",
    ),
    (
        lambda: segment_scores(TWICE, SIDE),
        InputValueError,
        f"outcome: {AGAIN}",
    ),
    (
        lambda: promoter_table(M, TWICE),
        InputValueError,
        f"answers: {AGAIN}",
    ),
    (
        lambda: trends(M, TWICE),
        InputValueError,
        f"times: {AGAIN}",
    ),
    (
        lambda: journeys(TWICE, DAYS, Y),
        InputValueError,
        f"customers: {AGAIN}",
    ),
    (
        lambda: journeys(SIDE["side"], TWICE, Y),
        InputValueError,
        f"times: {AGAIN}",
    ),
    (
        lambda: journeys(SIDE["side"], DAYS, TWICE),
        InputValueError,
        f"mood: {AGAIN}",
    ),
    (
        lambda: worst_steps(SIDE["side"], DAYS, Y, TWICE),
        InputValueError,
        f"steps: {AGAIN}",
    ),
    (
        lambda: key_drivers(M, Y, groups=TWICE),
        InputValueError,
        f"groups: {AGAIN}",
    ),
    (
        lambda: key_drivers(M, Y, controls=TWICE.to_frame()),
        InputValueError,
        f"controls: {AGAIN}",
    ),
    (
        lambda: closings(M.assign(kind="k", name="n"), TWICE),
        InputValueError,
        f"good: {AGAIN}",
    ),
    (
        lambda: cases_by_driver(M, TWICE),
        InputValueError,
        f"status: {AGAIN}",
    ),
    (
        lambda: response_queue(TWICE.to_frame("score"), M),
        InputValueError,
        f"documents: {AGAIN}",
    ),
    (
        lambda: explain_difference(M, Y, TRUE, groups=TWICE),
        InputValueError,
        f"groups: {AGAIN}",
    ),
    (
        lambda: segment_gaps(M, TWICE, SIDE),
        InputValueError,
        f"outcome: {AGAIN}",
    ),
    (
        lambda: relative_importance(ELSEWHERE, Y),
        InputValueError,
        f"mentions: 1 of 1 rows name a document that is not in the outcome's index, {FIRST}",
    ),
    (
        lambda: explain_difference(ELSEWHERE, Y, TRUE),
        InputValueError,
        f"mentions: 1 of 1 rows name a document that is not in the outcome's index, {FIRST}",
    ),
    (
        lambda: segment_drivers(ELSEWHERE, SIDE),
        InputValueError,
        f"mentions: 1 of 1 rows name a document that is not in the index of segments, {FIRST}",
    ),
    (
        lambda: promoter_table(ELSEWHERE, Y),
        InputValueError,
        f"mentions: 1 of 1 rows name a document that is not in the index of answers, {FIRST}",
    ),
    (
        lambda: trends(ELSEWHERE, DAYS),
        InputValueError,
        f"mentions: 1 of 1 rows name a document that is not in the index of times, {FIRST}",
    ),
    (
        lambda: segment_trends(ELSEWHERE, DAYS, SIDE),
        InputValueError,
        f"mentions: 1 of 1 rows name a document that is not in the index of segments, {FIRST}",
    ),
    (
        lambda: response_queue(pd.DataFrame({"score": [0.1]}, index=["a"]), ELSEWHERE),
        InputValueError,
        f"mentions: 1 of 1 rows name a document that is not in the index of documents, {FIRST}",
    ),
    (
        lambda: cases_by_driver(ELSEWHERE, SIDE["side"]),
        InputValueError,
        f"mentions: 1 of 1 rows name a document that is not in the index of status, {FIRST}",
    ),
    (
        lambda: closings(ELSEWHERE.assign(kind="k", name="n"), TRUE),
        InputValueError,
        f"mentions: 1 of 1 rows name a document that is not in the index of good, {FIRST}",
    ),
    # --- the rest
    (lambda: agree([], []), InputValueError, "there are no labelled texts to compare with"),
    (lambda: to_frame([], "turn"), InputValueError, "level is 'turn'; allowed: 'document', 'segment', 'driver'"),
    (
        lambda: to_frame(7),
        InputTypeError,
        "to_frame needs an Annotation or an iterable of them, as cxtext.annotate returns; got int",
    ),
    (
        lambda: to_frame([7]),
        InputTypeError,
        "item 0 is not an Annotation but int; Annotation.from_dict reads dicts",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), CASES, ids=[f"{i} {c[2][:60]}" for i, c in enumerate(CASES)])
def test_a_refusal_says_what_is_wrong_what_was_got_and_what_to_do(
    call: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as refused:
        call()
    assert str(refused.value) == message
