"""Pages about works and who owns them."""
