"""Text keys of files become ids that are kept for ever in the warehouse's key map."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import BigInteger, Connection, FromClause, String, and_, column, func, insert, literal, select, table

from etl.staging import registered
from queries.schema import key_map

FIRST_SURROGATE = 1_000_000_000


def learn(connection: Connection, source: str, kind: str, keys: pa.RecordBatchReader) -> None:
    """Give ids to keys (columns natural_key, place) that have none, in the order of their places."""
    with registered(connection, "incoming_keys", keys):
        incoming = table("incoming_keys", column("natural_key", String), column("place", BigInteger))
        known = select(key_map.c.natural_key).where(key_map.c.source == source, key_map.c.kind == kind)
        top = connection.scalar(select(func.max(key_map.c.id))) or FIRST_SURROGATE - 1
        number = func.row_number().over(order_by=(incoming.c.place, incoming.c.natural_key))
        new = select(literal(source), literal(kind), incoming.c.natural_key, literal(top) + number).where(
            incoming.c.natural_key.not_in(known)
        )
        connection.execute(insert(key_map).from_select([c.name for c in key_map.c], new))


def with_ids(rows: FromClause, source: str, kinds: dict[str, str], names: Sequence[str]) -> Any:
    """The rows with the ids of their keys; `kinds`: which columns are keys, and of what kind."""
    relation: Any = rows
    columns = []
    for name in names:
        if name not in kinds:
            columns.append(rows.c[name])
            continue
        ids = key_map.alias(f"ids_{name}")
        mine = and_(ids.c.source == source, ids.c.kind == kinds[name], ids.c.natural_key == rows.c[name])
        relation = relation.outerjoin(ids, mine)
        columns.append(ids.c.id.label(name))
    return select(*columns).select_from(relation)
