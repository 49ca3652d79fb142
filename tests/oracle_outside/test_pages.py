"""Every headline number and every cell of a page's table is the oracle's, and so is every row of its exports."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.factories.exports import offered
from tests.oracle.answers import differences, plain
from tests.oracle.health import set_aside
from tests.oracle.partners import roll_up
from tests.oracle_outside import charts, files, headlines, listings
from tests.oracle_outside.charts import CHARTS, Both
from tests.oracle_outside.conftest import Live
from tests.oracle_outside.headlines import HEADLINES, Shown
from tests.oracle_outside.listings import Listing
from tests.oracle_outside.lived import ADMIN, Lived
from tests.oracle_outside.reading import READ, as_shown, cells, number
from tests.pages.conftest import RunPage
from tests.pages.tables import tables

SEEDS = (*range(40_001, 40_003), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(41_000, 41_050)))
DIRECTIONS = {0: -1, 1: 1, 2: 0}


def differing_numbers(page: AppTest, wanted: dict[str, Shown]) -> Iterator[str]:
    metrics = {metric.label: metric for metric in page.metric}
    for label, shown in wanted.items():
        given = READ[shown.kind](metrics[label].value.removesuffix(" ○"))
        yield from differences(given, shown.value, label)
        yield from differences(_change(metrics[label]), shown.change, f"{label}, change")


def _change(metric: Any) -> Any:
    """The change beside a number, and which way it points."""
    if metric.delta in ("", "baru"):
        return metric.delta or None
    return number(metric.delta.removesuffix(" poin")), DIRECTIONS[metric.proto.direction]


def differing_cells(page: AppTest, kinds: dict[str, str], rows: list[dict[str, Any]]) -> Iterator[str]:
    wanted = [{name: as_shown(row[name], kind) for name, kind in kinds.items()} for row in rows]
    shown = [frame for frame in tables(page) if set(kinds) <= set(frame.columns)]
    given = [cells(row, kinds) for frame in shown for row in frame.to_dict("records")]
    yield from differences(given, wanted)


def differing_list(page: AppTest, listing: Listing, folder: Path) -> Iterator[str]:
    """The first page of a list, and its exports."""
    kinds = {name: kind for name, kind in listing.kinds.items() if name not in listing.only_in_files}
    yield from differing_cells(page, kinds, listing.rows[: listing.size])
    if not listing.rows:
        return
    export = offered(page, listing.name)
    given = {
        "csv": files.of_csv(export),
        "xlsx": files.of_xlsx(export, folder),
        "parquet": files.of_parquet(export, folder),
    }
    for kind, rows in given.items():
        yield from differences(rows, files.wanted(export, listing, kind), f" {kind}")


def shown(page: AppTest) -> AppTest:
    assert not page.exception, page.exception[0].message
    assert not page.error, page.error[0].value
    return page


@pytest.mark.parametrize("seed", SEEDS)
def test_pages_and_exports_say_what_the_oracle_does(live: Live, run_page: RunPage, tmp_path: Path, seed: int) -> None:
    lived = live(seed)
    lines: list[str] = []

    def run(name: str, **query: Any) -> AppTest:
        return shown(run_page(lived.product, name, ADMIN, **query))

    for listing, period in listings.listings(lived):
        page = run(listing.page, **listing.query)
        lines += [f"{listing.page}{listing.query}{line}" for line in differing_list(page, listing, tmp_path)]
        if listing.name in CHARTS:
            lines += _charts(f"{listing.page}{listing.query}", CHARTS[listing.name](page, lived, period))
        if listing.name == "reliabilitas":
            page_of_cohorts = run(listing.page, **listing.query, sudut="kohort")
            lines += _charts(f"cohorts{period}", charts.cohorts(page_of_cohorts, lived, period))
        if (of_page := HEADLINES.get(listing.name)) is not None:
            lines += [
                f"{listing.page}{listing.query} {line}" for line in differing_numbers(page, of_page(lived, period))
            ]
    lines += _of_a_partner(lived, run)
    page = run("data_health")
    lines += [f"data_health {line}" for line in differing_numbers(page, headlines.of_the_data(lived))]
    lines += differences(_keys_set_aside(page), sorted(key for _table, key in set_aside(lived.found)), "quarantine")
    assert not lines, "\n".join(lines[:20])


def _charts(of: str, drawn: Iterable[Both]) -> Iterator[str]:
    for what, given, wanted in drawn:
        yield from differences(plain(given), plain(wanted), f"{of} {what}")


def _of_a_partner(lived: Lived, run: Any) -> Iterator[str]:
    partner = max(lived.found.partners, key=lambda each: roll_up(lived.found, each)["orders_shipped"])
    for part, (kinds, rows) in listings.of_a_partner(lived, partner).items():
        page = run("partner_detail", id=str(partner), bagian=part)
        yield from (f"partner {partner} {part}{line}" for line in differing_cells(page, kinds, rows))
    yield from _charts(f"partner {partner}", charts.of_a_partner(page, lived, partner))
    yield from (f"partner {partner} {line}" for line in differing_numbers(page, headlines.of_a_partner(lived, partner)))


def _keys_set_aside(page: AppTest) -> list[str]:
    """The keys in the export of the quarantine; none is offered where nothing waits."""
    if not any("row_key" in frame.columns for frame in tables(page)):
        return []
    return sorted(str(key) for group in offered(page, "karantina").groups() for key in group["row_key"])
