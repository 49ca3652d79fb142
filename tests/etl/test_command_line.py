"""`python -m etl` as a person uses it: exit codes, and errors that say what to do."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import DropTable
from typer.testing import CliRunner

from api.kernel import changelog
from api.kernel.db import make_engine
from api.models import Base, Order
from etl.__main__ import app
from etl.jobs import JOBS
from etl.runner import Runner
from queries.engine import Warehouse
from settings import load_settings
from tests.etl.test_files import MAPPING


def call(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOMSHIP_DATA_DIR", str(tmp_path))
    load_settings.cache_clear()
    yield tmp_path
    load_settings.cache_clear()


@pytest.fixture
def store(folder: Path) -> Path:
    assert call("demo", "--orders", "300")[0] == 0
    return folder / "store.sqlite"


def test_status_says_how_to_begin() -> None:
    code, output = call("status")
    assert code == 1
    assert "run `python -m etl run`" in output


def test_a_landing_agrees_with_its_source_until_somebody_changes_it(store: Path) -> None:
    code, output = call("run")
    assert code == 0
    assert "first_load" in output
    code, output = call("verify")
    assert (code, output.startswith("source and warehouse agree: ")) == (0, True), output
    assert call("run")[1].strip() == "store: nothing has changed"
    with make_engine(f"sqlite:///{store}").begin() as connection:
        connection.execute(update(Order).where(Order.id == 1).values(qty=Order.qty + 5))
    assert call("verify")[0] == 0  # what was not landed yet is no difference
    assert "increment" in call("run")[1]
    with Warehouse(store.with_name("warehouse.duckdb")).raw() as cursor:
        cursor.execute("UPDATE fct_orders SET qty = 77 WHERE order_id = 1")
    code, output = call("verify")
    assert code == 1
    assert "fct_orders.qty 1: changed: source " in output
    assert ", warehouse 77" in output
    assert "fct_orders: rows that differ: 1" in output
    code, output = call("status")
    assert (code, "UTC: rows that differ: 1" in output) == (1, True), output
    code, output = call("verify", "--repair")
    assert (code, "after the repair:\nsource and warehouse agree" in output) == (0, True), output
    assert call("verify")[0] == 0
    code, output = call("status")
    assert code == 0
    assert "rows in quarantine: 0" in output
    assert "UTC: agrees with the warehouse" in output


def test_rows_carry_the_name_of_the_source_that_landed_them(store: Path) -> None:
    url = f"sqlite:///{store.parent}/./{store.name}"  # not as the settings spell it
    for command in ("run", "backfill", "backfill", "verify"):
        assert call(command, "--url", url)[0] == 0, command
    with make_engine(url).begin() as connection:
        connection.execute(update(Order).where(Order.id == 1).values(qty=Order.qty + 5))
    assert "increment" in call("run", "--url", url)[1]
    with Warehouse(store.with_name("warehouse.duckdb")).raw() as cursor:
        for job in JOBS:
            assert cursor.execute(f"SELECT DISTINCT source FROM {job.name}").fetchall() == [("sql",)], job.name


def test_status_says_which_files_to_give_again(folder: Path) -> None:
    files = folder / "files"
    files.mkdir()
    (files / "m.yaml").write_text(MAPPING)
    (files / "s1.csv").write_text("id,name\na,Ani\n")
    assert call("run", "--source", "files", "--mapping", str(files / "m.yaml"), "--path", str(files))[0] == 0
    assert call("status")[0] == 0
    with Warehouse(folder / "warehouse.duckdb").raw() as cursor:
        cursor.execute("ALTER TABLE dim_partners DROP COLUMN city")
    files.rename(folder / "elsewhere")
    call("demo", "--orders", "0")
    call("run")
    code, output = call("status")
    assert code == 1
    assert f"dim_partners lacks rows of toko: {files / 'm.yaml'} of toko is not there any more" in output
    assert f"python -m etl run --source files --mapping {files / 'm.yaml'} --path {files}" in output


def test_a_store_that_cannot_be_reached_is_named() -> None:
    code, output = call("run", "--url", "postgresql+psycopg://nobody:secret@127.0.0.1:1/none")
    assert code == 2
    assert "postgresql+psycopg://nobody:***@127.0.0.1:1/none cannot be used" in output
    assert "secret" not in output


def test_a_locked_warehouse_is_named(store: Path) -> None:
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", holder, str(store.parent / "warehouse.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "held"
        code, output = call("run")
        assert process.stdin is not None
        process.stdin.close()
    assert code == 2
    assert "warehouse.duckdb" in output
    assert "another process" in output


def test_a_damaged_warehouse_is_named_and_kept(store: Path) -> None:
    path = store.parent / "warehouse.duckdb"
    path.write_bytes(b"not a database" * 500)
    code, output = call("run")
    assert code == 2
    assert str(path) in output
    assert path.read_bytes().startswith(b"not a database")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ('id,name\na,"Ani\nb,Budi\n', "s1.csv"),
        ("", "s1.csv"),
    ],
)
def test_a_malformed_csv_is_named(folder: Path, content: str, named: str) -> None:
    (folder / "m.yaml").write_text(MAPPING)
    (folder / "s1.csv").write_text(content)
    code, output = call("run", "--source", "files", "--mapping", str(folder / "m.yaml"), "--path", str(folder))
    assert code == 1
    assert named in output


def test_a_file_source_needs_its_mapping() -> None:
    code, output = call("run", "--source", "files")
    assert code == 1
    assert "--mapping FILE and --path DIR" in output


def test_a_landed_warehouse_is_readable(store: Path) -> None:
    call("run")
    warehouse = Warehouse(store.parent / "warehouse.duckdb")
    with warehouse.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM fct_orders").scalar() == 300
    warehouse.close()


def test_a_source_gets_a_change_log_by_follow(store: Path) -> None:
    with make_engine(f"sqlite:///{store}").begin() as connection:
        changelog.drop_triggers(connection)
        connection.execute(DropTable(Base.metadata.tables["change_log"]))
    url = f"sqlite:///{store}"
    code, output = call("follow", "--url", url)
    assert code == 0
    assert "triggers made" in output
    assert call("follow", "--url", url) == (0, "the change log and its triggers are there\n")
    assert call("run", "--url", url)[0] == 0
    with make_engine(url).begin() as connection:
        connection.execute(update(Order).where(Order.id == 1).values(qty=Order.qty + 5))
    assert "increment" in call("run", "--url", url)[1]


def test_what_the_warehouse_says_stands_without_its_statement(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate")

    def fail(_runner: Runner) -> None:
        raise OperationalError("SELECT sum(subtotal) FROM fct_orders", {}, said)

    monkeypatch.setattr(Runner, "run", fail)
    code, output = call("run")
    assert (code, output.strip()) == (1, str(said))
