"""The audit trail, through the API."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from dashboard.actions.answers import Listing, Shape, read, read_part
from dashboard.actions.stored_text import visible_throughout
from dashboard.client import ApiClient

PATH = "v1/admin/audit"
AT_ONCE = 1_000
StoredText = Annotated[str, BeforeValidator(visible_throughout)]
StoredFields = Annotated[dict[str, Any], BeforeValidator(visible_throughout)]


class AuditEntry(Shape):
    """Who did what to which thing; `before` and `after` hold the fields that changed, whatever they are."""

    id: int
    created_at: datetime
    actor_name: StoredText | None
    action: StoredText
    subject: StoredText
    subject_id: StoredText
    before: StoredFields | None
    after: StoredFields | None
    request_id: StoredText
    hash: str | None


class Kinds(Shape):
    """The actions and subjects that were ever written."""

    actions: list[StoredText]
    subjects: list[StoredText]


class AuditPage(Listing[AuditEntry]):
    """A page of entries, newest first, and what can be chosen among."""

    kinds: Kinds


class Checked(Shape):
    """Whether the chain is whole, and where it is broken if not."""

    whole: bool
    broken_at: str | None = Field(None, alias="break")
    entries: int


def entries(client: ApiClient, page: int, size: int, **wanted: str) -> AuditPage:
    """A page of entries, newest first."""
    query = {"page": page, "total_per_page": size, **wanted}
    answer = client.call("GET", PATH, params=query)
    found = read(Listing[AuditEntry], answer)
    kinds = read_part(Kinds, answer.envelope.get("kinds"), answer)
    return AuditPage(data=found.data, total=found.total, kinds=kinds)


def all_entries(client: ApiClient, **wanted: str) -> Iterator[list[AuditEntry]]:
    """All entries, newest first and some hundreds at a time, as the trail is at the first of them."""
    query: dict[str, str | int] = {"total_per_page": AT_ONCE, **wanted}
    while True:
        found = read(list[AuditEntry], client.call("GET", f"{PATH}/entries", params=query))
        if found:
            yield found
        if len(found) < AT_ONCE:
            return
        query["before"] = found[-1].id


def verify(client: ApiClient) -> Checked:
    """Follow the chain of hashes from its start."""
    return read(Checked, client.call("GET", f"{PATH}/verify"))


def note_export(client: ApiClient, name: str, kind: str, rows: int, filters: Mapping[str, str]) -> None:
    """Write down that data leaves the dashboard, before it does.

    Raises:
        ApiError: it could not be written down.
    """
    body = {"name": name[:100], "format": kind, "rows": rows, "filters": dict(filters)}
    client.call("POST", f"{PATH}/exports", json=body)
