"""Answers of the search."""

from typing_extensions import TypedDict


class AccountHit(TypedDict):
    """A bank account with the searched number. `is_used`: its partner has not deleted it."""

    bank_account_id: int
    partner_id: int
    partner_name: str
    bank_name: str
    account_no: str
    account_name: str
    is_used: bool


class BatchHit(TypedDict):
    """A payout batch with the searched reference, or whose row has it. `total` in rupiah."""

    batch_id: int
    reference: str
    status: str
    row_count: int
    total: int


class StoreHits(TypedDict):
    """What is found of that which no warehouse holds."""

    accounts: list[AccountHit]
    batches: list[BatchHit]
