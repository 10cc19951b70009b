"""Rights out: the contracts by which others may use what we own."""
