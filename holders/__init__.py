"""Rights holders, the societies that act for them, and who of them looks in."""
