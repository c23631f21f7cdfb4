"""The shared German-English encoder and other encoders."""

from cxtext.encoder.model import Encoder, TextEncoder, encode

__all__ = ["Encoder", "TextEncoder", "encode"]
