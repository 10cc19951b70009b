"""Licences in the API."""
