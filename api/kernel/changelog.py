"""The change log that ETL follows, filled by triggers in the transaction of each change.

Triggers, not ORM events: a bulk statement or another client's write is followed too.
On SQLite writers are serial, so `id` is the order of commits. On PostgreSQL ids are drawn before the commit, so a
reader takes the rows whose `txid` is below the oldest transaction still running: nothing can later appear below it.
"""

from datetime import datetime

from sqlalchemy import DDL, BigInteger, Connection, Index, String, text
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


_POSTGRES_TRIGGER = """
CREATE TRIGGER log_%(table)s AFTER INSERT OR UPDATE OR DELETE ON %(table)s
FOR EACH ROW EXECUTE FUNCTION log_change()"""

_SQLITE_TRIGGER = """
CREATE TRIGGER log_%(table)s_%(op)s AFTER %(event)s ON %(table)s BEGIN
  INSERT INTO change_log (txid, table_name, row_key, op, changed_at)
  VALUES (0, '%(table)s', %(row)s.id, '%(op)s', strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now') || '000');
END"""


def create_triggers(connection: Connection) -> None:
    """Start logging the changes of FOLLOWED_TABLES."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
        for table in FOLLOWED_TABLES:
            connection.execute(DDL(_POSTGRES_TRIGGER, context={"table": table}))
        return
    for table in FOLLOWED_TABLES:
        for op, (event, row) in _OPERATIONS.items():
            context = {"table": table, "op": op, "event": event, "row": row}
            connection.execute(DDL(_SQLITE_TRIGGER, context=context))


def drop_triggers(connection: Connection) -> None:
    """Stop logging: only for a bulk fill of a store that nothing follows yet."""
    for table in FOLLOWED_TABLES:
        if connection.dialect.name == "postgresql":
            connection.execute(DDL("DROP TRIGGER IF EXISTS log_%(table)s ON %(table)s", context={"table": table}))
            continue
        for op in _OPERATIONS:
            connection.execute(DDL("DROP TRIGGER IF EXISTS log_%(table)s_%(op)s", context={"table": table, "op": op}))
