"""Statistics of a collection: key drivers, scores, segments, trends, alerts, queue."""
