"""Synthetic feedback with known truth, to test statistics and pipelines against."""
