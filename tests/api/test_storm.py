"""Five hundred decisions on one withdrawal at the same moment, over HTTP against a real server: one wins."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.bench.storm import decide_at_once, running


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_of_five_hundred_decisions_one_wins_and_the_others_are_refused(database: str, tmp_path: Path) -> None:
    with running(database, tmp_path) as place:
        answers = asyncio.run(decide_at_once(place, 500))
    assert Counter(each.status for each in answers) == {200: 1, 409: 499}
