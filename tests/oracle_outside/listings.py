"""The lists that pages show and exports hold: their columns by kind, and their rows by the oracle."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.oracle import income, juragan, partner_detail, partners, pickups, reliability, tickets, withdrawals
from tests.oracle.days import month_of
from tests.oracle.instants import WORDS
from tests.oracle.segments import Wanted
from tests.oracle.store import Row
from tests.oracle_outside.lived import Lived

ALL = (10**9, 0)
TICKETS = {"open": "Terbuka", "in_progress": "Diproses", "closed": "Ditutup"}
WITHDRAWALS = {
    "requested": "Diminta",
    "on_review": "Ditinjau",
    "completed": "Selesai",
    "rejected": "Ditolak",
    "canceled": "Dibatalkan",
    "reversed": "Dikembalikan bank",
}
ORDERS = {"Retur Diterima": "Retur selesai", "Batal": "Dibatalkan"}
PAYMENTS = {"COD": "COD", "BANK TRANSFER": "Transfer bank"}
DAILY = (
    *("total_verification", "total_dipacking", "total_dikirim", "total_diterima", "total_retur", "total_retur_done"),
    *("total_ticket_jne", "total_ticket_sicepat", "total_ticket_idexpress", "total_ticket_other"),
)
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page with its address, the export's name, the kind of each column, all rows, and those of the first page."""

    page: str
    query: dict[str, Any]
    name: str
    kinds: dict[str, str]
    rows: list[Row]
    size: int = 50
    only_in_files: frozenset[str] = frozenset()


def custom(period: Days) -> dict[str, str]:
    """The address of a period."""
    return {"periode": "custom", "dari": period[0].isoformat(), "sampai": period[1].isoformat()}


def pickup(lived: Lived, period: Days) -> Listing:
    """Monitoring Pickup with all of its airway bills, searched."""
    word = lived.rng.choice(WORDS)
    rows, _count = pickups.monitoring_page(lived.found, (False, (), word, period, None), None, ALL, lived.now)
    for row in rows:
        row["delay_seconds"] = row["delay_seconds"] or None
        row |= {"delay_label": row["delay_status"], "whatsapp": row["user_phone"]}
    kinds = {
        "delay_seconds": "duration",
        "delay_label": "text",
        "user_name": "text",
        "whatsapp": "text",
        "shipping": "text",
        "qty": "int",
        "no_resi": "text",
        "pickup_city": "text",
        "due_at": "instant",
    }
    query = {**custom(period), "tampil": "semua", "banding": "true", "q": word}
    return Listing("pickup_monitoring", query, "pickup", kinds, rows, only_in_files=frozenset({"whatsapp"}))


def ticket(lived: Lived, period: Days) -> Listing:
    """Total Tiket, by the couriers of the address."""
    rows, _count = tickets.list_page(lived.found, period, (), ("created_at", True), ALL)
    rows = [row | {"status_label": TICKETS[row["status"]]} for row in rows]
    names = ("ticket_no", "courier", "ticket_type", "status_label", "description")
    kinds = {**dict.fromkeys(names, "text"), "partner_name": "text", "created_at": "instant"}
    return Listing("ticket_total", {**custom(period), "banding": "true"}, "tiket", kinds, rows)


def daily(lived: Lived, period: Days) -> Listing:
    """Metrik Reliabilitas, the newest day first."""
    rows = reliability.daily(lived.found, *period, lived.today, ())[::-1]
    kinds = {"date": "date", **dict.fromkeys(DAILY, "int")}
    return Listing(
        "reliability",
        {**custom(period), "banding": "true"},
        "reliabilitas",
        kinds,
        rows,
    )


SEGMENTS = {
    "due": "Perlu dihubungi",
    "no-product": "Belum ada produk",
    "no-pickup": "Ada produk, belum pickup",
    "unstarted": "Gabung bulan lalu, belum pickup",
    "slowing": "Melambat",
    "lost": "Hilang",
    "new": "Baru bulan ini",
}


def partner(lived: Lived, joined: Days) -> Listing:
    """Perkembangan Partner of those who joined in a period."""
    rows, _count = partners.growth_list(lived.found, Wanted(joined), ("last_pickup", True), ALL, lived.today)
    for row in rows:
        row |= {
            "retur": (row["orders_returned"], row["orders_shipped"]),
            "problem": (row["orders_problem"], row["orders_shipped"]),
            "trend": " ".join(str(handed) for handed in row["trend"]),
            "whatsapp": _international(row["phone"]),
            "segment_label": SEGMENTS.get(row["segment"]),
            "partner_id": str(row["partner_id"]),
        }
    texts = ("full_name", "phone", "city", "trend", "owner_name", "last_note", "partner_id", "email")
    dates = ("join_date", "first_product", "first_pickup", "last_pickup", "next_follow_up")
    kinds = {**dict.fromkeys(texts, "text"), **dict.fromkeys(dates, "date"), "handed": "int", "orders_shipped": "int"}
    kinds |= {"retur": "ratio", "problem": "ratio", "whatsapp": "text", "segment_label": "text"}
    query = {"gabung": "custom", "gabung_dari": str(joined[0]), "gabung_sampai": str(joined[1])}
    hidden = frozenset({"whatsapp", "segment_label"})
    return Listing("partner_growth", query, "partner", kinds, rows, only_in_files=hidden)


def _international(phone: str) -> str | None:
    """What WhatsApp takes of the numbers that histories have: Indonesian mobile ones of a real length."""
    return f"62{phone[1:]}" if re.fullmatch(r"08[1-9][0-9]{7,10}", phone) else None


def month(lived: Lived, day: date) -> Listing:
    """Juragan of a month, searched."""
    word = lived.rng.choice(WORDS)
    rows, _count = juragan.month_page(lived.found, month_of(day), word, None, ALL)
    for row in rows:
        used = sorted(((-share, name.upper()) for name, share in row["shares"].items() if share))
        row |= {
            "shares": " · ".join(f"{name} {-share} %" for share, name in used) or None,
            "retur": (row["returned"], row["shipped"]),
            "problem_parts": (row["problem"], row["shipped"]),
            "whatsapp": row["no_hp"],
        }
    kinds = {"name": "text", "total": "int", "shares": "text", "activities": "strip", "retur": "ratio"}
    kinds |= {"problem_parts": "ratio", "unread_tickets": "int", "notes": "text", "whatsapp": "text"}
    query = {"tampilan": "juragan", "bulan": f"{day:%Y-%m}", "q": word}
    hidden = frozenset({"shares", "whatsapp"})  # a picture, and a link
    return Listing("partner_growth", query, "juragan", kinds, rows, size=20, only_in_files=hidden)


def decided(lived: Lived, period: Days) -> Listing:
    """Review Withdrawal with withdrawals of every status, searched."""
    word = lived.rng.choice(WORDS)
    rows, _count = withdrawals.queue_page(lived.found, (word, (), period, None), ("age", True), ALL, lived.now)
    rows = [row | {"status_label": WITHDRAWALS[row["status"]]} for row in rows]
    kinds = {"partner_name": "text", "nominal": "money", "age_seconds": "duration", "status_label": "text"}
    kinds |= {"bank_name": "text", "created_at": "instant", "paid_at": "instant"}
    return Listing("withdrawal", {**custom(period), "wd_status": "all", "q": word}, "withdrawal", kinds, rows, size=20)


def earned(lived: Lived, period: Days) -> Listing:
    """Pendapatan & Profit: the orders behind its numbers, of all couriers, the highest profit first."""
    orders = income.orders(lived.found, income.Wanted(period, (), None, None), ("profit", True))
    rows = [row | {"payment_label": PAYMENTS[row["payment_method"]]} for row in orders]
    money = ("bare_shipping", "shipping_margin", "service_fee", "shipping_cashback", "profit", "courier_shipping")
    money += ("grand_total", "net_profit")
    kinds = {**_text("order_no airway_bill partner_name courier payment_label"), **dict.fromkeys(money, "money")}
    query = {**custom(period), "per": "pesanan", "banding": "true"}
    return Listing("income", query, "pendapatan_pesanan", kinds | {"delivered_at": "instant"}, rows, size=20)


def listings(lived: Lived) -> Iterator[tuple[Listing, Days]]:
    """Every list with an export, over periods of the history."""
    for made in (pickup, ticket, daily, partner, decided, earned):
        period = (lived.today - timedelta(days=200), lived.today) if made is partner else lived.period(40)
        yield made(lived, period), period
    period = lived.period(40)
    yield month(lived, period[0]), period


def of_a_partner(lived: Lived, partner_id: int) -> dict[str, tuple[dict[str, str], list[Row]]]:
    """The lists of a partner's page: the kinds of columns, and all rows."""
    page = (25, 0)
    money = {"grand_total": "money", "net_profit": "money"}

    def rows(question: Callable[..., tuple[list[Row], int]]) -> list[Row]:
        return question(lived.found, partner_id, page)[0]

    orders = [
        row | {"state_label": ORDERS.get(row["state"], row["state"]), "payment_label": PAYMENTS[row["payment_method"]]}
        for row in rows(partner_detail.orders)
    ]
    tickets_ = [row | {"status_label": TICKETS[row["status"]]} for row in rows(partner_detail.tickets)]
    decided_ = [row | {"status_label": WITHDRAWALS[row["status"]]} for row in rows(partner_detail.withdrawals)]
    return {
        "pesanan": (
            _text("order_no airway_bill courier payment_label state_label customer_city")
            | money
            | {"created_at": "instant"},
            orders,
        ),
        "pickup": (
            _text("airway_bill courier")
            | {"qty": "int", **dict.fromkeys(("requested_at", "due_at", "handed_at", "canceled_at"), "instant")},
            rows(partner_detail.pickups),
        ),
        "tiket": (
            _text("ticket_no courier ticket_type status_label description") | {"created_at": "instant"},
            tickets_,
        ),
        "withdrawal": (
            _text("bank_name status_label") | {"nominal": "money", "created_at": "instant", "decided_at": "instant"},
            decided_,
        ),
        "catatan": (_text("body author_name") | {"created_at": "instant"}, rows(partner_detail.notes)),
    }


def _text(names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), "text")
