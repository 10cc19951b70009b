"""Questions about imports and profiles."""
