"""Every question that a page opens with, against the same in pandas on frames that are already loaded."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from queries import (
    growth_facets,
    growth_list,
    juragan,
    partner_detail,
    partners,
    pickups,
    reliability,
    tickets,
    withdrawals,
)
from queries.engine import Warehouse
from queries.filters import Page, Sort
from queries.partners import GrowthFilter
from queries.pickups import PickupFilter
from queries.wib import Period, business_day, naive_utc

ROUNDS = 15
COLUMNS = {
    "fct_orders": (
        "order_id partner_id courier state shipped_at created_date is_problem packed_at created_at delivered_at"
    ),
    "fct_order_events": "order_id from_state to_state event_date cohort_date",
    "fct_pickups": (
        "pickup_order_id order_id partner_id courier airway_bill due_at due_date handed_at handed_date canceled_at"
    ),
    "fct_tickets": "ticket_id partner_id courier created_date created_at is_unread",
    "fct_withdrawals": "withdrawal_id partner_id nominal status created_at created_date decided_at",
    "dim_partners": "partner_id full_name email phone join_date",
    "dim_products": "partner_id created_date",
}
Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Question:
    """A question of a page and the same in pandas."""

    page: str
    name: str
    ask: Callable[[Connection], Any]
    in_pandas: Callable[[Frames], Any]


def load_frames(warehouse: Warehouse) -> Frames:
    """The facts as frames, days as datetime64, courier and states as categories."""
    cursor = warehouse.raw()
    frames = {name: cursor.execute(f"SELECT {', '.join(c.split())} FROM {name}").df() for name, c in COLUMNS.items()}
    for frame in frames.values():
        for column in {"courier", "state", "to_state", "from_state", "status"} & set(frame.columns):
            frame[column] = frame[column].astype("category")
    cursor.close()
    return frames


def questions(now: datetime) -> list[Question]:
    """The opening questions of each page with its default filters."""
    today = business_day(now)
    week, month = Period(today - timedelta(days=6), today), Period(today - timedelta(days=29), today)
    at, page = naive_utc(now), Page(50)
    this_month = today.replace(day=1)
    newest = Sort("created_at", descending=True)
    last = Sort("last_pickup", descending=True)
    months = [(pd.Timestamp(this_month) - pd.DateOffset(months=n)).date() for n in range(8)]
    everyone = GrowthFilter()
    return [
        Question("pickup", "waiting counts", lambda c: pickups.waiting_counts(c, now), lambda f: _waiting(f, at)),
        Question(
            "pickup", "lateness by hour", lambda c: pickups.lateness_by_hour(c, week), lambda f: _lateness(f, week)
        ),
        Question(
            "pickup",
            "waiting list",
            lambda c: pickups.monitoring_page(c, PickupFilter(True), None, page, now),
            lambda f: _monitoring(f),
        ),
        Question("tiket", "daily totals", lambda c: tickets.daily_totals(c, month), lambda f: _tickets(f, month)),
        Question(
            "tiket", "list", lambda c: tickets.list_page(c, month, (), newest, page), lambda f: _ticket_list(f, month)
        ),
        Question(
            "reliabilitas", "daily rows", lambda c: reliability.daily(c, month, today), lambda f: _states(f, month)
        ),
        Question("reliabilitas", "by state", lambda c: reliability.by_state(c, month), lambda f: _states(f, month)),
        Question(
            "reliabilitas", "step medians", lambda c: reliability.step_medians(c, month), lambda f: _medians(f, month)
        ),
        Question(
            "reliabilitas", "cohorts", lambda c: reliability.cohorts(c, month, today), lambda f: _cohorts(f, month)
        ),
        Question("partner", "list", lambda c: growth_list.growth_list(c, everyone, last, page, today), _growth),
        Question("partner", "sums", lambda c: growth_list.growth_sums(c, everyone, today), _growth),
        Question("partner", "segments", lambda c: growth_facets.segment_counts(c, everyone, today), _growth),
        Question("partner", "couriers", lambda c: growth_facets.courier_facets(c, everyone), _growth),
        Question("partner", "funnel", lambda c: partners.funnel(c, everyone, today), _growth),
        Question("partner", "activity", lambda c: partners.activity(c, everyone, today), _activity),
        Question(
            "partner",
            "retention",
            lambda c: partners.retention(c, everyone, months, today),
            lambda f: _retention(f, months),
        ),
        Question(
            "juragan",
            "month",
            lambda c: juragan.month_page(c, this_month, "", None, Page(25)),
            lambda f: _juragan(f, this_month),
        ),
        Question(
            "partner detail",
            "months",
            lambda c: partner_detail.monthly(c, 1, Period(today - timedelta(days=365), today)),
            lambda f: _partner_months(f),
        ),
        Question("partner detail", "orders", lambda c: partner_detail.orders(c, 1, Page(25)), _partner_orders),
        Question("withdrawal", "summary", lambda c: withdrawals.approval_summary(c, now), lambda f: _withdrawals(f)),
        Question(
            "withdrawal",
            "queue",
            lambda c: withdrawals.queue_page(
                c, withdrawals.QueueFilter("", withdrawals.WAITING, None), Sort("age"), Page(20), now
            ),
            lambda f: _withdrawals(f),
        ),
    ]


def _between(column: "pd.Series[Any]", period: Period) -> "pd.Series[bool]":
    return column.between(pd.Timestamp(period.start), pd.Timestamp(period.end))


def _waiting(f: Frames, at: datetime) -> Any:
    rows = f["fct_pickups"]
    waiting = rows["handed_at"].isna() & rows["canceled_at"].isna()
    return int(waiting.sum()), int((waiting & (rows["due_at"] < at)).sum())


def _lateness(f: Frames, period: Period) -> Any:
    rows = f["fct_pickups"]
    rows = rows[_between(rows["due_date"], period) & rows["handed_at"].notna()]
    late = rows["handed_at"] > rows["due_at"]
    hour = (rows["due_at"] + pd.Timedelta(hours=7)).dt.hour
    return late.groupby([rows["courier"], hour], observed=True).agg(["size", "sum"])


def _monitoring(f: Frames) -> Any:
    rows = f["fct_pickups"]
    rows = rows[rows["handed_at"].isna() & rows["canceled_at"].isna()].sort_values("due_at").head(50)
    return rows.merge(f["dim_partners"], on="partner_id").merge(f["fct_orders"][["order_id", "state"]], on="order_id")


def _tickets(f: Frames, period: Period) -> Any:
    rows = f["fct_tickets"]
    rows = rows[_between(rows["created_date"], period)]
    return rows.groupby(["created_date", "courier"], observed=True).size()


def _ticket_list(f: Frames, period: Period) -> Any:
    rows = f["fct_tickets"]
    rows = rows[_between(rows["created_date"], period)].sort_values("created_at", ascending=False)
    return rows.head(50).merge(f["dim_partners"], on="partner_id")


def _states(f: Frames, period: Period) -> Any:
    rows = f["fct_order_events"]
    rows = rows[rows["event_date"] <= pd.Timestamp(period.end)]
    entered = rows.groupby(["event_date", "to_state"], observed=True).size().unstack(fill_value=0)
    left = rows.groupby(["event_date", "from_state"], observed=True).size().unstack(fill_value=0)
    return entered.sub(left, fill_value=0).cumsum().loc[pd.Timestamp(period.start) :]


def _medians(f: Frames, period: Period) -> Any:
    rows = f["fct_orders"]
    rows = rows[_between(rows["created_date"], period)]
    return (rows["packed_at"] - rows["created_at"]).median(), (rows["delivered_at"] - rows["shipped_at"]).median()


def _cohorts(f: Frames, period: Period) -> Any:
    rows = f["fct_order_events"]
    rows = rows[_between(rows["cohort_date"], period)]
    return rows.groupby(["cohort_date", "to_state"], observed=True)["order_id"].nunique()


def _activity(f: Frames) -> Any:
    return f["fct_pickups"].groupby("partner_id")["handed_date"].max()


def _growth(f: Frames) -> Any:
    handed = f["fct_pickups"].groupby("partner_id")["handed_date"].agg(["min", "max"])
    products = f["dim_products"].groupby("partner_id")["created_date"].min()
    shipped = f["fct_orders"][f["fct_orders"]["shipped_at"].notna()]
    orders = shipped.groupby("partner_id").agg(shipped=("order_id", "size"), problem=("is_problem", "sum"))
    joined = f["dim_partners"].set_index("partner_id").join([handed, products.rename("product"), orders])
    return joined.sort_values("max", ascending=False).head(50)


def _retention(f: Frames, months: list[date]) -> Any:
    shipped = f["fct_orders"][f["fct_orders"]["shipped_at"].notna()]
    month = (shipped["shipped_at"] + pd.Timedelta(hours=7)).dt.to_period("M")
    pairs = pd.DataFrame({"partner_id": shipped["partner_id"], "month": month}).drop_duplicates()
    cohort = f["dim_partners"].assign(cohort=pd.to_datetime(f["dim_partners"]["join_date"]).dt.to_period("M"))
    wanted = cohort[cohort["cohort"].isin([pd.Period(m, "M") for m in months])]
    return pairs.merge(wanted, on="partner_id").groupby(["cohort", "month"]).size()


def _juragan(f: Frames, month: date) -> Any:
    rows = f["fct_orders"]
    start = pd.Timestamp(month) - pd.Timedelta(hours=7)
    rows = rows[rows["shipped_at"] >= start]
    mix = rows.groupby(["partner_id", "courier"], observed=True).size()
    handed = f["fct_pickups"]
    days = handed[handed["handed_date"] >= pd.Timestamp(month)].groupby(["partner_id", "handed_date"]).size()
    return mix.groupby("partner_id").sum().sort_values(ascending=False).head(25), days


def _partner_months(f: Frames) -> Any:
    rows = f["fct_orders"]
    rows = rows[rows["partner_id"] == 1]
    return rows.groupby(pd.to_datetime(rows["created_date"]).dt.to_period("M")).size()


def _partner_orders(f: Frames) -> Any:
    rows = f["fct_orders"]
    return rows[rows["partner_id"] == 1].sort_values("created_at", ascending=False).head(25)


def _withdrawals(f: Frames) -> Any:
    rows = f["fct_withdrawals"]
    waiting = rows[rows["status"].isin(["requested", "on_review"])].sort_values("created_at").head(20)
    done = rows[rows["status"] == "completed"]
    return waiting.merge(f["dim_partners"], on="partner_id"), (done["decided_at"] - done["created_at"]).mean()


def measure(folder: Path, now: datetime) -> list[dict[str, Any]]:
    """Median milliseconds of each question in the warehouse and in pandas."""
    warehouse = Warehouse(folder / "warehouse.duckdb")
    frames = load_frames(warehouse)
    found = []
    for question in questions(now):

        def ask(question: Question = question) -> None:
            with warehouse.read() as connection:
                question.ask(connection)

        ours = _median_ms(ask)
        theirs = _median_ms(lambda question=question: question.in_pandas(frames), rounds=5)
        found.append({"page": question.page, "question": question.name, "ms": ours, "pandas_ms": theirs})
    warehouse.close()
    return found


def _median_ms(call: Callable[[], Any], rounds: int = ROUNDS) -> float:
    call()
    took = []
    gc.disable()
    for _round in range(rounds):
        started = time.perf_counter()
        call()
        took.append((time.perf_counter() - started) * 1000)
    gc.enable()
    return statistics.median(took)
