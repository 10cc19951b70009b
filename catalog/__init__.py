"""Works of every kind, their identifiers, credits, assets and release dates."""
