"""The headline numbers of the pages by the oracle: by label, the number and its change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle import health, income, partners, pickups, reliability, tickets, withdrawals
from tests.oracle.days import DAY, month_of
from tests.oracle.segments import Wanted
from tests.oracle_outside.lived import Lived
from tests.oracle_outside.reading import change, percent, points, short, two_decimals, whole_span

Days = tuple[date, date]
Change = Any


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as a reader can know it, how it is read, and its change (None: none is shown)."""

    value: Fraction | int | None
    kind: str = "int"
    change: Change = None


def _before(period: Days) -> Days:
    length = (period[1] - period[0]).days + 1
    return period[0] - timedelta(days=length), period[0] - timedelta(days=1)


def pickup(lived: Lived, period: Days) -> dict[str, Shown]:
    """Monitoring Pickup."""
    waiting = pickups.waiting_counts(lived.found, lived.now, ())
    done, before = (pickups.punctuality(lived.found, *span, ()) for span in (period, _before(period)))
    mean, mean_before = (_part(row["late_seconds"], row["late"]) for row in (done, before))
    on_time, on_time_before = (_part(100 * (row["handed"] - row["late"]), row["handed"]) for row in (done, before))
    return {
        "Menunggu": Shown(waiting["waiting"]),
        "Terlewati": Shown(waiting["overdue"]),
        "Rata-rata telat": Shown(whole_span(mean), "duration", change(mean, mean_before)),
        "Tepat waktu": Shown(on_time and two_decimals(on_time), change=points(on_time, on_time_before)),
    }


def ticket(lived: Lived, period: Days) -> dict[str, Shown]:
    """Total Tiket."""
    count, before = (tickets.total(lived.found, *span, ()) for span in (period, _before(period)))
    rows = tickets.daily_totals(lived.found, *period, ())
    of_day: dict[date, int] = {}
    for row in rows:
        of_day[row["day"]] = of_day.get(row["day"], 0) + row["tickets"]
    return {
        "Tiket": Shown(count, change=change(count, before)),
        "Rata-rata per hari": Shown(two_decimals(Fraction(count, len(of_day)))),
        "Hari tersibuk": Shown(max(of_day.values())),
    }


def reliable(lived: Lived, period: Days) -> dict[str, Shown]:
    """Metrik Reliabilitas."""
    now, before = (reliability.daily(lived.found, *span, lived.today, ()) for span in (period, _before(period)))
    sums, sums_before = (
        {name: sum(row[name] for row in rows) for name in rows[0]} if rows else {} for rows in _numeric(now, before)
    )

    def flow(name: str) -> Shown:
        return Shown(sums[name], change=change(sums[name], sums_before[name]))

    def waiting(name: str) -> Shown:
        return Shown(now[-1][name], change=change(now[-1][name], before[-1][name]))

    returned, returned_before = (
        _part(100 * each["total_retur"], each["total_retur"] + each["total_diterima"]) for each in (sums, sums_before)
    )
    per_100, per_100_before = (
        _part(100 * sum(count for name, count in each.items() if "ticket" in name), each["total_dikirim"])
        for each in (sums, sums_before)
    )
    return {
        "Verifikasi": waiting("total_verification"),
        "Dipacking": waiting("total_dipacking"),
        "Dikirim": flow("total_dikirim"),
        "Diterima": flow("total_diterima"),
        "Berakhir retur": Shown(
            None if returned is None else two_decimals(returned), change=points(returned, returned_before)
        ),
        "Tiket per 100": Shown(
            None if per_100 is None else two_decimals(per_100), change=change(per_100, per_100_before)
        ),
    }


def _numeric(*periods: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    return [[{name: row[name] for name in row if name.startswith("total_")} for row in rows] for rows in periods]


def _part(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def growth(lived: Lived, joined: Days) -> dict[str, Shown]:
    """Perkembangan Partner: this month up to today against as many days of the last one."""
    first = month_of(lived.today)
    first_before = month_of(first - DAY)
    last_before = min(first_before + (lived.today - first), first - DAY)
    now = partners.funnel(lived.found, Wanted((first, lived.today)), lived.today)
    before = partners.funnel(lived.found, Wanted((first_before, last_before)), lived.today)
    active = partners.activity(lived.found, Wanted(joined), lived.today)
    return {
        "Baru bulan ini": Shown(now["joined"], change=change(now["joined"], before["joined"])),
        "Baru, ada produk": Shown(now["first_product"]),
        "Baru, sudah pickup": Shown(now["first_pickup"]),
        "Aktif 30 hari": Shown(active["active"]),
        "Hilang": Shown(active["lost"]),
    }


def review(lived: Lived, _period: Days) -> dict[str, Shown]:
    """Review Withdrawal."""
    summary = withdrawals.approval_summary(lived.found, lived.now)
    return {
        "Menunggu": Shown(summary["waiting_status"]),
        "Nilai menunggu": Shown(short(summary["waiting_nominal"])),
        "Permintaan per hari": Shown(summary["avg_req_last_month"], change=change(*summary["per_day"])),
        "Rata-rata waktu persetujuan": Shown(
            whole_span(summary["avg_approval_seconds"]), "duration", change(*summary["mean_seconds"])
        ),
    }


def of_a_partner(lived: Lived, partner_id: int) -> dict[str, Shown]:
    """Detail Partner."""
    row = partners.roll_up(lived.found, partner_id)
    return {
        "Pesanan": Shown(row["orders_created"]),
        "Terkirim": Shown(row["orders_shipped"]),
        "Retur": Shown(percent(row["orders_returned"], row["orders_shipped"])),
        "Masalah": Shown(percent(row["orders_problem"], row["orders_shipped"])),
        "Tiket": Shown(row["tickets"]),
    }


def earned(lived: Lived, period: Days) -> dict[str, Shown]:
    """Pendapatan & Profit; without orders it has no numbers."""
    now, before = (income.total(lived.found, income.Wanted(span, (), None, None)) for span in (period, _before(period)))
    names = {
        "Profit": "profit",
        "Margin ongkir": "shipping_margin",
        "Biaya layanan COD": "service_fee",
        "Cashback partner": "shipping_cashback",
    }
    shown = {label: Shown(short(now[name]), change=change(now[name], before[name])) for label, name in names.items()}
    count = {"Pesanan diterima": Shown(now["orders"], change=change(now["orders"], before["orders"]))}
    return shown | count if now["orders"] else {}


def of_the_data(lived: Lived) -> dict[str, Shown]:
    """Kesehatan Data."""
    sizes = health.table_sizes(lived.found)
    return {
        "Pesanan": Shown(sizes["fct_orders"]),
        "Jumlah partner": Shown(sizes["dim_partners"]),
        "Airway bill pickup": Shown(sizes["fct_pickups"]),
        "Dikarantina": Shown(len(health.set_aside(lived.found))),
    }


HEADLINES: dict[str, Callable[[Lived, Days], dict[str, Shown]]] = {
    "pickup": pickup,
    "tiket": ticket,
    "reliabilitas": reliable,
    "partner": growth,
    "withdrawal": review,
    "pendapatan_pesanan": earned,
}
