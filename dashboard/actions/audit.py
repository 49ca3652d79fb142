"""The audit trail, through the API."""

from collections.abc import Mapping
from typing import Any

from dashboard.client import ApiClient

PATH = "v1/admin/audit"


def entries(client: ApiClient, page: int, size: int, **wanted: str) -> dict[str, Any]:
    """The envelope of a page (Laravel-shaped) of entries, newest first, with the `kinds` there are."""
    query = {"page": page, "total_per_page": size, **wanted}
    return client.call("GET", PATH, params=query).envelope


def verify(client: ApiClient) -> dict[str, Any]:
    """`whole`, where the `break` is, and the number of `entries`."""
    data: dict[str, Any] = client.call("GET", f"{PATH}/verify").data
    return data


def note_export(client: ApiClient, name: str, kind: str, rows: int, filters: Mapping[str, str]) -> None:
    """Write down that data leaves the dashboard, before it does.

    Raises:
        ApiRefused, ApiUnreachable: it could not be written down.
    """
    body = {"name": name[:100], "format": kind, "rows": rows, "filters": dict(filters)}
    client.call("POST", f"{PATH}/exports", json=body)
