"""The reading operations of the API: how each is called, and what the oracle says that it answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.oracle import (
    income,
    juragan,
    partners,
    pickups,
    reliability,
    review,
    summary,
    tickets,
    withdrawal_risk,
    withdrawals,
)
from tests.oracle.days import DAY, day_of, half_up, month_after, month_of, whole_percent
from tests.oracle.days import days as all_days
from tests.oracle.instants import WORDS
from tests.oracle.lists import contains, newest_first
from tests.oracle.segments import Wanted
from tests.oracle.store import Row
from tests.oracle_outside.lived import Lived
from tests.oracle_outside.reading import stamp, wib_day

ALL = (10_000, 0)
WAITING = ("requested", "on_review")


@dataclass(frozen=True, slots=True)
class Call:
    """A request, and its `data` as the oracle has it; `picked` takes the compared part out of the answer."""

    path: str
    query: dict[str, Any]
    wanted: Any
    picked: Callable[[dict[str, Any]], Any] = lambda answer: answer["data"]


def _page(answer: dict[str, Any]) -> Any:
    return [answer["data"]["data"], int(answer["data"]["total"])]


def _counted(answer: dict[str, Any]) -> Any:
    return [answer["data"], answer["total"]]


def _day(value: Any) -> str | None:
    return None if value is None else str(value)


def _only(lived: Lived) -> tuple[str, ...]:
    return tuple(sorted(lived.rng.sample(lived.found.couriers, lived.rng.choice((0, 1)))))


def daily_reliability(lived: Lived) -> Iterator[Call]:
    """admin_metric.reliability."""
    start, end = lived.period()
    wanted = reliability.daily(lived.found, start, end, lived.today, ())
    for row in wanted:
        row["date"] = str(row["date"])
    yield Call("/v1/admin/metric/reliability", {"start_date": start, "end_date": end}, wanted)


def approval(lived: Lived) -> Iterator[Call]:
    """admin_metric.withdrawal_approval."""
    counted = withdrawals.approval_summary(lived.found, lived.now)
    seconds = counted["avg_approval_seconds"]
    parts = (None,) * 3 if seconds is None else (seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60)
    wanted = {name: counted[name] for name in ("waiting_status", "avg_req_last_month")}
    time = dict(zip(("day", "hour", "minute"), parts, strict=True))
    yield Call("/v1/admin/metric/withdrawal", {}, wanted | {"avg_approval_time": time})


def growth_summary(lived: Lived) -> Iterator[Call]:
    """growth.summary, and the funnel of the original dashboard."""
    start, end = lived.period()
    trade = summary.trade(lived.found, start, end, ())
    _life, margin = summary.lifetime(lived.found, start, end, ())
    _month, before, kept, *_others = summary.partner_months(lived.found, end, 1, ())[0]
    _of_day, churned, _days, mean = summary.churned(lived.found, [end])[0]
    days = None if mean is None else half_up(mean)
    wanted = {
        "total_transaction_cod": trade["cod"],
        "total_transaction_non_cod": trade["non_cod"],
        "total_shipping": trade["shipping"],
        "total_transacting_user": trade["partners"],
        "net_ltv_user": None if margin is None else half_up(margin),
        "retention_rate": whole_percent(kept, before),
        "curent_churn_user": churned,
        "churn_period": None if days is None else f"{days // 30} Bulan - {days % 30} Hari",
        "outstanding_user_balance": summary.owed(lived.found, end, end)[-1],
    }
    query = {"start_date": start, "end_date": end}
    yield Call("/v1/admin/growth/summary", query, wanted)
    steps = summary.steps(lived.found, start, end)
    keys = ("Registrasi", "verifikasi", "potensial", "aktif", "user_aktif")
    funnel = dict(zip(keys, steps.values(), strict=True))
    yield Call("/v1/admin/dashboard/users-growth-performance", query, funnel)


def ticket_total(lived: Lived) -> Iterator[Call]:
    """admin_ticket.total."""
    (start, end), only = lived.period(), _only(lived)
    days: dict[str, Row] = {}
    for row in tickets.daily_totals(lived.found, start, end, only):
        days.setdefault(str(row["day"]), {"date": str(row["day"])})[row["courier"]] = row["tickets"]
    query = {"start_date": start, "end_date": end, "expedition": ",".join(only)}
    yield Call("/v1/admin/ticket/total", query, list(days.values()))


def growth(lived: Lived) -> Iterator[Call]:
    """admin_partner.growth."""
    joined, word = lived.period(120), lived.rng.choice(WORDS)
    rows, total = partners.growth_page(lived.found, Wanted(joined, None, word), ("last_pickup", True), ALL)
    query = {"start_date": joined[0], "end_date": joined[1], "filter": word, "limits": ALL[0]}
    yield Call("/v1/admin/partnerGrowth", query, [[_growth_row(row) for row in rows], total], _page)
    rows, total = partners.growth_page(lived.found, Wanted(), ("grand_total", False), (2, 2))
    query = {"order_by": "total_transaksi", "sort_by": "asc", "limits": 2, "page": 2}
    yield Call("/v1/admin/partnerGrowth", query, [[_growth_row(row) for row in rows], total], _page)


def _growth_row(row: Row) -> Row:
    return {
        **{name: row[name] for name in ("partner_id", "full_name", "email")},
        "no_hp": row["phone"],
        **{name: _day(row[name]) for name in ("join_date", "first_product", "first_order", "first_pickup")},
        "registered": _day(row["join_date"]),
        "last_pickup": _day(row["last_pickup"]),
        "email_verified_at": stamp(row["email_verified_at"]),
        "is_onboarding": int(row["is_onboarded"]),
        "total_order": row["orders_created"],
        "total_transaksi": row["grand_total"],
        "total_ongkir": row["shipping_cost"],
        "total_revenue": row["service_fee"],
    }


def growth_juragan(lived: Lived) -> Iterator[Call]:
    """admin_partner.growth_juragan."""
    month, word = month_of(lived.period()[0]), lived.rng.choice(WORDS)
    rows, total = juragan.month_page(lived.found, month, word, None, ALL)
    wanted = [
        {
            **{name: row[name] for name in ("partner_id", "name", "no_hp", "retur_ratio", "problem_ratio")},
            **{name: _day(row[name]) for name in ("join_date", "last_pickup")},
            "unread_tickets": row["unread_tickets"],
            "notes": row["notes"] or "",
            "transaction": {"total": row["total"], "expeditions": row["shares"]},
            "pickup_activities": [{"indicator": flag} for flag in row["activities"]],
        }
        for row in rows
    ]
    query = {"pickup_date": f"{month:%Y-%m}", "search": word}
    yield Call("/v1/admin/partner/growth/juragan", query, [wanted, total], _counted)


def monitoring(lived: Lived) -> Iterator[Call]:
    """admin_pickup.monitoring_v1 and monitoring_v2."""
    word, only = lived.rng.choice(WORDS), _only(lived)
    rows, total = pickups.monitoring_page(lived.found, (True, (), word, None, None), None, ALL, lived.now)
    wanted = [_pickup(row) | {"pickup_detail": [_place(row) | {"partner_id": row["partner_id"]}]} for row in rows]
    query = {"Search": word, "filter_status": "Belum Dipickup", "total_per_page": ALL[0]}
    yield Call("/v1/admin/pickup/monitoring", query, [wanted, total], _page)
    rows, total = pickups.monitoring_page(lived.found, (False, only, "", None, None), None, (5, 0), lived.now)
    wanted = [_pickup(row) | {"pickup_detail": _place(row), "delay_status": row["delay_status"]} for row in rows]
    query = {"filter_shipping": ",".join(only), "limits": 5, "offset": 0}
    yield Call("/v2/admin/pickup/monitoring", query, [wanted, total], _counted)


def _pickup(row: Row) -> Row:
    names = ("user_name", "user_phone", "shipping", "qty", "no_resi", "pickup_city", "order_status")
    delay = row["delay"] if row["delay_seconds"] else "-"
    return {**{name: row[name] for name in names}, "pickup_request_date": stamp(row["due_at"]), "delay": delay}


def _place(row: Row) -> Row:
    names = ("address_name", "address_detail", "district", "pic", "pic_phone", "pickup_time")
    day = {"pickup_date": str(row["pickup_date"]), "id": row["address_id"], "city": row["pickup_city"]}
    return {name: row[name] for name in names} | day


def withdrawal_list(lived: Lived) -> Iterator[Call]:
    """withdrawal.list, of the store."""
    (start, end), word = lived.period(90), lived.rng.choice(WORDS)
    partner = {row["id"]: row for row in lived.rows["partners"]}
    wanted = [
        {
            **{name: row[name] for name in ("bank_name", "bank_account_no", "bank_account_name", "nominal", "status")},
            "withdrawal_id": row["id"],
            "partner_name": partner[row["partner_id"]]["full_name"],
            "partner_email": partner[row["partner_id"]]["email"],
            "created_at": stamp(row["created_at"]),
        }
        for row in newest_first(lived.rows["withdrawals"], "created_at")
        if start <= day_of(row["created_at"]) <= end
        and contains(
            word,
            partner[row["partner_id"]]["email"],
            partner[row["partner_id"]]["full_name"],
            row["bank_account_no"],
        )
    ]
    query = {"start_date": start, "end_date": end, "search": word}
    yield Call("/v1/admin/withdrawal/list", query, [wanted, len(wanted)], _counted)


def _entries(lived: Lived, partner: int, *kinds: str) -> list[Row]:
    """The entries of a partner's accounts of these kinds, in the order in which they were written."""
    accounts = {
        row["id"] for row in lived.rows["ledger_accounts"] if row["partner_id"] == partner and row["kind"] in kinds
    }
    return [row for row in lived.rows["ledger_entries"] if row["account_id"] in accounts]


def _settled(lived: Lived, partner: int) -> int:
    return sum(row["amount"] for row in _entries(lived, partner, "partner_available", "partner_reserved"))


def withdrawal_details(lived: Lived) -> Iterator[Call]:
    """withdrawal.detail_v1 and detail_v2 of some withdrawals."""
    every = lived.rows["withdrawals"]
    for row in lived.rng.sample(every, min(3, len(every))):
        settled = _settled(lived, row["partner_id"])
        behind, _count = withdrawals.orders_behind(lived.found, row["id"], ALL)
        orders = [_order(order) for order in behind]
        money = {"beginning_balance": row["beginning_balance"], "withdrawal_nominal": row["nominal"]}
        first = money | {
            "total_balance": settled,
            "current_balance": row["beginning_balance"] - row["nominal"],
            "orders": orders,
            "order": orders,
        }
        yield Call(f"/v1/admin/withdrawal/detail/{row['id']}", {}, first, _only_keys(first))
        second = money | _judged(lived, row, settled)
        yield Call(f"/v2/admin/withdrawal/detail/{row['id']}", {}, second, _only_keys(second))


def _order(order: Row) -> Row:
    names = ("order_id", "payment_method", "shipping_cost", "service_fee", "net_profit")
    day = {"order_date": wib_day(order["created_at"]), "order_grandtotal": order["grand_total"]}
    return {name: order[name] for name in names} | day


def _judged(lived: Lived, row: Row, settled: int) -> Row:
    risk = withdrawals.partner_risk(lived.found, row["partner_id"]) or {}
    after = settled - (row["nominal"] if row["status"] in WAITING else 0)
    potential, arriving, income = (
        risk[name] for name in ("retur_shipping_potential", "retur_shipping_arriving", "potential_income")
    )
    partner = next(each for each in lived.rows["partners"] if each["id"] == row["partner_id"])
    return {
        "current_balance": settled,
        "balance_after_approval": after,
        "retur_shipping_cost_potensial": potential,
        "retur_shipping_cost_when_arrived": arriving,
        "potecy_income": income,
        "ideal_balance": after + income - potential - arriving,
        "information_summary": {
            "brand_name": partner["brand_name"],
            "recent_balance": settled,
            "join_date": wib_day(partner["joined_at"]),
            "first_pickup": _day(risk["first_pickup"]) or "",
            "last_pickup": _day(risk["last_pickup"]) or "",
            "problem_ratio": _ratio(*risk["problem"]),
            "retur_ratio": _ratio(*risk["retur"]),
            "problem_description": [
                {"description": text, **_ratio(count, risk["problem"][0])}
                for text, count in risk["problem_descriptions"]
            ],
        },
    }


def _ratio(part: int, whole: int) -> Row:
    return {"ratio": [part, whole], "percentage": whole_percent(part, whole)}


def _only_keys(wanted: Row) -> Callable[[dict[str, Any]], Any]:
    return lambda answer: {name: answer["data"].get(name) for name in wanted}


def histories_of_money(lived: Lived) -> Iterator[Call]:
    """withdrawal.transaction_history of a partner."""
    partner = lived.rng.choice(lived.rows["partners"])["id"]
    movements = {row["id"]: row for row in lived.rows["ledger_transactions"]}
    words = {"withdrawal_reserve": "withdrawal"}
    wanted = []
    for entry in sorted(_entries(lived, partner, "partner_available"), key=lambda row: row["id"], reverse=True):
        movement = movements[entry["transaction_id"]]
        wanted.append(
            {
                "type": "credit" if entry["amount"] > 0 else "debit",
                "nominal": abs(entry["amount"]),
                "saldo": entry["balance_after"],
                "description": words.get(movement["kind"], movement["kind"]),
                "order_id": 0,
                "created_at": stamp(movement["created_at"]),
                "shipping_name": "",
                "cnote": "",
            }
        )
    yield Call(f"/v1/admin/withdrawal/detail/list/{partner}", {}, [wanted, len(wanted)], _page)


def queue(lived: Lived) -> Iterator[Call]:
    """The waiting queue and a dossier, beside the contract."""
    partner = {row["id"]: row for row in lived.rows["partners"]}
    waiting = [row for row in lived.rows["withdrawals"] if row["status"] in WAITING]
    waiting.sort(key=lambda row: (row["created_at"], row["id"]))
    wanted = [
        {
            **{name: row[name] for name in ("partner_id", "nominal", "status", "bank_account_no")},
            "withdrawal_id": row["id"],
            "partner_name": partner[row["partner_id"]]["full_name"],
            "balance_after": (settled := _settled(lived, row["partner_id"])) - row["nominal"],
            **review.judged(row, settled, lived.found, lived.rows, lived.now),
        }
        for row in waiting
    ]

    def picked(rows: list[Row]) -> list[Row]:
        parts = [{part["key"]: part["points"] for part in row["risk_parts"]} for row in rows]
        return [
            {name: row[name] for name in wanted[0]} | {"risk_parts": part}
            for row, part in zip(rows, parts, strict=True)
        ]

    for sort, by in (("nominal", "nominal"), ("risk", "risk_points"), ("priority", "priority")):
        asked, listed = {"sort": sort}, sorted(wanted, key=lambda row: -row[by])
        yield Call("/v2/admin/withdrawal-queue", asked, listed, lambda answer: picked(answer["data"]["data"]))
        yield Call("/v2/admin/withdrawal-queue/all", asked, listed, lambda answer: picked(answer["data"]))
    for row in waiting[:1]:
        facts = withdrawal_risk.facts(lived.found, row["partner_id"], lived.today)
        settled = _settled(lived, row["partner_id"])
        reserved = sum(entry["amount"] for entry in _entries(lived, row["partner_id"], "partner_reserved"))
        money = {"settled": settled, "reserved": reserved, "available": settled - reserved}
        dossier = {"balance": money | {"after": settled - row["nominal"]}, "orders": facts}
        yield Call(f"/v2/admin/withdrawal/dossier/{row['id']}", {}, dossier, _only_keys(dossier))


def earned(lived: Lived) -> Iterator[Call]:
    """admin_chart of this month, and admin_finance.income of some days."""
    first, last = month_of(lived.today), month_after(month_of(lived.today)) - DAY
    days = {row["at"]: row for row in income.series(lived.found, income.Wanted((first, last), (), None, None), "day")}
    months = {
        "categories": [str(day) for day in all_days(first, last)],
        **{name: [days.get(day, {name: 0})[name] for day in all_days(first, last)] for name in ("cod", "non_cod")},
    }
    yield Call("/v1/admin/dashboard/performance/partner", {"month": f"{first:%m}"}, months if days else [])
    best = [
        [
            {"partner": row["partner_name"], "partner_id": row["at"], "profit": row["profit"]}
            for row in income.listed_by(
                lived.found, income.Wanted((first, lived.today), (), method, None), "partner", ("profit", True), (10, 0)
            )[0]
        ]
        for method in ("COD", "BANK TRANSFER")
    ]
    yield Call("/v1/admin/dashboard/top/partner", {}, {"cod": best[0], "non_cod": best[1]} if any(best) else [])
    period, only = lived.period(), _only(lived)
    wanted = income.Wanted(period, only, "COD", None)
    rows, count = income.listed_by(lived.found, wanted, "partner", ("shipping_margin", True), (10_000, 0))
    names = {"partner_name": "partner_name", "grand_total": "grand_total", "shipping_profit": "shipping_margin"}
    printed = [{key: row[name] for key, name in names.items()} for row in rows]
    whole = income.total(lived.found, wanted)
    query = {"start_date": period[0], "end_date": period[1], "shipping": ",".join(only), "payment_method": "COD"}
    profit = [whole["shipping_margin"], whole["service_fee"]]

    def picked(answer: dict[str, Any]) -> Any:
        data = answer["data"]
        page = data["income"] or {"data": [], "total": 0}
        shown = [{key: row[key] for key in names} for row in page["data"]]
        return [[data["profit"]["total_shipping_profit"], data["profit"]["profit_cod"]], shown, page["total"]]

    yield Call("/v1/admin/finance/income", query | {"sort": "DESC"}, [profit, printed, count], picked)


CALLS = (
    *(
        daily_reliability,
        approval,
        growth_summary,
        earned,
        ticket_total,
        growth,
        growth_juragan,
        monitoring,
        withdrawal_list,
    ),
    *(withdrawal_details, histories_of_money, queue),
)
