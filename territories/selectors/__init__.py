"""Questions about places, clauses, rights and rates."""
