"""Markers: passages that ask for action."""
