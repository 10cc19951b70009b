"""Questions about people and organisations."""
