"""What was paid in a period: per bank, per week and per partner."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components import (
    Column,
    Headline,
    empty_state,
    fetched,
    guarded,
    headlines,
    sorted_view,
    table,
    whole_table,
)
from dashboard.exports.export import Export
from dashboard.exports.links import export_links
from dashboard.filters import Filters, PeriodFilter, Preset, filter_bar
from dashboard.i18n import _
from dashboard.links import PAID_PERIOD, partner_link
from dashboard.warehouse import ask, stream_pages
from queries import paid
from queries.filters import Sort
from queries.wib import Period

LARGEST = Sort("nominal", descending=True)


def paid_view(today: date) -> None:
    """The view with its filter, for this week unless another period is chosen."""
    period = PeriodFilter(today, Preset.THIS_WEEK, PAID_PERIOD, _("Dibayar"))
    filters = (period,)
    filter_bar(filters)
    with guarded(_("Yang dibayar"), _("Daftar permintaan tetap dapat dipakai.")):
        whole = ask(paid.total, period.value)
        headlines(_numbers(whole, ask(paid.total, period.value.before())))
        if whole.withdrawals == 0:
            empty_state(
                _("Tidak ada withdrawal yang dibayar pada {period}. Pilih periode lain di atas.").format(
                    period=period.described()
                )
            )
            return
        left, right = st.columns(2, gap="medium")
        with left:
            _per_bank(period.value, whole)
        with right:
            _per_week(period.value, whole)
        _per_partner(period.value, filters)


def _numbers(now: paid.PaidOut, before: paid.PaidOut) -> Sequence[Headline]:
    """What was paid, against the same number of days before."""
    return [
        Headline(
            _("Dibayar"),
            fmt.rupiah_short(now.nominal),
            help=_("Withdrawal yang selesai pada periode ini dan tidak dikembalikan bank, menurut hari pencatatannya."),
            full=fmt.rupiah(now.nominal),
            change=fmt.change(now.nominal, before.nominal),
        ),
        Headline(
            _("Jumlah withdrawal"),
            fmt.number(now.withdrawals),
            help=_("Banyaknya withdrawal yang dibayar."),
            change=fmt.change(now.withdrawals, before.withdrawals),
        ),
        Headline(_("Partner"), fmt.number(now.partners), help=_("Partner yang menerima pembayaran.")),
        Headline(_("Bank"), fmt.number(now.banks), help=_("Bank tujuan pembayaran.")),
    ]


def _sums(whole: paid.PaidOut) -> dict[str, str]:
    return {"withdrawals": fmt.number(whole.withdrawals), "nominal": fmt.rupiah(whole.nominal)}


def _per_bank(period: Period, whole: paid.PaidOut) -> None:
    title = _("Dibayar per bank")
    st.markdown(f"**{title}**")
    rows = ask(paid.per_bank, period)
    columns = [
        Column("bank_name", _("Bank")),
        Column("nominal", _("Nominal"), "money", copies=True, bar=int(rows["nominal"].max())),
        Column("withdrawals", _("Withdrawal"), "int"),
        Column("partners", _("Partner"), "int"),
    ]
    whole_table(rows, columns, key="bayar_bank", alt=title, sums=_sums(whole))


def _per_week(period: Period, whole: paid.PaidOut) -> None:
    title = _("Dibayar per minggu")
    st.markdown(f"**{title}**")
    rows = ask(paid.per_week, period)
    rows["days"] = [_days_counted(week, period) for week in rows["week"]]
    columns = [
        Column("week", _("Minggu mulai Senin"), "date", below="days"),
        Column("nominal", _("Nominal"), "money", bar=int(rows["nominal"].max())),
        Column("withdrawals", _("Withdrawal"), "int"),
    ]
    whole_table(rows, columns, key="bayar_minggu", alt=title, sums=_sums(whole))


def _days_counted(week: date, period: Period) -> str:
    """Which days of a week the period has, where those are not all."""
    days = paid.days_of_week(week, period)
    if days.days == 7:
        return ""
    return _("hanya {first} - {last}").format(first=fmt.day_short(days.start), last=fmt.day_short(days.end))


def _per_partner(period: Period, filters: Filters) -> None:
    title = _("Dibayar per partner")
    st.markdown(f"**{title}**")
    columns = [
        Column("partner_name", _("Partner"), sort="partner", opens=lambda row: partner_link(int(row["partner_id"]))),
        Column("nominal", _("Nominal"), "money", sort="nominal"),
        Column("withdrawals", _("Withdrawal"), "int", sort="withdrawals"),
        Column("last_paid_at", _("Terakhir dibayar"), "instant", sort="paid"),
    ]
    view = sorted_view("bayar_partner", columns, LARGEST, question=period, size=20)
    sort = view.sort or LARGEST
    found, view = fetched(view, lambda page: ask(paid.per_partner, period, sort, page))
    sums = {"nominal": fmt.rupiah(found.sums["nominal"]), "withdrawals": fmt.number(found.sums["withdrawals"])}
    table(found.rows, columns, view, total=found.total, alt=title, sums=sums)
    groups = partial(_whole_list, period, sort)
    export_links(Export("withdrawal_dibayar", columns, groups, found.total, (), "last_paid_at"), filters, period)


def _whole_list(period: Period, sort: Sort) -> Iterator[pd.DataFrame]:
    return stream_pages(lambda connection, page: paid.per_partner(connection, period, sort, page))
