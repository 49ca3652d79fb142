"""Every way to the newest schema: from nothing, and from a store of each older revision that holds data."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Column, Connection, Engine, MetaData, String, Table, func, insert, select, update
from sqlalchemy.orm import Session

from api.kernel import changelog, migrate
from api.kernel.db import Key, make_engine
from api.models import Base, ChangeLog, Partner
from tests.stores import Stores

SCRIPTS = ScriptDirectory.from_config(migrate.config_for("sqlite://"))
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()][::-1]
ROWS = 2  # of each table
FILLED_BY_THE_STORE = {
    "alembic_version", "audit_head", "change_log", "ledger_imbalances", "ledger_zero", "store_identity",
}  # fmt: skip
# what rules of the store ask for; every other value follows from the type of its column
RULED: dict[str, dict[str, Any]] = {
    "orders": {"state": "Diajukan"},
    "ledger_entries": {"transaction_id": 1, "amount": lambda number: 5 if number == 1 else -5},
    "payout_batches": {"checker_id": None},
    "payout_rows": {"state": "proposed"},
}


@pytest.fixture(params=["sqlite", "postgresql"])
def blank_url(request: pytest.FixtureRequest, stores: Stores, tmp_path: Path) -> str:
    """The URL of a store without any table."""
    return stores.postgresql.blank() if request.param == "postgresql" else f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def blank_engine(blank_url: str) -> Iterator[Engine]:
    engine = make_engine(blank_url)
    yield engine
    engine.dispose()


def fill(connection: Connection) -> dict[str, int]:
    """Rows in every table, whatever the tables of this revision are; the number of rows of each."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if table.name not in FILLED_BY_THE_STORE:
            connection.execute(insert(table), [_row(table, number) for number in range(1, ROWS + 1)])
    return {table.name: count(connection, table) for table in metadata.sorted_tables}


def _row(table: Table, number: int) -> dict[str, Any]:
    ruled = RULED.get(table.name, {})
    row = {column.name: ruled.get(column.name, _value(column, number)) for column in table.columns}
    return {name: value(number) if callable(value) else value for name, value in row.items()}


def _value(column: Column[Any], number: int) -> Any:
    if column.foreign_keys:
        return number
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, String):
        return f"{column.name}{number}"[-(column.type.length or 30) :]
    plain = {bool: False, int: number, date: date(2022, 11, 1), datetime: datetime(2022, 11, 1, 3)}
    return plain[column.type.python_type]


def count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def test_a_fresh_store_has_what_the_models_say(blank_url: str, blank_engine: Engine) -> None:
    migrate.upgrade(blank_url)
    with blank_engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert changelog.ensure(connection) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_store_of_an_older_revision_keeps_its_rows(blank_url: str, blank_engine: Engine, revision: str) -> None:
    command.upgrade(migrate.config_for(blank_url), revision)
    with blank_engine.begin() as connection:
        before = fill(connection)
    assert sum(before.values()) > 2 * ROWS
    migrate.upgrade(blank_url)
    with Session(blank_engine) as session:
        for name, rows in before.items():
            if name in Base.metadata.tables and name != ChangeLog.__tablename__:
                assert count(session.connection(), Base.metadata.tables[name]) >= rows, name
        for mapper in Base.registry.mappers:
            session.scalars(select(mapper.class_)).all()
        logged = session.scalar(select(func.max(ChangeLog.id))) or 0
        session.execute(update(Partner).where(Partner.id == 1).values(full_name="Ayu"))
        found = session.execute(select(ChangeLog.table_name, ChangeLog.row_key).where(ChangeLog.id > logged))
        assert [tuple(row) for row in found] == [("partners", 1)]


LATER = """
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "later", "{head}", None, None


def upgrade() -> None:
    op.create_table("rates", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(20)))


def downgrade() -> None:
    op.drop_table("rates")
"""


@pytest.fixture
def later_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """A model that is followed, and the migration that makes its table."""
    (tmp_path / "later.py").write_text(LATER.format(head=REVISIONS[-1]))
    plain = migrate.config_for

    def with_later(url: str) -> Config:
        config = plain(url)
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", f"{migrate.MIGRATIONS / 'versions'}\n{tmp_path}")
        return config

    monkeypatch.setattr(migrate, "config_for", with_later)
    monkeypatch.setattr(migrate, "newest", lambda: "later")
    table = Table(
        "rates", Base.metadata, Column("id", Key, primary_key=True), Column("name", String), info={"followed": True}
    )
    yield table
    Base.metadata.remove(table)


@pytest.mark.parametrize("start", ["nothing", "a store of the revision before"])
def test_a_new_followed_table_breaks_no_store(
    blank_url: str, blank_engine: Engine, later_table: Table, start: str
) -> None:
    if start != "nothing":
        command.upgrade(migrate.config_for(blank_url), REVISIONS[-1])
    migrate.upgrade(blank_url)
    with blank_engine.begin() as connection:
        connection.execute(insert(later_table).values(id=3, name="JNE"))
        assert connection.execute(select(ChangeLog.table_name, ChangeLog.row_key)).all() == [("rates", 3)]
