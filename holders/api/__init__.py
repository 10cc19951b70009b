"""The API of holders."""
