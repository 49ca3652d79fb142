"""Marks of partners, through the API."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator

from dashboard.actions.answers import Shape, read
from dashboard.actions.stored_text import visible_throughout
from dashboard.actions.written import Written, written
from dashboard.client import ApiClient
from vocabulary import BatchStatus, ProblemMark

PATH = "v1/admin/user/problem"
StoredText = Annotated[str, BeforeValidator(visible_throughout)]


class Waiting(Shape):
    """Withdrawals that are not decided: how many, and rupiah."""

    count: int
    nominal: int


class HeldBatch(Shape):
    """A batch with open rows of the partner; `at_bank`: its bank file was handed out."""

    batch_id: int
    reference: str
    status: BatchStatus
    rows: int
    nominal: int
    at_bank: bool


class MarkChange(Shape):
    """One change of the mark."""

    version: int
    before: ProblemMark
    status: ProblemMark
    reason: StoredText
    actor_name: StoredText
    created_at: datetime


class Standing(Shape):
    """A partner's mark with its version, what a stop touches now, and all changes of the mark, newest first."""

    partner_id: int
    full_name: StoredText
    user_status: ProblemMark
    version: int
    waiting: Waiting
    running_orders: int
    batches: list[HeldBatch]
    history: list[MarkChange]


def standing(client: ApiClient, partner_id: int) -> Standing:
    """How a partner stands now.

    Raises:
        ApiError: as ApiClient.call does.
    """
    return read(Standing, client.call("GET", f"{PATH}/{partner_id}"))


def mark(client: ApiClient, shown: Standing, status: ProblemMark, reason: str, *, key: str) -> Written[None]:
    """Mark a partner as it was shown; refused when somebody marked it since.

    Raises:
        ApiError: as ApiClient.call does.
    """
    body = {"partner_id": shown.partner_id, "status": int(status), "reason": reason, "version": shown.version}
    return written(client.call("PUT", PATH, json=body, key=key))
