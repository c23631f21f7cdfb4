"""Running the whole: in this process, and over shards of files."""
