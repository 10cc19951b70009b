"""Deals, sales, runs, ledger and statements."""

from royalties.models.deals import Deal, DealPayee, DealVersion
from royalties.models.given import Cost, FxRate, RateTable
from royalties.models.grants import DealGrant, StatementGrant
from royalties.models.ledger import Account, Entry, Transfer
from royalties.models.posting import PostingRule
from royalties.models.publishing import Opening, Publication, PublishDay, PublishRule
from royalties.models.questions import Question, Reply
from royalties.models.runs import Run, RunResult
from royalties.models.sales import (
    MatchKey,
    MatchRule,
    Rematch,
    SalesBlock,
    SalesException,
    SalesFile,
)
from royalties.models.sources import FileSource, SourceRule
from royalties.models.statements import Statement

__all__ = [
    "Account",
    "Cost",
    "Deal",
    "DealGrant",
    "DealPayee",
    "DealVersion",
    "Entry",
    "FileSource",
    "FxRate",
    "MatchKey",
    "MatchRule",
    "Opening",
    "PostingRule",
    "Publication",
    "PublishDay",
    "PublishRule",
    "Question",
    "RateTable",
    "Rematch",
    "Reply",
    "Run",
    "RunResult",
    "SalesBlock",
    "SalesException",
    "SalesFile",
    "SourceRule",
    "Statement",
    "StatementGrant",
    "Transfer",
]
