"""Envelope keys: sealed values and the providers of the keys that wrap their keys."""
