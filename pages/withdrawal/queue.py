"""The queue of requests: what waits, most urgent first, or what was decided; and the keys that go through it."""

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
from dashboard.links import WITHDRAWAL, WITHDRAWAL_NUMBER
from dashboard.navigation import PAGES_DIR
from dashboard.session import current_user
from dashboard.state import BATCH_CHOICE, REVIEW_DECIDED, REVIEW_NEXT_REQUEST
from dashboard.warehouse import ask, stream
from pages.payouts.choice import ticks_for_a_batch
from pages.withdrawal.labels import priority_sum
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
    """The table with its keys and exports. Returns the first request, which is open where the address names none."""
    narrowed = [each.value for each in filters]
    view = sorted_view(queue.key, queue.columns, queue.usual, question=narrowed, one_way=queue.one_way, size=SIZE)
    sort = view.sort or queue.usual
    found, view = fetched(view, lambda page: queue.fetch(page, sort))
    if found.total == 0:
        empty_state(_("Tidak ada withdrawal yang cocok dengan saringan ini."))
        return None
    ids = [int(key) for key in found.rows["withdrawal_id"]]
    _step_through(ids)
    opened = WITHDRAWAL.get() if WITHDRAWAL.is_given() else ids[0]
    opening = Opening("withdrawal_id", str(opened), lambda key: _open(int(key)))
    table(
        found.rows,
        queue.columns,
        view,
        total=found.total,
        alt=_("Antrean withdrawal"),
        opening=opening,
        ticking=_ticking(found.rows),
        sums={"nominal": fmt.rupiah(found.sums["nominal"])},
    )
    export = Export("withdrawal", queue.columns, partial(queue.rows, sort), found.total, (), "created_at")
    export_links(export, filters, queue.days)
    return ids[0]


def _step_through(ids: Sequence[int]) -> None:
    """Next and previous by button and key; after a decision the request below the decided one opens by itself."""
    opened = WITHDRAWAL.get() if WITHDRAWAL.is_given() else ids[0]
    at = ids.index(opened) if opened in ids else None
    with st.container(horizontal=True, vertical_alignment="center"):
        back = st.button(_("Sebelumnya"), key="wd-prev", icon=":material/arrow_upward:", shortcut="K", disabled=not at)
        ahead = st.button(_("Berikutnya"), key="wd-next", icon=":material/arrow_downward:", shortcut="J")
    following = None if at is None else ids[min(at + 1, len(ids) - 1)]
    target = None
    if back and at:
        target = ids[at - 1]
    elif ahead:
        target = following or ids[0]
    elif REVIEW_DECIDED.pop():  # what was decided may have left the queue
        target = REVIEW_NEXT_REQUEST.get()
    REVIEW_NEXT_REQUEST.set(following)
    if target is not None and target != opened:
        _open(target)
        st.rerun()


def _ticking(rows: pd.DataFrame) -> Ticking | None:
    """Ticks choose requests for a batch; only finance makes one, of requests that are in none."""
    if current_user().role != "finance" or "batch" not in rows:
        return None
    free = rows[rows["batch"].isna()]
    return ticks_for_a_batch(
        {int(key): int(version) for key, version in zip(free["withdrawal_id"], free["version"], strict=True)}
    )


def _open(withdrawal_id: int) -> None:
    WITHDRAWAL.set(withdrawal_id)
    WITHDRAWAL_NUMBER.remove()


def batch_choice() -> None:
    """The way to a batch of what was chosen."""
    if chosen := BATCH_CHOICE.get():
        st.page_link(
            str(PAGES_DIR / "payouts/page.py"),
            label=_("{count} dipilih: buat batch").format(count=fmt.number(len(chosen))),
            icon=":material/inventory_2:",
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
