"""Shared ground of the API."""
