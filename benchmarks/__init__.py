"""Scripts that give the figures in the documentation."""
