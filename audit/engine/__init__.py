"""Plain Python of the chain: canonical bytes, hashes, checkpoints and their verifier."""
