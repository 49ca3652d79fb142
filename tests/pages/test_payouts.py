"""What is done on the batch page."""

from collections.abc import Callable, Iterator

import pytest

from dashboard.components import Question
from dashboard.state import REVIEW_DECIDED
from pages.payouts import batch
from tests.factories.product import Product, landed_product
from tests.pages.conftest import RunPage
from tests.pages.test_refusals import _propose


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with landed_product(tmp_path_factory.mktemp("payouts"), orders=400) as product:
        yield product


def at_once(_question: Question, _key: str, _form: object, write: Callable[[str], None]) -> None:
    """`confirm` as if its dialog had been filled in and confirmed: AppTest runs no dialog's own script."""
    write("salah pilih")


def test_a_write_on_the_batch_page_skips_no_request_of_the_queue(
    run_page: RunPage, small: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    _propose(small)
    monkeypatch.setattr(batch, "confirm", at_once)
    batches = run_page(small, "payouts", role="finance")
    next(button for button in batches.button if button.label == "Tarik batch").click().run()
    assert [toast.value for toast in batches.toast] == ["Keputusan tercatat; angka menyusul sebentar lagi."]
    assert REVIEW_DECIDED.name not in batches.session_state
    assert "wd-go-on" not in batches.session_state
