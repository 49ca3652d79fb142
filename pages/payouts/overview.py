"""All batches: the list with the opened one beside it, and the list against the ledger."""

import streamlit as st

from dashboard import format as fmt
from dashboard.actions.answers import frame
from dashboard.actions.payouts import BatchSummary, Reconciliation
from dashboard.client import ApiRefused
from dashboard.components import Column, Opening, empty_state, guarded, whole_table
from dashboard.i18n import _
from dashboard.labels import batch_status
from dashboard.links import BATCH, batch_link
from dashboard.session import current_user
from pages.payouts.batch import show_batch
from pages.payouts.labels import row_state
from pages.payouts.rows import open_rows


def all_batches(found: Reconciliation) -> None:
    """Batches on the left, the opened one on the right."""
    batches = found.batches
    if not batches:
        may_make = current_user().role == "finance"
        empty_state(
            _("Belum ada batch. Pilih permintaan di tampilan Buat batch.")
            if may_make
            else _("Belum ada batch. Tim keuangan yang membuatnya.")
        )
        return
    left, right = st.columns([4, 7], gap="medium")
    rows = frame(BatchSummary, batches).assign(status_label=[batch_status(each.status) for each in batches])
    columns = [
        Column("reference", _("Batch")),
        Column("total", _("Total"), "money"),
        Column("row_count", _("Baris"), "int"),
        Column("status_label", _("Status"), "badge"),
        Column("created_at", _("Dibuat"), "instant"),
    ]
    opened = BATCH.get() if BATCH.is_given() else batches[0].id
    with left:
        opening = Opening("id", str(opened), lambda key: BATCH.set(int(key)))
        whole_table(
            rows,
            columns,
            key="batches",
            alt=_("Semua batch"),
            total=found.sums.batches,
            opening=opening,
            sums={"total": fmt.rupiah(found.sums.total), "row_count": fmt.number(found.sums.row_count)},
        )
    with right, guarded(_("Batch"), _("Daftar batch tetap dapat dipakai.")):
        _show_opened(opened)


def _show_opened(opened: int | None) -> None:
    if opened is None:
        text = _('"{value}" bukan nomor batch. Pilih satu batch di daftar.')
        empty_state(text.format(value=BATCH.texts()[0][:40]))
        return
    try:
        show_batch(opened)
    except ApiRefused as refused:
        if not refused.names_nothing:
            raise
        empty_state(_("Batch {id} tidak ditemukan. Pilih satu batch di daftar.").format(id=opened))


def reconciliation(found: Reconciliation) -> None:
    """Batches against the ledger, and each open row with what a person can do."""
    if not found.batches:
        empty_state(_("Belum ada batch untuk dicocokkan."))
        return
    _against_ledger(found)
    heading = _("Baris terbuka")
    st.markdown(f"**{heading}**")
    if found.open:
        open_rows(found)
    else:
        empty_state(_("Tidak ada baris terbuka: semua batch cocok dengan buku besar."))


def _against_ledger(found: Reconciliation) -> None:
    rows = frame(BatchSummary, found.batches).assign(states_text=[_states(each) for each in found.batches])
    columns = [
        Column("reference", _("Batch"), opens=lambda row: batch_link(int(row["id"]))),
        Column("total", _("Total"), "money"),
        Column("confirmed", _("Dikonfirmasi bank"), "money"),
        Column("in_ledger", _("Di buku besar"), "money"),
        Column("difference", _("Selisih"), "money", alarm=lambda row: bool(row["difference"])),
        Column("open", _("Terbuka"), "money"),
        Column("states_text", _("Baris")),
    ]
    money = ("total", "confirmed", "in_ledger", "difference", "open")
    whole_table(
        rows,
        columns,
        key="batch-ledger",
        alt=_("Batch dan buku besar"),
        total=found.sums.batches,
        sums={name: fmt.rupiah(getattr(found.sums, name)) for name in money},
    )


def _states(batch: BatchSummary) -> str:
    return ", ".join(f"{row_state(state)} {fmt.number(count)}" for state, count in batch.states.items())
