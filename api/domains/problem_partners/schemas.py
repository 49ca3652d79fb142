"""admin_user.problem_list and problem_update_status as the contract prints them; a partner's standing beside it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from api.kernel.payload import Fields, Sent
from api.kernel.types import Id, Line, blank_as, whole_number
from queries.metrics import percent, whole_percent
from queries.wib import WIB

REASON_CHARACTERS = 500
Status = Annotated[int, BeforeValidator(whole_number), Field(ge=1, le=3)]
OptionalStatus = Annotated[Annotated[int, Field(ge=1, le=3)] | None, BeforeValidator(blank_as(None)), Query()]
Version = Annotated[int, BeforeValidator(whole_number), Field(ge=0, le=2**31 - 1)]


class Mark(Fields):
    """A partner and its mark: 1 fake, 2 hold, 3 unhold.

    Beside the contract: why, and the version that was looked at.
    """

    partner_id: Id
    status: Status
    reason: Annotated[Line, Field(max_length=REASON_CHARACTERS)] = ""
    version: Version | None = None


MarkBody = Annotated[Mark, Depends(Sent(Mark))]


class Marked(TypedDict):
    """The mark as it is now; `version` counts the partner's marks."""

    partner_id: int
    user_status: int
    version: int


class ExpeditionRatio(TypedDict):
    """The most used courier, and its share of the shipped orders."""

    percentage: int
    shipping_name: str
    comparison: str


class PaymentRatio(TypedDict):
    """The most used way of paying, and its share of the shipped orders."""

    percentage: int
    payment_name: str
    comparison: str


class MainWarehouse(TypedDict):
    """The partner's first pickup address; the city of its profile where it has none."""

    city_name: str
    address_detail: str


class ProductRatio(TypedDict):
    """The most ordered product, and its share of the shipped orders; a product has one variant here."""

    product_name: str
    product_percentage: int
    product_variant_percentage: int
    comparison: str


class ProblemRatio(TypedDict):
    """Problem orders of the shipped ones, and the description that most of them have, of the problem orders."""

    percentage: int
    comparison: str
    top_problem_description: str
    top_problem_percentage: int
    top_problem_comparison: str


class ProblemRow(TypedDict):
    """admin_user.problem_list; each `comparison` is the part and the whole, "7/12"."""

    partner_id: int
    full_name: str
    phone_number: str
    join_date: str
    last_update: str
    running_orders: int
    expedition_ratio: ExpeditionRatio
    payment_method_ratio: PaymentRatio
    main_warehouse: MainWarehouse
    product_ratio: ProductRatio
    problem_ratio: ProblemRatio
    retur_percentage: str
    retur_comparison: str
    user_status: int


class Waiting(TypedDict):
    """Withdrawals that are not decided: how many, and rupiah."""

    count: int
    nominal: int


class HeldBatch(TypedDict):
    """A payout batch with withdrawals of the partner whose outcome is open; `at_bank`: its file was handed out."""

    batch_id: int
    reference: str
    status: str
    rows: int
    nominal: int
    at_bank: bool


class HistoryRow(TypedDict):
    """One change of the mark, and who made it."""

    version: int
    before: int
    status: int
    reason: str
    actor_id: int
    actor_name: str
    created_at: datetime


class Standing(TypedDict):
    """A partner's mark, what a stop touches now, and the changes of the mark, newest first."""

    partner_id: int
    full_name: str
    user_status: int
    version: int
    waiting: Waiting
    running_orders: int
    batches: list[HeldBatch]
    history: list[HistoryRow]


class Of(TypedDict):
    """What the store knows of a listed partner as it is now."""

    status: int
    updated_at: datetime
    city_name: str
    address_detail: str


def problem_row(row: Mapping[str, Any], of: Of) -> ProblemRow:
    """The partner as the contract prints it."""
    shipped, problem, returned = (int(row[f"orders_{name}"]) for name in ("shipped", "problem", "returned"))
    return {
        "partner_id": int(row["partner_id"]),
        "full_name": row["full_name"],
        "phone_number": row["phone"],
        "join_date": row["join_date"].strftime("%Y-%m-%d"),
        "last_update": f"{of['updated_at'].astimezone(WIB):%Y-%m-%d %H:%M:%S}",
        "running_orders": int(row["running"]),
        "expedition_ratio": {
            "percentage": _whole(row["courier_orders"], shipped),
            "shipping_name": row["courier"] or "",
            "comparison": _comparison(row["courier_orders"], shipped),
        },
        "payment_method_ratio": {
            "percentage": _whole(row["payment_orders"], shipped),
            "payment_name": row["payment_method"] or "",
            "comparison": _comparison(row["payment_orders"], shipped),
        },
        "main_warehouse": {"city_name": of["city_name"], "address_detail": of["address_detail"]},
        "product_ratio": {
            "product_name": row["product"] or "",
            "product_percentage": _whole(row["product_orders"], shipped),
            "product_variant_percentage": 100 if row["product_orders"] else 0,
            "comparison": _comparison(row["product_orders"], shipped),
        },
        "problem_ratio": {
            "percentage": _whole(problem, shipped),
            "comparison": _comparison(problem, shipped),
            "top_problem_description": row["top_problem"] or "",
            "top_problem_percentage": _whole(row["top_problem_orders"], problem),
            "top_problem_comparison": _comparison(row["top_problem_orders"], problem),
        },
        "retur_percentage": _printed(returned, shipped),
        "retur_comparison": _comparison(returned, shipped),
        "user_status": of["status"],
    }


def of_the_warehouse(row: Mapping[str, Any]) -> Of:
    """The same of a partner that came by a file, and is in no store."""
    return {
        "status": int(row["problem_status"]),
        "updated_at": row["updated_at"].replace(tzinfo=UTC),
        "city_name": row["city"],
        "address_detail": "",
    }


def _whole(part: int, whole: int) -> int:
    return whole_percent(int(part), whole) or 0


def _comparison(part: int, whole: int) -> str:
    return f"{int(part)}/{whole}"


def _printed(part: int, whole: int) -> str:
    """47.5, 50, 33.33: without zeros that say nothing."""
    found = f"{percent(part, whole) or 0:f}"
    return found.rstrip("0").rstrip(".") if "." in found else found
