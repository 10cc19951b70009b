"""Files of other parties: bytes in, typed rows and findings out, without a database."""
