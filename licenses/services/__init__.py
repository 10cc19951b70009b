"""Deeds on licences."""
