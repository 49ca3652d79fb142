"""The numbers of admin_partner.growth against a plain recount of the stored orders, and its order by every column."""

from collections import defaultdict
from datetime import UTC
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.partners.routes import COLUMNS
from api.models import Order, Partner
from queries.wib import WIB
from tests.contract.conftest import Called


def rows(product: Called, **query: Any) -> list[dict[str, Any]]:
    path = "/api/v1/admin/partnerGrowth"
    answer = product.client.get(path, headers=product.headers("admin"), params={"limits": 10_000, **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]["data"]
    return found


def test_numbers_are_what_a_recount_finds(product: Called) -> None:
    counted: dict[int, dict[str, Any]] = defaultdict(
        lambda: {"total_order": 0, "total_transaksi": 0, "total_ongkir": 0, "total_revenue": 0, "first_order": None}
    )
    with Session(product.engine) as session:
        for order in session.scalars(select(Order).order_by(Order.created_at)):
            mine = counted[order.partner_id]
            mine["first_order"] = mine["first_order"] or order.created_at.astimezone(WIB).date().isoformat()
            mine["total_order"] += 1
            if order.shipped_at is not None:
                mine["total_transaksi"] += order.grand_total
                mine["total_ongkir"] += order.shipping_cost
            if order.delivered_at is not None and order.state == "Diterima":
                mine["total_revenue"] += order.service_fee
        partners = session.scalars(select(Partner)).all()
    found = {row["partner_id"]: row for row in rows(product)}
    assert len(found) == len(partners)
    for partner in partners:
        row = found[partner.id]
        assert {name: row[name] for name in counted[partner.id]} == counted[partner.id]
        assert row["registered"] == row["join_date"] == partner.joined_at.astimezone(WIB).date().isoformat()
        assert row["is_onboarding"] == int(partner.is_onboarded)
        verified = partner.email_verified_at
        assert verified is not None
        assert row["email_verified_at"] == f"{verified.replace(tzinfo=UTC).astimezone(WIB):%Y-%m-%d %H:%M:%S}"
    assert sum(row["total_revenue"] for row in found.values()) > 0


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("direction", ["asc", "DESC"])
def test_every_column_sorts(product: Called, column: str, direction: str) -> None:
    values = [row[column] for row in rows(product, ordered_by=column, sort_by=direction)]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=direction == "DESC")
    assert values[len(known) :] == [None] * (len(values) - len(known))
