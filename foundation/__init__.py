"""Shared ground of Django: tenancy, keys, jobs, storage, the page kit."""
