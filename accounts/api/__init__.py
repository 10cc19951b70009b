"""The API of people and access, and the base of every API view."""
