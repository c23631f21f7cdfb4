"""The shipped model and the recipe that makes it."""
