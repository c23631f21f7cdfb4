"""Conversations, tickets and reviews in the JSON of the platforms that hold them."""
