"""Pages about places, groups, expressions and rates."""
