"""What partners get of these orders, beside what the ledger credited them on the same days."""

from dashboard import format as fmt
from dashboard.components import Fact, facts
from dashboard.i18n import _, ngettext
from dashboard.warehouse import ask
from queries import income
from queries.income import Income, IncomeFilter


def draw_ledger(wanted: IncomeFilter, found: Income) -> None:
    """Both sums and their difference."""
    credited = ask(income.credited, wanted)
    apart = credited - found.net_profit
    same = _("sama sampai rupiah")
    differs = _("periksa pesanan yang diubah sesudah dikreditkan, atau yang belum dikreditkan")
    label = _("Hak partner dan ledger")
    facts(
        [
            Fact(_("Nilai pesanan"), fmt.rupiah(found.grand_total), _("yang dibayar pembeli")),
            Fact(_("Hak partner"), fmt.rupiah(found.net_profit), _("menurut pesanan")),
            Fact(_("Dikreditkan ke saldo"), fmt.rupiah(credited), _("menurut ledger, pada hari yang sama")),
            Fact(_("Selisih"), fmt.rupiah(apart), differs if apart else same, strong=True),
        ],
        label=label,
        numbers=True,
    )


def estimate_note(found: Income) -> str:
    """How much of the margin is not from couriers' bills; empty where all of it is."""
    if not found.unbilled:
        return ""
    return ngettext(
        "Margin ongkir {count} pesanan diperkirakan 25 % dari ongkos kirim: tagihan ekspedisi belum diketahui.",
        "Margin ongkir {count} pesanan diperkirakan 25 % dari ongkos kirim: tagihan ekspedisi belum diketahui.",
        found.unbilled,
    ).format(count=fmt.number(found.unbilled))
