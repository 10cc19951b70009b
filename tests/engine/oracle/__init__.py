"""A second, slow reading of docs/deals.md: row by row, in exact fractions, sharing no code.

It stands beside the engine so that each can prove the other wrong.
"""
