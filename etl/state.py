"""What the warehouse remembers of a source: how far it is landed, which one it is, and which tables are due."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, or_, select, update

from etl.sources.base import Origin, Position
from queries.schema import DIMENSIONS, FACTS, due_tables, etl_state
from queries.schema.changes import COMPUTED


@dataclass(frozen=True, slots=True)
class State:
    """`due`: tables that were made anew and lack the rows of this source; `marts_due`: a mart was made anew."""

    watermark: str | None
    change_seq: int | None
    origin: Origin
    due: frozenset[str]
    marts_due: bool


def state_of(connection: Connection, source: str) -> State:
    """What is known of a source."""
    known = connection.execute(select(etl_state).where(etl_state.c.source == source)).first()
    due = connection.execute(
        select(due_tables.c.source, due_tables.c.table_name).where(due_tables.c.source.in_([source, COMPUTED]))
    ).all()
    return State(
        watermark=None if known is None else known.watermark,
        change_seq=None if known is None else known.change_seq,
        origin=Origin() if known is None else _origin(known),
        due=frozenset(name for of, name in due if of == source),
        marts_due=any(of == COMPUTED for of, _name in due),
    )


def _origin(known: Any) -> Origin:
    return Origin(known.store_id, known.mapping_file, known.folder, known.url)


def origins(connection: Connection) -> dict[str, Origin]:
    """Where each source was landed from, by its name; also of one whose rows were all lost."""
    known = connection.execute(select(etl_state).order_by(etl_state.c.source))
    return {row.source: _origin(row) for row in known}


def write_position(
    connection: Connection, source: str, position: Position, origin: Origin, *, landed_at: datetime, changed: bool
) -> None:
    """How far a source is landed now, in the transaction of the landing. `landed_at`: when its snapshot was taken."""
    version = connection.scalar(select(etl_state.c.data_version).where(etl_state.c.source == source)) or 0
    connection.execute(delete(etl_state).where(etl_state.c.source == source))
    connection.execute(
        insert(etl_state).values(
            source=source,
            watermark=position.watermark,
            change_seq=position.change_seq,
            pending=json.dumps(position.pending),
            landed_at=landed_at,
            data_version=version + (1 if changed else 0),
            store_id=origin.store_id,
            mapping_file=origin.mapping_file,
            folder=origin.folder,
            url=origin.url,
        )
    )


def count_change(connection: Connection, source: str | None = None) -> None:
    """The data of a source, or of all of them, changed without a new position."""
    grown = update(etl_state).values(data_version=etl_state.c.data_version + 1)
    connection.execute(grown if source is None else grown.where(etl_state.c.source == source))


def settle(connection: Connection, source: str, tables: list[str]) -> None:
    """Tables of a source are landed again, and with them every mart is computed."""
    mine = (due_tables.c.source == source) & due_tables.c.table_name.in_(tables)
    connection.execute(delete(due_tables).where(or_(mine, due_tables.c.source == COMPUTED)))


def holds_rows(connection: Connection, source: str) -> bool:
    """Whether anything of a source is landed."""

    def of_source(table: Table) -> ColumnElement[bool]:
        return select(table).where(table.c.source == source).exists()

    return bool(connection.scalar(select(or_(*[of_source(table) for table in (*DIMENSIONS, *FACTS)]))))
