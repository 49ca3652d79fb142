"""The numbers of the summary in the reader's words."""

from typing import assert_never

from dashboard import format as fmt
from dashboard.i18n import _
from queries.metrics import half_up
from vocabulary import SummaryNumber

RUPIAH = (SummaryNumber.COD, SummaryNumber.NON_COD, SummaryNumber.SHIPPING)  # of a period: targets are for 30 days
AT_MOST = (SummaryNumber.CHURNED,)
A_MONTH = 30


def number_name(number: SummaryNumber) -> str:
    """What a number is called."""
    match number:
        case SummaryNumber.COD:
            return _("Transaksi COD")
        case SummaryNumber.NON_COD:
            return _("Transaksi non-COD")
        case SummaryNumber.SHIPPING:
            return _("Total ongkir")
        case SummaryNumber.TRADING:
            return _("Partner bertransaksi")
        case SummaryNumber.LIFETIME:
            return _("LTV bersih per partner")
        case SummaryNumber.RETENTION:
            return _("Retensi")
        case SummaryNumber.CHURNED:
            return _("Partner churn")
        case SummaryNumber.CHURN_PERIOD:
            return _("Masa churn")
        case SummaryNumber.OWED:
            return _("Saldo partner")
        case _:
            assert_never(number)


def number_unit(number: SummaryNumber) -> str:
    """What its target is counted in."""
    match number:
        case SummaryNumber.COD | SummaryNumber.NON_COD | SummaryNumber.SHIPPING:
            return _("rupiah per 30 hari")
        case SummaryNumber.TRADING:
            return _("partner per 30 hari")
        case SummaryNumber.LIFETIME | SummaryNumber.OWED:
            return _("rupiah")
        case SummaryNumber.RETENTION:
            return _("persen")
        case SummaryNumber.CHURNED:
            return _("partner, paling banyak")
        case SummaryNumber.CHURN_PERIOD:
            return _("hari")
        case _:
            assert_never(number)


def in_unit(number: SummaryNumber, value: int) -> str:
    """A target as it is read."""
    match number:
        case SummaryNumber.TRADING | SummaryNumber.CHURNED:
            return fmt.number(value)
        case SummaryNumber.RETENTION:
            return fmt.percent_value(value)
        case SummaryNumber.CHURN_PERIOD:
            return _("{days} hari").format(days=fmt.number(value))
        case _:
            return fmt.rupiah_short(value)


def months_and_days(days: int) -> str:
    """Days as the summary says them: "2 bulan 7 hari", 30 days to a month."""
    months, rest = divmod(days, A_MONTH)
    return _("{months} bulan {days} hari").format(months=fmt.number(months), days=rest)


def for_days(target: int, days: int) -> int:
    """A target of 30 days in proportion to others, half up."""
    return half_up(target * days, A_MONTH)
