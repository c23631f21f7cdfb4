"""The HTTP service around :func:`cxtext.annotate`; ``python -m cxtext.serve`` starts it."""
