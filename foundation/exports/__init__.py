"""What every export and import of a table shares."""
