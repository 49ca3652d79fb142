"""The view of what was paid, against a recount of the warehouse."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from dashboard import format as fmt
from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import given_to_tables, tables
from tests.pages.test_sums import TODAY, sums

PAID = "status = 'completed' AND CAST(decided_at + INTERVAL 7 HOUR AS DATE) BETWEEN :since AND :today"


@pytest.mark.parametrize("role", ["finance", "admin"])
def test_banks_weeks_and_partners_add_up_to_what_was_paid(run_page: RunPage, filled: Product, role: str) -> None:
    page = run_page(filled, "withdrawal", role=role, wd_tampilan="dibayar", bayar="30d")
    with filled.warehouse.read() as connection:
        statement = text(f"SELECT bank_name, partner_id, nominal FROM fct_withdrawals WHERE {PAID}")
        rows = connection.execute(statement, {"since": TODAY - timedelta(days=29), "today": TODAY}).all()
    total = fmt.rupiah(sum(row.nominal for row in rows))
    assert {sums(page, key)["nominal"] for key in ("bayar_bank", "bayar_minggu", "bayar_partner")} == {total}
    by_bank = {bank: sum(row.nominal for row in rows if row.bank_name == bank) for bank in {r.bank_name for r in rows}}
    banks = next(table for table in tables(page) if "bank_name" in table)
    assert dict(zip(banks["bank_name"], banks["nominal"], strict=True)) == {
        bank: fmt.rupiah(nominal) for bank, nominal in by_bank.items()
    }
    partners = next(given for given in given_to_tables(page) if given["key"] == "bayar_partner")
    assert partners["pager"]["text"].endswith(f" dari {len({row.partner_id for row in rows})}")
    weeks = next(table for table in tables(page) if "week" in table)
    assert weeks["week"].iloc[0] == fmt.day(date(2022, 11, 14))  # a Monday; today is the Tuesday after it


def test_this_week_is_what_opens_and_an_empty_one_says_so(run_page: RunPage, empty: Product) -> None:
    page = run_page(empty, "withdrawal", role="finance", wd_tampilan="dibayar")
    assert page.selectbox[0].value == "week"
    assert any(
        "Tidak ada withdrawal yang dibayar pada 14 Nov 2022 - 15 Nov 2022" in text.value for text in page.markdown
    )
