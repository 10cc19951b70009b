"""Deeds: an organisation's venues, groups and rates; the reference tables of ops."""
