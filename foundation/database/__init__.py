"""Roles and rights inside PostgreSQL."""
