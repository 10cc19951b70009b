"""Deeds about people, roles and changes that wait for approval."""
