"""What the store finds by a number."""

from dashboard.actions.answers import Shape, read
from dashboard.client import ApiClient


class Account(Shape):
    """A bank account."""

    partner_id: int
    partner_name: str
    bank_name: str
    account_no: str
    account_name: str
    is_used: bool


class Batch(Shape):
    """A payout batch; `total` in rupiah."""

    batch_id: int
    reference: str
    status: str
    row_count: int
    total: int


class StoreHits(Shape):
    """Accounts with the number that was typed, batches with that reference."""

    accounts: list[Account]
    batches: list[Batch]


def find_in_store(client: ApiClient, text: str) -> StoreHits:
    """What only the store holds; for those who review withdrawals.

    Raises:
        ApiError: as ApiClient.call does.
    """
    return read(StoreHits, client.call("GET", "v1/admin/search", params={"search": text}))
