"""Pages about holders and societies."""
