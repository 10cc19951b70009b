"""The demo: two fictional organisations, made by code from a seed, the same every time."""
