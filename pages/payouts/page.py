"""Batch Pembayaran: choose what is paid together, have it checked, hand it to the bank, reconcile its answer."""

from collections.abc import Sequence

from dashboard import format as fmt
from dashboard.actions import payouts
from dashboard.actions.payouts import BatchSummary, BatchSums
from dashboard.client import api
from dashboard.components import Headline, guarded, headlines, page_header, view_switch
from dashboard.i18n import _
from dashboard.links import VIEW
from dashboard.session import current_user
from pages.payouts.choice import choose_rows
from pages.payouts.chosen import chosen
from pages.payouts.overview import all_batches, reconciliation

CHOOSE, BATCHES, RECONCILE = "pilih", "batch", "terbuka"


def numbers(sums: BatchSums) -> list[Headline]:
    """What waits for a checker, what the bank has not answered, and whether the ledger agrees."""
    return [
        Headline(
            _("Menunggu pemeriksa"),
            fmt.number(sums.proposed),
            help=_("Batch yang sudah dibuat dan belum disetujui."),
        ),
        Headline(
            _("Di bank"),
            fmt.rupiah_short(sums.sent),
            help=_("Nominal di batch yang disetujui tanpa hasil bank."),
            full=fmt.rupiah(sums.sent),
        ),
        Headline(
            _("Belum jelas"),
            fmt.rupiah_short(sums.unclear),
            help=_("Nominal baris yang tidak cocok atau meragukan."),
            full=fmt.rupiah(sums.unclear),
        ),
        Headline(
            _("Selisih buku besar"),
            fmt.rupiah(sums.difference),
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
    return choice | lists if chosen() or not batches else lists | choice


found = payouts.reconciliation(api())
unclear_rows = sum(row.state != "sent" for row in found.open)
page_header(
    _("Batch Pembayaran"),
    _("{waiting} batch menunggu pemeriksa, {open} baris belum jelas di bank").format(
        waiting=fmt.number(found.sums.proposed), open=fmt.number(unclear_rows)
    ),
)
headlines(numbers(found.sums))
titles = views(found.batches)
view = view_switch(VIEW, _("Tampilan"), titles)
with guarded(titles[view], _("Tampilan lain tetap dapat dipakai.")):
    if view == CHOOSE:
        choose_rows()
    elif view == BATCHES:
        all_batches(found)
    else:
        reconciliation(found)
