"""Everything landed straight, with wrong rows taken back, is what landing it through staging gives."""

from typing import Any

import pytest

from etl.runner import Runner
from etl.sources.sql import SqlSource
from queries.engine import Warehouse
from queries.schema import DIMENSIONS, FACTS, MARTS, quarantine
from tests.oracle.histories import History
from tests.stores import Store, Stores

WRONG_CHAIN = 40_000  # a seed


def landed(store: Store, history: History, *, is_straight: bool) -> tuple[dict[str, list[Any]], list[Any]]:
    """The rows of every table but for the run that landed them, and what each job did."""
    warehouse, source = Warehouse(":memory:"), SqlSource(store.engine, store.url)
    source.unique_keys = is_straight
    warehouse.create_tables()
    report = Runner(warehouse, source, lambda: history.now).run()
    with warehouse.read() as connection:
        rows = {
            table.name: sorted(
                tuple(str(value) for name, value in row._mapping.items() if name not in {"run_id", "rejected_at"})
                for row in connection.execute(table.select())
            )
            for table in (*DIMENSIONS, *FACTS, *MARTS, quarantine)
        }
    warehouse.close()
    return rows, report.jobs


@pytest.mark.parametrize("seed", range(40_000, 40_008))
def test_both_ways_land_the_same(stores: Stores, seed: int) -> None:
    store, history = stores.on("sqlite"), History(seed)
    store.empty()
    for change in history.portions():
        with store.engine.begin() as connection:
            change(connection)
    straight, staged = (landed(store, history, is_straight=is_straight) for is_straight in (True, False))
    assert straight == staged


def test_a_wrong_chain_is_no_reason_to_begin_again(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    store, history = stores.on("sqlite"), History(WRONG_CHAIN)
    store.empty()
    with store.engine.begin() as connection:
        history.begin(connection)
    monkeypatch.setattr("etl.runner.land_all", lambda *_arguments: pytest.fail("everything was landed again"))
    _rows, jobs = landed(store, history, is_straight=True)
    assert {job.job: job.quarantined for job in jobs}["fct_order_events"]
