"""The shared German-English encoder and other encoders.

Names are resolved when first used (PEP 562): annotating needs no estimator of scikit-learn.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxtext.encoder.model import Encoder, TextEncoder, encode, encode_subjects

__all__ = ["Encoder", "TextEncoder", "encode", "encode_subjects"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    if name not in __all__:
        raise AttributeError(f"module 'cxtext.encoder' has no attribute {name!r}")
    value = getattr(import_module("cxtext.encoder.model"), name)
    globals()[name] = value
    return value
