"""Reads of the warehouse by the screens."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pandas as pd
import pytest
from pydantic import SecretStr
from sqlalchemy import Connection

from dashboard import warehouse
from dashboard.runtime import Runtime, configure
from queries.engine import Warehouse
from queries.filters import Page, PageOf
from settings import Settings


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7])
def test_pages_become_groups_without_a_row_more_or_less(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse, "AT_ONCE", 3)
    settings = Settings(_env_file=None, data_dir=tmp_path, secret_key=SecretStr("s" * 32))
    asked = Warehouse(":memory:")
    configure(Runtime(settings, asked, httpx.Client(), lambda: datetime(2022, 11, 15, tzinfo=UTC)))
    rows = pd.DataFrame({"key": range(count)})
    connections: set[int] = set()

    def question(connection: Connection, page: Page) -> PageOf:
        connections.add(id(connection))
        return PageOf(rows.iloc[page.offset : page.offset + page.limit], count)

    found = [int(key) for group in warehouse.stream_pages(question) for key in group["key"]]
    assert found == list(range(count))
    assert len(connections) == 1
    asked.close()
