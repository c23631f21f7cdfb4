"""The benchmark of the report's size makes a collection that fills every page of the root cause."""

from benchmarks.report_size import analysis


def test_the_collection_fills_every_table_of_the_root_cause():
    result = analysis(2000, seed=1)
    for table in ("importance", "standings", "touchpoints", "journeys", "steps", "change", "gaps", "segment_trends"):
        assert len(getattr(result, table)), table
    assert result.meta["touchpoint"] == "channel"
    assert len(result.quotes) == 10 * len(result.drivers)
