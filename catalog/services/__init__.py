"""Deeds about works."""
