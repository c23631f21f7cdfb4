"""cxtext reads customer feedback in German and English and explains what delights and what annoys.

The public names are listed in ``__all__`` and resolved when first used (PEP 562), so that ``import cxtext`` is quick.
"""

import os
import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cxtext._version import __version__

# ONNX Runtime's own builds report to their maker from the moment they are imported. Nothing leaves this process.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from cxtext.analysis.frames import to_frame
    from cxtext.analysis.key_drivers import key_drivers
    from cxtext.documents import Annotation, Document, Segment
    from cxtext.encoder import Encoder, encode
    from cxtext.engines.collection import analyze
    from cxtext.engines.local import aannotate, annotate
    from cxtext.errors import CxtextError
    from cxtext.pipeline import Pipeline
    from cxtext.report.result import Analysis
    from cxtext.sentiment.classifier import SentimentClassifier
    from cxtext.topics.model import TopicModel

_HOME = {
    "annotate": "cxtext.engines.local",
    "aannotate": "cxtext.engines.local",
    "encode": "cxtext.encoder",
    "analyze": "cxtext.engines.collection",
    "key_drivers": "cxtext.analysis.key_drivers",
    "to_frame": "cxtext.analysis.frames",
    "Document": "cxtext.documents",
    "Segment": "cxtext.documents",
    "Annotation": "cxtext.documents",
    "Analysis": "cxtext.report.result",
    "Pipeline": "cxtext.pipeline",
    "TopicModel": "cxtext.topics.model",
    "Encoder": "cxtext.encoder",
    "SentimentClassifier": "cxtext.sentiment.classifier",
    "CxtextError": "cxtext.errors",
}

__all__ = [
    "Analysis",
    "Annotation",
    "CxtextError",
    "Document",
    "Encoder",
    "Pipeline",
    "Segment",
    "SentimentClassifier",
    "TopicModel",
    "__version__",
    "aannotate",
    "analyze",
    "annotate",
    "encode",
    "key_drivers",
    "to_frame",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    if name not in _HOME:
        raise AttributeError(f"module 'cxtext' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


class _ByName(ModuleType):
    """Pickles as its name.

    The fingerprint that ``datasets`` caches by is a pickle of the function and of what it names. Of packages installed
    in place, that took in their state: once the network was loaded, nothing was found in the cache any more.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return import_module, (self.__name__,)


sys.modules[__name__].__class__ = _ByName
