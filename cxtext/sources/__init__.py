"""Reads files and tables of every channel into documents."""
