"""The API of territories."""
