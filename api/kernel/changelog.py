"""The change log that ETL follows, filled by triggers in the transaction of each change.

Triggers, not ORM events: a bulk statement or another client's write is followed too.
On SQLite writers are serial, so `id` is the order of commits. On PostgreSQL ids are drawn before the commit, so a reader
takes the rows whose `txid` is below the oldest transaction still running: nothing can later appear below that line.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Connection, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, UtcDateTime

FOLLOWED_TABLES = (
    "users",
    "partners",
    "addresses",
    "partner_notes",
    "products",
    "shipments",
    "orders",
    "order_events",
    "pickups",
    "pickup_orders",
    "tickets",
    "ticket_messages",
    "withdrawals",
    "ledger_transactions",
)


class ChangeLog(Base):
    """One change: the table, the row's key, and op I, U or D."""

    __tablename__ = "change_log"
    __table_args__ = (Index(None, "txid", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    txid: Mapped[int] = mapped_column(BigInteger, default=0)
    table_name: Mapped[str] = mapped_column(String(40))
    row_key: Mapped[int] = mapped_column(BigInteger)
    op: Mapped[str] = mapped_column(String(1))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


_OPERATIONS = {"I": ("INSERT", "NEW"), "U": ("UPDATE", "NEW"), "D": ("DELETE", "OLD")}

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO change_log (txid, table_name, row_key, op, changed_at)
  VALUES (pg_current_xact_id()::text::bigint, TG_TABLE_NAME,
          CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END, left(TG_OP, 1), now() AT TIME ZONE 'UTC');
  RETURN NULL;
END $$"""


def create_triggers(connection: Connection) -> None:
    """Start logging the changes of FOLLOWED_TABLES."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
        for table in FOLLOWED_TABLES:
            connection.execute(
                text(
                    f"CREATE TRIGGER log_{table} AFTER INSERT OR UPDATE OR DELETE ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION log_change()"
                )
            )
        return
    for table in FOLLOWED_TABLES:
        for op, (event, row) in _OPERATIONS.items():
            connection.exec_driver_sql(
                f"CREATE TRIGGER log_{table}_{op} AFTER {event} ON {table} BEGIN "
                "INSERT INTO change_log (txid, table_name, row_key, op, changed_at) "
                f"VALUES (0, '{table}', {row}.id, '{op}', strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'); END"
            )


def drop_triggers(connection: Connection) -> None:
    """Stop logging: only for a bulk fill of a store that nothing follows yet."""
    for table in FOLLOWED_TABLES:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"DROP TRIGGER IF EXISTS log_{table} ON {table}"))
            continue
        for op in _OPERATIONS:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS log_{table}_{op}")
