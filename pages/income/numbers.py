"""The headline numbers of Pendapatan & Profit."""

from typing import Literal

from dashboard import format as fmt
from dashboard.components import Headline, headlines
from dashboard.i18n import _
from queries.income import Income

Good = Literal["up", "down", "none"]


def draw_numbers(now: Income, before: Income | None) -> None:
    """Profit, what it is made of, and how many orders, against the period before."""
    headlines(
        [
            _rupiah(
                _("Profit"),
                "profit",
                _("Biaya layanan + margin ongkir - cashback, dari pesanan yang diterima pembeli."),
                (now, before),
                "up",
            ),
            _rupiah(
                _("Margin ongkir"),
                "shipping_margin",
                _("Ongkir yang ditagihkan dikurangi tagihan ekspedisi."),
                (now, before),
                "up",
            ),
            _rupiah(
                _("Biaya layanan COD"),
                "service_fee",
                _("Biaya layanan dari pesanan COD; yang bukan COD tidak dikenai."),
                (now, before),
                "up",
            ),
            _rupiah(
                _("Cashback partner"),
                "shipping_cashback",
                _("Bagian ongkir yang dikembalikan ke partner."),
                (now, before),
                "none",
            ),
            Headline(
                _("Pesanan diterima"),
                fmt.number(now.orders),
                help=_("Pesanan yang diterima pembeli pada rentang ini, menurut hari penerimaannya (WIB)."),
                change=None if before is None else fmt.change(now.orders, before.orders),
                good="up",
            ),
        ]
    )


def _rupiah(label: str, name: str, about: str, both: tuple[Income, Income | None], good: Good) -> Headline:
    now, before = both
    value = int(getattr(now, name))
    change = None if before is None else fmt.change(value, int(getattr(before, name)))
    return Headline(label, fmt.rupiah_short(value), about, full=fmt.rupiah(value), change=change, good=good)
