"""The change log that ETL follows, filled by triggers in the transaction of each change.

Triggers, not ORM events: a bulk statement or another client's write is followed too.
On SQLite writers are serial, so `id` is the order of commits. On PostgreSQL ids are drawn before the commit, so a
reader takes the rows whose `txid` is below the oldest transaction still running: nothing can later appear below it.

A model is followed by `info={"followed": True}` in its `__table_args__`. No migration makes a trigger of the log:
`api.kernel.migrate.upgrade` ends with `ensure`, when every table is there.
"""

from datetime import datetime

from sqlalchemy import DDL, BigInteger, Connection, Index, MetaData, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, UtcDateTime


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

_SQLITE_TRIGGERS = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
_POSTGRES_TRIGGERS = text(
    "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace"
)


def followed_tables(metadata: MetaData = Base.metadata) -> tuple[str, ...]:
    """The tables whose models carry `info={"followed": True}`; the caller has imported the models.

    Raises:
        TypeError: a followed table has no `id`, which is what the log keeps of a row.
    """
    followed = [table for table in metadata.sorted_tables if table.info.get("followed")]
    for table in followed:
        if "id" not in table.c:
            raise TypeError(f"{table.name} cannot be followed: the change log keeps the column id, which it has not")
    return tuple(table.name for table in followed)


def ensure(connection: Connection) -> list[str]:
    """Create the triggers that are missing, those that a migration lost too; returns their names."""
    is_postgres = connection.dialect.name == "postgresql"
    present = set(connection.scalars(_POSTGRES_TRIGGERS if is_postgres else _SQLITE_TRIGGERS))
    missing = {name: ddl for name, ddl in _triggers(is_postgres).items() if name not in present}
    if missing and is_postgres:
        connection.execute(text(_POSTGRES_FUNCTION))
    for ddl in missing.values():
        connection.execute(ddl)
    return list(missing)


def drop_triggers(connection: Connection) -> None:
    """Stop logging: only for a bulk fill of a store that nothing follows yet; `ensure` starts it again."""
    for table in followed_tables():
        if connection.dialect.name == "postgresql":
            connection.execute(DDL("DROP TRIGGER IF EXISTS log_%(table)s ON %(table)s", context={"table": table}))
            continue
        for op in _OPERATIONS:
            connection.execute(DDL("DROP TRIGGER IF EXISTS log_%(table)s_%(op)s", context={"table": table, "op": op}))


def _triggers(is_postgres: bool) -> dict[str, DDL]:
    """The statement of each trigger, by name."""
    if is_postgres:
        return {f"log_{table}": DDL(_POSTGRES_TRIGGER, context={"table": table}) for table in followed_tables()}
    return {
        f"log_{table}_{op}": DDL(_SQLITE_TRIGGER, context={"table": table, "op": op, "event": event, "row": row})
        for table in followed_tables()
        for op, (event, row) in _OPERATIONS.items()
    }
