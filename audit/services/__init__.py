"""Deeds of the audit trail: record, seal, sign, deliver."""
