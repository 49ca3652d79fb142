"""The file source: mapping errors, encodings, quarantine, and the Olist orders where they are at hand."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import func, select

from etl.runner import Runner
from etl.sources.files import FileSource
from etl.sources.mapping import MappingError, load_mapping
from queries.engine import Warehouse
from queries.schema import MARTS, dim_partners, fct_orders, fct_tickets, key_map, quarantine
from tests.etl.conftest import Clock, contents, rebuilt_marts

ROOT = Path(__file__).parents[2]
OLIST = ROOT.parent / "shared" / "data" / "olist"
MAPPING = """
name: toko
inputs: {sellers: {files: ["s*.csv"], columns: [id, name]}}
tables:
  dim_partners:
    - input: sellers
      columns:
        partner_id: {column: id, key_of: partner}
        full_name: {column: name}
        brand_name: {column: name}
        email: {value: ""}
        phone: {value: ""}
        city: {value: ""}
        joined_at: {value: "2022-01-01 00:00:00"}
        problem_status: {value: 0}
        updated_at: {value: "2022-01-01 00:00:00"}
"""


def _source(folder: Path) -> FileSource:
    (folder / "m.yaml").write_text(MAPPING)
    return FileSource(load_mapping(folder / "m.yaml"), folder)


def test_text_keys_keep_their_ids_over_runs(warehouse: Warehouse, tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "s1.csv").write_bytes("id,name\nb,Jos\u00e9\n".encode("latin-1"))
    runner = Runner(warehouse, _source(tmp_path), clock)
    runner.run()
    (tmp_path / "s0.csv").write_text("\ufeffid,name\na,Ani\nc,\n")
    runner.run()
    assert runner.run().mode == "nothing"
    with warehouse.read() as connection:
        names = dict(connection.execute(select(dim_partners.c.full_name, dim_partners.c.partner_id)).all())
        reasons = connection.scalars(select(quarantine.c.reason)).all()
    assert names == {"José": 1_000_000_000, "Ani": 1_000_000_001}
    assert reasons == ["empty, and it must be filled"]


@pytest.mark.parametrize("suffix", ["xlsx", "parquet", "csv"])
def test_every_kind_of_file_lands_the_same_rows(
    warehouse: Warehouse, tmp_path: Path, clock: Clock, suffix: str
) -> None:
    rows = pd.DataFrame({"id": ["a", "b", "007"], "name": ["Ani 🌸", 'Budi; "Jaya"', "Ünï"], "extra": [1, 2, 3]})
    path = tmp_path / f"s1.{suffix}"
    {"xlsx": rows.to_excel, "parquet": rows.to_parquet, "csv": rows.to_csv}[suffix](path, index=False)
    (tmp_path / "m.yaml").write_text(MAPPING.replace("s*.csv", f"s*.{suffix}"))
    Runner(warehouse, FileSource(load_mapping(tmp_path / "m.yaml"), tmp_path), clock).run()
    with warehouse.read() as connection:
        names = set(connection.scalars(select(dim_partners.c.full_name)))
        keys = set(connection.scalars(select(key_map.c.natural_key)))
        assert connection.scalar(select(func.count()).select_from(quarantine)) == 0
    assert names == {"Ani 🌸", 'Budi; "Jaya"', "Ünï"}
    assert keys == {"a", "b", "007"}


def test_a_missing_column_is_named(warehouse: Warehouse, tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "s1.csv").write_text("id,label\na,Ani\n")
    with pytest.raises(MappingError, match=r"s1\.csv.*no column name.*id, label"):
        Runner(warehouse, _source(tmp_path), clock).run()


def test_a_missing_file_is_named(warehouse: Warehouse, tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(MappingError, match=r"no file s\*\.csv"):
        Runner(warehouse, _source(tmp_path), clock).run()


def test_a_mapping_with_an_unknown_time_zone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(MAPPING.replace("{value: 0}", "{value: 0, time_zone: Mars/Base}"))
    with pytest.raises(MappingError, match="Mars/Base"):
        load_mapping(tmp_path / "m.yaml")


TIMES = (
    "order_purchase_timestamp",
    "order_approved_at",
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
)
STEPS_TAKEN = {"invoiced": 2, "processing": 2, "shipped": 3, "delivered": 4}


def _has_events_in_order(row: dict[str, str]) -> bool:
    """Whether every step that an order of this status must have taken has a time, none before the one before it."""
    times = [row[name] for name in TIMES[: STEPS_TAKEN.get(row["order_status"], 1)]]
    return all(times) and times == sorted(times)


@pytest.mark.skipif(not OLIST.exists(), reason="the Olist files are not here")
def test_olist_orders_land(warehouse: Warehouse, clock: Clock) -> None:
    Runner(warehouse, FileSource(load_mapping(ROOT / "docs/examples/olist.yaml"), OLIST), clock).run()
    with (OLIST / "olist_orders_dataset.csv").open(encoding="utf-8") as lines:
        orders = list(csv.DictReader(lines))
    with (OLIST / "olist_order_reviews_dataset.csv").open(encoding="utf-8") as lines:
        reviews = {row["review_id"] for row in csv.DictReader(lines) if row["review_score"] in ("1", "2")}
    bad = {
        row["order_id"]
        for row in orders
        if (row["order_status"] == "delivered" and not row["order_delivered_customer_date"])
        or (
            row["order_delivered_carrier_date"]
            and row["order_delivered_carrier_date"] < row["order_purchase_timestamp"]
        )
        or (row["order_status"] in ("shipped", "delivered")) != bool(row["order_delivered_carrier_date"])
        or not _has_events_in_order(row)
    }
    with warehouse.read() as connection:
        landed = set(connection.scalars(select(fct_orders.c.order_no)))
        states = dict(connection.execute(select(fct_orders.c.state, func.count()).group_by(fct_orders.c.state)).all())
        assert landed == {row["order_id"] for row in orders} - bad
        canceled = {row["order_id"] for row in orders if row["order_status"] in ("canceled", "unavailable")}
        assert states["Batal"] == len(canceled - bad)
        assert connection.scalar(select(func.count()).select_from(fct_tickets)) == len(reviews)
        set_aside = connection.scalars(select(quarantine.c.row_key).where(quarantine.c.job == "fct_orders")).all()
        assert len(set_aside) == len(bad)
        assert connection.scalar(select(func.min(fct_orders.c.order_id))) >= 1_000_000_000
    assert contents(warehouse, MARTS) == rebuilt_marts(warehouse)
