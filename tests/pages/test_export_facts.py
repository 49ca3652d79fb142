"""What the sheet about an export says: the filters that narrowed its rows, and no others."""

import pytest
from sqlalchemy import select

from dashboard import format as fmt
from pages.ticket_total import listing
from pages.ticket_total.charts import ClickedBar
from queries.schema import fct_tickets
from tests.factories.exports import offered
from tests.factories.product import Product
from tests.pages.conftest import RunPage

EVERY = ["Data per", "Diekspor", "Oleh"]


@pytest.mark.parametrize(
    ("page", "name", "query", "wanted"),
    [
        ("pickup_monitoring", "pickup", {}, ["Kurir", "Tampilkan", "Cari"]),
        ("pickup_monitoring", "pickup", {"tampil": "semua"}, ["Periode", "Kurir", "Tampilkan", "Cari"]),
        ("ticket_total", "tiket", {}, ["Periode", "Kurir"]),
        ("reliability", "reliabilitas", {}, ["Periode", "Kurir"]),
        ("partner_growth", "partner", {}, ["Bergabung", "Pickup terakhir", "PIC", "Cari", "Segmen", "Kota", "Kurir"]),
        ("partner_growth", "juragan", {"tampilan": "juragan"}, ["Bulan", "Cari"]),
        ("withdrawal", "withdrawal", {}, ["Status", "Risiko", "Cari"]),
        ("withdrawal", "withdrawal", {"wd_status": "all"}, ["Status", "Diminta", "Dibayar", "Cari"]),
    ],
)
def test_only_what_narrows_the_rows_is_stated(
    run_page: RunPage, filled: Product, page: str, name: str, query: dict[str, str], wanted: list[str]
) -> None:
    facts = offered(run_page(filled, page, **query), name).facts
    assert [label for label, _value in facts] == [*wanted, *EVERY]


def test_a_clicked_bar_stands_for_the_filters_that_it_narrows(
    run_page: RunPage, filled: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled.warehouse.read() as connection:
        first = connection.execute(select(fct_tickets).order_by(fct_tickets.c.ticket_id.desc())).first()
    assert first is not None
    bar = ClickedBar(first.created_date, first.courier)
    real = listing.draw_list
    monkeypatch.setattr(
        listing, "draw_list", lambda period, couriers, _bar, filters: real(period, couriers, bar, filters)
    )
    export = offered(run_page(filled, "ticket_total"), "tiket")
    assert export.facts[0] == ("Hari dan ekspedisi yang dipilih", f"{fmt.day(bar.day)}, {bar.courier}")
    assert [label for label, _value in export.facts[1:]] == EVERY
