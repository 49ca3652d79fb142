"""The warehouse's tables, once: SQLAlchemy Core definitions that ETL fills and queries compose from."""

from queries.schema.base import Kind, metadata, tables_of
from queries.schema.money import fct_ledger, fct_withdrawals
from queries.schema.operations import (
    due_tables,
    etl_differences,
    etl_runs,
    etl_state,
    etl_verifications,
    key_map,
    quarantine,
)
from queries.schema.orders import dim_shipments, fct_order_events, fct_orders, mart_income_days, mart_order_days
from queries.schema.partners import (
    ALL_PARTNERS,
    dim_partners,
    dim_products,
    dim_users,
    fct_partner_notes,
    mart_partner_months,
    mart_partner_pickup_days,
    mart_partner_recent,
    mart_partners,
)
from queries.schema.pickups import fct_pickups, mart_open_pickups, mart_pickup_days
from queries.schema.tickets import fct_ticket_messages, fct_tickets, mart_ticket_days

DIMENSIONS = tables_of(Kind.DIMENSION)
FACTS = tables_of(Kind.FACT)
MARTS = tables_of(Kind.MART)
RECORDS = tables_of(Kind.RECORD)

__all__ = [
    "ALL_PARTNERS",
    "DIMENSIONS",
    "FACTS",
    "MARTS",
    "RECORDS",
    "Kind",
    "dim_partners",
    "dim_products",
    "dim_shipments",
    "dim_users",
    "due_tables",
    "etl_differences",
    "etl_runs",
    "etl_state",
    "etl_verifications",
    "fct_ledger",
    "fct_order_events",
    "fct_orders",
    "fct_partner_notes",
    "fct_pickups",
    "fct_ticket_messages",
    "fct_tickets",
    "fct_withdrawals",
    "key_map",
    "mart_income_days",
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
    "tables_of",
]
