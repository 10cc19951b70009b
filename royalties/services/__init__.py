"""Deeds about deals."""
