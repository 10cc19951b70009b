"""What the demo is made of: plain Python from a seed, without a database."""
