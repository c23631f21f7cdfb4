"""cxtext inside other libraries' pipelines."""
