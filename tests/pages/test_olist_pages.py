"""The pages over the real Olist orders, landed through the file source."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.runner import Runner
from etl.sources.files import FileSource
from etl.sources.mapping import load_mapping
from tests.factories.product import Product, landed_product
from tests.pages.conftest import ROOT, RunPage
from tests.pages.test_pages import TITLES, title

OLIST = ROOT.parent / "shared" / "data" / "olist"
NOW = datetime(2018, 8, 30, 3, tzinfo=UTC)
pytestmark = [
    pytest.mark.skipif(not OLIST.exists(), reason="the Olist files are not here"),
]


@pytest.fixture(scope="module")
def olist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder: Path = tmp_path_factory.mktemp("olist")
    with landed_product(folder, orders=0, now=NOW) as product:
        source = FileSource(load_mapping(ROOT / "docs/examples/olist.yaml"), OLIST)
        Runner(product.warehouse, source, lambda: NOW).run()
        yield replace(product, settings=product.settings.model_copy(update={"today": NOW}))


@pytest.mark.parametrize("name", TITLES)
def test_a_page_opens_over_real_orders(run_page: RunPage, olist: Product, name: str) -> None:
    page = run_page(olist, name)
    assert title(page) == TITLES[name]
    assert not page.error


def test_real_orders_are_counted_on_the_reliability_page(run_page: RunPage, olist: Product) -> None:
    page = run_page(olist, "reliability", periode="custom", dari="2018-01-01", sampai="2018-06-30")
    shipped = next(metric.value for metric in page.metric if metric.label == "Dikirim")
    with olist.warehouse.read() as connection:
        counted = connection.exec_driver_sql(
            "SELECT count(*) FROM fct_orders WHERE shipped_at >= TIMESTAMP '2017-12-31 17:00:00' "
            "AND shipped_at < TIMESTAMP '2018-06-30 17:00:00'"
        ).scalar()
    assert int(shipped.replace(".", "")) == counted > 1000
