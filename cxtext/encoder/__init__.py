"""The shared German-English encoder and other encoders."""
