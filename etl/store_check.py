"""At a start: whether the store is the one that the warehouse was filled from."""

from dataclasses import dataclass

from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import DBAPIError

from api.kernel import store_identity
from api.kernel.db import make_engine
from api.models import User
from etl.sources.base import SourceReplaced
from etl.state import holds_rows, state_of
from queries.engine import Warehouse
from queries.freshness import STORE


@dataclass(frozen=True, slots=True)
class _Store:
    uuid: str | None
    is_empty: bool


def refuse_another_store(warehouse: Warehouse, url: str) -> None:
    """Before a store is made or filled: refuse an empty or another one beside a warehouse that knows its store.

    A store that cannot be read is left to whoever opens it.

    Raises:
        SourceReplaced: what is beside what, and what to do.
    """
    with warehouse.read() as connection:
        state = state_of(connection, STORE)
        if state.watermark is None or not holds_rows(connection, STORE):
            return
    engine = make_engine(url)
    try:
        found = _found(engine)
    except DBAPIError:
        return
    finally:
        engine.dispose()
    known = state.origin.store_id
    if known is not None and found.uuid == known:
        return
    shown = engine.url.render_as_string(hide_password=True)
    if found.is_empty:
        raise SourceReplaced(
            f"the store {shown} is missing or empty, and the warehouse {warehouse.path} was filled from another one: "
            "put that store back or correct KOMSHIP_DATABASE_URL; to begin anew, move the warehouse file away"
        )
    if known is not None:
        raise SourceReplaced(
            f"the warehouse {warehouse.path} was filled from another store than {shown}: correct "
            "KOMSHIP_DATABASE_URL, or run `python -m etl backfill` to land this store instead"
        )


def _found(engine: Engine) -> _Store:
    path = store_identity.sqlite_file(engine)
    if (
        path is not None and path.parent.exists() and (not path.exists() or path.stat().st_size == 0)
    ):  # to connect would make it
        return _Store(None, is_empty=True)
    with engine.connect().execution_options(read_only=True) as connection:
        if not inspect(connection).has_table(User.__tablename__):
            return _Store(None, is_empty=True)
        is_empty = connection.scalar(select(User.id).limit(1)) is None
        return _Store(store_identity.read(connection), is_empty)
