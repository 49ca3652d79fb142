"""The queue of requests: what waits, most urgent first, or what was decided."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeAlias

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions import review
from dashboard.actions.answers import frame
from dashboard.actions.review import Approver, QueuedRequest
from dashboard.client import ApiClient, api
from dashboard.components import Column, Opening, Ticking, empty_state, fetched, pairs, sorted_view, table, whole_table
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Filters
from dashboard.i18n import _
from dashboard.labels import approvals, risk_band, withdrawal_status
from dashboard.session import current_user
from dashboard.state import REVIEW_DECIDED, ChosenRequest
from dashboard.warehouse import ask, stream
from pages.payouts.chosen import ticks
from pages.withdrawal.labels import priority_sum
from pages.withdrawal.steps import Shown, open_request, step_through
from queries import withdrawals as questions
from queries.filters import Page, PageOf, Sort
from queries.wib import Period

SIZE = 20
Fetch: TypeAlias = Callable[[Page, Sort], PageOf]


@dataclass(frozen=True, slots=True)
class Queue:
    """One way to list withdrawals: the prefix of its keys in the address, how it is fetched, shown and usually sorted;
    `rows` are all of them for an export, of the `days`."""

    key: str
    fetch: Fetch
    rows: Callable[[Sort], Iterator[pd.DataFrame]]
    columns: Sequence[Column]
    usual: Sort
    one_way: bool = False
    days: Period | None = None


def waiting_queue(search: str, band: str) -> Queue:
    """What waits, fresh from the store; its period is now."""
    client = api()  # exports read outside of the script's run, where nobody is signed in
    columns = [
        Column("partner_name", _("Partner")),
        Column("nominal", _("Nominal"), "money", sort="nominal", copies=True),
        Column(
            "working_seconds",
            _("Usia kerja"),
            "duration",
            sort="age",
            help=_("Jam kerja WIB sejak diminta, tanpa akhir pekan dan hari libur; merah = lewat target."),
            alarm=lambda row: bool(row["is_breached"]),
        ),
        Column("risk_label", _("Risiko"), alarm=lambda row: row["risk_band"] == "high", sort="risk"),
        Column("approved", _("Setuju"), help=_("Persetujuan yang ada dari yang perlu.")),
        Column("bank_account_no", _("Rekening"), below="bank_name", copies=True),
        Column("bank_name", _("Bank"), extra=True),
        Column(
            "priority_sum", _("Prioritas"), sort="priority", help=_("Urutan antrean: poin usia, nominal, dan risiko.")
        ),
    ]
    fetch = partial(_waiting_page, client, search, band)

    def rows(sort: Sort) -> Iterator[pd.DataFrame]:
        yield _waiting_rows(review.whole_queue(client, search=search, band=band, sort=sort.column))

    return Queue("wd", fetch, rows, columns, Sort("priority", descending=True), one_way=True)


def _waiting_page(client: ApiClient, search: str, band: str, page: Page, sort: Sort) -> PageOf:
    number = page.offset // page.limit + 1
    found = review.queue(client, number, page.limit, search=search, band=band, sort=sort.column)
    return PageOf(_waiting_rows(found.data), found.total, {"nominal": found.nominal})


def _waiting_rows(requests: Sequence[QueuedRequest]) -> pd.DataFrame:
    return frame(QueuedRequest, requests).assign(
        risk_label=[f"{risk_band(each.risk_band)} · {fmt.number(each.risk_points)}" for each in requests],
        approved=[approvals(each.approvals, each.approvals_needed) for each in requests],
        priority_sum=[priority_sum(each.priority_parts) for each in requests],
    )


def landed_queue(wanted: questions.QueueFilter, now: datetime) -> Queue:
    """The landed withdrawals of a status, or of all."""
    columns = [
        Column("partner_name", _("Partner")),
        Column("nominal", _("Nominal"), "money", sort="nominal"),
        Column(
            "age_seconds",
            _("Usia"),
            "duration",
            sort="age",
            help=_("Dari permintaan sampai keputusan, atau sampai sekarang."),
        ),
        Column("status_label", _("Status"), "badge"),
        Column("bank_name", _("Bank")),
        Column("created_at", _("Diminta"), "instant"),
        Column(
            "paid_at",
            _("Dibayar"),
            "instant",
            sort="paid",
            help=_("Saat pembayaran dicatat; kosong bila belum dibayar atau dananya dikembalikan bank."),
        ),
    ]
    fetch = partial(_landed_page, wanted, now)

    def rows(sort: Sort) -> Iterator[pd.DataFrame]:
        return map(_in_words, stream(questions.queue_groups, wanted, sort, now))

    return Queue("wdt", fetch, rows, columns, Sort("age", descending=True), days=wanted.period)


def _landed_page(wanted: questions.QueueFilter, now: datetime, page: Page, sort: Sort) -> PageOf:
    found = ask(questions.queue_page, wanted, sort, page, now)
    return PageOf(_in_words(found.rows), found.total, found.sums)


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(status_label=rows["status"].map(withdrawal_status))


def draw_queue(queue: Queue, filters: Filters) -> int | None:
    """The table with its keys and exports. Returns the open request: that of the address, else the first."""
    narrowed = [each.value for each in filters]
    view = sorted_view(queue.key, queue.columns, queue.usual, question=narrowed, one_way=queue.one_way, size=SIZE)
    sort = view.sort or queue.usual
    found, view = fetched(view, lambda page: queue.fetch(page, sort))
    if found.total == 0:
        REVIEW_DECIDED.pop()
        empty_state(_("Tidak ada withdrawal yang cocok dengan saringan ini."))
        return None
    opened = step_through(Shown(view, found, lambda page: queue.fetch(page, sort)))
    table(
        found.rows,
        queue.columns,
        view,
        total=found.total,
        alt=_("Antrean withdrawal"),
        opening=Opening("withdrawal_id", str(opened), lambda key: open_request(int(key))),
        ticking=_ticking(found.rows),
        sums={"nominal": fmt.rupiah(found.sums["nominal"])},
    )
    export = Export("withdrawal", queue.columns, partial(queue.rows, sort), found.total, (), "created_at")
    export_links(export, filters, queue.days)
    return opened


def _ticking(rows: pd.DataFrame) -> Ticking | None:
    """Ticks choose requests for a batch; only finance makes one, of requests that are in none."""
    if current_user().role != "finance" or "batch" not in rows:
        return None
    free = rows[rows["batch"].isna()]
    return ticks(
        {
            int(key): ChosenRequest(int(version), int(nominal))
            for key, version, nominal in zip(free["withdrawal_id"], free["version"], free["nominal"], strict=True)
        }
    )


def approvers() -> None:
    """Who decided how many, how fast; read when it is unfolded."""
    title = _("Siapa memutuskan, seberapa cepat")
    with st.expander(title, on_change="rerun", key="wd-people") as section:
        if not section.open:
            return
        people = review.approvers(api())
        if not people:
            empty_state(_("Belum ada keputusan dalam 30 hari."))
            return
        rows = frame(Approver, people)
        rows["on_time"] = pairs(rows["within_target"], rows["decisions"])
        columns = [
            Column("name", _("Nama")),
            Column("decisions", _("Keputusan"), "int"),
            Column("nominal", _("Nominal"), "money"),
            Column("median_seconds", _("Median jam kerja"), "duration"),
            Column("on_time", _("Dalam target"), "ratio"),
        ]
        whole_table(rows, columns, key="wdp", alt=title)
