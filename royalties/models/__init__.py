"""Deals and what they lead to."""

from royalties.models.deals import Deal, DealVersion

__all__ = ["Deal", "DealVersion"]
