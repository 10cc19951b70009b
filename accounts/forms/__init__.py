"""Forms turn strings into values; they save nothing."""
