"""The rows of an operational store as plain dictionaries: `SELECT *`, read through the driver's own connection."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

Row = dict[str, Any]
Rows = dict[str, list[Row]]

TABLES = (
    "users",
    "shipments",
    "partners",
    "addresses",
    "products",
    "orders",
    "order_events",
    "pickups",
    "pickup_orders",
    "tickets",
    "ticket_messages",
    "withdrawals",
    "bank_accounts",
    "ledger_accounts",
    "ledger_transactions",
    "ledger_entries",
    "partner_notes",
)
FLAGS = frozenset({"is_problem", "is_lost", "is_onboarded"})


def read(engine: Engine) -> Rows:
    """Every row of the tables that numbers are made of; instants naive UTC, whatever the database calls them."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        found: Rows = {}
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            found[table] = [
                {name: _value(name, value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall()
            ]
        cursor.close()
        connection.rollback()
        return found
    finally:
        connection.close()


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in FLAGS:
        return bool(value)
    if isinstance(value, str):
        if name == "at" or name.endswith("_at"):
            return datetime.fromisoformat(value)
        if name in ("pickup_date", "next_follow_up"):
            return date.fromisoformat(value)
    return value
