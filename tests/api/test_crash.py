"""The server is killed under a payout load; `python -m tests.bench.crash` does it a hundred times."""

from pathlib import Path

import pytest

from tests.bench.crash import crash


@pytest.mark.long
def test_what_was_acknowledged_survives_kill_9_and_nothing_is_paid_twice(store_url: str, tmp_path: Path) -> None:
    load, found = crash(store_url, tmp_path, kills=2)
    assert found == []
    assert load.answers[200] > 0
    assert load.repeated > 0
