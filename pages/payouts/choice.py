"""Rows from the queue, the dry run of a batch of them, and the proposal."""

from collections.abc import Mapping

import streamlit as st

from dashboard import format as fmt
from dashboard.actions import payouts, review
from dashboard.actions.answers import frame
from dashboard.actions.payouts import DryRun, Selection
from dashboard.actions.review import QueuedRequest, Waiting
from dashboard.actions.withdrawals import new_decision_key
from dashboard.client import ApiError, ApiRefused, api
from dashboard.components import (
    Column,
    Question,
    comment_form,
    confirm,
    empty_state,
    notify_written,
    whole_table,
)
from dashboard.i18n import _
from dashboard.labels import approvals, review_reason, risk_band
from dashboard.links import BATCH, VIEW, new_address
from dashboard.state import ChosenRequest
from pages.payouts.chosen import choose, chosen, of_queue, ticks
from pages.payouts.labels import GENERIC, profile_titles

MOST = 1000


def choose_rows() -> None:
    """The rows that wait outside of a batch, to be ticked, and what a batch of the ticked ones would be."""
    waiting = review.free_queue(api(), MOST)
    rows = waiting.data
    if not rows:
        empty_state(_("Tidak ada permintaan yang menunggu di luar batch."))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        profile = _profile()
        source = st.text_input(_("Rekening sumber"), key="batch-source", max_chars=20, width=200) or ""
        if st.button(_("Pilih semua risiko rendah"), key="batch-low", icon=":material/done_all:"):
            choose(of_queue([row for row in rows if row.risk_band == "low"]))
    free = of_queue(rows)
    _draw_choice(waiting, free)
    choose({key: request for key, request in free.items() if key in chosen()})  # others were decided
    if not chosen():
        st.caption(_("Centang permintaan yang dibayar bersama."))
        return
    selection = Selection({key: request.version for key, request in chosen().items()}, profile)
    run = _dry_run(selection)
    if run is not None:
        _show_dry_run(run, selection, source)


def _profile() -> str:
    titles = profile_titles()
    return st.selectbox(
        _("File bank"),
        list(titles),
        format_func=lambda key: titles[key],
        key="batch-profile",
        width=260,
        index=list(titles).index(GENERIC),
    )


def _draw_choice(waiting: Waiting, free: Mapping[int, ChosenRequest]) -> None:
    shown = frame(QueuedRequest, waiting.data).assign(
        risk_label=[risk_band(row.risk_band) for row in waiting.data],
        approved=[approvals(row.approvals, row.approvals_needed) for row in waiting.data],
    )
    columns = [
        Column("partner_name", _("Partner")),
        Column("nominal", _("Nominal"), "money", copies=True),
        Column("bank_name", _("Bank")),
        Column("bank_account_no", _("Rekening"), copies=True),
        Column("bank_account_name", _("Atas nama")),
        Column("risk_label", _("Risiko")),
        Column("approved", _("Setuju")),
    ]
    whole_table(
        shown,
        columns,
        key="batch-choice",
        alt=_("Permintaan yang menunggu"),
        total=waiting.total,
        ticking=ticks(free),
        sums={"nominal": fmt.rupiah(waiting.nominal)},
    )


def _dry_run(selection: Selection) -> DryRun | None:
    """None, with the reason on the screen, where there is no answer."""
    try:
        return payouts.dry_run(api(), selection)
    except ApiRefused as refused:
        st.error(refused.sentence, icon=":material/error:")
    except ApiError:
        st.error(_("Layanan tidak menjawab. Coba lagi."), icon=":material/error:")
    return None


def _show_dry_run(run: DryRun, selection: Selection, source: str) -> None:
    """What the batch would be, and the button that makes it."""
    with st.container(border=True):
        count, total = fmt.number(run.row_count), fmt.rupiah(run.total)
        title = _("Uji coba: {count} baris, {total}").format(count=count, total=total)
        st.markdown(f"**{title}**")
        st.markdown(
            " · ".join(
                f"{fmt.plain(bank)} {fmt.number(each.rows)} / {fmt.rupiah(each.total)}"
                for bank, each in run.banks.items()
            )
        )
        if len(run.files) > 1:
            st.caption(_("Dibagi menjadi {count} file karena batas bank.").format(count=len(run.files)))
        _problems(run)
        if st.button(
            _("Buat batch"),
            key="batch-make",
            type="primary",
            icon=":material/inventory_2:",
            shortcut="B",
            disabled=bool(run.problems),
        ):
            _open_proposal(run, selection, source)


def _problems(run: DryRun) -> None:
    for row in run.rows:
        if row.problems:
            name = fmt.plain(row.partner_name or str(row.withdrawal_id))
            st.error(f"{name}: {'; '.join(row.problems)}", icon=":material/block:")
    warned = [
        f"- {fmt.plain(row.partner_name)}: {', '.join(review_reason(each) for each in row.warnings)}"
        for row in run.rows
        if row.warnings
    ]
    if warned:
        st.warning("\n".join(warned), icon=":material/warning:")


def _open_proposal(run: DryRun, selection: Selection, source: str) -> None:
    """Ask once more, then make the batch."""
    key = new_decision_key()

    def write(comment: str) -> None:
        written = payouts.propose(api(), selection, run, source_account=source, comment=comment, key=key)
        notify_written(written)
        choose({})
        new_address(BATCH.to(written.made.id), VIEW.to("batch"))

    question = Question(
        _("Buat batch {count} baris?").format(count=fmt.number(run.row_count)),
        [
            (_("Total"), fmt.rupiah(run.total)),
            (_("File bank"), profile_titles().get(selection.profile, selection.profile)),
        ],
        [
            _("Persetujuan Anda tercatat pada setiap permintaan."),
            _("Permintaan di dalamnya tidak dapat diputuskan sendiri-sendiri lagi."),
            _("Orang lain harus menyetujui batch ini; belum ada uang yang keluar."),
        ],
        _("Buat batch"),
    )
    confirm(question, f"batch-{key}", comment_form(f"batch-{key}"), write)
