"""The sums under the lists of finance, against a plain recount of everything that matches."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard import format as fmt
from tests.factories.product import Product, landed_product
from tests.pages.conftest import RunPage
from tests.pages.tables import given_to_tables, tables
from tests.pages.test_refusals import _propose

TODAY = date(2022, 11, 15)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product of this module alone, with a batch."""
    with landed_product(tmp_path_factory.mktemp("sums"), orders=400) as made:
        _propose(made)
        yield made


def sums(page: AppTest, key: str) -> dict[str, str]:
    """The last row of a table."""
    assert not page.exception, page.exception[0].message
    found: dict[str, str] = next(given["sums"] for given in given_to_tables(page) if given["key"] == key)
    return found


def recounted(product: Product, condition: str, **values: object) -> tuple[int, int]:
    """Rows and rupiah of the landed withdrawals."""
    statement = text(f"SELECT count(*), coalesce(sum(nominal), 0) FROM fct_withdrawals WHERE {condition}")
    with product.warehouse.read() as connection:
        count, nominal = connection.execute(statement, values).one()
    return int(count), int(nominal)


def test_the_queue_sums_up_all_that_waits(run_page: RunPage, filled: Product) -> None:
    page = run_page(filled, "withdrawal", role="finance", wd_baris="20")
    count, nominal = recounted(filled, "status IN ('requested', 'on_review')")
    assert count > 20  # more than a page
    assert sums(page, "wd")["nominal"] == fmt.rupiah(nominal)


@pytest.mark.parametrize(("preset", "since"), [("30d", TODAY - timedelta(days=29)), ("month", date(2022, 11, 1))])
def test_the_days_of_payment_narrow_the_list_and_its_sum(
    run_page: RunPage, filled: Product, preset: str, since: date
) -> None:
    page = run_page(filled, "withdrawal", role="finance", wd_status="all", wd_dibayar=preset)
    paid = "status = 'completed' AND CAST(decided_at + INTERVAL 7 HOUR AS DATE) BETWEEN :since AND :today"
    count, nominal = recounted(filled, paid, since=since, today=TODAY)
    assert count > 0
    assert sums(page, "wdt")["nominal"] == fmt.rupiah(nominal)
    shown = next(table for table in tables(page) if "paid_at" in table)
    assert fmt.NONE not in list(shown["paid_at"])


def test_the_queue_has_no_filter_that_narrows_nothing(run_page: RunPage, product: Product) -> None:
    labels = {box.label for box in run_page(product, "withdrawal", role="finance").selectbox}
    assert labels == {"Status", "Risiko"}
    labels = {box.label for box in run_page(product, "withdrawal", role="finance", wd_status="completed").selectbox}
    assert labels == {"Status", "Diminta", "Dibayar"}


def test_batches_their_rows_and_the_reconciliation_are_summed_up(run_page: RunPage, product: Product) -> None:
    client = TestClient(product.app, headers={"Authorization": f"Bearer {product.token('finance')}"})
    found = client.get("/api/v2/admin/payout/reconciliation").json()["data"]["batches"]
    total = fmt.rupiah(sum(batch["total"] for batch in found))
    page = run_page(product, "payouts", role="finance", tampilan="batch", batch=str(found[0]["id"]))
    assert sums(page, "batches")["total"] == total
    assert sums(page, "batch-rows")["nominal"] == fmt.rupiah(found[0]["total"])
    ledger = sums(run_page(product, "payouts", role="admin", tampilan="terbuka"), "batch-ledger")
    assert (ledger["total"], ledger["confirmed"], ledger["difference"]) == (total, "Rp0", "Rp0")


def test_the_choice_of_a_batch_sums_up_what_is_in_none(run_page: RunPage, product: Product) -> None:
    client = TestClient(product.app, headers={"Authorization": f"Bearer {product.token('finance')}"})
    waiting = client.get("/api/v2/admin/withdrawal-queue/all").json()["data"]
    free = [row["nominal"] for row in waiting if row["batch"] is None]
    assert 0 < len(free) < len(waiting)
    page = run_page(product, "payouts", role="finance", tampilan="pilih")
    assert sums(page, "batch-choice")["nominal"] == fmt.rupiah(sum(free))
    shown = next(table for table in tables(page) if "approved" in table)
    assert set(shown["approved"]) <= {"0 dari 1", "0 dari 2", "1 dari 2", "2 dari 2"}
