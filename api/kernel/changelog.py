"""The change log that ETL follows, filled by triggers in the transaction of each change.

Triggers, not ORM events: a bulk statement or another client's write is followed too. A row that loses its key is logged
under the old one as well. What a trigger cannot name row by row is logged as op T: the whole table is to be read again.

A model is followed by `info={"followed": True}` in its `__table_args__`; with `"parent": (table, column)` beside it,
the row of that table that a changed or deleted row belonged to is logged too. No migration makes a trigger of the log:
`api.kernel.migrate.upgrade` ends with `ensure`, when every table is there. How readers follow it on each database:
docs/decisions/0014-how-sql-stores-are-followed.md.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    String,
    cast,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel import log_triggers
from api.kernel.db import Base, Key, UtcDateTime

WHOLE_TABLE = "T"


class ChangeLog(Base):
    """One change: the table, the row's key, and op I, U or D; op T with key 0 is the whole table."""

    __tablename__ = "change_log"
    __table_args__ = (Index(None, "txid", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    txid: Mapped[int] = mapped_column(BigInteger, default=0)
    table_name: Mapped[str] = mapped_column(String(40))
    row_key: Mapped[int] = mapped_column(BigInteger)
    op: Mapped[str] = mapped_column(String(1))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


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
    """Create the triggers that are missing and replace those of another version; returns their names.

    A table whose changes were not logged before is logged whole, unless it is empty: what was changed in it is unknown.
    """
    wanted = _wanted(connection)
    found = log_triggers.found(connection)
    missing = [trigger for trigger in wanted if found.get(trigger.name) != trigger.version]
    if missing:
        log_triggers.prepare(connection)
    for trigger in missing:
        log_triggers.create(connection, trigger)
    unseen = {trigger.table for trigger in missing if trigger.logs_every_row and trigger.name not in found}
    for table in sorted(unseen):
        _log_whole(connection, table)
    return [trigger.name for trigger in missing]


def install(connection: Connection) -> list[str]:
    """The log and its triggers in a store of another product with the same tables; returns the new triggers' names."""
    ChangeLog.metadata.tables[ChangeLog.__tablename__].create(connection, checkfirst=True)
    return ensure(connection)


def drop_triggers(connection: Connection) -> None:
    """Stop logging: only for a bulk fill of a store that nothing follows yet; `ensure` starts it again."""
    for trigger in _wanted(connection):
        log_triggers.drop(connection, trigger)


def transaction_id(connection: Connection) -> ColumnElement[int]:
    """What `txid` holds for a change of this transaction: PostgreSQL's id of it, 0 elsewhere."""
    if connection.dialect.name == "postgresql":
        return cast(cast(func.pg_current_xact_id(), String), BigInteger)
    return literal(0, BigInteger)


def _wanted(connection: Connection) -> list[log_triggers.Trigger]:
    tables = [Base.metadata.tables[name] for name in followed_tables()]
    return [trigger for table in tables for trigger in log_triggers.wanted(connection, table)]


def _log_whole(connection: Connection, table: str) -> None:
    if connection.scalar(select(Base.metadata.tables[table].c.id).limit(1)) is None:
        return
    row = {"txid": transaction_id(connection), "table_name": table, "row_key": 0, "op": WHOLE_TABLE}
    connection.execute(insert(ChangeLog).values(**row, changed_at=datetime.now(UTC)))
