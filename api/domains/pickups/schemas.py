"""Rows of the pickup monitoring as the contract prints them."""

from datetime import UTC
from typing import Any

from queries.wib import WIB

NO_DELAY = "-"
_PLACE = ("address_name", "address_detail", "district", "city", "pic", "pic_phone")


def row_v1(row: dict[str, Any]) -> dict[str, Any]:
    """admin_pickup.monitoring_v1: the place as a list of one, with the partner."""
    return _row(row) | {"pickup_detail": [_place(row) | {"partner_id": int(row["partner_id"])}]}


def row_v2(row: dict[str, Any]) -> dict[str, Any]:
    """admin_pickup.monitoring_v2: the place as one object, and the delay status."""
    return _row(row) | {"delay_status": row["delay_status"], "pickup_detail": _place(row)}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    due = row["due_at"].to_pydatetime().replace(tzinfo=UTC).astimezone(WIB)
    return {
        "pickup_request_date": f"{due:%Y-%m-%d %H:%M:%S}",
        "user_name": row["user_name"],
        "user_phone": row["user_phone"],
        "shipping": row["shipping"],
        "qty": int(row["qty"]),
        "no_resi": row["no_resi"],
        "pickup_city": row["pickup_city"],
        "order_status": row["order_status"],
        "delay": row["delay"] if row["delay_seconds"] else NO_DELAY,
    }


def _place(row: dict[str, Any]) -> dict[str, Any]:
    address = row["address_id"]
    return {
        "id": None if address is None else int(address),
        **{name: row[name] for name in _PLACE},
        "pickup_date": str(row["pickup_date"])[:10],
        "pickup_time": int(row["pickup_time"]),
    }
