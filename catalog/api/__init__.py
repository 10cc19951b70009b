"""The API of catalog."""
