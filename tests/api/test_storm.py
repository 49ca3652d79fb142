"""Many decisions on one withdrawal at the same moment, over HTTP against a real server: one wins."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.bench.storm import decide_at_once, running


@pytest.mark.parametrize("count", [120, pytest.param(500, marks=pytest.mark.long)])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_of_many_decisions_one_wins_and_the_others_are_refused(database: str, count: int, tmp_path: Path) -> None:
    with running(database, tmp_path) as place:
        answers = asyncio.run(decide_at_once(place, count))
    assert Counter(each.status for each in answers) == {200: 1, 409: count - 1}
