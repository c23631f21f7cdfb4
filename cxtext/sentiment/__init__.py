"""Sentiment of documents and segments."""
