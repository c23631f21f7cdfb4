"""What the service counts, in Prometheus' text format."""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0, generate_latest

from cxtext._version import __version__

CONTENT_TYPE = CONTENT_TYPE_PLAIN_1_0_0


class Metrics:
    """Counters of one service.

    Parameters
    ----------
    waiting
        Gives the cost of the texts that wait.
    """

    def __init__(self, waiting: Callable[[], int]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        Info("cxtext", "Version of cxtext.", registry=self._registry).info({"version": __version__})
        self.requests = Counter("cxtext_requests", "Requests answered.", ["route", "status"], registry=self._registry)
        self.seconds = Histogram(
            "cxtext_request_seconds",
            "Time from the head of a request to the end of its answer.",
            ["route"],
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
            registry=self._registry,
        )
        self.texts = Counter("cxtext_texts", "Texts accepted.", registry=self._registry)
        self.characters = Counter("cxtext_characters", "Characters of the texts accepted.", registry=self._registry)
        self.batches = Histogram(
            "cxtext_batch_texts",
            "Texts that went through the model together.",
            buckets=(1, 2, 4, 8, 16, 32),
            registry=self._registry,
        )
        gauge = Gauge(
            "cxtext_queue_characters", "Characters that wait, with a fixed part for each text.", registry=self._registry
        )
        gauge.set_function(waiting)

    def text(self) -> bytes:
        """Give all that was counted."""
        return generate_latest(self._registry)
