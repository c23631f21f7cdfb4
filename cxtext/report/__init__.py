"""The analysis as people get it: tables, JSON, HTML."""
