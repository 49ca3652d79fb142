"""Rows from the queue, the dry run of a batch of them, and the proposal."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions import payouts, review
from dashboard.actions.payouts import DryRun, Selection
from dashboard.actions.review import QueuedRequest
from dashboard.actions.withdrawals import new_decision_key
from dashboard.client import ApiError, ApiRefused, api
from dashboard.components import Question, comment_form, confirm, empty_state, notify_written
from dashboard.i18n import _
from dashboard.labels import review_reason, risk_band
from dashboard.links import BATCH, VIEW, clear_address
from dashboard.state import BATCH_CHOICE, BATCH_MARKED, BATCH_TURN, widget_value

MOST = 1000
GENERIC = "generic"
HEIGHT = 360  # pixels


def choose() -> None:
    """The rows that wait outside of a batch, to be ticked, and what a batch of the ticked ones would be."""
    waiting = review.queue(api(), 1, MOST, sort="priority").data
    rows = [row for row in waiting if row.batch is None]
    if not rows:
        empty_state(_("Tidak ada permintaan yang menunggu di luar batch."))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        profile = _profile()
        source = st.text_input(_("Rekening sumber"), key="batch-source", max_chars=20, width=200) or ""
        if st.button(_("Pilih semua risiko rendah"), key="batch-low", icon=":material/done_all:"):
            BATCH_CHOICE.set({row.withdrawal_id: row.version for row in rows if row.risk_band == "low"})
            _restart()
            st.rerun()
    ticked = _ticked(rows)
    if not ticked:
        st.caption(_("Centang permintaan yang dibayar bersama."))
        return
    BATCH_CHOICE.set({row.withdrawal_id: row.version for row in ticked})
    selection = Selection(BATCH_CHOICE.get(), profile)
    run = _dry_run(selection)
    if run is not None:
        _show_dry_run(run, selection, source)


def _restart() -> None:
    BATCH_TURN.set(BATCH_TURN.get() + 1)


def _profile() -> str:
    titles = {each.key: each.title for each in payouts.profiles(api())} | {GENERIC: _("Daftar umum")}
    return st.selectbox(
        _("File bank"),
        list(titles),
        format_func=lambda key: titles[key],
        key="batch-profile",
        width=260,
        index=list(titles).index(GENERIC),
    )


def _ticked(rows: Sequence[QueuedRequest]) -> list[QueuedRequest]:
    shown = pd.DataFrame(
        {
            "partner_name": [row.partner_name for row in rows],
            "nominal": [fmt.rupiah(row.nominal) for row in rows],
            "bank_name": [row.bank_name for row in rows],
            "bank_account_no": [row.bank_account_no for row in rows],
            "bank_account_name": [row.bank_account_name for row in rows],
            "risk": [risk_band(row.risk_band) for row in rows],
            "approved": [f"{row.approvals}/{row.approvals_needed}" for row in rows],
        }
    )
    turn = BATCH_TURN.get()  # a new one starts the table again from what is chosen
    marked, chosen = BATCH_MARKED.of(turn), BATCH_CHOICE.get()
    if not marked.is_set():
        marked.set([at for at, row in enumerate(rows) if row.withdrawal_id in chosen])
    event = st.dataframe(
        shown,
        hide_index=True,
        lazy=False,
        height=HEIGHT,
        column_config={
            "partner_name": st.column_config.TextColumn(_("Partner"), pinned=True),
            "nominal": st.column_config.TextColumn(_("Nominal"), alignment="right"),
            "bank_name": st.column_config.TextColumn(_("Bank")),
            "bank_account_no": st.column_config.TextColumn(_("Rekening")),
            "bank_account_name": st.column_config.TextColumn(_("Atas nama")),
            "risk": st.column_config.TextColumn(_("Risiko")),
            "approved": st.column_config.TextColumn(_("Setuju")),
        },
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": marked.get() or []}},
        key=f"batch-choice-{turn}",
        alt=_("Permintaan yang menunggu"),
    )
    return [rows[at] for at in event["selection"]["rows"] if at < len(rows)]


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
        BATCH_CHOICE.set({})
        _restart()
        clear_address()
        BATCH.set(written.made.id)
        widget_value(VIEW.name, "").set("batch")

    question = Question(
        _("Buat batch {count} baris?").format(count=fmt.number(run.row_count)),
        [(_("Total"), fmt.rupiah(run.total)), (_("File bank"), selection.profile)],
        [
            _("Persetujuan Anda tercatat pada setiap permintaan."),
            _("Permintaan di dalamnya tidak dapat diputuskan sendiri-sendiri lagi."),
            _("Orang lain harus menyetujui batch ini; belum ada uang yang keluar."),
        ],
        _("Buat batch"),
    )
    confirm(question, f"batch-{key}", comment_form(f"batch-{key}"), write)
