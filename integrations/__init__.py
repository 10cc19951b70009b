"""Edges to other parties' files and systems."""
