"""The audit page shows whatever was stored."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from api.kernel import audit
from pages.audit.entries import MOST_SIGNS
from tests.factories.product import NOW, Product, landed_product
from tests.pages.conftest import RunPage
from tests.pages.tables import tables

HOSTILE = {
    "nested": {"deep\x00": ["\udfff", {"deeper": 10**300}]},
    "surrogate": "\ud800 alone",
    "nul": "a\x00b",
    "reversed": "\u202egpj.exe",
    "huge": "x" * 50_000,
    "name\ud83d": "a name of a field",
}


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product whose trail holds an export that no version of today would take."""
    with landed_product(tmp_path_factory.mktemp("audit"), orders=0) as product:
        with Session(product.engine) as session:
            for name, filters in (("plain", {"periode": "30 hari"}), ("odd\u202e", HOSTILE)):
                audit.record(
                    session,
                    actor_id=1,
                    action="export_made",
                    subject="export",
                    subject_id=name,
                    request_id="of-a-test",
                    at=NOW - timedelta(hours=1),
                    after={"format": "csv", "rows": 12, **filters, "filters": filters},
                )
            session.commit()
        yield product


def test_an_entry_with_signs_that_cannot_be_sent_is_shown_with_their_escapes(run_page: RunPage, noted: Product) -> None:
    page = run_page(noted, "audit", aksi="export_made")
    assert not page.exception, page.exception[0].message
    assert not page.error, page.error[0].value
    rows = tables(page)[0]
    assert list(rows["did"]) == ["Mengekspor data", "Mengekspor data"]
    assert rows["about"][0].endswith(r"odd\u202e")
    changes = rows["changes"][0]
    for escape in (r"\ud800 alone", r"a\x00b", r"\u202egpj.exe", r"name\ud83d", r"deep\x00", r"\udfff"):
        assert escape in changes
    assert "(50.000 karakter)" in changes
    assert len(changes) < 5 * MOST_SIGNS
    assert "Baris: 12" in rows["changes"][1]


def test_the_trail_with_such_an_entry_is_whole(run_page: RunPage, noted: Product) -> None:
    page = run_page(noted, "audit")
    next(button for button in page.button if button.label == "Periksa rantai").click().run()
    with noted.engine.connect() as connection:
        entries = connection.execute(text("SELECT count(*) FROM audit_entries")).scalar_one()
    assert [each.value for each in page.success] == [f"Rantai utuh: {entries} catatan cocok dengan hash-nya."]
