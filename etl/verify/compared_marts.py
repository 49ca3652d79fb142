"""Each mart against what it must hold, computed anew from the facts, with nothing written."""

from datetime import date

from sqlalchemy import Connection, cast, func, select

from etl import marts
from etl.marts import rollup
from etl.verify.differences import shown
from etl.verify.ranges import narrow
from etl.verify.trial import Found
from queries.schema import mart_partner_recent, mart_partners


def compare(connection: Connection, today: date, most: int) -> Found:
    """The rows of marts that differ. `today`: the WIB day, for a warehouse without numbers of the last days."""
    found = Found()
    as_of = connection.scalar(select(func.max(mart_partner_recent.c.as_of))) or today
    for mart, expected in [*marts.selections(as_of), (mart_partners, rollup.rollup(None))]:
        computed = expected.order_by(None).subquery()
        fresh = select(*[cast(computed.c[column.name], column.type).label(column.name) for column in mart.c])
        narrowed = narrow(connection, mart, fresh, select(mart), most)
        found.add(mart.name, narrowed.count, shown(connection, mart, narrowed, fresh, select(mart)))
    return found
