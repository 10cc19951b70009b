"""Deeds on imports and profiles."""
