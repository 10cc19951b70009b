"""The audit trail: who did what, when and why; deliveries to subscribers; the sealed chain."""
