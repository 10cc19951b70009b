"""The API of royalties."""
