"""The shared German-English encoder and other encoders."""

from cxtext.encoder.model import Encoder, TextEncoder, encode, encode_subjects

__all__ = ["Encoder", "TextEncoder", "encode", "encode_subjects"]
