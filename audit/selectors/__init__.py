"""Questions to the audit trail."""
