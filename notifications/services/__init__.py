"""Deeds: tell somebody, note what was read, choose how to be told, send digests."""
