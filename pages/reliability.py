"""Metrik Reliabilitas: where orders wait, how they flow, how many come back, and the tickets beside them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import theme
from dashboard.components import (
    Column,
    Headline,
    chart,
    empty_state,
    export_buttons,
    guarded,
    headlines,
    page_header,
    table,
    table_controls,
    view_switch,
)
from dashboard.components.charts_reliability import cohort_shares, one_line, step_funnel
from dashboard.filters import Filters, PeriodFilter, Preset, Several, Toggle, filter_bar
from dashboard.i18n import _, ngettext
from dashboard.links import COMPARE, COUNTED_BY, COURIERS
from dashboard.runtime import runtime
from queries import reliability, tickets
from queries.filters import Page, PageOf, Sort
from queries.metrics import percent
from queries.wib import Period, business_day

EVENT = "kejadian"
PAGE_DAYS = 31
PANELS = 5
TICKET_COLUMNS = (*reliability.TICKETS.values(), reliability.OTHER_TICKETS)


def _labels() -> dict[str, str]:
    """The daily columns in the reader's words."""
    return {
        "total_verification": _("Verifikasi (antrean)"),
        "total_dipacking": _("Dipacking (antrean)"),
        "total_dikirim": _("Dikirim (arus)"),
        "total_diterima": _("Diterima (arus)"),
        "total_retur": _("Retur (arus)"),
        "total_retur_done": _("Retur selesai (arus)"),
        "total_ticket_jne": _("Tiket JNE"),
        "total_ticket_sicepat": _("Tiket SICEPAT"),
        "total_ticket_idexpress": _("Tiket IDEXPRESS"),
        "total_ticket_other": _("Tiket lainnya"),
    }


def _states() -> dict[str, str]:
    return {
        "Diajukan": _("Verifikasi"),
        "Dipacking": _("Dipacking"),
        "Dikirim": _("Dikirim"),
        "Diterima": _("Diterima"),
        "Retur": _("Retur"),
        "Retur Diterima": _("Retur selesai"),
    }


def _sum(rows: pd.DataFrame, *columns: str) -> int:
    return int(rows[list(columns)].to_numpy().sum()) if len(rows) else 0


def _share(part: int | None, whole: int | None) -> Decimal | None:
    return None if part is None or whole is None else percent(part, whole)


def _points(now: Decimal | None, before: Decimal | None) -> fmt.Change | None:
    """The change of a share in percentage points; None where one side has no share."""
    if now is None or before is None:
        return None
    points = fmt.percent_value(abs(now - before)).removesuffix("%").strip()
    text = ngettext("{points} poin", "{points} poin", 1 if points == "1" else 2).format(points=points)
    return fmt.Change(text, "flat" if now == before else "up" if now > before else "down")


def _numbers(rows: pd.DataFrame, before: pd.DataFrame | None) -> None:
    shipped, returned, ticket_count = (
        _sum(rows, "total_dikirim"),
        _sum(rows, "total_retur"),
        _sum(rows, *TICKET_COLUMNS),
    )
    delivered = _sum(rows, "total_diterima")

    def against(*columns: str) -> int | None:
        return None if before is None else _sum(before, *columns)

    def waiting_before(column: str) -> int | None:
        return None if before is None or before.empty else int(before.iloc[-1][column])

    waiting = rows.iloc[-1]
    ended = delivered + returned
    tickets_before, shipped_before = against(*TICKET_COLUMNS), against("total_dikirim")
    returned_before, ended_before = against("total_retur"), against("total_diterima", "total_retur")
    headlines(
        [
            Headline(
                _("Verifikasi"),
                fmt.number(int(waiting["total_verification"])),
                help=_("Antrean: pesanan berstatus Diajukan pada akhir hari terakhir (hari ini: sekarang)."),
                change=fmt.change(int(waiting["total_verification"]), waiting_before("total_verification")),
                good="down",
            ),
            Headline(
                _("Dipacking"),
                fmt.number(int(waiting["total_dipacking"])),
                help=_("Antrean: pesanan berstatus Dipacking pada akhir hari terakhir (hari ini: sekarang)."),
                change=fmt.change(int(waiting["total_dipacking"]), waiting_before("total_dipacking")),
                good="down",
            ),
            Headline(
                _("Dikirim"),
                fmt.number(shipped),
                help=_("Arus: pesanan yang menjadi Dikirim pada rentang ini."),
                change=fmt.change(shipped, shipped_before),
                good="up",
            ),
            Headline(
                _("Diterima"),
                fmt.number(delivered),
                help=_("Arus: pesanan yang menjadi Diterima pada rentang ini."),
                change=fmt.change(delivered, against("total_diterima")),
                good="up",
            ),
            Headline(
                _("Berakhir retur"),
                fmt.percent(returned, ended),
                help=_("Arus Retur dibagi arus Diterima dan Retur pada rentang ini."),
                change=_points(percent(returned, ended), _share(returned_before, ended_before)),
                good="down",
                part=returned,
                whole=ended,
            ),
            Headline(
                _("Tiket per 100"),
                fmt.percent(ticket_count, shipped).removesuffix("%").strip(),
                help=_("Tiket yang dibuat dibagi pesanan yang dikirim pada rentang ini, kali 100."),
                change=fmt.change(percent(ticket_count, shipped), _share(tickets_before, shipped_before)),
                good="down",
                part=ticket_count,
                whole=shipped,
            ),
        ]
    )


def _by_event(period: Period, rows: pd.DataFrame, only: tuple[str, ...]) -> None:
    """Funnel and daily counts by the day on which something happened."""
    with runtime().warehouse.read() as opened:
        moved = reliability.by_state(opened, period, only)
        medians = reliability.step_medians(opened, period, only)
    entered = moved.groupby("state")["entered"].sum()
    labels = _states()
    steps = [(state, label, int(entered.get(state, 0))) for state, label in labels.items()]
    _funnel(steps, medians, _("masuk pada rentang ini"))
    shown = _labels()
    colours = {
        **{name: theme.state_color(state) for name, state in (reliability.BACKLOG | reliability.FLOW).items()},
        **{name: theme.courier_color(code) for code, name in reliability.TICKETS.items()},
        reliability.OTHER_TICKETS: theme.color("muted"),
    }
    with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        st.markdown("**" + _("Tiap hari: antrean pada akhir hari, arus dan tiket sepanjang hari") + "**")
        _panels(rows, [(name, label, colours[name]) for name, label in shown.items()], period)
    told = _("Sisi lainnya: arus dari antrean, antrean dari arus")
    with st.expander(told, on_change="rerun", key="reliability-other") as section:
        if section.open:
            _other_side(moved, period)


def _panels(rows: pd.DataFrame, series: list[tuple[str, str, str]], period: Period) -> None:
    """Small multiples of (column, title, colour) over the same days; as many a row as the screen has room for."""
    with st.grid(PANELS, min_column_width=195, gap="small"):
        for column, title, colour in series:
            with st.container(gap=None):
                chart(
                    one_line(rows, column, colour), title, title, f"panel-{column}", height=130, days=period, quiet=True
                )


def _other_side(moved: pd.DataFrame, period: Period) -> None:
    labels = _states()
    wide = pd.DataFrame({"date": sorted(moved["day"].unique())})
    series = []
    for state, label in labels.items():
        is_backlog = state in reliability.BACKLOG.values()
        part = moved[moved["state"] == state].sort_values("day")
        wide[state] = part["entered" if is_backlog else "backlog"].tolist()
        kind = _("{state} (arus)") if is_backlog else _("{state} (berada di status ini)")
        series.append((state, kind.format(state=label), theme.state_color(state)))
    st.markdown("**" + _("Arus verifikasi dan dipacking; jumlah yang berada di status lainnya pada akhir hari") + "**")
    _panels(wide, series, period)


def _by_cohort(period: Period, today: date, only: tuple[str, ...]) -> None:
    """Funnel and shares by the day on which orders were created."""
    with runtime().warehouse.read() as opened:
        rows = reliability.cohorts(opened, period, today, only)
        medians = reliability.step_medians(opened, period, only)
    if rows.empty:
        empty_state(_("Tidak ada pesanan yang dibuat pada rentang ini."))
        return
    labels = _states()
    counts = [("Diajukan", labels["Diajukan"], int(rows["created"].sum()))]
    counts += [(state, label, int(rows[state].sum())) for state, label in labels.items() if state != "Diajukan"]
    _funnel(counts, medians, _("dari pesanan yang dibuat pada rentang ini"))
    young = int((~rows["mature"].astype(bool)).sum())
    with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        title = _("{young} dari {days} kohort belum matang").format(young=fmt.number(young), days=fmt.number(len(rows)))
        lines = {state: labels[state] for state in ("Dikirim", "Diterima", "Retur")}
        chart(cohort_shares(rows, lines), title, alt=title, key="reliability-cohorts", days=period)


def _funnel(steps: list[tuple[str, str, int]], medians: dict[str, int | None], what: str) -> None:
    labels = _states()
    took = {
        labels["Dipacking"]: medians["verification"],
        labels["Dikirim"]: medians["dipacking"],
        labels["Diterima"]: medians["dikirim"],
        labels["Retur"]: medians["retur"],
        labels["Retur Diterima"]: medians["retur_done"],
    }
    counts = {state: count for state, _label, count in steps}
    title = _("{delivered} diterima dan {returned} retur, {what}").format(
        delivered=fmt.number(counts["Diterima"]), returned=fmt.number(counts["Retur"]), what=what
    )
    with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        chart(step_funnel(steps, steps[0][2], took), title, alt=title, key="reliability-funnel", height=250)


def _fetch(page: Page, sort: Sort, period: Period, today: date, only: tuple[str, ...]) -> PageOf:
    """One page of the daily rows."""
    with runtime().warehouse.read() as opened:
        rows = reliability.daily(opened, period, today, only)
    rows = rows.sort_values(sort.column, ascending=not sort.descending, kind="stable")
    return PageOf(rows.iloc[page.offset : page.offset + page.limit].reset_index(drop=True), len(rows))


def _table(filters: Filters, question: Callable[[Page, Sort], PageOf], days: int) -> None:
    columns = [Column("date", _("Hari"), "date")]
    columns += [Column(name, label, "int") for name, label in _labels().items()]
    sorts = {column.name: column.label for column in columns}
    page, sort = table_controls(
        key="reliability", sorts=sorts, default="date", descending=True, size=PAGE_DAYS, total=days
    )

    def fetch(wanted: Page) -> PageOf:
        return question(wanted, sort)

    found = fetch(page)
    table(found.rows, columns, total=found.total, key="reliability", page=page, alt=_("Baris harian"))
    export_buttons(name="reliabilitas", columns=columns, fetch=fetch, filters=filters)


def _page(today: date) -> None:
    header = st.container()
    with runtime().warehouse.read() as opened:
        known = tickets.couriers(opened)
    period = PeriodFilter(today, Preset.LAST_30_DAYS)
    couriers = Several(COURIERS, _("Kurir"), known, _("Semua kurir"))
    compare = Toggle(COMPARE, _("Bandingkan"), _("Tanpa pembanding"), default=True)
    filters = (period, couriers, compare)
    filter_bar(filters)
    only = couriers.value
    with runtime().warehouse.read() as opened:
        rows = reliability.daily(opened, period.value, today, only)
        before = reliability.daily(opened, period.value.before(), today, only) if compare.value else None
    with header:
        page_header(
            _("Metrik Reliabilitas"),
            _("{shipped} dikirim, {delivered} diterima, {returned} retur pada rentang ini").format(
                shipped=fmt.number(_sum(rows, "total_dikirim")),
                delivered=fmt.number(_sum(rows, "total_diterima")),
                returned=fmt.number(_sum(rows, "total_retur")),
            ),
        )
    if rows.empty:
        empty_state(_("Rentang ini belum terjadi."))
        return
    _numbers(rows, before)
    happened = Period(period.value.start, min(period.value.end, today))
    views = {EVENT: _("Per tanggal kejadian"), "kohort": _("Per kohort")}
    view = view_switch(COUNTED_BY, _("Sudut pandang"), views)
    with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        if view == EVENT:
            _by_event(happened, rows, only)
        else:
            _by_cohort(happened, today, only)
    with guarded(_("Tabel"), _("Grafik tetap dapat dipakai.")):
        _table(filters, partial(_fetch, period=period.value, today=today, only=only), len(rows))


_page(business_day(runtime().now()))
