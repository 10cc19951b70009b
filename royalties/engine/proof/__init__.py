"""Proof packs: a statement with everything that it was calculated from, and its recalculation."""
