"""Questions about holders."""
