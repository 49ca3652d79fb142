"""Verifications at night: when, of what, and what is remembered."""

import shutil
import threading
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from api.kernel.db import make_engine
from etl.files_again import source_again
from etl.runner import Runner
from etl.sources.base import Origin, SourceUnavailable
from etl.sources.files import FileSource
from etl.sources.mapping import MappingError, load_mapping
from etl.sources.sql import SqlSource, remembered
from etl.state import origins
from etl.stores_again import store_again
from etl.verify.nightly import Nightly, next_night, verified
from queries import health
from queries.engine import Warehouse
from queries.schema import dim_partners, etl_differences, etl_verifications, fct_orders
from tests.etl import rows
from tests.etl.conftest import Clock
from tests.etl.damages import damage
from tests.etl.test_files import MAPPING


def files(warehouse: Warehouse, clock: Clock, folder: Path) -> Runner:
    """A file source of two partners, named as its folder."""
    folder.mkdir()
    (folder / "m.yaml").write_text(MAPPING.replace("name: toko", f"name: {folder.name}"))
    (folder / "s1.csv").write_text("id,name\na,Ani\nb,Budi\n")
    return Runner(warehouse, FileSource(load_mapping(folder / "m.yaml"), folder, folder / "m.yaml"), clock)


def landed(warehouse: Warehouse) -> dict[str, Origin]:
    with warehouse.read() as connection:
        return origins(connection)


def a_night(runner: Runner, clock: Clock, sources: int) -> dict[str, Any]:
    """The newest verification of each source, once there is one of so many."""
    night = Nightly(runner, time(2), look=0.01)
    night.start()
    try:
        clock.at += timedelta(days=1)
        found: dict[str, Any] = {}
        while len(found) < sources:
            with runner.warehouse.read() as connection:
                found = {row["source"]: row for row in health.last_verifications(connection).to_dict("records")}
    finally:
        night.stop()
    return found


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2022, 11, 14, 18, 59, tzinfo=UTC), datetime(2022, 11, 14, 19, tzinfo=UTC)),
        (datetime(2022, 11, 14, 19, tzinfo=UTC), datetime(2022, 11, 15, 19, tzinfo=UTC)),
        (datetime(2022, 11, 30, 20, tzinfo=UTC), datetime(2022, 12, 1, 19, tzinfo=UTC)),
    ],
)
def test_the_night_is_that_of_jakarta(now: datetime, due: datetime) -> None:
    assert next_night(now, time(2)) == due


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_every_night_the_source_is_verified_and_what_differs_is_remembered(busy: Runner, clock: Clock) -> None:
    damage(busy, update(fct_orders).where(fct_orders.c.order_id == 1).values(qty=7))
    assert a_night(busy, clock, 1)["store"]["status"] == "differs"
    with busy.warehouse.read() as connection:
        shown = connection.execute(select(etl_differences.c.row_key, etl_differences.c.warehouse_value)).all()
    assert ("1", "7") in [tuple(row) for row in shown]


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_every_night_each_source_of_files_is_verified_as_well(runner: Runner, clock: Clock, tmp_path: Path) -> None:
    runner.run()
    for name in ("bagus", "cahaya", "dewi"):
        files(runner.warehouse, clock, tmp_path / name).run()
    (tmp_path / "bagus").rename(tmp_path / "elsewhere")
    (tmp_path / "cahaya" / "m.yaml").write_text("name: cahaya\ninputs: {sellers: {file: 1}}\n")
    wrong = update(dim_partners).where(dim_partners.c.source == "dewi", dim_partners.c.full_name == "Budi")
    damage(runner, wrong.values(updated_at=datetime(2022, 2, 2)))
    found = a_night(runner, clock, 4)
    assert {name: row["status"] for name, row in found.items()} == {
        "store": "agrees",
        "bagus": "failed",
        "cahaya": "failed",
        "dewi": "differs",
    }
    place = tmp_path / "bagus"
    give = f"give its files again: `python -m etl run --source files --mapping {place / 'm.yaml'} --path {place}`"
    assert found["bagus"]["error"] == f"{place / 'm.yaml'} of bagus is not there any more; put it back, or {give}"
    assert "m.yaml line 2: " in found["cahaya"]["error"]
    assert found["cahaya"]["error"].endswith(f"--path {tmp_path / 'cahaya'}`")
    assert found["dewi"]["rows_differing"] == 1


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_every_night_another_store_that_was_landed_by_its_url_is_verified_as_well(
    warehouse: Warehouse, store_engine: Engine, store_url: str, clock: Clock, sqlite_template: Path, tmp_path: Path
) -> None:
    other = shutil.copy(sqlite_template, tmp_path / "other.sqlite")
    engine = make_engine(f"sqlite:///{other}")
    with engine.begin() as connection:
        rows.fill(connection)
    Runner(warehouse, SqlSource(engine, f"sqlite:///{other}", name="sql"), clock).run()
    engine.dispose()
    followed = Runner(warehouse, SqlSource(store_engine, store_url), clock)
    followed.run()
    damage(followed, update(fct_orders).where(fct_orders.c.order_id == 1).values(qty=7))
    found = a_night(followed, clock, 2)
    assert {name: (row["status"], row["rows_differing"]) for name, row in found.items()} == {
        "store": ("agrees", 0),
        "sql": ("differs", 1),
    }
    Path(other).unlink()
    with pytest.raises(SourceUnavailable, match=r"no store at .*other\.sqlite.*python -m etl verify --url URL"):
        store_again("sql", landed(warehouse)["sql"]).__enter__()


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("postgresql+psycopg://a:rahasia@db/toko?sslmode=require", "postgresql+psycopg://a@db/toko?sslmode=require"),
        ("mysql+pymysql://a@db/toko?password=rahasia&charset=utf8mb4", "mysql+pymysql://a@db/toko?charset=utf8mb4"),
        ("sqlite:////data/toko.sqlite", "sqlite:////data/toko.sqlite"),
    ],
)
def test_no_password_is_remembered(url: str, kept: str) -> None:
    assert remembered(url) == kept


def test_the_followed_files_are_verified_once(warehouse: Warehouse, clock: Clock, tmp_path: Path) -> None:
    toko = files(warehouse, clock, tmp_path / "toko")
    toko.run()
    assert a_night(toko, clock, 1)["toko"]["status"] == "agrees"
    with warehouse.read() as connection:
        assert len(connection.execute(select(etl_verifications)).all()) == 1


def test_files_that_may_not_be_looked_at_are_told_so(
    warehouse: Warehouse, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(warehouse, clock, tmp_path / "toko").run()

    def refused(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "exists", refused)
    with pytest.raises(MappingError, match=r"of toko cannot be read \(Permission denied\); give this user the right"):
        source_again("toko", landed(warehouse)["toko"])


def test_files_that_moved_are_read_where_they_were_given_again(
    warehouse: Warehouse, clock: Clock, tmp_path: Path
) -> None:
    files(warehouse, clock, tmp_path / "toko").run()
    moved = (tmp_path / "toko").rename(tmp_path / "elsewhere")
    given = FileSource(load_mapping(moved / "m.yaml"), moved, moved / "m.yaml")
    assert Runner(warehouse, given, clock).run().mode == "nothing"
    assert source_again("toko", landed(warehouse)["toko"]).origin() == given.origin()


def test_no_time_is_no_night(busy: Runner) -> None:
    night = Nightly(busy, None)
    night.start()
    assert "etl-verifier" not in [thread.name for thread in threading.enumerate()]
    night.stop()


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_second_verification_is_refused_while_one_runs(runner: Runner) -> None:
    runner.run()
    with runner.warehouse.verifying, pytest.raises(SourceUnavailable, match="another verification"):
        verified(runner)
    assert verified(runner).last.agrees
