"""Events of an order form one chain: what lands, what is repeated, what waits, and that pages agree with the orders."""

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from api.kernel.db import make_engine
from api.models import Order, OrderEvent
from etl import chain, checks
from etl.jobs import JOBS
from etl.runner import Runner
from etl.sources.sql import SqlSource
from etl.verify import compare
from queries import reliability
from queries.engine import Warehouse
from queries.schema import MARTS, etl_runs, fct_order_events, fct_orders, fct_pickups, mart_order_days, quarantine
from queries.wib import Period, business_day
from tests.etl import rows
from tests.etl.conftest import Clock, contents

TARGETS = tuple(job.target for job in JOBS)
D, P, K, T, R, RD, B = "Diajukan", "Dipacking", "Dikirim", "Diterima", "Retur", "Retur Diterima", "Batal"
START = [(1, None, D), (2, D, P), (3, P, K)]


@pytest.mark.parametrize(
    ("events", "ends", "repeated", "problems"),
    [
        ([*START, (4, K, T)], T, [], {}),
        ([*START, (4, K, R), (5, R, RD)], RD, [], {}),
        ([(1, None, D), (2, D, B)], B, [], {}),
        ([(1, None, D), (2, D, P), (3, P, B)], B, [], {}),
        ([*START, (4, D, P), (9, None, D)], K, [4, 9], {}),
        ([*START, (4, P, K), (5, K, T)], T, [4], {}),
        (
            [(1, None, D), (2, D, P), (4, K, T)],
            P,
            [],
            {4: "Dikirim -> Diterima does not start from Dipacking, in which the order was"},
        ),
        ([*START, (4, P, B)], K, [], {4: "Dipacking -> Batal does not start from Dikirim, in which the order was"}),
        ([*START, (4, K, B)], K, [], {4: "Dikirim -> Batal is no step of an order"}),
        ([(1, None, D), (2, D, K)], D, [], {2: "Diajukan -> Dikirim is no step of an order"}),
        ([(1, None, P)], None, [], {1: "nothing -> Dipacking is no step of an order"}),
        ([(1, None, D), (2, D, "Hilang")], D, [], {2: "Diajukan -> Hilang is no step of an order"}),
        (
            [(2, D, P)],
            None,
            [],
            {2: "Diajukan -> Dipacking does not start from nothing: the order has no event before it"},
        ),
        # the step came too early and once more in its place
        ([(1, D, P), (2, None, D), (3, D, P)], P, [1], {}),
    ],
)
def test_a_chain_is_followed(
    events: list[tuple[int, str | None, str]], ends: str | None, repeated: list[int], problems: dict[int, str]
) -> None:
    found = chain.follow(events)
    assert (found.ends, found.repeated, found.problems) == (ends, repeated, problems)


def _event(con: Connection, order: int, step: tuple[str | None, str], at: datetime) -> int:
    made = con.execute(
        insert(OrderEvent).returning(OrderEvent.id),
        [{"order_id": order, "from_state": step[0], "to_state": step[1], "at": at}],
    )
    return int(made.scalar_one())


def _reasons(runner: Runner, job: str) -> dict[int, str]:
    with runner.warehouse.read() as connection:
        found = connection.execute(select(quarantine.c.row_key, quarantine.c.reason).where(quarantine.c.job == job))
        return {int(key): reason for key, reason in found}


def _landed(runner: Runner, order: int) -> list[str]:
    events = fct_order_events.c
    with runner.warehouse.read() as connection:
        chosen = select(events.to_state).where(events.order_id == order).order_by(events.event_at, events.event_id)
        return list(connection.scalars(chosen))


@pytest.mark.parametrize("when", ["at the first load", "later"])
def test_a_repeated_step_counts_once_and_is_reported(runner: Runner, filled: Engine, when: str) -> None:
    if when == "later":
        runner.run()
    with filled.begin() as connection:
        rows.move(connection, 3, P, rows.START + timedelta(days=1))
        again = _event(connection, 3, (D, P), rows.START + timedelta(days=2))
    report = runner.run()
    assert _landed(runner, 3) == [D, P]
    assert not _reasons(runner, "fct_order_events")
    assert {job.job: job.repeated for job in report.jobs}["fct_order_events"] == 1

    with filled.begin() as connection:  # without its fellow, the other one counts
        first = select(OrderEvent.id).where(OrderEvent.order_id == 3, OrderEvent.id != again, OrderEvent.to_state == P)
        connection.execute(delete(OrderEvent).where(OrderEvent.id == connection.scalar(first)))
    runner.run()
    assert _landed(runner, 3) == [D, P]
    with runner.warehouse.read() as connection:
        assert again in set(connection.scalars(select(fct_order_events.c.event_id)))


def test_a_wrong_step_waits_and_lands_when_the_missing_one_arrives(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        wrong = _event(connection, 3, (P, K), rows.START + timedelta(days=2))
    runner.run()
    assert _landed(runner, 3) == [D]
    assert _reasons(runner, "fct_order_events") == {
        wrong: "Dipacking -> Dikirim does not start from Diajukan, in which the order was"
    }
    assert not _reasons(runner, "fct_orders")
    with filled.begin() as connection:
        _event(connection, 3, (D, P), rows.START + timedelta(days=1))
        late = rows.START + timedelta(days=2)
        connection.execute(
            update(Order).where(Order.id == 3).values(state=K, packed_at=late, shipped_at=late, updated_at=late)
        )
    runner.run()
    assert _landed(runner, 3) == [D, P, K]
    assert not _reasons(runner, "fct_order_events")


def test_a_landed_step_that_a_late_one_makes_wrong_goes_to_the_quarantine(runner: Runner, filled: Engine) -> None:
    with filled.begin() as connection:
        rows.move(connection, 3, P, rows.START + timedelta(days=5))
    runner.run()
    assert _landed(runner, 3) == [D, P]
    with filled.begin() as connection:
        canceled = rows.START + timedelta(days=1)
        _event(connection, 3, (D, B), canceled)
        connection.execute(update(Order).where(Order.id == 3).values(state=B, canceled_at=canceled))
    runner.run()
    assert _landed(runner, 3) == [D, B]
    assert list(_reasons(runner, "fct_order_events").values()) == [
        "Diajukan -> Dipacking does not start from Batal, in which the order was"
    ]


def test_an_order_that_contradicts_its_events_is_set_aside_whole_until_they_agree(
    runner: Runner, filled: Engine
) -> None:
    runner.run()
    with filled.begin() as connection:
        connection.execute(update(Order).where(Order.id == 3).values(state=P))
    report = runner.run()
    reason = "the order is in Dipacking, but its events end in Diajukan"
    assert _reasons(runner, "fct_orders") == {3: reason}
    assert set(_reasons(runner, "fct_order_events").values()) == {reason}
    assert _landed(runner, 3) == []
    set_aside = {job.job: job.quarantined for job in report.jobs if job.quarantined}
    assert set_aside == {"fct_orders": 1, "fct_order_events": 1}
    with filled.begin() as connection:
        _event(connection, 3, (D, P), rows.START + timedelta(days=1))
    runner.run()
    assert _landed(runner, 3) == [D, P]
    with runner.warehouse.read() as connection:
        assert connection.scalar(select(fct_orders.c.state).where(fct_orders.c.order_id == 3)) == P
        assert not connection.scalars(select(quarantine.c.row_key)).all()


def test_pickups_of_an_order_that_is_set_aside_wait_with_it(runner: Runner, filled: Engine) -> None:
    with filled.begin() as connection:
        order = connection.execute(select(Order).where(Order.id == 3)).mappings().one()
        rows._pickup(connection, _Row(dict(order)), random.Random(1))
    runner.run()
    with filled.begin() as connection:
        connection.execute(update(Order).where(Order.id == 3).values(state=P))
    runner.run()
    assert len(_reasons(runner, fct_pickups.name)) == 1
    with filled.begin() as connection:
        connection.execute(update(Order).where(Order.id == 3).values(state=D))
    runner.run()
    assert not _reasons(runner, fct_pickups.name)


class _Row:
    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


def test_an_order_without_events_lands_and_is_left_out_of_backlogs(runner: Runner, filled: Engine) -> None:
    runner.run()
    with filled.begin() as connection:
        connection.execute(delete(OrderEvent).where(OrderEvent.order_id == 3))
    runner.run()
    with runner.warehouse.read() as connection:
        assert connection.scalar(select(fct_orders.c.state).where(fct_orders.c.order_id == 3)) == D
        assert reliability.orders_without_events(connection) == 1
        checks.check_chains(connection)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE fct_orders SET state = 'Dipacking' WHERE order_id = 3", "1 orders whose events form no chain"),
        ("UPDATE fct_order_events SET to_state = 'Batal' WHERE order_id = 3", "1 orders whose events form no chain"),
        (
            "INSERT INTO fct_order_events SELECT * REPLACE (99 AS event_id) FROM fct_order_events LIMIT 1",
            "1 orders whose events form no chain",
        ),
    ],
)
def test_a_warehouse_whose_events_form_no_chain_is_refused(runner: Runner, change: str, said: str) -> None:
    runner.run()
    with runner.warehouse.write() as connection:
        connection.exec_driver_sql(change)
        with pytest.raises(checks.CheckFailed, match=said):
            checks.check_chains(connection)


# random histories: (order, step, day, second around midnight WIB, whether the row of the order follows), and portions
STEPS = [(None, D), (D, P), (D, B), (P, K), (P, B), (K, T), (K, R), (R, RD), (D, K), (T, K)]
MIDNIGHT = datetime(2022, 10, 3, 17, tzinfo=UTC)
CHANGES = st.tuples(
    st.sampled_from(["step", "step", "step", "next", "next", "next", "late", "again", "gone", "follow", "move"]),
    st.integers(1, 5),
    st.sampled_from(STEPS),
    st.integers(0, 9),
    st.integers(-2, 2),
)
SEEN = Period(date(2022, 9, 25), date(2022, 11, 20))


@contextmanager
def _landing(template: Path) -> Iterator[tuple[Runner, Engine]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite"
        shutil.copy(template, path)
        engine = make_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            rows.fill(connection, partners=2, orders=5)
        warehouse = Warehouse(Path(folder) / "warehouse.duckdb")
        warehouse.create_tables()
        yield Runner(warehouse, SqlSource(engine, f"sqlite:///{path}"), Clock()), engine
        warehouse.close()
        engine.dispose()


def _change(con: Connection, change: tuple[str, int, tuple[str | None, str], int, int]) -> None:
    kind, order, step, day, second = change
    at = MIDNIGHT + timedelta(days=day, seconds=second)
    mine = OrderEvent.order_id == order
    known = con.execute(select(OrderEvent).where(mine).order_by(OrderEvent.at, OrderEvent.id)).all()
    if kind == "step":
        _event(con, order, step, at)
    elif kind == "next":
        state = con.scalar(select(Order.state).where(Order.id == order))
        following = [one for one in STEPS[1:8] if one[0] == state]
        if following:
            _event(con, order, following[day % len(following)], at)
            _follow(con, order)
    elif known and kind == "late":
        con.execute(update(OrderEvent).where(OrderEvent.id == known[day % len(known)].id).values(at=at))
    elif known and kind == "again":
        copied = known[day % len(known)]
        _event(con, order, (copied.from_state, copied.to_state), at)
    elif known and kind == "gone":
        con.execute(delete(OrderEvent).where(OrderEvent.id == known[day % len(known)].id))
    elif known and kind == "move":
        con.execute(update(OrderEvent).where(OrderEvent.id == known[-1].id).values(order_id=1 + order % 5))
    elif kind == "follow":
        _follow(con, order)


def _follow(con: Connection, order: int) -> None:
    """The order's row says what its events say."""
    mine = select(OrderEvent).where(OrderEvent.order_id == order).order_by(OrderEvent.at, OrderEvent.id)
    state = _recounted([(e.from_state, e.to_state, e.at) for e in con.execute(mine)])
    end = state[-1][0] if state else D
    shipped = MIDNIGHT + timedelta(days=9) if end in (K, T, R, RD) else None
    con.execute(
        update(Order)
        .where(Order.id == order)
        .values(
            state=R if end == RD else end,
            is_retur={R: 1, RD: 2}.get(end, 0),
            shipped_at=shipped,
            delivered_at=shipped if end == T else None,
        )
    )


def _recounted(events: list[tuple[str | None, str, datetime]]) -> list[tuple[str, date]]:
    """The states that an order entered and when, counted apart from the product: events are sorted by time and id."""
    state: str | None = None
    entered: list[tuple[str, date]] = []
    for before, after, at in events:
        if before == state and (before, after) in STEPS[:8]:
            state = after
            entered.append((after, business_day(at)))
    return entered


def _recount(con: Connection) -> tuple[dict[int, list[tuple[str, date]]], set[int]]:
    """Of every order that does not contradict its events: the states that it entered; and the orders that land."""
    histories: dict[int, list[tuple[str | None, str, datetime]]] = {}
    for event in con.execute(select(OrderEvent).order_by(OrderEvent.at, OrderEvent.id)):
        histories.setdefault(event.order_id, []).append((event.from_state, event.to_state, event.at))
    entered, landed = {}, set()
    for order in con.execute(select(Order)):
        states = _recounted(histories.get(order.id, []))
        says = RD if order.is_retur == 2 else order.state
        if order.id not in histories or (states and states[-1][0] == says):
            entered[order.id] = states
            landed.add(order.id)
    return entered, landed


@settings(max_examples=max(settings.default.max_examples // 8, 10), suppress_health_check=[HealthCheck.too_slow])
@given(portions=st.lists(st.lists(CHANGES, max_size=10), min_size=1, max_size=4))
def test_backlog_and_flow_agree_with_a_recount_after_any_history(sqlite_template: Path, portions: list[list]) -> None:
    with _landing(sqlite_template) as (runner, engine):
        runner.run()
        for portion in portions:
            with engine.begin() as connection:
                for change in portion:
                    _change(connection, change)
            runner.run()
        grown = contents(runner.warehouse, (*TARGETS, *MARTS))
        waiting = {job: _reasons(runner, job) for job in ("fct_orders", "fct_order_events")}
        with engine.connect() as connection:
            entered, landed = _recount(connection)
        with runner.warehouse.read() as connection:
            assert set(connection.scalars(select(fct_orders.c.order_id))) == landed
            shown = reliability.by_state(connection, SEEN)
            checks.check_chains(connection)
        flow = Counter((state, day) for states in entered.values() for state, day in states)
        for row in shown.itertuples(index=False):
            past = [[state for state, day in states if day <= row.day] for states in entered.values()]
            ends = Counter(states[-1] for states in past if states)
            assert (row.entered, row.backlog) == (flow[row.state, row.day], ends[row.state]), (row.state, row.day)
        runner.backfill()
        assert contents(runner.warehouse, (*TARGETS, *MARTS)) == grown
        assert {job: _reasons(runner, job) for job in waiting} == waiting


def test_repeated_rows_are_no_difference(runner: Runner, filled: Engine) -> None:
    with filled.begin() as connection:
        _event(connection, 3, (None, D), rows.START + timedelta(days=2))
    report = runner.run()
    events = next(job for job in report.jobs if job.job == "fct_order_events")
    assert events.read == events.landed + events.quarantined + events.repeated
    assert compare(runner).agrees
    with runner.warehouse.read() as connection:
        assert connection.scalar(select(etl_runs.c.rows_landed).where(etl_runs.c.job == "fct_order_events")) == 12


@pytest.mark.parametrize(
    ("entered", "left", "at", "said"),
    [(0, 1, "first", "more left it than entered"), (5, 0, "last", "orders by their events|and these say")],
)
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_landing_refuses_states_that_do_not_add_up(
    runner: Runner, filled: Engine, entered: int, left: int, at: str, said: str
) -> None:
    runner.run()
    mart = mart_order_days.c
    with runner.warehouse.write() as connection:
        state = connection.scalars(select(mart.state).where(mart.entered > 0).order_by(mart.day)).first()
        days = select(mart.day).where(mart.state == state, mart.entered > 0).order_by(mart.day).limit(1)
        day = connection.scalar(days if at == "first" else select(func.max(mart.day)).where(mart.state == state))
        one = select(func.min(mart.courier)).where(mart.state == state, mart.day == day).scalar_subquery()
        change = {"left_state": mart.left_state + 1_000 * left, "entered": mart.entered + 1_000 * entered}
        connection.execute(
            update(mart_order_days).where(mart.state == state, mart.day == day, mart.courier == one).values(change)
        )
    before = contents(runner.warehouse, [fct_orders])
    with filled.begin() as connection:
        connection.execute(update(Order).where(Order.id == 1).values(qty=Order.qty + 1))
    with pytest.raises(checks.CheckFailed, match=said):
        runner.run()
    assert contents(runner.warehouse, [fct_orders]) == before
