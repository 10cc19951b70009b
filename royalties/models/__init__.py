"""Deals, sales, runs, ledger and statements."""

from royalties.models.deals import Deal, DealPayee, DealVersion
from royalties.models.given import Cost, FxRate, RateTable
from royalties.models.grants import DealGrant, StatementGrant
from royalties.models.ledger import Account, Entry, Transfer
from royalties.models.runs import Run, RunResult
from royalties.models.sales import (
    MatchKey,
    MatchRule,
    Rematch,
    SalesBlock,
    SalesException,
    SalesFile,
)
from royalties.models.statements import Statement

__all__ = [
    "Account",
    "Cost",
    "Deal",
    "DealGrant",
    "DealPayee",
    "DealVersion",
    "Entry",
    "FxRate",
    "MatchKey",
    "MatchRule",
    "RateTable",
    "Rematch",
    "Run",
    "RunResult",
    "SalesBlock",
    "SalesException",
    "SalesFile",
    "Statement",
    "StatementGrant",
    "Transfer",
]
