"""The arithmetic of deals: plain Python and numpy; no database, no clock, no files."""

VERSION = "2"
