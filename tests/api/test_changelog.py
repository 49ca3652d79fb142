from datetime import datetime

import pytest
from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, delete, inspect, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from api.kernel import changelog
from api.kernel.migrate import upgrade
from api.models import Base, ChangeLog, Product, Shipment


def log_of(engine: Engine) -> list[tuple[str, int, str]]:
    with Session(engine) as session:
        rows = session.execute(select(ChangeLog.table_name, ChangeLog.row_key, ChangeLog.op).order_by(ChangeLog.id))
        return [(table, key, op) for table, key, op in rows]


def jne(now: datetime) -> Shipment:
    return Shipment(id=7, code="JNE", name="JNE", updated_at=now)


def test_insert_update_and_delete_are_logged_also_from_bulk_statements(store_engine: Engine, now: datetime) -> None:
    with Session(store_engine) as session, session.begin():
        session.add(jne(now))
    with Session(store_engine) as session, session.begin():
        session.execute(update(Shipment).values(name="JNE Express"))
        session.execute(delete(Shipment))
    assert log_of(store_engine) == [("shipments", 7, "I"), ("shipments", 7, "U"), ("shipments", 7, "D")]


def test_a_change_that_is_rolled_back_leaves_no_log(store_engine: Engine, now: datetime) -> None:
    with Session(store_engine) as session:
        session.add(jne(now))
        session.flush()
        session.rollback()
    assert log_of(store_engine) == []


def test_without_triggers_nothing_is_logged(store_engine: Engine, now: datetime) -> None:
    with Session(store_engine) as session, session.begin():
        changelog.drop_triggers(session.connection())
        session.add(jne(now))
    assert log_of(store_engine) == []


def test_a_trigger_that_a_migration_lost_is_back_after_the_upgrade(
    store_engine: Engine, store_url: str, now: datetime
) -> None:
    with store_engine.begin() as connection:
        assert changelog.ensure(connection) == []
        changelog.drop_triggers(connection)
    upgrade(store_url)
    with Session(store_engine) as session, session.begin():
        assert changelog.ensure(session.connection()) == []
        session.add(jne(now))
    assert log_of(store_engine) == [("shipments", 7, "I")]


def test_a_followed_table_without_an_id_is_refused() -> None:
    metadata = MetaData()
    Table("rates", metadata, Column("code", String, primary_key=True), info={"followed": True})
    with pytest.raises(TypeError, match="rates cannot be followed"):
        changelog.followed_tables(metadata)


def test_migrating_again_changes_nothing_and_the_models_match(store_engine: Engine, store_url: str) -> None:
    upgrade(store_url)
    inspector = inspect(store_engine)
    for table in Base.metadata.sorted_tables:
        assert {column["name"] for column in inspector.get_columns(table.name)} == set(table.columns.keys())
    assert set(changelog.followed_tables()) <= set(inspector.get_table_names())


def test_the_database_refuses_unknown_references_and_naive_times(store_engine: Engine, now: datetime) -> None:
    with Session(store_engine) as session:
        session.add(Product(partner_id=404, name="x", sku="x", price=1, weight=1, created_at=now, updated_at=now))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
        session.add(Shipment(code="POS", name="POS", updated_at=now.replace(tzinfo=None)))
        with pytest.raises(StatementError, match="give it a time zone"):
            session.flush()


def old_trigger(connection: Connection) -> str:
    """The trigger of updates as the first version made it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("COMMENT ON TRIGGER log_shipments ON shipments IS NULL"))
        return "log_shipments"
    connection.execute(text("DROP TRIGGER log_shipments_U"))
    connection.execute(
        text("CREATE TRIGGER log_shipments_U AFTER UPDATE ON shipments BEGIN "
             "INSERT INTO change_log (txid, table_name, row_key, op, changed_at) "
             "VALUES (0, 'shipments', NEW.id, 'U', '2022-11-01 00:00:00.000000'); END")
    )  # fmt: skip
    return "log_shipments_U"


def test_a_trigger_of_an_older_version_is_replaced(store_engine: Engine, now: datetime) -> None:
    with Session(store_engine) as session, session.begin():
        session.add(jne(now))
    with store_engine.begin() as connection:
        old = old_trigger(connection)
        assert changelog.ensure(connection) == [old]
        assert changelog.ensure(connection) == []
    with Session(store_engine) as session, session.begin():
        session.execute(update(Shipment).values(id=8))
    assert log_of(store_engine) == [("shipments", 7, "I"), ("shipments", 7, "D"), ("shipments", 8, "U")]


def test_a_table_that_was_not_logged_for_a_while_is_logged_whole(store_engine: Engine, now: datetime) -> None:
    with store_engine.begin() as connection:
        changelog.drop_triggers(connection)
    with Session(store_engine) as session, session.begin():
        session.add(jne(now))
    with store_engine.begin() as connection:
        changelog.ensure(connection)
    assert log_of(store_engine) == [("shipments", 0, "T")]
