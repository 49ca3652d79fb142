"""The private database of file sources: what does not fit in its memory is spilled, and goes with it."""

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from etl.runner import Runner
from etl.sources import scratch
from etl.sources.files import FileSource
from etl.sources.mapping import load_mapping
from queries.engine import Warehouse, duckdb_cursor
from tests.etl.test_command_line import folder
from tests.etl.test_messy_files import order, write

__all__ = ["folder"]


def test_texts_that_do_not_fit_in_memory_are_spilled() -> None:
    with scratch.scratch(32) as connection:
        cursor = duckdb_cursor(connection)
        cursor.execute(
            "CREATE TABLE words AS SELECT hash(i)::VARCHAR || hash(i + 1)::VARCHAR AS w FROM range(1_000_000) r(i)"
        )
        spilled = cursor.execute("SELECT sum(size) FROM duckdb_temporary_files()").fetchone()
        assert spilled is not None
        assert spilled[0] > 0
        assert cursor.execute("SELECT count(DISTINCT w) > 0 FROM words USING SAMPLE 1000 ROWS").fetchone() == (True,)


def test_the_least_of_the_limits_counts_until_each_block_ends(warehouse: Warehouse) -> None:
    limit = text("SELECT current_setting('memory_limit')")

    def limits() -> str:
        with warehouse.read() as connection:
            return str(connection.scalar(limit))

    before, first, second = limits(), ExitStack(), ExitStack()
    first.enter_context(warehouse.sparing(64))
    assert limits() == "61.0 MiB"
    second.enter_context(warehouse.sparing(128))
    assert limits() == "61.0 MiB"
    first.close()
    assert limits() == "122.0 MiB"
    second.close()
    assert limits() == before


def test_the_warehouse_has_its_memory_and_threads_again_after_files_landed(folder: Path) -> None:
    write(folder, [order("A1")])
    source = FileSource(load_mapping(folder / "m.yaml"), folder / "files")
    warehouse = Warehouse(folder / "again.duckdb")
    warehouse.create_tables()
    settings = text("SELECT current_setting('memory_limit'), current_setting('threads')")
    with warehouse.read() as connection:
        before = connection.execute(settings).one()
    report = Runner(warehouse, source, lambda: datetime(2022, 11, 1, tzinfo=UTC)).run()
    with warehouse.read() as connection:
        assert connection.execute(settings).one() == before
    warehouse.close()
    assert report.landed > 0
