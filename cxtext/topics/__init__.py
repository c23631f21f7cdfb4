"""Topics of a collection."""
