"""Pages about works."""
