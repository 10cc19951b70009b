"""Deeds about holders."""
