"""What the API refuses is explained in the reader's language."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from dashboard import i18n
from dashboard.actions.withdrawals import Shown, review_withdrawal, transfer_proof
from dashboard.client import ApiRefused, api_for
from dashboard.runtime import Runtime, configure
from tests.factories.product import Product, landed_product
from tests.pages.conftest import RunPage


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product of this module alone: its requests are decided here."""
    folder: Path = tmp_path_factory.mktemp("small")
    with landed_product(folder, orders=400) as product:
        yield product


@pytest.fixture
def reading(small: Product) -> Iterator[Product]:
    """The small product behind the client of the screens; the language chosen in a test ends with it."""
    http = TestClient(small.app, base_url="http://testserver/api")
    configure(Runtime(small.settings, small.warehouse, http, small.settings.now))
    yield small
    i18n.set_language(None)


def _opened(product: Product) -> tuple[int, str]:
    """A request that waits, and its signed dossier as it was before somebody else canceled it."""
    http = TestClient(product.app, headers={"Authorization": f"Bearer {product.token('finance2')}"})
    queue = http.get("/api/v2/admin/withdrawal-queue", params={"total_per_page": 1000}).json()["data"]["data"]
    waiting = next(row["withdrawal_id"] for row in queue if row["status"] == "requested")
    seen = http.get(f"/api/v2/admin/withdrawal/dossier/{waiting}").json()["data"]["seen"]
    decided = http.put(
        f"/api/v2/admin/withdrawal/update/{waiting}?status=canceled",
        files={"notes": (None, "salah rekening")},
        headers={"Idempotency-Key": uuid4().hex},
    )
    assert decided.status_code == 200
    return waiting, seen


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("id", "Withdrawal berubah sejak Anda membukanya (versi); sekarang berstatus dibatalkan. Periksa lagi."),
        ("en", "The withdrawal changed since you opened it (version): it is now canceled; look at it again."),
    ],
)
def test_the_second_of_two_decisions_is_refused_with_its_reason(reading: Product, lang: str, expected: str) -> None:
    waiting, seen = _opened(reading)
    i18n.set_language(lang)
    with pytest.raises(ApiRefused) as refused:
        review_withdrawal(api_for(reading.token("finance")), Shown(waiting, seen, uuid4().hex), "")
    assert (refused.value.status, refused.value.sentence) == (409, expected)


def test_a_refused_download_too(reading: Product) -> None:
    i18n.set_language("id")
    with pytest.raises(ApiRefused) as refused:
        transfer_proof(api_for(reading.token("finance")), 999_999)
    assert refused.value.sentence == "Withdrawal 999999 tidak ada."


@pytest.mark.parametrize(
    ("page", "query", "lang", "expected"),
    [
        ("payouts", {"batch": "999"}, "id", "Batch 999 tidak ditemukan. Pilih satu batch di daftar."),
        ("payouts", {"batch": "999"}, "en", "There is no batch 999. Choose one in the list."),
    ],
)
def test_a_part_of_a_page(
    run_page: RunPage, small: Product, page: str, query: dict[str, str], lang: str, expected: str
) -> None:
    _propose(small)
    opened = run_page(small, page, role="admin", lang=lang, **query)
    assert not opened.error
    assert any(expected in text.value for text in opened.markdown)


def _propose(product: Product) -> None:
    """A batch of the first request that can be paid, so that the page lists any."""
    http = TestClient(product.app, headers={"Authorization": f"Bearer {product.token('finance2')}"})
    queue = http.get("/api/v2/admin/withdrawal-queue", params={"total_per_page": 1000}).json()["data"]["data"]
    for row in queue:
        chosen = {"withdrawal_id": row["withdrawal_id"], "version": row["version"]}
        body = {"rows": [chosen], "row_count": 1, "total": row["nominal"]}
        made = http.post("/api/v2/admin/payout/batch", json=body, headers={"Idempotency-Key": uuid4().hex})
        if made.status_code == 200:
            return
    raise AssertionError("no request can be paid")
