"""Batch Pembayaran: choose what is paid together, have it checked, hand it to the bank, reconcile its answer."""

from collections.abc import Sequence

from dashboard import format as fmt
from dashboard.actions import payouts
from dashboard.actions.payouts import BatchSummary, PayoutRow, Reconciliation
from dashboard.client import api
from dashboard.components import Headline, guarded, headlines, page_header, view_switch
from dashboard.i18n import _
from dashboard.links import VIEW
from dashboard.session import current_user
from dashboard.state import BATCH_CHOICE
from pages.payouts.choice import choose
from pages.payouts.overview import all_batches, reconciliation

CHOOSE, BATCHES, RECONCILE = "pilih", "batch", "terbuka"


def numbers(waiting: int, unclear: Sequence[PayoutRow], found: Reconciliation) -> list[Headline]:
    """What waits for a checker, what the bank has not answered, and whether the ledger agrees."""
    sent = sum(row.nominal for row in found.open if row.state == "sent")
    open_amount = sum(row.nominal for row in unclear)
    difference = sum(batch.difference for batch in found.batches)
    return [
        Headline(_("Menunggu pemeriksa"), fmt.number(waiting), help=_("Batch yang sudah dibuat dan belum disetujui.")),
        Headline(
            _("Di bank"),
            fmt.rupiah_short(sent),
            help=_("Nominal di batch yang disetujui tanpa hasil bank."),
            full=fmt.rupiah(sent),
        ),
        Headline(
            _("Belum jelas"),
            fmt.rupiah_short(open_amount),
            help=_("Nominal baris yang tidak cocok atau meragukan."),
            full=fmt.rupiah(open_amount),
        ),
        Headline(
            _("Selisih buku besar"),
            fmt.rupiah(difference),
            help=_("Dikonfirmasi bank dikurangi yang keluar di buku besar; harus Rp0."),
        ),
    ]


def views(batches: Sequence[BatchSummary]) -> dict[str, str]:
    """The views of this person; the first is the one that opens."""
    lists = {BATCHES: _("Semua batch"), RECONCILE: _("Rekonsiliasi")}
    if current_user().role != "finance":
        return lists
    choice = {CHOOSE: _("Buat batch")}
    # what was chosen, or nothing made yet: the choice comes first
    return choice | lists if BATCH_CHOICE.get() or not batches else lists | choice


found = payouts.reconciliation(api())
waiting = sum(batch.status == "proposed" for batch in found.batches)
unclear_rows = [row for row in found.open if row.state != "sent"]
page_header(
    _("Batch Pembayaran"),
    _("{waiting} batch menunggu pemeriksa, {open} baris belum jelas di bank").format(
        waiting=fmt.number(waiting), open=fmt.number(len(unclear_rows))
    ),
)
headlines(numbers(waiting, unclear_rows, found))
titles = views(found.batches)
view = view_switch(VIEW, _("Tampilan"), titles)
with guarded(titles[view], _("Tampilan lain tetap dapat dipakai.")):
    if view == CHOOSE:
        choose()
    elif view == BATCHES:
        all_batches(found.batches)
    else:
        reconciliation(found)
