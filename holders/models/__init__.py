"""Holders, their portal access, and societies."""

from holders.models.grants import HolderGrant
from holders.models.holders import Holder, HolderUser
from holders.models.societies import OrgSocietyMapping, Society, SocietyMapping

__all__ = ["Holder", "HolderGrant", "HolderUser", "OrgSocietyMapping", "Society", "SocietyMapping"]
