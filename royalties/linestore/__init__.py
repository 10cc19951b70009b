"""Sales lines as immutable Parquet blocks: written once, read back as the engine's columns."""
