"""Deeds in the registry."""
