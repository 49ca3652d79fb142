"""Targets of the executive summary, and visits to it, through the API."""

from datetime import datetime

from dashboard.actions.answers import Shape, read
from dashboard.actions.written import Written, written
from dashboard.client import ApiClient
from vocabulary import SummaryNumber

BASE = "v1/admin/growth"


class Target(Shape):
    """What a number should reach, who said so and when."""

    number: SummaryNumber
    value: int
    set_by: str
    set_at: datetime


class Visit(Shape):
    """When the visit before this one ended; None on the first."""

    before: datetime | None


def targets(client: ApiClient) -> dict[SummaryNumber, Target]:
    """The targets that are set.

    Raises:
        ApiError: as ApiClient.call does, or the answer has another shape.
    """
    return {each.number: each for each in read(list[Target], client.call("GET", f"{BASE}/target"))}


def set_target(client: ApiClient, number: SummaryNumber, value: int | None) -> Written[None]:
    """Set a target, or take it away; sent twice it is the same.

    Raises:
        ApiError: as ApiClient.call does.
    """
    return written(client.call("PUT", f"{BASE}/target/{number}", json={"value": value}))


def visit(client: ApiClient) -> Visit:
    """Note that the reader sees the summary now.

    Raises:
        ApiError: as ApiClient.call does, or the answer has another shape.
    """
    return read(Visit, client.call("POST", f"{BASE}/visit"))
