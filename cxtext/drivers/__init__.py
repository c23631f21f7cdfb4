"""Positive and negative drivers in the words of one document."""
