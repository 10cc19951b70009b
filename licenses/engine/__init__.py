"""A licence in plain Python: its terms, and the days they come to."""
