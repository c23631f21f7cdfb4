"""Lexica and patterns, each file with its source and licence."""
