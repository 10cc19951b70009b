"""The API of rights."""
