"""Questions about works."""
