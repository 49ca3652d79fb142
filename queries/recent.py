"""Which orders the numbers of a withdrawal's dossier count or sum up: for the mart, and to list those very orders."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_

from queries.wib import day_start

WINDOWS = (30, 90)  # WIB days, today included
RETUR_WINDOW_DAYS = 7  # a delivered COD order may still be sent back that long
SUMMED = {
    "running_return_shipping": "return_shipping",
    "arriving_return_shipping": "return_shipping",
    "cod_in_window": "net_profit",
}  # number: the column of rupiah it adds up; the others count


def counted_orders(orders: FromClause, as_of: date) -> dict[str, ColumnElement[Any]]:
    """By number: the condition on an order. `*_life` are not in mart_partner_recent but in mart_partners."""
    of = orders.c
    shipped = of.shipped_at.is_not(None)
    found: dict[str, ColumnElement[Any]] = {}
    for label in (*WINDOWS, "life"):
        within = shipped if isinstance(label, str) else of.shipped_at >= _first(as_of, label)
        found[f"shipped_{label}"] = within
        found[f"returned_{label}"] = and_(within, of.state == "Retur")
        found[f"problem_{label}"] = and_(within, of.is_problem)
    found["running_return_shipping"] = of.state == "Dikirim"
    found["arriving_return_shipping"] = of.is_retur == 1
    found["cod_in_window"] = and_(
        of.payment_method == "COD", of.state == "Diterima", of.delivered_at >= _first(as_of, RETUR_WINDOW_DAYS)
    )
    return found


def _first(as_of: date, days: int) -> Any:
    return day_start(as_of - timedelta(days=days - 1))
