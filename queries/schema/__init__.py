"""The warehouse's tables, once: SQLAlchemy Core definitions that ETL fills and queries compose from."""

from queries.schema.base import metadata
from queries.schema.facts import (
    dim_partners,
    dim_products,
    dim_shipments,
    dim_users,
    fct_ledger,
    fct_order_events,
    fct_orders,
    fct_partner_notes,
    fct_pickups,
    fct_tickets,
    fct_withdrawals,
)
from queries.schema.marts import (
    mart_open_pickups,
    mart_order_days,
    mart_partner_months,
    mart_partner_pickup_days,
    mart_partner_recent,
    mart_partners,
    mart_pickup_days,
    mart_ticket_days,
)
from queries.schema.operations import etl_runs, etl_state, key_map, quarantine

__all__ = [
    "dim_partners",
    "dim_products",
    "dim_shipments",
    "dim_users",
    "etl_runs",
    "etl_state",
    "fct_ledger",
    "fct_order_events",
    "fct_orders",
    "fct_partner_notes",
    "fct_pickups",
    "fct_tickets",
    "fct_withdrawals",
    "key_map",
    "mart_open_pickups",
    "mart_order_days",
    "mart_partner_months",
    "mart_partner_pickup_days",
    "mart_partner_recent",
    "mart_partners",
    "mart_pickup_days",
    "mart_ticket_days",
    "metadata",
    "quarantine",
]
