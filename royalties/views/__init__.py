"""Pages of royalties."""
