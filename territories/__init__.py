"""Territories: the tree of places, groups with dated membership, right types and rates."""
