import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from queries.engine import Warehouse, WarehouseUnavailable, duckdb_cursor
from queries.schema import metadata


def test_a_file_held_by_another_process_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(WarehouseUnavailable, match="in use by another process"):
            Warehouse(path)
        other.communicate("")


def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(WarehouseUnavailable, match=r"cannot be read .* move the file away"):
        Warehouse(path)


def test_every_table_states_its_grain_and_a_key_it_has() -> None:
    for table in metadata.sorted_tables:
        assert table.info["grain"]
        assert set(table.info["key"]) <= set(table.columns.keys())


def test_readers_keep_their_view_while_a_writer_works(warehouse: Warehouse) -> None:
    table = metadata.tables["mart_ticket_days"]
    with warehouse.write() as writer:
        writer.execute(table.insert().values(day=date(2022, 10, 5), courier="JNE", tickets=1))
        with warehouse.read() as reader:
            assert reader.execute(table.select()).all() == []
    with warehouse.read() as reader:
        assert len(reader.execute(table.select()).all()) == 1


def test_a_write_that_raises_leaves_nothing(warehouse: Warehouse) -> None:
    table = metadata.tables["mart_ticket_days"]

    def fail_half_way() -> None:
        with warehouse.write() as writer:
            writer.execute(table.insert().values(day=date(2022, 10, 5), courier="JNE", tickets=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with warehouse.read() as reader:
        assert reader.execute(table.select()).all() == []


def test_bulk_statements_share_the_transaction(warehouse: Warehouse) -> None:
    with warehouse.write() as writer:
        duckdb_cursor(writer).execute("INSERT INTO mart_ticket_days VALUES ('2022-10-05', 'JNE', 2)")
        with warehouse.read() as reader:
            assert reader.scalar(metadata.tables["mart_ticket_days"].select()) is None
        assert writer.scalar(metadata.tables["mart_ticket_days"].select()) == date(2022, 10, 5)
