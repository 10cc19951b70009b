"""Pages of signing in, and the base of every page."""
