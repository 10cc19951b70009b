"""Licences, their versions, renewals, instalments, and what was told of them."""

from licenses.models.licenses import (
    Instalment,
    License,
    LicenseVersion,
    Receipt,
    Reminder,
    Renewal,
    Reversal,
)

__all__ = ["Instalment", "License", "LicenseVersion", "Receipt", "Reminder", "Renewal", "Reversal"]
